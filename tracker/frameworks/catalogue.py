"""Everything that is asked, as known at an instant, in three statements: for lists that join it in Python.

A list of thousands of statuses repeats a few dozen asks; reading their wording once is cheaper than in every row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from tracker.db import read, session
from tracker.frameworks.definition import StatusDefinition
from tracker.frameworks.models import (
    Action,
    ActionContent,
    Ask,
    AskContent,
    AskScope,
    Framework,
    FrameworkRevision,
    ScaleStatus,
)
from tracker.frameworks.rows import AskView, Scale
from tracker.frameworks.rules import Confidence, DateKind, DatePrecision, Enrolment, OrganisationType

NO_UPDATE = "No update"
"""What the absence of any record is called; it is shown and never stored."""


@dataclass(frozen=True, slots=True)
class AskFacts:
    """One ask in one revision of its framework, with what lists show of it."""

    ask_id: int
    framework_id: int
    framework_code: str
    framework_title: str
    action_number: str
    action_title: str
    action_label: str
    ref: str
    wording: str
    date_kind: DateKind
    national_on: date | None
    precision: DatePrecision | None
    season: str
    confidence: Confidence
    records_lead: bool
    effective_from: date
    effective_to: date | None
    is_adopted: bool
    """Whether the framework is taken up by choice: its dates are the organisation's own."""
    order: tuple[int, int, int]
    types: frozenset[OrganisationType]
    """The types of organisation that it is asked of, or that may take it up."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Asks by id, in the order in which they are shown, and each framework's scale."""

    asks: Mapping[int, AskFacts]
    scales: Mapping[int, Scale]
    views: dict[int, AskView] = field(default_factory=dict, compare=False, repr=False)
    """Asks that were read in full, by id; see ``queries.ask_in_full``."""

    def find_ask(self, framework_code: str, ref: str) -> AskFacts | None:
        """One ask by the names it has in an address."""
        for ask in self.asks.values():
            if (ask.framework_code, ask.ref) == (framework_code, ref):
                return ask
        return None

    def scale_of(self, ask: AskFacts) -> Scale:
        return self.scales[ask.framework_id]

    def word(self, ask: AskFacts, status_code: str | None) -> str:
        """What a stored status is called now."""
        return status_word(self.scale_of(ask), status_code)


def status_word(scale: Scale, status_code: str | None) -> str:
    """What a stored status is called on a scale; a word that the scale has lost is still readable."""
    if status_code is None:
        return NO_UPDATE
    known = scale.find(status_code)
    return known.label if known else status_code.replace("_", " ").capitalize()


def is_known_revision(known_at: datetime | None) -> sa.ColumnElement[bool]:
    """Whether a row of ``framework_revision`` was the one believed at an instant; now, where none is given."""
    if known_at is None:
        return FrameworkRevision.superseded_at.is_(None)
    return sa.and_(
        FrameworkRevision.recorded_at <= known_at,
        sa.or_(FrameworkRevision.superseded_at.is_(None), FrameworkRevision.superseded_at > known_at),
    )


def is_in_effect(on: date) -> sa.ColumnElement[bool]:
    """The revisions whose framework holds on a day; the SQL twin of ``FrameworkRow.is_in_effect``."""
    return sa.and_(
        FrameworkRevision.effective_from <= on,
        sa.or_(FrameworkRevision.effective_to.is_(None), FrameworkRevision.effective_to >= on),
    )


def read_catalogue(known_at: datetime | None = None) -> Catalogue:
    """Every framework's asks and scale as known at an instant.

    A revision never changes once it is stored, so what was read of the same revisions on the same database is kept.
    """
    revisions = tuple(map(tuple, read(_revisions_known(known_at))))
    kept = _KEPT.setdefault(session().get_bind().engine, {})
    if revisions not in kept:
        if len(kept) >= CATALOGUES_KEPT:
            kept.clear()
        kept[revisions] = _read_whole(known_at)
    return kept[revisions]


CATALOGUES_KEPT = 8
_KEPT: WeakKeyDictionary[sa.Engine, dict[object, Catalogue]] = WeakKeyDictionary()


@lru_cache(maxsize=16)
def _revisions_known(known_at: datetime | None) -> sa.Executable:
    revision = FrameworkRevision
    return sa.select(revision.id, revision.digest).where(is_known_revision(known_at)).order_by(revision.id)


def _read_whole(known_at: datetime | None) -> Catalogue:
    asks: dict[int, AskFacts] = {}
    types: dict[int, list[OrganisationType]] = {}
    for ask_id, organisation_type in read(_types_known(known_at)):
        types.setdefault(ask_id, []).append(organisation_type)
    for row in read(_asks_known(known_at)):
        values: list[Any] = [*row[:-3], tuple(row[-3:]), frozenset(types.get(row[0], ()))]
        asks[row[0]] = AskFacts(*values)
    return Catalogue(asks=asks, scales=_scales(known_at))


# The selects are kept because building them takes longer than running them; they hold no rows.
@lru_cache(maxsize=16)
def _asks_known(known_at: datetime | None) -> sa.Executable:
    return (
        sa.select(
            Ask.id,
            Ask.framework_id,
            Framework.code,
            FrameworkRevision.title,
            Action.number,
            ActionContent.title,
            ActionContent.label,
            Ask.ref,
            AskContent.wording,
            AskContent.date_kind,
            AskContent.national_on,
            AskContent.precision,
            AskContent.season,
            AskContent.confidence,
            AskContent.records_lead,
            FrameworkRevision.effective_from,
            FrameworkRevision.effective_to,
            FrameworkRevision.enrolment == Enrolment.ADOPTED,
            FrameworkRevision.position,
            ActionContent.position,
            AskContent.position,
        )
        .join(AskContent, AskContent.ask_id == Ask.id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .join(Framework, Framework.id == Ask.framework_id)
        .join(Action, Action.id == Ask.action_id)
        .join(
            ActionContent,
            sa.and_(ActionContent.action_id == Action.id, ActionContent.revision_id == FrameworkRevision.id),
        )
        .where(is_known_revision(known_at))
        .order_by(FrameworkRevision.position, Framework.code, ActionContent.position, AskContent.position, Ask.id)
    )


@lru_cache(maxsize=16)
def _types_known(known_at: datetime | None) -> sa.Select[int, OrganisationType]:
    return (
        sa.select(AskContent.ask_id, AskScope.organisation_type)
        .join(AskScope, AskScope.content_id == AskContent.id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .where(is_known_revision(known_at))
    )


def _scales(known_at: datetime | None) -> dict[int, Scale]:
    statuses: dict[int, list[StatusDefinition]] = {}
    for row in read(_words_known(known_at)):
        values: Sequence[Any] = row
        statuses.setdefault(row[0], []).append(StatusDefinition(*values[1:]))
    return {framework_id: Scale(tuple(words)) for framework_id, words in statuses.items()}


@lru_cache(maxsize=16)
def _words_known(known_at: datetime | None) -> sa.Executable:
    return (
        sa.select(
            FrameworkRevision.framework_id,
            ScaleStatus.code,
            ScaleStatus.label,
            ScaleStatus.definition,
            ScaleStatus.colour,
            ScaleStatus.status_class,
            ScaleStatus.needs_reason,
            ScaleStatus.needs_recovery_date,
            ScaleStatus.needs_evidence,
        )
        .join(ScaleStatus, ScaleStatus.revision_id == FrameworkRevision.id)
        .where(is_known_revision(known_at))
        .order_by(ScaleStatus.revision_id, ScaleStatus.position)
    )
