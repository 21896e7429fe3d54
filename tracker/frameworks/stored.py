"""Reads a revision back in the form of a file, to compare a new file with; it writes nothing."""

from __future__ import annotations

from tracker.frameworks.definition import ActionDefinition, AskDefinition, Definition
from tracker.frameworks.queries import actions_of, asks_of, statuses_of
from tracker.frameworks.rows import FrameworkRow


def stored_definition(framework: FrameworkRow) -> Definition:
    """What a revision says, in the form of a file: the twin of what ``service`` stored."""
    return Definition(
        code=framework.code,
        title=framework.title,
        issuer=framework.issuer,
        issued_on=framework.issued_on,
        effective_from=framework.effective_from,
        effective_to=framework.effective_to,
        enrolment=framework.enrolment,
        supersedes_code=framework.supersedes_code,
        position=framework.position,
        note=framework.note,
        sources=framework.sources,
        actions=tuple(
            ActionDefinition(action.number, action.title, action.label) for action in actions_of(framework.revision_id)
        ),
        asks=tuple(
            AskDefinition(
                ref=ask.ref,
                action_number=ask.action.number,
                wording=ask.wording,
                audience=ask.audience,
                scopes=ask.scopes,
                scope_note=ask.scope_note,
                date_kind=ask.date_kind,
                national_on=ask.national_on,
                precision=ask.precision,
                season=ask.season,
                date_note=ask.date_note,
                measure=ask.measure,
                measure_target=ask.measure_target,
                evidence_expected=ask.evidence_expected,
                records_lead=ask.records_lead,
                source=ask.source,
                source_urls=ask.source_urls,
                confidence=ask.confidence,
                alternates=ask.alternates,
            )
            for ask in asks_of(framework.revision_id)
        ),
        scale=statuses_of(framework.revision_id),
    )
