"""Reads all that a progress report holds, in a scope, as at a day, as known at an instant; in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from reports.rows import ProgressRow
from tracker.accounts.queries import names_of
from tracker.accounts.rules import Scope
from tracker.appointments.queries import named_leads
from tracker.db import session
from tracker.evidence.queries import evidence_texts
from tracker.exports.rows import Surroundings, as_said, progress_row
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.frameworks.models import AskContent
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.queries import in_scope, organisations_as_at
from tracker.organisations.rules import clean_code
from tracker.progress.models import ProgressEntry
from tracker.progress.positions import last_said
from tracker.progress.queries import as_standing, bodies_in
from tracker.progress.rows import Standing
from tracker.progress.rules import Applicability
from tracker.progress.standings import standings_as_at
from tracker.progress.target_queries import slippages
from tracker.returns.standing_before import last_returned

EVERYWHERE = Scope(is_everywhere=True)
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is of. ``within`` is what the reader may see, ``place`` the part of it they asked for."""

    within: Scope
    place: Scope
    place_name: str
    as_at: date
    known_at: datetime | None = None
    framework: str | None = None
    includes_names: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What an ODS code names: a scope, its name, and the type of the body with the code."""

    scope: Scope
    name: str
    organisation_type: OrganisationType


@dataclass(frozen=True, slots=True)
class Report:
    """The rows of a report, in the order of region, system, organisation and ask, and the catalogue behind them.

    The rows are made as they are read from the database, once: a report of all England never stands in memory whole.
    """

    rows: Iterator[ProgressRow]
    catalogue: Catalogue


def progress_report(wanted: Wanted) -> Report:
    """Every tracked ask of every organisation in scope that was open on the day.

    Asks that are optional for a body are left out until it says something of them.
    """
    as_at, known_at = wanted.as_at, wanted.known_at
    catalogue = read_catalogue(known_at)
    bodies = bodies_in(wanted.within, as_at, known_at)
    standings = standings_as_at(as_at, known_at)
    entry, before = standings.entry, last_returned(as_at, known_at)
    is_same_item = sa.and_(
        before.c.organisation_id == standings.organisations.c.organisation_id, before.c.ask_id == AskContent.ask_id
    )
    select = (
        standings.select.outerjoin(before, is_same_item)
        .add_columns(
            entry.kind,
            entry.narrative,
            entry.reason,
            entry.next_step,
            entry.next_step_on,
            last_said(entry, "person_id").label("person_id"),
            before.c.status.label("previous_status"),
            before.c.status_class.label("previous_class"),
        )
        .where(in_scope(standings.organisations, wanted.within), in_scope(standings.organisations, wanted.place))
    )
    around = Surroundings(
        as_at=as_at,
        catalogue=catalogue,
        bodies=bodies,
        leads=named_leads(as_at, known_at),
        evidence=_evidence(as_at, known_at),
        slippages=slippages(as_at, known_at, catalogue),
        names=_names() if wanted.includes_names else None,
    )
    columns = standings.organisations.c
    is_system = columns.organisation_type.in_((OrganisationType.SYSTEM, OrganisationType.ICB))
    select = select.order_by(
        sa.func.coalesce(columns.region_code, ""),
        sa.case((is_system, columns.code), else_=sa.func.coalesce(columns.system_code, "")),
        columns.code,
    )
    found = session().execute(select, execution_options={"yield_per": ROWS_AT_ONCE})
    return Report(rows=_rows(found, wanted, around), catalogue=catalogue)


def _rows(found: Iterable[Any], wanted: Wanted, around: Surroundings) -> Iterator[ProgressRow]:
    """The rows in the order of the query's organisations and, within each, of the catalogue's asks."""
    asks = around.catalogue.asks
    for _, of_one_body in groupby(found, key=lambda row: row.organisation_id):
        for row in sorted(of_one_body, key=lambda row: asks[row.ask_id].order):
            standing = as_standing(row)
            if _is_wanted(standing, wanted, around.catalogue):
                yield progress_row(standing, as_said(row), around)


def _is_wanted(standing: Standing, wanted: Wanted, catalogue: Catalogue) -> bool:
    if standing.applicability is Applicability.OPTIONAL and standing.status_code is None:
        return False
    return wanted.framework in (None, catalogue.asks[standing.ask_id].framework_code)


def find_place(code: str, within: Scope, as_at: date) -> Place | None:
    """The part of a scope that an ODS code names: a region or system with its members, or one body."""
    organisations = organisations_as_at(as_at)
    row = (
        session()
        .execute(
            sa.select(organisations).where(organisations.c.code == clean_code(code), in_scope(organisations, within))
        )
        .one_or_none()
    )
    if row is None:
        return None
    only = frozenset({row.organisation_id})
    if row.organisation_type is OrganisationType.REGION:
        return Place(Scope(regions=only), row.name, row.organisation_type)
    if row.organisation_type in (OrganisationType.SYSTEM, OrganisationType.ICB):
        return Place(Scope(systems=only), row.name, row.organisation_type)
    return Place(Scope(own=only), row.name, row.organisation_type)


def name_of_scope(scope: Scope, as_at: date) -> str:
    """What a scope is called on a cover: England, or its bodies by name."""
    if scope.is_everywhere:
        return "England"
    organisations = organisations_as_at(as_at)
    bodies = scope.own | scope.systems | scope.regions
    names = session().scalars(
        sa.select(organisations.c.name)
        .where(organisations.c.organisation_id.in_(sorted(bodies)))
        .order_by(organisations.c.code)
    )
    return ", ".join(names) or "No organisation that was open on the day"


def _evidence(as_at: date, known_at: datetime | None) -> dict[tuple[int, int], str]:
    """The evidence of each item in one text, oldest first: links as addresses, the rest by title."""
    texts: dict[tuple[int, int], list[str]] = {}
    for each in evidence_texts(as_at, known_at):
        texts.setdefault((each.organisation_id, each.ask_id), []).append(each.text)
    return {item: "; ".join(listed) for item, listed in texts.items()}


def _names() -> dict[int, str]:
    """The names of everybody who ever updated anything and is not forgotten."""
    people = session().scalars(sa.select(ProgressEntry.person_id).distinct())
    return names_of(person_id for person_id in people if person_id is not None)
