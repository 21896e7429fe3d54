"""One pass of the reminders: decides what is due for whom, writes it down once, and has it sent.

Every service leaves committing to its caller; a pass does not, because it is many small transactions: one for
each group of people, so that a crash loses nothing decided before it and two passes never wait long for each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from tracker.accounts.links import make_for_mail, recipient_of
from tracker.accounts.queries import addresses_of
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.mail import ledger
from tracker.mail.ledger import Reminder
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.senders import Sender, sender_from
from tracker.mail.service import SendOutcome, send_due
from tracker.mail.topics import ReminderState, Topic
from tracker.reminders import queries
from tracker.reminders.digests import Digest, Names, digest_of
from tracker.reminders.planning import Choices, Teams, choices_on, plan_for, sort_out, teams_for
from tracker.reminders.rows import Candidate, Line, Waiting
from tracker.reminders.selecting import PassDay, due_by_date, pass_day
from tracker.reminders.selecting_besides import due_besides

PEOPLE_AT_ONCE = 200
"""People decided in one transaction: few enough to hold locks for moments, many enough for few statements."""


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
class PlannedDigest:
    """What a pass would tell one person; no digest where everything due has been taken care of."""

    person_id: int
    organisation_codes: tuple[str, ...]
    lines: tuple[str, ...]
    subject: str | None


@dataclass(frozen=True, slots=True)
class _Work:
    """What a pass has read before it writes: it holds ids, and no words of people."""

    day: PassDay
    settings: Settings
    catalogue: Catalogue
    due_of: Mapping[int, Sequence[Candidate]]
    dates_of: Mapping[int, int]
    """Of how many asks each person has a date that is near or past, told or not."""
    choices: Choices
    teams: Teams

    @property
    def people(self) -> list[int]:
        return sorted({*self.due_of, *self.dates_of})

    def digest(self, person_id: int, lines: Sequence[Line], names: Names) -> Digest:
        dates = sum(line.topic in (Topic.DEADLINE, Topic.RETURNED) for line in lines)
        return digest_of(
            lines,
            self.catalogue,
            names,
            on=self.day.on,
            base_url=self.settings.base_url,
            waiting_besides=max(0, self.dates_of.get(person_id, 0) - dates),
            rules=self.day.rules,
        )


def send_reminders(
    on: date,
    settings: Settings,
    *,
    ahead_to: date | None = None,
    sender: Sender | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[str, int], None] = lambda what, done: None,
) -> PassOutcome:
    """Make one pass for a day. May run any number of times, and twice at once: nothing goes out twice.

    ``ahead_to`` is the last of the days off that follow, whose slots this pass takes along.
    """
    sender = sender or sender_from(settings)
    decided = decide(on, settings, ahead_to=ahead_to, should_stop=should_stop, on_progress=on_progress)
    outcome = send_waiting(settings, sender=sender, should_stop=should_stop, on_progress=on_progress)
    return PassOutcome(decided.queued, outcome.sent, decided.already, outcome.failed, outcome.trouble)


def decide(
    on: date,
    settings: Settings,
    *,
    ahead_to: date | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[str, int], None] = lambda what, done: None,
) -> PassOutcome:
    """The first half of a pass: put a digest in the outbox for whoever something is due for; nothing is sent."""
    work = _read(on, settings, ahead_to)
    told: set[int] = set()
    # Whoever only waits for news comes last: what goes up from the others is told them in the same pass.
    for people in (work.people, None):
        for group in _in_groups(people if people is not None else _waiting_besides(work, told)):
            if should_stop():
                break
            told |= _tell(group, work)
            on_progress("digests queued", len(told))
    already = sum(person_id not in told for person_id in work.people) if not should_stop() else 0
    return PassOutcome(queued=len(told), already=already)


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


def preview(on: date, settings: Settings, *, ahead_to: date | None = None) -> Iterator[PlannedDigest]:
    """What a pass for a day would tell each person, in the order of their ids; writes nothing."""
    work = _read(on, settings, ahead_to)
    teams = {person_id for team in work.teams.of_body.values() for person_id in team}
    everybody = {*work.people, *queries.people_waiting()}
    gone_up: list[Reminder] = []
    # Teams last, as in a pass: what goes up from the others is told them.
    for group in (*_in_groups(sorted(everybody - teams)), *_in_groups(sorted(teams))):
        had = queries.have_had_a_digest(group, on, settings.mail_from)
        told = [each for each in _plan(group, work) if each.state is ReminderState.WAITING]
        gone_up += (each for each in told if each.series.person_id in teams)
        planned = [
            Waiting(0, each.series.person_id, Line.of(each), concerns=True)
            for each in {*told, *gone_up}
            if each.series.person_id in group
        ]
        said, _ = sort_out([*queries.waiting_for(group, on), *planned], work.choices, work.catalogue)
        lines = _lines_of(said)
        names = _names(lines, work)
        # The reading ends with each group, so that a long preview holds nothing up.
        session().rollback()
        for person_id in group:
            yield _planned(person_id, [] if person_id in had else lines.get(person_id, []), work, names)


def _planned(person_id: int, lines: Sequence[Line], work: _Work, names: Names) -> PlannedDigest:
    subject = work.digest(person_id, lines, names).render()[0] if lines else None
    asks = work.catalogue.asks
    return PlannedDigest(
        person_id=person_id,
        organisation_codes=tuple(sorted({names[line.organisation_id][0] for line in lines})),
        lines=tuple(
            f"{names[line.organisation_id][0]} {asks[line.ask_id].framework_code} {asks[line.ask_id].ref}: "
            f"{line.kind}, deadline {line.deadline_on}"
            for line in lines
        ),
        subject=subject,
    )


def _read(on: date, settings: Settings, ahead_to: date | None) -> _Work:
    """What is due and for whom; the reading is over before anything is written."""
    day = pass_day(on, ahead_to)
    due = due_by_date(day)
    candidates = [*due.fresh, *due_besides(day)]
    due_of: dict[int, list[Candidate]] = {}
    for each in candidates:
        due_of.setdefault(each.person_id, []).append(each)
    work = _Work(day, settings, read_catalogue(), due_of, due.of_person, choices_on(on), teams_for(candidates, day))
    session().rollback()
    return work


def _waiting_besides(work: _Work, told: set[int]) -> list[int]:
    """Whoever something waits for, and who has had no digest in this pass."""
    waiting = queries.people_waiting() - told
    session().rollback()
    return sorted(waiting)


def _in_groups(people: Iterable[int]) -> Iterator[list[int]]:
    everybody = iter(people)
    while group := list(islice(everybody, PEOPLE_AT_ONCE)):
        yield group


def _plan(group: Iterable[int], work: _Work) -> list[Reminder]:
    candidates = [each for person_id in group for each in work.due_of.get(person_id, ())]
    return plan_for(candidates, work.choices, work.teams, work.day)


def _tell(group: Sequence[int], work: _Work) -> set[int]:
    """Enter what is due for some people and queue the digests that carry it, all or nothing; who is told.

    Whoever has had their digest of the day is left alone until the next. What another pass entered in the meantime is
    left out, so that a digest says only what is ours to say.
    """
    on, mail_from = work.day.on, work.settings.mail_from
    if work.due_of.keys().isdisjoint(group) and not _has_waiting(group):
        session().rollback()
        return set()
    with transaction():
        queries.lock_people(group)
        free = sorted(set(group) - queries.have_had_a_digest(group, on, mail_from))
        # What people chose while others were decided for counts.
        work = replace(work, choices=choices_on(on))
        ledger.enter(_plan(free, work))
        waiting = queries.waiting_for(free, on) if free else []
        said, left_out = sort_out(waiting, work.choices, work.catalogue)
        for why, entry_ids in left_out.items():
            ledger.suppress(entry_ids, why)
        lines = _lines_of(said)
        names = _names(lines, work)
        messages = []
        for person_id, of_person in lines.items():
            subject, body, html = work.digest(person_id, of_person, names).render()
            messages.append(NewMessage(person_id, subject, body, queries.digest_key(person_id, on), html=html))
        message_ids = queue_messages(messages, mail_from=mail_from)
        message_of = {message.person_id: message_ids[message.key] for message in messages}
        ledger.attach({each.entry_id: message_of[each.person_id] for each in said})
    return set(lines)


def _has_waiting(group: Sequence[int]) -> bool:
    return not queries.people_waiting().isdisjoint(group)


def _lines_of(said: Iterable[Waiting]) -> dict[int, list[Line]]:
    """What each person is told."""
    lines: dict[int, list[Line]] = {}
    for each in said:
        lines.setdefault(each.person_id, []).append(each.line)
    return lines


def _names(lines: Mapping[int, Sequence[Line]], work: _Work) -> Names:
    bodies = {line.organisation_id for said in lines.values() for line in said}
    return queries.names_on(bodies, work.day.on) if bodies else {}
