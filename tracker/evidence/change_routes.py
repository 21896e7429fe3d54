"""The pages to change an organisation's evidence: add, revise, choose its asks, say until when it counts, check it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.evidence import access, service
from tracker.evidence.asks import asks_offered
from tracker.evidence.blueprint import blueprint
from tracker.evidence.forms import AddForm, AsksForm, CheckForm, ExpiryForm, NewVersionForm
from tracker.evidence.resting import warning
from tracker.evidence.rows import Piece
from tracker.evidence.service import Actor
from tracker.evidence.storage import StorageUnavailable, kept
from tracker.evidence.transfer import read_form
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.web.saved_once import SavedOnceForm

NOT_STORED = "The file could not be stored just now, and nothing was saved. Try again in a few minutes."
NOT_TWICE = "This was saved already. Nothing was saved twice."
CHANGED_MEANWHILE = (
    "Somebody else changed this evidence while you were writing. What is saved now is shown below and nothing of yours "
    "is lost. Check what you typed and save again to put it after theirs."
)


@blueprint.route("/<string:code>/evidence/add", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def add(code: str) -> ResponseReturnValue:
    actor, today, catalogue = access.acting(code, Permission.UPDATE_PROGRESS), clock.today(), read_catalogue()
    form, is_read = read_form(AddForm)
    comes_from = _ask_in_address(catalogue)
    form.begin(today)
    form.offer(asks_offered(actor.organisation, catalogue, today, also=comes_from), chosen=comes_from)
    form.opened_on(0)
    status = 200 if is_read else 413
    if is_read and form.validate_on_submit():
        added: list[int] = []

        def save() -> None:
            with kept(form.stream) as stored, transaction():
                added.append(service.add(actor, form.said, stored, form.chosen, form.key))

        status, saved = _saved(form, save, "The evidence is added.")
        if status == 302:
            return redirect(url_for(".piece", code=actor.organisation.code, evidence_id=saved or added[0]))
    form.ask_for_file_again()
    would_end = warning(actor.organisation.organisation_id, catalogue)
    return render_template("evidence/add.html", form=form, organisation=actor.organisation, warning=would_end), status


@blueprint.route("/<string:code>/evidence/<int:evidence_id>/new-version", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def new_version(code: str, evidence_id: int) -> ResponseReturnValue:
    actor, piece = _opened(code, evidence_id, Permission.UPDATE_PROGRESS)
    form, is_read = read_form(NewVersionForm)
    form.begin(clock.today())
    form.begin_from(piece)
    form.opened_on(piece.edits)
    status = 200 if is_read else 413
    if is_read and form.validate_on_submit():

        def save() -> None:
            with kept(form.stream) as stored, transaction():
                service.add_version(actor, evidence_id, form.said, stored, expected=form.expected_version, key=form.key)

        status, _ = _saved(form, save, "The new version is saved.")
    form.ask_for_file_again()
    return _answer("evidence/new_version.html", form, actor, piece, status, ends=piece.asks_on(clock.today()))


@blueprint.route("/<string:code>/evidence/<int:evidence_id>/asks", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def asks(code: str, evidence_id: int) -> ResponseReturnValue:
    actor, piece = _opened(code, evidence_id, Permission.UPDATE_PROGRESS)
    today, form, status = clock.today(), AsksForm(), 200
    served = piece.asks_on(today)
    form.offer(asks_offered(actor.organisation, read_catalogue(), today, also=served), chosen=served)
    form.opened_on(piece.edits)
    if form.validate_on_submit():

        def save() -> None:
            with transaction():
                service.serve(actor, evidence_id, form.chosen, known=form.known, expected=form.expected_version)

        status, _ = _saved(form, save, "The asks it serves are saved.")
    return _answer("evidence/asks.html", form, actor, piece, status, ends=None)


@blueprint.route("/<string:code>/evidence/<int:evidence_id>/expiry", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROGRESS)
@form_checks_token
def expiry(code: str, evidence_id: int) -> ResponseReturnValue:
    actor, piece = _opened(code, evidence_id, Permission.UPDATE_PROGRESS)
    form, status = ExpiryForm(), 200
    form.begin_from(piece)
    form.opened_on(piece.edits)
    if form.validate_on_submit():

        def save() -> None:
            expires_on, expected = form.expires_on.data, form.expected_version
            with transaction():
                service.set_expiry(actor, evidence_id, expires_on, expected=expected, key=form.key)

        status, _ = _saved(form, save, "The expiry is saved.")
    return _answer("evidence/expiry.html", form, actor, piece, status, ends=piece.asks_on(clock.today()))


@blueprint.route("/<string:code>/evidence/<int:evidence_id>/check", methods=["GET", "POST"])
@requires(Permission.ASSURE_PROGRESS)
@form_checks_token
def check(code: str, evidence_id: int) -> ResponseReturnValue:
    """Another body's look at the evidence, with what it found; the version is the one that stood when it was opened."""
    actor, piece = _opened(code, evidence_id, Permission.ASSURE_PROGRESS)
    form, status = CheckForm(), 200
    form.begin(clock.today())
    form.opened_on(piece.edits)
    if form.validate_on_submit():

        def save() -> None:
            said = service.CheckSaid(form.checked_on.data or clock.today(), form.note.data)
            with transaction():
                service.check(actor, evidence_id, said, expected=form.expected_version, key=form.key)

        status, _ = _saved(form, save, "Your check is saved.")
    return _answer("evidence/check.html", form, actor, piece, status)


def _opened(code: str, evidence_id: int, permission: Permission) -> tuple[Actor, Piece]:
    """The piece that a form is about and whoever may change it: 404 where they may not see it, 403 where they may."""
    piece = access.piece_seen(access.organisation_seen(code), evidence_id)
    return access.acting(code, permission), piece


def _saved(form: SavedOnceForm, save: Callable[[], None], done: str) -> tuple[int, int | None]:
    """Save, and say what came of it: the status to answer with (302 where it is saved), and what was saved before."""
    try:
        save()
    except service.SavedAlready as before:
        flash(NOT_TWICE, "success")
        return 302, before.evidence_id
    except service.ChangedMeanwhile:
        form.refuse(CHANGED_MEANWHILE)
        return 409, None
    except service.CheckRefused as fault:
        form.refuse(f"{fault}.")
        return 200, None
    except StorageUnavailable:
        form.refuse(NOT_STORED)
        return 503, None
    flash(done, "success")
    return 302, None


def _answer(
    template: str,
    form: SavedOnceForm,
    actor: Actor,
    piece: Piece,
    status: int,
    *,
    ends: Collection[int] | None = (),
) -> ResponseReturnValue:
    """Go on to the piece where it is saved; else the form again, on what is saved by now.

    ``ends`` are the asks whose assurance a save may end, None for any.
    """
    if status == 302:
        return redirect(url_for(".piece", code=actor.organisation.code, evidence_id=piece.evidence_id))
    if status == 409:
        piece = access.piece_seen(actor.organisation, piece.evidence_id)
        form.reopened_on(piece.edits)
    organisation = actor.organisation
    would_end = warning(organisation.organisation_id, read_catalogue(), ends) if ends is None or ends else ""
    return render_template(template, form=form, organisation=organisation, piece=piece, warning=would_end), status


def _ask_in_address(catalogue: Catalogue) -> list[int]:
    """The ask that somebody comes from, where the address names one: ``?ask=8ua-2020/6.1``."""
    framework, _, ref = request.args.get("ask", "").partition("/")
    ask = catalogue.find_ask(framework, ref)
    return [ask.ask_id] if ask else []
