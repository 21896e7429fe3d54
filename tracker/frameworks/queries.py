"""Reads one framework or one ask whole, as known now or at an instant; it writes nothing.

Lists of many organisations read ``catalogue`` instead, which takes less of each ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from tracker.db import session
from tracker.frameworks.catalogue import AskFacts, Catalogue, is_known_revision
from tracker.frameworks.definition import (
    AlternateDefinition,
    ScopeDefinition,
    SourceDefinition,
    StatusDefinition,
)
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
from tracker.frameworks.rows import ActionRow, AskView, FrameworkRow, Scale


class FrameworkNotFound(NotFound):
    """No framework has this code, or it was not known at that instant."""

    description = "There is no framework with this code. Check the address."


class AskNotFound(NotFound):
    """No ask of this framework has this ref, or it was not known at that instant."""

    description = "There is no ask with this number in this framework. Check the address."


def list_frameworks(known_at: datetime | None = None) -> tuple[FrameworkRow, ...]:
    """Every framework known, in the order in which they are shown."""
    return tuple(_framework_row(framework, revision) for framework, revision in _revisions(known_at))


def get_framework(code: str, known_at: datetime | None = None) -> FrameworkRow:
    """One framework by its code. Raises FrameworkNotFound, a 404."""
    found = find_framework(code, known_at)
    if found is None:
        raise FrameworkNotFound
    return found


def find_framework(code: str, known_at: datetime | None = None) -> FrameworkRow | None:
    """One framework by its code, or None where it is unknown or was not known yet."""
    for framework, revision in _revisions(known_at, Framework.code == code):
        return _framework_row(framework, revision)
    return None


def list_asks(framework_code: str, known_at: datetime | None = None) -> tuple[AskView, ...]:
    """Every ask of a framework, in order. Raises FrameworkNotFound, a 404: none is without asks."""
    found = _asks(Framework.code == framework_code, is_known_revision(known_at))
    if not found:
        raise FrameworkNotFound
    return found


def get_ask(framework_code: str, ref: str, known_at: datetime | None = None) -> AskView:
    """One ask by its framework and ref. Raises AskNotFound, a 404, where either is unknown or withdrawn."""
    found = _asks(Framework.code == framework_code, Ask.ref == ref, is_known_revision(known_at))
    if not found:
        raise AskNotFound
    return found[0]


def ask_in_full(catalogue: Catalogue, ask: AskFacts) -> AskView:
    """Everything that is known of one ask of the catalogue of now, read once as long as no framework changes."""
    if ask.ask_id not in catalogue.views:
        catalogue.views[ask.ask_id] = get_ask(ask.framework_code, ask.ref)
    return catalogue.views[ask.ask_id]


def asks_of(revision_id: int) -> tuple[AskView, ...]:
    """The asks of one revision of a framework, in order."""
    return _asks(FrameworkRevision.id == revision_id)


def scale_of(framework_id: int, known_at: datetime | None = None) -> Scale:
    """The status scale of one framework. Raises FrameworkNotFound, a 404."""
    statuses = _statuses(is_known_revision(known_at), FrameworkRevision.framework_id == framework_id)
    if not statuses:
        raise FrameworkNotFound
    return Scale(statuses)


def statuses_of(revision_id: int) -> tuple[StatusDefinition, ...]:
    """The words of one revision's scale, in order."""
    return _statuses(FrameworkRevision.id == revision_id)


def revisions_of(framework_code: str) -> tuple[FrameworkRow, ...]:
    """Every revision of a framework, the first one first."""
    return tuple(
        _framework_row(framework, revision)
        for framework, revision in session().execute(
            sa.select(Framework, FrameworkRevision)
            .join(FrameworkRevision, FrameworkRevision.framework_id == Framework.id)
            .where(Framework.code == framework_code)
            .order_by(FrameworkRevision.number)
        )
    )


def _revisions(
    known_at: datetime | None, *conditions: sa.ColumnElement[bool]
) -> Iterable[sa.Row[Framework, FrameworkRevision]]:
    return session().execute(
        sa.select(Framework, FrameworkRevision)
        .join(FrameworkRevision, FrameworkRevision.framework_id == Framework.id)
        .where(is_known_revision(known_at), *conditions)
        .order_by(FrameworkRevision.position, Framework.code)
    )


def _framework_row(framework: Framework, revision: FrameworkRevision) -> FrameworkRow:
    return FrameworkRow(
        framework_id=framework.id,
        revision_id=revision.id,
        revision_number=revision.number,
        code=framework.code,
        title=revision.title,
        issuer=revision.issuer,
        issued_on=revision.issued_on,
        effective_from=revision.effective_from,
        effective_to=revision.effective_to,
        enrolment=revision.enrolment,
        supersedes_code=revision.supersedes_code,
        position=revision.position,
        note=revision.note,
        sources=tuple(SourceDefinition(**source) for source in revision.sources),
        digest=revision.digest,
        recorded_at=revision.recorded_at,
        superseded_at=revision.superseded_at,
    )


def actions_of(revision_id: int) -> tuple[ActionRow, ...]:
    """The actions of one revision, in order."""
    return tuple(
        ActionRow(action.id, action.number, content.title, content.label)
        for action, content in session().execute(
            sa.select(Action, ActionContent)
            .join(ActionContent, ActionContent.action_id == Action.id)
            .where(ActionContent.revision_id == revision_id)
            .order_by(ActionContent.position)
        )
    )


def _asks(*conditions: sa.ColumnElement[bool]) -> tuple[AskView, ...]:
    """Asks with their framework, action and scopes, in two statements however many there are."""
    chosen = (
        sa.select(Framework, FrameworkRevision, Action, ActionContent, Ask, AskContent)
        .join(FrameworkRevision, FrameworkRevision.framework_id == Framework.id)
        .join(AskContent, AskContent.revision_id == FrameworkRevision.id)
        .join(Ask, Ask.id == AskContent.ask_id)
        .join(Action, Action.id == Ask.action_id)
        .join(
            ActionContent,
            sa.and_(ActionContent.revision_id == FrameworkRevision.id, ActionContent.action_id == Action.id),
        )
        .where(*conditions)
        .order_by(FrameworkRevision.position, Framework.code, AskContent.position)
    )
    found = session().execute(chosen).all()
    scopes = _scopes(chosen.with_only_columns(AskContent.id).order_by(None))
    return tuple(
        AskView(
            ask_id=ask.id,
            content_id=content.id,
            ref=ask.ref,
            framework=_framework_row(framework, revision),
            action=ActionRow(action.id, action.number, titles.title, titles.label),
            wording=content.wording,
            audience=content.audience,
            scopes=tuple(scopes.get(content.id, ())),
            scope_note=content.scope_note,
            date_kind=content.date_kind,
            national_on=content.national_on,
            precision=content.precision,
            season=content.season,
            date_note=content.date_note,
            measure=content.measure,
            measure_target=content.measure_target,
            evidence_expected=content.evidence_expected,
            source=content.source,
            source_urls=tuple(content.source_urls),
            confidence=content.confidence,
            alternates=tuple(AlternateDefinition(**alternate) for alternate in content.alternates),
            records_lead=content.records_lead,
        )
        for framework, revision, action, titles, ask, content in found
    )


def _scopes(content_ids: sa.Select[int]) -> dict[int, list[ScopeDefinition]]:
    found: dict[int, list[ScopeDefinition]] = {}
    for scope in session().scalars(
        sa.select(AskScope).where(AskScope.content_id.in_(content_ids)).order_by(AskScope.id)
    ):
        found.setdefault(scope.content_id, []).append(
            ScopeDefinition(scope.organisation_type, scope.service, scope.is_optional)
        )
    return found


def _statuses(*conditions: sa.ColumnElement[bool]) -> tuple[StatusDefinition, ...]:
    return tuple(
        StatusDefinition(
            code=status.code,
            label=status.label,
            definition=status.definition,
            colour=status.colour,
            status_class=status.status_class,
            needs_reason=status.needs_reason,
            needs_recovery_date=status.needs_recovery_date,
            needs_evidence=status.needs_evidence,
        )
        for status in session().scalars(
            sa.select(ScaleStatus)
            .join(FrameworkRevision, FrameworkRevision.id == ScaleStatus.revision_id)
            .where(*conditions)
            .order_by(ScaleStatus.position)
        )
    )
