"""What the page of an ask shows of its owners, and that of an organisation of who leads; it writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.appointments.models import Appointment
from tracker.appointments.queries import asks_asked_of, select_in_post
from tracker.appointments.rows import InPost, Vacancy
from tracker.appointments.rules import AppointmentRole, Term, vacant_since
from tracker.db import session
from tracker.organisations.queries import holds_on, is_known

TEMPLATE = "appointments/panel.html"
"""Its macro ``owners_panel`` is the part of an ask's page."""


@dataclass(frozen=True, slots=True)
class OwnersPanel:
    """Who owns one ask today, those who have owned it longest first, and who leads the organisation."""

    owners: tuple[InPost, ...]
    lead: InPost | None = None

    def is_owned_by(self, person_id: int) -> bool:
        return any(each.person_id == person_id for each in self.owners)


def panel(organisation_id: int, ask_id: int, on: date) -> OwnersPanel:
    """The owners of one ask of an organisation on a day, and its lead, in one statement.

    Whether it may be read is asked before.
    """
    rows = session().execute(
        select_in_post()
        .where(
            Appointment.organisation_id == organisation_id,
            sa.or_(Appointment.ask_id == ask_id, Appointment.role == AppointmentRole.EXECUTIVE_LEAD),
            holds_on(Appointment, on),
        )
        .order_by(Appointment.starts_on, Appointment.id)
    )
    in_post = [InPost(*row) for row in rows]
    leads = [each for each in in_post if each.role is AppointmentRole.EXECUTIVE_LEAD]
    owners = tuple(each for each in in_post if each.role is AppointmentRole.ASK_OWNER)
    return OwnersPanel(owners, leads[-1] if leads else None)


@dataclass(frozen=True, slots=True)
class InPostSum:
    """Who leads an organisation on a day, how many of its asks somebody owns, and when it was ever led."""

    organisation_id: int
    lead: InPost | None
    deputy: InPost | None
    owned_asks: int
    led: tuple[Term, ...]

    def vacancy(self, asked_from: date | None, opened_on: date | None, on: date) -> Vacancy | None:
        """Since when nobody leads; see ``rules.vacant_since``."""
        since = vacant_since(self.led, asked_from, opened_on, on)
        return None if since is None else Vacancy(self.organisation_id, since)


def in_post_sum(organisation_id: int, on: date) -> InPostSum:
    """In one statement, which reads past and coming leads too.

    An owner of an ask of a service that the organisation does not run is not counted.
    """
    is_asked = sa.or_(Appointment.ask_id.is_(None), Appointment.ask_id.in_(asks_asked_of(organisation_id, on)))
    is_lead = Appointment.role == AppointmentRole.EXECUTIVE_LEAD
    rows = session().execute(
        select_in_post()
        .where(
            Appointment.organisation_id == organisation_id,
            is_known(Appointment),
            sa.or_(is_lead, sa.and_(holds_on(Appointment, on), is_asked)),
        )
        .order_by(Appointment.starts_on, Appointment.id)
    )
    known = [InPost(*row) for row in rows]
    in_post = [each for each in known if each.term.holds_on(on)]
    last = {each.role: each for each in in_post}
    return InPostSum(
        organisation_id=organisation_id,
        lead=last.get(AppointmentRole.EXECUTIVE_LEAD),
        deputy=last.get(AppointmentRole.DEPUTY),
        owned_asks=len({each.ask_id for each in in_post if each.ask_id is not None}),
        led=tuple(each.term for each in known if each.role is AppointmentRole.EXECUTIVE_LEAD),
    )
