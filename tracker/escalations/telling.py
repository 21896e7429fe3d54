"""Tells those whom a step of the ladder concerns, in the transaction of the act and once; it sends nothing itself.

Raised: whoever the level names. Answered: whoever raised it. Judged, held or closed: whom it was raised to, and who
responded. Nobody is told of what they did themselves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import current_app

from tracker import clock
from tracker.config import Settings
from tracker.escalations.addressees import posts_of
from tracker.escalations.ladder import ladder
from tracker.escalations.letters import StepLetter
from tracker.escalations.models import Escalation, EscalationEvent
from tracker.escalations.posts import Addressed, Posts, addressed
from tracker.escalations.rows import Event, Kept
from tracker.escalations.rules import EventKind, Post
from tracker.mail import ledger
from tracker.mail.ledger import Reminder, Series
from tracker.mail.notices import queue_notices
from tracker.mail.outbox import NewMessage
from tracker.mail.topics import Topic
from tracker.progress.items import Item


@dataclass(frozen=True, slots=True)
class Act:
    """What was done just now, on which record, and what had been done on it before."""

    item: Item
    record: Escalation
    event: EscalationEvent
    before: Kept | None


def tell_of(act: Act) -> None:
    """Put a letter into the outbox for everybody whom the act concerns, and enter it into the ledger."""
    posts = posts_of(act.item.organisation, act.item.ask.ask_id, clock.today())
    raised = _last_raised(act)
    to = addressed_at(raised.level, posts) if raised is not None else None
    people = _concerned(act, posts, raised, to) - {act.item.viewer.person_id}
    if to is None or not people:
        return
    settings: Settings = current_app.extensions["settings"]
    subject, body = StepLetter(act.item, act.record.deadline_on, act.event, to, settings.base_url).render()
    notices = {
        NewMessage(person_id, subject, body, f"escalation {act.event.id} for {person_id}"): [
            Reminder(
                Series(person_id, act.record.organisation_id, act.record.ask_id, act.record.deadline_on),
                _kind(act.event.id),
                clock.today(),
                Topic.ESCALATION,
            )
        ]
        for person_id in sorted(people)
    }
    queue_notices(notices, mail_from=settings.mail_from)


def addressed_at(level: str | None, posts: Posts) -> Addressed | None:
    """Who gets what is raised to a level; None for one that the ladder has no longer."""
    found = ladder().find(level)
    return None if found is None else addressed(ladder(), found, posts)


def _last_raised(act: Act) -> Event | EscalationEvent | None:
    """The step that this is about."""
    if act.event.kind is EventKind.RAISED:
        return act.event
    before = act.before.events if act.before else ()
    return next((each for each in reversed(before) if each.kind is EventKind.RAISED), None)


def _concerned(act: Act, posts: Posts, raised: Event | EscalationEvent | None, to: Addressed | None) -> set[int]:
    if raised is None or to is None:
        return set()
    now = {each.person_id for each in to.people}
    if act.event.kind is EventKind.RAISED:
        return now
    if act.event.kind is EventKind.ANSWERED:
        team = _all(posts, (Post.REGION,))
        return {raised.person_id} if raised.person_id in team else team
    responded = {each.person_id for each in _since(act, raised) if each.kind is EventKind.ANSWERED}
    told = ledger.people_told(act.record.organisation_id, act.record.ask_id, _kind(_id_of(raised)))
    # Whoever has left since is told no more; where all have, whoever is behind the post now is.
    return ((told | responded) & _all(posts, tuple(Post))) or now


def _since(act: Act, raised: Event | EscalationEvent) -> list[Event]:
    before = act.before.events if act.before else ()
    return [each for each in before if each.event_id > _id_of(raised)]


def _id_of(raised: Event | EscalationEvent) -> int:
    return raised.event_id if isinstance(raised, Event) else raised.id


def _all(posts: Posts, which: Collection[Post]) -> set[int]:
    return {each.person_id for post in which for each in posts[post].people}


def _kind(event_id: int) -> str:
    """What the ledger calls the letters of one act."""
    return f"escalation_{event_id}"
