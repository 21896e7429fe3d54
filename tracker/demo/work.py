"""What leads kept beside their statuses: readings, barriers, notes, comments; data only, told by ``telling_work.py``.

Everything here is invented, as in ``story.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.appointments.rules import AppointmentRole
from tracker.barriers.rules import BarrierStatus, Kind, Severity


@dataclass(frozen=True, slots=True)
class Read:
    """A reading of a measure."""

    on: date
    by: str
    code: str
    measure: str
    period_end: date
    numerator: int
    denominator: int
    source: str


@dataclass(frozen=True, slots=True)
class Aimed:
    """The target that an organisation sets itself for a measure, in tenths."""

    on: date
    by: str
    code: str
    measure: str
    target: int
    target_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Stands:
    """A barrier or an enabler."""

    on: date
    by: str
    code: str
    kind: Kind
    title: str
    description: str
    theme: str
    severity: Severity | None
    status: BarrierStatus
    action: str
    owner: str
    next_review_on: date
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A note as evidence for an ask."""

    on: date
    by: str
    code: str
    ref: str
    title: str
    note: str
    expires_on: date | None
    dated_on: date | None = None
    """The day of what the note rests on, where it is an older one."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A comment on an ask, and whom it names."""

    on: date
    by: str
    code: str
    ref: str
    text: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """How an organisation did an ask, for others to read."""

    on: date
    by: str
    code: str
    ref: str
    text: str
    contact_role: str
    contact_mailbox: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """Somebody who came to answer for something: an account by its key, or somebody who has none by name."""

    on: date
    by: str
    code: str
    role: AppointmentRole
    who: str
    job_title: str
    refs: tuple[str, ...] = ()


POSTED = (
    Posted(
        date(2020, 9, 21),
        "lead.northdale",
        "XD1",
        AppointmentRole.DEPUTY,
        "Dr Maya Lindqvist",
        "Deputy Medical Director",
    ),
    Posted(
        date(2020, 10, 9),
        "lead.northdale",
        "XD1",
        AppointmentRole.ASK_OWNER,
        "contributor.northdale",
        "Head of Patient Data",
        ("1.3", "7.1"),
    ),
)

READINGS = (
    *(
        Read(on, "contributor.northdale", "XD1", "ethnicity-recorded", end, numerator, 24_000, "Patient system extract")
        for on, end, numerator in (
            (date(2020, 8, 6), date(2020, 6, 30), 16_560),
            (date(2020, 8, 20), date(2020, 7, 31), 17_280),
            (date(2020, 9, 7), date(2020, 8, 31), 18_720),
        )
    ),
    *(
        Read(on, "lead.marchwell", "XD4", "continuity-of-carer", end, numerator, 310, "Maternity system")
        for on, end, numerator in (
            (date(2020, 8, 12), date(2020, 7, 31), 96),
            (date(2020, 9, 14), date(2020, 8, 31), 102),
            (date(2020, 10, 14), date(2020, 9, 30), 71),
        )
    ),
    Read(
        date(2020, 10, 15),
        "lead.marchwell",
        "XD4",
        "ethnicity-recorded",
        date(2020, 9, 30),
        15_470,
        17_000,
        "Inpatient system",
    ),
)

AIMS = (
    Aimed(
        date(2020, 10, 6),
        "lead.northdale",
        "XD1",
        "ethnicity-recorded",
        950,
        date(2020, 12, 31),
        "Agreed with the digital team",
    ),
)

BARRIERS = (
    Stands(
        date(2020, 10, 26),
        "lead.northdale",
        "XD1",
        Kind.BARRIER,
        "Two midwifery teams are away until February",
        "They were moved to the vaccination programme, so one team of three works in the new way.",
        "workforce",
        Severity.HIGH,
        BarrierStatus.WORKED_ON,
        "The chief nurse asks the region for bank staff",
        "Director of Midwifery",
        date(2020, 11, 30),
        ("4.4",),
    ),
    Stands(
        date(2020, 10, 12),
        "contributor.northdale",
        "XD1",
        Kind.ENABLER,
        "Receptionists are trained to ask about ethnicity",
        "A short film and a card, made with patients, are used at every desk.",
        "training",
        None,
        BarrierStatus.IN_USE,
        "Offer the film to the other trusts of the system",
        "Head of Outpatients",
        date(2021, 1, 11),
        ("7.1",),
    ),
    Stands(
        date(2020, 9, 28),
        "lead.seaburn",
        "XD3",
        Kind.BARRIER,
        "The planning team is two people short",
        "Recruitment began in September.",
        "capacity",
        Severity.MEDIUM,
        BarrierStatus.OPEN,
        "Borrow a planner from the system",
        "Director of Strategy",
        date(2020, 10, 26),
        ("8.1",),
    ),
)

NOTES = (
    Noted(
        date(2020, 10, 13),
        "contributor.northdale",
        "XD1",
        "1.3",
        "Log of calls with community groups",
        "Weekly calls with four groups since 3 August. What they said is in the minutes of the inequality group.",
        date(2021, 3, 31),
    ),
    # What the claim rests on is more than a year old, which is overdue in its own way.
    Noted(
        date(2020, 9, 22),
        "system.northdale",
        "QD1",
        "1.1",
        "Needs assessment that the protection plan rests on",
        "The three boroughs agreed it in October 2019. The next one is due in 2021.",
        None,
        date(2019, 10, 7),
    ),
)

MORE_NOTES = (
    # Comes after the region has assured the claim, which therefore lapses.
    Noted(
        date(2020, 10, 22),
        "lead.marchwell",
        "XD4",
        "8.1",
        "Letter of the system about the plan",
        "The system asks for a longer section on carers. It is to be sent again in November.",
        None,
    ),
)

COMMENTS = (
    Spoken(
        date(2020, 10, 28),
        "lead.northdale",
        "XD1",
        "2.3",
        "Ethnicity is added in the November report. May we claim again once the board has seen it on 18 November?",
        ("region.dales",),
    ),
    Spoken(date(2020, 10, 29), "region.dales", "XD1", "2.3", "Yes. Please link to the minutes as well."),
)

SHARED = (
    Shared(
        date(2020, 10, 6),
        "lead.marchwell",
        "XD4",
        "8.1",
        "We put inequality into the restoration plan in three weeks. The planning team and the consultant in public "
        "health of the system listed each service with its waiting list by deprivation and ethnicity, and the board "
        "took one action for each of the five widest gaps.\n"
        "What helped most was one page for each service. We would ask the community forum earlier next time.",
        "Chief Nurse, executive lead",
        "restoration.planning@marchwell.example.nhs.uk",
    ),
    Shared(
        date(2020, 10, 12),
        "system.northdale",
        "QD1",
        "8.1",
        "The plan of the partnership has a chapter on inequality that each member wrote a page of. One analyst of the "
        "partnership prepared the figures for all of them.",
        "Programme manager, restoration",
    ),
)
