"""The pages on which somebody snoozes their own reminders of an ask, and wakes it."""

from __future__ import annotations

from uuid import uuid4

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.progress.items import Item
from tracker.progress.opened import SAVED_ALREADY, Opened, open_ask
from tracker.reminders import choosing
from tracker.reminders.access import is_reminded
from tracker.reminders.blueprint import blueprint
from tracker.reminders.chosen import find_snooze
from tracker.reminders.forms import SnoozeForm, WakeForm
from tracker.reminders.rulebook import rulebook
from tracker.web.wording import day

ASK = "/organisations/<string:code>/<string:framework>/<string:ref>"


@blueprint.route(f"{ASK}/snooze", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def snooze(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Let nobody remind oneself of an ask until a day, with a reason."""
    opened, item = _open(code, framework, ref)
    form = SnoozeForm()
    form.start(clock.today(), rulebook().snooze_most_days)
    if form.validate_on_submit() and form.until_on.data is not None:
        with transaction():
            is_new = choosing.snooze(item, form.until_on.data, form.reason.data, submission_key=form.key)
        flash(f"We remind you of this again on {day(form.until_on.data)}." if is_new else SAVED_ALREADY, "success")
        return redirect(_ask_page(opened))
    mine = find_snooze(current_viewer().person_id, *opened.key)
    runs = mine if mine is not None and mine.until_on > clock.today() else None
    return render_template("reminders/snooze.html", form=form, opened=opened, runs=runs, wake=WakeForm())


@blueprint.post(f"{ASK}/snooze/wake")
@requires(Permission.UPDATE_PROGRESS)
def wake(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Take one's snooze back; no reason is asked for."""
    opened, item = _open(code, framework, ref)
    with transaction():
        was_asleep = choosing.wake(item, submission_key=str(uuid4()))
    said = "We remind you of this ask again." if was_asleep else "You had not snoozed this ask."
    flash(said, "success" if was_asleep else "information")
    return redirect(_ask_page(opened))


def _open(code: str, framework: str, ref: str) -> tuple[Opened, Item]:
    """An ask for whoever is reminded of it; to everybody else who sees it there is nothing to snooze (403)."""
    opened = open_ask(code, framework, ref)
    item = opened.item_for(Permission.UPDATE_PROGRESS)
    if not is_reminded(opened, current_viewer()):
        abort(403)
    return opened, item


def _ask_page(opened: Opened) -> str:
    ask = opened.ask
    return url_for("progress.ask", code=opened.organisation.code, framework=ask.framework_code, ref=ask.ref)
