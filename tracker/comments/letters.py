"""The mail that tells somebody of a mention: that there is one, and where. It must not know what the comment says.

What is said between an organisation and its region stays behind the sign-in: mail is read on many screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import current_app

from tracker.comments.rows import Item
from tracker.mail.letters import one_line


@dataclass(frozen=True, slots=True)
class MentionLetter:
    """What the mail says; ``base_url`` is the service's own address."""

    item: Item
    comment_id: int
    base_url: str

    @property
    def organisation(self) -> str:
        return f"{one_line(self.item.organisation.name)} ({self.item.organisation.code})"

    @property
    def ask(self) -> str:
        return f"{self.item.ask.ref} {one_line(self.item.ask.wording)}"

    @property
    def link(self) -> str:
        ask = self.item.ask
        parts = (self.item.organisation.code, ask.framework_code, ask.ref, "comments", str(self.comment_id))
        return "/".join((self.base_url, "organisations", *(quote(part, safe="") for part in parts)))

    def render(self) -> tuple[str, str]:
        """Subject and text, from the templates in ``templates/email/mention``."""
        templates = current_app.jinja_env
        subject, body = (
            templates.get_template(f"email/mention/{part}.txt").render(letter=self) for part in ("subject", "body")
        )
        return subject.strip(), body.strip() + "\n"
