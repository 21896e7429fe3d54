"""Turns standings into the typed rows of a report: words for people, and names only where they were chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.rows import ProgressRow, ScaleEntry
from tracker.appointments.rows import NamedLead
from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.progress import rules
from tracker.progress.date_rules import Slippage
from tracker.progress.presenters import said_otherwise, standing_word
from tracker.progress.rows import Body, Standing
from tracker.progress.rules import Applicability, EntryKind
from tracker.returns.rules import movement


@dataclass(frozen=True, slots=True)
class Said:
    """What the latest entry of an item says, and its status in the last return that the board approved.

    ``person_id`` is who last spoke for the organisation.
    """

    kind: EntryKind | None
    narrative: str | None
    reason: str | None
    next_step: str | None
    next_step_on: date | None
    person_id: int | None
    previous_status: str | None
    previous_class: StatusClass | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every row of one export shares: read once, looked up for each row."""

    as_at: date
    catalogue: Catalogue
    bodies: Mapping[int, Body]
    leads: Mapping[int, NamedLead]
    evidence: Mapping[tuple[int, int], str]
    slippages: Mapping[tuple[int, int], Slippage]
    names: Mapping[int, str] | None
    """Names of the people who updated, or None where the downloader did not choose to include names."""


def progress_row(standing: Standing, said: Said, around: Surroundings) -> ProgressRow:
    """One row of the Detail sheet."""
    ask, body = around.catalogue.asks[standing.ask_id], around.bodies[standing.organisation_id]
    days_overdue = standing.days_overdue(around.as_at)
    lead = around.leads.get(standing.organisation_id)
    system_code, system = system_of(body)
    is_assured = standing.status_class is StatusClass.DONE_ASSURED
    expected = rules.forecast(standing.deadline_on, standing.forecast_on) if standing.said_class.is_open else None
    slipped = around.slippages.get((standing.organisation_id, standing.ask_id))
    return ProgressRow(
        region_code=body.region_code or "",
        region=body.region_name or "",
        system_code=system_code,
        system=system,
        ods_code=body.code,
        organisation=body.name,
        organisation_type=body.organisation_type.label,
        framework=ask.framework_code,
        action_no=ask.action_number,
        action=ask.action_title,
        ask_ref=ask.ref,
        ask=ask.wording,
        date_kind=ask.date_kind.value,
        status=_status(ask, standing, around.catalogue),
        status_class=_status_class(standing),
        previous_status=said.previous_status or "",
        movement=movement(said.previous_class, standing.status_class).value,
        forecast=expected.label if expected else "",
        national_date=ask.national_on,
        national_date_precision=ask.precision.value if ask.precision else "",
        target_date=standing.target_on,
        completed_on=standing.completed_on,
        days_overdue=days_overdue,
        overdue_reason=_overdue_reason(ask, standing, said, around.catalogue) if days_overdue is not None else "",
        lead_title=lead.job_title if lead else "",
        lead_name=lead.name if lead and around.names is not None else "",
        progress=said.narrative or "",
        risk=f"Blocked by others: {standing.blocked_by}" if standing.blocked_by and standing.said_class.is_open else "",
        next_step=said.next_step or "",
        next_step_on=said.next_step_on,
        evidence=around.evidence.get((standing.organisation_id, standing.ask_id), ""),
        assurance=_assurance(standing, said),
        assured_on=standing.entry_on if is_assured else None,
        last_updated_on=standing.updated_on,
        last_confirmed_on=standing.confirmed_on,
        updated_by=_updated_by(said, around.names),
        slippage_days=slipped.days if slipped else None,
        target_revisions=slipped.revisions if slipped else None,
    )


def system_of(body: Body) -> tuple[str, str]:
    """Code and name of the system a body is counted in; a system is counted in itself."""
    if body.organisation_type in (OrganisationType.SYSTEM, OrganisationType.ICB):
        return body.code, body.name
    return body.system_code or "", body.system_name or ""


def scale_entries(catalogue: Catalogue, framework_codes: set[str]) -> list[ScaleEntry]:
    """The scales of the frameworks in a report, in their own order."""
    frameworks = {ask.framework_id: ask.framework_code for ask in catalogue.asks.values()}
    return [
        ScaleEntry(
            framework=code,
            label=word.label,
            status_class=word.status_class.value,
            definition=word.definition,
            colour=word.colour,
        )
        for framework_id, code in frameworks.items()
        if code in framework_codes
        for word in catalogue.scales[framework_id]
    ]


def _is_unsettled(standing: Standing) -> bool:
    return standing.status_code is None and standing.applicability is Applicability.TO_CONFIRM


def _status(ask: AskFacts, standing: Standing, catalogue: Catalogue) -> str:
    return standing.applicability.label if _is_unsettled(standing) else standing_word(catalogue.scale_of(ask), standing)


def _overdue_reason(ask: AskFacts, standing: Standing, said: Said, catalogue: Catalogue) -> str:
    """Why it is late, as the organisation says; and where another word is shown than the one it said, which."""
    note = said_otherwise(catalogue.scale_of(ask), standing)
    return ". ".join(part for part in (said.reason, note) if part)


def _status_class(standing: Standing) -> str:
    """The class, or "to_confirm": an ask that may not apply is outside every count, whatever was said of it."""
    if standing.applicability is Applicability.TO_CONFIRM:
        return Applicability.TO_CONFIRM.value
    return standing.status_class.value


def _assurance(standing: Standing, said: Said) -> str:
    if standing.status_class is StatusClass.DONE_ASSURED:
        return "Assured"
    if standing.status_class is StatusClass.DONE_CLAIMED:
        return "Assurance lapsed" if said.kind is EntryKind.LAPSED else "Claimed, not assured"
    return "Returned" if said.kind is EntryKind.RETURNED else ""


def _updated_by(said: Said, names: Mapping[int, str] | None) -> str:
    return names.get(said.person_id, "") if names is not None and said.person_id is not None else ""


def as_said(row: Any) -> Said:
    """The columns that ``queries.progress_rows`` adds to a standing."""
    return Said(
        kind=row.kind,
        narrative=row.narrative,
        reason=row.reason,
        next_step=row.next_step,
        next_step_on=row.next_step_on,
        person_id=row.person_id,
        previous_status=row.previous_status,
        previous_class=row.previous_class,
    )
