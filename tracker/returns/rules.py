"""Questions about a return to the board: what may become of it, what is wrong with it, what moved; plain Python."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.accounts.rules import Role
from tracker.frameworks.rules import StatusClass
from tracker.progress.date_rules import months_after
from tracker.progress.rules import Applicability, Contradiction, is_overdue, why_not_on_course

LONGEST_TITLE, LONGEST_LINE, LONGEST_TEXT, LONGEST_REASON = 200, 200, 4000, 2000
STALE_AFTER_DAYS = 42
"""Six weeks. Public boards meet every two months and executives monthly: what is older than six weeks has been
overtaken by at least one meeting of the executive."""
OLD_AFTER_DAYS = 31
"""A month: a board that gets a paper about an older day is told so."""
MOST_MONTHS_TO_MEETING = 12


class Purpose(StrEnum):
    """What a board is asked to do with a paper, as its cover sheet says."""

    DECISION = "decision"
    ASSURANCE = "assurance"
    INFORMATION = "information"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class ReturnState(StrEnum):
    """How far a return has come."""

    DRAFT = "draft"
    CHECKED = "checked"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SENT_BACK = "sent_back"

    @property
    def label(self) -> str:
        return {
            ReturnState.DRAFT: "Draft",
            ReturnState.CHECKED: "Checked",
            ReturnState.SUBMITTED: "With the board",
            ReturnState.APPROVED: "Approved",
            ReturnState.SENT_BACK: "Sent back",
        }[self]

    @property
    def tag_class(self) -> str:
        """The class of status that has the same colour."""
        return {
            ReturnState.DRAFT: "not_started",
            ReturnState.CHECKED: "on_course",
            ReturnState.SUBMITTED: "done_claimed",
            ReturnState.APPROVED: "done_assured",
            ReturnState.SENT_BACK: "at_risk",
        }[self]

    @property
    def is_worked_on(self) -> bool:
        """Whether it is in the organisation's own hands: it may be changed, and is not with the board."""
        return self in (ReturnState.DRAFT, ReturnState.CHECKED, ReturnState.SENT_BACK)


class Decision(StrEnum):
    """What the board says of a return; each return is decided on once, and a sent-back one goes on as a new version."""

    APPROVED = "approved"
    SENT_BACK = "sent_back"


EVERY_STATE = frozenset(ReturnState)
_ABOVE = frozenset({ReturnState.SUBMITTED, ReturnState.APPROVED})


def states_to_read(roles: Collection[Role], *, is_own: bool) -> frozenset[ReturnState]:
    """Which returns of an organisation somebody reads who sees its progress through these roles.

    The organisation itself reads all, its system and region what it has handed to its board, and everybody above them
    what its board has approved.
    """
    if is_own:
        return EVERY_STATE
    if Role.REGION in roles or Role.SYSTEM in roles:
        return _ABOVE
    return frozenset({ReturnState.APPROVED}) if roles else frozenset()


def may_decide(submitted_by: int | None, decider: int) -> bool:
    """Whether somebody may decide on a return: nobody approves what they handed in themselves."""
    return submitted_by is None or submitted_by != decider


@dataclass(frozen=True, slots=True)
class ApprovedDay:
    """That a board approved a return which tells of a day; ``framework_id`` None means all that is tracked."""

    number: int
    framework_id: int | None
    as_at: date

    def overlaps(self, framework_id: int | None) -> bool:
        return self.framework_id is None or framework_id is None or self.framework_id == framework_id


def later_approved(approved: Iterable[ApprovedDay], framework_id: int | None, as_at: date) -> ApprovedDay | None:
    """The approved return of the latest day that covers some of the same, where its day is after ``as_at``.

    The board knows of a later day then, and a return of an older one would hide what came after it. The same day is
    not older.
    """
    later = [each for each in approved if each.overlaps(framework_id) and each.as_at > as_at]
    return max(later, key=lambda each: (each.as_at, each.number), default=None)


def is_old(as_at: date, today: date) -> bool:
    """Whether a return tells of a day that lies more than OLD_AFTER_DAYS back: from the day *after* that many days."""
    return as_at + timedelta(days=OLD_AFTER_DAYS) < today


def furthest_meeting(today: date) -> date:
    """The last day of a meeting that a return may name; a date beyond it is a slip of the pen."""
    return months_after(today, MOST_MONTHS_TO_MEETING)


class ProblemKind(StrEnum):
    """What a check finds. What blocks comes first, then what only warns."""

    NOTHING_TRACKED = "nothing_tracked"
    BEFORE_APPROVED = "before_approved"
    NO_RECOVERY_PLAN = "no_recovery_plan"
    FORECAST_LATE = "forecast_late"
    RECOVERY_FAR = "recovery_far"
    NO_EVIDENCE = "no_evidence"
    NO_REASON = "no_reason"
    NO_RECOVERY_DATE = "no_recovery_date"
    OLD_DAY = "old_day"
    OVERDUE_SINCE = "overdue_since"
    WORSE_SINCE = "worse_since"
    NO_LEAD = "no_lead"
    TO_CONFIRM = "to_confirm"
    NO_UPDATE = "no_update"
    STALE = "stale"
    RECOVERY_PASSED = "recovery_passed"
    FORECAST_PASSED = "forecast_passed"
    OVERDUE_NO_PLAN = "overdue_no_plan"
    ASSURED_NO_EVIDENCE = "assured_no_evidence"
    NOBODY_IN_POST = "nobody_in_post"
    SET_ASIDE_LATE = "set_aside_late"

    @property
    def is_blocking(self) -> bool:
        """A problem blocks where the paper would tell the board something that nothing supports. Where something is
        missing or old the board can see that for itself, so it is told and does not block.
        """
        return self in _BLOCKING


_BLOCKING = frozenset(
    {
        ProblemKind.NOTHING_TRACKED,
        ProblemKind.BEFORE_APPROVED,
        ProblemKind.NO_RECOVERY_PLAN,
        ProblemKind.FORECAST_LATE,
        ProblemKind.RECOVERY_FAR,
        ProblemKind.NO_EVIDENCE,
        ProblemKind.NO_REASON,
        ProblemKind.NO_RECOVERY_DATE,
    }
)
TOLD_OF_TODAY = _BLOCKING | {ProblemKind.ASSURED_NO_EVIDENCE, ProblemKind.NOBODY_IN_POST, ProblemKind.SET_ASIDE_LATE}
"""What of one ask is looked for as things stand today too, where a return tells of an earlier day."""


_AGAINST_ON_TRACK = {
    Contradiction.NO_RECOVERY_PLAN: ProblemKind.NO_RECOVERY_PLAN,
    Contradiction.FORECAST_LATE: ProblemKind.FORECAST_LATE,
    Contradiction.RECOVERY_FAR: ProblemKind.RECOVERY_FAR,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a check needs to know of one ask."""

    applicability: Applicability
    said: StatusClass
    deadline_on: date | None
    forecast_on: date | None
    recovery_on: date | None
    last_true_on: date | None
    has_evidence: bool
    has_reason: bool
    needs_reason: bool
    needs_recovery_date: bool
    needs_evidence: bool = True
    """Whether the words of its scale for what is done ask for evidence."""
    is_vacant: bool = False
    """Its answer is a person in post, and nobody is."""
    is_set_aside_late: bool = False


def problems_of(ask: Judged, as_at: date) -> tuple[ProblemKind, ...]:
    """Everything that is wrong with one ask on a day, blocking problems first."""
    return tuple(sorted(_problems(ask, as_at), key=list(ProblemKind).index))


def _problems(ask: Judged, as_at: date) -> Iterator[ProblemKind]:
    if ask.applicability is Applicability.TO_CONFIRM:
        yield ProblemKind.TO_CONFIRM
        return
    if ask.said is StatusClass.NO_UPDATE:
        if ask.applicability is Applicability.APPLIES:
            yield ProblemKind.NO_UPDATE
        return
    if ask.said is StatusClass.DONE_CLAIMED and not ask.has_evidence:
        yield ProblemKind.NO_EVIDENCE
    if ask.said.is_done and ask.is_vacant:
        yield ProblemKind.NOBODY_IN_POST
    elif ask.said is StatusClass.DONE_ASSURED and ask.needs_evidence and not ask.has_evidence:
        yield ProblemKind.ASSURED_NO_EVIDENCE
    if ask.is_set_aside_late and ask.applicability is Applicability.APPLIES:
        yield ProblemKind.SET_ASIDE_LATE
    if ask.needs_reason and not ask.has_reason:
        yield ProblemKind.NO_REASON
    if ask.needs_recovery_date and ask.recovery_on is None:
        yield ProblemKind.NO_RECOVERY_DATE
    if not ask.said.is_open:
        return
    is_late = is_overdue(ask.said, ask.applicability, ask.deadline_on, as_at)
    if ask.applicability is Applicability.APPLIES:
        against = why_not_on_course(ask.said, ask.deadline_on, ask.forecast_on, ask.recovery_on, as_at)
        if against is not None:
            yield _AGAINST_ON_TRACK[against]
    if is_stale(ask.last_true_on, as_at):
        yield ProblemKind.STALE
    if ask.forecast_on is not None and ask.forecast_on < as_at:
        yield ProblemKind.FORECAST_PASSED
    if ask.recovery_on is not None:
        if ask.recovery_on < as_at and ask.said is not StatusClass.ON_COURSE:
            yield ProblemKind.RECOVERY_PASSED
    elif is_late and ask.said is not StatusClass.ON_COURSE and not ask.needs_recovery_date:
        yield ProblemKind.OVERDUE_NO_PLAN


def is_stale(last_true_on: date | None, as_at: date) -> bool:
    """Whether what was last said or confirmed is older than STALE_AFTER_DAYS: from the day *after* that many days."""
    return last_true_on is not None and last_true_on + timedelta(days=STALE_AFTER_DAYS) < as_at


class Movement(StrEnum):
    """What became of a status since the last return that the board approved."""

    NONE = ""
    NEW = "New"
    SAME = "Same"
    BETTER = "Better"
    WORSE = "Worse"
    CHANGED = "Changed"


def movement(before: StatusClass | None, now: StatusClass) -> Movement:
    """Better, worse or the same by class; new where the last return had no update; changed to and from not applicable,
    which is neither. None where there is nothing to compare: no return yet, or nothing said now.
    """
    if before is None or now is StatusClass.NO_UPDATE:
        return Movement.NONE
    if before is StatusClass.NO_UPDATE:
        return Movement.NEW
    if now is before:
        return Movement.SAME
    if StatusClass.NOT_APPLICABLE in (now, before):
        return Movement.CHANGED
    order = list(StatusClass)
    return Movement.BETTER if order.index(now) > order.index(before) else Movement.WORSE
