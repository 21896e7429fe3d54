"""Words and addresses of the list of organisations; it knows no database and no template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from tracker.organisations.queries import OrganisationSummary
from tracker.web.downloads import Cell

COLUMNS: Sequence[Mapping[str, str]] = (
    {"text": "Organisation", "sort": "name"},
    {"text": "ODS code", "sort": "code"},
    {"text": "Type", "sort": "organisation_type"},
    {"text": "System", "sort": "system_name"},
    {"text": "Region", "sort": "region_name"},
)
CSV_COLUMNS = (
    "region_code",
    "region",
    "system_code",
    "system",
    "ods_code",
    "organisation",
    "published_name",
    "organisation_type",
    "opened_on",
    "closed_on",
)


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One line of the list."""

    name: str
    href: str
    code: str
    type: str
    system: str
    region: str


def rows_of(organisations: Iterable[OrganisationSummary], *, may_open: bool) -> list[OrganisationRow]:
    """The lines of the list. Who may not see progress (an administrator) gets names without links."""
    return [
        OrganisationRow(
            name=organisation.name,
            href=url_for("progress.organisation", code=organisation.code) if may_open else "",
            code=organisation.code,
            type=organisation.organisation_type.label,
            system=organisation.system_name or "None",
            region=organisation.region_name or "None",
        )
        for organisation in organisations
    ]


def csv_cells(organisation: OrganisationSummary) -> tuple[Cell, ...]:
    """The same row in the file, in the order of ``CSV_COLUMNS``; the published name as ODS spells it."""
    return (
        organisation.region_code,
        organisation.region_name,
        organisation.system_code,
        organisation.system_name,
        organisation.code,
        organisation.name,
        organisation.published_name,
        organisation.organisation_type.label,
        organisation.opened_on,
        organisation.closed_on,
    )
