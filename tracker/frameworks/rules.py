"""The words frameworks are written in: kinds of date, kinds of body, services, classes of status; plain Python."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class OrganisationType(StrEnum):
    """What a body is. It stands here, below organisations, because asks say which types they apply to."""

    TRUST = "trust"
    CCG = "ccg"
    ICB = "icb"
    SYSTEM = "system"
    PCN = "pcn"
    PRACTICE = "practice"
    REGION = "region"
    SUB_ICB_LOCATION = "sub_icb_location"
    COMMISSIONING_HUB = "commissioning_hub"
    CSU = "csu"
    NATIONAL_BODY = "national_body"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _TYPE_LABELS[self]


SYSTEM_TYPES = (OrganisationType.SYSTEM, OrganisationType.ICB)
"""Bodies that are a system, or lead one: they stand in no other."""
_TYPE_LABELS = {
    OrganisationType.TRUST: "NHS trust",
    OrganisationType.CCG: "CCG",
    OrganisationType.ICB: "Integrated care board",
    OrganisationType.SYSTEM: "System (STP or ICS)",
    OrganisationType.PCN: "Primary care network",
    OrganisationType.PRACTICE: "GP practice",
    OrganisationType.REGION: "Region",
    OrganisationType.SUB_ICB_LOCATION: "Sub-ICB location",
    OrganisationType.COMMISSIONING_HUB: "Commissioning hub",
    OrganisationType.CSU: "Commissioning support unit",
    OrganisationType.NATIONAL_BODY: "National body",
    OrganisationType.OTHER: "Other body",
}


class Service(StrEnum):
    """A service that an organisation may run and that some asks depend on; no ODS file says who has it."""

    MATERNITY = "maternity"
    MENTAL_HEALTH = "mental_health"

    @property
    def label(self) -> str:
        return {Service.MATERNITY: "maternity services", Service.MENTAL_HEALTH: "mental health services"}[self]


class Enrolment(StrEnum):
    """How organisations come to be tracked against a framework: at once, or when a lead adopts it."""

    AUTOMATIC = "automatic"
    ADOPTED = "adopted"


class DateKind(StrEnum):
    """The five kinds of date that occur in the sources; only BY is a deadline."""

    BY = "by"
    FROM = "from"
    SEASON = "season"
    ONGOING = "ongoing"

    @property
    def label(self) -> str:
        return {
            DateKind.BY: "By a date",
            DateKind.FROM: "From a date",
            DateKind.SEASON: "In a season",
            DateKind.ONGOING: "Ongoing",
        }[self]


class DatePrecision(StrEnum):
    DAY = "day"
    MONTH = "month"


class Confidence(StrEnum):
    """How sure we are of a fact's source; shown beside the fact."""

    EASY_READ = "easy_read"
    SOURCED = "sourced"
    PROVISIONAL = "provisional"
    DERIVED = "derived"

    @property
    def label(self) -> str:
        return {
            Confidence.EASY_READ: "From the NHS easy-read summary",
            Confidence.SOURCED: "From a public source",
            Confidence.PROVISIONAL: "Provisional: not confirmed by a public source yet. Check it before relying on it",
            Confidence.DERIVED: "Derived and worded by us",
        }[self]


class StatusClass(StrEnum):
    """What a scale's word means, whatever the scale; in the order of roll-up, worst first.

    NO_UPDATE is the absence of any record: it is shown and never stored.
    """

    OFF_COURSE = "off_course"
    AT_RISK = "at_risk"
    NO_UPDATE = "no_update"
    NOT_STARTED = "not_started"
    ON_COURSE = "on_course"
    DONE_CLAIMED = "done_claimed"
    DONE_ASSURED = "done_assured"
    NOT_APPLICABLE = "not_applicable"

    @property
    def is_open(self) -> bool:
        """Open is every class but done and not applicable; a claim is not open."""
        return self not in (StatusClass.DONE_CLAIMED, StatusClass.DONE_ASSURED, StatusClass.NOT_APPLICABLE)

    @property
    def is_done(self) -> bool:
        return self in (StatusClass.DONE_CLAIMED, StatusClass.DONE_ASSURED)


OPEN_CLASSES = tuple(status_class for status_class in StatusClass if status_class.is_open)


def national_deadline(kind: DateKind, on: date | None) -> date | None:
    """The national date an ask can be overdue against: only kind "by" has one (a "from" is never overdue)."""
    return on if kind is DateKind.BY else None
