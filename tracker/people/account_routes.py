"""What administrators do with an account: switch it off and on, mail a link, reset a second factor, correct a name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import service as accounts
from tracker.accounts.access import current_session, current_viewer, form_checks_token, requires
from tracker.accounts.refusals import LAST_ADMINISTRATOR, note_refused
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.people import managing, presenters, queries
from tracker.people.access import role_of_manager
from tracker.people.blueprint import blueprint
from tracker.people.forms import NameForm
from tracker.people.manager_forms import ResetForm, demo_code, manager_form, sign_in_again
from tracker.people.presenters import ConfirmPage
from tracker.people.rows import AccountFacts
from tracker.web.forms import ActionForm

SO_ALREADY = "Nothing was changed: it was so already."

Change = Callable[[int, int, str], bool]
"""Takes whose account it is, who asks and through which role; says whether anything was changed."""


@blueprint.route("/people/<int:person_id>/switch-off", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
@form_checks_token
def switch_off(person_id: int) -> ResponseReturnValue:
    facts = _account(person_id)
    page = presenters.switch_off_page(facts, is_oneself=person_id == current_viewer().person_id)
    return _confirmed(facts, page, managing.switch_off)


@blueprint.route("/people/<int:person_id>/switch-on", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
@form_checks_token
def switch_on(person_id: int) -> ResponseReturnValue:
    facts = _account(person_id)
    return _confirmed(facts, presenters.switch_on_page(facts), managing.switch_on)


@blueprint.route("/people/<int:person_id>/reset-second-factor", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
@form_checks_token
def reset_second_factor(person_id: int) -> ResponseReturnValue:
    """For a colleague only, and for whoever shows again who they are: it leaves a password as the only way in."""
    facts = account_of_another(person_id)
    form = manager_form(ResetForm)
    if form is None:
        return sign_in_again(".reset_second_factor", person_id)
    page = presenters.reset_page(facts)
    if form.validate_on_submit():
        viewer, here = current_viewer(), current_session()
        with transaction():
            changed = managing.reset_second_factor(
                person_id, here, role_of_manager(viewer), form.given_password, form.given_code
            )
        if changed.is_really and changed.refusal is None:
            _say_done(page, is_done=changed.is_done)
            return redirect(url_for(".person", person_id=person_id))
        form.refuse_manager(changed)
    return render_template("people/confirm.html", form=form, page=page, demo_code=demo_code())


@blueprint.route("/people/<int:person_id>/password-link", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
@form_checks_token
def send_password_link(person_id: int) -> ResponseReturnValue:
    facts, mail_from = _account(person_id), current_app.extensions["settings"].mail_from
    page = presenters.password_link_page(facts)
    return _confirmed(facts, page, partial(managing.mail_password_link, mail_from=mail_from))


@blueprint.route("/people/<int:person_id>/name", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
@form_checks_token
def correct_name(person_id: int) -> ResponseReturnValue:
    viewer, facts = current_viewer(), _account(person_id)
    form = NameForm(name=facts.name)
    if form.validate_on_submit():
        with transaction():
            accounts.correct_name(person_id, form.name.data, by=viewer.person_id, by_role=role_of_manager(viewer))
        flash("The name is saved.", "success")
        return redirect(url_for(".person", person_id=person_id))
    return render_template("people/correct_name.html", form=form, facts=facts)


def _account(person_id: int) -> AccountFacts:
    return queries.get_account_visible_to(current_viewer().scope(Permission.MANAGE_ACCOUNTS), person_id)


def account_of_another(person_id: int) -> AccountFacts:
    """The account of somebody else; nobody opens a new way into their own from here (403)."""
    facts = _account(person_id)
    if person_id == current_viewer().person_id:
        abort(403)
    return facts


def _confirmed(facts: AccountFacts, page: ConfirmPage, change: Change) -> ResponseReturnValue:
    """Ask whether it is meant, and do it; nothing is done where the last administrator would be gone."""
    viewer = current_viewer()
    form, status = ActionForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                is_done = change(facts.person_id, viewer.person_id, role_of_manager(viewer))
            _say_done(page, is_done=is_done)
            return redirect(url_for(".person", person_id=facts.person_id))
        except accounts.AccountError as fault:
            if isinstance(fault, accounts.LastAdministrator):
                note_refused(LAST_ADMINISTRATOR)
            form.refuse(str(fault))
            status = 409
    return render_template("people/confirm.html", form=form, page=page), status


def _say_done(page: ConfirmPage, *, is_done: bool) -> None:
    flash(*((page.done, "success") if is_done else (SO_ALREADY, "information")))
