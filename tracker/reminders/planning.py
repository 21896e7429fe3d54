"""Decides what becomes of everything that fell due for some people; it reads what they chose and writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.rules import Role
from tracker.db import read
from tracker.frameworks.catalogue import Catalogue
from tracker.mail.ledger import Reminder, Series
from tracker.mail.topics import ReminderState, Topic
from tracker.organisations.queries import organisations_as_at
from tracker.reminders.answering import select_holders
from tracker.reminders.models import ReminderPreference, Snooze
from tracker.reminders.pass_day import PassDay
from tracker.reminders.rows import Candidate, Waiting
from tracker.reminders.rules import SWITCHED_OFF, Fate, fate_of, is_unanswered

SAID_ALREADY = Fate(ReminderState.SUPPRESSED, "Said in the same digest with another reminder of the ask")
NO_LONGER = "It no longer concerned the person when the digest was made"
OVERTAKEN = "The ask was claimed anew, or is not applicable, since the claim was returned"
SPOKEN_FOR_BY_A_RETURN = frozenset({Topic.DEADLINE, Topic.REVIEW, Topic.STALE})
"""What an update answers: whoever reads that a claim is back, and why, reads about the ask once."""

PLACE = {topic: place for place, topic in enumerate(Topic)}


@dataclass(frozen=True, slots=True)
class Choices:
    """What people chose: until when an item of theirs is snoozed, and which topics they do without."""

    snoozed: Mapping[tuple[int, int, int], date]
    switched_off: frozenset[tuple[int, Topic]]


def choices_on(day: date) -> Choices:
    """What everybody chose, as it holds on a day, in two statements."""
    snoozes = read(
        sa.select(Snooze.person_id, Snooze.organisation_id, Snooze.ask_id, Snooze.until_on).where(
            Snooze.superseded_at.is_(None), Snooze.until_on > day
        )
    )
    off = read(
        sa.select(ReminderPreference.person_id, ReminderPreference.topic).where(
            ReminderPreference.superseded_at.is_(None)
        )
    )
    return Choices(
        {(person_id, body, ask_id): until_on for person_id, body, ask_id, until_on in snoozes},
        frozenset((person_id, topic) for person_id, topic in off),
    )


@dataclass(frozen=True, slots=True)
class Teams:
    """The regional team of each organisation that has one: to whom goes up what is not answered.

    Where nobody could be told, the reminders go on.
    """

    of_body: Mapping[int, Sequence[int]]

    def take(self, candidate: Candidate, day: PassDay) -> bool:
        """Whether a reminder goes up to them, and not on."""
        return candidate.organisation_id in self.of_body and _is_in_vain(candidate, day)


def teams_for(candidates: Iterable[Candidate], day: PassDay) -> Teams:
    """The teams for what goes up, in two statements; none where nothing does."""
    return teams_of({each.organisation_id for each in candidates if _is_in_vain(each, day)}, day)


def teams_of(organisation_ids: Collection[int], day: PassDay) -> Teams:
    """The teams of some organisations, in two statements."""
    bodies = sorted(organisation_ids)
    if not bodies:
        return Teams({})
    members: dict[int, list[int]] = {}
    for person_id, region_id in read(select_holders(frozenset({Role.REGION}))):
        members.setdefault(region_id, []).append(person_id)
    organisations = organisations_as_at(day.on).c
    found: dict[int, Sequence[int]] = {}
    # So many at once fit into a statement of either database.
    for first in range(0, len(bodies), 1000):
        part = bodies[first : first + 1000]
        rows = read(
            sa.select(organisations.organisation_id, organisations.region_id).where(
                organisations.organisation_id.in_(part)
            )
        )
        found |= {body: members[region_id] for body, region_id in rows if region_id in members}
    return Teams(found)


def people_of_teams() -> set[int]:
    """Everybody of a regional team to whom something can go up."""
    return {person_id for person_id, _ in read(select_holders(frozenset({Role.REGION})))}


def plan_for(candidates: Collection[Candidate], choices: Choices, teams: Teams, day: PassDay) -> list[Reminder]:
    """A reminder for every candidate, with what becomes of it, and one for each of a team that something goes up to.

    Of one ask each person is told once a digest: the topic that stands first speaks for it.
    """
    decided: list[tuple[Candidate, Fate]] = []
    spoken: set[tuple[int, int, int]] = set()
    for each in sorted(candidates, key=lambda one: (PLACE[one.topic], one.due_on)):
        item = (each.person_id, each.organisation_id, each.ask_id)
        fate = fate_of(
            each.topic,
            snoozed_until=choices.snoozed.get(item),
            is_switched_off=(each.person_id, each.topic) in choices.switched_off,
            is_unanswered=teams.take(each, day),
        )
        # Each piece of evidence has a day of its own, which nothing else says.
        if fate.state is ReminderState.WAITING and each.topic is not Topic.EVIDENCE:
            if item in spoken:
                fate = SAID_ALREADY
            spoken.add(item)
        decided.append((each, fate))
    plan = [_reminder(each, fate) for each, fate in decided]
    for each, _ in decided:
        if teams.take(each, day):
            plan += (_gone_up(each, person_id, day) for person_id in teams.of_body[each.organisation_id])
    return plan


def sort_out(
    waiting: Sequence[Waiting], choices: Choices, catalogue: Catalogue
) -> tuple[list[Waiting], dict[str, list[int]]]:
    """Of all that waits for some people: what their digests say, and why the other entries are not told, by the why.

    A claim that was returned speaks for the ask, so that its date is not said beside it. Everything else that was done
    stands beside a date.
    """
    returned = {each.item for each in waiting if _is_return(each) and _why_not(each, choices, catalogue) is None}
    said: list[Waiting] = []
    left_out: dict[str, list[int]] = {}
    for each in waiting:
        why = _why_not(each, choices, catalogue)
        if why is None and each.line.topic in SPOKEN_FOR_BY_A_RETURN and each.item in returned:
            why = SAID_ALREADY.why
        if why is None:
            said.append(each)
        else:
            left_out.setdefault(why, []).append(each.entry_id)
    return said, left_out


def _is_return(waiting: Waiting) -> bool:
    return waiting.line.topic is Topic.RETURNED


def _why_not(waiting: Waiting, choices: Choices, catalogue: Catalogue) -> str | None:
    """Why an entry that waits is not told; None where it is."""
    topic = waiting.line.topic
    if not waiting.concerns or waiting.line.ask_id not in catalogue.asks:
        return NO_LONGER
    if _is_return(waiting) and not waiting.is_open:
        return OVERTAKEN
    if topic.may_be_switched_off and (waiting.person_id, topic) in choices.switched_off:
        return SWITCHED_OFF.why
    return None


def _is_in_vain(candidate: Candidate, day: PassDay) -> bool:
    return is_unanswered(candidate.topic, candidate.kind, candidate.told_in_vain, day.rules.stop_after)


def _reminder(candidate: Candidate, fate: Fate) -> Reminder:
    series = Series(candidate.person_id, candidate.organisation_id, candidate.ask_id, candidate.deadline_on)
    return Reminder(series, candidate.kind, candidate.due_on, candidate.topic, fate.state, fate.why)


def _gone_up(candidate: Candidate, person_id: int, day: PassDay) -> Reminder:
    """Once for each silence: the last word of the organisation is part of its kind."""
    series = Series(person_id, candidate.organisation_id, candidate.ask_id, candidate.deadline_on)
    since = candidate.last_said_on or "never"
    return Reminder(series, f"unanswered_{candidate.topic.value}_{since}", day.on, Topic.UNANSWERED)
