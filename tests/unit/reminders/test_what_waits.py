from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from unit.reminders.test_digest_words import ASK

from tracker.frameworks.catalogue import Catalogue
from tracker.mail.topics import Topic
from tracker.reminders.planning import NO_LONGER, OVERTAKEN, SAID_ALREADY, Choices, sort_out
from tracker.reminders.rows import Line, Waiting
from tracker.reminders.rules import SWITCHED_OFF

DAY = date(2020, 11, 2)
LEAD, OTHER = 1, 2


def waits(entry_id: int, topic: Topic, *, person_id: int = LEAD, body: int = 7, ask_id: int = 1) -> Waiting:
    return Waiting(entry_id, person_id, Line(body, ask_id, topic, f"kind_{entry_id}", DAY), concerns=True)


def sorted_out(*waiting: Waiting, off: frozenset[tuple[int, Topic]] = frozenset()) -> dict[int, str]:
    """Why each entry is left out, "" where it is said."""
    catalogue = Catalogue({1: ASK, 2: replace(ASK, ask_id=2, ref="6.2")}, {})
    said, left_out = sort_out(waiting, Choices({}, off), catalogue)
    found = {each.entry_id: "" for each in said}
    return found | {entry_id: why for why, entries in left_out.items() for entry_id in entries}


@pytest.mark.parametrize("topic", list(Topic))
def test_a_returned_claim_speaks_for_what_an_update_answers_and_all_else_stands_beside_it(topic: Topic) -> None:
    answered = topic in (Topic.DEADLINE, Topic.REVIEW, Topic.STALE)
    assert sorted_out(waits(1, topic), waits(2, Topic.RETURNED)) == {1: SAID_ALREADY.why if answered else "", 2: ""}


@pytest.mark.parametrize("topic", [Topic.MENTION, Topic.TARGET, Topic.ASSURED, Topic.LAPSE])
def test_other_news_stands_beside_a_date(topic: Topic) -> None:
    assert sorted_out(waits(1, topic), waits(2, Topic.DEADLINE)) == {1: "", 2: ""}


def test_it_speaks_for_its_own_ask_of_its_own_organisation_to_its_own_reader_only() -> None:
    others = (waits(2, Topic.DEADLINE, ask_id=2), waits(3, Topic.DEADLINE, body=8))
    of_somebody_else = waits(4, Topic.DEADLINE, person_id=OTHER)
    assert sorted_out(waits(1, Topic.RETURNED), *others, of_somebody_else) == {1: "", 2: "", 3: "", 4: ""}


def test_a_return_that_is_overtaken_or_concerns_nobody_speaks_for_nothing() -> None:
    claimed_since = replace(waits(1, Topic.RETURNED), is_open=False)
    assert sorted_out(claimed_since, waits(2, Topic.DEADLINE)) == {1: OVERTAKEN, 2: ""}
    gone = replace(waits(1, Topic.RETURNED), concerns=False)
    assert sorted_out(gone, waits(2, Topic.DEADLINE)) == {1: NO_LONGER, 2: ""}


def test_an_ask_that_is_not_asked_any_more_is_not_spoken_of() -> None:
    assert sorted_out(waits(1, Topic.MENTION, ask_id=99)) == {1: NO_LONGER}


@pytest.mark.parametrize("topic", list(Topic))
def test_only_what_may_be_switched_off_is_and_only_for_whoever_did(topic: Topic) -> None:
    told = sorted_out(waits(1, topic), waits(2, topic, person_id=OTHER), off=frozenset({(LEAD, topic)}))
    assert told == {1: SWITCHED_OFF.why if topic.may_be_switched_off else "", 2: ""}
