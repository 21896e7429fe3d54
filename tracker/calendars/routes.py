"""The pages on which somebody makes and revokes calendars, and the address that calendar programs read.

That address is open to everybody who has it, and says of one that opens nothing only that it is not there.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.refusals import note_out_of_reach
from tracker.accounts.rules import Permission, Viewer
from tracker.calendars import ics, presenters, queries, reach, service
from tracker.calendars.blueprint import blueprint
from tracker.calendars.dates import dates_of
from tracker.calendars.entries import Writer
from tracker.calendars.forms import IS_REGION, NOT_THERE, CalendarForm, RevokeForm
from tracker.calendars.rules import MINE, MOST_CALENDARS, ONE_ORGANISATION, CalendarOf
from tracker.config import Settings
from tracker.db import transaction
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.queries import OrganisationNotFound, OrganisationSummary, get_organisation_visible_to
from tracker.web.marks import public

__all__ = ["blueprint"]

KEPT_FOR = 60 * 60
"""Seconds for which a calendar program may keep what it has read."""
MADE_ALREADY = (
    "This calendar is made already. Its address is shown once only: if you have lost it, revoke the calendar."
)
TOO_MANY = f"You have {MOST_CALENDARS} calendars, which is the most there can be. Revoke one that you do not use."


@blueprint.get("")
@requires(Permission.SIGNED_IN)
def index() -> ResponseReturnValue:
    viewer, today = current_viewer(), clock.today()
    found = queries.calendars_of(viewer.person_id, today)
    return render_template(
        "calendars/index.html",
        lines=[presenters.calendar_line(each) for each in found],
        columns=presenters.COLUMNS,
        may_make=bool(_form(viewer).of.all_choices()),
        is_full=len(found) >= MOST_CALENDARS,
        most=MOST_CALENDARS,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def new() -> ResponseReturnValue:
    """Make a calendar; its address is on the page that answers, and nowhere after."""
    viewer, status = current_viewer(), 200
    form = _form(viewer)
    if not form.of.all_choices():
        return render_template("calendars/nothing.html")
    form.opened_on(0)
    if form.validate_on_submit() and (wanted := _wanted(form, viewer)) is not None:
        try:
            with transaction():
                token = service.make_calendar(viewer, *wanted, form.key)
        except service.TooManyCalendars:
            form.refuse(TOO_MANY)
            status = 409
        else:
            if token is not None:
                address = f"{_settings().base_url}/calendars/{quote(token)}.ics"
                return render_template("calendars/made.html", address=address, about=presenters.ABOUT)
            flash(MADE_ALREADY, "information")
            return redirect(url_for(".index"))
    return render_template("calendars/new.html", form=form), status


@blueprint.route("/<int:calendar_id>/revoke", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def revoke(calendar_id: int) -> ResponseReturnValue:
    viewer, form = current_viewer(), RevokeForm()
    own = queries.get_own(viewer.person_id, calendar_id, clock.today())
    if form.validate_on_submit():
        with transaction():
            service.revoke_calendar(viewer, own)
        flash("The calendar is revoked. Its address opens nothing any more.", "success")
        return redirect(url_for(".index"))
    return render_template("calendars/revoke.html", form=form, line=presenters.calendar_line(own))


@blueprint.get("/<string:token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """What a calendar program reads. That it was read is not written down: programs ask many times a day."""
    today = clock.today()
    try:
        covered = queries.open_calendar(token, today)
    except queries.CalendarNotFound:
        abort(404)
    entries = Writer(_settings().base_url).entries_of(dates_of(covered, today), today)
    given = (covered.name, presenters.ABOUT, entries)
    mark = ics.fingerprint(*given)
    response = Response(status=304) if request.if_none_match.contains(mark) else Response(ics.written(*given))
    response.content_type = "text/calendar; charset=utf-8"
    response.set_etag(mark)
    response.headers["Cache-Control"] = f"private, max-age={KEPT_FOR}"
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _form(viewer: Viewer) -> CalendarForm:
    form, regions = CalendarForm(), reach.regions_read_by(viewer, clock.today())
    own = {held.organisation_code for held in viewer.held if held.organisation_code}
    answers, sees = reach.held_for(viewer, None) is not None, viewer.may_anywhere(Permission.SEE_PROGRESS)
    form.offer(presenters.choices(answers, sees, regions), own.pop() if len(own) == 1 and not regions else "")
    return form


def _wanted(form: CalendarForm, viewer: Viewer) -> tuple[CalendarOf, OrganisationSummary | None] | None:
    """What the form asks for; None where it is out of this viewer's reach, which the form then says."""
    if form.of.data == MINE:
        return CalendarOf.PERSON, None
    is_region = form.of.data != ONE_ORGANISATION
    code = form.of.data if is_region else form.organisation.data
    try:
        body = get_organisation_visible_to(viewer, code, Permission.SEE_PROGRESS)
    except OrganisationNotFound:
        note_out_of_reach(code)
        form.refuse(NOT_THERE, form.organisation)
        return None
    if not is_region and body.organisation_type is OrganisationType.REGION:
        form.refuse(IS_REGION, form.organisation)
        return None
    return (CalendarOf.REGION if is_region else CalendarOf.ORGANISATION), body


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
