"""An email address is corrected: an administrator types the new one, and whoever reads mail there confirms it."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import addresses
from tracker.accounts.access import current_session, current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.accounts.service import AccountError
from tracker.db import transaction
from tracker.people import managing
from tracker.people.access import role_of_manager
from tracker.people.account_routes import account_of_another
from tracker.people.blueprint import blueprint
from tracker.people.manager_forms import AddressForm, demo_code, manager_form, sign_in_again
from tracker.web.forms import ActionForm
from tracker.web.marks import public


@blueprint.route("/people/<int:person_id>/email", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
@form_checks_token
def correct_address(person_id: int) -> ResponseReturnValue:
    facts, form = account_of_another(person_id), manager_form(AddressForm)
    if form is None:
        return sign_in_again(".correct_address", person_id)
    if form.validate_on_submit() and _is_begun(person_id, form):
        flash("A link is on its way to the new address. The old one holds until it is used.", "success")
        return redirect(url_for(".person", person_id=person_id))
    return render_template("people/correct_address.html", form=form, facts=facts, demo_code=demo_code())


@blueprint.route("/confirm-address/<string:token>", methods=["GET", "POST"])
@public
@form_checks_token
def confirm_address(token: str) -> ResponseReturnValue:
    """Opening it uses nothing up, because mail scanners open every link."""
    address = addresses.find_new_address(token)
    if address is None:
        return render_template("people/address_link_closed.html"), 404
    form = ActionForm()
    if form.validate_on_submit():
        with transaction():
            is_confirmed = addresses.confirm(token)
        if not is_confirmed:
            return render_template("people/address_link_closed.html"), 404
        flash("Your email address is confirmed. Sign in with it from now on.", "success")
        return redirect(url_for("sign_in.start"))
    return render_template("people/confirm_address.html", form=form, address=address)


def _is_begun(person_id: int, form: AddressForm) -> bool:
    """Try it, and say beside the field what did not do."""
    here, role = current_session(), role_of_manager(current_viewer())
    mail_from = current_app.extensions["settings"].mail_from
    given = form.given_password, form.given_code
    try:
        with transaction():
            changed = managing.correct_address(person_id, form.email.data, here, role, *given, mail_from=mail_from)
    except AccountError as fault:
        form.refuse(str(fault), form.email)
        return False
    form.refuse_manager(changed)
    return changed.is_done
