"""The region's list of what is overdue, as a page and as a file."""

from __future__ import annotations

from dataclasses import asdict

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission, Scope
from tracker.db import transaction
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.review import presenters, queries, request_routes
from tracker.review.blueprint import blueprint
from tracker.review.forms import OverdueFilterForm
from tracker.web.downloads import csv_response, xlsx_response
from tracker.web.paging import Sort, read_sort

__all__ = ["blueprint", "request_routes"]


@blueprint.get("/overdue")
@requires(Permission.REVIEW_OVERDUE)
def overdue() -> ResponseReturnValue:
    scope, catalogue, filters, sort = _list()
    if filters.unknown:
        # To leave the filter out would show more than was asked for, to somebody who mistyped a code.
        return render_template("review/unknown_filter.html", filters=filters, sort=sort), 400
    paging = queries.overdue_page(scope, filters.chosen, sort, request.args, catalogue, clock.today())
    return render_template(
        "review/overdue.html",
        paging=paging,
        rows=[presenters.overdue_line(row) for row in paging.items],
        filters=filters,
        sort=sort,
        columns=presenters.COLUMNS,
    )


@blueprint.get("/overdue.csv")
@requires(Permission.REVIEW_OVERDUE)
def overdue_csv() -> ResponseReturnValue:
    scope, catalogue, filters, sort = _list_for_file("csv")
    rows = queries.overdue_rows(scope, filters.chosen, sort, catalogue, clock.today())
    return csv_response("overdue", presenters.CSV_HEADINGS, map(presenters.csv_cells, rows))


@blueprint.get("/overdue.xlsx")
@requires(Permission.REVIEW_OVERDUE)
def overdue_xlsx() -> ResponseReturnValue:
    scope, catalogue, filters, sort = _list_for_file("xlsx")
    rows = queries.overdue_rows(scope, filters.chosen, sort, catalogue, clock.today())
    return xlsx_response("overdue", "Overdue asks", presenters.CSV_HEADINGS, map(presenters.csv_cells, rows))


def _list_for_file(file: str) -> tuple[Scope, Catalogue, OverdueFilterForm, Sort]:
    """The same for a file, written down; a filter that is not known is refused, because a file would not show it."""
    scope, catalogue, filters, sort = _list()
    if filters.unknown:
        abort(400)
    with transaction():
        record_download(
            current_viewer(),
            Permission.REVIEW_OVERDUE,
            verb="overdue list exported",
            subject="overdue asks",
            file=file,
            filters=asdict(filters.chosen),
        )
    return scope, catalogue, filters, sort


def _list() -> tuple[Scope, Catalogue, OverdueFilterForm, Sort]:
    """What the page and the file have in common: the scope, what is asked, the filters and the order."""
    scope = current_viewer().scope(Permission.REVIEW_OVERDUE)
    catalogue = read_catalogue()
    filters = OverdueFilterForm(request.args)
    filters.offer(queries.filter_options(scope, catalogue, clock.today()))
    return scope, catalogue, filters, read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)
