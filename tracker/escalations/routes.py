"""The page of the escalation of one ask, and each decision about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.appointments import panels as appointments
from tracker.db import transaction
from tracker.escalations import chase_routes, forms, list_routes, log_routes, presenters, reaching, service
from tracker.escalations.addressees import posts_of
from tracker.escalations.asked import what_is_asked
from tracker.escalations.blueprint import blueprint
from tracker.escalations.chase_history import last_written
from tracker.escalations.deciding import CHANGED_MEANWHILE, Deciding, decide_on, told_of
from tracker.escalations.ladder import ladder
from tracker.escalations.posts import addressed
from tracker.progress.items import ChangedMeanwhile, MoveNotAllowed
from tracker.progress.opened import SAVED_ALREADY, open_ask

__all__ = ["blueprint", "chase_routes", "list_routes", "log_routes"]

ONE = "/organisations/<string:code>/<string:framework>/<string:ref>/escalation"


@blueprint.get(ONE)
@requires(Permission.SEE_PROGRESS)
def one(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """How far it was escalated, to whom, what is due, and everything that was done."""
    opened, today = open_ask(code, framework, ref), clock.today()
    owners = appointments.panel(*opened.key, today)
    written = last_written({opened.key[0]}).get(opened.key)
    viewer, place = current_viewer(), opened.organisation.place
    return render_template(
        "escalations/one.html",
        page=presenters.one_page(opened, told_of(opened), owners, today, written),
        opened=opened,
        outside=reaching.OUTSIDE,
        may_escalate=viewer.find_power(Permission.ESCALATE, place) is not None,
        may_answer=viewer.find_power(Permission.UPDATE_PROGRESS, place) is not None,
        here={"code": opened.organisation.code, "framework": framework, "ref": ref},
    )


@blueprint.route(f"{ONE}/raise", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.ESCALATE})
@form_checks_token
def raise_step(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Raise it to a level of the ladder: the one that is proposed, or another above the last."""
    deciding, form = decide_on(code, framework, ref, Permission.ESCALATE), forms.RaiseForm()
    _start(form, deciding)
    proposed, above = presenters.levels_for(deciding.opened.standing, deciding.told, clock.today())
    by = current_viewer().person_id
    posts = posts_of(deciding.opened.organisation, deciding.opened.ask.ask_id, clock.today())
    form.offer(above, proposed, posts, request.args.get("level", ""), by)

    def save(said: service.Said) -> Done:
        to = addressed(ladder(), ladder().get(form.level.data), posts)
        due_on = form.due_on(to.level)
        is_new = service.raise_step(deciding.item, deciding.opened.standing, to.level.code, due_on, said)
        told = reaching.raised(to, due_on, by, is_usual=form.has_usual_day)
        return Done(is_new, told, reaching.warning(to, by))

    return _shown_or_saved(deciding, form, "escalations/raise.html", save)


@blueprint.route(f"{ONE}/answer", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.UPDATE_PROGRESS})
@form_checks_token
def answer(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Respond for the organisation."""
    deciding, form = decide_on(code, framework, ref, Permission.UPDATE_PROGRESS), forms.AnswerForm()
    _start(form, deciding)

    def save(said: service.Said) -> Done:
        return Done(service.answer(deciding.item, deciding.opened.standing, said), "Your response is sent.")

    return _shown_or_saved(deciding, form, "escalations/answer.html", save)


@blueprint.route(f"{ONE}/outcome", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.ESCALATE})
@form_checks_token
def outcome(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Record the response, where it came elsewhere, and what came of the step."""
    deciding, form = decide_on(code, framework, ref, Permission.ESCALATE), forms.JudgeForm()
    _start(form, deciding)
    form.know(is_answered=deciding.told.open is not None and deciding.told.open.record.is_answered)

    def save(said: service.Said) -> Done:
        return Done(
            service.judge(deciding.item, deciding.opened.standing, *form.decided, said), "The outcome is saved."
        )

    return _shown_or_saved(deciding, form, "escalations/outcome.html", save)


@blueprint.route(f"{ONE}/hold", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.ESCALATE})
@form_checks_token
def hold(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Propose nothing until a later day."""
    deciding, form = decide_on(code, framework, ref, Permission.ESCALATE), forms.HoldForm()
    _start(form, deciding)

    def save(said: service.Said) -> Done:
        until = form.until.data or clock.today()
        return Done(service.hold(deciding.item, deciding.opened.standing, until, said), "It is on hold.")

    return _shown_or_saved(deciding, form, "escalations/hold.html", save)


@blueprint.route(f"{ONE}/close", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.ESCALATE})
@form_checks_token
def close(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """End it, or settle what is proposed without raising it."""
    deciding, form = decide_on(code, framework, ref, Permission.ESCALATE), forms.CloseForm()
    _start(form, deciding)

    def save(said: service.Said) -> Done:
        return Done(service.close(deciding.item, deciding.opened.standing, form.chosen, said), "It is closed.")

    return _shown_or_saved(deciding, form, "escalations/close.html", save)


@dataclass(frozen=True, slots=True)
class Done:
    """What is said of something that was saved: whether it was new, and what whoever did it has to know besides."""

    is_new: bool
    words: str
    warning: str = ""


def _start(form: forms.EscalationForm, deciding: Deciding) -> None:
    form.start(deciding.told.version, clock.today())


def _shown_or_saved(
    deciding: Deciding, form: forms.EscalationForm, template: str, save: Callable[[service.Said], Done]
) -> ResponseReturnValue:
    """Save a form that came back whole, or show it; of two at once the second gets a 409 with what they typed kept.

    ``save`` is called with what the form says beside the decision.
    """
    status, told = 200, deciding.told
    if form.validate_on_submit():
        try:
            with transaction():
                done = save(form.as_said(deciding.body_id))
            flash(done.words if done.is_new else SAVED_ALREADY, "success")
            if done.is_new and done.warning:
                flash(done.warning, "warning")
            return redirect(deciding.address)
        except MoveNotAllowed as fault:
            form.refuse(str(fault))
        except ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            told = told_of(deciding.opened)
            form.reopened_on(told.version)
            status = 409
    today = clock.today()
    shown = {"opened": deciding.opened, "today": today, "asked": what_is_asked(told, today)}
    return render_template(template, form=form, back={"href": deciding.address}, **shown), status
