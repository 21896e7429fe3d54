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
class View:
    """A list as somebody filtered it and saved it."""

    by: str
    name: str
    page: str
    query: str
    is_shared: bool


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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of an assurer about a claim, which waits on."""

    on: date
    by: str
    code: str
    ref: str
    text: str


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
STILL_TRUE = (StillTrue(date(2020, 10, 30), "contributor.northdale", "XD1", "1.3"),)

ASKED = (
    Asked(
        date(2020, 10, 26),
        "region.dales",
        "XD1",
        "8.1",
        "Which page of the plan names who is to do what by when? We find the aims in chapter 4, and no dates.",
    ),
)

VIEWS = (
    View("region.dales", "Late for more than a month", "overdue", "days=31", True),
    View("national", "How the regions stand", "grid", "by=region&since=2020-09-30", True),
)
