"""What a viewer may do in one organisation, and in which role: asked for *this* organisation, never for "any"."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.accounts.rules import HeldRole, Permission, Role, Scope, Viewer
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.queries import OrganisationSummary
from tracker.progress.rules import ASSURABLE_TYPES


@dataclass(frozen=True, slots=True)
class PowersHere:
    """The decisions a page offers."""

    update: bool
    appoint: bool
    adopt: bool
    assure: bool
    agree_targets: bool


def powers_over(viewer: Viewer, organisation: OrganisationSummary) -> PowersHere:
    """What this viewer may do in this organisation."""

    def may(permission: Permission) -> bool:
        return find_held_role(viewer, permission, organisation) is not None

    return PowersHere(
        update=may(Permission.UPDATE_PROGRESS),
        appoint=may(Permission.APPOINT_LEAD),
        adopt=may(Permission.ADOPT_FRAMEWORK),
        assure=may(Permission.ASSURE_PROGRESS),
        agree_targets=may(Permission.AGREE_TARGETS),
    )


def role_in(viewer: Viewer, permission: Permission, organisation: OrganisationSummary) -> str:
    """The role through which a viewer acts here, as history and audit name it."""
    return body_in(viewer, permission, organisation).role.value


def body_in(viewer: Viewer, permission: Permission, organisation: OrganisationSummary) -> HeldRole:
    """The membership through which a viewer acts here. Only call it where the power was checked before."""
    held = find_held_role(viewer, permission, organisation)
    if held is None:
        raise PermissionError(f"{permission} does not reach {organisation.code}.")
    return held


def find_held_role(viewer: Viewer, permission: Permission, organisation: OrganisationSummary) -> HeldRole | None:
    """The first membership whose power reaches this organisation; an assurer's only where its type is theirs."""
    for held in viewer.held:
        if permission is Permission.ASSURE_PROGRESS and organisation.organisation_type not in ASSURABLE_TYPES.get(
            held.role, ()
        ):
            continue
        if held.reaches(permission, organisation.place):
            return held
    return None


def assured_by(viewer: Viewer) -> tuple[tuple[Scope, frozenset[OrganisationType]], ...]:
    """Whose claims a viewer decides on: scopes with the types in them that are theirs, one for each role that assures.

    The organisations in which they hold any role themselves are not taken out: see ``own_bodies``.
    """
    found = []
    for role in Role:
        held = tuple(each for each in viewer.held if each.role is role)
        if held and role in ASSURABLE_TYPES:
            scope = Viewer(viewer.person_id, viewer.name, held).scope(Permission.ASSURE_PROGRESS)
            found.append((scope, ASSURABLE_TYPES[role]))
    return tuple(found)


def own_bodies(viewer: Viewer) -> frozenset[int]:
    """The bodies in which a viewer holds any role: whoever decides on a claim is from another."""
    return frozenset(held.organisation_id for held in viewer.held if held.organisation_id is not None)
