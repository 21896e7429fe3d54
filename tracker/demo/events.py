"""What was said of asks in the fictional part of the country, and decided on claims: data only; see ``story.py``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Told:
    """One thing said on one day: an update, or an assurer's decision on a claim."""

    on: date
    by: str
    code: str
    ref: str
    status: str
    text: str = ""
    reason: str = ""
    recovery_on: date | None = None
    completed_on: date | None = None
    evidence: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    forecast_on: date | None = None
    blocked_by: str = ""
    review_on: date | None = None


EVENTS = (
    # Northdale Hospitals: the exemplary trust. Met on time and assured; one claim was sent back.
    Told(
        date(2020, 9, 14),
        "lead.northdale",
        "XD1",
        "6.1",
        "complete_claimed",
        "The board named the Medical Director as executive lead at its meeting in September.",
        completed_on=date(2020, 9, 14),
        evidence="https://northdale.example/board/2020-09/paper-11.pdf",
    ),
    Told(date(2020, 9, 30), "region.dales", "XD1", "6.1", "assure"),
    Told(
        date(2020, 9, 18),
        "lead.northdale",
        "XD1",
        "8.1",
        "complete_claimed",
        "Inequality actions are in chapter 4 of the restoration plan that went to the system.",
        completed_on=date(2020, 9, 18),
        evidence="https://northdale.example/plans/restoration.pdf",
    ),
    Told(
        date(2020, 10, 2),
        "lead.northdale",
        "XD1",
        "2.2",
        "on_track",
        "Monthly split by deprivation is in place for outpatients; inpatients follow.",
        next_step="Add inpatients to the split",
        next_step_on=date(2020, 11, 10),
    ),
    Told(
        date(2020, 10, 20),
        "lead.northdale",
        "XD1",
        "2.3",
        "complete_claimed",
        "The performance report to the board is split by deprivation and ethnicity.",
        completed_on=date(2020, 10, 20),
        evidence="https://northdale.example/board/2020-10/performance.pdf",
    ),
    Told(
        date(2020, 10, 27),
        "region.dales",
        "XD1",
        "2.3",
        "return",
        reason="The paper splits by deprivation only. Please add ethnicity and claim again.",
    ),
    Told(
        date(2020, 10, 12),
        "contributor.northdale",
        "XD1",
        "7.1",
        "at_risk",
        "Ethnicity is complete for 78% of records; the outpatient system lags behind.",
        reason="The outpatient supplier delivers its change in December only.",
        next_step="Clerks ask at reception from 9 November",
        next_step_on=date(2020, 11, 9),
    ),
    Told(
        date(2020, 10, 12),
        "lead.northdale",
        "XD1",
        "1.3",
        "on_track",
        "Weekly calls with four community groups since August.",
    ),
    Told(date(2020, 10, 12), "lead.northdale", "XD1", "1.4", "not_started"),
    Told(
        date(2020, 10, 12),
        "lead.northdale",
        "XD1",
        "4.1",
        "on_track",
        "Two pop-up clinics a week in Northdale Moor.",
    ),
    Told(
        date(2020, 10, 26),
        "lead.northdale",
        "XD1",
        "4.4",
        "off_track",
        "One team of midwives of three works in the new way.",
        reason="Two teams were moved to the vaccination programme.",
        recovery_on=date(2021, 2, 1),
    ),
    Told(
        date(2020, 10, 12),
        "lead.northdale",
        "XD1",
        "2.1",
        "not_applicable",
        reason="Restoration is planned and reported by the system for all its trusts.",
    ),
    # Seaburn and Holm: met late, and overdue on two.
    Told(
        date(2020, 9, 25),
        "lead.seaburn",
        "XD3",
        "6.1",
        "complete_claimed",
        "Named by the chief executive, four days after the date.",
        completed_on=date(2020, 9, 25),
        evidence="https://seaburnholm.example/news/named-lead",
    ),
    Told(date(2020, 10, 9), "region.dales", "XD3", "6.1", "assure"),
    Told(
        date(2020, 9, 28),
        "lead.seaburn",
        "XD3",
        "8.1",
        "off_track",
        "The plan was sent without a section on inequality.",
        reason="The planning team was two people short.",
        recovery_on=date(2020, 11, 20),
    ),
    Told(
        date(2020, 10, 7),
        "lead.seaburn",
        "XD3",
        "2.2",
        "on_track",
        "A first split of waiting lists by postcode is with the board.",
    ),
    # Marchwell: a claim that waits, in the other region.
    Told(
        date(2020, 9, 18),
        "lead.marchwell",
        "XD4",
        "6.1",
        "complete_claimed",
        "The Chief Nurse leads.",
        completed_on=date(2020, 9, 18),
        evidence="https://marchwell.example/about/board",
    ),
    Told(
        date(2020, 9, 21),
        "lead.marchwell",
        "XD4",
        "8.1",
        "complete_claimed",
        "Sent to the system on the day.",
        completed_on=date(2020, 9, 21),
        evidence="https://marchwell.example/plans/critical-services",
    ),
    Told(date(2020, 10, 1), "region.marches", "XD4", "8.1", "assure"),
    Told(
        date(2020, 10, 15),
        "lead.marchwell",
        "XD4",
        "7.1",
        "on_track",
        "Ethnicity complete for 91% of inpatients and 84% of outpatients.",
    ),
    # The system speaks for itself.
    Told(
        date(2020, 9, 21),
        "system.northdale",
        "QD1",
        "8.1",
        "complete_claimed",
        "The system plan went in on the day, with an inequality section agreed by every member.",
        completed_on=date(2020, 9, 21),
        evidence="https://northdale-partnership.example/plan-2020",
    ),
    Told(
        date(2020, 9, 23),
        "system.northdale",
        "QD1",
        "1.1",
        "complete_claimed",
        "The plan covers every group of the needs assessment, and is looked at each quarter.",
        completed_on=date(2020, 9, 23),
    ),
    Told(date(2020, 10, 2), "region.dales", "QD1", "1.1", "assure"),
    Told(
        date(2020, 10, 14),
        "system.northdale",
        "QD1",
        "1.2",
        "at_risk",
        "Analysis covers two of three boroughs.",
        reason="The third borough's data agreement is not signed.",
        review_on=date(2020, 10, 28),
    ),
)
