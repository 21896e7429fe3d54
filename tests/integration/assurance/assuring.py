"""Claims of the northern trust and what people do about them, through the real services and pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from uuid import uuid4

import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.evidence.standing import ask_id
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.rules import Viewer
from tracker.assurance.models import ClaimQuestion, ClaimSample, SignOff, SignOffLapse
from tracker.assurance.rules import LapseCause
from tracker.comments.models import Comment
from tracker.db import session, transaction
from tracker.evidence import service as evidence
from tracker.evidence.rows import NewVersion
from tracker.evidence.rules import EvidenceKind
from tracker.frameworks.models import AskContent
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import get_open_organisation
from tracker.progress.models import Progress, ProgressEntry

QUEUE = "/review/assurance"
LINK = "https://example.nhs.uk/board-paper"


def page_of(ref: str, code: str = "XN1") -> str:
    return f"{QUEUE}/{code}/8ua-2020/{ref}"


def claim(lead: Viewer, ref: str = "2.3", code: str = "XN1") -> None:
    """Say that an ask is done, with a link."""
    tell.say(lead, ref, "complete_claimed", code=code, evidence_url=LINK)


def note(viewer: Viewer, ref: str = "2.3", code: str = "XN1", **said: object) -> int:
    """A note that serves an ask, in a transaction of its own; its id."""
    with transaction():
        return new_note(viewer, ref, code, **said)


def new_note(viewer: Viewer, ref: str, code: str = "XN1", **said: object) -> int:
    """The same inside a transaction."""
    actor = evidence.Actor(get_open_organisation(code), viewer.person_id, "lead")
    new = NewVersion(EvidenceKind.NOTE, "Minutes", clock.today(), note="Seen at the board", **said)  # type: ignore[arg-type]
    return evidence.add(actor, new, None, {ask_id(ref): f"8ua-2020/{ref}"}, str(uuid4()))


def sample_row(person_id: int, body: str) -> int:
    """The id of a sample that somebody drew for a body, with nothing in it."""
    drawn = ClaimSample(
        seed="seven",
        size=0,
        population=0,
        sha256="",
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=person_id,
        role="region",
        body_id=find_organisation_id(body),
        submission_key=str(uuid4()),
    )
    session().add(drawn)
    session().commit()
    return drawn.id


def everything_of(person_id: int, body: str) -> None:
    """Rows of a sign-off, a lapse, a question and a sample by one person, about the first entry of all; no mail."""
    entry = session().scalars(sa.select(ProgressEntry).order_by(ProgressEntry.id).limit(1)).one()
    of_somebody = {"true_on": clock.today(), "recorded_at": clock.now(), "person_id": person_id, "role": "region"}
    signed = SignOff(
        organisation_id=entry.organisation_id,
        ask_id=entry.ask_id,
        entry_id=entry.id,
        claim_id=entry.id,
        content_id=session().scalars(sa.select(AskContent.id).where(AskContent.ask_id == entry.ask_id).limit(1)).one(),
        **of_somebody,
    )
    session().add(signed)
    session().flush()
    session().add(SignOffLapse(sign_off_id=signed.id, cause=LapseCause.STATUS_MOVED, entry_id=entry.id, **of_somebody))
    comment_id = session().scalars(sa.select(Comment.id).order_by(Comment.id).limit(1)).one()
    question = ClaimQuestion(entry_id=entry.id, comment_id=comment_id, submission_key=str(uuid4()), **of_somebody)
    session().add(question)
    sample_row(person_id, body)


@dataclass(frozen=True, slots=True)
class Now:
    """Where an ask stands in both tables that keep it, and what its entries and sign-offs say."""

    status: StatusClass
    kinds: tuple[str, ...]
    signed: int
    causes: tuple[LapseCause, ...]


def now(ref: str = "2.3", code: str = "XN1") -> Now:
    session().rollback()
    here = get_open_organisation(code).organisation_id
    where = {"organisation_id": here, "ask_id": ask_id(ref)}
    entries = session().scalars(sa.select(ProgressEntry).filter_by(**where).order_by(ProgressEntry.id)).all()
    status = session().scalars(sa.select(Progress.status_class).filter_by(**where)).one()
    lapses = session().scalars(
        sa.select(SignOffLapse.cause)
        .join(SignOff, SignOff.id == SignOffLapse.sign_off_id)
        .where(SignOff.organisation_id == here, SignOff.ask_id == ask_id(ref))
        .order_by(SignOffLapse.id)
    )
    signed = session().scalar(sa.select(sa.func.count()).select_from(SignOff).filter_by(**where)) or 0
    return Now(status, tuple(each.kind.value for each in entries), signed, tuple(lapses))


def hidden(client: FlaskClient, path: str) -> dict[str, str]:
    text = client.get(path).get_data(as_text=True).split("<main", 1)[1]
    return dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', text))


def send(client: FlaskClient, path: str, opened: dict[str, str] | None = None, **fields: str) -> TestResponse:
    """Open the form of a claim, fill it in and send it."""
    return client.post(path, data=(opened if opened is not None else hidden(client, path)) | fields)


def text_of(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))
