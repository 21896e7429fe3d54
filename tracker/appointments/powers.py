"""What somebody may do about who answers for what in one organisation; it reads no table.

Whoever appoints the lead (the organisation's lead, a system's team for the system) appoints to every post. Whoever only
updates (a contributor) takes an ask that nobody owns, and gives away or ends what is theirs: reminders go to the owner,
so nobody's asks may be taken from them, or put on them, by somebody who does not answer for the organisation.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.accounts.rules import HeldRole, Permission, Role, Viewer
from tracker.appointments.queries import UPDATING
from tracker.appointments.rows import InPost
from tracker.appointments.rules import AppointmentRole
from tracker.organisations.queries import OrganisationSummary


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, in one organisation."""

    organisation: OrganisationSummary
    viewer: Viewer

    @property
    def appoints_all(self) -> bool:
        return self._held(Permission.APPOINT_LEAD) is not None

    @property
    def takes_asks(self) -> bool:
        """Whether they may own asks here, and so take one that is free."""
        return self._held(Permission.UPDATE_PROGRESS) is not None

    def may_change(self, appointment: InPost) -> bool:
        """Whether they may correct, end or hand over one appointment."""
        is_own_ask = appointment.role is AppointmentRole.ASK_OWNER and appointment.person_id == self.viewer.person_id
        return self.appoints_all or (self.takes_asks and is_own_ask)

    @property
    def posts(self) -> tuple[AppointmentRole, ...]:
        """What they may appoint to."""
        if self.appoints_all:
            return tuple(AppointmentRole)
        return (AppointmentRole.ASK_OWNER,) if self.takes_asks else ()

    @property
    def roles_to_choose(self) -> frozenset[Role]:
        """The roles whose holders they may choose from; members of the board only where they see who those are."""
        return UPDATING | {Role.BOARD} if self._held(Permission.SEE_PEOPLE) else UPDATING

    @property
    def role(self) -> str:
        """The role through which they act, as history and audit name it. Only call it where they may act."""
        held = self._held(Permission.APPOINT_LEAD) or self._held(Permission.UPDATE_PROGRESS)
        if held is None:
            raise PermissionError(f"{self.viewer.person_id} appoints nobody in {self.organisation.code}.")
        return held.role.value

    def _held(self, permission: Permission) -> HeldRole | None:
        return self.viewer.find_power(permission, self.organisation.place)
