"""The page of an organisation, the services it runs and the frameworks it takes up."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to, service_answers
from tracker.organisations.service import record_service
from tracker.progress import access, leadership, presenters, queries
from tracker.progress.blueprint import blueprint
from tracker.progress.forms import ActionForm, ServicesForm


@blueprint.get("/<string:code>")
@requires(Permission.SEE_PROGRESS)
def organisation(code: str) -> ResponseReturnValue:
    viewer, today = current_viewer(), clock.today()
    found = get_organisation_visible_to(viewer, code, Permission.SEE_PROGRESS)
    may = access.powers_over(viewer, found)
    leads = queries.named_leads(today, organisation_ids=[found.organisation_id])
    page = presenters.organisation_page(
        found,
        queries.standings_of(found.organisation_id, today),
        read_catalogue(),
        leads.get(found.organisation_id),
        service_answers(found.organisation_id, today),
        url_for(".services", code=found.code) if may.update else "",
        today,
    )
    adoptable = queries.adoptable_frameworks(found.organisation_id, found.organisation_type, today) if may.adopt else []
    return render_template("progress/organisation.html", page=page, may=may, adoptable=adoptable)


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
    offered = dict(queries.adoptable_frameworks(found.organisation_id, found.organisation_type, clock.today()))
    if framework not in offered:
        abort(404)
    form = ActionForm()
    if form.validate_on_submit():
        role = access.role_in(viewer, Permission.ADOPT_FRAMEWORK, found)
        with transaction():
            leadership.adopt_framework(found, framework, viewer, role)
        flash(f"{offered[framework]} is now tracked for {found.name}.", "success")
        return redirect(url_for(".organisation", code=found.code))
    return render_template("progress/adopt.html", form=form, organisation=found, framework_title=offered[framework])


def _organisation_to(permission: Permission, code: str) -> OrganisationSummary:
    """An organisation in which this viewer may do something: 404 where they may not see it, 403 where they only may."""
    found = get_organisation_visible_to(current_viewer(), code, Permission.SEE_PROGRESS)
    if access.find_held_role(current_viewer(), permission, found) is None:
        abort(403)
    return found
