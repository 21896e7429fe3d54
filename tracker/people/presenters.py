"""What the list of people, a person's page and an invitation say; it reads no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from tracker import clock
from tracker.accounts.rules import Permission, Viewer
from tracker.people.letters import InvitationLetter, role_in_words
from tracker.people.rows import AccountFacts, Line, LineKind
from tracker.people.rules import PersonState, Way
from tracker.web.downloads import Cell
from tracker.web.wording import day, day_and_time

COLUMNS = (
    {"text": "Name", "sort": "name"},
    {"text": "Email address", "sort": "email"},
    {"text": "Role", "sort": "role"},
    {"text": "Organisation", "sort": "organisation"},
    {"text": "Last signed in", "sort": "signed_in"},
    {"text": "State", "sort": "state"},
)
ROLE_COLUMNS = ({"text": "Role"}, {"text": "Organisation"}, {"text": "State"}, {"text": "Change"})
CSV_HEADINGS = ("name", "email", "role", "ods_code", "organisation", "last_signed_in_on", "state")
NO_BODY = "No organisation"
NO_ROLE = "No role"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One row of the list; nothing in it is empty."""

    is_invitation: bool
    name: str
    href: str
    email: str
    role: str
    organisation: str
    signed_in: str
    state: str

    @property
    def email_parts(self) -> tuple[str, str]:
        """The address in two, so that a narrow column breaks it in front of the @ and nowhere else."""
        mailbox, _, host = self.email.rpartition("@")
        return mailbox, host


@dataclass(frozen=True, slots=True)
class ShownRole:
    """One role or invitation on the page of a person; ``href`` is empty where this viewer may not change it."""

    role: str
    organisation: str
    state: str
    action: str
    href: str


def shown_line(line: Line) -> ShownLine:
    """A row as the list shows it; an invitation leads to its own page, whoever it is for."""
    is_invitation = line.kind is LineKind.INVITATION
    return ShownLine(
        is_invitation=is_invitation,
        name=line.name or ("Not accepted yet" if is_invitation else "No name"),
        href=url_for("people.invitation", invitation_id=line.key)
        if is_invitation
        else url_for("people.person", person_id=line.person_id),
        email=line.email,
        role=line.role.label if line.role else NO_ROLE,
        organisation=organisation_of(line),
        signed_in="Not accepted yet" if is_invitation else signed_in(line.last_signed_in_at),
        state=line.state.label,
    )


def shown_role(line: Line, viewer: Viewer) -> ShownRole:
    """A role, or an invitation, as the page of a person shows it."""
    if line.kind is LineKind.INVITATION:
        action, permission = "See the invitation", Permission.INVITE_PEOPLE
        href = url_for("people.invitation", invitation_id=line.key)
    else:
        action, permission = "Remove", Permission.END_ROLES
        href = url_for("people.remove_role", person_id=line.person_id, membership_id=line.key)
    return ShownRole(
        role=line.role.label if line.role else NO_ROLE,
        organisation=organisation_of(line),
        state=line.state.label,
        action=action,
        href=href if line.find_grantor(viewer, permission) else "",
    )


def csv_cells(line: Line) -> tuple[Cell, ...]:
    """A row as the file holds it, under CSV_HEADINGS."""
    return (
        line.name,
        line.email,
        line.role.label if line.role else "",
        line.organisation_code,
        line.organisation_name,
        clock.london_day(as_lived(line.last_signed_in_at)) if line.last_signed_in_at else None,
        line.state.label,
    )


def summary_of(facts: AccountFacts, *, is_administrator: bool) -> list[dict[str, str]]:
    """What is known of an account; how it is secured is the administrators' business."""
    rows = [
        {"key": "Email address", "value": facts.email},
        {"key": "Account", "value": "On" if facts.is_active else PersonState.SWITCHED_OFF.label},
        {"key": "Last signed in", "value": signed_in(facts.last_signed_in_at)},
    ]
    if is_administrator:
        if facts.new_email:
            rows.insert(1, {"key": "New address, not confirmed yet", "value": facts.new_email})
        rows.append({"key": "Authenticator", "value": "Set up" if facts.has_authenticator else "Not set up"})
    return rows


def summary_of_invitation(line: Line) -> list[dict[str, str]]:
    until = day_and_time(as_lived(line.expires_at)) if line.expires_at else ""
    if line.state in (PersonState.ORGANISATION_CLOSED, PersonState.ORGANISATION_TO_OPEN):
        until = "Cannot be accepted while the organisation is not open"
    return [
        {"key": "Role", "value": line.role.label if line.role else NO_ROLE},
        {"key": "Organisation", "value": organisation_of(line)},
        {"key": "State", "value": line.state.label},
        {"key": "Expired" if line.state is PersonState.EXPIRED else "Can be accepted until", "value": until},
    ]


def role_and_place(line: Line) -> str:
    """A role and where it is held, for a sentence: "contributor for Dales Hospitals NHS Trust (XN1)"."""
    body = "" if line.organisation_code is None else organisation_of(line)
    return role_in_words(line.role, body) if line.role else NO_ROLE


def organisation_of(line: Line) -> str:
    if line.organisation_code is None:
        return NO_BODY
    return f"{line.organisation_name} ({line.organisation_code})" if line.organisation_name else line.organisation_code


def signed_in(instant: datetime | None) -> str:
    return day(clock.london_day(as_lived(instant))) if instant else "Never"


def as_lived(instant: datetime) -> datetime:
    """A real instant on the day the service lives in, so that "until" makes sense in a demonstration of 2020 too."""
    return instant + (clock.now() - clock.real_now())


@dataclass(frozen=True, slots=True)
class AcceptPage:
    """The page that the link of an invitation opens."""

    letter: InvitationLetter
    email: str
    way: Way
    is_new_here: bool = False
    voids_others: bool = False
    identity_email: str = ""
    """What the provider of single sign-on calls whoever has come back from it; theirs is the sign-in that is joined."""

    @property
    def is_other_address(self) -> bool:
        """Whether the one who came back is not called as the one who was invited."""
        return self.identity_email.strip().casefold() != self.email.strip().casefold()

    @property
    def title(self) -> str:
        return "You are invited"

    @property
    def until(self) -> str:
        return day_and_time(self.letter.until)


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """A page that asks whether something is meant: what follows from it, and the button that does it."""

    title: str
    back: dict[str, str]
    sentences: tuple[str, ...]
    button: str
    done: str = ""
    is_warning: bool = True


ONESELF = "This is your own account: you will be signed out."


def removal_page(line: Line, *, is_oneself: bool) -> ConfirmPage:
    """Taking a role away."""
    return ConfirmPage(
        title=f"Remove {line.name} as {role_and_place(line)}",
        back={"href": url_for("people.person", person_id=line.person_id)},
        sentences=(
            "They are signed out at once, and invitations they have not accepted yet are void.",
            "What they wrote stays, with their name. Other roles of theirs stay too.",
            *([ONESELF] if is_oneself else []),
        ),
        button="Remove this role",
    )


def switch_off_page(facts: AccountFacts, *, is_oneself: bool) -> ConfirmPage:
    """Switching an account off."""
    return ConfirmPage(
        title=f"Switch off the account of {facts.name}",
        back={"href": url_for("people.person", person_id=facts.person_id)},
        sentences=(
            "They are signed out at once and cannot sign in, whatever roles they hold. Invitations to them are void.",
            "What they wrote stays. You can switch the account on again.",
            *([ONESELF] if is_oneself else []),
        ),
        button="Switch off",
        done=f"The account of {facts.name} is switched off.",
    )


def switch_on_page(facts: AccountFacts) -> ConfirmPage:
    """Switching an account on again."""
    return ConfirmPage(
        title=f"Switch on the account of {facts.name}",
        back={"href": url_for("people.person", person_id=facts.person_id)},
        sentences=("They can sign in again and do what their roles allow.",),
        button="Switch on",
        done=f"The account of {facts.name} is switched on.",
        is_warning=False,
    )


def password_link_page(facts: AccountFacts) -> ConfirmPage:
    """Mailing a link to set a password."""
    return ConfirmPage(
        title=f"Send {facts.name or 'this person'} a link to set a password",
        back={"href": url_for("people.person", person_id=facts.person_id)},
        sentences=(
            f"The link goes to {facts.email} and works once. Whoever reads mail there can set the password with it.",
            "Nothing changes until it is used. Then they are signed out everywhere, and their authenticator stays.",
        ),
        button="Send the link",
        done=f"A link to set a password is on its way to {facts.email}.",
        is_warning=False,
    )


def reset_page(facts: AccountFacts) -> ConfirmPage:
    """Taking a lost second factor away."""
    return ConfirmPage(
        title=f"Reset the second factor of {facts.name}",
        back={"href": url_for("people.person", person_id=facts.person_id)},
        sentences=(
            "Do this only when you are sure who is asking: speak to them, or ask a colleague who knows them.",
            "Their authenticator and recovery codes stop working and they are signed out. Their password stays. "
            "At the next sign-in they set up another authenticator if their role needs one.",
            "Show that it is you who asks.",
        ),
        button="Reset second factor",
        done=f"The second factor of {facts.name} is reset.",
    )
