"""The pages of one organisation: where it stands, one ask, the update, and the questions asked once."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.evidence.queries import evidence_links
from tracker.frameworks.catalogue import AskFacts, Catalogue, read_catalogue
from tracker.frameworks.queries import AskNotFound, get_ask, scale_of
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to, service_answers
from tracker.organisations.service import record_service
from tracker.progress import access, ask_page, leadership, presenters, queries, service
from tracker.progress.forms import ActionForm, DecisionForm, ServicesForm, UpdateForm
from tracker.progress.lead_form import UpdateLeadForm
from tracker.progress.rows import Standing

blueprint = Blueprint("progress", __name__, url_prefix="/organisations")

CHANGED_MEANWHILE = (
    "Somebody else saved this ask while you were writing. Their update is shown below and nothing of yours is lost. "
    "Check what you typed and save again to put it after theirs."
)


@dataclass(frozen=True, slots=True)
class Opened:
    """One ask of one organisation as a form opened it."""

    organisation: OrganisationSummary
    ask: AskFacts
    catalogue: Catalogue
    standing: Standing


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


@blueprint.get("/<string:code>/<string:framework>/<string:ref>")
@requires(Permission.SEE_PROGRESS)
def ask(code: str, framework: str, ref: str) -> ResponseReturnValue:
    viewer, today = current_viewer(), clock.today()
    found = get_organisation_visible_to(viewer, code, Permission.SEE_PROGRESS)
    asked = get_ask(framework, ref)
    standing = queries.get_standing(found.organisation_id, asked.ask_id, today)
    one = [found.organisation_id]
    lead = queries.named_leads(today, organisation_ids=one) if asked.records_lead else {}
    page = ask_page.ask_page(
        found,
        asked,
        scale_of(asked.framework.framework_id),
        standing,
        queries.history_of(found.organisation_id, asked.ask_id),
        evidence_links(today, organisation_ids=one, ask_id=asked.ask_id),
        lead.get(found.organisation_id),
        today,
    )
    may = access.powers_over(viewer, found)
    return render_template(
        "progress/ask.html",
        page=page,
        code=found.code,
        framework=framework,
        ref=ref,
        may=may,
        standing=standing,
    )


@blueprint.route("/<string:code>/<string:framework>/<string:ref>/update", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.UPDATE_PROGRESS, Permission.ASSURE_PROGRESS})
@form_checks_token
def update(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """The organisation's own update, or its assurer's decision on a claim: whichever this person may make."""
    opened = _open(code, framework, ref)
    may = access.powers_over(current_viewer(), opened.organisation)
    if may.update:
        return _update(opened)
    if may.assure and service.is_claim(opened.standing.status_class):
        return _decide(opened)
    return abort(403)


def _open(code: str, framework: str, ref: str) -> Opened:
    organisation = get_organisation_visible_to(current_viewer(), code, Permission.SEE_PROGRESS)
    catalogue = read_catalogue()
    ask = catalogue.find_ask(framework, ref)
    if ask is None:
        raise AskNotFound
    standing = queries.get_standing(organisation.organisation_id, ask.ask_id, clock.today())
    return Opened(organisation, ask, catalogue, standing)


def _update(opened: Opened) -> ResponseReturnValue:
    viewer, today = current_viewer(), clock.today()
    organisation, ask = opened.organisation, opened.ask
    one = [organisation.organisation_id]
    names_lead = ask.records_lead and access.powers_over(viewer, organisation).appoint
    lead = queries.named_leads(today, organisation_ids=one).get(one[0]) if ask.records_lead else None
    evidence = evidence_links(today, organisation_ids=one, ask_id=ask.ask_id)
    form = UpdateLeadForm() if names_lead else UpdateForm()
    form.offer(
        ask,
        opened.catalogue.scale_of(ask),
        opened.standing.status_class,
        has_evidence=bool(evidence) or lead is not None,
        today=today,
    )
    latest = queries.find_entry(opened.standing.entry_id)
    form.carry_forward(latest)
    form.opened_on(queries.version_of(organisation.organisation_id, ask.ask_id))
    if isinstance(form, UpdateLeadForm):
        form.show_lead(lead)
    status = 200
    if form.validate_on_submit():
        role = access.role_in(viewer, Permission.UPDATE_PROGRESS, organisation)
        item = service.Item(organisation, ask, viewer, role)
        try:
            with transaction():
                is_new = form.keeps_status or service.change_status(item, form.as_change(), opened.catalogue)
                if is_new and form.lead_details is not None:
                    leadership.name_lead(organisation, form.lead_details, viewer, role)
            flash(
                "Your update is saved." if is_new else "This update was saved already. Nothing was saved twice.",
                "success",
            )
            return redirect(url_for(".organisation", code=organisation.code))
        except service.MoveNotAllowed as fault:
            form.refuse(str(fault), form.status)
        except service.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(queries.version_of(organisation.organisation_id, ask.ask_id))
            status = 409
    return (
        render_template("progress/update.html", form=form, opened=opened, latest=latest, evidence=evidence),
        status,
    )


def _decide(opened: Opened) -> ResponseReturnValue:
    viewer, organisation, ask = current_viewer(), opened.organisation, opened.ask
    form = DecisionForm()
    form.opened_on(queries.version_of(organisation.organisation_id, ask.ask_id))
    status = 200
    if form.validate_on_submit():
        body = access.body_in(viewer, Permission.ASSURE_PROGRESS, organisation)
        item = service.Item(organisation, ask, viewer, body.role.value)
        decision = service.Decision(
            is_assured=form.decision.data == "assure",
            reason=form.reason.data,
            body_id=body.organisation_id,
            expected_version=form.expected_version,
            submission_key=form.key,
        )
        try:
            with transaction():
                service.decide_on_claim(item, decision, opened.catalogue)
            flash("Your decision is saved.", "success")
            return redirect(url_for(".ask", code=organisation.code, framework=ask.framework_code, ref=ask.ref))
        except service.MoveNotAllowed as fault:
            form.refuse(str(fault))
        except service.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(queries.version_of(organisation.organisation_id, ask.ask_id))
            status = 409
    one = [organisation.organisation_id]
    return (
        render_template(
            "progress/decide.html",
            form=form,
            opened=opened,
            due=presenters.due_words(ask, opened.standing, clock.today()),
            claim=queries.find_entry(opened.standing.entry_id),
            evidence=evidence_links(clock.today(), organisation_ids=one, ask_id=ask.ask_id),
        ),
        status,
    )


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
