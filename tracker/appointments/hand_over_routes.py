"""The page on which somebody's posts and asks are handed over to somebody else, in one step."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.appointments import handing_over, queries
from tracker.appointments.blueprint import (
    CHANGED_MEANWHILE,
    CHANGED_SINCE,
    SAVED_ALREADY,
    actor_in,
    all_asks,
    blueprint,
    is_overtaken,
    is_saved,
    now_in_post,
    to_list,
)
from tracker.appointments.forms import HandOverForm
from tracker.appointments.handing_over import HandingOver
from tracker.appointments.powers import Actor
from tracker.appointments.presenters import what_it_is
from tracker.appointments.rows import InPost
from tracker.appointments.service import ChangedMeanwhile, NotPossible, NotTheirs
from tracker.db import transaction


@blueprint.route("/<string:code>/in-post/hand-over/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def hand_over(code: str, person_id: int) -> ResponseReturnValue:
    actor, status = actor_in(code), 200
    organisation = actor.organisation
    giver, held = _giver_and_held(actor, person_id)
    form = _form(actor, person_id, held)
    form.opened_on(queries.version_of(organisation.organisation_id))
    if is_saved(form):
        return to_list(organisation, SAVED_ALREADY)
    if not held and not form.is_submitted():
        return to_list(organisation, CHANGED_SINCE)
    # What is offered depends on what is recorded: a form that was overtaken is told so, and not that it is wrong.
    if not is_overtaken(form, organisation) and form.validate_on_submit() and form.on.data is not None:
        what = HandingOver(form.chosen, form.chosen_person, form.job_title.data, form.on.data, form.reason.data)
        try:
            with transaction():
                is_new = handing_over.hand_over_to(
                    actor, person_id, what, expected_version=form.expected_version, submission_key=form.key
                )
            return to_list(organisation, "It is handed over." if is_new else SAVED_ALREADY)
        except NotPossible as fault:
            form.refuse(str(fault))
        except NotTheirs:
            abort(403)
        except ChangedMeanwhile:
            pass
    if is_overtaken(form, organisation):
        form.refuse(CHANGED_MEANWHILE)
        form.reopened_on(queries.version_of(organisation.organisation_id))
        status = 409
    return _page(actor, form, giver, status)


def _giver_and_held(actor: Actor, person_id: int) -> tuple[InPost, list[InPost]]:
    """Somebody and what they have to hand over: a 404 where they were never in anything here, a 403 for others' asks.

    There may be nothing left, where somebody else has handed it over while this form was open.
    """
    here = actor.organisation.organisation_id
    theirs = [each for each in queries.ever_in_post(here, also_superseded=True) if each.person_id == person_id]
    if not theirs:
        raise queries.AppointmentNotFound
    if not any(map(actor.may_change, theirs)):
        abort(403)
    return theirs[-1], handing_over.held_by(actor, person_id)


def _form(actor: Actor, person_id: int, held: list[InPost]) -> HandOverForm:
    asks = all_asks(actor.organisation, held)
    people = queries.people_here(actor.organisation.organisation_id, roles=actor.roles_to_choose)
    form = HandOverForm()
    form.who.label.text = "Who takes over?"
    form.offer_people([each for each in people if each.person_id != person_id], may_add=actor.appoints_all)
    form.offer([(each, what_it_is(each, asks)) for each in held], clock.today())
    return form


def _page(actor: Actor, form: HandOverForm, giver: InPost, status: int) -> ResponseReturnValue:
    now = now_in_post(actor.organisation) if status == 409 else []
    asks = all_asks(actor.organisation, now) if now else {}
    page = render_template(
        "appointments/hand_over.html",
        form=form,
        giver=giver,
        organisation=actor.organisation,
        is_overtaken=status == 409,
        now=[(what_it_is(each, asks), each) for each in now],
    )
    return page, status
