"""The form on an ask's page: the organisation's update."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission, Role
from tracker.appointments import leads, recording
from tracker.appointments.queries import asks_owned_by, named_leads
from tracker.appointments.rows import NamedLead
from tracker.db import transaction
from tracker.evidence import panels as evidence_panels
from tracker.progress import access, claims, items, merging, queries, service
from tracker.progress.blueprint import blueprint
from tracker.progress.forms import UpdateForm
from tracker.progress.lead_form import UpdateLeadForm
from tracker.progress.merging import Clash
from tracker.progress.opened import CHANGED_MEANWHILE, Opened, open_ask
from tracker.progress.target_queries import targets_told
from tracker.web.saved_once import NO_VERSION

UPDATED_ALREADY = "This update was saved already. Nothing was saved twice."


@blueprint.route("/<string:code>/<string:framework>/<string:ref>/update", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.UPDATE_PROGRESS})
@form_checks_token
def update(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """The organisation's own update. Whoever decides on its claims is led to the page where that is done."""
    opened = open_ask(code, framework, ref)
    may = access.powers_over(current_viewer(), opened.organisation)
    if may.update:
        return _update(opened)
    if may.assure and claims.is_claim(opened.standing.said_class) and request.method == "GET":
        # Bookmarks and mails of older days lead here; the page lies above this package and is known by its name only.
        return redirect(url_for("assurance.claim", code=opened.organisation.code, framework=framework, ref=ref))
    return abort(403)


def _update(opened: Opened) -> ResponseReturnValue:
    one = [opened.organisation.organisation_id]
    lead = named_leads(clock.today(), organisation_ids=one).get(one[0]) if opened.ask.records_lead else None
    form = _update_form(opened, lead)
    is_valid = form.validate_on_submit()
    is_ours = form.is_submitted() and not form.csrf_token.errors
    if is_ours and (items.is_saved(form.key) or form.changes_nothing_of(lead)):
        flash(UPDATED_ALREADY, "success")
        return redirect(_next_page(opened))
    status, clash = 200, None
    # What is wrong with a form may only be that somebody saved in between.
    if is_ours and form.expected_version not in (NO_VERSION, _version(opened)):
        status, clash = 409, _refuse_as_changed(form, opened, lead)
    elif is_valid:
        item = opened.item_for(Permission.UPDATE_PROGRESS)
        try:
            with transaction():
                is_new = _save(form, item, opened)
            flash("Your update is saved." if is_new else UPDATED_ALREADY, "success")
            return redirect(_next_page(opened))
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault), form.status)
        except items.ChangedMeanwhile:
            status, clash = 409, _refuse_as_changed(form, opened, lead)
    evidence = evidence_panels.panel(one[0], opened.ask.ask_id, clock.today())
    return render_template("progress/update.html", form=form, opened=opened, clash=clash, evidence=evidence), status


def _next_page(opened: Opened) -> str:
    """Where somebody goes on: who owns this ask and only contributes, to their other asks; a lead to the whole."""
    viewer, organisation = current_viewer(), opened.organisation
    page = ".organisation"
    if viewer.roles == {Role.CONTRIBUTOR}:
        owned = asks_owned_by(viewer.person_id, clock.today())
        this = (organisation.organisation_id, opened.ask.ask_id)
        page = ".my_asks" if this in [(each.organisation_id, each.ask_id) for each in owned] else page
    return url_for(page, code=organisation.code)


def _update_form(opened: Opened, lead: NamedLead | None) -> UpdateForm:
    """The form for this person, with what was said last in it; the one that names a lead where they may appoint."""
    organisation, ask, today = opened.organisation, opened.ask, clock.today()
    names_lead = ask.records_lead and access.powers_over(current_viewer(), organisation).appoint
    evidence = evidence_panels.panel(organisation.organisation_id, ask.ask_id, today)
    has_evidence = evidence.is_there_evidence or lead is not None
    form = UpdateLeadForm() if names_lead else UpdateForm()
    form.offer(ask, opened.catalogue.scale_of(ask), opened.standing, has_evidence=has_evidence, today=today)
    form.carry_forward(queries.find_entry(opened.standing.entry_id))
    form.opened_on(_version(opened))
    if isinstance(form, UpdateLeadForm):
        form.show_lead(lead)
    return form


def _save(form: UpdateForm, item: items.Item, opened: Opened) -> bool:
    if form.lead_details is not None:
        # Whoever changes posts locks the organisation first and what rests on them after: so must this.
        here = item.organisation.organisation_id
        recording.lock(here)
        items.lock_all([(here, each.ask_id) for each in opened.catalogue.asks.values() if each.records_lead])
    if form.keeps_status:
        is_new = service.keep_status(item, form.expected_version)
    else:
        is_new = service.change_status(item, form.as_change(), opened.catalogue)
    if is_new and form.lead_details is not None:
        leads.name_lead(item.organisation, form.lead_details, item.viewer, item.role)
    return is_new


def _refuse_as_changed(form: UpdateForm, opened: Opened, lead: NamedLead | None) -> Clash | None:
    """Say that somebody saved in between, and put what they said beside what is in the form."""
    form.refuse(CHANGED_MEANWHILE)
    form.reopened_on(_version(opened))
    item = (opened.organisation.organisation_id, opened.ask.ask_id)
    theirs = queries.find_entry(queries.get_standing(*item, clock.today()).entry_id)
    target = merging.clash_with_target(targets_told(*item), theirs)
    if theirs is None:
        return Clash("", (), target) if target else None
    more = [("Executive lead", lead.in_words, form.lead_details.in_words)] if lead and form.lead_details else []
    return merging.clash_of(theirs, form.as_change(), opened.catalogue.scale_of(opened.ask), more, target=target)


def _version(opened: Opened) -> int:
    return queries.version_of(opened.organisation.organisation_id, opened.ask.ask_id)
