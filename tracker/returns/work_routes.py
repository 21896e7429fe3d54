"""The pages on which a return is begun, changed, checked, submitted and decided on, and its cadence is set."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.returns import handing_over, presenters, queries, service
from tracker.returns.acts import AlreadyOpen, BeforeApproved, MeetingTooFar
from tracker.returns.blueprint import blueprint
from tracker.returns.cadences import CadenceChangedMeanwhile, cadence_version, cadences, set_cadence
from tracker.returns.checking import examined
from tracker.returns.forms import CadenceForm, CheckForm, ControlForm, DecideForm, SubmitForm
from tracker.returns.handed_in import approved_days
from tracker.returns.opened import (
    CHANGED_MEANWHILE,
    ELSEWHERE,
    SAVED,
    SAVED_ALREADY,
    Opened,
    act_of,
    not_now,
    open_organisation,
    open_return,
    save,
    wrong_day,
)
from tracker.returns.present import frameworks_tracked
from tracker.returns.problem_lines import ProblemLine, problem_lines, warnings_in_short
from tracker.returns.reading import shown, since_its_day_in_short, since_last_approved
from tracker.returns.rows import Problem
from tracker.returns.rules import ReturnState, may_decide

SUBMIT, DECIDE = Permission.SUBMIT_RETURNS, Permission.DECIDE_RETURNS


@blueprint.route("/<string:code>/returns/start", methods=["GET", "POST"])
@requires(SUBMIT)
@form_checks_token
def start(code: str) -> ResponseReturnValue:
    found, _ = open_organisation(code, SUBMIT)
    form = ControlForm()
    _offer(form, found.organisation_id, clock.today())
    form.opened_on(0)
    before = queries.find_newest(found.organisation_id)
    if before is not None:
        form.start_from(before, is_new=True)
    if form.validate_on_submit():
        try:
            with transaction():
                number = service.start_return(act_of(found, SUBMIT, form), form.as_control())
            flash("The return is begun. Check it next." if number else SAVED_ALREADY, "success")
            one = url_for(".one", code=found.code, number=number) if number else url_for(".index", code=found.code)
            return redirect(one)
        except AlreadyOpen as fault:
            flash(f"Return {fault.number} covers the same and is being worked on. Work on this one.", "information")
            return redirect(url_for(".one", code=found.code, number=fault.number))
        except (BeforeApproved, MeetingTooFar) as fault:
            form.refuse(wrong_day(fault))
    return render_template("returns/start.html", form=form, organisation=found)


@blueprint.route("/<string:code>/returns/<int:number>/change", methods=["GET", "POST"])
@requires(SUBMIT)
@form_checks_token
def change(code: str, number: int) -> ResponseReturnValue:
    opened, status = open_return(code, number, SUBMIT), 200
    if request.method == "GET" and not opened.now.state.is_worked_on:
        return not_now(opened)
    form = ControlForm()
    _offer(form, opened.organisation.organisation_id, opened.now.control.as_at)
    form.start_from(opened.now.control)
    form.opened_on(opened.now.version)
    if form.validate_on_submit():
        act = act_of(opened.organisation, SUBMIT, form)
        said = form.as_control()
        status, opened = save(form, lambda: service.change_return(act, number, said), "The return is saved.", opened)
        if status in (SAVED, ELSEWHERE):
            return redirect(opened.here)
    return render_template("returns/change.html", form=form, **_page(opened, status)), status


@blueprint.route("/<string:code>/returns/<int:number>/check", methods=["GET", "POST"])
@requires(SUBMIT)
@form_checks_token
def check(code: str, number: int) -> ResponseReturnValue:
    opened, status = open_return(code, number, SUBMIT), 200
    if request.method == "GET" and opened.now.state not in (ReturnState.DRAFT, ReturnState.CHECKED):
        return not_now(opened)
    form = CheckForm()
    form.opened_on(opened.now.version)
    if form.validate_on_submit():
        act = act_of(opened.organisation, SUBMIT, form)
        status, opened = save(form, lambda: service.check_return(act, number), "The return is checked.", opened)
        if status == SAVED:
            return redirect(url_for(".submit", code=opened.organisation.code, number=number))
        if status == ELSEWHERE:
            return redirect(opened.here)
    blocking, warnings = _problems(opened)
    page = _page(opened, status) | {"blocking": blocking, "warnings": warnings, "today": clock.today()}
    return render_template("returns/check.html", form=form, **page), status


@blueprint.route("/<string:code>/returns/<int:number>/submit", methods=["GET", "POST"])
@requires(SUBMIT)
@form_checks_token
def submit(code: str, number: int) -> ResponseReturnValue:
    opened, status = open_return(code, number, SUBMIT), 200
    if request.method == "GET" and opened.now.state is not ReturnState.CHECKED:
        return not_now(opened)
    form = SubmitForm()
    form.opened_on(opened.now.version)
    if form.validate_on_submit():
        act = act_of(opened.organisation, SUBMIT, form)
        done = "The return is with the board. It is frozen as you submitted it."
        status, opened = save(form, lambda: handing_over.submit_return(act, number), done, opened)
        if status in (SAVED, ELSEWHERE):
            return redirect(opened.here)
    blocking, warnings = _problems(opened)
    page = _page(opened, status) | {"blocking": blocking, "warnings": warnings}
    return render_template("returns/submit.html", form=form, **page), status


@blueprint.route("/<string:code>/returns/<int:number>/decide", methods=["GET", "POST"])
@requires(DECIDE)
@form_checks_token
def decide(code: str, number: int) -> ResponseReturnValue:
    opened, status = open_return(code, number, DECIDE), 200
    if request.method == "GET" and opened.now.state is not ReturnState.SUBMITTED:
        return not_now(opened)
    form = DecideForm()
    form.opened_on(opened.now.version)
    if form.validate_on_submit():
        act = act_of(opened.organisation, DECIDE, form)
        decision, reason = form.decided
        done = "The board’s decision is recorded."
        do = lambda: handing_over.decide_on_return(act, number, decision, reason)  # noqa: E731
        status, opened = save(form, do, done, opened)
        if status in (SAVED, ELSEWHERE):
            return redirect(opened.here)
    one = opened.organisation.organisation_id
    what = shown(one, opened.now)
    return render_template(
        "returns/decide.html",
        form=form,
        **_page(opened, status),
        shown=what,
        warnings=warnings_in_short(what.warnings),
        worse=warnings_in_short(since_its_day_in_short(one, what, clock.today())),
        since=since_last_approved(one, what),
        may_decide=what.handed is None or may_decide(what.handed.submitted_by, current_viewer().person_id),
    ), status


@blueprint.route("/<string:code>/returns/cadence", methods=["GET", "POST"])
@requires(SUBMIT)
@form_checks_token
def cadence(code: str) -> ResponseReturnValue:
    found, _ = open_organisation(code, SUBMIT)
    one, status = found.organisation_id, 200
    held = cadences([one]).get(one)
    form = CadenceForm()
    form.start_from(held.rhythm if held else None, clock.today())
    form.opened_on(cadence_version(one))
    if form.validate_on_submit():
        act = act_of(found, SUBMIT, form)
        try:
            with transaction():
                is_new = set_cadence(act, form.as_rhythm(), form.reason.data)
            flash("The dates of returns are saved." if is_new else SAVED_ALREADY, "success")
            return redirect(url_for(".index", code=found.code))
        except CadenceChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(cadence_version(one))
            held, status = cadences([one]).get(one), 409
    rhythm = presenters.rhythm_words(held.rhythm if held else None)
    page = {"organisation": found, "rhythm": rhythm, "is_overtaken": status == 409, "replaces": held is not None}
    return render_template("returns/cadence.html", form=form, **page), status


def _offer(form: ControlForm, one: int, as_at: date) -> None:
    """Offer what is tracked today, and what was on the day of a return that is there already."""
    today = clock.today()
    frameworks = frameworks_tracked(one, today)
    if as_at != today:
        frameworks |= frameworks_tracked(one, as_at)
    form.offer(frameworks, approved_days(one), today, lambda on: frameworks_tracked(one, on))


def _page(opened: Opened, status: int) -> dict[str, object]:
    """What a form's page says of the return; how it stands now where somebody else worked on it meanwhile."""
    return {
        "organisation": opened.organisation,
        "opened": opened,
        "is_overtaken": status == 409,
        "standing": presenters.standing_now(opened.now) if status == 409 else [],
    }


def _problems(opened: Opened) -> tuple[list[ProblemLine], list[ProblemLine]]:
    """What blocks and what warns, each as a sentence with its link."""
    control, code = opened.now.control, opened.organisation.code
    found = examined(opened.organisation.organisation_id, control, clock.today())
    asks = read_catalogue().asks.values()
    lead_ask = next(((ask.framework_code, ask.ref) for ask in asks if ask.records_lead), None)

    def lines(problems: tuple[Problem, ...]) -> list[ProblemLine]:
        return problem_lines(problems, code, opened.now.number, lead_ask)

    return lines(found.blocking), lines(found.warnings)
