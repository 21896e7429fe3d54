"""Short ways to say that somebody commented or kept the register, for tests that are about something else."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from tracker import clock
from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.rules import Viewer
from tracker.barriers import service as barriers
from tracker.barriers.models import Barrier, BarrierRevision
from tracker.barriers.queries import get_barrier
from tracker.barriers.rows import Said
from tracker.barriers.rules import BarrierStatus, Kind, Severity
from tracker.comments import service as comments
from tracker.comments.models import Comment, CommentMention
from tracker.comments.rows import Item
from tracker.comments.service import NewComment
from tracker.db import session
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import get_open_organisation

BARRIER = {
    "kind": "barrier",
    "severity": "low",
    "title": "Added by the table",
    "theme": "other",
    "status": "open",
    "since_on-day": "14",
    "since_on-month": "9",
    "since_on-year": "2020",
}
"""Everything that adding a barrier needs."""


def item(code: str = "XN1", ref: str = "2.2") -> Item:
    ask = read_catalogue().find_ask("8ua-2020", ref)
    assert ask is not None
    return Item(get_open_organisation(code), ask)


def comment(viewer: Viewer, text: str, code: str = "XN1") -> int:
    """Say something about ask 2.2, in the caller's transaction; the comment's id."""
    added = comments.add(item(code), NewComment(text, frozenset(), str(uuid4())), viewer)
    assert added is not None
    return added


def withdrawn_mention(by: Viewer, named: Viewer) -> None:
    """Somebody is named in a comment of another, and takes back one of their own; in the caller's transaction.

    The mention is a row alone: the service would mail it too.
    """
    named_in = comment(by, "Please look")
    mention = CommentMention(
        comment_id=named_in, person_id=named.person_id, true_on=clock.today(), recorded_at=clock.now()
    )
    session().add(mention)
    taken_back = comment(named, "Never mind")
    comments.withdraw(item("XN1"), taken_back, named, expected=taken_back)


def barrier(viewer: Viewer, code: str = "XN1", title: str = "No analyst") -> int:
    """Add a barrier that touches ask 2.2, in the caller's transaction; its id."""
    said = Said(
        kind=Kind.BARRIER,
        title=title,
        description="Nobody splits the figures",
        theme="data",
        severity=Severity.HIGH,
        status=BarrierStatus.OPEN,
        action="Asked the system",
        owner="Director of Strategy",
        since_on=date(2020, 9, 14),
        reviewed_on=None,
        next_review_on=None,
        asks=frozenset({item(code).ask.ask_id}),
    )
    added = barriers.add_barrier(get_open_organisation(code), said, viewer, submission_key=str(uuid4()))
    assert added is not None
    return added


def change_barrier(viewer: Viewer, reason: str, code: str = "XN1") -> None:
    """Add a barrier and say something else of it."""
    organisation, barrier_id = get_open_organisation(code), barrier(viewer, code)
    said = get_barrier(organisation.organisation_id, barrier_id).said
    changed = Said(**{name: getattr(said, name) for name in Said.__slots__} | {"status": BarrierStatus.WORKED_ON})
    barriers.change_barrier(
        organisation, barrier_id, changed, reason, viewer, expected_version=1, submission_key=str(uuid4())
    )


def close_barrier(viewer: Viewer, reason: str) -> None:
    """Add a barrier to XN1 and close it."""
    organisation, barrier_id = get_open_organisation("XN1"), barrier(viewer)
    barriers.close_barrier(organisation, barrier_id, reason, viewer, expected_version=1, submission_key=str(uuid4()))


def comment_row(person_id: int, code: str) -> int:
    """A comment on ask 2.2 that stands there whoever may have written it; its id."""
    made = Comment(
        organisation_id=find_organisation_id(code),
        ask_id=item(code).ask.ask_id,
        text="Stood there before",
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=person_id,
        role="lead",
        submission_key=str(uuid4()),
    )
    session().add(made)
    session().commit()
    return made.id


def barrier_row(person_id: int, code: str) -> int:
    """A barrier in the register of any body; its id."""
    made = Barrier(
        organisation_id=find_organisation_id(code), version=1, recorded_at=clock.now(), submission_key=str(uuid4())
    )
    session().add(made)
    session().flush()
    session().add(
        BarrierRevision(
            barrier_id=made.id,
            organisation_id=made.organisation_id,
            number=1,
            kind=Kind.BARRIER,
            title="Stood there before",
            theme="other",
            severity=Severity.LOW,
            status=BarrierStatus.OPEN,
            since_on=date(2020, 9, 14),
            true_on=clock.today(),
            recorded_at=clock.now(),
            person_id=person_id,
            role="lead",
            submission_key=str(uuid4()),
        )
    )
    session().commit()
    return made.id
