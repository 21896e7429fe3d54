"""Reads the rows of measures with selects that are kept; which of them count, and for whom, is for ``queries``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.db import read
from tracker.frameworks.catalogue import is_in_effect, is_known_revision
from tracker.frameworks.models import Ask, AskContent, AskScope, Framework, FrameworkRevision
from tracker.frameworks.rules import Enrolment, OrganisationType, Service
from tracker.measures.models import OWN_MEASURES, MeasureAim, MeasureHead, MeasureReading, OwnMeasure
from tracker.measures.rows import OWN_GROUP, Aim, AimSaid, AskLink, Measure, ReadingSaid, StoredReading, TargetSet
from tracker.measures.rules import Counts, Kind
from tracker.organisations.queries import holds_on


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask that applies to a type of organisation, perhaps only where it runs a service."""

    link: AskLink
    service: Service | None


@dataclass(slots=True)
class Stored:
    """What was said about one measure: rows of it, in no order."""

    version: int
    own: Measure | None
    aim: Aim | None
    readings: list[StoredReading]


def readings_said(organisation_id: int, key: str) -> list[ReadingSaid]:
    """Everything that was recorded as a reading of one measure, what was corrected too; the newest first."""
    rows = read(_readings_said(), {"organisation_id": organisation_id, "key": key})
    return [
        ReadingSaid(
            recorded_at=row.recorded_at,
            person_name=row.person_name or "",
            role=row.role,
            reason=row.reason,
            reading_id=row.id,
            kind=row.kind,
            corrects_id=row.corrects_id,
            period_end=row.period_end,
            counts=None if row.numerator is None else Counts(row.numerator, row.denominator, row.is_rounded),
            source=row.source,
        )
        for row in rows
    ]


def aims_said(organisation_id: int, key: str) -> list[AimSaid]:
    """Every baseline and target that was set for one measure, the newest first."""
    rows = read(_aims_said(), {"organisation_id": organisation_id, "key": key})
    return [
        AimSaid(
            recorded_at=row.recorded_at,
            person_name=row.person_name or "",
            role=row.role,
            reason=row.reason,
            true_on=row.true_on,
            baseline_id=row.baseline_id,
            target=row.target_tenths,
            target_on=row.target_on,
        )
        for row in rows
    ]


def targets_set(organisation_id: int, as_at: date, known_at: datetime | None) -> dict[str, list[TargetSet]]:
    """Every target that was set for each measure of an organisation, by key, in one statement; the latest last."""
    found: dict[str, list[TargetSet]] = {}
    for key, tenths, on in read(_targets(as_at, known_at), {"organisation_id": organisation_id}):
        found.setdefault(key, []).append(TargetSet(tenths, on))
    return found


def read_asked(
    organisation_type: OrganisationType, as_at: date, known_at: datetime | None
) -> dict[tuple[str, str], Asked]:
    rows = read(_asks(as_at, known_at), {"organisation_type": organisation_type})
    return {
        (code, ref): Asked(AskLink(ask_id, code, ref, enrolment is Enrolment.AUTOMATIC), service)
        for ask_id, code, ref, enrolment, service in rows
    }


# The selects are kept because building them takes longer than running them; they hold no rows.
@lru_cache(maxsize=16)
def _asks(as_at: date, known_at: datetime | None) -> sa.Executable:
    return (
        sa.select(Ask.id, Framework.code, Ask.ref, FrameworkRevision.enrolment, AskScope.service)
        .join(AskContent, AskContent.ask_id == Ask.id)
        .join(AskScope, AskScope.content_id == AskContent.id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .join(Framework, Framework.id == FrameworkRevision.framework_id)
        .where(
            is_known_revision(known_at),
            is_in_effect(as_at),
            AskScope.organisation_type == sa.bindparam("organisation_type"),
        )
        .order_by(FrameworkRevision.position, AskContent.position)
    )


def read_stored(
    organisation_id: int, as_at: date, known_at: datetime | None, asked: Mapping[tuple[str, str], Asked]
) -> dict[str, Stored]:
    """What was said about each measure of an organisation, by key, in one statement."""
    links = {each.link.ask_id: each.link for each in asked.values()}
    found: dict[str, Stored] = {}
    for row in read(_said(as_at, known_at), {"organisation_id": organisation_id}):
        stored = found.get(row.measure_code)
        if stored is None:
            aim = Aim(row.aim_id, row.baseline_id, row.target_tenths, row.target_on) if row.aim_id else None
            stored = found[row.measure_code] = Stored(row.version, _own_measure(row, links), aim, [])
        if row.reading_id is not None:
            stored.readings.append(
                StoredReading(
                    row.reading_id,
                    row.reading_kind,
                    row.period_end,
                    row.numerator,
                    row.denominator,
                    row.is_rounded,
                    row.source,
                    row.corrects_id,
                )
            )
    return {key: stored for key, stored in found.items() if stored.own or stored.aim or stored.readings}


def _own_measure(row: Any, links: Mapping[int, AskLink]) -> Measure | None:
    if row.name is None:
        return None
    return Measure(
        key=row.measure_code,
        name=row.name,
        numerator=row.numerator_words,
        denominator=row.denominator_words,
        kind=Kind(row.unit, row.direction, row.counts_people),
        group=OWN_GROUP,
        ask=links.get(row.ask_id),
        definition=None,
    )


@lru_cache(maxsize=16)
def _said(as_at: date, known_at: datetime | None) -> sa.Executable:
    """Each measure of which something was said, with its words if they are its own, its aim, and every reading.

    What was recorded later is left out, and nothing else: a correction may have moved a reading to another period.
    """
    aim = aliased(MeasureAim)
    latest_aim = (
        sa.select(MeasureAim.id)
        .where(
            MeasureAim.organisation_id == MeasureHead.organisation_id,
            MeasureAim.measure_code == MeasureHead.measure_code,
            MeasureAim.true_on <= as_at,
            *_recorded_by(MeasureAim.recorded_at, known_at),
        )
        .order_by(MeasureAim.true_on.desc(), MeasureAim.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    reading, own = MeasureReading, OwnMeasure
    return (
        sa.select(
            MeasureHead.measure_code,
            MeasureHead.version,
            *(own.name, own.numerator_words, own.denominator_words, own.unit, own.direction, own.counts_people),
            own.ask_id,
            *(aim.id.label("aim_id"), aim.baseline_id, aim.target_tenths, aim.target_on),
            *(reading.id.label("reading_id"), reading.kind.label("reading_kind"), reading.period_end),
            *(reading.numerator, reading.denominator, reading.is_rounded, reading.source, reading.corrects_id),
        )
        .select_from(MeasureHead)
        .outerjoin(aim, aim.id == latest_aim)
        .outerjoin(
            own,
            sa.and_(
                own.organisation_id == MeasureHead.organisation_id,
                own.measure_code == MeasureHead.measure_code,
                holds_on(own, as_at, known_at),
            ),
        )
        .outerjoin(
            reading,
            sa.and_(
                reading.organisation_id == MeasureHead.organisation_id,
                reading.measure_code == MeasureHead.measure_code,
                *_recorded_by(reading.recorded_at, known_at),
            ),
        )
        .where(MeasureHead.organisation_id == sa.bindparam("organisation_id"), MeasureHead.measure_code != OWN_MEASURES)
        .order_by(MeasureHead.measure_code, reading.id)
    )


@lru_cache(maxsize=16)
def _targets(as_at: date, known_at: datetime | None) -> sa.Executable:
    return (
        sa.select(MeasureAim.measure_code, MeasureAim.target_tenths, MeasureAim.true_on)
        .where(
            MeasureAim.organisation_id == sa.bindparam("organisation_id"),
            MeasureAim.true_on <= as_at,
            *_recorded_by(MeasureAim.recorded_at, known_at),
        )
        .order_by(MeasureAim.true_on, MeasureAim.id)
    )


def _recorded_by(recorded_at: Any, known_at: datetime | None) -> Sequence[sa.ColumnElement[bool]]:
    return () if known_at is None else (recorded_at <= known_at,)


@lru_cache(maxsize=1)
def _readings_said() -> sa.Executable:
    return _said_by_somebody(MeasureReading)


@lru_cache(maxsize=1)
def _aims_said() -> sa.Executable:
    return _said_by_somebody(MeasureAim)


def _said_by_somebody(said: type[MeasureReading] | type[MeasureAim]) -> sa.Executable:
    return (
        sa.select(*said.__table__.columns, Person.name.label("person_name"))
        .outerjoin(Person, Person.id == said.person_id)
        .where(said.organisation_id == sa.bindparam("organisation_id"), said.measure_code == sa.bindparam("key"))
        .order_by(said.id.desc())
    )
