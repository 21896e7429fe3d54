"""The mail that tells of a step of the ladder: of which ask, what is wanted and by when; never what was written there.

What is said between an organisation and its region stays behind the sign-in: mail is read on many screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from flask import current_app

from tracker.accounts.rules import Role
from tracker.escalations.models import EscalationEvent
from tracker.escalations.posts import Addressed
from tracker.escalations.rules import EventKind, Judgement, Post
from tracker.mail.letters import one_line
from tracker.progress.items import Item
from tracker.web.wording import day

WANTED = {
    Post.ASK_OWNER: "Please respond on the page below by {due}.",
    Post.EXECUTIVE_LEAD: "Please respond on the page below by {due}.",
    Post.BOARD: "Please see to it that your organisation responds by {due}. Its lead or a contributor writes the "
    "response on the page below.",
    Post.REGION: "Please agree by {due} what the regional team does about it, and record it on the page below.",
    Post.NATIONAL: "Please tell the regional team by {due} what you can do. It records that on the page below.",
}
"""What is wanted of whoever gets it, by the post that they are reached in."""


@dataclass(frozen=True, slots=True)
class StepLetter:
    """What one act says to everybody whom it concerns; ``base_url`` is the service's own address."""

    item: Item
    deadline_on: date
    event: EscalationEvent
    to: Addressed
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
        parts = (self.item.organisation.code, ask.framework_code, ask.ref)
        return "/".join((self.base_url, "organisations", *(quote(part, safe="") for part in parts), "escalation"))

    @property
    def news(self) -> str:
        """What is wanted by when, or what came of it: the end of the subject."""
        event = self.event
        if event.kind is EventKind.RAISED:
            return f"a response is due by {day(event.response_due_on)}"
        if event.kind is EventKind.ANSWERED:
            return "a response came, please read it"
        if event.kind is EventKind.HELD:
            return f"on hold until {day(event.quiet_until)}"
        if event.kind is EventKind.CLOSED:
            return "the escalation is closed"
        return {
            Judgement.ENOUGH: f"enough for now, looked at again on {day(event.quiet_until)}",
            Judgement.NOT_ENOUGH: "the response was not enough",
            Judgement.NO_RESPONSE: "no response came",
        }[event.judgement or Judgement.NO_RESPONSE]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was done, by whom, and what is wanted of whoever gets this."""
        event, about = self.event, f"this ask, which was raised to the {self.to.level.label.lower()}."
        if event.kind is EventKind.RAISED:
            raised = f"{self._by} has raised this overdue ask to the {self.to.level.label.lower()}."
            return (raised, *self._instead, *self._wanted)
        if event.kind is EventKind.ANSWERED:
            return (f"The organisation has responded about {about}", "Please read it, and record what came of it.")
        if event.kind is EventKind.HELD:
            return (f"{self._by} holds {about}", f"Nothing more is raised before {day(event.quiet_until)}.")
        if event.kind is EventKind.CLOSED:
            return (f"{self._by} has closed the escalation of {about}", "No response is awaited any more.")
        return (f"{self._by} has recorded what came of {about}", f"In short: {self.news}.")

    @property
    def _by(self) -> str:
        region = self.item.organisation.region_name
        if self.item.role == Role.REGION and region:
            return f"The regional team of {one_line(region)}"
        return "The regional team"

    @property
    def _instead(self) -> tuple[str, ...]:
        if self.to.is_passed_up:
            return ("Nobody is in this post who can be written to, so you get it as the next level up.",)
        if self.to.wanted.stands_in:
            return ("Nobody in this post can be written to, so you get it because you answer for the organisation.",)
        return ()

    @property
    def _wanted(self) -> tuple[str, ...]:
        if self.to.reached is None:
            return ()
        return (WANTED[self.to.reached.post].format(due=day(self.event.response_due_on)),)

    def render(self) -> tuple[str, str]:
        """Subject and text, from the templates in ``templates/email/escalation``."""
        templates = current_app.jinja_env
        subject, body = (
            templates.get_template(f"email/escalation/{part}.txt").render(letter=self) for part in ("subject", "body")
        )
        return subject.strip(), body.strip() + "\n"
