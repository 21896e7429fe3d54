"""The forms of the people who may come in: filters, an invitation, its acceptance, a corrected name."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.accounts.rules import ROLES_WITHOUT_A_BODY, Role
from tracker.mail.letters import UnusableAddressError, usable_address
from tracker.people.rows import PeopleFilters
from tracker.people.rules import PURPOSE, PersonState
from tracker.sign_in.forms import SetPasswordForm
from tracker.web.choices import Choice, RadiosField, SelectField
from tracker.web.fields import Button, EmailField, PasswordField, TextField
from tracker.web.forms import ActionForm, FilterForm, PageForm
from tracker.web.validators import Needed, PersonName

NO_MAIL_GOES_THERE = "No mail server takes this address: write it without accents, like name@example.nhs.uk"
LONGEST_TYPED = 1000
"""Characters taken of a password that is to be checked: one that could never have been set is simply wrong."""


class PeopleFilterForm(FilterForm):
    """Role, organisation and state; a value that is not offered is said, never dropped."""

    role = SelectField("Role", nothing="All roles")
    organisation = TextField("Organisation or ODS code", max_length=200)
    state = SelectField("State", nothing="All states")

    def offer(self, *, is_everywhere: bool, has_many_bodies: bool) -> None:
        """Offer what there can be in scope; a filter with nothing to choose between is left out."""
        self.unknown: list[str] = []
        self.role.choices = [
            (role.value, role.label) for role in Role if is_everywhere or role not in ROLES_WITHOUT_A_BODY
        ]
        self.state.choices = [
            (state.value, state.label) for state in PersonState if is_everywhere or state is not PersonState.NO_ROLE
        ]
        for field in (self.role, self.state):
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may see.")
                field.data = ""
        if not has_many_bodies:
            del self.organisation

    @property
    def chosen(self) -> PeopleFilters:
        return PeopleFilters(
            role=self.role.data,
            organisation=self.organisation.data or "" if "organisation" in self else "",
            state=self.state.data,
        )


class InviteForm(PageForm):
    """An offer to somebody whose organisation is named by its code."""

    name = TextField(
        "Name",
        [Needed("Enter the person’s name"), PersonName()],
        hint="Somebody who has an account already keeps the name they have.",
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        "Work email address",
        [Needed("Enter the person’s work email address")],
        hint="The invitation goes there, and they sign in with it.",
        render_kw={"autocomplete": "off"},
    )
    role = RadiosField("Role", [Needed("Choose a role")])
    organisation: TextField | SelectField = TextField("ODS code of the organisation", max_length=20)
    submit = Button("Send invitation")
    only_body = ""
    """The one organisation that there is to choose, in words; empty where it is to be named."""

    def offer(self, roles: Sequence[Role]) -> None:
        """The roles to choose from; a single one is chosen already."""
        self.role.choices = [Choice(role.value, role.label, f"Somebody who {PURPOSE[role]}.") for role in roles]
        if len(roles) == 1 and not self.is_submitted():
            self.role.data = roles[0].value
        if not ROLES_WITHOUT_A_BODY.isdisjoint(roles):
            self.organisation.description = "For example XD1. Leave it empty for the national team and administrators."
        else:
            self.organisation.description = "For example XD1. It must be in your region."

    def validate_email(self, field: Field) -> None:
        try:
            usable_address(field.data)
        except UnusableAddressError as fault:
            raise ValidationError(NO_MAIL_GOES_THERE) from fault

    @property
    def chosen_role(self) -> Role:
        return Role(self.role.data)

    @property
    def code(self) -> str | None:
        return self.organisation.data.strip().upper() or None


class InviteIntoOwnForm(InviteForm):
    """An offer by somebody who invites into one organisation, or into a few, of their own."""

    organisation = SelectField("Organisation", nothing="Choose an organisation")

    def offer_bodies(self, bodies: Sequence[tuple[str, str]]) -> None:
        """The organisations to choose from, by code; a single one needs no choosing, and is the only one taken."""
        self.organisation.choices = bodies
        self.organisation.description = ""
        if len(bodies) == 1:
            self.organisation.data = self.organisation.data or bodies[0][0]
            self.only_body = bodies[0][1]


class AcceptForm(ActionForm):
    """For somebody who has shown who they are."""

    submit = Button("Accept the invitation")


class AcceptWithNewPasswordForm(SetPasswordForm):
    """For an account that nobody has signed in to yet."""

    submit = Button("Set password and accept")


class AcceptWithPasswordForm(PageForm):
    """For an account with a password that holds no role at present."""

    password = PasswordField("Your password", [Needed("Enter your password")], max_length=LONGEST_TYPED)
    submit = Button("Accept the invitation")


class NameForm(PageForm):
    name = TextField("Name", [Needed("Enter the person’s name"), PersonName()], render_kw={"autocomplete": "off"})
    submit = Button("Save name")
