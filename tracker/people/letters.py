"""An invitation in words: the subject and text of its mail; it must not know the person, nor make the link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from tracker.accounts.rules import Role
from tracker.mail.letters import one_line
from tracker.mail.outbox import LINK_MARK
from tracker.people.rules import PURPOSE


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """What a mail says: who offers (a role of a body, never a name), what, and until when."""

    inviter_role: Role
    inviter_body: str
    role: Role
    body: str
    until: datetime

    @property
    def inviter(self) -> str:
        """Who offers it, as the start of a sentence.

        >>> until = datetime(2020, 11, 4)
        >>> InvitationLetter(Role.ADMINISTRATOR, "", Role.NATIONAL, "", until).inviter
        'The administrator of the health inequalities action tracker'
        """
        if self.inviter_role is Role.ADMINISTRATOR:
            return "The administrator of the health inequalities action tracker"
        who = {Role.LEAD: "health inequalities lead", Role.REGION: "regional team"}[self.inviter_role]
        return f"The {who} of {one_line(self.inviter_body)}"

    @property
    def offer(self) -> str:
        """What is offered.

        >>> InvitationLetter(Role.LEAD, "Dales (XN1)", Role.BOARD, "Dales (XN1)", datetime(2020, 11, 4)).offer
        'board member for Dales (XN1)'
        """
        return role_in_words(self.role, one_line(self.body))

    @property
    def article(self) -> str:
        return "an" if self.offer[0] in "aeiou" else "a"

    @property
    def purpose(self) -> str:
        return PURPOSE[self.role]

    def render(self) -> tuple[str, str]:
        """Subject and text, from the templates in ``templates/email/invitation``."""
        templates = current_app.jinja_env
        subject, body = (
            templates.get_template(f"email/invitation/{part}.txt").render(letter=self, link=LINK_MARK)
            for part in ("subject", "body")
        )
        return subject.strip(), body.strip() + "\n"


def role_in_words(role: Role, body: str) -> str:
    """A role and where it is held, for the middle of a sentence.

    >>> role_in_words(Role.SYSTEM, "Dales Health and Care (QN1)"), role_in_words(Role.NATIONAL, "")
    ('member of the system team for Dales Health and Care (QN1)', 'member of the national team')
    """
    word = {
        Role.LEAD: "health inequalities lead",
        Role.CONTRIBUTOR: "contributor",
        Role.BOARD: "board member",
        Role.SYSTEM: "member of the system team",
        Role.REGION: "member of the regional team",
        Role.NATIONAL: "member of the national team",
        Role.ADMINISTRATOR: "administrator",
    }[role]
    return f"{word} for {body}" if body else word
