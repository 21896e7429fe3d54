"""The list of organisations a person may see, as a page and as a file."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.organisations import presenters
from tracker.organisations.forms import OrganisationFilters
from tracker.organisations.queries import (
    SORTABLE,
    OrganisationSearch,
    VisibleOrganisations,
    organisations_visible_to,
)
from tracker.web.downloads import csv_response, xlsx_response
from tracker.web.paging import PAGE_SIZE, Page, Sort, read_page, read_sort

blueprint = Blueprint("organisations", __name__)


@blueprint.get("/organisations")
@requires(Permission.SEE_ORGANISATIONS)
def index() -> ResponseReturnValue:
    filters, sort, found = _asked_for()
    total = found.count()
    number = read_page(request.args, total)
    shown = found.rows(limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    rows = presenters.rows_of(shown, may_open=current_viewer().may_anywhere(Permission.SEE_PROGRESS))
    return render_template(
        "organisations/index.html",
        filters=filters,
        sort=sort,
        columns=presenters.COLUMNS,
        paging=Page(items=rows, number=number, size=PAGE_SIZE, total=total),
    )


@blueprint.get("/organisations.csv")
@requires(Permission.SEE_ORGANISATIONS)
def index_csv() -> ResponseReturnValue:
    found = _asked_for_as("csv")
    return csv_response("organisations", presenters.CSV_COLUMNS, map(presenters.csv_cells, found.rows()))


@blueprint.get("/organisations.xlsx")
@requires(Permission.SEE_ORGANISATIONS)
def index_xlsx() -> ResponseReturnValue:
    found = _asked_for_as("xlsx")
    cells = map(presenters.csv_cells, found.rows())
    return xlsx_response("organisations", "Organisations", presenters.CSV_COLUMNS, cells)


def _asked_for_as(file: str) -> VisibleOrganisations:
    """The same for a file, written down; what was typed into the search is not kept, only that something was."""
    filters, _, found = _asked_for()
    with transaction():
        record_download(
            current_viewer(),
            Permission.SEE_ORGANISATIONS,
            verb="organisations exported",
            subject="organisations",
            file=file,
            filters={"type": filters.chosen_type, "searched": bool(filters.q.data)},
        )
    return found


def _asked_for() -> tuple[OrganisationFilters, Sort, VisibleOrganisations]:
    """The filters and the order of the address, and the organisations they ask for."""
    viewer = current_viewer()
    filters = OrganisationFilters(request.args)
    sort = read_sort(request.args, SORTABLE, Sort("name"))
    everything = organisations_visible_to(viewer, OrganisationSearch())
    filters.offer_types(everything.types())
    search = OrganisationSearch(
        text=filters.q.data,
        organisation_type=filters.chosen_type,
        sort=sort.column,
        is_descending=sort.is_descending,
    )
    return filters, sort, organisations_visible_to(viewer, search)
