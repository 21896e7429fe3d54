"""Loads what is known about every organisation as pictures, and writes what a plan changes; opens no transaction.

Every write is an addition: a fact that no longer stands gets ``superseded_at``, and its correction is a new row.
Rows go in bulk, because a practice map brings sixty thousand facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.db import Base, session
from tracker.organisations.lives import Life
from tracker.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationLife,
    OrganisationLink,
    OrganisationName,
    OrganisationOnsCode,
)
from tracker.organisations.names import display_name
from tracker.organisations.planning import Picture
from tracker.organisations.rules import FactSource, LinkKind
from tracker.organisations.timelines import Span, Timeline, joined, outside

Fact = tuple[tuple[str, Any], ...]
"""The columns of one fact that make it what it is, in a fixed order: two equal facts are one."""

Choices = Mapping[LinkKind, Timeline[str]]
"""The parents that people chose for one organisation."""

_FACT_TABLES: tuple[type[Base], ...] = (
    OrganisationLife,
    OrganisationName,
    OrganisationKind,
    OrganisationLink,
    OrganisationOnsCode,
)
_VALUE_COLUMNS: Mapping[type[Base], str] = {
    OrganisationLife: "close_said_by",
    OrganisationName: "published_name",
    OrganisationKind: "organisation_type",
    OrganisationOnsCode: "ons_code",
}
_IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database believes now: pictures by code, and what people chose, which an import never touches."""

    pictures: Mapping[str, Picture]
    ids: Mapping[str, int]
    chosen: Mapping[str, Choices]


def load(only: Collection[int] | None = None) -> Stored:
    """Everything known now about every organisation, or about those with these ids: six statements in all."""
    rows = session().execute(sa.select(Organisation.id, Organisation.code)).all()
    codes: dict[int, str] = {row.id: row.code for row in rows}
    spans = {table: _spans(table, codes, only) for table in _VALUE_COLUMNS}
    given: dict[str, dict[LinkKind, list[Span[str]]]] = {}
    chosen: dict[str, dict[LinkKind, list[Span[str]]]] = {}
    for row in _current_links(only):
        target = chosen if row.source is FactSource.MANUAL else given
        parents = target.setdefault(codes[row.child_id], {}).setdefault(row.link_kind, [])
        parents.append(Span(codes[row.parent_id], row.starts_on, row.ends_on))
    pictures = {
        code: Picture(
            code=code,
            lives=tuple(
                Life(span.starts_on, span.ends_on, span.value)
                for span in sorted(lives, key=lambda span: span.starts_on or date.min)
            ),
            names=joined(spans[OrganisationName].get(code, ())),
            types=joined(spans[OrganisationKind].get(code, ())),
            links={kind: joined(parents) for kind, parents in given.get(code, {}).items()},
            ons_codes=joined(spans[OrganisationOnsCode].get(code, ())),
        )
        for code, lives in spans[OrganisationLife].items()
    }
    return Stored(
        pictures=pictures,
        ids={code: identity for identity, code in codes.items()},
        chosen={code: {kind: joined(parents) for kind, parents in kinds.items()} for code, kinds in chosen.items()},
    )


def _spans(table: Any, codes: Mapping[int, str], only: Collection[int] | None) -> dict[str, list[Span[Any]]]:
    """The current values of one table by organisation, as spans."""
    columns = table.__table__.c
    query = sa.select(
        columns.organisation_id, columns[_VALUE_COLUMNS[table]], columns.starts_on, columns.ends_on
    ).where(columns.superseded_at.is_(None))
    if only is not None:
        query = query.where(columns.organisation_id.in_(only))
    found: dict[str, list[Span[Any]]] = {}
    for organisation_id, value, starts_on, ends_on in session().execute(query):
        found.setdefault(codes[organisation_id], []).append(Span(value, starts_on, ends_on))
    return found


def _current_links(only: Collection[int] | None) -> Iterable[Any]:
    columns = OrganisationLink.__table__.c
    query = sa.select(
        columns.child_id,
        columns.parent_id,
        columns.link_kind,
        columns.source,
        columns.starts_on,
        columns.ends_on,
    ).where(columns.superseded_at.is_(None))
    return session().execute(query if only is None else query.where(columns.child_id.in_(only)))


def with_choices(stored: Stored, code: str, choices: Choices) -> Stored:
    """The same, after a person chose other parents for one organisation."""
    return replace(stored, chosen={**stored.chosen, code: choices})


def save(stored: Stored, pictures: Iterable[Picture], recorded_at: datetime) -> None:
    """Write the pictures that changed: facts that no longer stand are superseded, and new ones added."""
    changed = list(pictures)
    ids = dict(stored.ids)
    new_codes = sorted({picture.code for picture in changed} - ids.keys())
    if new_codes:
        _insert(Organisation, [{"code": code, "recorded_at": recorded_at} for code in new_codes])
        made = sa.select(Organisation.code, Organisation.id).where(Organisation.recorded_at == recorded_at)
        ids.update({row.code: row.id for row in session().execute(made)})
    known = {stored.ids[picture.code]: picture.code for picture in changed if picture.code in stored.ids}
    for table in _FACT_TABLES:
        old = _stored_facts(table, known, ids)
        added: list[dict[str, Any]] = []
        superseded: list[int] = []
        for picture in changed:
            new = facts_of(table, picture, stored.chosen.get(picture.code, {}))
            before = old.get(picture.code, {})
            superseded.extend(identity for fact, identity in before.items() if fact not in new)
            added.extend(_row(table, ids, picture.code, fact, recorded_at) for fact in new if fact not in before)
        supersede(table, superseded, recorded_at)
        _insert(table, added)


def _stored_facts(table: Any, known: Mapping[int, str], ids: Mapping[str, int]) -> Mapping[str, Mapping[Fact, int]]:
    """The current facts of these organisations and the ids of their rows, but for what people chose."""
    columns = table.__table__.c
    is_link = table is OrganisationLink
    owner = columns.child_id if is_link else columns.organisation_id
    codes = {identity: code for code, identity in ids.items()} if is_link else {}
    found: dict[str, dict[Fact, int]] = {}
    for some in _batched(sorted(known), _IDS_AT_ONCE):
        query = sa.select(columns).where(columns.superseded_at.is_(None), owner.in_(some))
        if is_link:
            query = query.where(columns.source == FactSource.ODS)
        for row in session().execute(query).mappings():
            if is_link:
                span = Span(codes[row["parent_id"]], row["starts_on"], row["ends_on"])
                fact = _link_fact(row["link_kind"], span, is_overridden=row["is_overridden"])
            else:
                column = _VALUE_COLUMNS[table]
                fact = _fact(column, row[column], row["starts_on"], row["ends_on"])
            found.setdefault(known[row[owner.name]], {})[fact] = row["id"]
    return found


def _batched(values: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    """The values in parts of a size, because a statement takes a limited number of parameters."""
    return (values[start : start + size] for start in range(0, len(values), size))


def facts_of(table: type[Base], picture: Picture, chosen: Choices) -> list[Fact]:
    """The facts of one table that make up a picture."""
    if table is OrganisationLife:
        return [_fact("close_said_by", life.close_said_by, life.starts_on, life.ends_on) for life in picture.lives]
    if table is OrganisationLink:
        return link_facts(picture.links, chosen)
    timelines: Mapping[type[Base], Timeline[Any]] = {
        OrganisationName: picture.names,
        OrganisationKind: picture.types,
        OrganisationOnsCode: picture.ons_codes,
    }
    column, timeline = _VALUE_COLUMNS[table], timelines[table]
    return [_fact(column, span.value, span.starts_on, span.ends_on) for span in timeline]


def link_facts(given: Mapping[LinkKind, Timeline[str]], chosen: Choices) -> list[Fact]:
    """What ODS says of the parents; on the days on which a person chose another, it is kept but overridden."""
    facts: list[Fact] = []
    for kind, timeline in given.items():
        free, covered = outside(timeline, chosen.get(kind, ()))
        facts.extend(_link_fact(kind, span, is_overridden=False) for span in free)
        facts.extend(_link_fact(kind, span, is_overridden=True) for span in covered)
    return facts


def supersede(table: Any, identities: list[int], recorded_at: datetime) -> None:
    """Say of facts that they are no longer believed; they stay readable as what was known until now."""
    if identities:
        session().execute(
            sa.update(table.__table__)
            .where(table.__table__.c.id == sa.bindparam("identity"))
            .values(superseded_at=sa.bindparam("at")),
            [{"identity": identity, "at": recorded_at} for identity in identities],
        )


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session().execute(sa.insert(table.__table__), rows)


def _fact(column: str, value: Any, starts_on: date | None, ends_on: date | None) -> Fact:
    return ((column, value), ("starts_on", starts_on), ("ends_on", ends_on))


def _link_fact(kind: LinkKind, span: Span[str], *, is_overridden: bool) -> Fact:
    return (
        ("link_kind", kind),
        ("parent", span.value),
        ("is_overridden", is_overridden),
        ("starts_on", span.starts_on),
        ("ends_on", span.ends_on),
    )


def _row(table: type[Base], ids: Mapping[str, int], code: str, fact: Fact, recorded_at: datetime) -> dict[str, Any]:
    row: dict[str, Any] = dict(fact)
    row |= {"source": FactSource.ODS, "recorded_at": recorded_at}
    if table is OrganisationLink:
        row["child_id"] = ids[code]
        row["parent_id"] = ids[row.pop("parent")]
    else:
        row["organisation_id"] = ids[code]
    if table is OrganisationName:
        row["display_name"] = display_name(row["published_name"])
    return row
