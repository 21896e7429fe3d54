"""The audit as a list and as files: everything for an administrator, their own body's for the others."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import audit_files as files
from tracker.accounts import audit_presenters as presenters
from tracker.accounts import audit_queries as queries
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.audit_forms import AskedFor, AuditFilterForm, filled_in, read_address
from tracker.accounts.queries import names_of
from tracker.accounts.refusals import note_out_of_reach
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.web.paging import read_sort
from tracker.web.wording import thousands

blueprint = Blueprint("accounts", __name__)

TOO_LONG = (
    f"An Excel file of the audit holds at most {thousands(files.MOST_IN_WORKBOOK)} entries, and more match. "
    "Choose fewer days, or download the csv file, which holds any number."
)


@blueprint.get("/audit")
@requires(Permission.READ_AUDIT)
def audit() -> ResponseReturnValue:
    chains, asked = _asked_for()
    form = filled_in(asked, request.args, chains)
    if asked.unknown:
        return _nothing_listed(form, asked.unknown)
    sort = read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)
    page = queries.entries_page(asked.filters, sort, request.args)
    names = names_of(presenters.people_in(page.paging.items) | set(asked.filters.people or ()))
    return render_template(
        "accounts/audit.html",
        form=form,
        asked=asked,
        people=[presenters.person_in_words(each, names) for each in asked.filters.people or ()],
        paging=page.paging,
        has_more=page.has_more,
        rows=[presenters.shown_entry(line, names) for line in page.paging.items],
        columns=presenters.COLUMNS,
        sort=sort,
    )


@blueprint.post("/audit")
@requires(Permission.READ_AUDIT)
@form_checks_token
def narrow_audit() -> ResponseReturnValue:
    """Turn what was typed into an address without names; nothing is written."""
    form = AuditFilterForm()
    form.may_read(queries.chains_of(current_viewer()))
    if form.validate_on_submit():
        sort = {"sort": request.args["sort"]} if "sort" in request.args else {}
        address: dict[str, Any] = form.as_query | sort
        return redirect(url_for(".audit", **address))
    return _nothing_listed(form)


@blueprint.get("/audit.csv")
@requires(Permission.READ_AUDIT)
def audit_csv() -> ResponseReturnValue:
    chains, asked = _asked_for()
    if asked.unknown:
        return _nothing_listed(filled_in(asked, request.args, chains), asked.unknown)
    return _file("csv", asked)


@blueprint.get("/audit.xlsx")
@requires(Permission.READ_AUDIT)
def audit_xlsx() -> ResponseReturnValue:
    chains, asked = _asked_for()
    unknown = asked.unknown or (() if files.fits_workbook(asked.filters) else (TOO_LONG,))
    if unknown:
        return _nothing_listed(filled_in(asked, request.args, chains), unknown)
    return _file("xlsx", asked)


def _asked_for() -> tuple[tuple[str, ...] | None, AskedFor]:
    """The chains that the viewer may read, and what of them the address asks for."""
    chains = queries.chains_of(current_viewer())
    asked = read_address(request.args, chains)
    if asked.out_of_reach:
        note_out_of_reach(asked.out_of_reach)
    return chains, asked


def _nothing_listed(form: AuditFilterForm, unknown: tuple[str, ...] = ()) -> ResponseReturnValue:
    """To leave a filter out would show more than was asked for, to somebody who mistyped a code."""
    return render_template("accounts/audit_unknown.html", form=form, unknown=unknown), 400


def _file(kind: str, asked: AskedFor) -> Response:
    """A file of what the page lists; names of people only where they were chosen, which is written down."""
    filters, with_names = asked.filters, request.args.get("names") == "yes"
    sort = read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)
    up_to = queries.newest_entry_id()
    with transaction():
        record_download(
            current_viewer(),
            Permission.READ_AUDIT,
            verb="audit exported",
            subject="audit",
            file=kind,
            names=with_names,
            filters=asdict(filters)
            | {"chains": ", ".join(filters.chains or ()), "people": ", ".join(map(str, filters.people or ()))},
            organisation_code=asked.organisation_code,
        )
    make = files.csv_file if kind == "csv" else files.xlsx_file
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return make(app, filters, sort, up_to=up_to, with_names=with_names)
