"""The forms of one's own account: one for each decision; those about signing in ask for the current password."""

from __future__ import annotations

from typing import Any

from tracker.sign_in.forms import LONGEST_TYPED, FirstCodeField, NewPasswordField
from tracker.web.fields import Button, HiddenField, PasswordField, TextField
from tracker.web.forms import ActionForm, PageForm
from tracker.web.validators import Needed

LONGEST_NAME = 200
NOT_THEY = "The password is not right, or the account is locked for 15 minutes."


class NameForm(PageForm):
    name = TextField(
        "Name",
        [Needed("Enter your name")],
        hint="As colleagues and regional teams know you.",
        max_length=LONGEST_NAME,
        render_kw={"autocomplete": "name", "spellcheck": False},
    )
    submit = Button("Save name")


class CurrentPasswordField(PasswordField):
    """Shows that it is the account's owner who asks."""

    def __init__(self, label: str = "Your current password", **options: Any) -> None:
        super().__init__(
            label,
            [Needed("Enter your current password")],
            max_length=LONGEST_TYPED,
            render_kw={"autocomplete": "current-password"},
            **options,
        )


class ConfirmedForm(PageForm):
    """What the current password is asked for; an account that has none is asked for nothing here."""

    current_password = CurrentPasswordField()

    def ask_for_password(self, is_there_one: bool) -> None:
        """Leave the field out where there is no password to ask for."""
        if not is_there_one:
            del self.current_password

    @property
    def given_password(self) -> str:
        return self.current_password.data if "current_password" in self else ""

    def refuse_person(self) -> None:
        """Say that it was not shown who asks."""
        self.refuse(NOT_THEY, self.current_password if "current_password" in self else None)


class PasswordForm(ConfirmedForm):
    password = NewPasswordField()
    submit = Button("Save password")


class AuthenticatorForm(ConfirmedForm):
    """``prepared`` carries the sealed secret that the page shows."""

    prepared = HiddenField()
    first_code = FirstCodeField()
    # Again, because the password comes last on this page.
    current_password = CurrentPasswordField()
    submit = Button("Save authenticator")


class RemoveForm(ConfirmedForm):
    submit = Button("Remove authenticator")


class RecoveryCodesForm(ConfirmedForm):
    submit = Button("Get new codes")


class EndSessionForm(ActionForm):
    submit = Button("Sign this browser out")


class EndOtherSessionsForm(ActionForm):
    submit = Button("Sign the others out")
