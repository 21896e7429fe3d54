"""What the fictional regions escalated, data and telling in one, through the real services; knows no request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import uuid4

from tracker import clock
from tracker.db import session
from tracker.demo.cast import item
from tracker.escalations import records, service
from tracker.escalations.rules import Ending, EventKind, Judgement
from tracker.progress.items import Item
from tracker.progress.queries import get_standing
from tracker.progress.rows import Standing


@dataclass(frozen=True, slots=True)
class Done:
    """One thing done about an overdue ask: raised to a level, answered, judged, held or closed."""

    on: date
    by: str
    code: str
    ref: str
    kind: EventKind
    text: str
    level: str = ""
    until: date | None = None


DONE = (
    # Off track and climbing: the owner's answer was enough for a while, then it went to the executive lead.
    Done(
        date(2020, 10, 8),
        "region.dales",
        "XD3",
        "8.1",
        EventKind.RAISED,
        "Please tell us which service of the plan has no inequality action yet, and what would help.",
        "owner",
        date(2020, 10, 15),
    ),
    Done(
        date(2020, 10, 13),
        "lead.seaburn",
        "XD3",
        "8.1",
        EventKind.ANSWERED,
        "Outpatients and endoscopy. The analyst starts on 26 October; the plan follows within a week of that.",
    ),
    Done(
        date(2020, 10, 15),
        "region.dales",
        "XD3",
        "8.1",
        EventKind.JUDGED,
        "Sensible. We look again when the analyst has started.",
        until=date(2020, 10, 29),
    ),
    Done(
        date(2020, 10, 29),
        "region.dales",
        "XD3",
        "8.1",
        EventKind.RAISED,
        "The analyst has not started. Please say who will make the split meanwhile.",
        "executive_lead",
        date(2020, 11, 5),
    ),
    # Raised, and nobody has responded in time.
    Done(
        date(2020, 10, 19),
        "region.dales",
        "0D2",
        "6.1",
        EventKind.RAISED,
        "Please name the lead of the group. The other groups of the system can share how they chose theirs.",
        "owner",
        date(2020, 10, 26),
    ),
    # The system has responded, and its region has not read it yet.
    Done(
        date(2020, 10, 19),
        "region.dales",
        "QD1",
        "6.1",
        EventKind.RAISED,
        "Your members have named theirs. Please say who leads for the partnership itself.",
        "executive_lead",
        date(2020, 10, 30),
    ),
    Done(
        date(2020, 10, 29),
        "system.northdale",
        "QD1",
        "6.1",
        EventKind.ANSWERED,
        "The partnership board chooses between two names on 12 November. The chair answers for it until then.",
    ),
    # Between two steps: the answer came by phone and was not enough, and the next level is proposed.
    Done(
        date(2020, 10, 5),
        "region.dales",
        "0D1",
        "8.1",
        EventKind.RAISED,
        "Please send the section on inequality of your plan.",
        "owner",
        date(2020, 10, 19),
    ),
    Done(
        date(2020, 10, 20),
        "region.dales",
        "0D1",
        "8.1",
        EventKind.JUDGED,
        "By phone: what was sent is the plan of last year, which has no such section.",
    ),
    # Closed with a plan, against the same date.
    Done(
        date(2020, 10, 6),
        "region.dales",
        "XD2",
        "8.1",
        EventKind.RAISED,
        "Please say by when your part of the system's plan names its inequality actions.",
        "owner",
        date(2020, 10, 20),
    ),
    Done(
        date(2020, 10, 21),
        "region.dales",
        "XD2",
        "8.1",
        EventKind.CLOSED,
        "The system writes one section for all its trusts, agreed on 20 October. It comes with the plan of November.",
    ),
    # Climbed to the board, because neither the owner nor the executive lead has responded.
    Done(
        date(2020, 9, 28),
        "region.dales",
        "QD2",
        "8.1",
        EventKind.RAISED,
        "Please send the inequality section of the system's plan.",
        "owner",
        date(2020, 10, 5),
    ),
    Done(
        date(2020, 10, 7),
        "region.dales",
        "QD2",
        "8.1",
        EventKind.RAISED,
        "We have had no reply. Please say what stands in the way.",
        "executive_lead",
        date(2020, 10, 16),
    ),
    Done(
        date(2020, 10, 20),
        "region.dales",
        "QD2",
        "8.1",
        EventKind.RAISED,
        "Please take it up at the partnership board of 5 November, and tell us what it decides.",
        "board_contact",
        date(2020, 11, 6),
    ),
    # In the other region: with the regional team's own director, and with the national team.
    Done(
        date(2020, 10, 26),
        "region.marches",
        "QD3",
        "8.1",
        EventKind.RAISED,
        "The system has no planning lead since August. We agree with the three boards who writes the section.",
        "region",
        date(2020, 11, 4),
    ),
    Done(
        date(2020, 10, 27),
        "region.marches",
        "XD6",
        "6.1",
        EventKind.RAISED,
        "An ambulance service of two regions: please say which of us agrees its lead with it.",
        "national",
        date(2020, 11, 3),
    ),
    # Held, because the two groups are about to merge.
    Done(
        date(2020, 10, 26),
        "region.dales",
        "0D2",
        "8.1",
        EventKind.HELD,
        "The plan is written for both groups together; its board meets on 17 November.",
        until=date(2020, 11, 18),
    ),
)


def escalation_happenings() -> Iterator[tuple[date, Callable[[], object]]]:
    """Each thing with its day."""
    for done in DONE:
        yield done.on, partial(_do, done)


def _do(done: Done) -> None:
    session().flush()
    about = item(done.code, done.ref, done.by)
    standing = get_standing(about.organisation.organisation_id, about.ask.ask_id, clock.today())
    told = records.told_of(standing.organisation_id, standing.ask_id, standing.deadline_on)
    body_id = about.viewer.held[0].organisation_id
    if not _saved(done, about, standing, service.Said(done.text, body_id, told.version, str(uuid4()))):
        raise LookupError(f"The story escalates {about.subject} twice on {done.on}.")


def _saved(done: Done, about: Item, standing: Standing, said: service.Said) -> bool:
    if done.kind is EventKind.ANSWERED:
        return service.answer(about, standing, said)
    if done.kind is EventKind.JUDGED:
        judgement = Judgement.ENOUGH if done.until else Judgement.NOT_ENOUGH
        return service.judge(about, standing, judgement, done.until, said)
    if done.kind is EventKind.CLOSED:
        return service.close(about, standing, Ending.PLAN_ACCEPTED, said)
    if done.until is None:
        raise LookupError(f"The story does not say until when {about.subject} is {done.kind.value}.")
    if done.kind is EventKind.HELD:
        return service.hold(about, standing, done.until, said)
    return service.raise_step(about, standing, done.level, done.until, said)
