"""The ledger of reminders: one list for every scope, as a page and as files."""

from __future__ import annotations

from dataclasses import asdict

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission, Scope
from tracker.db import transaction
from tracker.reminders import ledger_queries, presenters
from tracker.reminders.blueprint import blueprint
from tracker.reminders.forms import LedgerFilterForm
from tracker.web.downloads import Cell, csv_response, xlsx_response


@blueprint.get("/reminders/ledger")
@requires(Permission.SEE_PROGRESS)
def ledger() -> ResponseReturnValue:
    viewer, filters = current_viewer(), _filters(Permission.SEE_PROGRESS)
    if filters.unknown:
        return render_template("reminders/unknown_filter.html", filters=filters), 400
    seen, people = viewer.scope(Permission.SEE_PROGRESS), viewer.scope(Permission.SEE_PEOPLE)
    paging = ledger_queries.ledger_page(seen, people, viewer.person_id, filters.chosen, request.args)
    return render_template(
        "reminders/ledger.html",
        paging=paging,
        rows=[presenters.ledger_line(row, viewer, people) for row in paging.items],
        filters=filters,
        columns=presenters.COLUMNS,
        trouble=presenters.trouble_words(ledger_queries.trouble_in(seen)),
        trouble_days=ledger_queries.TROUBLE_DAYS,
        mail_trouble=ledger_queries.mail_trouble() if viewer.may_anywhere(Permission.SEE_ESCALATIONS) else "",
    )


@blueprint.get("/reminders/ledger.csv")
@requires(Permission.EXPORT_PROGRESS)
def ledger_csv() -> ResponseReturnValue:
    return csv_response("reminders", presenters.CSV_HEADINGS, _rows_for_file("csv"))


@blueprint.get("/reminders/ledger.xlsx")
@requires(Permission.EXPORT_PROGRESS)
def ledger_xlsx() -> ResponseReturnValue:
    return xlsx_response("reminders", "Reminders", presenters.CSV_HEADINGS, _rows_for_file("xlsx"))


def _filters(permission: Permission) -> LedgerFilterForm:
    filters = LedgerFilterForm(request.args)
    filters.check()
    code = filters.organisation.data
    if code and not ledger_queries.is_in_sight(current_viewer().scope(permission), code):
        filters.refuse_organisation()
    return filters


def _rows_for_file(file: str) -> list[tuple[Cell, ...]]:
    """The ledger as rows, written down; a filter that is not known is refused, because a file would not show it."""
    viewer, filters = current_viewer(), _filters(Permission.EXPORT_PROGRESS)
    if filters.unknown:
        abort(400)
    chosen, people = filters.chosen, viewer.scope(Permission.SEE_PEOPLE)
    with transaction():
        record_download(
            viewer,
            Permission.EXPORT_PROGRESS,
            verb="reminders exported",
            subject="reminders",
            file=file,
            filters=asdict(chosen),
            names=people != Scope(),
            organisation_code=chosen.organisation or None,
        )
    rows = ledger_queries.ledger_rows(viewer.scope(Permission.EXPORT_PROGRESS), people, viewer.person_id, chosen)
    return [presenters.csv_cells(row, viewer, people) for row in rows]
