"""The pages on which an organisation reads how others did an ask, and shares how it did one itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.appointments.queries import named_leads
from tracker.db import transaction
from tracker.progress import items
from tracker.progress.opened import SAVED_ALREADY, Opened, open_ask
from tracker.progress.queries import find_entry
from tracker.shared_notes import presenters, queries, rules, service
from tracker.shared_notes.blueprint import blueprint
from tracker.shared_notes.forms import ShareForm, WithdrawForm
from tracker.shared_notes.panels import asker_of
from tracker.shared_notes.rows import Others
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import Page, read_page

__all__ = ["blueprint"]

PAGE_SIZE = 10
"""A note may be long, and a page holds no more than 100 KB."""
CHANGED_MEANWHILE = (
    "Somebody else of your organisation changed this note meanwhile. What you typed is still here. "
    "Save again to put it after theirs."
)
NOT_DONE = "Only what is done can be shared. Claim this ask first."


@blueprint.get("/<string:code>/<string:framework>/<string:ref>/how-others-did-it")
@requires(Permission.SEE_PROGRESS)
def others(code: str, framework: str, ref: str) -> ResponseReturnValue:
    opened = open_ask(code, framework, ref)
    found, number = _page_of(opened)
    paging = Page([presenters.named(each) for each in found.named], number, PAGE_SIZE, found.total)
    asker = asker_of(opened, current_viewer())
    counted = presenters.count_words(found, asker.organisation_type, sees_all=asker.scope.is_everywhere)
    return render_template(
        "shared_notes/others.html", opened=opened, paging=paging, counted=counted, order=rules.ORDER_IN_WORDS
    )


@blueprint.get("/<string:code>/<string:framework>/<string:ref>/how-others-did-it.csv")
@requires(Permission.EXPORT_PROGRESS)
def others_csv(code: str, framework: str, ref: str) -> ResponseReturnValue:
    return csv_response("how-others-did-it", presenters.CSV_HEADINGS, _rows_for_file(code, framework, ref, "csv"))


@blueprint.get("/<string:code>/<string:framework>/<string:ref>/how-others-did-it.xlsx")
@requires(Permission.EXPORT_PROGRESS)
def others_xlsx(code: str, framework: str, ref: str) -> ResponseReturnValue:
    rows = _rows_for_file(code, framework, ref, "xlsx")
    return xlsx_response("how-others-did-it", "How others did it", presenters.CSV_HEADINGS, rows)


@blueprint.route("/<string:code>/<string:framework>/<string:ref>/how-we-did-it", methods=["GET", "POST"])
@requires(Permission.SHARE_NOTES)
@form_checks_token
def share(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Share how this organisation did an ask, or change what it shares."""
    opened, status = open_ask(code, framework, ref), 200
    item = opened.item_for(Permission.SHARE_NOTES)
    if not opened.standing.said_class.is_done and request.method == "GET":
        flash(NOT_DONE, "information")
        return redirect(_ask_page(opened))
    form = _form(opened)
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = service.share(
                    item, form.as_said(), expected_version=form.expected_version, submission_key=form.key
                )
            flash("Your note is shared." if is_new else SAVED_ALREADY, "success")
            return redirect(_ask_page(opened))
        except items.MoveNotAllowed as fault:
            form.refuse(str(fault))
            status = 409
        except items.ChangedMeanwhile:
            form.refuse(CHANGED_MEANWHILE)
            form.reopened_on(_number(opened))
            status = 409
    note = queries.find_note(*opened.key)
    return render_template(
        "shared_notes/share.html", form=form, opened=opened, note=note, withdraw=WithdrawForm()
    ), status


@blueprint.post("/<string:code>/<string:framework>/<string:ref>/how-we-did-it/withdraw")
@requires(Permission.SHARE_NOTES)
def withdraw(code: str, framework: str, ref: str) -> ResponseReturnValue:
    """Take the note back at once; no reason is asked for."""
    opened = open_ask(code, framework, ref)
    item = opened.item_for(Permission.SHARE_NOTES)
    with transaction():
        was_shared = service.withdraw(item)
    said = "Your note is taken back. Nobody else reads it any more." if was_shared else "Nothing was shared."
    flash(said, "success" if was_shared else "information")
    return redirect(_ask_page(opened))


def _form(opened: Opened) -> ShareForm:
    """The form with what is shared, else with what the claim said and the job title of whoever leads."""
    form, (own, _) = ShareForm(), opened.key
    form.opened_on(_number(opened))
    form.check_against(queries.names_here(own))
    if not form.is_submitted():
        claim, lead = find_entry(opened.standing.entry_id), named_leads(clock.today(), organisation_ids=[own]).get(own)
        form.start_from(
            queries.find_note(*opened.key), claim.narrative if claim else "", lead.job_title if lead else ""
        )
    return form


def _number(opened: Opened) -> int:
    note = queries.find_note(*opened.key)
    return note.number if note else 0


def _page_of(opened: Opened) -> tuple[Others, int]:
    """The page that the address asks for, and its number; page 1 where there is no such page."""
    asker, number = asker_of(opened, current_viewer()), read_page(request.args, queries.MOST_ROWS, PAGE_SIZE)
    found = queries.others(asker, clock.today(), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    if found.named or number == 1:
        return found, number
    return queries.others(asker, clock.today(), limit=PAGE_SIZE), 1


def _rows_for_file(code: str, framework: str, ref: str, file: str) -> Iterable[Sequence[Cell]]:
    opened = open_ask(code, framework, ref)
    with transaction():
        record_download(
            current_viewer(),
            Permission.EXPORT_PROGRESS,
            verb="shared notes exported",
            subject="how others did it",
            file=file,
            filters={"ask": f"{opened.ask.framework_code}/{opened.ask.ref}"},
            organisation_code=opened.organisation.code,
        )
    found = queries.others(asker_of(opened, current_viewer()), clock.today())
    return [presenters.csv_cells(each, opened.ask.framework_code, opened.ask.ref) for each in found.named]


def _ask_page(opened: Opened) -> str:
    ask = opened.ask
    return url_for("progress.ask", code=opened.organisation.code, framework=ask.framework_code, ref=ask.ref)
