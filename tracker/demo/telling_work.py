"""Tells what leads kept beside their statuses, through the real services, each on its own day; knows no request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from uuid import uuid4

from tracker.appointments import service as appointments
from tracker.appointments.powers import Actor
from tracker.appointments.queries import version_of
from tracker.appointments.rows import ToAppoint
from tracker.appointments.rules import Term
from tracker.appointments.service import NewAppointment
from tracker.barriers.rows import Said
from tracker.barriers.service import add_barrier
from tracker.comments import service as comments
from tracker.comments.rows import Item as Subject
from tracker.db import session
from tracker.demo.cast import FRAMEWORK, item, organisation, viewer
from tracker.demo.story import PEOPLE
from tracker.demo.work import (
    AIMS,
    BARRIERS,
    COMMENTS,
    MORE_NOTES,
    NOTES,
    POSTED,
    READINGS,
    SHARED,
    Aimed,
    Noted,
    Posted,
    Read,
    Shared,
    Spoken,
    Stands,
)
from tracker.evidence import service as evidence
from tracker.evidence.rows import NewVersion
from tracker.evidence.rules import EvidenceKind
from tracker.measures import service as measures
from tracker.measures.speaking import Speaker
from tracker.shared_notes import service as shared_notes
from tracker.shared_notes.rows import Said as SharedWords


def work_happenings() -> Iterator[tuple[date, Callable[[], object]]]:
    """Each thing with its day."""
    for posted in POSTED:
        yield posted.on, partial(_post, posted)
    for read in READINGS:
        yield read.on, partial(_read, read)
    for aimed in AIMS:
        yield aimed.on, partial(_aim, aimed)
    for stands in BARRIERS:
        yield stands.on, partial(_stand, stands)
    for noted in (*NOTES, *MORE_NOTES):
        yield noted.on, partial(_note, noted)
    for shared in SHARED:
        yield shared.on, partial(_share, shared)
    for spoken in COMMENTS:
        yield spoken.on, partial(_speak, spoken)


def _speaker(by: str, code: str) -> Speaker:
    return Speaker(organisation(code), viewer(by), viewer(by).held[0].role.value)


def _post(posted: Posted) -> None:
    """Somebody with an account is chosen by their number; somebody without one is new, with a made-up address."""
    session().flush()
    body = organisation(posted.code)
    if posted.who in {person.key for person in PEOPLE}:
        who = ToAppoint(viewer(posted.who).person_id)
    else:
        who = ToAppoint(None, posted.who, f"{posted.who.split()[-1].lower()}@example.nhs.uk")
    asks = tuple(item(posted.code, ref, posted.by).ask.ask_id for ref in posted.refs)
    appointments.appoint(
        Actor(body, viewer(posted.by)),
        NewAppointment(posted.role, asks, who, posted.job_title, Term(posted.on, None)),
        expected_version=version_of(body.organisation_id),
        submission_key=str(uuid4()),
    )


def _read(read: Read) -> None:
    entry = measures.ReadingEntry(read.period_end, read.numerator, read.denominator, read.source)
    measures.add_reading(_speaker(read.by, read.code), read.measure, entry)


def _aim(aimed: Aimed) -> None:
    entry = measures.AimEntry(None, aimed.target, aimed.target_on, aimed.reason)
    measures.set_aim(_speaker(aimed.by, aimed.code), aimed.measure, entry)


def _stand(stands: Stands) -> None:
    said = Said(
        kind=stands.kind,
        title=stands.title,
        description=stands.description,
        theme=stands.theme,
        severity=stands.severity,
        status=stands.status,
        action=stands.action,
        owner=stands.owner,
        since_on=stands.on,
        reviewed_on=None,
        next_review_on=stands.next_review_on,
        asks=frozenset(item(stands.code, ref, stands.by).ask.ask_id for ref in stands.refs),
    )
    add_barrier(organisation(stands.code), said, viewer(stands.by), submission_key=str(uuid4()))


def _note(noted: Noted) -> None:
    about = item(noted.code, noted.ref, noted.by)
    said = NewVersion(
        EvidenceKind.NOTE, noted.title, noted.dated_on or noted.on, note=noted.note, expires_on=noted.expires_on
    )
    actor = evidence.Actor(about.organisation, about.viewer.person_id, about.role)
    evidence.add(actor, said, None, {about.ask.ask_id: f"{FRAMEWORK}/{noted.ref}"}, str(uuid4()))


def _speak(spoken: Spoken) -> None:
    about = item(spoken.code, spoken.ref, spoken.by)
    named = frozenset(viewer(key).person_id for key in spoken.names)
    said = comments.NewComment(spoken.text, named, str(uuid4()))
    comments.add(Subject(about.organisation, about.ask), said, about.viewer)


def _share(shared: Shared) -> None:
    said = SharedWords(shared.text, shared.contact_role, shared.contact_mailbox)
    shared_notes.share(item(shared.code, shared.ref, shared.by), said, expected_version=0, submission_key=str(uuid4()))
