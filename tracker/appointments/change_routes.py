"""The pages that change who answers for what: appoint, correct, end and take back."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.appointments import queries, service
from tracker.appointments.blueprint import (
    CHANGED_MEANWHILE,
    CHANGED_SINCE,
    NOTHING_CHANGED,
    SAVED_ALREADY,
    actor_in,
    all_asks,
    blueprint,
    held_in,
    is_overtaken,
    is_saved,
    now_in_post,
    to_list,
)
from tracker.appointments.forms import AppointForm, CorrectForm, EndForm, WithdrawForm
from tracker.appointments.powers import Actor
from tracker.appointments.presenters import what_it_is
from tracker.appointments.rows import InPost, PersonHere
from tracker.appointments.service import ChangedMeanwhile, NewAppointment, NothingChanged, NotPossible, NotTheirs
from tracker.db import transaction


@blueprint.route("/<string:code>/in-post/appoint", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def appoint(code: str) -> ResponseReturnValue:
    actor, status = actor_in(code), 200
    here = actor.organisation.organisation_id
    form = _appoint_form(actor)
    form.opened_on(queries.version_of(here))
    if is_saved(form):
        return to_list(actor.organisation, SAVED_ALREADY)
    # What is offered depends on what is recorded: a form that was overtaken is told so, and not that it is wrong.
    if not is_overtaken(form, actor.organisation) and form.validate_on_submit():
        new = NewAppointment(form.chosen_post, form.chosen_asks, form.chosen_person, form.job_title.data, form.term)
        try:
            with transaction():
                is_new = service.appoint(
                    actor,
                    new,
                    expected_version=form.expected_version,
                    submission_key=form.key,
                    reason=form.reason.data,
                )
            return to_list(actor.organisation, "The appointment is saved." if is_new else SAVED_ALREADY)
        except NotPossible as fault:
            form.refuse(str(fault))
        except NotTheirs:
            abort(403)
        except ChangedMeanwhile:
            pass
    if is_overtaken(form, actor.organisation):
        form.refuse(CHANGED_MEANWHILE)
        form.reopened_on(queries.version_of(here))
        status = 409
    return render_template("appointments/appoint.html", form=form, **_shown(actor, status)), status


@blueprint.route("/<string:code>/in-post/<int:appointment_id>/correct", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def correct(code: str, appointment_id: int) -> ResponseReturnValue:
    actor = actor_in(code)
    held = held_in(actor, appointment_id)
    form = CorrectForm()
    form.offer_people(_people(actor, held), may_add=actor.appoints_all)
    form.opened_on(0)
    form.start_from(held)
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = service.correct(
                    actor,
                    appointment_id,
                    form.chosen_person,
                    form.job_title.data,
                    form.term,
                    reason=form.reason.data,
                    submission_key=form.key,
                )
            return to_list(actor.organisation, "The correction is saved." if is_new else SAVED_ALREADY)
        except (NotPossible, NothingChanged, ChangedMeanwhile) as fault:
            return _again("appointments/correct.html", form, actor, held, fault)
    return _page("appointments/correct.html", form, actor, held)


@blueprint.route("/<string:code>/in-post/<int:appointment_id>/end", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def end(code: str, appointment_id: int) -> ResponseReturnValue:
    actor = actor_in(code)
    held = held_in(actor, appointment_id)
    form = EndForm()
    form.opened_on(0)
    form.start_from(held, clock.today())
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = service.end(actor, appointment_id, form.term, reason=form.reason.data, submission_key=form.key)
            return to_list(actor.organisation, "The last day is saved." if is_new else SAVED_ALREADY)
        except (NotPossible, NothingChanged, ChangedMeanwhile) as fault:
            return _again("appointments/end.html", form, actor, held, fault)
    return _page("appointments/end.html", form, actor, held)


@blueprint.route("/<string:code>/in-post/<int:appointment_id>/take-back", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def take_back(code: str, appointment_id: int) -> ResponseReturnValue:
    actor = actor_in(code)
    held = held_in(actor, appointment_id)
    form = WithdrawForm()
    form.opened_on(0)
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = service.withdraw(actor, appointment_id, reason=form.reason.data, submission_key=form.key)
            return to_list(actor.organisation, "It is taken back." if is_new else SAVED_ALREADY)
        except ChangedMeanwhile as fault:
            return _again("appointments/take_back.html", form, actor, held, fault)
    return _page("appointments/take_back.html", form, actor, held)


def _appoint_form(actor: Actor) -> AppointForm:
    """What this actor may appoint to: everybody to everything, or themselves to an ask that nobody owns."""
    today = clock.today()
    recorded = queries.ever_in_post(actor.organisation.organisation_id)
    people = queries.people_here(actor.organisation.organisation_id, roles=actor.roles_to_choose)
    asks = list(all_asks(actor.organisation, []).values())
    myself = None
    if not actor.appoints_all:
        myself = actor.viewer.person_id
        people = [each for each in people if each.person_id == myself]
        owned = {each.ask_id for each in recorded if each.term.last_day >= today}
        asks = [each for each in asks if each.ask_id not in owned]
    form = AppointForm()
    form.offer_people(people, may_add=actor.appoints_all)
    form.offer(actor.posts, asks, today)
    form.start_with(request.args.get("post", ""), request.args.get("ask", ""), myself)
    return form


def _people(actor: Actor, held: InPost) -> list[PersonHere]:
    """Who it may have been: anybody of the organisation, and for a contributor only who it is."""
    people = queries.people_here(actor.organisation.organisation_id, roles=actor.roles_to_choose)
    return people if actor.appoints_all else [each for each in people if each.person_id == held.person_id]


def _again(
    name: str, form: CorrectForm | EndForm | WithdrawForm, actor: Actor, held: InPost, fault: Exception
) -> ResponseReturnValue:
    """The same page with what was typed, and why it was not saved."""
    said = {NothingChanged: NOTHING_CHANGED, ChangedMeanwhile: CHANGED_MEANWHILE}
    form.refuse(said.get(type(fault), str(fault)))
    return _page(name, form, actor, held, 409 if isinstance(fault, ChangedMeanwhile) else 200)


def _page(
    name: str, form: CorrectForm | EndForm | WithdrawForm, actor: Actor, held: InPost, status: int = 200
) -> ResponseReturnValue:
    if held.is_superseded and not form.is_submitted():
        return to_list(actor.organisation, CHANGED_SINCE)
    what = what_it_is(held, all_asks(actor.organisation, [held]))
    shown = _shown(actor, status)
    return render_template(name, form=form, held=held, what=what, **shown), status


def _shown(actor: Actor, status: int) -> dict[str, object]:
    """What a form's page says besides; who is in post now, where somebody else has changed it meanwhile."""
    now = now_in_post(actor.organisation) if status == 409 else []
    asks = all_asks(actor.organisation, now) if now else {}
    return {
        "actor": actor,
        "organisation": actor.organisation,
        "is_overtaken": status == 409,
        "now": [(what_it_is(each, asks), each) for each in now],
        "person_id": current_viewer().person_id,
    }
