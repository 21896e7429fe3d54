"""Fills in the pages of evidence as people would, and looks at what is kept; it asserts nothing of its own."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from flask.testing import FlaskClient
from unit.evidence import made_files
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.evidence.models import Evidence, EvidenceUse
from tracker.evidence.queries import get_piece
from tracker.evidence.rows import Piece

XN1 = "/organisations/XN1/evidence"


def fields(client: FlaskClient, path: str) -> dict[str, str]:
    """The hidden fields that a form was opened with."""
    text = client.get(path).text
    names = ("csrf_token", "version", "submission_key")
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', text) for name in names}
    return {name: match[1] for name, match in found.items() if match}


def day(name: str, number: int, month: int, year: int) -> dict[str, str]:
    return {f"{name}-day": str(number), f"{name}-month": str(month), f"{name}-year": str(year)}


def said(kind: str = "note", **changes: object) -> dict[str, object]:
    """What is typed into the form of a piece or a version."""
    typed: dict[str, object] = {
        "kind": kind,
        "title": "Board paper on access",
        "url": "https://example.nhs.uk/paper" if kind == "link" else "",
        "note": "Seen at the board" if kind == "note" else "",
        **day("true_on", 14, 9, 2020),
        **day("expires_on", 31, 3, 2021),
    }
    if kind == "file":
        typed["file"] = (io.BytesIO(made_files.pdf()), "Plan.pdf")
    return typed | changes


def a_file(content: bytes, name: str = "Plan.pdf", **changes: object) -> dict[str, object]:
    return said("file", file=(io.BytesIO(content), name), **changes)


def send(
    client: FlaskClient, path: str, typed: dict[str, object], opened: dict[str, str] | None = None
) -> TestResponse:
    """Post a form as a browser does that opened it just now, unless it was opened before."""
    sent = (opened if opened is not None else fields(client, path)) | typed
    files = {name: FileStorage(*value) for name, value in sent.items() if isinstance(value, tuple)}
    # Encoded here, because the client's own way leaves large requests in files that nobody closes.
    boundary, body = encode_multipart(sent | files)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def add(client: FlaskClient, typed: dict[str, object] | None = None, *asks: str, code: str = "XN1") -> int:
    """Add a piece that serves asks (2.2 unless told); its id."""
    chosen = {"asks": [f"8ua-2020/{ask}" for ask in asks or ("2.2",)]}
    answer = send(client, f"/organisations/{code}/evidence/add", (typed or said()) | chosen)
    assert answer.status_code == 302, answer.text
    return int(answer.location.rpartition("/")[2])


def summary(answer: TestResponse) -> list[str]:
    """What the error summary of a page says."""
    listed = re.search(r"nhsuk-error-summary__list.*?</ul>", answer.text, re.DOTALL)
    texts = re.findall(r"<li[^>]*>(.*?)</li>", listed[0], re.DOTALL) if listed else []
    return [html.unescape(re.sub(r"<[^>]+>", "", text)).strip() for text in texts]


def piece(evidence_id: int, organisation_id: int) -> Piece:
    session().rollback()
    return get_piece(organisation_id, evidence_id)


def newest() -> Evidence:
    session().rollback()
    return session().scalars(sa.select(Evidence).order_by(Evidence.id.desc()).limit(1)).one()


def rows() -> tuple[int, int]:
    """How many versions and how many uses there are."""
    session().rollback()
    return tuple(
        session().scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (Evidence, EvidenceUse)
    )  # type: ignore[return-value]


def audited(verb: str) -> list[AuditEntry]:
    session().rollback()
    return list(session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)))


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*")) if folder.exists() else []


def new_key() -> str:
    return str(uuid4())
