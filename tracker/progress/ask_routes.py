"""The page of one ask and the form on it: the organisation's update, or its assurer's decision on a claim."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.appointments import leads
from tracker.appointments.queries import named_leads
from tracker.db import transaction
from tracker.evidence import panels as evidence_panels
from tracker.frameworks.queries import ask_in_full
from tracker.progress import access, ask_page, items, merging, presenters, queries, service, target_queries
from tracker.progress.ask_panels import ask_panels
from tracker.progress.blueprint import blueprint
from tracker.progress.forms import ConfirmForm, DecisionForm, UpdateForm
from tracker.progress.lead_form import UpdateLeadForm
from tracker.progress.opened import CHANGED_MEANWHILE, Opened, open_ask


@blueprint.get("/<string:code>/<string:framework>/<string:ref>")
@requires(Permission.SEE_PROGRESS)
def ask(code: str, framework: str, ref: str) -> ResponseReturnValue:
    opened, today = open_ask(code, framework, ref), clock.today()
    found, here = opened.organisation, {"code": opened.organisation.code, "framework": framework, "ref": ref}
    address = url_for(".ask", code=found.code, framework=framework, ref=ref)
    may = access.powers_over(current_viewer(), found)
    item = (found.organisation_id, opened.ask.ask_id)
    panels = ask_panels(opened, current_viewer(), today)
    page = ask_page.ask_page(
        found,
        ask_in_full(opened.catalogue, opened.ask),
        opened.ask,
        opened.catalogue.scale_of(opened.ask),
        opened.standing,
        ask_page.Past(*queries.said_of(*item), target_queries.targets_told(*item)),
        panels.owners.lead if opened.ask.records_lead else None,
        panels.evidence.newest_on,
        today,
        (lambda entry_id: f"{address}/history/{entry_id}") if may.update else None,
    )
    confirm = ConfirmForm() if may.update and page.may_confirm else None
    if confirm is not None:
        confirm.opened_on(opened.standing.version)
    return render_template(
        "progress/ask.html",
        page=page,
        panels=panels,
        here=here,
        may=may,
        standing=opened.standing,
        confirm=confirm,
    )


@blueprint.route("/<string:code>/<string:framework>/<string:ref>/update", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.UPDATE_PROGRESS, Permission.ASSURE_PROGRESS})
@form_checks_token
def update(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """The organisation's own update, or its assurer's decision on a claim: whichever this person may make."""
    opened = open_ask(code, framework, ref)
    may = access.powers_over(current_viewer(), opened.organisation)
    if may.update:
        return _update(opened)
    if may.assure and service.is_claim(opened.standing.said_class):
        return _decide(opened)
    return abort(403)


def _update(opened: Opened) -> ResponseReturnValue:
    viewer, today = current_viewer(), clock.today()
    organisation, ask = opened.organisation, opened.ask
    one = [organisation.organisation_id]
    names_lead = ask.records_lead and access.powers_over(viewer, organisation).appoint
    lead = named_leads(today, organisation_ids=one).get(one[0]) if ask.records_lead else None
    evidence = evidence_panels.panel(organisation.organisation_id, ask.ask_id, today)
    form = UpdateLeadForm() if names_lead else UpdateForm()
    form.offer(
        ask,
        opened.catalogue.scale_of(ask),
        opened.standing,
        has_evidence=evidence.is_there_evidence or lead is not None,
        today=today,
    )
    latest = queries.find_entry(opened.standing.entry_id)
    form.carry_forward(latest)
    form.opened_on(queries.version_of(organisation.organisation_id, ask.ask_id))
    if isinstance(form, UpdateLeadForm):
        form.show_lead(lead)
    status, clash = 200, None
    if form.validate_on_submit():
        role = access.role_in(viewer, Permission.UPDATE_PROGRESS, organisation)
        item = items.Item(organisation, ask, viewer, role)
        try:
            with transaction():
                is_new = form.keeps_status or service.change_status(item, form.as_change(), opened.catalogue)
                if is_new and form.lead_details is not None:
                    leads.name_lead(organisation, form.lead_details, viewer, role)
            flash(
                "Your update is saved." if is_new else "This update was saved already. Nothing was saved twice.",
                "success",
            )
            return redirect(url_for(".organisation", code=organisation.code))
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault), form.status)
        except items.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(queries.version_of(organisation.organisation_id, ask.ask_id))
            theirs = queries.find_entry(queries.get_standing(organisation.organisation_id, ask.ask_id, today).entry_id)
            scale = opened.catalogue.scale_of(ask)
            status, clash = 409, merging.clash_of(theirs, form.as_change(), scale) if theirs else None
    return render_template("progress/update.html", form=form, opened=opened, clash=clash, evidence=evidence), status


def _decide(opened: Opened) -> ResponseReturnValue:
    viewer, organisation, ask = current_viewer(), opened.organisation, opened.ask
    form = DecisionForm()
    form.opened_on(queries.version_of(organisation.organisation_id, ask.ask_id))
    status = 200
    if form.validate_on_submit():
        body = access.body_in(viewer, Permission.ASSURE_PROGRESS, organisation)
        item = items.Item(organisation, ask, viewer, body.role.value)
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
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault))
        except items.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(queries.version_of(organisation.organisation_id, ask.ask_id))
            status = 409
    return (
        render_template(
            "progress/decide.html",
            form=form,
            opened=opened,
            due=presenters.due_words(ask, opened.standing, clock.today()),
            claim=queries.find_entry(opened.standing.entry_id),
            evidence=evidence_panels.panel(organisation.organisation_id, ask.ask_id, clock.today()),
        ),
        status,
    )
