from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.frameworks.rules import Confidence, DateKind, DatePrecision
from tracker.mail.topics import Topic, target_answer
from tracker.reminders.digests import LONGEST_WORDING, MOST_OF_A_GROUP, Digest, digest_of, when
from tracker.reminders.rows import Line
from tracker.reminders.rulebook import rulebook
from tracker.reminders.rules import Group

TODAY = date(2020, 11, 2)
BASE = "https://tracker.example.test"
ASK = AskFacts(
    *(1, 1, "8ua-2020", "Eight urgent actions", "6", "Leadership", "Leadership", "6.1"),
    *("Name an executive board member", DateKind.BY, date(2020, 9, 21), DatePrecision.DAY, "", Confidence.SOURCED),
    *(True, date(2020, 7, 31), None, False, (1, 6, 1), frozenset()),
)


def line(deadline_on: date, topic: Topic = Topic.DEADLINE, kind: str = "on_the_day", ask_id: int = 1) -> Line:
    return Line(7, ask_id, topic, kind, deadline_on)


def made(*lines: Line, asks: dict[int, AskFacts] | None = None, name: str = "Dales") -> Digest:
    catalogue = Catalogue(asks or {1: ASK}, {})
    return digest_of(lines, catalogue, {7: ("XN1", name)}, on=TODAY, base_url=BASE, waiting_besides=0, rules=rulebook())


@pytest.mark.parametrize(
    ("national_on", "precision", "deadline_on", "words"),
    [
        (date(2020, 9, 21), DatePrecision.DAY, date(2020, 9, 21), "Due 21 September 2020: 42 days overdue"),
        (date(2020, 11, 1), DatePrecision.DAY, date(2020, 11, 1), "Due 1 November 2020: 1 day overdue"),
        (TODAY, DatePrecision.DAY, TODAY, "Due 2 November 2020: today"),
        (date(2020, 11, 3), DatePrecision.DAY, date(2020, 11, 3), "Due 3 November 2020: 1 day left"),
        (date(2020, 11, 30), DatePrecision.MONTH, date(2020, 11, 30), "Due by the end of November 2020: 28 days left"),
        (date(2020, 10, 31), DatePrecision.MONTH, date(2020, 10, 31), "Due by the end of October 2020: 2 days overdue"),
        (date(2020, 9, 21), DatePrecision.DAY, date(2020, 11, 9), "Agreed target 9 November 2020: 7 days left"),
    ],
)
def test_the_date_is_said_with_how_far_off_it_is(
    national_on: date, precision: DatePrecision, deadline_on: date, words: str
) -> None:
    ask = replace(ASK, national_on=national_on, precision=precision)
    assert when(line(deadline_on), ask, TODAY, rulebook()) == words


@pytest.mark.parametrize("topic", list(Topic))
def test_every_topic_has_words_a_place_and_a_link(topic: Topic) -> None:
    (item,) = made(line(TODAY, topic, "mention_12" if topic is Topic.MENTION else "on_the_day")).items
    assert item.when
    assert item.link.startswith(f"{BASE}/organisations/XN1/8ua-2020/6.1")
    assert item.link.endswith("/comments/12") is (topic is Topic.MENTION)


@pytest.mark.parametrize(
    ("is_accepted", "has_date", "words"),
    [
        (True, True, "Your request for another target was accepted: it is judged on 9 November 2020"),
        (False, True, "Your request for another target was declined: it is judged on 9 November 2020"),
        (True, False, "Your request for another target was accepted: it has no date"),
        (False, False, "Your request for another target was declined: it has no date"),
    ],
)
def test_an_answer_to_a_request_says_what_was_decided(is_accepted: bool, has_date: bool, words: str) -> None:
    kind = target_answer(12_345_678, is_accepted=is_accepted, has_date=has_date)
    assert when(line(date(2020, 11, 9), Topic.TARGET, kind), ASK, TODAY, rulebook()) == words
    assert len(kind) <= 60


def test_what_to_do_first_comes_first_and_the_subject_counts() -> None:
    days = (7, -42, 0, 1, -3)
    asks = {number: replace(ASK, ask_id=number, ref=f"{day}") for number, day in enumerate(days)}
    lines = [line(TODAY + timedelta(days=day), ask_id=number) for number, day in enumerate(days)]
    digest = made(*lines, line(TODAY, Topic.RETURNED), line(TODAY, Topic.MENTION, "mention_3"), asks=asks)
    assert [group.group for group in digest.groups] == [
        *(Group.RETURNED, Group.OVERDUE, Group.DUE_TODAY, Group.DUE_SOON, Group.NEWS)
    ]
    assert [item.ask_ref for group in digest.groups[1:4] for item in group.items] == ["-42", "-3", "0", "1", "7"]
    assert digest.subject_counts == "1 returned to you, 2 overdue, 1 due today, 2 due soon"
    assert digest.to_do == 6


def test_a_link_lands_on_the_update_and_every_part_of_it_is_quoted() -> None:
    (item,) = made(line(TODAY), asks={1: replace(ASK, ref="1/A ?")}).items
    assert item.link == f"{BASE}/organisations/XN1/8ua-2020/1%2FA%20%3F/update"


def test_a_long_wording_is_cut_at_a_word() -> None:
    (item,) = made(line(TODAY), asks={1: replace(ASK, wording="word " * 100)}, name="Dales\nHospitals").items
    assert len(item.wording) <= LONGEST_WORDING
    assert item.wording.endswith("word…")
    assert item.organisation == "Dales Hospitals"


def test_a_long_group_lists_some_and_counts_the_rest() -> None:
    asks = {number: replace(ASK, ask_id=number) for number in range(MOST_OF_A_GROUP + 5)}
    (group,) = made(*(line(TODAY, ask_id=number) for number in asks), asks=asks).groups
    assert (len(group.items), group.left_out, group.count) == (MOST_OF_A_GROUP, 5, MOST_OF_A_GROUP + 5)


def test_what_is_no_longer_asked_or_has_closed_is_left_out() -> None:
    digest = made(line(TODAY), line(TODAY, ask_id=99), replace(line(TODAY), organisation_id=8))
    assert len(digest.items) == 1
