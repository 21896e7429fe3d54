"""What happened in the fictional part of the country: data only, told through the real services by ``telling.py``.

Every organisation, person and link here is invented. The days are chosen so that on 2 November 2020 every state is
there: overdue, due soon, met on time, met late, claimed, assured, returned, off track, not applicable, no update.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.accounts.rules import Role
from tracker.frameworks.rules import Service


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demonstration."""

    key: str
    name: str
    role: Role
    code: str | None

    @property
    def email(self) -> str:
        return f"{self.key}@example.nhs.uk"


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


@dataclass(frozen=True, slots=True)
class Named:
    """A named executive lead."""

    on: date
    code: str
    name: str
    job_title: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreed local target."""

    on: date
    code: str
    ref: str
    target_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Another target that an organisation asks its region for, which waits."""

    on: date
    by: str
    code: str
    ref: str
    target_on: date
    reason: str
    agreed_by: str


@dataclass(frozen=True, slots=True)
class StillTrue:
    """That nothing has changed."""

    on: date
    by: str
    code: str
    ref: str


PEOPLE = (
    Person("lead.northdale", "Asha Whitcombe", Role.LEAD, "XD1"),
    Person("lead.seaburn", "Tom Ellerby", Role.LEAD, "XD3"),
    Person("lead.marchwell", "Grace Okonedo-Hale", Role.LEAD, "XD4"),
    Person("contributor.northdale", "Colin Marsh-Reed", Role.CONTRIBUTOR, "XD1"),
    Person("board.northdale", "Dame Ruth Calloway", Role.BOARD, "XD1"),
    Person("system.northdale", "Imran Sedgewick", Role.SYSTEM, "QD1"),
    Person("region.dales", "Helen Thackray", Role.REGION, "YD1"),
    Person("region.marches", "Owen Pryce-Lane", Role.REGION, "YD2"),
    Person("national", "Mina Castellan", Role.NATIONAL, None),
    Person("administrator", "Jo Fenwick", Role.ADMINISTRATOR, None),
    Person("administrator.second", "Lewis Garside", Role.ADMINISTRATOR, None),
)

INVITED = Person("nadia.fairholme", "Nadia Fairholme", Role.CONTRIBUTOR, "XD1")
"""Has no account yet that opens anything: the lead of the trust has just invited her."""
INVITED_BY = "lead.northdale"

SERVICES = (
    ("XD1", Service.MATERNITY, True),
    ("XD1", Service.MENTAL_HEALTH, False),
    ("XD2", Service.MATERNITY, False),
    ("XD2", Service.MENTAL_HEALTH, True),
    ("XD4", Service.MATERNITY, True),
)

LEADS = (
    Named(date(2020, 9, 14), "XD1", "Dr Priya Ravensworth", "Medical Director"),
    Named(date(2020, 9, 25), "XD3", "Martin Holroyd", "Director of Strategy"),
    Named(date(2020, 9, 18), "XD4", "Sian Trelawney", "Chief Nurse"),
    Named(date(2020, 9, 21), "0D1", "Beth Arkwright", "Accountable Officer"),
)

TARGETS = (
    Agreed(date(2020, 10, 5), "XD1", "7.1", date(2020, 11, 16), "Agreed with the region so that winter reports use it"),
    Agreed(date(2020, 10, 5), "XD1", "3.4", date(2020, 11, 30), "Agreed with local people's panel"),
    Agreed(date(2020, 10, 6), "XD3", "2.2", date(2020, 10, 20), "Needed for the system's restoration plan"),
    Agreed(date(2020, 10, 12), "XD4", "7.1", date(2020, 11, 9), "Agreed with the region"),
)

WANTED = (
    Wanted(
        date(2020, 10, 29),
        "lead.seaburn",
        "XD3",
        "2.2",
        date(2020, 12, 18),
        "The analyst who was to make the split was moved to the vaccination programme",
        "Quality committee, 28 October 2020",
    ),
)
STILL_TRUE = (
    StillTrue(date(2020, 10, 30), "contributor.northdale", "XD1", "1.3"),
    StillTrue(date(2020, 10, 30), "contributor.northdale", "XD1", "4.1"),
)

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
        date(2020, 10, 14),
        "system.northdale",
        "QD1",
        "1.2",
        "at_risk",
        "Analysis covers two of three boroughs.",
        reason="The third borough's data agreement is not signed.",
    ),
)
