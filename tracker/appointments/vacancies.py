"""Which organisations have no executive lead on a day, and since when: the SQL twin of ``rules.vacant_since``.

It writes nothing, and takes two statements whatever the number of organisations.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from tracker.appointments.models import Appointment
from tracker.appointments.rows import Vacancy
from tracker.appointments.rules import AppointmentRole
from tracker.db import read
from tracker.frameworks.catalogue import is_in_effect, is_known_revision
from tracker.frameworks.models import AskContent, AskScope, FrameworkRevision
from tracker.frameworks.rules import Enrolment, OrganisationType
from tracker.organisations.queries import holds_on, is_known, organisations_as_at, tracked_types


class day_after(FunctionElement[date]):  # noqa: N801 - it is written like a function of SQL
    """The day after a day."""

    type = sa.Date()
    name = "day_after"
    inherit_cache = True


@compiles(day_after)
def _plus_one(element: day_after, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + 1)"


@compiles(day_after, "sqlite")
def _plus_one_in_sqlite(element: day_after, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+1 day')"


def vacancies(
    as_at: date, known_at: datetime | None = None, *, organisation_ids: Collection[int] | None = None
) -> dict[int, Vacancy]:
    """The vacancy of every organisation that is asked for an executive lead and had none at the end of a day.

    Asked for one is whoever is of a tracked type that the ask which records the lead is asked of (6.1 of the eight
    urgent actions), from the day its framework holds.
    """
    is_narrowed = organisation_ids is not None
    rows = read(
        _vacancies(as_at, known_at, tracked_types(known_at), is_narrowed=is_narrowed),
        {"bodies": sorted(organisation_ids)} if organisation_ids is not None else {},
    )
    return {row[0]: Vacancy(*row) for row in rows}


# Building the select takes longer than running it for one organisation; it holds no rows.
@lru_cache(maxsize=16)
def _vacancies(
    as_at: date, known_at: datetime | None, tracked: frozenset[OrganisationType], *, is_narrowed: bool
) -> sa.Executable:
    organisations = organisations_as_at(as_at, known_at)
    body = organisations.c
    asked = (
        sa.select(AskScope.organisation_type, sa.func.min(FrameworkRevision.effective_from).label("asked_from"))
        .join(AskContent, AskContent.id == AskScope.content_id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .where(
            AskContent.records_lead,
            sa.not_(AskScope.is_optional),
            FrameworkRevision.enrolment == Enrolment.AUTOMATIC,
            is_known_revision(known_at),
            is_in_effect(as_at),
            sa.or_(sa.false(), *(AskScope.organisation_type == kind for kind in sorted(tracked))),
        )
        .group_by(AskScope.organisation_type)
        .subquery()
    )
    is_of_a_lead = Appointment.role == AppointmentRole.EXECUTIVE_LEAD
    left = (
        sa.select(Appointment.organisation_id, day_after(sa.func.max(Appointment.ends_on)).label("free_from"))
        .where(is_of_a_lead, is_known(Appointment, known_at), Appointment.ends_on < as_at)
        .group_by(Appointment.organisation_id)
        .subquery()
    )
    is_filled = sa.exists().where(
        is_of_a_lead,
        Appointment.organisation_id == body.organisation_id,
        holds_on(Appointment, as_at, known_at),
    )
    begins = sa.case((body.opened_on > asked.c.asked_from, body.opened_on), else_=asked.c.asked_from)
    since = sa.case((left.c.free_from > begins, left.c.free_from), else_=begins)
    query = (
        sa.select(body.organisation_id, sa.type_coerce(since, sa.Date()).label("since"))
        .join(asked, asked.c.organisation_type == body.organisation_type)
        .outerjoin(left, left.c.organisation_id == body.organisation_id)
        .where(sa.not_(is_filled), since <= as_at)
    )
    if is_narrowed:
        return query.where(body.organisation_id.in_(sa.bindparam("bodies", expanding=True)))
    return query
