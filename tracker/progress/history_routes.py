"""What was said before: confirming that it is still true, putting it right, and asking how it stood on a day."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.appointments.queries import named_leads
from tracker.db import transaction
from tracker.progress import ask_page, items, merging, queries, service
from tracker.progress.as_at_form import AsAtForm
from tracker.progress.blueprint import blueprint
from tracker.progress.correction_form import CorrectionForm
from tracker.progress.forms import ConfirmForm
from tracker.progress.opened import CHANGED_MEANWHILE, CONFIRMED_MEANWHILE, SAVED_ALREADY, Opened, open_ask
from tracker.web.saved_once import NO_VERSION


@blueprint.route("/<string:code>/<string:framework>/<string:ref>/confirm", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.UPDATE_PROGRESS})
@form_checks_token
def confirm(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """No change, still true: one click on the page of the ask; the page of its own says why where it cannot be."""
    opened = open_ask(code, framework, ref)
    item = opened.item_for(Permission.UPDATE_PROGRESS)
    form = ConfirmForm()
    form.opened_on(queries.version_of(*opened.key))
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = service.confirm_status(item, form.expected_version)
            flash("Confirmed: still true today." if is_new else "This was said today already.", "success")
            return redirect(_ask_address(opened))
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault))
        except items.ChangedMeanwhile:
            form.refuse(CONFIRMED_MEANWHILE)
            form.reopened_on(queries.version_of(*opened.key))
            status = 409
    latest = queries.find_entry(opened.standing.entry_id)
    return render_template("progress/confirm.html", form=form, opened=opened, latest=latest), status


@blueprint.route("/<string:code>/<string:framework>/<string:ref>/history/<int:entry_id>", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.UPDATE_PROGRESS})
@form_checks_token
def correct(code: str, framework: str, ref: str, entry_id: int) -> ResponseReturnValue:
    """Put right what an entry said; what it said before stays in the history."""
    opened = open_ask(code, framework, ref)
    item = opened.item_for(Permission.UPDATE_PROGRESS)
    form, entry = CorrectionForm(), service.find_own_entry(item, entry_id)
    if entry is None:
        abort(404)
    newest = service.newest_correction(entry)
    newest_id = newest.id
    if not form.is_submitted() and (newest_id != entry_id or service.is_decided(newest)):
        abort(404)  # What is corrected is corrected in its correction, and what was decided on stays.
    wrong, version = queries.get_entry(newest_id), queries.version_of(*opened.key)
    form.offer_correction(opened.ask, opened.catalogue.scale_of(opened.ask), opened.standing, wrong)
    form.opened_on(version)
    is_valid = form.validate_on_submit()
    is_ours = form.is_submitted() and not form.csrf_token.errors
    if is_ours and items.is_saved(form.key):
        flash(SAVED_ALREADY, "success")
        return redirect(_ask_address(opened))
    status, clash = 200, None
    if is_ours and (newest_id != entry_id or form.expected_version not in (NO_VERSION, version)):
        form.refuse(CHANGED_MEANWHILE)
        form.reopened_on(version)
        status, clash = 409, merging.clash_of(wrong, form.as_change(), opened.catalogue.scale_of(opened.ask))
    elif is_valid:
        try:
            with transaction():
                is_new = service.correct_entry(item, entry_id, form.as_change(), opened.catalogue)
            flash("The correction is saved." if is_new else SAVED_ALREADY, "success")
            return redirect(_ask_address(opened))
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault))
        except items.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(queries.version_of(*opened.key))
            status = 409
    return render_template("progress/correct.html", form=form, opened=opened, wrong=wrong, clash=clash), status


@blueprint.get("/<string:code>/<string:framework>/<string:ref>/as-at")
@requires(Permission.SEE_PROGRESS)
def as_at(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Where the ask stood on any past day, as known now or on any day since."""
    opened = open_ask(code, framework, ref)
    form = AsAtForm(request.args)
    page = None
    if request.args and form.validate():
        organisation_id = opened.organisation.organisation_id
        item = (organisation_id, opened.ask.ask_id)
        leads = named_leads(form.day, form.known_at, organisation_ids=[organisation_id])
        page = ask_page.as_at_page(
            opened.catalogue.scale_of(opened.ask),
            queries.find_standing(*item, form.day, form.known_at),
            queries.history_of(*item),
            leads.get(organisation_id),
            form.day,
        )
    return render_template("progress/as_at.html", form=form, opened=opened, page=page)


def _ask_address(opened: Opened) -> str:
    return url_for(".ask", code=opened.organisation.code, framework=opened.ask.framework_code, ref=opened.ask.ref)
