"""The table of targets that slipped, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission, Scope
from tracker.db import transaction
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.review import slippage_presenters as presenters
from tracker.review import slippage_queries as queries
from tracker.review.blueprint import blueprint
from tracker.review.slippage_forms import SlippageFilterForm
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import Sort, read_sort


@blueprint.get("/slippage")
@requires(Permission.REVIEW_OVERDUE)
def slippage() -> ResponseReturnValue:
    scope, catalogue, filters, sort = _list()
    if filters.unknown:
        # To leave the filter out would show more than was asked for, to somebody who mistyped a code.
        return render_template("review/slippage_unknown_filter.html", filters=filters, sort=sort), 400
    paging = queries.slippage_page(scope, filters.chosen, sort, request.args, catalogue, clock.today())
    return render_template(
        "review/slippage.html",
        paging=paging,
        rows=[presenters.slippage_line(row) for row in paging.items],
        filters=filters,
        sort=sort,
        columns=presenters.COLUMNS,
    )


@blueprint.get("/slippage.csv")
@requires(Permission.REVIEW_OVERDUE)
def slippage_csv() -> ResponseReturnValue:
    return csv_response("slippage", presenters.CSV_HEADINGS, _rows_for_file("csv"))


@blueprint.get("/slippage.xlsx")
@requires(Permission.REVIEW_OVERDUE)
def slippage_xlsx() -> ResponseReturnValue:
    return xlsx_response("slippage", "Targets that moved", presenters.CSV_HEADINGS, _rows_for_file("xlsx"))


def _rows_for_file(file: str) -> Iterable[Sequence[Cell]]:
    """The same for a file, written down; a filter that is not known is refused, because a file would not show it."""
    scope, catalogue, filters, sort = _list()
    if filters.unknown:
        abort(400)
    with transaction():
        record_download(
            current_viewer(),
            Permission.REVIEW_OVERDUE,
            verb="slippage exported",
            subject="targets that moved",
            file=file,
            filters=asdict(filters.chosen),
        )
    return [
        presenters.csv_cells(row)
        for row in queries.slippage_rows(scope, filters.chosen, sort, catalogue, clock.today())
    ]


def _list() -> tuple[Scope, Catalogue, SlippageFilterForm, Sort]:
    scope, catalogue = current_viewer().scope(Permission.REVIEW_OVERDUE), read_catalogue()
    filters = SlippageFilterForm(request.args)
    filters.offer(queries.filter_options(scope, catalogue, clock.today()))
    return scope, catalogue, filters, read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)
