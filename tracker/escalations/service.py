"""Raises, answers, judges, holds and closes escalations by adding to their record; audited without the words, never
commits. Those whom it concerns are told in the same transaction. Of two who do something about the same ask at once
exactly one wins and the other is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.escalations.addressees import posts_of
from tracker.escalations.ladder import ladder
from tracker.escalations.models import Escalation, EscalationEvent
from tracker.escalations.posts import addressed, told_as
from tracker.escalations.records import told_of
from tracker.escalations.rows import Kept, Told
from tracker.escalations.rules import RESPONSE_CAME, Ending, EventKind, Judgement
from tracker.escalations.telling import Act, tell_of
from tracker.progress.items import ChangedMeanwhile, Item, MoveNotAllowed, locked
from tracker.progress.rows import Standing


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says: the words, for which body, on which version it was opened, and its key."""

    text: str
    body_id: int | None
    expected_version: int
    submission_key: str


@dataclass(frozen=True, slots=True)
class _Here:
    """An ask whose escalation is about to be changed, locked; ``standing`` is where it stands at this moment."""

    item: Item
    standing: Standing
    told: Told
    said: Said


def raise_step(item: Item, standing: Standing, level: str, response_due_on: date, said: Said) -> bool:
    """Raise an overdue ask to a level of the ladder; False where this very form was saved before (a double click).

    Raises MoveNotAllowed for what is not overdue, for a level that was raised or lies below it, and for a day that is
    not ahead; ChangedMeanwhile when somebody else did something since the form was opened. A record that was closed
    goes on; one about an earlier deadline or spell is overtaken, and another begins.
    """
    here = _open(item, standing, said)
    if here is None:
        return False
    counted = here.told.counted
    if level not in [each.code for each in ladder().above(counted.record.level if counted else None)]:
        raise MoveNotAllowed("It was raised to this level before, or to a higher one. Choose a level above it.")
    _check_ahead(response_due_on, "The day on which a response is due")
    posts = posts_of(item.organisation, item.ask.ask_id, clock.today())
    told = told_as(addressed(ladder(), ladder().get(level), posts), item.viewer.person_id)
    one = _begun(here)
    one.told = told
    one.level, one.raised_on, one.response_due_on = level, clock.today(), response_due_on
    one.is_answered, one.quiet_until = False, None
    one.ending = one.closed_on = one.closed_at = None
    _add(here, one, EventKind.RAISED, "escalation raised", level=level, told=told, response_due_on=response_due_on)
    return True


def answer(item: Item, standing: Standing, said: Said) -> bool:
    """Respond to the step that waits, for the organisation; False and faults as ``raise_step`` has them.

    Raises MoveNotAllowed where no response is awaited.
    """
    here = _open(item, standing, said)
    if here is None:
        return False
    one = _row_of(_awaited(here.told))
    one.is_answered = True
    _add(here, one, EventKind.ANSWERED, "escalation answered")
    return True


def judge(item: Item, standing: Standing, judgement: Judgement, quiet_until: date | None, said: Said) -> bool:
    """Record what came of a step; False and faults as ``answer`` has them, and where none is said to have come
    although one is on record.

    ``quiet_until`` is the day to look again, needed where the response is enough for now and ahead of today.
    """
    here = _open(item, standing, said)
    if here is None:
        return False
    waiting = _awaited(here.told)
    if judgement is Judgement.NO_RESPONSE and waiting.record.is_answered:
        raise MoveNotAllowed(RESPONSE_CAME)
    one = _row_of(waiting)
    if (judgement is Judgement.ENOUGH) != (quiet_until is not None):
        raise MoveNotAllowed("Say when to look again where the response is enough for now, and only there.")
    _check_ahead(quiet_until)
    one.response_due_on, one.is_answered, one.quiet_until = None, False, quiet_until
    _add(here, one, EventKind.JUDGED, "escalation judged", judgement=judgement, quiet_until=quiet_until)
    return True


def hold(item: Item, standing: Standing, until: date, said: Said) -> bool:
    """Keep the ladder quiet about an overdue ask until a later day; False and faults as ``raise_step`` has them."""
    here = _open(item, standing, said)
    if here is None:
        return False
    _check_ahead(until)
    if here.told.counted is not None and here.told.counted.record.is_closed:
        raise MoveNotAllowed("It is closed already, so there is nothing to hold.")
    one = _begun(here)
    one.quiet_until = until
    _add(here, one, EventKind.HELD, "escalation held", quiet_until=until)
    return True


def close(item: Item, standing: Standing, ending: Ending, said: Said) -> bool:
    """Close what is open, or settle a proposal without raising it; False and faults as ``raise_step`` has them.

    Nothing is proposed again for the same deadline, unless the ask leaves and comes back.
    """
    here = _open(item, standing, said)
    if here is None:
        return False
    if here.told.open is not None:
        one = _row_of(here.told.open)
    elif here.told.counted is not None:
        raise MoveNotAllowed("It is closed already.")
    else:
        one = _begun(here)
    _close(here, one, ending)
    return True


def _open(item: Item, standing: Standing, said: Said) -> _Here | None:
    """The ask with its record as it stands, locked until the end of the transaction; None for what is saved already.

    The standing was read a moment before: whoever changed it since holds the lock first and has moved its version.
    """
    position = locked(item)
    if session().scalar(sa.select(sa.exists().where(EscalationEvent.submission_key == said.submission_key))):
        return None
    told = told_of(item.organisation.organisation_id, item.ask.ask_id, standing.deadline_on)
    if told.version != said.expected_version or position.version != standing.version:
        raise ChangedMeanwhile
    return _Here(item, standing, told, said)


def _awaited(told: Told) -> Kept:
    if told.open is None or told.open.record.response_due_on is None:
        raise MoveNotAllowed("No response is awaited.")
    return told.open


def _check_ahead(until: date | None, what: str = "The day") -> None:
    if until is None:
        return
    if until <= clock.today():
        raise MoveNotAllowed(f"{what} must be after today.")
    if ladder().is_too_far(until, clock.today()):
        raise MoveNotAllowed(f"{ladder().too_far(what)}.")


def _row_of(kept: Kept) -> Escalation:
    return session().scalars(sa.select(Escalation).where(Escalation.id == kept.escalation_id)).one()


def _begun(here: _Here) -> Escalation:
    """The record of this spell, begun where there is none; one that was left open about another is overtaken first,
    because only one of an ask may be open, also where a closed one is taken up again.
    """
    if here.standing.days_overdue(clock.today()) is None or here.standing.deadline_on is None:
        raise MoveNotAllowed("This ask is not overdue any more, so there is nothing to escalate.")
    left = here.told.open
    if left is not None and not left.counts:
        _close(here, _row_of(left), Ending.OVERTAKEN)
    if here.told.counted is not None:
        return _row_of(here.told.counted)
    one = Escalation(
        organisation_id=here.item.organisation.organisation_id,
        ask_id=here.item.ask.ask_id,
        deadline_on=here.standing.deadline_on,
        is_answered=False,
        recorded_at=clock.now(),
    )
    session().add(one)
    session().flush()
    return one


def _close(here: _Here, one: Escalation, ending: Ending) -> None:
    one.ending, one.closed_on, one.closed_at = ending, clock.today(), clock.now()
    _add(here, one, EventKind.CLOSED, "escalation closed", ending=ending)


def _add(
    here: _Here,
    one: Escalation,
    kind: EventKind,
    verb: str,
    *,
    level: str | None = None,
    told: str | None = None,
    response_due_on: date | None = None,
    judgement: Judgement | None = None,
    quiet_until: date | None = None,
    ending: Ending | None = None,
) -> None:
    """Add what was done to the record, and audit it without its words. What is overtaken is said by no form."""
    is_overtaken = ending is Ending.OVERTAKEN
    event = EscalationEvent(
        escalation_id=one.id,
        organisation_id=one.organisation_id,
        ask_id=one.ask_id,
        kind=kind,
        level=level,
        told=told,
        response_due_on=response_due_on,
        judgement=judgement,
        quiet_until=quiet_until,
        ending=ending,
        text="" if is_overtaken else here.said.text,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=here.item.viewer.person_id,
        role=here.item.role,
        body_id=here.said.body_id,
        submission_key=None if is_overtaken else here.said.submission_key,
    )
    session().add(event)
    session().flush()
    audit.record(
        verb=verb,
        subject=here.item.subject,
        by=here.item.viewer.person_id,
        role=here.item.role,
        organisation_code=here.item.organisation.code,
        after={
            "escalation": one.id,
            "event": event.id,
            "deadline_on": one.deadline_on,
            "level": level,
            "told": told,
            "response_due_on": response_due_on,
            "judgement": judgement.value if judgement else None,
            "quiet_until": quiet_until,
            "ending": ending.value if ending else None,
        },
    )
    if not is_overtaken:
        before = next((each for each in here.told.kept if each.escalation_id == one.id), None)
        tell_of(Act(here.item, one, event, before))
