"""Which returns of an organisation a viewer reads, and in which role they work on or decide about one."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.accounts.rules import Permission, Viewer
from tracker.organisations.queries import OrganisationSummary
from tracker.returns.rules import EVERY_STATE, ReturnState, states_to_read

_OF_THE_ORGANISATION = (Permission.UPDATE_PROGRESS, Permission.SUBMIT_RETURNS, Permission.DECIDE_RETURNS)
"""Powers that only an organisation's own people hold in it."""


@dataclass(frozen=True, slots=True)
class PowersHere:
    """What the pages of returns offer, and which returns they show."""

    submit: bool
    decide: bool
    export: bool
    states: frozenset[ReturnState]

    @property
    def is_own(self) -> bool:
        """Whether they belong to the organisation, and read its drafts."""
        return self.states == EVERY_STATE


def powers_over(viewer: Viewer, organisation: OrganisationSummary) -> PowersHere:
    """What a viewer may do with the returns of an organisation whose progress they may see."""
    place = organisation.place
    roles = {held.role for held in viewer.held if held.reaches(Permission.SEE_PROGRESS, place)}
    is_own = any(viewer.find_power(power, place) is not None for power in _OF_THE_ORGANISATION)
    return PowersHere(
        submit=viewer.find_power(Permission.SUBMIT_RETURNS, place) is not None,
        decide=viewer.find_power(Permission.DECIDE_RETURNS, place) is not None,
        export=viewer.find_power(Permission.EXPORT_PROGRESS, place) is not None,
        states=states_to_read(roles, is_own=is_own),
    )


def role_in(viewer: Viewer, permission: Permission, organisation: OrganisationSummary) -> str:
    """The role through which a viewer acts here. Only call it where the power was checked before."""
    held = viewer.find_power(permission, organisation.place)
    if held is None:
        raise PermissionError(f"{permission} does not reach {organisation.code}.")
    return held.role.value
