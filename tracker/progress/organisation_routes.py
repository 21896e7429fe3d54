"""The page of an organisation, the services it runs and the frameworks it takes up."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
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
from tracker.organisations.service import record_service
from tracker.progress import access, adoptions, organisation_rows, queries
from tracker.progress.blueprint import blueprint
from tracker.progress.forms import ActionForm, ServicesForm
from tracker.progress.organisation_page import Known, frameworks_by_choice, organisation_page


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
    form = ServicesForm()
    form.show_answers(service_answers(found.organisation_id, clock.today()))
    if form.validate_on_submit():
        role = access.role_in(viewer, Permission.UPDATE_PROGRESS, found)
        with transaction():
            for service_kind, is_provided in form.answers.items():
                record_service(found.organisation_id, service_kind, is_provided, by=viewer.person_id, role=role)
        flash("Your answers are saved.", "success")
        return redirect(url_for(".organisation", code=found.code))
    return render_template("progress/services.html", form=form, organisation=found)


@blueprint.route("/<string:code>/adopt/<string:framework>", methods=["GET", "POST"])
@requires(Permission.ADOPT_FRAMEWORK)
@form_checks_token
def adopt(code: str, framework: str) -> ResponseReturnValue:
    viewer = current_viewer()
    found = _organisation_to(Permission.ADOPT_FRAMEWORK, code)
    today = clock.today()
    offered = frameworks_by_choice(read_catalogue(), found.organisation_type, today)
    if framework not in offered or queries.find_adoption(found.organisation_id, framework, today):
        abort(404)
    form = ActionForm()
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
    if adoption is None:
        abort(404)
    form = ActionForm()
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
