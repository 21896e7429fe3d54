"""The region's list of what is overdue, as a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission, Scope
from tracker.db import transaction
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.progress.lists import ListSource, source_today
from tracker.review import chart_routes, grid_routes, presenters, queries, request_routes, view_routes
from tracker.review.blueprint import blueprint
from tracker.review.conditions import BY_NAME, DEFAULT_SORT, SORTS
from tracker.review.forms import OverdueFilterForm
from tracker.review.options import filter_options
from tracker.review.rows import OverdueRow
from tracker.web.downloads import csv_response, xlsx_response
from tracker.web.paging import Sort, read_sort

__all__ = ["blueprint", "chart_routes", "grid_routes", "request_routes", "view_routes"]


@blueprint.get("/overdue")
@requires(Permission.REVIEW_OVERDUE)
def overdue() -> ResponseReturnValue:
    asked = _list()
    filters, sort = asked.filters, asked.sort
    if filters.unknown:
        # To leave the filter out would show more than was asked for, to somebody who mistyped a code.
        return render_template("review/unknown_filter.html", filters=filters, sort=sort), 400
    paging = queries.overdue_page(
        asked.source, asked.scope, filters.chosen, sort, request.args, asked.catalogue, clock.today()
    )
    return render_template(
        "review/overdue.html",
        paging=paging,
        rows=[presenters.overdue_line(row) for row in paging.items],
        filters=filters,
        sort=sort,
        columns=presenters.COLUMNS,
        may_chase=current_viewer().may_anywhere(Permission.CHASE),
    )


@blueprint.get("/overdue.csv")
@requires(Permission.REVIEW_OVERDUE)
def overdue_csv() -> ResponseReturnValue:
    rows = _rows_for_file("csv")
    return csv_response("overdue", presenters.CSV_HEADINGS, map(presenters.csv_cells, rows))


@blueprint.get("/overdue.xlsx")
@requires(Permission.REVIEW_OVERDUE)
def overdue_xlsx() -> ResponseReturnValue:
    rows = _rows_for_file("xlsx")
    return xlsx_response("overdue", "Overdue asks", presenters.CSV_HEADINGS, map(presenters.csv_cells, rows))


def _rows_for_file(file: str) -> Sequence[OverdueRow]:
    """The same for a file, written down; a filter that is not known is refused, because a file would not show it."""
    asked = _list()
    if asked.filters.unknown:
        abort(400)
    with transaction():
        record_download(
            current_viewer(),
            Permission.REVIEW_OVERDUE,
            verb="overdue list exported",
            subject="overdue asks",
            file=file,
            filters={name: value for name, value in asdict(asked.filters.chosen).items() if value is not None},
        )
    return queries.overdue_rows(
        asked.source, asked.scope, asked.filters.chosen, asked.sort, asked.catalogue, clock.today()
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page and the file have in common: the scope, what is asked, the filters and the order."""

    source: ListSource
    scope: Scope
    catalogue: Catalogue
    filters: OverdueFilterForm
    sort: Sort


def _list() -> Asked:
    today = clock.today()
    scope, source, catalogue = current_viewer().scope(Permission.REVIEW_OVERDUE), source_today(today), read_catalogue()
    filters = OverdueFilterForm(request.args)
    filters.offer(filter_options(source, scope, catalogue, today))
    default = BY_NAME if scope.is_everywhere else DEFAULT_SORT
    return Asked(source, scope, catalogue, filters, read_sort(request.args, SORTS, default))
