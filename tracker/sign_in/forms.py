"""The forms of signing in and of setting a password."""

from __future__ import annotations

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.accounts.passwords import LONGEST, SHORTEST, password_fault
from tracker.web.fields import Button, EmailField, HiddenField, PasswordField, TextField
from tracker.web.forms import PageForm
from tracker.web.validators import Needed

LONGEST_TYPED = 1000
"""Characters taken at sign-in: a password that could never have been set is simply wrong, not an error of its own."""


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
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"},
    )
    next = HiddenField()
    submit = Button("Continue")


class SetPasswordForm(PageForm):
    password = PasswordField(
        "New password",
        [Needed("Enter a new password")],
        hint=f"Between {SHORTEST} and {LONGEST} characters. Three random words make a good one.",
        max_length=LONGEST,
        render_kw={"autocomplete": "new-password"},
    )
    submit = Button("Set password")

    def validate_password(self, field: Field) -> None:
        fault = password_fault(field.data)
        if fault:
            raise ValidationError(fault)
