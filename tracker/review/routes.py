"""The region's list of what is overdue, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.review import chart_routes, grid_routes, presenters, queries, request_routes, view_routes
from tracker.review.asked import Asked, what_is_asked
from tracker.review.blueprint import blueprint
from tracker.web.downloads import Cell, csv_response, xlsx_response

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
        asked.source, asked.scope, filters.chosen, sort, request.args, asked.catalogue, asked.as_at
    )
    return render_template(
        "review/overdue.html",
        paging=paging,
        rows=[presenters.overdue_line(row) for row in paging.items],
        filters=filters,
        sort=sort,
        columns=presenters.COLUMNS,
        as_at=asked.as_at,
        is_today=asked.is_today,
        day_asked={"on-day": asked.as_at.day, "on-month": asked.as_at.month, "on-year": asked.as_at.year},
        # Whom one writes to is who is late now.
        may_chase=asked.is_today and current_viewer().may_anywhere(Permission.CHASE),
    )


@blueprint.get("/overdue.csv")
@requires(Permission.REVIEW_OVERDUE)
def overdue_csv() -> ResponseReturnValue:
    asked, rows = _rows_for_file("csv")
    return csv_response("overdue", presenters.CSV_HEADINGS, rows, as_at=asked.as_at)


@blueprint.get("/overdue.xlsx")
@requires(Permission.REVIEW_OVERDUE)
def overdue_xlsx() -> ResponseReturnValue:
    asked, rows = _rows_for_file("xlsx")
    return xlsx_response("overdue", "Overdue asks", presenters.CSV_HEADINGS, rows, as_at=asked.as_at)


def _rows_for_file(file: str) -> tuple[Asked, Iterable[Sequence[Cell]]]:
    """The same for a file, written down; a filter that is not known is refused, because a file would not show it."""
    asked = _list()
    if asked.filters.unknown:
        abort(400)
    chosen = asked.filters.chosen
    filters = {name: value for name, value in asdict(chosen).items() if value not in (None, False)}
    with transaction():
        record_download(
            current_viewer(),
            Permission.REVIEW_OVERDUE,
            verb="overdue list exported",
            subject="overdue asks",
            file=file,
            filters=filters if asked.is_today else filters | {"as_at": asked.as_at.isoformat()},
        )
    rows = queries.overdue_rows(asked.source, asked.scope, chosen, asked.sort, asked.catalogue, asked.as_at)
    return asked, (presenters.csv_cells(row, asked.as_at) for row in rows)


def _list() -> Asked:
    return what_is_asked(request.args, current_viewer().scope(Permission.REVIEW_OVERDUE), clock.today())
