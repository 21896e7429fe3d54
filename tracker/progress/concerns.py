"""What is not well with one ask, each thing by its own name: for pages, returns and files; it reads no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rows import Scale
from tracker.frameworks.rules import StatusClass, national_deadline
from tracker.progress import date_rules
from tracker.progress.date_rules import Overdue
from tracker.progress.rows import Standing

LACKS_EVIDENCE = "No evidence stands behind this now"
REVIEW_DUE = "Review is due"
NO_RECOVERY_PLAN = "No recovery plan"


@dataclass(frozen=True, slots=True)
class Concerns:
    """What is late by which name, and what a reader should not believe without a look."""

    late: tuple[Overdue, ...]
    lacks_evidence: bool
    review_due: bool
    lacks_plan: bool

    @property
    def in_words(self) -> tuple[str, ...]:
        """Each as a few words, what is late first."""
        others = (
            (LACKS_EVIDENCE, self.lacks_evidence),
            (REVIEW_DUE, self.review_due),
            (NO_RECOVERY_PLAN, self.lacks_plan),
        )
        return (*(kind.label for kind in self.late), *(words for words, is_so in others if is_so))


def concerns_of(
    ask: AskFacts, scale: Scale, standing: Standing, evidence_on: date | None, *, has_lead: bool, as_at: date
) -> Concerns:
    """Everything that is not well with an ask on a day.

    ``evidence_on`` is the date of its newest evidence that has not expired, None where there is none. A named lead is
    the evidence of the ask that records one. Only what is said to be done rests on evidence; an open ask may have some.
    """
    national_on = national_deadline(ask.date_kind, ask.national_on)
    late = date_rules.late_dates(standing.said_class, standing.applicability, national_on, standing.target_on, as_at)
    rests_on_evidence = standing.said_class.is_done
    if rests_on_evidence and evidence_on is not None and date_rules.is_evidence_old(evidence_on, as_at):
        late = (*late, Overdue.EVIDENCE_OLD)
    claims_need_it = any(word.needs_evidence for word in scale.in_class(StatusClass.DONE_CLAIMED))
    stands_for_itself = ask.records_lead and has_lead
    return Concerns(
        late=late,
        lacks_evidence=rests_on_evidence and claims_need_it and evidence_on is None and not stands_for_itself,
        review_due=date_rules.is_review_due(standing.said_class, standing.review_on, standing.last_true_on, as_at),
        lacks_plan=standing.is_said_otherwise,
    )
