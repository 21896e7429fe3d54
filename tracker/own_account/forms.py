"""The forms of one's own account: one for each decision; those about signing in ask for the current password."""

from __future__ import annotations

from typing import Any

from tracker.sign_in.forms import (
    LONGEST_TYPED,
    UNREADABLE,
    WRONG_CODE,
    CodeField,
    FirstCodeField,
    NewPasswordField,
)
from tracker.sign_in.service import CodeRefusal
from tracker.web.fields import Button, HiddenField, PasswordField, TextField
from tracker.web.forms import PageForm
from tracker.web.validators import Needed, PersonName

LONGEST_NAME = 200
NOT_THEY = "The password is not right, or the account is locked for 15 minutes."


class NameForm(PageForm):
    name = TextField(
        "Name",
        [Needed("Enter your name"), PersonName()],
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


class SecondFactorForm(ConfirmedForm):
    """What a code of the authenticator that is set up is asked for too; without one there is nothing to ask for."""

    code = CodeField("Your present code")

    def ask_for_code(self, is_one_set_up: bool) -> None:
        """Leave the field out where no authenticator is set up."""
        if not is_one_set_up:
            del self.code

    @property
    def given_code(self) -> str:
        return self.code.data if "code" in self else ""

    def refuse_code(self, refusal: CodeRefusal) -> None:
        """Say why the code did not do."""
        said = UNREADABLE if refusal is CodeRefusal.UNREADABLE else WRONG_CODE
        self.refuse(said, self.code if "code" in self else None)


class AuthenticatorForm(SecondFactorForm):
    """``prepared`` carries the sealed secret that the page shows."""

    prepared = HiddenField()
    first_code = FirstCodeField()
    # Again, because what shows who asks comes last on this page.
    current_password = CurrentPasswordField()
    code = CodeField("Code of the app you use now")
    submit = Button("Save authenticator")

    def ask_for_code(self, is_one_set_up: bool) -> None:
        super().ask_for_code(is_one_set_up)
        if is_one_set_up:
            self.first_code.label.text = "Code of the new app"  # There are two to be told apart.


class RemoveForm(SecondFactorForm):
    submit = Button("Remove authenticator")


class RecoveryCodesForm(SecondFactorForm):
    submit = Button("Get new codes")


class EndSessionForm(ConfirmedForm):
    submit = Button("Sign this browser out")


class EndOtherSessionsForm(ConfirmedForm):
    submit = Button("Sign the others out")
