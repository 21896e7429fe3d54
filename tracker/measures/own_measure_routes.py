"""The forms of a measure of an organisation's own: adding one, and correcting what it is called."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.measures import own_measures, queries, service
from tracker.measures.blueprint import CHANGED_MEANWHILE, SAVED_ALREADY, blueprint, speaker_for
from tracker.measures.own_forms import OwnMeasureForm, WordsForm
from tracker.measures.speaking import ChangedMeanwhile, Refused
from tracker.organisations.queries import OrganisationSummary

ADDED = "The measure is added. Add the reading you start from, and set it as your baseline."


@blueprint.route("/<string:code>/measures/add", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def add_measure(code: str) -> ResponseReturnValue:
    by = speaker_for(code)
    form = OwnMeasureForm()
    form.offer_asks(_asks(by.organisation), request.args.get("ask", type=int))
    form.opened_on(0)
    if form.validate_on_submit():
        try:
            with transaction():
                added = own_measures.add_measure(by, form.entry, form.came_back)
                if added.is_new and form.aim is not None:
                    service.set_aim(by, added.key, form.aim)
            flash(ADDED if added.is_new else SAVED_ALREADY, "success")
            return redirect(url_for(".measure", code=by.organisation.code, key=added.key))
        except Refused as fault:
            form.refuse_for(fault)
    return render_template("measures/add_measure.html", form=form, organisation=by.organisation)


@blueprint.route("/<string:code>/measures/<string:key>/words", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def words(code: str, key: str) -> ResponseReturnValue:
    by = speaker_for(code)
    series, status = queries.get_series(by.organisation, key, clock.today()), 200
    if not series.measure.is_own:
        abort(404)
    form = WordsForm()
    form.offer_asks(_asks(by.organisation), series.measure.ask.ask_id if series.measure.ask else None)
    form.start_from(series.measure)
    form.opened_on(series.version)
    if form.validate_on_submit():
        try:
            with transaction():
                own_measures.correct_words(by, key, form.words, form.came_back)
            flash("What the measure is called is saved.", "success")
            return redirect(url_for(".measure", code=by.organisation.code, key=key))
        except Refused as fault:
            form.refuse_for(fault)
        except ChangedMeanwhile:
            series, status = queries.get_series(by.organisation, key, clock.today()), 409
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(series.version)
    return render_template(
        "measures/words.html", form=form, organisation=by.organisation, measure=series.measure
    ), status


def _asks(organisation: OrganisationSummary) -> dict[int, str]:
    """The asks that a measure can belong to, each in a few words."""
    asks = read_catalogue().asks
    return {
        link.ask_id: f"{asks[link.ask_id].framework_title}, {link.ref}: {asks[link.ask_id].wording}"
        for link in queries.asks_offered(organisation, clock.today())
        if link.ask_id in asks
    }
