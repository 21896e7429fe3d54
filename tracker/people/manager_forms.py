"""Forms by which an administrator shows again who they are before a new way into somebody's account is made."""

from __future__ import annotations

from typing import TypeVar

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.core import Field

from tracker.accounts.access import current_session, current_viewer
from tracker.own_account.forms import CurrentPasswordField, SecondFactorForm
from tracker.own_account.queries import get_profile
from tracker.own_account.service import Changed
from tracker.people.forms import check_mail_goes_there
from tracker.sign_in import authenticators, confirming
from tracker.sign_in.forms import CodeField
from tracker.web.fields import Button, EmailField
from tracker.web.validators import Needed

Form = TypeVar("Form", bound="ManagerForm")


class ManagerForm(SecondFactorForm):
    """Asks for the administrator's own password and present code, as far as they have such."""

    def refuse_manager(self, changed: Changed) -> None:
        """Say beside the field what did not show who asks."""
        if not changed.is_really:
            self.refuse_person()
        elif changed.refusal is not None:
            self.refuse_code(changed.refusal)


class ResetForm(ManagerForm):
    submit = Button("Reset second factor")


class AddressForm(ManagerForm):
    """Not filled in beforehand: what is typed once may be wrong once, and the old one stands above."""

    email = EmailField("New email address", [Needed("Enter the new email address")])
    # Again, because what shows who asks comes last on this page.
    current_password = CurrentPasswordField()
    code = CodeField("Your present code")
    submit = Button("Send the link")

    def validate_email(self, field: Field) -> None:
        check_mail_goes_there(field)


def manager_form(kind: type[Form]) -> Form | None:
    """The form, asking for what this administrator has; None where there is no password and they came in long ago."""
    profile = get_profile(current_viewer().person_id)
    if not profile.has_password and not confirming.is_recent(current_session()):
        return None
    form = kind()
    form.ask_for_password(profile.has_password)
    form.ask_for_code(profile.second_factor_at is not None)
    return form


def sign_in_again(endpoint: str, person_id: int) -> ResponseReturnValue:
    return render_template("own_account/sign_in_again.html", goes_on_at=url_for(endpoint, person_id=person_id))


def demo_code() -> str | None:
    """In a demonstration the code of the administrator's authenticator, as at the sign-in."""
    return authenticators.demonstration_code(get_profile(current_viewer().person_id).account_id)
