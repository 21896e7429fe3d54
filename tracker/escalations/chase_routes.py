"""A message to many organisations about what is overdue: chosen on the list, seen with its names, then sent."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import POWERS, HeldRole, Permission
from tracker.config import Settings
from tracker.db import transaction
from tracker.escalations import chase_service
from tracker.escalations.blueprint import blueprint
from tracker.escalations.chase_choice import OVERDUE_LIST, everything_on_the_overdue_list
from tracker.escalations.chase_form import ChaseForm
from tracker.escalations.chase_plan import Plan, Words, plan_chase
from tracker.escalations.list_form import ListFilterForm
from tracker.escalations.places import places_in
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import get_organisation_visible_to
from tracker.web.wording import plural, thousands

MOST_LETTERS, SHOWN_IN_FULL = 200, 3
TOO_MANY = (
    f"This would be more than {thousands(MOST_LETTERS)} messages at once. "
    "Choose fewer asks, or narrow the list by system or type."
)
NOBODY = "Nobody would get this message: choose asks whose organisations can be reached."
SEE_FIRST = "Look at the messages below before you send them: they are as they would be sent now."
SENT_ALREADY = "This was sent already. Nothing was sent twice."


@blueprint.route("/escalations/chase", methods=["GET", "POST"])
@requires(Permission.CHASE)
@form_checks_token
def chase() -> ResponseReturnValue:
    """Write to whoever answers for the chosen asks; nothing is sent that was not seen first."""
    form, status = ChaseForm(), 200
    form.start()
    words = form.words(_sender())
    plan = _plan(words)
    if form.validate_on_submit() and form.send.data:
        if not plan.letters or len(plan.letters) > MOST_LETTERS:
            form.refuse(TOO_MANY if plan.letters else NOBODY)
        elif form.is_seen(plan.mark):
            return _send(form, plan, words)
        else:
            form.refuse(SEE_FIRST)
            status = 409
    form.reopened_on(plan.mark)
    is_shown = not form.subject.errors and not form.text.errors and len(plan.letters) <= MOST_LETTERS
    shown = {"plan": plan, "is_shown": is_shown, "most": MOST_LETTERS, "in_full": plan.letters[:SHOWN_IN_FULL]}
    return render_template("escalations/chase.html", form=form, **shown), status


def _send(form: ChaseForm, plan: Plan, words: Words) -> ResponseReturnValue:
    """Send it once, however often the button is pressed."""
    by, settings = chase_service.Sender(current_viewer(), _held()), _settings()
    with transaction():
        sent = chase_service.send_chase(plan, words, by, submission_key=form.key, mail_from=settings.mail_from)
    said = SENT_ALREADY if sent is None else f"{plural(sent, 'message')} will be sent in the next minutes."
    flash(said, "success")
    return redirect(url_for("escalations.index"))


def _plan(words: Words) -> Plan:
    """The letters about what the address names: the chosen asks, or everything that its filters leave."""
    scope, today = current_viewer().scope(Permission.CHASE), clock.today()
    filters = ListFilterForm(request.args)
    filters.offer(places_in(scope, today))
    is_all = request.args.get("all") == "yes"
    if not is_all:
        items: list[str] | None = request.args.getlist("item")
    elif request.args.get("of") == OVERDUE_LIST:
        items = everything_on_the_overdue_list(scope, request.args, today)
    else:
        items = [] if filters.unknown else None
    base_url, catalogue = _settings().base_url, read_catalogue()
    return plan_chase(scope, filters.chosen, items, words, base_url, catalogue, today, is_whole_list=is_all)


def _held() -> HeldRole:
    """The membership through which this viewer writes: the first that carries the power."""
    viewer = current_viewer()
    return next(held for held in viewer.held if Permission.CHASE in POWERS[held.role])


def _sender() -> str:
    """The name of the body that writes."""
    return get_organisation_visible_to(current_viewer(), _held().organisation_code or "", Permission.CHASE).name


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
