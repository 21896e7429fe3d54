"""Two texts of one ask side by side: what somebody else saved meanwhile, and what is in the form; it reads no table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import status_word
from tracker.frameworks.rows import Scale
from tracker.progress.rows import Entry, TargetsTold
from tracker.progress.service import StatusChange
from tracker.progress.target_presenters import agreed_line
from tracker.web.wording import day, day_and_time

NOTHING = "Nothing"


@dataclass(frozen=True, slots=True)
class Side:
    """One thing that both said, or one of them."""

    what: str
    theirs: str
    yours: str

    @property
    def is_same(self) -> bool:
        return self.theirs == self.yours


@dataclass(frozen=True, slots=True)
class Clash:
    """What two people said at once. ``who`` saved first, and when.

    ``target`` is the sentence of a target that was set after what was said last: it is kept beside the status.
    """

    who: str
    sides: tuple[Side, ...]
    target: str = ""


def clash_with_target(told: TargetsTold, theirs: Entry | None) -> str:
    """The sentence of the newest target, where it was set after the newest entry; "" where it was not."""
    newest = max(told.agreed, key=lambda each: each.recorded_at, default=None)
    if newest is None or (theirs is not None and newest.recorded_at < theirs.recorded_at):
        return ""
    return agreed_line(newest).sentence


def clash_of(
    theirs: Entry,
    yours: StatusChange,
    scale: Scale,
    more: Iterable[tuple[str, str, str]] = (),
    *,
    target: str = "",
) -> Clash:
    """Put both beside each other; what neither said is left out. ``more`` are other things that both said."""
    pairs = (
        *more,
        ("Status", status_word(scale, theirs.status_code), status_word(scale, yours.status_code or None)),
        ("Date it was done", _day(theirs.completed_on), _day(yours.completed_on)),
        ("Back on track by", _day(theirs.recovery_on), _day(yours.recovery_on)),
        ("Expected to be done on", _day(theirs.forecast_on), _day(yours.forecast_on)),
        ("Review again on", _day(theirs.review_on), _day(yours.review_on)),
        ("Blocked by others", theirs.blocked_by, yours.blocked_by),
        ("Reason", theirs.reason, yours.reason),
        ("Progress", theirs.narrative, yours.narrative),
        ("Next step", theirs.next_step, yours.next_step),
        ("Date of the next step", _day(theirs.next_step_on), _day(yours.next_step_on)),
    )
    return Clash(
        who=f"{theirs.person_name or 'Somebody else'} at {day_and_time(theirs.recorded_at)}",
        sides=tuple(
            Side(what, first or NOTHING, second or NOTHING) for what, first, second in pairs if first or second
        ),
        target=target,
    )


def _day(value: date | None) -> str:
    return day(value) if value is not None else ""
