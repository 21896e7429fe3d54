"""Reads organisations as they stood on a day and as they were known at an instant; it writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from tracker import clock
from tracker.accounts.rules import Permission, Place, Scope, Viewer
from tracker.db import read, session
from tracker.frameworks.rules import OrganisationType, Service
from tracker.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationLife,
    OrganisationLink,
    OrganisationName,
    OrganisationService,
    TrackingChoice,
)
from tracker.organisations.rules import TRACKED_BY_DEFAULT, LinkKind, clean_code


class OrganisationNotFound(NotFound):
    """No such organisation, or none that this viewer may see: the two look alike from outside, a 404."""


@dataclass(frozen=True, slots=True)
class OrganisationSummary:
    """One organisation as it stood on a day: a row of ``organisations_as_at``."""

    organisation_id: int
    code: str
    name: str
    published_name: str
    organisation_type: OrganisationType
    opened_on: date | None
    closed_on: date | None
    system_id: int | None
    system_code: str | None
    system_name: str | None
    region_id: int | None
    region_code: str | None
    region_name: str | None

    @property
    def place(self) -> Place:
        """Where it stands, for the access rules."""
        return Place(organisation_id=self.organisation_id, system_id=self.system_id, region_id=self.region_id)


def is_known(fact: Any, known_at: datetime | None = None) -> sa.ColumnElement[bool]:
    """Whether a row was believed at an instant; now, where none is given ("known at")."""
    if known_at is None:
        return sa.and_(fact.superseded_at.is_(None))
    return sa.and_(
        fact.recorded_at <= known_at,
        sa.or_(fact.superseded_at.is_(None), fact.superseded_at > known_at),
    )


def holds_on(fact: Any, as_at: Any, known_at: datetime | None = None) -> sa.ColumnElement[bool]:
    """Whether a dated fact was true on a London day, as known at an instant; both of its days are inside."""
    return sa.and_(
        is_known(fact, known_at),
        sa.or_(fact.starts_on.is_(None), fact.starts_on <= as_at),
        sa.or_(fact.ends_on.is_(None), fact.ends_on >= as_at),
    )


# Building this select takes longer than running it for one organisation; it holds no rows and is never changed.
@lru_cache(maxsize=32)
def organisations_as_at(as_at: date, known_at: datetime | None = None) -> sa.Subquery:
    """One row for each organisation open on a day, with its name, type, system and region of that day.

    Open on the close date itself and closed from the day after. Of two parents, one given
    by ODS and one chosen by a person, only the chosen one is joined.
    """
    life, name, kind = aliased(OrganisationLife), aliased(OrganisationName), aliased(OrganisationKind)
    system_link, system, system_name = _aliases_of_parent()
    region_link, region, region_name = _aliases_of_parent()
    return (
        sa.select(
            Organisation.id.label("organisation_id"),
            Organisation.code.label("code"),
            name.display_name.label("name"),
            name.published_name.label("published_name"),
            kind.organisation_type.label("organisation_type"),
            life.starts_on.label("opened_on"),
            life.ends_on.label("closed_on"),
            system.id.label("system_id"),
            system.code.label("system_code"),
            system_name.display_name.label("system_name"),
            region.id.label("region_id"),
            region.code.label("region_code"),
            region_name.display_name.label("region_name"),
        )
        .select_from(Organisation)
        .join(life, sa.and_(life.organisation_id == Organisation.id, holds_on(life, as_at, known_at)))
        .join(name, sa.and_(name.organisation_id == Organisation.id, holds_on(name, as_at, known_at)))
        .join(kind, sa.and_(kind.organisation_id == Organisation.id, holds_on(kind, as_at, known_at)))
        .outerjoin(system_link, is_link_of(system_link, LinkKind.SYSTEM, as_at, known_at))
        .outerjoin(system, system.id == system_link.parent_id)
        .outerjoin(
            system_name,
            sa.and_(system_name.organisation_id == system.id, holds_on(system_name, as_at, known_at)),
        )
        .outerjoin(region_link, is_link_of(region_link, LinkKind.REGION, as_at, known_at))
        .outerjoin(region, region.id == region_link.parent_id)
        .outerjoin(
            region_name,
            sa.and_(region_name.organisation_id == region.id, holds_on(region_name, as_at, known_at)),
        )
        .subquery("organisations")
    )


def _aliases_of_parent() -> tuple[Any, Any, Any]:
    return aliased(OrganisationLink), aliased(Organisation), aliased(OrganisationName)


def is_link_of(link: Any, kind: LinkKind, as_at: Any, known_at: datetime | None = None) -> sa.ColumnElement[bool]:
    """Whether a link leads from an organisation to its parent of a kind on a day."""
    return sa.and_(
        link.child_id == Organisation.id,
        link.link_kind == kind,
        link.is_overridden.is_(False),
        holds_on(link, as_at, known_at),
    )


def in_scope(organisations: sa.FromClause, scope: Scope) -> sa.ColumnElement[bool]:
    """Whether a row of ``organisations_as_at`` lies in a scope: the SQL twin of ``Scope.covers``."""
    if scope.is_everywhere:
        return sa.true()
    columns = organisations.c
    reached = []
    if bodies := scope.own | scope.systems | scope.regions:
        reached.append(columns.organisation_id.in_(sorted(bodies)))
    if scope.systems:
        reached.append(columns.system_id.in_(sorted(scope.systems)))
    if scope.regions:
        reached.append(columns.region_id.in_(sorted(scope.regions)))
    return sa.or_(sa.false(), *reached)


def ids_running(service: Service, on: date) -> sa.Select[int]:
    """The ids of the organisations that say that they run a service on a day, for a condition of another select."""
    answer = aliased(OrganisationService)
    return sa.select(answer.organisation_id).where(
        answer.service == service,
        answer.is_provided.is_(True),
        holds_on(answer, on),
    )


def tracked_types(known_at: datetime | None = None) -> frozenset[OrganisationType]:
    """The types that are tracked: ``rules.TRACKED_BY_DEFAULT``, unless somebody switched one on or off."""
    choices = read(_tracking_choices(known_at))
    chosen = {choice.organisation_type: choice.is_tracked for choice in choices}
    return frozenset(
        organisation_type
        for organisation_type in OrganisationType
        if chosen.get(organisation_type, organisation_type in TRACKED_BY_DEFAULT)
    )


def is_tracked(organisation_type: Any, known_at: datetime | None = None) -> sa.ColumnElement[bool]:
    """Whether the type in a column is tracked: the SQL twin of ``tracked_types``, for a statement about one body."""
    choice = sa.select(TrackingChoice.is_tracked).where(
        TrackingChoice.organisation_type == organisation_type, is_known(TrackingChoice, known_at)
    )
    by_default = sa.or_(sa.false(), *(organisation_type == kind for kind in sorted(TRACKED_BY_DEFAULT)))
    return sa.func.coalesce(choice.scalar_subquery(), by_default).is_(True)


@lru_cache(maxsize=16)
def _tracking_choices(known_at: datetime | None) -> sa.Select[OrganisationType, bool]:
    return sa.select(TrackingChoice.organisation_type, TrackingChoice.is_tracked).where(
        is_known(TrackingChoice, known_at)
    )


def find_organisation_by_code(code: str) -> Organisation | None:
    """The identity behind an ODS code, open or closed, or None."""
    return session().scalar(sa.select(Organisation).where(Organisation.code == clean_code(code)))


def get_organisation_visible_to(
    viewer: Viewer, code: str, permission: Permission, *, as_at: date | None = None
) -> OrganisationSummary:
    """One organisation open on the day (today, unless told) that this permission of the viewer reaches."""
    statement = _one_in_scope(as_at or clock.today(), viewer.scope(permission))
    row = read(statement, {"code": clean_code(code)}).one_or_none()
    if row is None:
        raise OrganisationNotFound
    return OrganisationSummary(*row)


@lru_cache(maxsize=512)
def _one_in_scope(as_at: date, scope: Scope) -> sa.Select[Any]:
    """The select of one organisation by its code; kept for each scope, of which there are about as many as viewers."""
    organisations = organisations_as_at(as_at)
    return sa.select(organisations).where(organisations.c.code == sa.bindparam("code"), in_scope(organisations, scope))


@dataclass(frozen=True, slots=True)
class OrganisationSearch:
    """What a list of organisations is asked for."""

    text: str = ""
    organisation_type: OrganisationType | None = None
    sort: str = "name"
    is_descending: bool = False


SORTABLE = ("name", "code", "organisation_type", "region_name", "system_name")


@dataclass(frozen=True, slots=True)
class VisibleOrganisations:
    """The organisations open on a day that a viewer may see and a search asks for, in a stable order."""

    as_at: date
    scope: Scope
    search: OrganisationSearch

    def types(self) -> set[OrganisationType]:
        """The types among all the viewer may see, whatever the search."""
        organisations = organisations_as_at(self.as_at)
        kinds = sa.select(organisations.c.organisation_type).where(in_scope(organisations, self.scope))
        return set(session().scalars(kinds.distinct()))

    def count(self) -> int:
        matching = self._matching().subquery()
        return session().scalar(sa.select(sa.func.count()).select_from(matching)) or 0

    def rows(self, *, limit: int | None = None, offset: int = 0) -> list[OrganisationSummary]:
        found = session().execute(self._matching().limit(limit).offset(offset))
        return [OrganisationSummary(**row._mapping) for row in found]

    def _matching(self) -> sa.Select[Any]:
        organisations = organisations_as_at(self.as_at)
        columns = organisations.c
        chosen = sa.select(organisations).where(in_scope(organisations, self.scope))
        if text := self.search.text.strip():
            chosen = chosen.where(
                sa.or_(
                    columns.name.icontains(text, autoescape=True),
                    columns.published_name.icontains(text, autoescape=True),
                    columns.code == clean_code(text),
                )
            )
        if self.search.organisation_type is not None:
            chosen = chosen.where(columns.organisation_type == self.search.organisation_type)
        column = columns[self.search.sort]
        # Empty values stand last in either direction; lower() makes both databases sort names the same way round.
        text_order = sa.func.lower(sa.cast(column, sa.String))
        direction = text_order.desc() if self.search.is_descending else text_order.asc()
        return chosen.order_by(column.is_(None), direction, sa.func.lower(columns.name), columns.code)


def organisations_visible_to(
    viewer: Viewer, search: OrganisationSearch, *, as_at: date | None = None
) -> VisibleOrganisations:
    """The list of organisations this viewer may see; nothing is read until its rows or its count are asked for."""
    return VisibleOrganisations(as_at or clock.today(), viewer.scope(Permission.SEE_ORGANISATIONS), search)


def get_open_organisation(code: str, as_at: date | None = None) -> OrganisationSummary:
    """One organisation open on a day, whoever asks: for commands, which have no viewer."""
    organisations = organisations_as_at(as_at or clock.today())
    row = session().execute(sa.select(organisations).where(organisations.c.code == clean_code(code))).one_or_none()
    if row is None:
        raise OrganisationNotFound(code)
    return OrganisationSummary(**row._mapping)


def service_answers(organisation_id: int, as_at: date, known_at: datetime | None = None) -> dict[Service, bool]:
    """What was said of a body's services on a day; a service that is missing is still to confirm."""
    answers = read(_service_answers(as_at, known_at), {"organisation_id": organisation_id})
    return {answer.service: answer.is_provided for answer in answers}


@lru_cache(maxsize=16)
def _service_answers(as_at: date, known_at: datetime | None) -> sa.Executable:
    return sa.select(OrganisationService.service, OrganisationService.is_provided).where(
        OrganisationService.organisation_id == sa.bindparam("organisation_id"),
        holds_on(OrganisationService, as_at, known_at),
    )
