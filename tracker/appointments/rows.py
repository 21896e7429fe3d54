"""Values that travel between the tables of appointments, their forms and pages, and packages that ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.appointments import rules
from tracker.appointments.rules import AppointmentRole, ChangeKind, Term

FORMER = "A former colleague"


@dataclass(frozen=True, slots=True)
class NamedLead:
    """Who answers for an organisation's work on health inequalities, from when to when."""

    appointment_id: int
    organisation_id: int
    person_id: int
    name: str
    job_title: str
    email: str
    starts_on: date
    ends_on: date | None

    @property
    def term(self) -> Term:
        return Term(self.starts_on, self.ends_on)

    @property
    def in_words(self) -> str:
        """Name and post; the post stays a fact when its holder has been forgotten."""
        return f"{self.name or FORMER}, {self.job_title}"


@dataclass(frozen=True, slots=True)
class InPost:
    """One appointment, whoever it is of and whenever it was."""

    appointment_id: int
    organisation_id: int
    person_id: int
    name: str
    role: AppointmentRole
    ask_id: int | None
    job_title: str
    starts_on: date
    ends_on: date | None
    is_superseded: bool = False

    @property
    def term(self) -> Term:
        return Term(self.starts_on, self.ends_on)

    @property
    def called(self) -> str:
        """The name, while it is held."""
        return self.name or FORMER

    @property
    def in_words(self) -> str:
        return f"{self.called}, {self.job_title}"


@dataclass(frozen=True, slots=True)
class PersonHere:
    """Somebody of an organisation who can be appointed there: a member of it, or appointed there before."""

    person_id: int
    name: str
    email: str
    described: str
    """What tells one namesake from another: the role here and since when, or that there is none."""
    gets_reminders: bool
    """Whether what they come to own is reminded of: they can sign in, and update here."""


@dataclass(frozen=True, slots=True)
class ToAppoint:
    """Who is appointed: somebody who is known by their number, or somebody new by name and address."""

    person_id: int | None
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """That an organisation has had no executive lead since a day."""

    organisation_id: int
    since: date

    def days(self, on: date) -> int:
        return rules.days_vacant(self.since, on)


@dataclass(frozen=True, slots=True)
class OwnedAsk:
    """One ask of one organisation that somebody owns."""

    organisation_id: int
    organisation_code: str
    ask_id: int
    since: date


@dataclass(frozen=True, slots=True)
class AskChoice:
    """An ask that somebody may own, or owned."""

    ask_id: int
    framework_code: str
    framework_title: str
    ref: str
    wording: str
    is_adopted: bool
    is_asked: bool = True
    """Whether it is asked of the organisation today; False for one that is only named, of a time before."""

    @property
    def code(self) -> str:
        """Its name in forms and addresses: "8ua-2020/2.2"."""
        return f"{self.framework_code}/{self.ref}"

    @property
    def in_words(self) -> str:
        return f"ask {self.ref} of “{self.framework_title}”"


@dataclass(frozen=True, slots=True)
class Change:
    """One change to the record: who made it when, what it added and what it took the place of.

    ``number`` is 0, and nobody is named, for what was recorded before changes were kept.
    """

    number: int
    kind: ChangeKind
    reason: str
    recorded_at: datetime
    person_name: str
    role: str
    added: tuple[InPost, ...]
    superseded: tuple[InPost, ...]
