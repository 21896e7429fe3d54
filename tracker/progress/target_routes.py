"""The target of one ask: set, moved, withdrawn, asked of the region and decided there."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.progress import access, items, queries, target_presenters, target_queries, targets
from tracker.progress.blueprint import blueprint
from tracker.progress.opened import CHANGED_MEANWHILE, Opened, open_ask
from tracker.progress.rows import TargetsTold
from tracker.progress.target_forms import RequestForm, TargetForm
from tracker.progress.targets import TargetOutcome

SAID = {
    TargetOutcome.AGREED: "Your target is saved.",
    TargetOutcome.ASKED: "Your region has been asked. The ask is judged on the date before until it accepts.",
    TargetOutcome.SAVED_BEFORE: "This was saved already. Nothing was saved twice.",
}


@blueprint.route("/<string:code>/<string:framework>/<string:ref>/target", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.UPDATE_PROGRESS})
@form_checks_token
def target(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Set, move or withdraw the target; where the region decides, this asks it."""
    opened = open_ask(code, framework, ref)
    item = opened.item_for(Permission.UPDATE_PROGRESS)
    form = TargetForm()
    form.offer(opened.standing.target_on, clock.today())
    form.opened_on(_version(opened))
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                outcome = targets.change_target(item, form.as_change())
            flash(SAID[outcome], "success")
            return redirect(_ask_address(opened))
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault), form.target_on)
        except items.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(_version(opened))
            status = 409
    page = target_presenters.target_page(opened.ask, opened.standing, _told(opened), clock.today())
    return render_template("progress/target.html", form=form, opened=opened, page=page), status


@blueprint.route(
    "/<string:code>/<string:framework>/<string:ref>/target/requests/<int:request_id>", methods=["GET", "POST"]
)
@requires(Permission.SEE_PROGRESS, to_write={Permission.AGREE_TARGETS})
@form_checks_token
def decide_target(code: str, framework: str, ref: str, request_id: int) -> ResponseReturnValue:
    """Accept or decline the target that an organisation asks for."""
    opened = open_ask(code, framework, ref)
    item = opened.item_for(Permission.AGREE_TARGETS)
    told = _told(opened)
    asked = next((each for each in told.asked if each.request_id == request_id), None)
    if asked is None:
        abort(404)
    form = RequestForm()
    status = 200
    if form.validate_on_submit():
        body = access.body_in(current_viewer(), Permission.AGREE_TARGETS, opened.organisation)
        try:
            with transaction():
                targets.decide_on_request(item, request_id, form.as_decision(body.organisation_id))
            flash("Your decision is saved.", "success")
            return redirect(_ask_address(opened))
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault))
        except items.ChangedMeanwhile:
            form.refuse("Somebody else decided on this request, or it was withdrawn. See the page of the ask.")
            status = 409
    page = target_presenters.target_page(opened.ask, opened.standing, told, clock.today())
    return render_template("progress/decide_target.html", form=form, opened=opened, page=page, asked=asked), status


@blueprint.post("/<string:code>/<string:framework>/<string:ref>/target/requests/<int:request_id>/withdraw")
@requires(Permission.SEE_PROGRESS, to_write={Permission.UPDATE_PROGRESS})
def withdraw_target_request(code: str, framework: str, ref: str, request_id: int) -> ResponseReturnValue:
    """Take back what was asked of the region."""
    opened = open_ask(code, framework, ref)
    item = opened.item_for(Permission.UPDATE_PROGRESS)
    try:
        with transaction():
            targets.withdraw_request(item, request_id)
        flash("The request is withdrawn.", "success")
    except items.MoveNotAllowed:
        abort(404)
    except items.ChangedMeanwhile:
        flash("Your region has decided on this request meanwhile.", "error")
    return redirect(_ask_address(opened))


def _told(opened: Opened) -> TargetsTold:
    return target_queries.targets_told(opened.organisation.organisation_id, opened.ask.ask_id)


def _version(opened: Opened) -> int:
    return queries.version_of(opened.organisation.organisation_id, opened.ask.ask_id)


def _ask_address(opened: Opened) -> str:
    return url_for(".ask", code=opened.organisation.code, framework=opened.ask.framework_code, ref=opened.ask.ref)
