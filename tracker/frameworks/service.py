"""Loads a framework definition into the tables, once; it reads no file and commits nothing.

Identities (framework, action, ask) are added and never changed, because history points at them. Everything a
file says is a revision: a correction adds a whole one and ends the one before, which stays readable.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.frameworks.changes import Change, changes_between, refusals_between
from tracker.frameworks.definition import AskDefinition, Definition, DefinitionError
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
from tracker.frameworks.queries import find_framework
from tracker.frameworks.rows import FrameworkRow
from tracker.frameworks.stored import stored_definition


class LoadResult(StrEnum):
    """What a load did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What a load did to one framework, with what changed where something did."""

    code: str
    title: str
    result: LoadResult
    revision_number: int
    action_count: int
    ask_count: int
    changes: tuple[Change, ...] = ()


def load_definition(definition: Definition, *, by: int | None = None) -> LoadOutcome:
    """Load a framework, or bring it up to date; a file that says nothing new changes nothing.

    Raises DefinitionError where a correction would break recorded history. Call it in a transaction: the lock
    on the framework lasts until its end, so a second loader waits and then finds nothing left to do.
    """
    framework_id = _locked_framework(definition.code)
    current = find_framework(definition.code)
    if current is None:
        _add_revision(framework_id, definition, number=1)
        audit.record(verb="framework loaded", subject=definition.code, by=by, after=_summary(definition))
        return _outcome(definition, LoadResult.CREATED, 1)
    if current.digest == definition.digest:
        return _outcome(definition, LoadResult.UNCHANGED, current.revision_number)
    return _correct(current, definition, by)


def _correct(current: FrameworkRow, definition: Definition, by: int | None) -> LoadOutcome:
    stored = stored_definition(current)
    refusals = refusals_between(stored, definition, _homes(current.framework_id))
    if refusals:
        raise DefinitionError(refusals)
    changes = changes_between(stored, definition)
    if not changes:
        return _outcome(definition, LoadResult.UNCHANGED, current.revision_number)
    number = current.revision_number + 1
    _add_revision(current.framework_id, definition, number, replaced=current)
    for change in changes:
        audit.record(verb=change.verb, subject=change.subject, by=by, before=change.before, after=change.after)
    return _outcome(definition, LoadResult.CHANGED, number, changes)


def _homes(framework_id: int) -> dict[str, str]:
    """The action of every ask there ever was, withdrawn ones included, by ref."""
    chosen = (
        sa.select(Ask.ref, Action.number)
        .join(Action, Action.id == Ask.action_id)
        .where(Ask.framework_id == framework_id)
    )
    return dict(session().execute(chosen).all())


def _outcome(definition: Definition, result: LoadResult, number: int, changes: tuple[Change, ...] = ()) -> LoadOutcome:
    return LoadOutcome(
        code=definition.code,
        title=definition.title,
        result=result,
        revision_number=number,
        action_count=len(definition.actions),
        ask_count=len(definition.asks),
        changes=changes,
    )


def _summary(definition: Definition) -> dict[str, object]:
    return {
        "title": definition.title,
        "actions": len(definition.actions),
        "asks": len(definition.asks),
        "digest": definition.digest,
    }


def _locked_framework(code: str) -> int:
    """The identity of a framework, made where it is new; locked, so that two loaders never double it."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    session().execute(insert(Framework).values(code=code).on_conflict_do_nothing(index_elements=["code"]))
    return session().scalars(sa.select(Framework.id).where(Framework.code == code).with_for_update()).one()


def _add_revision(framework_id: int, definition: Definition, number: int, replaced: FrameworkRow | None = None) -> None:
    """Everything a file says, as a new revision in the place of the one before."""
    recorded_at = clock.now()
    if replaced is not None:
        # A pinned day that was let go would put the clock back; a revision never ends before it began.
        recorded_at = max(recorded_at, replaced.recorded_at)
        # At once, because the database allows one current revision at a time.
        session().execute(
            sa.update(FrameworkRevision)
            .where(FrameworkRevision.id == replaced.revision_id)
            .values(superseded_at=recorded_at)
        )
    revision = FrameworkRevision(
        framework_id=framework_id,
        number=number,
        title=definition.title,
        issuer=definition.issuer,
        issued_on=definition.issued_on,
        effective_from=definition.effective_from,
        effective_to=definition.effective_to,
        enrolment=definition.enrolment,
        supersedes_code=definition.supersedes_code,
        note=definition.note,
        sources=[asdict(source) for source in definition.sources],
        position=definition.position,
        digest=definition.digest,
        recorded_at=recorded_at,
    )
    session().add(revision)
    session().flush()
    _add_scale(revision.id, definition)
    actions = _add_actions(framework_id, revision.id, definition)
    _add_asks(framework_id, revision.id, actions, definition)
    session().flush()


def _add_scale(revision_id: int, definition: Definition) -> None:
    session().add_all(
        ScaleStatus(revision_id=revision_id, position=position, **asdict(status))
        for position, status in enumerate(definition.scale, start=1)
    )


def _add_actions(framework_id: int, revision_id: int, definition: Definition) -> dict[str, int]:
    """The actions' contents, and every action's id by its number."""
    known = _ids(sa.select(Action.number, Action.id).where(Action.framework_id == framework_id))
    fresh = [
        Action(framework_id=framework_id, number=action.number)
        for action in definition.actions
        if action.number not in known
    ]
    session().add_all(fresh)
    session().flush()
    known |= {action.number: action.id for action in fresh}
    session().add_all(
        ActionContent(
            revision_id=revision_id,
            action_id=known[action.number],
            position=position,
            title=action.title,
            label=action.label,
        )
        for position, action in enumerate(definition.actions, start=1)
    )
    return known


def _add_asks(framework_id: int, revision_id: int, actions: dict[str, int], definition: Definition) -> None:
    known = _ids(sa.select(Ask.ref, Ask.id).where(Ask.framework_id == framework_id))
    fresh = [
        Ask(framework_id=framework_id, action_id=actions[ask.action_number], ref=ask.ref)
        for ask in definition.asks
        if ask.ref not in known
    ]
    session().add_all(fresh)
    session().flush()
    known |= {ask.ref: ask.id for ask in fresh}
    contents = [
        (ask, _content(revision_id, known[ask.ref], position, ask))
        for position, ask in enumerate(definition.asks, start=1)
    ]
    session().add_all(content for _, content in contents)
    session().flush()
    session().add_all(
        AskScope(
            content_id=content.id,
            organisation_type=scope.organisation_type,
            service=scope.service,
            is_optional=scope.is_optional,
        )
        for ask, content in contents
        for scope in ask.scopes
    )


def _content(revision_id: int, ask_id: int, position: int, ask: AskDefinition) -> AskContent:
    return AskContent(
        revision_id=revision_id,
        ask_id=ask_id,
        position=position,
        wording=ask.wording,
        audience=ask.audience,
        scope_note=ask.scope_note,
        date_kind=ask.date_kind,
        national_on=ask.national_on,
        precision=ask.precision,
        season=ask.season,
        date_note=ask.date_note,
        measure=ask.measure,
        measure_target=ask.measure_target,
        evidence_expected=ask.evidence_expected,
        source=ask.source,
        source_urls=list(ask.source_urls),
        confidence=ask.confidence,
        alternates=[asdict(alternate) for alternate in ask.alternates],
        records_lead=ask.records_lead,
    )


def _ids(chosen: sa.Select[str, int]) -> dict[str, int]:
    return dict(session().execute(chosen).all())
