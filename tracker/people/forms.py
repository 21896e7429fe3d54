"""The forms of the people who may come in: filters, an invitation, its acceptance, a corrected name."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.accounts.rules import ROLES_WITHOUT_A_BODY, Role, Scope
from tracker.mail.letters import UnusableAddressError, usable_address
from tracker.people import queries
from tracker.people.rows import LineKey, PeopleFilters
from tracker.people.rules import PURPOSE, PersonState
from tracker.sign_in.forms import SetPasswordForm
from tracker.web.choices import Choice, RadiosField, SelectField
from tracker.web.fields import Button, EmailField, HiddenField, PasswordField, TextField
from tracker.web.forms import ActionForm, FilterForm, PageForm
from tracker.web.validators import Needed, PersonName

NO_MAIL_GOES_THERE = "No mail server takes this address: write it without accents, like name@example.nhs.uk"
LONGEST_TYPED = 1000
"""Characters taken of a password that is to be checked: one that could never have been set is simply wrong."""


NOBODY_FOUND = "Nobody whom you may see has this in their name or email address. Check what you typed."
TOO_MANY_FOUND = f"More than {queries.MOST_FOUND} roles and invitations match. Type more of the name or address."
NOT_A_LINE = "The address of this page names something that is not in the list. Search again."


class PeopleFilterForm(FilterForm):
    """Name or address, role, organisation and state; a value that is not offered is said, never dropped.

    A name or an address that is typed must not stand in an address, where logs and browser histories keep it. So the
    form is posted, and answered with the address of the list, which holds the numbers of the lines that were found.
    """

    who = TextField("Name or email address", max_length=254, render_kw={"autocomplete": "off"})
    found = HiddenField()
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

    def search(self, scope: Scope) -> None:
        """Put the lines that the name or address stands for in place of what the address of the page brought."""
        typed, self.who.data = (self.who.data or "").strip(), ""
        if typed:
            found = queries.find_lines(scope, typed)
            self.found.data = ",".join(map(str, found[: queries.MOST_FOUND]))
            if not found or len(found) > queries.MOST_FOUND:
                self.who.data, self.found.data = typed, ""
                self.unknown.append(TOO_MANY_FOUND if found else NOBODY_FOUND)

    def check_found(self) -> None:
        """Say it where the address names what cannot be a line; a name in it is not looked at."""
        self.who.data = ""
        if self.found.data and self._keys is None:
            self.found.data = ""
            self.unknown.append(NOT_A_LINE)

    @property
    def as_query(self) -> dict[str, str]:
        """The query of the list's address; nothing stands for all."""
        named = {name: self[name].data or "" for name in ("found", "role", "organisation", "state") if name in self}
        return {name: value for name, value in named.items() if value}

    @property
    def how_many_found(self) -> int:
        """The lines that a search found, among which the other filters choose; 0 where nothing was searched for."""
        return len(self._keys or ())

    @property
    def _keys(self) -> tuple[LineKey, ...] | None:
        """The lines that the address names; None where one of them cannot be any, or there are too many."""
        keys = [LineKey.read(each) for each in (self.found.data or "").split(",") if each]
        read = tuple(key for key in keys if key is not None)
        return read if 0 < len(read) == len(keys) <= queries.MOST_FOUND else None

    @property
    def chosen(self) -> PeopleFilters:
        return PeopleFilters(
            keys=self._keys,
            role=self.role.data,
            organisation=self.organisation.data or "" if "organisation" in self else "",
            state=self.state.data,
        )


def check_mail_goes_there(field: Field) -> None:
    """Refuse an address to which no mail can be sent, in the words of a field that has an address in it."""
    try:
        usable_address(field.data)
    except UnusableAddressError as fault:
        raise ValidationError(NO_MAIL_GOES_THERE) from fault


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
        check_mail_goes_there(field)

    @property
    def is_above_powers(self) -> bool:
        """Whether somebody sent a role that the page does not offer them: no slip, because nothing is typed there."""
        return bool(self.role.data) and self.role.data not in {choice.value for choice in self.role.all_choices()}

    @property
    def foreign_code(self) -> str:
        """The code of an organisation that was sent although this page does not offer it."""
        return ""

    @property
    def named_role(self) -> Role | None:
        """The role that was sent, if there is such a one."""
        return next((role for role in Role if role.value == self.role.data), None)

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

    @property
    def foreign_code(self) -> str:
        sent: str = self.organisation.data or ""
        offered = {choice.value for choice in self.organisation.all_choices()}
        return "" if sent in offered else sent


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
