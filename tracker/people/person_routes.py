"""The list of people, as a page and as files, one person, and a role that is taken away."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.accounts import service as accounts
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.refusals import LAST_ADMINISTRATOR, note_refused
from tracker.accounts.rules import Permission, Scope
from tracker.db import transaction
from tracker.people import managing, person_rows, presenters, queries, service
from tracker.people.access import grantor_or_refuse
from tracker.people.blueprint import blueprint
from tracker.people.forms import PeopleFilterForm
from tracker.people.rows import Line
from tracker.web.downloads import csv_response, xlsx_response
from tracker.web.forms import ActionForm
from tracker.web.paging import Sort, read_sort


@blueprint.get("/people")
@requires(Permission.SEE_PEOPLE)
def index() -> ResponseReturnValue:
    scope, filters, sort = _list()
    if filters.unknown:
        # To leave the filter out would show more than was asked for.
        return render_template("people/unknown_filter.html", filters=filters, sort=sort), 400
    paging = queries.people_page(scope, filters.chosen, sort, request.args)
    return render_template(
        "people/index.html",
        paging=paging,
        rows=[presenters.shown_line(line) for line in paging.items],
        filters=filters,
        sort=sort,
        columns=presenters.COLUMNS,
    )


@blueprint.post("/people")
@requires(Permission.SEE_PEOPLE)
def narrow() -> ResponseReturnValue:
    """Turn what was typed into an address without names; nothing is written."""
    scope, filters = _filters(request.form)
    filters.search(scope)
    sort = read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)
    if filters.unknown:
        return render_template("people/unknown_filter.html", filters=filters, sort=sort), 400
    asked: dict[str, Any] = filters.as_query | ({"sort": sort.value} if "sort" in request.args else {})
    return redirect(url_for(".index", **asked))


@blueprint.get("/people.csv")
@requires(Permission.SEE_PEOPLE)
def index_csv() -> ResponseReturnValue:
    lines = _lines_for_file("csv")
    return csv_response("people", presenters.CSV_HEADINGS, map(presenters.csv_cells, lines))


@blueprint.get("/people.xlsx")
@requires(Permission.SEE_PEOPLE)
def index_xlsx() -> ResponseReturnValue:
    lines = _lines_for_file("xlsx")
    return xlsx_response("people", "People", presenters.CSV_HEADINGS, map(presenters.csv_cells, lines))


@blueprint.get("/people/<int:person_id>")
@requires(Permission.SEE_PEOPLE)
def person(person_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    scope = viewer.scope(Permission.SEE_PEOPLE)
    facts = queries.get_account_visible_to(scope, person_id)
    may_manage = viewer.may_anywhere(Permission.MANAGE_ACCOUNTS)
    return render_template(
        "people/person.html",
        facts=facts,
        summary=[
            *presenters.summary_of(facts, is_administrator=may_manage),
            *person_rows.rows_of(person_id, viewer, clock.today()),
        ],
        columns=presenters.ROLE_COLUMNS,
        roles=[presenters.shown_role(line, viewer) for line in queries.lines_of_person(scope, person_id)],
        may_manage=may_manage,
        is_oneself=person_id == viewer.person_id,
    )


@blueprint.route("/people/<int:person_id>/roles/<int:membership_id>/remove", methods=["GET", "POST"])
@requires(Permission.END_ROLES)
@form_checks_token
def remove_role(person_id: int, membership_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    scope = viewer.scope(Permission.SEE_PEOPLE)
    line = queries.get_role_visible_to(scope, person_id, membership_id)
    grantor = grantor_or_refuse(viewer, Permission.END_ROLES, line)
    form, status = ActionForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                managing.remove_role(person_id, line.key, by=viewer.person_id, by_role=grantor.role.value)
            flash(f"{line.name} is no longer {presenters.role_and_place(line)}.", "success")
            return redirect(url_for(".index"))
        except accounts.LastAdministrator as fault:
            note_refused(LAST_ADMINISTRATOR)
            form.refuse(str(fault))
            status = 409
    page = presenters.removal_page(line, is_oneself=person_id == viewer.person_id)
    return render_template("people/confirm.html", form=form, page=page), status


def _lines_for_file(file: str) -> list[Line]:
    """The lines of the list; that names and addresses leave in a file is told to the audit."""
    scope, filters, sort = _list()
    if filters.unknown:
        abort(400)
    lines = list(queries.people_lines(scope, filters.chosen, sort))
    with transaction():
        service.note_download(current_viewer(), file, len(lines))
    return lines


def _list() -> tuple[Scope, PeopleFilterForm, Sort]:
    """What the page and the files have in common: the scope, the filters and the order."""
    scope, filters = _filters(request.args)
    filters.check_found()
    return scope, filters, read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)


def _filters(sent: MultiDict[str, str]) -> tuple[Scope, PeopleFilterForm]:
    scope = current_viewer().scope(Permission.SEE_PEOPLE)
    filters = PeopleFilterForm(sent)
    has_many_bodies = scope.is_everywhere or bool(scope.systems | scope.regions) or len(scope.own) > 1
    filters.offer(is_everywhere=scope.is_everywhere, has_many_bodies=has_many_bodies)
    return scope, filters
