"""The changes to who answers for what as sentences; it must not know where they are stored, nor draw anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.accounts.rules import Role
from tracker.appointments.rows import FORMER, AskChoice, Change, InPost
from tracker.appointments.rules import ONE_DAY, AppointmentRole, ChangeKind, Term, first_difference, is_late
from tracker.clock import london_day
from tracker.web.wording import day, day_and_time, in_words

Asks = Mapping[int, AskChoice]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change: a sentence, why, and what else became of it."""

    sentence: str
    details: tuple[tuple[str, str], ...]


def history_line(change: Change, asks: Asks) -> HistoryLine:
    """What was done, in a sentence; times that were cut short by it stand below."""
    if not change.number:
        (row,) = change.added
        sentence = f"{row.in_words}, was recorded as {post(row, asks)} {days(row.term)}."
        return HistoryLine(f"{day_and_time(change.recorded_at)}: {sentence}", ())
    role = Role(change.role).label if change.role in set(Role) else change.role
    start = f"{day_and_time(change.recorded_at)}: {change.person_name or FORMER}, {role},"
    done = f"{start} {_DEEDS[change.kind](change, asks)}."
    late = late_for(change)
    if late is not None:
        recorded_on = london_day(change.recorded_at)
        done += (
            f" It changes what was recorded from {day(late)} on."
            if change.kind is ChangeKind.CORRECTED and late not in (_new(change)[0].starts_on, _new(change)[0].ends_on)
            else f" Recorded on {day(recorded_on)} for {day(late)}, later than it was true."
        )
    details = [("Why", change.reason)] if change.reason else []
    details += [("With it", each) for each in _cut_short(change, asks)]
    return HistoryLine(done, tuple(details))


def late_for(change: Change) -> date | None:
    """The earliest first or last day that a change recorded more than 7 days late; None where it was in time."""
    if not change.number or change.kind is ChangeKind.WITHDRAWN:
        return None
    if change.kind is ChangeKind.HANDED_OVER:
        on: date | None = _handed_on(change)
    elif change.kind is ChangeKind.APPOINTED:
        on = first_difference(None, _new(change)[0].term)
    elif change.kind is ChangeKind.ENDED:
        on = first_difference(change.superseded[0].term, change.added[0].term)
    else:
        on = first_difference(_replaced(change)[0].term, _new(change)[0].term)
    return on if on is not None and is_late(on, london_day(change.recorded_at)) else None


def post(row: InPost, asks: Asks) -> str:
    """What somebody is, within a sentence."""
    if row.role is not AppointmentRole.ASK_OWNER:
        return row.role.label.lower()
    ask = asks.get(row.ask_id or 0)
    return f"owner of {ask.in_words}" if ask else "owner of an ask that is no longer asked"


def days(term: Term) -> str:
    """
    >>> from datetime import date
    >>> days(Term(date(2020, 9, 1))), days(Term(date(2020, 9, 1), date(2020, 9, 30)))
    ('from 1 September 2020', 'from 1 September 2020 to 30 September 2020')
    """
    return f"from {day(term.starts_on)}" + (f" to {day(term.ends_on)}" if term.ends_on else "")


def _appointed(change: Change, asks: Asks) -> str:
    new = _new(change)
    posts = in_words([post(row, asks) for row in new])
    return f"appointed {new[0].in_words}, as {posts} {days(new[0].term)}"


def _corrected(change: Change, asks: Asks) -> str:
    new, (was, *_) = _new(change)[0], _replaced(change)
    return (
        f"corrected who was {post(new, asks)}: recorded was {was.in_words}, {days(was.term)}; "
        f"it is {new.in_words}, {days(new.term)}"
    )


def _ended(change: Change, asks: Asks) -> str:
    (row,) = change.added
    last = day(row.ends_on) if row.ends_on else "open"
    return f"recorded the last day of {row.in_words}, as {post(row, asks)}: {last}"


def _withdrawn(change: Change, asks: Asks) -> str:
    (row,) = change.superseded
    return f"took back that {row.in_words}, was {post(row, asks)} {days(row.term)}: it was recorded by mistake"


def _handed_over(change: Change, asks: Asks) -> str:
    taken, given = _new(change)[0], _given(change)
    posts = in_words([post(row, asks) for row in given])
    return f"handed over from {given[0].called} to {taken.in_words}, on {day(_handed_on(change))}: {posts}"


def _given(change: Change) -> list[InPost]:
    """What was handed over, as whoever gave it held it."""
    taker_id = _new(change)[0].person_id
    return [row for row in change.superseded if row.person_id != taker_id] or list(change.superseded)


def _handed_on(change: Change) -> date:
    giver_id = _given(change)[0].person_id
    kept = [row.ends_on for row in change.added if row.person_id == giver_id and row.ends_on]
    return min(kept) + ONE_DAY if kept else _new(change)[0].starts_on


_DEEDS = {
    ChangeKind.APPOINTED: _appointed,
    ChangeKind.CORRECTED: _corrected,
    ChangeKind.ENDED: _ended,
    ChangeKind.WITHDRAWN: _withdrawn,
    ChangeKind.HANDED_OVER: _handed_over,
}


def _new(change: Change) -> list[InPost]:
    """What was added, without the rows that only say of somebody else that they left."""
    return [row for row in change.added if not _is_re_dated(row, change.superseded)] or list(change.added)


def _replaced(change: Change) -> list[InPost]:
    """What was superseded, without those rows."""
    return [row for row in change.superseded if not _is_re_dated(row, change.added)] or list(change.superseded)


def _is_re_dated(row: InPost, others: Sequence[InPost]) -> bool:
    """Whether one of the others is the same time in post with another end."""
    return any(replace(other, appointment_id=0, **_END) == replace(row, appointment_id=0, **_END) for other in others)


_END: Mapping[str, Any] = {"ends_on": None, "is_superseded": False}


def _cut_short(change: Change, asks: Asks) -> Iterator[str]:
    """Who left because somebody else was appointed."""
    if change.kind not in (ChangeKind.APPOINTED, ChangeKind.CORRECTED) or len(change.added) == 1:
        return
    for row in change.added:
        if _is_re_dated(row, change.superseded) and row.ends_on:
            yield f"the last day of {row.in_words}, as {post(row, asks)} is {day(row.ends_on)}"
