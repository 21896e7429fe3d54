"""The log of escalations: a page that prints as the region's paper, and the same rows as a file."""

from __future__ import annotations

from dataclasses import asdict

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.escalations import log_presenters, log_queries
from tracker.escalations.blueprint import blueprint
from tracker.escalations.log_form import LogFilterForm
from tracker.escalations.places import places_in
from tracker.frameworks.catalogue import read_catalogue
from tracker.web.downloads import Cell, csv_response, xlsx_response


@blueprint.get("/escalations/log")
@requires(Permission.SEE_ESCALATIONS)
def log() -> ResponseReturnValue:
    filters = _filters()
    if filters.unknown:
        return render_template("escalations/unknown_log_filter.html", filters=filters), 400
    chosen, viewer = filters.chosen, current_viewer()
    paging = log_queries.log_page(viewer.scope(Permission.SEE_ESCALATIONS), chosen, request.args, read_catalogue())
    return render_template(
        "escalations/log.html",
        paging=paging,
        parts=log_presenters.log_parts(paging.items, chosen.as_at),
        filters=filters,
        columns=log_presenters.COLUMNS,
        covered=log_presenters.covered(chosen),
        made_at=clock.now(),
        made_by=log_presenters.made_by(viewer),
    )


@blueprint.get("/escalations/log.csv")
@requires(Permission.SEE_ESCALATIONS)
def log_csv() -> ResponseReturnValue:
    return csv_response("escalation-log", log_presenters.CSV_HEADINGS, _rows_for_file("csv"))


@blueprint.get("/escalations/log.xlsx")
@requires(Permission.SEE_ESCALATIONS)
def log_xlsx() -> ResponseReturnValue:
    return xlsx_response("escalation-log", "Escalation log", log_presenters.CSV_HEADINGS, _rows_for_file("xlsx"))


def _filters() -> LogFilterForm:
    filters = LogFilterForm(request.args)
    today = clock.today()
    filters.offer(places_in(current_viewer().scope(Permission.SEE_ESCALATIONS), today), today)
    return filters


def _rows_for_file(file: str) -> list[tuple[Cell, ...]]:
    """The log as rows, written down; a filter that is not known is refused, because a file would not show it."""
    viewer, filters = current_viewer(), _filters()
    if filters.unknown:
        abort(400)
    chosen = filters.chosen
    with transaction():
        record_download(
            viewer,
            Permission.SEE_ESCALATIONS,
            verb="escalation log exported",
            subject="escalation log",
            file=file,
            filters=asdict(chosen),
        )
    rows = log_queries.log_rows(viewer.scope(Permission.SEE_ESCALATIONS), chosen, read_catalogue())
    return [log_presenters.csv_cells(row, chosen.as_at) for row in rows]
