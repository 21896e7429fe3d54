"""How somebody stands with the service, which roles may be offered, and what each is for; plain Python, no table."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from tracker.accounts.rules import GRANTS, HeldRole, Permission, Place, Role, Viewer


class PersonState(StrEnum):
    """What a line of the list says of a role, an invitation or an account. The order is that of the sorted list."""

    ACTIVE = "active"
    INVITED = "invited"
    EXPIRED = "expired"
    SWITCHED_OFF = "switched_off"
    ORGANISATION_CLOSED = "organisation_closed"
    ORGANISATION_TO_OPEN = "organisation_to_open"
    NO_ROLE = "no_role"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


_STATE_LABELS = {
    PersonState.ACTIVE: "Active",
    PersonState.INVITED: "Invited and waiting",
    PersonState.EXPIRED: "Invitation expired",
    PersonState.SWITCHED_OFF: "Switched off",
    PersonState.ORGANISATION_CLOSED: "Organisation closed",
    PersonState.ORGANISATION_TO_OPEN: "Organisation not open yet",
    PersonState.NO_ROLE: "No role",
}

PURPOSE = {
    Role.LEAD: "keeps the actions of one organisation up to date and looks after its people here",
    Role.CONTRIBUTOR: "keeps the actions of one organisation up to date",
    Role.BOARD: "reads and downloads what one organisation has done",
    Role.SYSTEM: "watches over the organisations of one system and updates the system's own actions",
    Role.REGION: "watches over the organisations of one region, decides on claims and invites leads",
    Role.NATIONAL: "reads and downloads everything",
    Role.ADMINISTRATOR: "looks after accounts, organisations and the audit",
}
"""What each role is for, as the end of a sentence; the table of what each may do is POWERS."""


def roles_to_give(viewer: Viewer) -> tuple[Role, ...]:
    """The roles this viewer may give somewhere, in the order of the enumeration.

    >>> roles_to_give(Viewer(1, "Robin Ashdown", (HeldRole(Role.LEAD, 7, "XN1"),)))
    (<Role.CONTRIBUTOR: 'contributor'>, <Role.BOARD: 'board'>)
    """
    given = {role for held in viewer.held for role in GRANTS.get(held.role, ())}
    return tuple(role for role in Role if role in given)


def bodies_to_choose(viewer: Viewer) -> dict[int, str] | None:
    """The few organisations somebody may invite into, by id and code; None where they are to name one of many.

    >>> bodies_to_choose(Viewer(1, "Robin Ashdown", (HeldRole(Role.LEAD, 7, "XN1"),)))
    {7: 'XN1'}
    """
    scope = viewer.scope(Permission.INVITE_PEOPLE)
    if scope.is_everywhere or scope.systems or scope.regions:
        return None
    return {
        held.organisation_id: held.organisation_code
        for held in viewer.held
        if held.organisation_id in scope.own and held.organisation_id and held.organisation_code
    }


def may_still_give(inviter_id: int, held: Iterable[HeldRole], role: Role, place: Place | None) -> HeldRole | None:
    """The role through which somebody may give another, judged by what they hold at this moment; None: not any more."""
    return Viewer(inviter_id, "", tuple(held)).find_grantor(Permission.INVITE_PEOPLE, role, place)


class Way(StrEnum):
    """How an offer can be taken up by whoever opened its link."""

    AS_ONESELF = "as_oneself"  # signed in as the person it is for
    NOT_THEIRS = "not_theirs"  # signed in as somebody else
    NEW_PASSWORD = "new_password"  # nosec B105  # noqa: S105 - a word; nobody has shown yet that the account is theirs
    PASSWORD = "password"  # nosec B105  # noqa: S105 - a word; the account has a password and no role, so that it cannot sign in
    IDENTITY = "identity"  # come back from the provider of single sign-on
    SIGN_IN = "sign_in"  # the account has roles already
    SINGLE_SIGN_ON = "single_sign_on"  # the account has no role, and is opened by single sign-on only
