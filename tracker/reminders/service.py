"""One pass of the reminders: decides what is due for whom, writes it down once, and has it sent.

Every service leaves committing to its caller; a pass does not, because it is many small transactions: one for
each group of people, so that a crash loses nothing decided before it and two passes never wait long for each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice

from tracker import clock
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.mail import ledger
from tracker.mail.ledger import Reminder
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.senders import Sender, sender_from
from tracker.mail.topics import ReminderState, Topic
from tracker.reminders import queries
from tracker.reminders.digests import Digest, Names, digest_of
from tracker.reminders.in_vain import count_in_vain
from tracker.reminders.looking import look_on, note_complete
from tracker.reminders.nobody_there import nobody_answers
from tracker.reminders.pass_day import PassDay, pass_day
from tracker.reminders.planning import Choices, choices_on, people_of_teams, plan_for, sort_out, teams_for
from tracker.reminders.rows import Candidate, Line, Waiting
from tracker.reminders.selecting import count_by_person, due_by_date
from tracker.reminders.selecting_besides import due_besides
from tracker.reminders.sending import send_waiting

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
class _Group:
    """Who of a group got a digest, and who had had theirs of the day, so that nothing was decided for them."""

    told: set[int]
    put_off: set[int]


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
    began_at = clock.now()
    work = _read(on, settings, ahead_to)
    told: set[int] = set()
    put_off: set[int] = set()
    # Whoever only waits for news comes last: what goes up from the others is told them in the same pass.
    for people in (work.people, None):
        for group in _in_groups(people if people is not None else _waiting_besides(work, told)):
            if should_stop():
                return PassOutcome(queued=len(told))
            of_group = _tell(group, work)
            told |= of_group.told
            put_off |= of_group.put_off
            on_progress("digests queued", len(told))
    # What is due for whoever had had their digest is decided tomorrow, and looked for then.
    if put_off.isdisjoint(work.due_of):
        with transaction():
            note_complete(on, began_at)
    return PassOutcome(queued=len(told), already=sum(person_id not in told for person_id in work.people))


def preview(on: date, settings: Settings, *, ahead_to: date | None = None) -> Iterator[PlannedDigest]:
    """What a pass for a day would tell each person, in the order of their ids; writes nothing."""
    work = _read(on, settings, ahead_to)
    teams = people_of_teams()
    everybody = {*work.people, *queries.people_waiting()}
    gone_up: list[Reminder] = []

    def told_last() -> Iterator[int]:
        """Teams, as in a pass: what goes up from the others is told them."""
        yield from sorted(teams & {*everybody, *(each.series.person_id for each in gone_up)})

    for group in chain(_in_groups(sorted(everybody - teams)), _in_groups(told_last())):
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
    candidates = [*due_by_date(day, look_on(on)), *due_besides(day), *nobody_answers(day)]
    due_of: dict[int, list[Candidate]] = {}
    for each in candidates:
        due_of.setdefault(each.person_id, []).append(each)
    work = _Work(day, settings, read_catalogue(), due_of, count_by_person(day), choices_on(on))
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
    candidates = count_in_vain([each for person_id in group for each in work.due_of.get(person_id, ())])
    return plan_for(candidates, work.choices, teams_for(candidates, work.day), work.day)


def _tell(group: Sequence[int], work: _Work) -> _Group:
    """Enter what is due for some people and queue the digests that carry it, all or nothing.

    Whoever has had their digest of the day is left alone until the next. What another pass entered in the meantime is
    left out, so that a digest says only what is ours to say.
    """
    on, mail_from = work.day.on, work.settings.mail_from
    if work.due_of.keys().isdisjoint(group) and not _has_waiting(group):
        session().rollback()
        return _Group(set(), set())
    with transaction():
        queries.lock_people(group)
        had = queries.have_had_a_digest(group, on, mail_from)
        free = sorted(set(group) - had)
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
    return _Group(told=set(lines), put_off=had)


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
