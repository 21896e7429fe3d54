"""The pages of an organisation's register of barriers and enablers, and the register as a file."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.barriers import history, presenters, queries, service
from tracker.barriers.forms import AddForm, ChangeForm, CloseForm, RegisterFilterForm
from tracker.barriers.rows import Revision
from tracker.db import transaction
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import Sort, read_sort

blueprint = Blueprint("barriers", __name__, url_prefix="/organisations")

CHANGED_MEANWHILE = (
    "Somebody else changed this while you were writing. What it says now is shown below and nothing of yours is lost. "
    "Check what you typed and save again to put it after theirs."
)
NOTHING_CHANGED = "Nothing is different from what the register says. Change something, or go back."
CLOSED_ALREADY = "It is closed already. Nothing was changed."
SAVED_ALREADY = "This was saved already. Nothing was saved twice."


@blueprint.get("/<string:code>/barriers")
@requires(Permission.SEE_PROGRESS)
def index(code: str) -> ResponseReturnValue:
    found = _visible(code)
    asks, filters, sort = _list(found)
    if filters.unknown:
        # To leave the filter out would show more than was asked for, to somebody who mistyped a code.
        return render_template("barriers/unknown_filter.html", organisation=found, filters=filters, sort=sort), 400
    paging = queries.register_page(found.organisation_id, filters.chosen, sort, request.args)
    return render_template(
        "barriers/index.html",
        organisation=found,
        paging=paging,
        rows=[presenters.register_line(each, asks, clock.today()) for each in paging.items],
        filters=filters,
        sort=sort,
        columns=presenters.COLUMNS,
        may_update=_may_update(found),
    )


@blueprint.get("/<string:code>/barriers.csv")
@requires(Permission.EXPORT_PROGRESS)
def index_csv(code: str) -> ResponseReturnValue:
    found, rows = _rows_for_file(code, "csv")
    return csv_response(f"barriers-{found.code}", presenters.CSV_HEADINGS, rows)


@blueprint.get("/<string:code>/barriers.xlsx")
@requires(Permission.EXPORT_PROGRESS)
def index_xlsx(code: str) -> ResponseReturnValue:
    found, rows = _rows_for_file(code, "xlsx")
    return xlsx_response(f"barriers-{found.code}", "Barriers and enablers", presenters.CSV_HEADINGS, rows)


@blueprint.route("/<string:code>/barriers/add", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def add(code: str) -> ResponseReturnValue:
    found = _to_update(code)
    form = AddForm()
    form.offer(queries.asks_for(found.organisation_type, clock.today()), clock.today())
    form.opened_on(0)
    form.start_with(request.args.get("ask", ""))
    if form.validate_on_submit():
        with transaction():
            barrier_id = service.add_barrier(found, form.as_said(), current_viewer(), submission_key=form.key)
        flash("It is in the register now." if barrier_id else SAVED_ALREADY, "success")
        address = url_for(".one", code=found.code, barrier_id=barrier_id) if barrier_id else _register(found)
        return redirect(address)
    return render_template("barriers/add.html", form=form, organisation=found)


@blueprint.get("/<string:code>/barriers/<int:barrier_id>")
@requires(Permission.SEE_PROGRESS)
def one(code: str, barrier_id: int) -> ResponseReturnValue:
    found = _visible(code)
    revisions = queries.history_of(found.organisation_id, barrier_id)
    asks, current = queries.asks_by_id(), revisions[0]
    return render_template(
        "barriers/one.html",
        organisation=found,
        entry=current,
        position=presenters.position(current, clock.today()),
        touched=presenters.touched(current, asks),
        history=history.history_lines(revisions, asks),
        may_update=_may_update(found),
    )


@blueprint.route("/<string:code>/barriers/<int:barrier_id>/change", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def change(code: str, barrier_id: int) -> ResponseReturnValue:
    found, status = _to_update(code), 200
    current = queries.get_barrier(found.organisation_id, barrier_id)
    form = ChangeForm()
    form.offer(queries.asks_for(found.organisation_type, clock.today(), besides=current.said.asks), clock.today())
    form.start_from(current.said, current.number)
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = service.change_barrier(
                    found,
                    barrier_id,
                    form.as_said(),
                    form.reason.data,
                    current_viewer(),
                    expected_version=form.expected_version,
                    submission_key=form.key,
                )
            return _to_entry(found, barrier_id, "Your change is saved." if is_new else SAVED_ALREADY)
        except service.NothingChanged:
            form.refuse(NOTHING_CHANGED)
        except service.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            current, status = queries.get_barrier(found.organisation_id, barrier_id), 409
            form.reopened_on(current.number)
    return render_template("barriers/change.html", **_shown(found, current, status), form=form), status


@blueprint.route("/<string:code>/barriers/<int:barrier_id>/close", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def close(code: str, barrier_id: int) -> ResponseReturnValue:
    found, status = _to_update(code), 200
    current = queries.get_barrier(found.organisation_id, barrier_id)
    if current.said.status.is_settled and request.method == "GET":
        return _to_entry(found, barrier_id, CLOSED_ALREADY)
    form = CloseForm()
    form.ask_about(current.said.kind, current.number)
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = service.close_barrier(
                    found,
                    barrier_id,
                    form.reason.data,
                    current_viewer(),
                    becomes_enabler=form.becomes_enabler,
                    expected_version=form.expected_version,
                    submission_key=form.key,
                )
            return _to_entry(found, barrier_id, "It is closed in the register." if is_new else SAVED_ALREADY)
        except service.NothingChanged:
            form.refuse(CLOSED_ALREADY)
        except service.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            current, status = queries.get_barrier(found.organisation_id, barrier_id), 409
            form.reopened_on(current.number)
    return render_template("barriers/close.html", **_shown(found, current, status), form=form), status


def _visible(code: str) -> OrganisationSummary:
    return get_organisation_visible_to(current_viewer(), code, Permission.SEE_PROGRESS)


def _to_update(code: str) -> OrganisationSummary:
    """An organisation whose register this viewer keeps: 404 where they may not see it, 403 where they only may."""
    found = _visible(code)
    if not _may_update(found):
        abort(403)
    return found


def _may_update(organisation: OrganisationSummary) -> bool:
    return current_viewer().find_power(Permission.UPDATE_PROGRESS, organisation.place) is not None


def _list(found: OrganisationSummary) -> tuple[presenters.Asks, RegisterFilterForm, Sort]:
    """What the page and the file have in common: the asks behind the links, what is asked for, and the order."""
    filters = RegisterFilterForm(request.args)
    touched = queries.asks_touched(found.organisation_id)
    filters.offer(queries.asks_for(found.organisation_type, clock.today(), besides=touched))
    return queries.asks_by_id(), filters, read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)


def _rows_for_file(code: str, file: str) -> tuple[OrganisationSummary, list[tuple[Cell, ...]]]:
    """The register as rows, written down; a filter that is not known is refused, because a file would not show it."""
    found = _visible(code)
    asks, filters, sort = _list(found)
    if filters.unknown:
        abort(400)
    with transaction():
        record_download(
            current_viewer(),
            Permission.EXPORT_PROGRESS,
            verb="barriers exported",
            subject="barriers and enablers",
            file=file,
            filters=asdict(filters.chosen),
            organisation_code=found.code,
        )
    entries = queries.register_entries(found.organisation_id, filters.chosen, sort)
    return found, [presenters.csv_cells(found, each, asks) for each in entries]


def _shown(organisation: OrganisationSummary, current: Revision, status: int) -> dict[str, object]:
    """What a form's page says of the entry; all of it where somebody else has changed it meanwhile."""
    return {
        "organisation": organisation,
        "entry": current,
        "is_overtaken": status == 409,
        "position": presenters.position(current, clock.today()),
        "touched": presenters.touched(current, queries.asks_by_id()) if status == 409 else [],
    }


def _register(organisation: OrganisationSummary) -> str:
    return url_for(".index", code=organisation.code)


def _to_entry(organisation: OrganisationSummary, barrier_id: int, said: str) -> ResponseReturnValue:
    flash(said, "information" if said == CLOSED_ALREADY else "success")
    return redirect(url_for(".one", code=organisation.code, barrier_id=barrier_id))
