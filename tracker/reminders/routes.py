"""One's own page of reminders: what comes, as things stand now, and what one does without."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.config import Settings
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.reminders import cadence_routes, choosing, ledger_routes, presenters, queries, snooze_routes
from tracker.reminders.ahead import look_ahead
from tracker.reminders.blueprint import blueprint
from tracker.reminders.chosen import topics_off
from tracker.reminders.forms import TopicsForm
from tracker.reminders.rulebook import rulebook

__all__ = ["blueprint", "cadence_routes", "ledger_routes", "snooze_routes"]

CALENDARS = "calendars.index"
ONE_DAY = timedelta(days=1)


@blueprint.route("/reminders", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def index() -> ResponseReturnValue:
    viewer, form = current_viewer(), TopicsForm()
    form.start_from(topics_off(viewer.person_id))
    if form.validate_on_submit():
        with transaction():
            is_new = choosing.choose_topics(viewer, form.off)
        flash("Saved." if is_new else "Nothing has changed.", "success" if is_new else "information")
        return redirect(url_for(".index"))
    return render_template(
        "reminders/index.html",
        form=form,
        days=_days_ahead(viewer.person_id),
        look_ahead_days=rulebook().look_ahead_days,
        always_on=presenters.always_on(),
        ledger=url_for(".ledger", person=viewer.person_id) if viewer.may_anywhere(Permission.SEE_PROGRESS) else "",
        calendars=url_for(CALENDARS) if CALENDARS in current_app.view_functions else "",
    )


def _days_ahead(person_id: int) -> list[presenters.AheadDay]:
    today, settings = clock.today(), _settings()
    had_today = queries.have_had_a_digest([person_id], today, settings.mail_from)
    days = look_ahead(person_id, today, first_on=today + ONE_DAY if had_today else today)
    bodies = {line.organisation_id for each in days for line in each.lines}
    names = queries.names_on(bodies, today) if bodies else {}
    return presenters.ahead_days(days, read_catalogue(), names)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
