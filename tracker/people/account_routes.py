"""What administrators do with an account: switch it off and on, take a lost second factor away, correct a name."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import service as accounts
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.people import managing, presenters, queries
from tracker.people.access import role_of_manager
from tracker.people.blueprint import blueprint
from tracker.people.forms import NameForm
from tracker.people.presenters import ConfirmPage
from tracker.people.rows import AccountFacts
from tracker.web.forms import ActionForm

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
    facts = _account(person_id)
    return _confirmed(facts, presenters.reset_page(facts), managing.reset_second_factor)


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


def _confirmed(facts: AccountFacts, page: ConfirmPage, change: Change) -> ResponseReturnValue:
    """Ask whether it is meant, and do it; nothing is done where the last administrator would be gone."""
    viewer = current_viewer()
    form, status = ActionForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                is_done = change(facts.person_id, viewer.person_id, role_of_manager(viewer))
            flash(page.done if is_done else "Nothing was changed: it was so already.", "success")
            return redirect(url_for(".person", person_id=facts.person_id))
        except accounts.LastAdministrator as fault:
            form.refuse(str(fault))
            status = 409
    return render_template("people/confirm.html", form=form, page=page), status
