"""Roles, what each may do and how far it reaches; plain Python, no framework and no database.

The source of the table is the product's own "Powers" table (README, "Who sees what").
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a membership makes of a person, in one organisation, system or region, or nationally."""

    LEAD = "lead"
    CONTRIBUTOR = "contributor"
    BOARD = "board"
    SYSTEM = "system"
    REGION = "region"
    NATIONAL = "national"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.LEAD: "Health inequalities lead",
    Role.CONTRIBUTOR: "Contributor",
    Role.BOARD: "Board member",
    Role.SYSTEM: "System team",
    Role.REGION: "Regional team",
    Role.NATIONAL: "National team",
    Role.ADMINISTRATOR: "Administrator",
}

ROLES_WITHOUT_A_BODY = frozenset({Role.NATIONAL, Role.ADMINISTRATOR})


def fits_role(role: Role, body_types: Collection[str]) -> bool:
    """Whether a body of these types (it may change its type over the years) can be what a role is held in.

    Types are the stored words, because the package that names them lies above. A region or a national body is never
    tracked, so nobody is its lead, contributor or board member.

    >>> fits_role(Role.SYSTEM, ["icb"]), fits_role(Role.SYSTEM, ["trust"]), fits_role(Role.LEAD, ["region"])
    (True, False, False)
    """
    if role in ROLES_WITHOUT_A_BODY:
        return False
    if role in _BODY_TYPES:
        return not _BODY_TYPES[role].isdisjoint(body_types)
    return not _NEVER_TRACKED.issuperset(body_types)


_BODY_TYPES: Mapping[Role, frozenset[str]] = {
    Role.SYSTEM: frozenset({"system", "icb"}),
    Role.REGION: frozenset({"region"}),
}
_NEVER_TRACKED = frozenset({"region", "national_body"})


class Permission(StrEnum):
    """One decision the access rules know; every view names the one it needs."""

    SIGNED_IN = "signed_in"
    SEE_ORGANISATIONS = "see_organisations"
    SEE_PROGRESS = "see_progress"
    UPDATE_PROGRESS = "update_progress"
    APPOINT_LEAD = "appoint_lead"
    ADOPT_FRAMEWORK = "adopt_framework"
    ASSURE_PROGRESS = "assure_progress"
    AGREE_TARGETS = "agree_targets"
    COMMENT = "comment"
    SUBMIT_RETURNS = "submit_returns"
    DECIDE_RETURNS = "decide_returns"
    SHARE_NOTES = "share_notes"
    SET_REMINDERS = "set_reminders"
    REVIEW_OVERDUE = "review_overdue"
    SEE_ESCALATIONS = "see_escalations"
    ESCALATE = "escalate"
    SAVE_VIEWS = "save_views"
    CHASE = "chase"
    EXPORT_PROGRESS = "export_progress"
    SEE_PEOPLE = "see_people"
    INVITE_PEOPLE = "invite_people"
    END_ROLES = "end_roles"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"


class Reach(StrEnum):
    """How far a power goes from the body a membership names."""

    OWN = "own"
    SYSTEM = "system"  # the system itself and the organisations whose system it is
    REGION = "region"  # the region itself and everything whose region it is, systems included
    EVERYWHERE = "everywhere"


_READING = (Permission.SEE_ORGANISATIONS, Permission.SEE_PROGRESS, Permission.EXPORT_PROGRESS)
_OWN_READING = dict.fromkeys(_READING, Reach.OWN)
_OWN_WORK = {**_OWN_READING, Permission.UPDATE_PROGRESS: Reach.OWN, Permission.COMMENT: Reach.OWN}
_WATCHING = (*_READING, Permission.REVIEW_OVERDUE, Permission.SAVE_VIEWS)
"""What every team needs that watches over organisations not its own."""

POWERS: Mapping[Role, Mapping[Permission, Reach]] = MappingProxyType(
    {
        Role.LEAD: {
            **_OWN_WORK,
            Permission.APPOINT_LEAD: Reach.OWN,
            Permission.ADOPT_FRAMEWORK: Reach.OWN,
            Permission.SUBMIT_RETURNS: Reach.OWN,
            Permission.SHARE_NOTES: Reach.OWN,
            Permission.SET_REMINDERS: Reach.OWN,
            Permission.SEE_PEOPLE: Reach.OWN,
            Permission.INVITE_PEOPLE: Reach.OWN,  # contributors and board members only: GRANTS
            Permission.END_ROLES: Reach.OWN,
            Permission.READ_AUDIT: Reach.OWN,
        },
        Role.CONTRIBUTOR: _OWN_WORK,
        Role.BOARD: {
            **_OWN_READING,
            Permission.DECIDE_RETURNS: Reach.OWN,
            Permission.READ_AUDIT: Reach.OWN,
        },
        Role.SYSTEM: {
            **dict.fromkeys(_WATCHING, Reach.SYSTEM),
            Permission.ASSURE_PROGRESS: Reach.SYSTEM,  # practices only: ASSURABLE_TYPES in progress/rules.py
            Permission.UPDATE_PROGRESS: Reach.OWN,
            Permission.APPOINT_LEAD: Reach.OWN,
            Permission.SUBMIT_RETURNS: Reach.OWN,
            Permission.SHARE_NOTES: Reach.OWN,
            Permission.SET_REMINDERS: Reach.OWN,
            Permission.COMMENT: Reach.OWN,
            Permission.READ_AUDIT: Reach.OWN,
        },
        Role.REGION: {
            **dict.fromkeys(_WATCHING, Reach.REGION),
            Permission.SEE_ESCALATIONS: Reach.REGION,
            Permission.ESCALATE: Reach.REGION,
            Permission.CHASE: Reach.REGION,
            Permission.ASSURE_PROGRESS: Reach.REGION,
            Permission.AGREE_TARGETS: Reach.REGION,
            Permission.COMMENT: Reach.REGION,
            Permission.SEE_PEOPLE: Reach.REGION,
            Permission.INVITE_PEOPLE: Reach.REGION,  # leads only: GRANTS
            Permission.END_ROLES: Reach.REGION,
            Permission.READ_AUDIT: Reach.OWN,
        },
        Role.NATIONAL: {
            **dict.fromkeys(_WATCHING, Reach.EVERYWHERE),
            Permission.SEE_ESCALATIONS: Reach.EVERYWHERE,  # its last rung; the region records what they respond
        },
        Role.ADMINISTRATOR: {
            Permission.SEE_ORGANISATIONS: Reach.EVERYWHERE,
            Permission.SEE_PEOPLE: Reach.EVERYWHERE,
            Permission.INVITE_PEOPLE: Reach.EVERYWHERE,
            Permission.END_ROLES: Reach.EVERYWHERE,
            Permission.MANAGE_ACCOUNTS: Reach.EVERYWHERE,
            Permission.READ_AUDIT: Reach.EVERYWHERE,
        },
    }
)

GRANTS: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.LEAD: frozenset({Role.CONTRIBUTOR, Role.BOARD}),
        Role.REGION: frozenset({Role.LEAD}),
        Role.ADMINISTRATOR: frozenset(Role),
    }
)
"""Which roles each role may give and take away, within the reach of INVITE_PEOPLE and END_ROLES."""

NEEDS_SECOND_FACTOR = frozenset({Role.REGION, Role.NATIONAL, Role.ADMINISTRATOR})
"""Who sees or changes many organisations signs in with a second factor."""


class SignInMethod(StrEnum):
    """How somebody showed who they are at the start of a session."""

    PASSWORD = "password"  # nosec B105  # noqa: S105 - a word, not a password
    OIDC = "oidc"

    @property
    def label(self) -> str:
        return {SignInMethod.PASSWORD: "Password", SignInMethod.OIDC: "Single sign-on"}[self]


class SessionStep(StrEnum):
    """How far a sign-in has come; only an open session shows any page that needs a power."""

    OPEN = "open"
    SECOND_FACTOR = "second_factor"  # the first factor was right, the code is still to be given
    ENROLMENT = "enrolment"  # the first factor was right, and the role needs a second one that is still to be set up


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One current membership: the role, and the body it is held in (None for national and administrator)."""

    role: Role
    organisation_id: int | None
    organisation_code: str | None

    def reaches(self, permission: Permission, place: Place | None) -> bool:
        """Whether this power, held here, reaches one organisation, or (None) what belongs to none."""
        reach = POWERS[self.role].get(permission)
        if reach is None or place is None:
            return reach is Reach.EVERYWHERE
        return {
            Reach.EVERYWHERE: True,
            Reach.OWN: self.organisation_id == place.organisation_id,
            Reach.SYSTEM: self.organisation_id in (place.organisation_id, place.system_id),
            Reach.REGION: self.organisation_id in (place.organisation_id, place.region_id),
        }[reach]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking, for the length of one request."""

    person_id: int
    name: str
    held: tuple[HeldRole, ...]

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(held.role for held in self.held)

    def may_anywhere(self, permission: Permission) -> bool:
        """Whether any membership carries this power somewhere; which rows it covers is the scope's business."""
        return permission is Permission.SIGNED_IN or any(permission in POWERS[role] for role in self.roles)

    @property
    def needs_second_factor(self) -> bool:
        return not NEEDS_SECOND_FACTOR.isdisjoint(self.roles)

    def find_power(self, permission: Permission, place: Place | None) -> HeldRole | None:
        """The first membership whose power reaches one organisation, or (None) something that is in no organisation."""
        return next((held for held in self.held if held.reaches(permission, place)), None)

    def find_grantor(self, permission: Permission, role: Role, place: Place | None) -> HeldRole | None:
        """The first membership through which this viewer may give or take away a role in a place, by GRANTS."""
        return next(
            (held for held in self.held if role in GRANTS.get(held.role, ()) and held.reaches(permission, place)), None
        )

    def scope(self, permission: Permission) -> Scope:
        """The bodies this power reaches, for a viewer-scoped query to turn into organisations."""
        reached: dict[Reach, set[int]] = {reach: set() for reach in Reach}
        everywhere = False
        for held in self.held:
            reach = POWERS[held.role].get(permission)
            if reach is Reach.EVERYWHERE:
                everywhere = True
            elif reach is not None and held.organisation_id is not None:
                reached[reach].add(held.organisation_id)
        return Scope(
            is_everywhere=everywhere,
            own=frozenset(reached[Reach.OWN]),
            systems=frozenset(reached[Reach.SYSTEM]),
            regions=frozenset(reached[Reach.REGION]),
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Organisations by id: themselves (own), with their members (systems), with all in them (regions), or all."""

    is_everywhere: bool = False
    own: frozenset[int] = frozenset()
    systems: frozenset[int] = frozenset()
    regions: frozenset[int] = frozenset()

    def covers(self, place: Place) -> bool:
        """Whether one organisation lies in this scope: the Python twin of ``organisations_in`` in SQL."""
        return (
            self.is_everywhere
            or place.organisation_id in self.own | self.systems | self.regions
            or (place.system_id is not None and place.system_id in self.systems)
            or (place.region_id is not None and place.region_id in self.regions)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where one organisation stands today: itself, its system and its region."""

    organisation_id: int
    system_id: int | None
    region_id: int | None
