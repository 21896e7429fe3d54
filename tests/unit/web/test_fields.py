"""Fields judge what was typed without an application: dates, lengths, addresses, choices."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from tracker.web.choices import CheckboxesField, RadiosField, TickField
from tracker.web.day_field import DayField
from tracker.web.fields import EmailField, LongTextField, TextField
from tracker.web.validators import Length, Needed


class DayForm(Form):
    due = DayField("Due date", earliest=date(2020, 1, 1), latest=date(2030, 12, 31))
    needed = DayField("Start date", [Needed("Enter the start date")])


class TextForm(Form):
    title = TextField("Job title", max_length=20)
    email = EmailField("Work email")
    notes = LongTextField("Progress", [Length(4000, least=3)])
    status = RadiosField("Status", choices=lambda: [("open", "Open")])
    why = TextField("Reason", [Needed("Enter the reason")])
    kinds = CheckboxesField("Kinds", choices=[("a", "A"), ("b", "B")])
    sure = TickField("I am sure")


def typed_day(day: str, month: str, year: str, name: str = "due") -> MultiDict[str, str]:
    return MultiDict({f"{name}-day": day, f"{name}-month": month, f"{name}-year": year})


@pytest.mark.parametrize(
    ("boxes", "day"),
    [
        (("29", "2", "2020"), date(2020, 2, 29)),
        ((" 1 ", "09", "2020"), date(2020, 9, 1)),
        (("01", "Sept", "2020"), date(2020, 9, 1)),
        (("1", "DECEMBER", "2030"), date(2030, 12, 1)),
        (("", "", ""), None),
        ((" ", " ", " "), None),
    ],
)
def test_a_day_is_read_from_three_boxes(boxes: tuple[str, str, str], day: date | None) -> None:
    form = DayForm(typed_day(*boxes))
    assert form.due.validate(form), form.due.errors
    assert form.due.data == day


@pytest.mark.parametrize(
    ("boxes", "error", "first_bad_box"),
    [
        (("31", "2", "2021"), "Due date: 31 February 2021 is not a real date", "day"),
        (("29", "February", "2021"), "Due date: 29 February 2021 is not a real date", "day"),
        (("1", "", "2021"), "Due date: enter the month", "month"),
        (("", "", "2021"), "Due date: enter the day and month", "day"),
        (("1", "1", ""), "Due date: enter the year", "year"),
        (("0", "1", "2021"), "Due date: “0” is not a day of a month. Enter a number from 1 to 31", "day"),
        (("32", "1", "2021"), "Due date: “32” is not a day of a month. Enter a number from 1 to 31", "day"),
        (("-1", "1", "2021"), "Due date: “-1” is not a day of a month. Enter a number from 1 to 31", "day"),
        (("²", "1", "2021"), "Due date: “²” is not a day of a month. Enter a number from 1 to 31", "day"),
        (("1", "13", "2021"), "Due date: “13” is not a month. Enter a number from 1 to 12", "month"),
        (("1", "Foo", "2021"), "Due date: “Foo” is not a month. Enter a number from 1 to 12", "month"),
        (("1", "1", "21"), "Due date: the year must have 4 numbers, like 2020", "year"),
        (("1", "1", "02021"), "Due date: the year must have 4 numbers, like 2020", "year"),
        (("1", "1", "0000"), "Due date: the year must have 4 numbers, like 2020", "year"),
        (("31", "12", "2019"), "Due date: enter a date between 1 January 2020 and 31 December 2030", "day"),
        (("1", "1", "2031"), "Due date: enter a date between 1 January 2020 and 31 December 2030", "day"),
        (
            ("9" * 5000, "1", "2021"),
            f"Due date: “{'9' * 20}…” is not a day of a month. Enter a number from 1 to 31",
            "day",
        ),
    ],
)
def test_a_day_that_cannot_be_read_says_why_and_leads_to_its_first_bad_box(
    boxes: tuple[str, str, str], error: str, first_bad_box: str
) -> None:
    form = DayForm(typed_day(*boxes))
    assert not form.due.validate(form)
    assert form.due.errors == [error]
    assert form.due.error_anchor == f"due-{first_bad_box}"
    assert tuple(form.due.typed.values()) == tuple(box.strip() for box in boxes)
    assert form.due.data is None


def test_a_needed_day_that_is_missing_is_asked_for_and_one_that_is_wrong_is_not_asked_for_as_well() -> None:
    empty, wrong = DayForm(typed_day("", "", "", "needed")), DayForm(typed_day("31", "4", "2021", "needed"))
    empty.validate()
    wrong.validate()
    assert empty.needed.errors == ["Enter the start date"]
    assert wrong.needed.errors == ["Start date: 31 April 2021 is not a real date"]


def test_a_day_from_the_database_fills_the_boxes() -> None:
    assert list(DayForm(data={"due": date(2020, 9, 1)}).due.typed.values()) == ["1", "9", "2020"]


def test_emptied_boxes_take_a_stored_day_away() -> None:
    assert DayForm(typed_day("", "", ""), data={"due": date(2020, 9, 1)}).due.data is None


def test_boxes_that_cannot_be_read_do_not_leave_the_stored_day_in_place() -> None:
    assert DayForm(typed_day("31", "4", "2021"), data={"due": date(2020, 9, 1)}).due.data is None


def errors_of(name: str, *values: str) -> list[Any]:
    form = TextForm(MultiDict([(name, value) for value in values]))
    form.validate()
    return list(form[name].errors)


def test_a_text_of_exactly_the_greatest_length_is_kept_and_one_more_is_not() -> None:
    assert errors_of("title", "x" * 20) == []
    assert errors_of("title", "x" * 21) == ["Job title must be 20 characters or fewer. You have typed 21."]


def test_a_line_end_counts_as_one_character_however_the_browser_sends_it() -> None:
    assert errors_of("notes", "\r\n".join(["x"] * 2000) + "y") == []


def test_a_text_that_is_too_short_says_how_long_it_must_be() -> None:
    assert errors_of("notes", "no") == ["Progress must be 3 characters or more. You have typed 2."]


def test_one_line_refuses_line_breaks_and_several_lines_take_them() -> None:
    assert errors_of("title", "Director\nof Strategy") == [
        "Job title must be on one line. Take out the line breaks, then save again."
    ]
    assert errors_of("notes", "one\ntwo") == []


def test_a_hidden_character_is_named_by_its_place() -> None:
    assert errors_of("title", "ab\x07c")[0].startswith(
        "Job title has a hidden character that cannot be kept, at character 3."
    )
    assert "at line 2, character 3." in errors_of("notes", "one\ntw\x07o")[0]


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200e", "\u200f"])
def test_a_character_that_turns_text_around_is_refused_as_a_hidden_one(character: str) -> None:
    error = "Job title has a hidden character that cannot be kept, at character 3. It is shown here as “\ufffd”."
    assert errors_of("title", f"ab{character}c") == [f"{error} Delete it, then save again."]


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u3164", " \u2800\r\n\ufeff", "\u202e\u202c"])
def test_text_of_which_nothing_can_be_seen_is_none(typed: str) -> None:
    assert errors_of("why", typed) == ["Enter the reason"]
    assert errors_of("notes", typed) == []
    assert TextForm(MultiDict({"notes": typed})).notes.data == ""


@pytest.mark.parametrize(
    "typed", ["Pasted\u200b from\xa0a\xad letter", "\U0001f469\u200d\U0001f4bb \u2764\ufe0f", "\u200bx"]
)
def test_what_cannot_be_seen_is_taken_beside_what_can(typed: str) -> None:
    assert errors_of("why", typed) == []
    assert TextForm(MultiDict({"why": typed})).why.data == typed


@pytest.mark.parametrize("address", ["a@b.example", "morgan.o'vale+x@northvale.nhs.example", ""])
def test_plausible_addresses_are_taken(address: str) -> None:
    assert errors_of("email", address) == []


@pytest.mark.parametrize(
    "address",
    ["a", "@b.example", "a@b", "a@", "a b@c.example", "a@b..example", "a@b@c.example", "a@.example", "<a@b.example>"],
)
def test_addresses_no_server_would_take_are_refused(address: str) -> None:
    assert errors_of("email", address) == [
        "Work email must be an email address in the correct format, like name@example.nhs.uk"
    ]


def test_only_what_is_offered_can_be_chosen() -> None:
    assert errors_of("status", "open") == []
    assert errors_of("status", "closed") == ["Status: choose one of the answers that are offered"]
    assert errors_of("kinds", "a", "c") == ["Kinds: choose one of the answers that are offered"]


def test_a_radio_that_nobody_set_does_not_keep_its_stored_value() -> None:
    assert TextForm(MultiDict({"title": "x"}), data={"status": "open"}).status.data == ""


def test_unticking_a_box_counts() -> None:
    assert TextForm(MultiDict({"title": "x"}), data={"sure": True}).sure.data is False
    assert TextForm(MultiDict({"sure": "yes"})).sure.data is True


def test_space_around_text_is_not_kept() -> None:
    assert TextForm(MultiDict({"title": "  Director \n"})).title.data == "Director"
