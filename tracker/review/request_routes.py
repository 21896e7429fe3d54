"""The region's list of requests for another target, as a page and as a file; each is decided on its ask's own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.review import request_presenters as presenters
from tracker.review import request_queries as queries
from tracker.review.blueprint import blueprint
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import Sort, read_sort


@blueprint.get("/target-requests")
@requires(Permission.AGREE_TARGETS)
def target_requests() -> ResponseReturnValue:
    scope, sort, today = current_viewer().scope(Permission.AGREE_TARGETS), _sort(), clock.today()
    paging = queries.requests_page(scope, sort, request.args, read_catalogue(), today)
    return render_template(
        "review/target_requests.html",
        paging=paging,
        rows=[presenters.request_line(row, today) for row in paging.items],
        sort=sort,
        columns=presenters.COLUMNS,
    )


@blueprint.get("/target-requests.csv")
@requires(Permission.AGREE_TARGETS)
def target_requests_csv() -> ResponseReturnValue:
    return csv_response("target-requests", presenters.CSV_HEADINGS, _rows_for_file("csv"))


@blueprint.get("/target-requests.xlsx")
@requires(Permission.AGREE_TARGETS)
def target_requests_xlsx() -> ResponseReturnValue:
    return xlsx_response("target-requests", "Target requests", presenters.CSV_HEADINGS, _rows_for_file("xlsx"))


def _rows_for_file(file: str) -> Iterable[Sequence[Cell]]:
    viewer, today = current_viewer(), clock.today()
    with transaction():
        record_download(
            viewer,
            Permission.AGREE_TARGETS,
            verb="target requests exported",
            subject="target requests",
            file=file,
            filters={},
        )
    found = queries.waiting_requests(viewer.scope(Permission.AGREE_TARGETS), _sort(), read_catalogue(), today)
    return [presenters.csv_cells(row, today) for row in found]


def _sort() -> Sort:
    return read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)
