"""Whom the names in a comment mean: sure, to be asked, or nobody; never a guess."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.comments.forms import choices_of, question
from tracker.comments.rows import Commenter
from tracker.comments.rules import Named, find_mentions

ROBIN, SAM_F, SAM_M, ONEILL, MARY = (
    Named(1, "Robin Ashdown"),
    Named(2, "Sam Fell"),
    Named(3, "Sam Marsh"),
    Named(4, "Kit O’Neill"),
    Named(5, "Mary Ann Fell-Lee"),
)
PEOPLE = [ROBIN, SAM_F, SAM_M, ONEILL, MARY]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Robin Ashdown", {1}),
        ("@robin ashdown, please", {1}),
        ("Thanks (@Robin)!", {1}),
        ("@Robin.", {1}),
        ("@Robin\nAshdown", {1}),
        ("@Ashdown please", {1}),
        ("@Robin's paper", {1}),
        ("@Robin’s paper", {1}),
        ("@Sam Fell and @Sam Marsh", {2, 3}),
        ("@Sam Fell's view", {2}),
        ("@Kit O'Neill", {4}),
        ("@kit o’neill", {4}),
        ("@Mary Ann Fell-Lee", {5}),
        ("robin@example.nhs.uk wrote", set()),
        ("Meet @ 10:00", set()),
        ("@@Robin", set()),
        ("", set()),
        ("@Robin and @Robin again", {1}),
    ],
)
def test_a_name_that_fits_one_person_means_that_person(text: str, found: set[int]) -> None:
    assert find_mentions(text, PEOPLE).found == found


@pytest.mark.parametrize(
    ("text", "typed", "candidates"),
    [
        ("Ask @Sam", "@Sam", {2, 3}),
        ("Ask @Kim", "@Kim", set()),
        ("Ask @Sam Fell-Smith", "@Sam Fell-Smith", {2, 3}),
        ("Ask @Robin Marsh", "@Robin Marsh", {1}),
        ("Ask @Robi", "@Robi", set()),
        ("Ask @Robi's", "@Robi", set()),
    ],
)
def test_a_name_that_does_not_say_whom_it_means_is_asked_about(text: str, typed: str, candidates: set[int]) -> None:
    mentions = find_mentions(text, PEOPLE)
    assert mentions.found == frozenset()
    assert [(each.typed, {one.person_id for one in each.candidates}) for each in mentions.asked] == [
        (typed, candidates)
    ]


def test_a_tick_beside_the_text_answers_what_was_asked() -> None:
    assert find_mentions("Ask @Sam", PEOPLE, frozenset({3})).found == {3}
    assert find_mentions("Ask @Sam", PEOPLE, frozenset({2, 3})).found == {2, 3}
    assert find_mentions("Ask @Robin Marsh", PEOPLE, frozenset({1})).asked == ()
    assert find_mentions("Ask @Sam", PEOPLE, frozenset({1})).asked != (), "a tick for somebody else answers nothing"


def test_two_people_of_one_name_are_never_told_apart_by_chance() -> None:
    twins = [Named(7, "Jo Hale"), Named(8, "Jo Hale")]
    mentions = find_mentions("@Jo Hale", twins)
    assert mentions.found == frozenset()
    assert question(mentions.asked[0]) == "Several people are called Jo Hale. Tick whom you mean by “@Jo Hale” below"


def test_a_shorter_name_inside_a_longer_one_is_not_meant() -> None:
    people = [Named(1, "Sam Fell"), Named(2, "Sam Fell Lee")]
    assert find_mentions("@Sam Fell Lee", people).found == {2}
    assert find_mentions("@Sam Fell, yes", people).found == {1}


def test_a_text_full_of_at_signs_is_read_in_no_time() -> None:
    people = [Named(number, f"Person{number} Of{number} Some{number} Place{number}") for number in range(100)]
    assert len(find_mentions("@a " * 666, people).asked) == 1


def test_people_called_alike_are_offered_so_that_each_can_be_told_from_the_other() -> None:
    def one(person_id: int, name: str, role: str = "Contributor") -> Commenter:
        return Commenter(person_id, name, role, "XN1", date(2020, 9, person_id))

    offered = choices_of([one(1, "Jo Hale"), one(2, "Jo Hale"), one(3, "Jo Hale", "Regional team"), one(4, "Ed Lee")])
    assert [choice.hint for choice in offered] == [
        "Contributor, XN1, since 1 September 2020 (number 1)",
        "Contributor, XN1, since 2 September 2020 (number 2)",
        "Regional team, XN1",
        "Contributor, XN1",
    ]
