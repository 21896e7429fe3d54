"""The pages on which returns are read: the list, one return, what changed, and both as files."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.organisations.queries import OrganisationSummary
from tracker.returns import presenters, queries
from tracker.returns.blueprint import blueprint
from tracker.returns.cadences import cadence_histories, returns_due
from tracker.returns.forms import CompareForm
from tracker.returns.opened import open_organisation, open_return
from tracker.returns.problem_lines import warnings_in_short
from tracker.returns.queries import ReturnNotFound, ReturnSentBack
from tracker.returns.reading import Shown, shown, since_its_day_in_short, since_last_approved, since_return
from tracker.returns.rules import ReturnState
from tracker.web.downloads import Cell, csv_response, xlsx_response


@blueprint.get("/<string:code>/returns")
@requires(Permission.SEE_PROGRESS)
def index(code: str) -> ResponseReturnValue:
    found, may = open_organisation(code)
    one = found.organisation_id
    history, due = cadence_histories([one]).get(one, []), returns_due([one], clock.today()).get(one)
    return render_template(
        "returns/index.html",
        organisation=found,
        may=may,
        paging=queries.returns_page(one, may.states, request.args),
        columns=presenters.COLUMNS,
        due=presenters.due_words(due),
        due_mark=presenters.due_mark(due),
        rhythm=presenters.rhythm_words(history[-1].rhythm if history else None),
        cadence_lines=presenters.cadence_lines(history),
    )


@blueprint.get("/<string:code>/returns.csv")
@requires(Permission.EXPORT_PROGRESS)
def index_csv(code: str) -> ResponseReturnValue:
    found, rows = _list_for_file(code, "csv")
    return csv_response(f"returns-{found.code}", presenters.LIST_HEADINGS, rows)


@blueprint.get("/<string:code>/returns.xlsx")
@requires(Permission.EXPORT_PROGRESS)
def index_xlsx(code: str) -> ResponseReturnValue:
    found, rows = _list_for_file(code, "xlsx")
    return xlsx_response(f"returns-{found.code}", "Returns to the board", presenters.LIST_HEADINGS, rows)


def _list_for_file(code: str, file: str) -> tuple[OrganisationSummary, list[tuple[Cell, ...]]]:
    found, may = open_organisation(code)
    lines = queries.returns_of(found.organisation_id, may.states)
    with transaction():
        record_download(
            current_viewer(),
            Permission.EXPORT_PROGRESS,
            verb="returns exported",
            subject="returns to the board",
            file=file,
            filters={},
            organisation_code=found.code,
        )
    return found, [presenters.list_cells(found, line) for line in lines]


@blueprint.get("/<string:code>/returns/<int:number>")
@requires(Permission.SEE_PROGRESS)
def one(code: str, number: int) -> ResponseReturnValue:
    opened = open_return(code, number)
    found, page = opened.organisation, shown(opened.organisation.organisation_id, opened.now, _edition())
    return render_template(
        "returns/one.html",
        organisation=found,
        may=opened.may,
        shown=page,
        is_present=page.edition == opened.now.edition,
        is_mine=page.handed is not None and page.handed.submitted_by == current_viewer().person_id,
        control=presenters.control_rows(page),
        sections=presenters.sections(page.asks),
        ask_columns=presenters.ASK_COLUMNS,
        warnings=warnings_in_short(page.warnings) if page.handed else [],
        worse=warnings_in_short(since_its_day_in_short(found.organisation_id, page, clock.today())),
        since=since_last_approved(found.organisation_id, page),
        versions=presenters.versions(page, found.code),
        history=presenters.event_lines(queries.events_of(opened.now.return_id)) if opened.may.is_own else [],
        states=ReturnState,
    )


@blueprint.errorhandler(ReturnSentBack)
def sent_back(fault: ReturnSentBack) -> ResponseReturnValue:
    """It is not to be read, as before it was submitted; that it was sent back is no secret from who read it."""
    code = (request.view_args or {})["code"]
    return render_template("returns/sent_back.html", code=code, fault=fault), 404


@blueprint.get("/<string:code>/returns/<int:number>/rows.csv")
@requires(Permission.EXPORT_PROGRESS)
def rows_csv(code: str, number: int) -> ResponseReturnValue:
    found, page = _rows_for_file(code, number)
    if page.is_altered:
        return redirect(url_for(".one", code=found.code, number=number, version=page.edition))
    _record_rows(found, page, "csv")
    name = f"return-{found.code}-{number}-{page.edition}"
    return csv_response(name, presenters.ROW_HEADINGS, presenters.row_cells(found, page))


@blueprint.get("/<string:code>/returns/<int:number>/rows.xlsx")
@requires(Permission.EXPORT_PROGRESS)
def rows_xlsx(code: str, number: int) -> ResponseReturnValue:
    found, page = _rows_for_file(code, number)
    if page.is_altered:
        return redirect(url_for(".one", code=found.code, number=number, version=page.edition))
    _record_rows(found, page, "xlsx")
    name, title = f"return-{found.code}-{number}-{page.edition}", f"Return {number} version {page.edition}"
    return xlsx_response(name, title, presenters.ROW_HEADINGS, presenters.row_cells(found, page))


def _rows_for_file(code: str, number: int) -> tuple[OrganisationSummary, Shown]:
    opened = open_return(code, number)
    return opened.organisation, shown(opened.organisation.organisation_id, opened.now, _edition())


def _record_rows(found: OrganisationSummary, page: Shown, file: str) -> None:
    with transaction():
        record_download(
            current_viewer(),
            Permission.EXPORT_PROGRESS,
            verb="return exported",
            subject=f"return {page.now.number}",
            file=file,
            filters={"edition": page.edition, "state": page.state.value},
            organisation_code=found.code,
        )


@blueprint.get("/<string:code>/returns/changes")
@requires(Permission.SEE_PROGRESS)
def changes(code: str) -> ResponseReturnValue:
    found, may = open_organisation(code)
    had = [line for line in queries.returns_of(found.organisation_id, may.states) if line.was_handed]
    filters = CompareForm(request.args)
    filters.offer(had)
    if filters.unknown:
        return render_template("returns/unknown_filter.html", organisation=found, filters=filters), 400
    since, until = filters.compared(had)
    found_since = None
    if since is not None:
        found_since = since_return(found.organisation_id, since, until, clock.today(), may.states)
    return render_template("returns/changes.html", organisation=found, filters=filters, since=found_since, until=until)


def _edition() -> int | None:
    """The version that the address asks for; None for the present one."""
    asked = request.args.get("version")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6):
        raise ReturnNotFound
    return int(asked)
