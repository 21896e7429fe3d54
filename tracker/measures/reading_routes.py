"""The forms of one measure: a reading, a correction of one, and a baseline and target."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.measures import presenters, queries, service
from tracker.measures.blueprint import CHANGED_MEANWHILE, SAVED_ALREADY, blueprint, speaker_for
from tracker.measures.forms import AimForm, CorrectionForm, MeasureForm, ReadingForm
from tracker.measures.rows import Series
from tracker.measures.service import Saved
from tracker.measures.speaking import ChangedMeanwhile, Refused, Speaker

ROUNDED = " Both numbers were rounded to the nearest 5, because small numbers could identify people."


@blueprint.route("/<string:code>/measures/<string:key>/add", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def add(code: str, key: str) -> ResponseReturnValue:
    by, series = _opened(code, key)
    form, status = ReadingForm(), 200
    form.about(series.measure)
    form.opened_on(series.version)
    if form.validate_on_submit():
        try:
            with transaction():
                saved = service.add_reading(by, key, form.entry, form.came_back)
            return _saved(by, key, saved, "The reading is saved.")
        except (Refused, ChangedMeanwhile) as fault:
            series, status = _refuse(form, fault, by, series)
    return render_template("measures/reading.html", form=form, **_context(by, series)), status


@blueprint.route("/<string:code>/measures/<string:key>/readings/<int:reading_id>/correct", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def correct(code: str, key: str, reading_id: int) -> ResponseReturnValue:
    by, series = _opened(code, key)
    form, status = CorrectionForm(), 200
    form.about(series.measure)
    form.opened_on(series.version)
    if form.validate_on_submit():
        try:
            with transaction():
                saved = _correct(by, key, reading_id, form)
            return _saved(by, key, saved, "The correction is saved.")
        except (Refused, ChangedMeanwhile) as fault:
            series, status = _refuse(form, fault, by, series)
    reading = series.find_reading(reading_id)
    if reading is not None:
        form.start_from(reading)
    elif not form.is_submitted() or not queries.was_recorded(by.organisation.organisation_id, key, reading_id):
        abort(404)
    return render_template("measures/correct.html", form=form, reading=reading, **_context(by, series)), status


@blueprint.route("/<string:code>/measures/<string:key>/baseline-and-target", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def aim(code: str, key: str) -> ResponseReturnValue:
    by, series = _opened(code, key)
    form, status = AimForm(), 200
    form.about(series)
    form.opened_on(series.version)
    if form.validate_on_submit():
        try:
            with transaction():
                saved = service.set_aim(by, key, form.entry, form.came_back)
            return _saved(by, key, saved, "The baseline and target are saved.")
        except (Refused, ChangedMeanwhile) as fault:
            series, status = _refuse(form, fault, by, series)
    return render_template("measures/aim.html", form=form, **_context(by, series)), status


def _opened(code: str, key: str) -> tuple[Speaker, Series]:
    by = speaker_for(code)
    return by, queries.get_series(by.organisation, key, clock.today())


def _correct(by: Speaker, key: str, reading_id: int, form: CorrectionForm) -> Saved:
    if form.is_withdrawn.data:
        return service.withdraw_reading(by, key, reading_id, form.reason.data, form.came_back)
    return service.correct_reading(by, key, reading_id, form.entry, form.reason.data, form.came_back)


def _saved(by: Speaker, key: str, saved: Saved, message: str) -> ResponseReturnValue:
    said = message + (ROUNDED if saved.is_rounded else "")
    flash(said if saved.is_new else SAVED_ALREADY, "success")
    return redirect(url_for(".measure", code=by.organisation.code, key=key))


def _refuse(form: MeasureForm, fault: Refused | ChangedMeanwhile, by: Speaker, series: Series) -> tuple[Series, int]:
    """Say what was wrong beside its field, or show what is saved now to whoever was slower (409)."""
    if isinstance(fault, Refused):
        form.refuse_for(fault)
        return series, 200
    now = queries.get_series(by.organisation, series.measure.key, clock.today())
    form.refuse(CHANGED_MEANWHILE)
    form.reopened_on(now.version)
    return now, 409


def _context(by: Speaker, series: Series) -> dict[str, object]:
    """What every form of a measure shows beside its fields."""
    return {
        "organisation": by.organisation,
        "measure": series.measure,
        "caption": presenters.caption_of(series.measure),
        "line": presenters.line_of(series),
        "summary": presenters.summary_of(series),
        "small_counts": presenters.SMALL_COUNTS if series.measure.kind.counts_people else "",
    }
