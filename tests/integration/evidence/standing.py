"""Evidence that stands already when a test of another feature begins, and each thing that the audit tells of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from conftest import NOON
from integration.evidence.bringing import new_key
from unit.evidence import made_files

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.db import session, transaction
from tracker.evidence import service
from tracker.evidence.models import EvidenceExpiry
from tracker.evidence.rows import NewVersion
from tracker.evidence.rules import EvidenceKind, FileType
from tracker.evidence.storage import kept
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import get_open_organisation

NOTE = {"kind": "note", "title": "Board paper", "note": "Seen", "version": "0"} | {
    f"true_on-{part}": value for part, value in (("day", "2"), ("month", "11"), ("year", "2020"))
}
"""What a form of a piece is sent, so that it could be saved."""
CHECK = {
    "note": "Read it",
    "version": "0",
    "checked_on-day": "2",
    "checked_on-month": "11",
    "checked_on-year": "2020",
}
EXPIRY = {"version": "0", "expires_on-day": "1", "expires_on-month": "3", "expires_on-year": "2030"}


def ask_id(ref: str) -> int:
    ask = read_catalogue().find_ask("8ua-2020", ref)
    assert ask is not None
    return ask.ask_id


def _actor(person_id: int, code: str, role: str = "lead", body_id: int | None = None) -> service.Actor:
    return service.Actor(get_open_organisation(code), person_id, role, body_id)


def a_file(person_id: int, code: str) -> int:
    """A file that serves ask 2.2 of an organisation; its id."""
    said = NewVersion(
        EvidenceKind.FILE, "Board paper", clock.today(), file_name="Plan.pdf", file_type=FileType.PDF
    )  # fmt: skip
    with kept(io.BytesIO(made_files.pdf())) as stored, transaction():
        return service.add(_actor(person_id, code), said, stored, {ask_id("2.2"): "8ua-2020/2.2"}, new_key())


def a_note_for(viewer: Viewer, ref: str) -> int:
    """A note that serves one ask of the northern trust; inside a transaction; its id."""
    said = NewVersion(EvidenceKind.NOTE, "Minutes", clock.today(), note="Seen at the board")
    return service.add(_actor(viewer.person_id, "XN1"), said, None, {ask_id(ref): f"8ua-2020/{ref}"}, new_key())


def say(viewer: Viewer, checker: int, code: str) -> None:
    """A note of an organisation, and what somebody found when they checked it; inside a transaction."""
    day = date(2020, 9, 14)
    asks = {ask_id("2.2"): "8ua-2020/2.2"}
    actor = _actor(viewer.person_id, code)
    note = service.add(actor, NewVersion(EvidenceKind.NOTE, "Title", day, note="Note"), None, asks, new_key())
    service.check(_actor(checker, code, "region"), note, service.CheckSaid(day, "Found"), expected=0, key=new_key())


def expiring(person_id: int, code: str) -> None:
    """A note that is good until the end of 2030; inside a transaction."""
    until = NewVersion(EvidenceKind.NOTE, "Plan", date(2020, 9, 14), note="Note", expires_on=date(2030, 12, 31))
    service.add(_actor(person_id, code), until, None, {ask_id("2.2"): "8ua-2020/2.2"}, new_key())


def a_file_of_lead(stage: Any) -> int:
    return a_file(stage.person(Role.LEAD), "XN1")


def posted(page: str, role: Role = Role.LEAD, **fields: str) -> Callable[[Any], None]:
    """A form of a piece is sent."""

    def happen(stage: Any) -> None:
        path = f"/organisations/XN1/evidence/{a_file_of_lead(stage)}/{page}"
        stage.post(role, path, submission_key=new_key(), **fields)

    return happen


def downloaded(stage: Any) -> None:
    stage.get(Role.BOARD, f"/organisations/XN1/evidence/{a_file_of_lead(stage)}/file")


def refused(stage: Any) -> None:
    evidence_id = a_file_of_lead(stage)
    (path,) = Path(stage.app.extensions["settings"].evidence_url).iterdir()
    path.write_bytes(b"changed")
    stage.get(Role.BOARD, f"/organisations/XN1/evidence/{evidence_id}/file", 409)


def expired(stage: Any) -> None:
    evidence_id = a_file_of_lead(stage)
    yesterday = NOON.date() - timedelta(days=1)
    session().execute(sa.insert(EvidenceExpiry).values(evidence_id=evidence_id, expires_on=yesterday, recorded_at=NOON))
    session().commit()
    stage.run("evidence", "expire")


def swept(stage: Any) -> None:
    folder = Path(stage.app.extensions["settings"].evidence_url)
    folder.mkdir()
    (folder / ("20201001T000000-" + "0" * 32)).write_bytes(b"left behind")
    with clock.frozen(NOON):
        stage.run("evidence", "sweep")
