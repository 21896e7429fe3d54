"""What is not well with one ask, each thing by its own name: for pages, returns and files; it reads no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rows import Scale
from tracker.frameworks.rules import StatusClass, national_deadline
from tracker.progress.date_rules import Dates, Overdue, late_names
from tracker.progress.rows import Standing
from tracker.progress.rules import RECOVERY_DAYS, Applicability, Contradiction, why_not_on_course

LACKS_EVIDENCE = "No evidence stands behind this now"
NO_RECOVERY_PLAN = "No recovery plan"
NOT_ON_TRACK = {
    Contradiction.FORECAST_LATE: "Said to be on track, but expected after its date",
    Contradiction.RECOVERY_FAR: f"Said to be on track, but back on track in more than {RECOVERY_DAYS} days",
}
FORECAST_PASSED = "The day it was expected to be done has gone by"
NOBODY_IN_POST = "Nobody is in post"


@dataclass(frozen=True, slots=True)
class Concerns:
    """What is late by which name, and what a reader should not believe without a look."""

    late: tuple[Overdue, ...]
    lacks_evidence: bool
    lacks_plan: bool
    contradiction: str
    """What its own dates say against where it is said to stand, or ""."""
    is_vacant: bool
    """It is said to be done, its answer is a person, and nobody is in post on the day."""

    @property
    def in_words(self) -> tuple[str, ...]:
        """Each as a few words, what is late first."""
        others = (
            (LACKS_EVIDENCE, self.lacks_evidence),
            (NO_RECOVERY_PLAN, self.lacks_plan),
            (self.contradiction, bool(self.contradiction)),
            (NOBODY_IN_POST, self.is_vacant),
        )
        return (*(kind.label for kind in self.late), *(words for words, is_so in others if is_so))


def concerns_of(
    ask: AskFacts, scale: Scale, standing: Standing, evidence_on: date | None, *, has_lead: bool, as_at: date
) -> Concerns:
    """Everything that is not well with an ask on a day.

    ``evidence_on`` is the date of its newest evidence that has not expired, None where there is none. A named lead is
    the evidence of the ask that records one. Only what is said to be done rests on evidence; an open ask may have some.
    """
    rests_on_evidence = standing.said_class.is_done
    dates = Dates(
        applicability=standing.applicability,
        said_class=standing.said_class,
        national_on=national_deadline(ask.date_kind, ask.national_on),
        target_on=standing.target_on,
        review_on=standing.review_on,
        last_true_on=standing.last_true_on,
        evidence_on=evidence_on if rests_on_evidence else None,
    )
    claims_need_it = any(word.needs_evidence for word in scale.in_class(StatusClass.DONE_CLAIMED))
    stands_for_itself = ask.records_lead and has_lead
    return Concerns(
        late=tuple(late_names(dates, as_at)),
        lacks_evidence=rests_on_evidence and claims_need_it and evidence_on is None and not stands_for_itself,
        lacks_plan=standing.is_said_otherwise,
        contradiction=_contradiction(standing, as_at),
        is_vacant=ask.records_lead and rests_on_evidence and not has_lead,
    )


def _contradiction(standing: Standing, as_at: date) -> str:
    """A target that was moved, or time, can make what was right to say wrong; a missing plan has a name of its own.

    No date speaks against an ask that does not count, or may not.
    """
    said, deadline_on = standing.said_class, standing.deadline_on
    if standing.applicability is Applicability.APPLIES:
        against = why_not_on_course(said, deadline_on, standing.forecast_on, standing.recovery_on, as_at)
        if against in NOT_ON_TRACK:
            return NOT_ON_TRACK[against]
    has_passed = standing.forecast_on is not None and standing.forecast_on < as_at
    return FORECAST_PASSED if said.is_open and has_passed else ""
