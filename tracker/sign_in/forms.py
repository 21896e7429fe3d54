"""The forms of signing in, of setting up a second factor, and of setting a password."""

from __future__ import annotations

from typing import Any

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.accounts.passwords import LONGEST, SHORTEST, password_fault
from tracker.web.fields import Button, EmailField, HiddenField, PasswordField, TextField
from tracker.web.forms import PageForm
from tracker.web.validators import Needed

LONGEST_TYPED = 1000
"""Characters taken at sign-in: a password that could never have been set is simply wrong, not an error of its own."""
NEW_KEY = "This page was open for too long. Put the new key below into your app, and enter the code it shows."
WRONG_FIRST_CODE = (
    "The code is not right. Check that it belongs to the key on this page, that it has not run out meanwhile, and that "
    "the clock of your device is right."
)
CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "spellcheck": False, "autocapitalize": "none", "width": 20}


class SignInForm(PageForm):
    email = EmailField("Email address", [Needed("Enter your email address")], render_kw={"autocomplete": "username"})
    password = PasswordField("Password", [Needed("Enter your password")], max_length=LONGEST_TYPED)
    next = HiddenField()
    submit = Button("Sign in")


class CodeForm(PageForm):
    code = TextField(
        "Code",
        [Needed("Enter the code")],
        hint="The 6 digits that your authenticator app shows, or one of your recovery codes.",
        max_length=60,
        render_kw=CODE_ATTRIBUTES,
    )
    next = HiddenField()
    submit = Button("Continue")


class FirstCodeField(TextField):
    """The code that shows that an app has taken the new key."""

    def __init__(self, label: str = "Code", **options: Any) -> None:
        super().__init__(
            label,
            [Needed("Enter the code that your authenticator app shows")],
            hint="The 6 digits that the app shows for this service.",
            max_length=60,
            render_kw=CODE_ATTRIBUTES | {"inputmode": "numeric", "width": 10},
            **options,
        )


class SetUpForm(PageForm):
    """``prepared`` carries the sealed secret that the page shows."""

    prepared = HiddenField()
    first_code = FirstCodeField()
    next = HiddenField()
    submit = Button("Continue")


class ForgottenForm(PageForm):
    email = EmailField(
        "Email address",
        [Needed("Enter your email address")],
        hint="The one you sign in with.",
        render_kw={"autocomplete": "username"},
    )
    submit = Button("Send me a link")


class NewPasswordField(PasswordField):
    """A password to be set: long enough, and none that guessers try first."""

    def __init__(self, label: str = "New password", **options: Any) -> None:
        super().__init__(
            label,
            [Needed("Enter a new password"), _not_guessable],
            hint=f"Between {SHORTEST} and {LONGEST} characters. Three random words make a good one.",
            max_length=LONGEST,
            render_kw={"autocomplete": "new-password"},
            **options,
        )


class SetPasswordForm(PageForm):
    password = NewPasswordField()
    submit = Button("Set password")


def _not_guessable(form: PageForm, field: Field) -> None:
    fault = password_fault(field.data)
    if fault:
        raise ValidationError(fault)
