"""The queue of claims, as a page and as a file, and the page on which one of them is decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.assurance import presenters, queries, sample_routes, service, sign_off_queries
from tracker.assurance.blueprint import blueprint
from tracker.assurance.forms import ASK, ASSURE, ClaimFilterForm, ClaimForm
from tracker.assurance.rows import Reach
from tracker.db import transaction
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.frameworks.queries import ask_in_full
from tracker.progress import access, ask_page, claims, items, target_queries
from tracker.progress import queries as progress_queries
from tracker.progress.ask_panels import ask_panels
from tracker.progress.items import Item
from tracker.progress.opened import SAVED_ALREADY, Opened, open_ask
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import Sort, read_sort

__all__ = ["blueprint", "sample_routes"]

DECIDED_MEANWHILE = (
    "Somebody else changed this ask while you were deciding. What stands now is shown below, and your decision and "
    "reason are still here. Save again if they hold for it."
)
SAVED_OTHERWISE = (
    "This page was sent before with another decision or other words, and those are saved. What stands now is shown "
    "below; what you typed is still here."
)
SAID = {ASK: "Your question is sent. The claim waits on."}


@blueprint.get("/assurance")
@requires(Permission.ASSURE_PROGRESS)
def queue() -> ResponseReturnValue:
    reach, catalogue, filters, sort = _list()
    if filters.unknown:
        # To leave the filter out would show more than was asked for, to somebody who mistyped a code.
        return render_template("assurance/unknown_filter.html", filters=filters, sort=sort), 400
    today = clock.today()
    paging = queries.claims_page(reach, filters.chosen, sort, request.args, catalogue, today)
    return render_template(
        "assurance/queue.html",
        paging=paging,
        rows=[presenters.claim_line(row, today) for row in paging.items],
        filters=filters,
        sort=sort,
        columns=presenters.COLUMNS,
    )


@blueprint.get("/assurance.csv")
@requires(Permission.ASSURE_PROGRESS)
def queue_csv() -> ResponseReturnValue:
    return csv_response("assurance", presenters.CSV_HEADINGS, _rows_for_file("csv"))


@blueprint.get("/assurance.xlsx")
@requires(Permission.ASSURE_PROGRESS)
def queue_xlsx() -> ResponseReturnValue:
    return xlsx_response("assurance", "Claims to assure", presenters.CSV_HEADINGS, _rows_for_file("xlsx"))


@blueprint.route("/assurance/<string:code>/<string:framework>/<string:ref>", methods=["GET", "POST"])
@requires(Permission.ASSURE_PROGRESS)
@form_checks_token
def claim(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """One claim with its evidence, its history and the wording of the ask side by side, and the decision on it."""
    opened = open_ask(code, framework, ref)
    item, form, status = _item(opened), ClaimForm(), 200
    form.offer(may_ask=current_viewer().find_power(Permission.COMMENT, opened.organisation.place) is not None)
    form.opened_on(progress_queries.version_of(*opened.key))
    is_valid = form.validate_on_submit()
    saved = service.find_saved(form.key) if form.is_submitted() and not form.csrf_token.errors else None
    if saved is not None and saved == (form.decision.data, form.words):
        flash(SAVED_ALREADY, "information")
        return redirect(url_for(".queue"))
    if saved is not None:
        form.refuse(SAVED_OTHERWISE)
        status = 409
    elif is_valid:
        try:
            with transaction():
                _save(form, item, opened)
            flash(SAID.get(form.decision.data, "Your decision is saved."), "success")
            return redirect(url_for(".queue"))
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault))
        except items.ChangedMeanwhile:
            form.refuse(DECIDED_MEANWHILE)
            form.reopened_on(progress_queries.version_of(*opened.key))
            status = 409
    return _claim_page(open_ask(code, framework, ref), form), status


def _item(opened: Opened) -> Item:
    """The ask as its assurer speaks about it; a 403 for whoever is of the organisation, whatever else they are."""
    item = opened.item_for(Permission.ASSURE_PROGRESS)
    if opened.organisation.organisation_id in access.own_bodies(current_viewer()):
        abort(403)
    return item


def _save(form: ClaimForm, item: Item, opened: Opened) -> None:
    body_id = access.body_in(current_viewer(), Permission.ASSURE_PROGRESS, opened.organisation).organisation_id
    if form.decision.data == ASK:
        question = service.Question(form.words, body_id, form.expected_version, form.key)
        service.ask_about_claim(item, question)
        return
    decision = claims.Decision(
        is_assured=form.decision.data == ASSURE,
        reason=form.words,
        body_id=body_id,
        expected_version=form.expected_version,
        submission_key=form.key,
    )
    service.decide(item, decision, opened.catalogue)


def _claim_page(opened: Opened, form: ClaimForm) -> str:
    today, ask = clock.today(), opened.ask
    panels = ask_panels(opened, current_viewer(), today)
    past = ask_page.Past(*progress_queries.said_of(*opened.key), target_queries.targets_told(*opened.key))
    page = ask_page.ask_page(
        opened.organisation,
        ask_in_full(opened.catalogue, ask),
        ask,
        opened.catalogue.scale_of(ask),
        opened.standing,
        past,
        panels.owners.lead if ask.records_lead else None,
        panels.evidence.newest_on,
        today,
    )
    return render_template(
        "assurance/claim.html",
        page=page,
        panels=panels,
        here={"code": opened.organisation.code, "framework": ask.framework_code, "ref": ask.ref},
        form=form,
        is_claim=claims.is_claim(opened.standing.said_class),
        sign_offs=presenters.sign_off_lines(sign_off_queries.sign_offs_of(*opened.key)),
    )


def _rows_for_file(file: str) -> Iterable[Sequence[Cell]]:
    """The same for a file, written down; a filter that is not known is refused, because a file would not show it."""
    reach, catalogue, filters, sort = _list()
    if filters.unknown:
        abort(400)
    with transaction():
        record_download(
            current_viewer(),
            Permission.ASSURE_PROGRESS,
            verb="claims exported",
            subject="claims to assure",
            file=file,
            filters=asdict(filters.chosen),
        )
    today = clock.today()
    found = queries.waiting_claims(reach, filters.chosen, sort, catalogue, today)
    return [presenters.csv_cells(row, today) for row in found]


def _list() -> tuple[Reach, Catalogue, ClaimFilterForm, Sort]:
    """What the page and the file have in common: whose claims, what is asked, the filters and the order."""
    viewer, catalogue = current_viewer(), read_catalogue()
    reach = Reach(access.assured_by(viewer), access.own_bodies(viewer))
    filters = ClaimFilterForm(request.args)
    filters.offer(queries.filter_options(reach, catalogue, clock.today()))
    return reach, catalogue, filters, read_sort(request.args, queries.SORTS, queries.DEFAULT_SORT)
