"""The page of an organisation's own cadence: when its people are reminded of a date."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import HeldRole, Permission
from tracker.db import transaction
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to
from tracker.progress.items import ChangedMeanwhile
from tracker.reminders import choosing
from tracker.reminders.blueprint import blueprint
from tracker.reminders.chosen import cadence_of
from tracker.reminders.forms import CadenceForm, days_in_words
from tracker.reminders.rulebook import rulebook
from tracker.web.wording import day

CHANGED_MEANWHILE = "Somebody else of your organisation chose another meanwhile. Check what you chose, and save again."


@blueprint.route("/organisations/<string:code>/reminders", methods=["GET", "POST"])
@requires(Permission.SEE_PROGRESS, to_write={Permission.SET_REMINDERS})
@form_checks_token
def cadence(code: str) -> ResponseReturnValue:
    """Read when an organisation is reminded of its dates; whoever leads it chooses."""
    viewer = current_viewer()
    organisation, status = get_organisation_visible_to(viewer, code, Permission.SEE_PROGRESS), 200
    held = viewer.find_power(Permission.SET_REMINDERS, organisation.place)
    chosen = cadence_of(organisation.organisation_id)
    form = CadenceForm()
    form.offer(rulebook(), chosen.code, chosen.choice_id)
    if request.method == "POST" and held is None:
        abort(403)
    if held is not None and form.validate_on_submit():
        if _is_saved(organisation, form, held):
            return redirect(url_for("progress.organisation", code=organisation.code))
        form.refuse(CHANGED_MEANWHILE)
        chosen, status = cadence_of(organisation.organisation_id), 409
        form.reopened_on(chosen.choice_id)
    stands = rulebook().cadence(chosen.code)
    since = f", since {day(chosen.true_on)}" if chosen.true_on else ""
    now = f"{stands.label}{since}. {days_in_words(stands.days)}"
    return render_template(
        "reminders/cadence.html", form=form, organisation=organisation, now=now, may_choose=held is not None
    ), status


def _is_saved(organisation: OrganisationSummary, form: CadenceForm, held: HeldRole) -> bool:
    """Choose what the form says; False where somebody else was faster."""
    try:
        with transaction():
            is_new = choosing.choose_cadence(
                organisation,
                form.cadence.data,
                current_viewer(),
                held.role.value,
                expected_id=form.expected_version,
            )
    except ChangedMeanwhile:
        return False
    flash("Saved." if is_new else "Nothing has changed.", "success" if is_new else "information")
    return True
