"""The forms of signing in, of setting up a second factor, and of setting a password."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wtforms.validators import ValidationError

from tracker.accounts.passwords import LONGEST, SHORTEST, password_fault
from tracker.web.fields import Button, EmailField, HiddenField, PasswordField, TextField
from tracker.web.forms import PageForm
from tracker.web.validators import Needed

LONGEST_TYPED = 1000
"""Characters taken at sign-in: a password that could never have been set is simply wrong, not an error of its own."""
LONGEST_ADDRESS = 2000
"""Characters taken of the page to go on to: more than our longest address with every filter set."""
NEW_KEY = "This page was open for too long. Put the new key below into your app, and enter the code it shows."
WRONG_FIRST_CODE = (
    "The code is not right. Check that it belongs to the key on this page, that it has not run out meanwhile, and that "
    "the clock of your device is right."
)
WRONG_CODE = (
    "The code is not right, was used already, or the account is locked for 15 minutes. "
    "Wait for the next code of your app and enter that."
)
UNREADABLE = (
    "This service can no longer read your authenticator, because its own key was changed. "
    "Enter one of your recovery codes, or ask an administrator of this service to reset your second factor."
)
CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "spellcheck": False, "autocapitalize": "none", "width": 20}


class OpenForm(PageForm):
    """A form that anybody can send, and so with an end to what it sends back: nothing of a text that is too long."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        is_valid = super().validate(extra_validators)
        for field in self:
            if isinstance(field.data, str) and len(field.data) > getattr(field, "max_length", LONGEST_TYPED):
                field.data = ""
        return is_valid


class NextField(HiddenField):
    """The page to go on to after the sign-in; the home page for an address that is none of ours, being too long."""

    max_length = LONGEST_ADDRESS

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = address_to_go_on_to(self.data or "")


def address_to_go_on_to(asked: str) -> str:
    """The address that a form or a query asks for; nothing of one that is too long to be ours."""
    return asked if len(asked) <= LONGEST_ADDRESS else ""


class SignInForm(OpenForm):
    email = EmailField("Email address", [Needed("Enter your email address")], render_kw={"autocomplete": "username"})
    password = PasswordField("Password", [Needed("Enter your password")], max_length=LONGEST_TYPED)
    next = NextField()
    submit = Button("Sign in")


class CodeField(TextField):
    """A code of the second factor that is set up."""

    def __init__(self, label: str = "Code", **options: Any) -> None:
        super().__init__(
            label,
            [Needed("Enter the code")],
            hint="The 6 digits that your authenticator app shows, or one of your recovery codes.",
            max_length=60,
            render_kw=CODE_ATTRIBUTES,
            **options,
        )


class CodeForm(OpenForm):
    code = CodeField()
    next = NextField()
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


class SetUpForm(OpenForm):
    """``prepared`` carries the sealed secret that the page shows."""

    prepared = HiddenField()
    first_code = FirstCodeField()
    next = NextField()
    submit = Button("Continue")


class ForgottenForm(OpenForm):
    email = EmailField(
        "Email address",
        [Needed("Enter your email address")],
        hint="The one you sign in with.",
        render_kw={"autocomplete": "username"},
    )
    submit = Button("Send me a link")


class NewPasswordField(PasswordField):
    """A password to be set: long enough, and none that guessers try first, also of those who know whose it is."""

    about: Collection[str] = ()

    def __init__(self, label: str = "New password", **options: Any) -> None:
        super().__init__(
            label,
            [Needed("Enter a new password"), _not_guessable],
            hint=f"Between {SHORTEST} and {LONGEST} characters. Three random words make a good one.",
            max_length=LONGEST,
            render_kw={"autocomplete": "new-password"},
            **options,
        )

    def know_owner(self, about: Collection[str]) -> None:
        """Take what is known of whose password it will be, before it is judged."""
        self.about = about


class SetPasswordForm(PageForm):
    password = NewPasswordField()
    submit = Button("Set password")

    def know_owner(self, about: Collection[str]) -> None:
        """Take what is known of whose password it will be: name, address, bodies."""
        self.password.know_owner(about)


def _not_guessable(form: PageForm, field: NewPasswordField) -> None:
    fault = password_fault(field.data, field.about)
    if fault:
        raise ValidationError(fault)
