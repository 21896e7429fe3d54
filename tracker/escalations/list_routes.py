"""The list of what the ladder proposes and what is open, as a page and as a file."""

from __future__ import annotations

from dataclasses import asdict

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.escalations import list_presenters, queries
from tracker.escalations.blueprint import blueprint
from tracker.escalations.late_responses import late_responses
from tracker.escalations.list_form import ListFilterForm
from tracker.escalations.places import places_in
from tracker.frameworks.catalogue import read_catalogue
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import Sort, read_sort


@blueprint.get("/escalations")
@requires(Permission.SEE_ESCALATIONS)
def index() -> ResponseReturnValue:
    filters, sort = _list()
    if filters.unknown:
        # To leave the filter out would show more than was asked for, to somebody who mistyped a code.
        return render_template("escalations/unknown_filter.html", filters=filters, sort=sort), 400
    scope, today = current_viewer().scope(Permission.SEE_ESCALATIONS), clock.today()
    paging = queries.escalation_page(scope, filters.chosen, sort, request.args, read_catalogue(), today)
    return render_template(
        "escalations/index.html",
        paging=paging,
        rows=[list_presenters.list_line(row, today) for row in paging.items],
        filters=filters,
        sort=sort,
        columns=list_presenters.COLUMNS,
        late_responses=late_responses(scope, today),
        may_chase=current_viewer().may_anywhere(Permission.CHASE),
        may_escalate=current_viewer().may_anywhere(Permission.ESCALATE),
    )


@blueprint.get("/escalations.csv")
@requires(Permission.SEE_ESCALATIONS)
def index_csv() -> ResponseReturnValue:
    return csv_response("escalations", list_presenters.CSV_HEADINGS, _rows_for_file("csv"))


@blueprint.get("/escalations.xlsx")
@requires(Permission.SEE_ESCALATIONS)
def index_xlsx() -> ResponseReturnValue:
    return xlsx_response("escalations", "Escalations", list_presenters.CSV_HEADINGS, _rows_for_file("xlsx"))


def _list() -> tuple[ListFilterForm, Sort]:
    """What the page and the file have in common: the filters and the order."""
    filters = ListFilterForm(request.args)
    filters.offer(places_in(current_viewer().scope(Permission.SEE_ESCALATIONS), clock.today()))
    is_national = current_viewer().scope(Permission.SEE_ESCALATIONS).is_everywhere
    return filters, read_sort(request.args, queries.SORTS, queries.BY_NAME if is_national else queries.DEFAULT_SORT)


def _rows_for_file(file: str) -> list[tuple[Cell, ...]]:
    """The list as rows, written down; a filter that is not known is refused, because a file would not show it."""
    viewer, today = current_viewer(), clock.today()
    filters, sort = _list()
    if filters.unknown:
        abort(400)
    with transaction():
        record_download(
            viewer,
            Permission.SEE_ESCALATIONS,
            verb="escalations exported",
            subject="escalations",
            file=file,
            filters=asdict(filters.chosen),
        )
    rows = queries.escalation_rows(
        viewer.scope(Permission.SEE_ESCALATIONS), filters.chosen, sort, read_catalogue(), today
    )
    return [list_presenters.csv_cells(row, today) for row in rows]
