"""One pass of the reminders: decides what is due for whom, writes it down once, and has it sent.

Every service leaves committing to its caller; a pass does not, because it is many small transactions: one for
each group of people, so that a crash loses nothing decided before it and two passes never wait long for each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import uuid4

from tracker.accounts.links import make_for_mail, recipient_of
from tracker.accounts.queries import addresses_of
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.mail import ledger
from tracker.mail.ledger import Reminder, Series
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.senders import Sender, sender_from
from tracker.mail.service import SendOutcome, send_due
from tracker.reminders.digests import Digest, digest_of
from tracker.reminders.queries import DueAsk, DueWork, due_for, recipients, work_due

PEOPLE_AT_ONCE = 200
"""People decided in one transaction: few enough to hold locks for moments, many enough for few statements."""

DueOf = Mapping[int, Sequence[DueAsk]]
"""What is due for one person, by organisation."""


@dataclass(frozen=True, slots=True)
class PassOutcome:
    """What one pass did.

    queued: people for whom a digest was put in the outbox by this pass. sent: messages delivered during this
    pass, older waiting ones included. already: people with something due, all of which had been taken care of
    before. failed: messages this pass tried to deliver and could not; those worth another try stay in the
    outbox.
    """

    queued: int = 0
    sent: int = 0
    already: int = 0
    failed: int = 0
    trouble: str = ""
    """A sentence about the mail server, where it was the server."""

    def __str__(self) -> str:
        return f"queued {self.queued}, sent {self.sent}, already {self.already}, failed {self.failed}"


@dataclass(frozen=True, slots=True)
class Planned:
    """What is due for one person, and which of it nobody has taken care of yet."""

    person_id: int
    due: Mapping[Reminder, DueAsk]
    fresh: tuple[Reminder, ...]


@dataclass(frozen=True, slots=True)
class PlannedDigest:
    """What a pass would tell one person; no digest where everything due has been taken care of."""

    person_id: int
    organisation_codes: tuple[str, ...]
    lines: tuple[str, ...]
    subject: str | None


def send_reminders(
    on: date,
    settings: Settings,
    *,
    sender: Sender | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[str, int], None] = lambda what, done: None,
) -> PassOutcome:
    """Make one pass for a day. May run any number of times, and twice at once: nothing goes out twice."""
    sender = sender or sender_from(settings)
    work, people = _work_and_people(on)
    queued = already = 0
    for group in _in_groups(people):
        if should_stop():
            break
        told = _queue_digests(_plan(group), work, on=on, settings=settings)
        queued += told
        already += len(group) - told
        on_progress("digests queued", queued)
    outcome = send_waiting(settings, sender=sender, should_stop=should_stop, on_progress=on_progress)
    return PassOutcome(queued, outcome.sent, already, outcome.failed, outcome.trouble)


def send_waiting(
    settings: Settings,
    *,
    sender: Sender | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[str, int], None] = lambda what, done: None,
) -> SendOutcome:
    """Send what waits in the outbox and decide nothing: invitations, and the retries between two passes."""

    def address_of_link(link_for: str) -> str | None:
        path = make_for_mail(link_for)
        return None if path is None else settings.base_url + path

    return send_due(
        sender or sender_from(settings),
        addresses_of,
        mail_from=settings.mail_from,
        links=address_of_link,
        recipients=recipient_of,
        should_stop=should_stop,
        on_progress=lambda done: on_progress("messages handled", done),
    )


def preview(on: date, settings: Settings) -> Iterator[PlannedDigest]:
    """What a pass for a day would tell each person, in the order of their ids; writes nothing."""
    work, people = _work_and_people(on)
    for group in _in_groups(people):
        plan = _plan(group)
        # The reading ends with each group, so that a long preview holds nothing up.
        session().rollback()
        for planned in plan:
            subject = None
            if planned.fresh:
                subject, _ = _digest(planned, planned.fresh, work, on=on, settings=settings).render()
            code_of = {body: work.names[body][0] for body in group[planned.person_id]}
            yield PlannedDigest(
                person_id=planned.person_id,
                organisation_codes=tuple(code_of.values()),
                lines=tuple(
                    f"{code_of[reminder.series.organisation_id]} "
                    f"{planned.due[reminder].framework_code} {planned.due[reminder].ask_ref}: "
                    f"{reminder.kind}, deadline {reminder.series.deadline_on}"
                    for reminder in planned.fresh
                ),
                subject=subject,
            )


def _work_and_people(on: date) -> tuple[DueWork, dict[int, DueOf]]:
    """What is due, and the people who have something due; the reading is over before anything is written."""
    people = recipients(on)
    work = work_due(on, people)
    session().rollback()
    return work, {person_id: due for person_id, bodies in people.items() if (due := due_for(work, bodies))}


def _in_groups(people: Mapping[int, DueOf]) -> Iterator[dict[int, DueOf]]:
    everybody = iter(people.items())
    while group := dict(islice(everybody, PEOPLE_AT_ONCE)):
        yield group


def _plan(group: Mapping[int, DueOf]) -> list[Planned]:
    """For each person of a group, what is due and which of it is fresh, from one read of the ledger.

    A reminder is taken care of when its series has an entry as late as it is, or later: slots that went by
    before a person was told the first time are collapsed into that one telling.
    """
    due_of = {
        person_id: {
            Reminder(Series(person_id, body, ask.ask_id, ask.deadline_on), ask.slot.kind, ask.slot.due_on): ask
            for body, asks in bodies.items()
            for ask in asks
        }
        for person_id, bodies in group.items()
    }
    earliest = min(reminder.due_on for due in due_of.values() for reminder in due)
    latest = ledger.latest_of(group.keys(), since=earliest)
    return [
        Planned(
            person_id,
            due,
            tuple(
                reminder
                for reminder in due
                if (done_on := latest.get(reminder.series)) is None or done_on < reminder.due_on
            ),
        )
        for person_id, due in due_of.items()
    ]


def _queue_digests(plan: Sequence[Planned], work: DueWork, *, on: date, settings: Settings) -> int:
    """Enter the fresh reminders and queue the digests that carry them, all or nothing; how many digests.

    What another pass entered in the meantime is left out, so that the digest says only what is ours to say.
    """
    fresh = [reminder for planned in plan for reminder in planned.fresh]
    if not fresh:
        session().rollback()
        return 0
    with transaction():
        entries = ledger.enter(fresh)
        messages: dict[str, NewMessage] = {}
        key_of: dict[Reminder, str] = {}
        for planned in plan:
            ours = tuple(reminder for reminder in planned.fresh if reminder in entries)
            if not ours:
                continue
            subject, body = _digest(planned, ours, work, on=on, settings=settings).render()
            key = f"reminder digest {uuid4()}"
            messages[key] = NewMessage(planned.person_id, subject, body, key)
            key_of.update(dict.fromkeys(ours, key))
        message_ids = queue_messages(list(messages.values()), mail_from=settings.mail_from)
        ledger.attach({entries[reminder]: message_ids[key] for reminder, key in key_of.items()})
    return len(messages)


def _digest(planned: Planned, reminders: Sequence[Reminder], work: DueWork, *, on: date, settings: Settings) -> Digest:
    return digest_of(
        ((*work.names[reminder.series.organisation_id], planned.due[reminder]) for reminder in reminders),
        on=on,
        base_url=settings.base_url,
        waiting_besides=len(planned.due) - len(reminders),
    )
