"""The forms of connecting a single sign-on and of taking it off; both ask again who it is."""

from __future__ import annotations

from tracker.sign_in.forms import LONGEST_TYPED
from tracker.web.fields import Button, PasswordField
from tracker.web.forms import PageForm
from tracker.web.validators import Needed

NOT_THEY = "The password is not right, or the account is locked for 15 minutes."


class OwnersForm(PageForm):
    """An account that has no password is asked for none: its owner has signed in lately."""

    current_password = PasswordField(
        "Your current password",
        [Needed("Enter your current password")],
        max_length=LONGEST_TYPED,
        render_kw={"autocomplete": "current-password"},
    )

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


class ConnectForm(OwnersForm):
    submit = Button("Connect it to my account")


class DisconnectForm(OwnersForm):
    submit = Button("Disconnect")
