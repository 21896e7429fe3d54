"""Typed text and written words: what is kept, what is refused, what is said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tracker.web import wording
from tracker.web.tags import TAG_COLOURS, tag_colour
from tracker.web.text import UnkeepableCharacter, find_unkeepable, is_blank, made_visible, with_plain_line_ends


@pytest.mark.parametrize(
    "character",
    [
        *("\x00", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\x9f", "\ud800", "\ufdd0", "\ufffe", "\U0001ffff"),
        *("\u061c", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"),
        *("\u2066", "\u2067", "\u2068", "\u2069", "\u206a", "\u206f"),
    ],
)
def test_a_character_that_no_page_could_carry_or_that_turns_text_around_is_found(character: str) -> None:
    assert find_unkeepable(f"ab{character}") == UnkeepableCharacter(line=1, column=3)
    assert made_visible(f"ab{character}c") == "ab\N{REPLACEMENT CHARACTER}c"


@pytest.mark.parametrize(
    "text",
    [
        *("", "Tab\tand\nline", "£ – “é” 漢字 😀", "\xa0\xad", "שלום", "zero\u200bwidth\u2060", "\ufeffpasted"),
        *("\U0001f469\u200d\U0001f4bb", "\u2764\ufe0f", "\U0001f3f4\U000e0067\U000e007f", "नमस्\u200dते"),
    ],
)
def test_ordinary_text_of_any_language_is_kept(text: str) -> None:
    assert find_unkeepable(text) is None
    assert made_visible(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "\n\t", "\xa0", "\xad", "\u200b", "\u200c\u200d", "\u2028\u2029"),
        *("\u2060", "\ufeff", "\x00\x07", "\u202e"),
        *("\u2800", "\u3164", "\u115f", "\u1160", "\uffa0", "\ufe0f", "\u180e", "\U000e0100", " \u200b\n\u3000\u3164"),
    ],
)
def test_a_text_of_which_nothing_can_be_seen_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize(
    "text", ["-", "\u200bx", "a\u200bb", "\u2764\ufe0f", "\U0001f469\u200d\U0001f4bb", "漢", "\u0301", "\ufffd"]
)
def test_a_text_of_which_anything_can_be_seen_is_not_blank(text: str) -> None:
    assert not is_blank(text)


def test_the_mark_that_stands_for_a_lost_character_is_not_kept_either() -> None:
    assert find_unkeepable("one\ntw\N{REPLACEMENT CHARACTER}") == UnkeepableCharacter(line=2, column=3)


def test_line_ends_become_one_kind() -> None:
    assert with_plain_line_ends("a\r\nb\rc\nd\r\n\r\n") == "a\nb\nc\nd\n\n"


def test_an_instant_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError, match="instant"):
        wording.day(datetime(2020, 9, 21, tzinfo=UTC))


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        wording.day_and_time(datetime(2020, 9, 21, 17, 0))  # noqa: DTZ001 - that is what is refused


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2020, 10, 25, 0, 59, tzinfo=UTC), "01:59 on 25 October 2020"),
        (datetime(2020, 10, 25, 1, 0, tzinfo=UTC), "01:00 on 25 October 2020"),
        (datetime(2021, 3, 28, 0, 59, tzinfo=UTC), "00:59 on 28 March 2021"),
        (datetime(2021, 3, 28, 1, 0, tzinfo=UTC), "02:00 on 28 March 2021"),
        (datetime(2020, 9, 20, 23, 30, tzinfo=UTC), "00:30 on 21 September 2020"),
    ],
)
def test_instants_are_told_on_london_clocks(instant: datetime, words: str) -> None:
    assert wording.day_and_time(instant) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 8, "0 of 8 (0%)"),
        (1, 8, "1 of 8 (13%)"),
        (1, 200, "1 of 200 (1%)"),
        (8, 8, "8 of 8 (100%)"),
        (0, 0, "0 of 0"),
    ],
)
def test_shares_are_counts_with_whole_percentages(part: int, whole: int, words: str) -> None:
    assert wording.share(part, whole) == words


def test_a_day_of_one_digit_has_no_leading_zero() -> None:
    assert wording.day(date(2020, 9, 1)) == "1 September 2020"


def test_no_status_has_a_red_background() -> None:
    assert not [name for name, colour in TAG_COLOURS.items() if "red" in colour]


def test_an_unknown_class_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r'no tag colour for "red".*off_course'):
        tag_colour("red")
