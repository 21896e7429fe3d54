"""What the list of people, a person's page and an invitation are made of; values only, they read nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.accounts.rules import HeldRole, Permission, Place, Role, Viewer
from tracker.people.rules import PersonState


class LineKind(StrEnum):
    """What a line of the list stands for."""

    ROLE = "role"
    INVITATION = "invitation"
    ACCOUNT = "account"  # Somebody who may sign in and holds no role; for administrators only.


@dataclass(frozen=True, slots=True, order=True)
class LineKey:
    """One line of the list, as an address may hold it: no name, and not whose an invited address is.

    >>> LineKey.read("invitation.7"), LineKey.read("role.x"), str(LineKey(LineKind.ROLE, 12))
    (LineKey(kind=<LineKind.INVITATION: 'invitation'>, key=7), None, 'role.12')
    """

    kind: LineKind
    key: int

    @classmethod
    def read(cls, text: str) -> LineKey | None:
        kind, _, number = text.partition(".")
        is_one = kind in set(LineKind) and number.isascii() and number.isdigit() and len(number) < 16
        return cls(LineKind(kind), int(number)) if is_one else None

    def __str__(self) -> str:
        return f"{self.kind.value}.{self.key}"


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What a list of people is asked for; empty is everything."""

    role: str = ""
    organisation: str = ""
    state: str = ""
    keys: tuple[LineKey, ...] | None = None
    """The lines that a search found; None where nothing was searched for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One role somebody holds, or one invitation, with the body it is in, wherever that may stand.

    ``key`` is the id of the membership, the invitation or the account. The name of somebody who has not accepted yet is
    empty, so that nobody learns by inviting an address whose it is.
    """

    kind: LineKind
    key: int
    person_id: int
    name: str
    email: str
    role: Role | None
    organisation_id: int | None
    organisation_code: str | None
    organisation_name: str | None
    system_id: int | None
    region_id: int | None
    last_signed_in_at: datetime | None
    expires_at: datetime | None
    state: PersonState

    @property
    def place(self) -> Place | None:
        """Where the body stands, for the access rules; None for a role that is held in none."""
        if self.organisation_id is None:
            return None
        return Place(organisation_id=self.organisation_id, system_id=self.system_id, region_id=self.region_id)

    def find_grantor(self, viewer: Viewer, permission: Permission) -> HeldRole | None:
        """The role through which a viewer may give or take away this one here; asked for this body, never for "any"."""
        return None if self.role is None else viewer.find_grantor(permission, self.role, self.place)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What the page of a person says of the account itself."""

    account_id: int
    person_id: int
    name: str
    email: str
    is_active: bool
    last_signed_in_at: datetime | None
    has_authenticator: bool
    new_email: str | None
    """The corrected address that waits to be confirmed."""


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that can be accepted at this moment: everything it rests on still holds."""

    invitation_id: int
    account_id: int
    person_id: int
    email: str
    role: Role
    organisation_id: int | None
    organisation_code: str | None
    invited_by_id: int
    grantor: HeldRole
    expires_at: datetime
    has_password: bool
    has_identity: bool
    has_role: bool
    has_others: bool
    """Whether other invitations wait for the same account, which end when this one is taken up."""

    @property
    def is_new_here(self) -> bool:
        """Whether nobody has ever shown who they are for this account, so that the link is all there is."""
        return not self.has_password and not self.has_identity
