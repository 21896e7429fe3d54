"""The page of an organisation, the services it runs and the frameworks it takes up."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.appointments.panels import in_post_sum
from tracker.barriers.panels import register_sum
from tracker.db import transaction
from tracker.evidence.queries import newest_evidence
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to, service_answers
from tracker.progress import access, adoptions, organisation_rows, queries, service_asks
from tracker.progress.answering_services import ChangedMeanwhile, ReasonsMissing, answer_services
from tracker.progress.blueprint import blueprint
from tracker.progress.forms import ActionForm
from tracker.progress.organisation_page import Known, frameworks_by_choice, organisation_page
from tracker.progress.services_form import ANSWERED_ALREADY, CHANGED_MEANWHILE, ServicesForm
from tracker.progress.services_presenter import services_page
from tracker.web.paging import PAGE_SIZE, Page, read_page


@blueprint.get("/<string:code>")
@requires(Permission.SEE_PROGRESS)
def organisation(code: str) -> ResponseReturnValue:
    viewer, today = current_viewer(), clock.today()
    found = get_organisation_visible_to(viewer, code, Permission.SEE_PROGRESS)
    may = access.powers_over(viewer, found)
    known = Known(
        in_post=in_post_sum(found.organisation_id, today),
        services=service_answers(found.organisation_id, today),
        services_href=url_for(".services", code=found.code) if may.update else "",
        evidence=newest_evidence(found.organisation_id, today),
        barriers=register_sum(found.organisation_id, today),
        more=organisation_rows.rows_of(found, viewer, today),
    )
    standings = queries.standings_of(found.organisation_id, today)
    page = organisation_page(found, standings, read_catalogue(), known, today)
    return render_template("progress/organisation.html", page=page, may=may)


@blueprint.route("/<string:code>/services", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def services(code: str) -> ResponseReturnValue:
    viewer = current_viewer()
    found = _organisation_to(Permission.UPDATE_PROGRESS, code)
    form, status = ServicesForm(), 200
    form.opened_on(service_asks.version_of(found.organisation_id))
    form.show_answers(service_answers(found.organisation_id, clock.today()))
    if form.validate_on_submit():
        role = access.role_in(viewer, Permission.UPDATE_PROGRESS, found)
        try:
            with transaction():
                is_new = answer_services(found, form.answers, viewer, role)
            flash("Your answers are saved." if is_new else ANSWERED_ALREADY, "success")
            return redirect(url_for(".organisation", code=found.code))
        except ReasonsMissing as fault:
            form.refuse_for_want_of(fault)
        except ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(service_asks.version_of(found.organisation_id))
            status = 409
    return _services_page(found, form, status)


def _services_page(found: OrganisationSummary, form: ServicesForm, status: int) -> ResponseReturnValue:
    answers = service_answers(found.organisation_id, clock.today())
    said = service_asks.said_of_services(found.organisation_id)
    number = read_page(request.args, len(said))
    paging = Page(said[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, PAGE_SIZE, len(said))
    page = services_page(answers, service_asks.service_asks_of(found, clock.today()), paging.items)
    shown = {"form": form, "organisation": found, "page": page, "paging": paging, "is_overtaken": status == 409}
    return render_template("progress/services.html", **shown), status


@blueprint.route("/<string:code>/adopt/<string:framework>", methods=["GET", "POST"])
@requires(Permission.ADOPT_FRAMEWORK)
@form_checks_token
def adopt(code: str, framework: str) -> ResponseReturnValue:
    viewer = current_viewer()
    found = _organisation_to(Permission.ADOPT_FRAMEWORK, code)
    today = clock.today()
    offered = frameworks_by_choice(read_catalogue(), found.organisation_type, today)
    form, is_adopted = ActionForm(), queries.find_adoption(found.organisation_id, framework, today) is not None
    if framework not in offered or (is_adopted and not form.is_submitted()):
        abort(404)
    if form.validate_on_submit():
        role = access.role_in(viewer, Permission.ADOPT_FRAMEWORK, found)
        with transaction():
            adoptions.adopt_framework(found, framework, viewer, role)
        flash(f"{offered[framework]} is now tracked for {found.name}.", "success")
        return redirect(url_for(".organisation", code=found.code))
    return render_template("progress/adopt.html", form=form, organisation=found, framework_title=offered[framework])


@blueprint.route("/<string:code>/adopt/<string:framework>/end", methods=["GET", "POST"])
@requires(Permission.ADOPT_FRAMEWORK)
@form_checks_token
def leave(code: str, framework: str) -> ResponseReturnValue:
    """Stop tracking a framework that was taken up; what was said stays and comes back with it."""
    viewer = current_viewer()
    found = _organisation_to(Permission.ADOPT_FRAMEWORK, code)
    adoption = queries.find_adoption(found.organisation_id, framework, clock.today())
    form = ActionForm()
    if adoption is None:
        offered = frameworks_by_choice(read_catalogue(), found.organisation_type, clock.today())
        if framework not in offered or not form.is_submitted():
            abort(404)
        flash(f"{offered[framework]} is not tracked for {found.name}.", "success")
        return redirect(url_for(".organisation", code=found.code))
    if form.validate_on_submit():
        role = access.role_in(viewer, Permission.ADOPT_FRAMEWORK, found)
        with transaction():
            adoptions.leave_framework(found, adoption.adoption_id, viewer, role)
        flash(f"{adoption.title} is not tracked for {found.name} any more.", "success")
        return redirect(url_for(".organisation", code=found.code))
    return render_template("progress/leave.html", form=form, organisation=found, adoption=adoption)


def _organisation_to(permission: Permission, code: str) -> OrganisationSummary:
    """An organisation in which this viewer may do something: 404 where they may not see it, 403 where they only may."""
    found = get_organisation_visible_to(current_viewer(), code, Permission.SEE_PROGRESS)
    if access.find_held_role(current_viewer(), permission, found) is None:
        abort(403)
    return found
