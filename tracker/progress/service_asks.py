"""Reads what was said of an organisation's services, by whom and why, and which asks depend on it; it writes nothing.

Which organisation may be read is asked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.db import read, session
from tracker.frameworks.catalogue import AskFacts, is_in_effect, is_known_revision, read_catalogue
from tracker.frameworks.models import AskContent, AskScope, Framework, FrameworkRevision
from tracker.frameworks.rules import Enrolment, Service
from tracker.organisations.models import OrganisationService
from tracker.organisations.queries import OrganisationSummary, holds_on
from tracker.progress.models import Adoption, Progress


@dataclass(frozen=True, slots=True)
class ServiceAsk:
    """An ask that is tracked for an organisation unless it says that it does not run a service."""

    ask: AskFacts
    service: Service
    is_said_of: bool
    """Whether anything was said of it, a target agreed among them."""


@dataclass(frozen=True, slots=True)
class SaidOfService:
    """One answer, as somebody gave it; nobody is named where it came from no person."""

    service: Service
    is_provided: bool
    reason: str
    recorded_at: datetime
    person_id: int | None
    person_name: str
    role: str


def version_of(organisation_id: int) -> int:
    """What forms carry: the number of the newest row about an organisation's services, 0 before any."""
    newest = sa.select(sa.func.max(OrganisationService.id)).where(
        OrganisationService.organisation_id == organisation_id
    )
    return session().scalar(newest) or 0


def is_saved(organisation_id: int, submission_key: str) -> bool:
    """Whether answers of this very form were written before."""
    written = sa.exists().where(
        OrganisationService.organisation_id == organisation_id, OrganisationService.submission_key == submission_key
    )
    return bool(session().scalar(sa.select(written)))


def service_asks_of(organisation: OrganisationSummary, on: date) -> list[ServiceAsk]:
    """The asks in force on a day that depend on a service of this organisation, whatever it answered; in their order.

    Asks of a framework that is adopted only where it is.
    """
    adopted = sa.exists().where(
        Adoption.organisation_id == organisation.organisation_id,
        Adoption.framework_id == Framework.id,
        holds_on(Adoption, on),
    )
    rows = read(
        sa.select(AskContent.ask_id, AskScope.service, Progress.id.is_not(None))
        .join(AskScope, AskScope.content_id == AskContent.id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .join(Framework, Framework.id == FrameworkRevision.framework_id)
        .outerjoin(
            Progress,
            sa.and_(Progress.organisation_id == organisation.organisation_id, Progress.ask_id == AskContent.ask_id),
        )
        .where(
            AskScope.organisation_type == organisation.organisation_type,
            AskScope.service.is_not(None),
            is_known_revision(None),
            is_in_effect(on),
            sa.or_(FrameworkRevision.enrolment == Enrolment.AUTOMATIC, adopted),
        )
    )
    found = {ask_id: (Service(service), bool(said)) for ask_id, service, said in rows}
    return [ServiceAsk(ask, *found[ask.ask_id]) for ask in read_catalogue().asks.values() if ask.ask_id in found]


def said_of_services(organisation_id: int) -> list[SaidOfService]:
    """Every answer that was given, newest first; a row that only cuts an earlier answer short is none."""
    rows = session().execute(
        sa.select(OrganisationService, Person.name)
        .outerjoin(Person, Person.id == OrganisationService.person_id)
        .where(OrganisationService.organisation_id == organisation_id)
        .order_by(OrganisationService.id)
    )
    given = [(row, name) for row, name in rows]
    return [
        SaidOfService(
            service=row.service,
            is_provided=row.is_provided,
            reason=row.reason,
            recorded_at=row.recorded_at,
            person_id=row.person_id,
            person_name=name or "",
            role=row.role,
        )
        for row, name in reversed(given)
        if not any(_cuts_short(row, other) for other, _ in given)
    ]


def _cuts_short(row: OrganisationService, other: OrganisationService) -> bool:
    """Whether a row took the place of another that gave the same answer from the same day on for longer."""
    is_same = (row.service, row.is_provided, row.starts_on) == (other.service, other.is_provided, other.starts_on)
    if not is_same or row.ends_on is None or other.superseded_at != row.recorded_at:
        return False
    return other.ends_on is None or other.ends_on > row.ends_on


def asks_left_out(asks: Iterable[ServiceAsk], answers: Mapping[Service, bool]) -> Iterator[ServiceAsk]:
    """Those that are out of tracking because of these answers."""
    return (each for each in asks if answers.get(each.service) is False)
