"""A file of measures with a fault is refused whole, and each fault is named by file, measure and field."""

from __future__ import annotations

import pytest

from tracker.frameworks.definition import DefinitionError
from tracker.measures.parsing import parse_measures, refuse_repeats

GOOD = """
framework = "made-up-2020"
title = "A made-up framework"
effective_from = "2020-01-01"

[[measures]]
key = "checks"
ask = "1.1"
name = "Checks"
numerator = "Checked"
denominator = "To check"
unit = "share"
direction = "higher"
counts_people = true
source = "A made-up page"
source_urls = ["https://www.example.org/page"]
confidence = "sourced"

[[measures.targets]]
target = "67.5"
due = "2021-03"
source = "A made-up page"
confidence = "provisional"

[[measures.alternates]]
text = "Another number"
source = "Another page"

[[measures]]
key = "sessions"
applies_to = [{ type = "trust", service = "maternity" }]
name = "Sessions"
numerator = "Sessions"
unit = "count"
direction = "watched"
counts_people = false
source = "A made-up page"
confidence = "derived"
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        parse_measures(text.encode(), "made-up.toml")
    return list(refused.value.faults)


def test_a_good_file_is_read_whole() -> None:
    checks, sessions = parse_measures(GOOD.encode(), "made-up.toml")
    assert (checks.key, checks.ask_ref, checks.targets[0].tenths) == ("checks", "1.1", 675)
    assert (sessions.ask_ref, sessions.denominator, sessions.scopes[0].service) == ("", "", "maternity")


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('key = "checks"', 'key = "Checks!"', 'made-up.toml, measure Checks!, key: "Checks!" will not do.'),
        ('key = "checks"', 'key = "own-1"', "is kept for addresses of the service itself"),
        ('key = "checks"', 'key = "add"', "is kept for addresses of the service itself"),
        ('key = "checks"', 'key = "sessions"', 'measure sessions, key: "sessions" is used 2 times.'),
        ('key = "checks"\n', "", "made-up.toml, measure in place 1, key: it is missing."),
        ('ask = "1.1"', 'ask = "one point one"', '"one point one" will not do.'),
        ('ask = "1.1"\n', "", "measure checks, applies_to: neither an ask nor a type of body is named."),
        ('key = "sessions"', 'key = "sessions"\nask = "1.2"', "applies_to: the ask says to whom it applies."),
        ('type = "trust"', 'type = "hospital"', '"hospital" is not known.'),
        ('unit = "share"', 'unit = "percent"', 'measure checks, unit: "percent" is not known.'),
        ('direction = "higher"', 'direction = "up"', 'measure checks, direction: "up" is not known.'),
        ("counts_people = true\n", "", "measure checks, counts_people: it is missing."),
        ("counts_people = true", 'counts_people = "yes"', "Write true or false, without quotes."),
        ('denominator = "To check"\n', "", "measure checks, denominator: it is missing."),
        ('unit = "count"', 'unit = "count"\ndenominator = "All"', 'unit "count" has no denominator.'),
        ('target = "67.5"', 'target = "67.55"', 'target 1, target: "67.55" is not a number with at most one decimal'),
        ('target = "67.5"', "target = 67.5", "target 1, target: a number without quotes was given."),
        ('target = "67.5"', 'target = "101"', "target: a percentage of a whole cannot be more than 100."),
        ('due = "2021-03"', 'due = "March"', '"March" is not a date.'),
        ('due = "2021-03"', 'due = "2019-12"', "due: it is before the target holds."),
        ('due = "2021-03"', 'holds_from = "2019-12-31"', "holds_from: it is before effective_from of the file."),
        ('confidence = "provisional"', 'confidence = "sure"', '"sure" is not known.'),
        ('text = "Another number"\n', "", "measure checks, alternate 1, text: it is missing."),
        ("https://www.example.org/page", "page", '"page" is not a web address.'),
        ('effective_from = "2020-01-01"', 'effective_from = "2020-01"', '"2020-01" is a month.'),
        ('name = "Checks"', 'nmae = "Checks"', 'Did you mean "name"?'),
        (
            'key = "sessions"',
            'key = "sessions"\ntargets = [{target="5",source="x",confidence="derived"}]',
            "only watched",
        ),
    ],
)
def test_each_fault_is_a_sentence_that_says_where_and_how_to_mend_it(before: str, after: str, fault: str) -> None:
    assert before in GOOD
    found = faults_of(GOOD.replace(before, after, 1))
    assert any(fault in sentence for sentence in found), found
    assert all(sentence.startswith("made-up.toml") for sentence in found)


def test_every_fault_is_told_at_once() -> None:
    text = GOOD.replace('unit = "share"', 'unit = "percent"').replace('target = "67.5"', 'target = "most"')
    assert len(faults_of(text.replace('confidence = "derived"', 'confidence = "sure"'))) == 3


@pytest.mark.parametrize("text", ["", "framework = ", 'framework = "x"\nframework = "y"', "\x00"])
def test_a_file_that_is_no_toml_or_empty_is_refused(text: str) -> None:
    assert faults_of(text)


def test_a_file_without_measures_is_refused() -> None:
    assert any("there are none" in fault for fault in faults_of(GOOD.partition("[[measures]]")[0]))


def test_a_key_that_two_files_use_is_refused() -> None:
    ours = parse_measures(GOOD.encode(), "made-up.toml")
    theirs = parse_measures(GOOD.replace("made-up-2020", "other").encode(), "other.toml")
    with pytest.raises(DefinitionError, match="it is used in made-up-2020 and other"):
        refuse_repeats([*ours, theirs[0]])
