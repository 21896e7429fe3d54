"""Tells what was handed in to boards and approved, through the real services; knows no request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from uuid import uuid4

from tracker.db import session
from tracker.demo.boards import HANDED_IN, WANTED, HandsIn, Wants
from tracker.demo.cast import organisation, viewer
from tracker.returns import cadences, handing_over, service
from tracker.returns.acts import Act
from tracker.returns.due_rules import Rhythm
from tracker.returns.queries import get_return
from tracker.returns.rows import Control
from tracker.returns.rules import Decision, Purpose, ReturnState


def board_happenings() -> Iterator[tuple[date, Callable[[], object]]]:
    """Each thing with its day."""
    for wants in WANTED:
        yield wants.on, partial(_want, wants)
    for returned in HANDED_IN:
        yield returned.on, partial(_hand_in, returned)
        yield returned.approved_on, partial(_approve, returned)


def _act(by: str, code: str, number: int = 0) -> Act:
    """What somebody does to a return, on the version that is stored now."""
    session().flush()
    speaker, body = viewer(by), organisation(code)
    version = get_return(body.organisation_id, number, frozenset(ReturnState)).version if number else 0
    return Act(body, speaker, speaker.held[0].role.value, str(uuid4()), version)


def _want(wants: Wants) -> None:
    cadences.set_cadence(_act(wants.by, wants.code), Rhythm(wants.every_months, wants.first_on))


def _hand_in(returned: HandsIn) -> None:
    control = Control(
        framework_id=None,
        as_at=returned.as_at,
        title=returned.title,
        meeting=returned.meeting,
        meeting_on=returned.meeting_on,
        agenda_item="9",
        author="Health inequalities lead",
        purpose=Purpose.ASSURANCE,
        considered_by="Quality committee",
        summary=returned.summary,
        recommendation=returned.recommendation,
    )
    number = service.start_return(_act(returned.by, returned.code), control)
    if number is None:
        raise LookupError(f"The story hands in {returned.title} twice.")
    service.check_return(_act(returned.by, returned.code, number), number)
    handing_over.submit_return(_act(returned.by, returned.code, number), number)


def _approve(returned: HandsIn) -> None:
    """The first return of an organisation is the only one of its story."""
    handing_over.decide_on_return(_act(returned.approved_by, returned.code, 1), 1, Decision.APPROVED, "")
