"""Dated facts: what one more saying makes of a timeline, on both sides of every edge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.organisations.timelines import Span, Timeline, history, joined, outside, said_from, value_on

APRIL = date(2021, 4, 1)
MARCH = date(2021, 3, 31)
JULY = date(2022, 7, 1)

ALWAYS_A: Timeline[str] = (Span("A"),)
A_THEN_B: Timeline[str] = (Span("A", None, MARCH), Span("B", APRIL, None))

days = st.dates(date(2020, 1, 1), date(2023, 1, 1))
sayings = st.lists(st.tuples(st.sampled_from(["A", "B", "C", None]), days), max_size=8)


@pytest.mark.parametrize(
    ("before", "value", "day", "after"),
    [
        ((), "A", APRIL, ALWAYS_A),
        ((), None, APRIL, ()),
        (ALWAYS_A, "A", APRIL, ALWAYS_A),
        (ALWAYS_A, "B", APRIL, A_THEN_B),
        (ALWAYS_A, None, APRIL, (Span("A", None, MARCH),)),
        (A_THEN_B, "A", MARCH, A_THEN_B),
        (A_THEN_B, "C", APRIL, (Span("A", None, MARCH), Span("C", APRIL))),
        (A_THEN_B, "A", APRIL, ALWAYS_A),
        (A_THEN_B, "C", MARCH, (Span("A", None, date(2021, 3, 30)), Span("C", MARCH, MARCH), Span("B", APRIL))),
        ((Span("A", None, MARCH),), "A", APRIL, ALWAYS_A),
        ((Span("A", None, MARCH),), "B", JULY, (Span("A", None, MARCH), Span("B", JULY))),
        ((Span("B", APRIL),), "A", MARCH, (Span("A", MARCH, MARCH), Span("B", APRIL))),
    ],
)
def test_what_is_said_of_a_day_holds_until_the_next_change(
    before: Timeline[str], value: str | None, day: date, after: Timeline[str]
) -> None:
    assert said_from(before, value, day) == after


@given(sayings, st.sampled_from(["A", "B", None]), days)
def test_after_a_saying_the_value_holds_on_its_day_and_no_day_has_two(
    earlier: list[tuple[str | None, date]], value: str | None, day: date
) -> None:
    timeline: Timeline[str] = ()
    for said, on in earlier:
        timeline = said_from(timeline, said, on)
    after = said_from(timeline, value, day)
    assert value_on(after, day) == value
    for number in range(1200):
        here = date(2020, 1, 1) + timedelta(days=number)
        assert sum(span.holds_on(here) for span in after) <= 1
        if here < day and timeline:
            assert value_on(after, here) == value_on(timeline, here), "the past stays as it was"
    assert said_from(after, value, day) == after, "to say it again changes nothing"


@given(sayings, sayings)
def test_what_a_person_chose_cuts_what_ods_says_and_loses_none_of_it(
    by_ods: list[tuple[str | None, date]], by_person: list[tuple[str | None, date]]
) -> None:
    ods: Timeline[str] = ()
    chosen: Timeline[str] = ()
    for said, on in by_ods:
        ods = said_from(ods, said, on)
    for said, on in by_person:
        chosen = said_from(chosen, said, on)
    free, covered = outside(ods, chosen)
    assert joined([*free, *covered]) == ods
    for number in range(1200):
        here = date(2020, 1, 1) + timedelta(days=number)
        has_choice = value_on(chosen, here) is not None
        assert value_on(covered if has_choice else free, here) == value_on(ods, here)
        assert value_on(free if has_choice else covered, here) is None


def test_a_membership_without_a_last_day_ends_where_the_next_begins() -> None:
    spans = [Span("B", APRIL), Span("A", date(2013, 4, 1))]
    assert history(spans) == (Span("A", date(2013, 4, 1), MARCH), Span("B", APRIL))


def test_memberships_that_overlap_by_a_day_are_cut_there() -> None:
    spans = [Span("A", None, APRIL), Span("B", APRIL)]
    assert history(spans) == (Span("A", None, MARCH), Span("B", APRIL))
