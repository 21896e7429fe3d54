"""Questions about one ask of one organisation: which moves are allowed, what is late, how classes add up; plain Python.

The meanings are the service's own ("Status" and "Dates of asks" in README, "Decisions"); each with a twin in SQL
(``queries.py``) is tested against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from tracker.accounts.rules import Role
from tracker.frameworks.rules import DateKind, OrganisationType, StatusClass, national_deadline


class Power(StrEnum):
    """On whose behalf a person moves a status: the organisation's own, or another body that decides on its claims."""

    ORGANISATION = "organisation"
    ASSURER = "assurer"


class EntryKind(StrEnum):
    """Why an entry was made: the organisation said so, an assurer decided on its claim, or what they saw changed."""

    UPDATE = "update"
    ASSURED = "assured"
    RETURNED = "returned"
    LAPSED = "lapsed"


class Applicability(StrEnum):
    """Whether an ask counts for an organisation; only APPLIES is ever overdue, reminded of or in a denominator."""

    APPLIES = "applies"
    OPTIONAL = "optional"
    TO_CONFIRM = "to_confirm"

    @property
    def label(self) -> str:
        return {
            Applicability.APPLIES: "Applies",
            Applicability.OPTIONAL: "Optional",
            Applicability.TO_CONFIRM: "Applicability to confirm",
        }[self]


ASSURABLE_TYPES: Mapping[Role, frozenset[OrganisationType]] = MappingProxyType(
    {
        Role.REGION: frozenset(
            {OrganisationType.TRUST, OrganisationType.CCG, OrganisationType.ICB, OrganisationType.SYSTEM}
        ),
        Role.SYSTEM: frozenset({OrganisationType.PRACTICE}),
    }
)
"""Which organisations a role assures ("Powers"): never its own body, which is of another type."""

_OPEN = frozenset(each for each in StatusClass if each.is_open and each is not StatusClass.NO_UPDATE)


def classes_after(current: StatusClass, power: Power) -> frozenset[StatusClass]:
    """The classes a status may move to, or stay in, from where it stands.

    The organisation: any open to any open, open to claimed, anything to and from not applicable, assured to open. A
    claim may be corrected while it waits, but is taken back only by its assurer or as not applicable. The assurer:
    claimed to assured; a return is not a status but a decision, see ``may_return``.
    """
    if power is Power.ASSURER:
        return frozenset({StatusClass.DONE_ASSURED}) if current is StatusClass.DONE_CLAIMED else frozenset()
    if current is StatusClass.DONE_CLAIMED:
        return frozenset({StatusClass.DONE_CLAIMED, StatusClass.NOT_APPLICABLE})
    if current is StatusClass.DONE_ASSURED:
        return _OPEN | {StatusClass.NOT_APPLICABLE}
    return _OPEN | {StatusClass.DONE_CLAIMED, StatusClass.NOT_APPLICABLE}


def may_return(current: StatusClass, power: Power) -> bool:
    """Whether a claim may be sent back to its organisation, open again against the same date."""
    return power is Power.ASSURER and current is StatusClass.DONE_CLAIMED


def needs_reason(current: StatusClass, wanted: StatusClass, scale_asks_for_it: bool) -> bool:
    """Whether a move needs a reason: where the scale says so, when an assured status is taken back, and when something
    that did not apply applies after all.
    """
    is_back_in = current is StatusClass.NOT_APPLICABLE and wanted is not StatusClass.NOT_APPLICABLE
    return scale_asks_for_it or current is StatusClass.DONE_ASSURED or is_back_in


def deadline(kind: DateKind, national_on: date | None, target_on: date | None) -> date | None:
    """The day an ask is judged on: the agreed target where there is one, else the national date of kind "by"."""
    return target_on if target_on is not None else national_deadline(kind, national_on)


def is_overdue(status_class: StatusClass, applicability: Applicability, deadline_on: date | None, as_at: date) -> bool:
    """Whether an open ask that applies is past its deadline: from the day *after* it."""
    return (
        applicability is Applicability.APPLIES
        and status_class.is_open
        and deadline_on is not None
        and deadline_on < as_at
    )


def days_overdue(
    status_class: StatusClass, applicability: Applicability, deadline_on: date | None, as_at: date
) -> int | None:
    """Days since the deadline, 1 on the day after it; None where the ask is not overdue."""
    if deadline_on is None or not is_overdue(status_class, applicability, deadline_on, as_at):
        return None
    return (as_at - deadline_on).days


def days_late(completed_on: date | None, deadline_on: date | None) -> int | None:
    """How late something was done, judged on the day the claim says it was done: 0 for on time; None where undated."""
    if completed_on is None or deadline_on is None:
        return None
    return max(0, (completed_on - deadline_on).days)


class Forecast(StrEnum):
    """What the organisation expects of the date, apart from where it stands now."""

    ON_TIME = "on_time"
    LATE = "late"

    @property
    def label(self) -> str:
        return {Forecast.ON_TIME: "On time", Forecast.LATE: "Late"}[self]


def forecast(deadline_on: date | None, forecast_on: date | None) -> Forecast | None:
    """What the day on which somebody expects to be done says of the deadline; None where either is missing."""
    if deadline_on is None or forecast_on is None:
        return None
    return Forecast.LATE if forecast_on > deadline_on else Forecast.ON_TIME


def has_recovery_plan(recovery_on: date | None, as_at: date) -> bool:
    """Whether there is a day by which an organisation means to be back: a day that has gone by is no plan."""
    return recovery_on is not None and recovery_on >= as_at


def counted_class(said: StatusClass, *, is_late: bool, recovery_on: date | None, as_at: date) -> StatusClass:
    """The class that counts. Overdue with no recovery plan cannot be on track, whatever was said before it was overdue.

    Source: boards that avoided red to keep confidence ("Decisions" in README). Its SQL twin is in ``standings.py``.
    """
    if said is StatusClass.ON_COURSE and is_late and not has_recovery_plan(recovery_on, as_at):
        return StatusClass.OFF_COURSE
    return said


class Contradiction(StrEnum):
    """Why an ask cannot be said to be on track."""

    NO_RECOVERY_PLAN = "no_recovery_plan"
    FORECAST_LATE = "forecast_late"
    RECOVERY_PASSED = "recovery_passed"
    RECOVERY_FAR = "recovery_far"
    FORECAST_PASSED = "forecast_passed"


RECOVERY_DAYS = 365
"""What is overdue is not on track if it will be back on track later than this."""

REVIEW_DAYS = 365
"""How far ahead the next look at an open ask may be planned: a review decades ahead is none."""


def why_not_on_course(
    wanted: StatusClass, deadline_on: date | None, forecast_on: date | None, recovery_on: date | None, today: date
) -> Contradiction | None:
    """What speaks against saying "on track": the deadline has passed (from the day after it) and there is no day by
    which to be back, or none within RECOVERY_DAYS; or the organisation itself expects to be done after a deadline that
    is still ahead.
    """
    if wanted is not StatusClass.ON_COURSE or deadline_on is None:
        return None
    if deadline_on < today:
        if recovery_on is None or not has_recovery_plan(recovery_on, today):
            return Contradiction.NO_RECOVERY_PLAN
        return Contradiction.RECOVERY_FAR if (recovery_on - today).days > RECOVERY_DAYS else None
    return Contradiction.FORECAST_LATE if forecast(deadline_on, forecast_on) is Forecast.LATE else None


def why_not_confirm(
    said: StatusClass, deadline_on: date | None, forecast_on: date | None, recovery_on: date | None, today: date
) -> Contradiction | None:
    """What speaks against "no change, still true": what speaks against saying it anew, and a recovery date or a
    forecast that has gone by (from the day after it), whatever the status.
    """
    if recovery_on is not None and recovery_on < today:
        return Contradiction.RECOVERY_PASSED
    if said.is_open and forecast_on is not None and forecast_on < today:
        return Contradiction.FORECAST_PASSED
    return why_not_on_course(said, deadline_on, forecast_on, recovery_on, today)


CLAIM_DAYS = 7
"""How many days after something was done it may be claimed with nothing to explain."""


def is_claimed_late(completed_on: date | None, said_on: date, claimed_on: date | None) -> bool:
    """Whether a claim needs a reason why it is made only now: it was done more than CLAIM_DAYS before the day it is
    said of. Whoever says late that something was done in time takes days away for which it was overdue.

    ``claimed_on`` is the day it was done by the claim that waits, None where none does: a claim that is only reworded
    was explained when it was made, unless it moves that day further back.

    >>> said_on, earlier = date(2020, 11, 2), date(2020, 10, 1)
    >>> is_claimed_late(date(2020, 10, 26), said_on, None), is_claimed_late(date(2020, 10, 25), said_on, None)
    (False, True)
    >>> is_claimed_late(earlier, said_on, earlier), is_claimed_late(date(2020, 9, 30), said_on, earlier)
    (False, True)
    """
    if completed_on is None or (claimed_on is not None and completed_on >= claimed_on):
        return False
    return (said_on - completed_on).days > CLAIM_DAYS


def classes_for_correction(said: StatusClass) -> frozenset[StatusClass]:
    """What an entry may be corrected to: an open status to any open one, so that what came after it stays allowed.

    A claim, a decision and "not applicable" keep their status; their words and dates can be corrected.
    """
    return _OPEN if said.is_open else frozenset({said})


def earliest_true_on(last_on: date | None, effective_from: date) -> date:
    """The first day on which a new entry may be true: none comes before the one that counts, nor before its framework.

    What was wrong on an earlier day is corrected there, by an entry that names the one it corrects.
    """
    return max(last_on or effective_from, effective_from)


_WORST_FIRST = {status_class: place for place, status_class in enumerate(StatusClass)}


@dataclass(frozen=True, slots=True)
class RollUp:
    """An action's cell: the worst class among its asks that apply, and how many of them are done."""

    worst: StatusClass | None
    done: int
    of: int


def roll_up(asks: Iterable[tuple[StatusClass, Applicability]]) -> RollUp:
    """Add asks up. Not applicable, optional and to-confirm ones are left out; with none left there is no worst class.

    >>> roll_up([(StatusClass.ON_COURSE, Applicability.APPLIES), (StatusClass.NO_UPDATE, Applicability.APPLIES)])
    RollUp(worst=<StatusClass.NO_UPDATE: 'no_update'>, done=0, of=2)
    """
    counted = [
        status_class
        for status_class, applicability in asks
        if applicability is Applicability.APPLIES and status_class is not StatusClass.NOT_APPLICABLE
    ]
    return RollUp(
        worst=min(counted, key=_WORST_FIRST.__getitem__, default=None),
        done=sum(status_class.is_done for status_class in counted),
        of=len(counted),
    )
