"""The region's list of requests for another target, as a page and as a file, and the decision on many of them.

One by itself is decided on its ask's own page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.progress.opened import SAVED_ALREADY
from tracker.review import request_presenters as presenters
from tracker.review import request_queries as queries
from tracker.review import request_service as service
from tracker.review import slippage_routes
from tracker.review.blueprint import blueprint
from tracker.review.request_forms import BulkForm
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import Sort, read_sort
from tracker.web.wording import plural

__all__ = ["slippage_routes"]


@blueprint.route("/target-requests", methods=["GET", "POST"])
@requires(Permission.AGREE_TARGETS)
@form_checks_token
def target_requests() -> ResponseReturnValue:
    form, status = BulkForm(), 200
    form.offer()
    if form.validate_on_submit():
        try:
            with transaction():
                decided = service.decide_on_all(current_viewer(), form.request_ids, form.as_decision())
            flash(f"{plural(decided, 'request')} decided." if decided else SAVED_ALREADY, "success")
            return redirect(url_for(".target_requests"))
        except service.NotAll as fault:
            status = 409
            form.refuse("Nothing was decided. Take these out and save again, or see the pages of the asks.")
            for sentence in fault.sentences:
                form.refuse(sentence)
    return _list_page(form), status


def _list_page(form: BulkForm) -> str:
    scope, sort, today = current_viewer().scope(Permission.AGREE_TARGETS), _sort(), clock.today()
    paging = queries.requests_page(scope, sort, request.args, read_catalogue(), today)
    rows = [presenters.request_line(row, today, current_viewer().person_id) for row in paging.items]
    can_decide = any(not row.is_own for row in rows)
    if not can_decide:
        form.forget_fields()  # Nothing is left to tick or to decide, so no error can lead to a field.
    return render_template(
        "review/target_requests.html",
        paging=paging,
        rows=rows,
        can_decide=can_decide,
        sort=sort,
        columns=presenters.COLUMNS,
        form=form,
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
