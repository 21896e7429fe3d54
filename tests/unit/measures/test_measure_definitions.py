"""The measures of the package: what the sources say, and that each belongs to an ask that there is."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.frameworks.files import built_in_definition
from tracker.frameworks.rules import Confidence, DatePrecision
from tracker.measures.files import BUILT_IN, built_in_measures
from tracker.measures.parsing import parse_measures
from tracker.measures.rules import Direction

BY_KEY = {measure.key: measure for measure in built_in_measures()}
EIGHT = {ask.ref: ask for ask in built_in_definition("8ua-2020").asks}


@pytest.mark.parametrize(
    ("key", "ask", "target", "due", "precision", "confidence"),
    [
        ("ld-health-checks", "4.2", 670, date(2021, 3, 31), DatePrecision.DAY, Confidence.SOURCED),
        ("continuity-of-carer", "4.4", 350, date(2021, 3, 31), DatePrecision.MONTH, Confidence.PROVISIONAL),
        ("continuity-black-and-asian", "4.4", 350, date(2021, 3, 31), DatePrecision.MONTH, Confidence.PROVISIONAL),
        ("continuity-most-deprived", "4.4", 350, date(2021, 3, 31), DatePrecision.MONTH, Confidence.PROVISIONAL),
        ("core20-continuity", "", 750, None, None, Confidence.PROVISIONAL),
        ("core20-smi-checks", "", 600, None, None, Confidence.PROVISIONAL),
        ("core20-early-cancer", "", 750, None, None, Confidence.PROVISIONAL),
    ],
)
def test_every_number_that_the_sources_name_is_there(
    key: str, ask: str, target: int, due: date | None, precision: DatePrecision | None, confidence: Confidence
) -> None:
    measure = BY_KEY[key]
    (only,) = measure.targets
    assert measure.ask_ref == ask
    assert (only.tenths, only.due_on, only.precision, only.confidence) == (target, due, precision, confidence)
    assert only.holds_from == measure.effective_from


def test_no_other_measure_is_given_a_target_that_no_source_names() -> None:
    assert {key for key, measure in BY_KEY.items() if measure.targets} == {
        *("ld-health-checks", "continuity-of-carer", "continuity-black-and-asian", "continuity-most-deprived"),
        *("core20-continuity", "core20-smi-checks", "core20-early-cancer"),
    }


def test_every_measure_of_the_eight_actions_belongs_to_one_of_their_asks() -> None:
    for measure in BY_KEY.values():
        if measure.framework_code == "8ua-2020":
            assert measure.ask_ref in EIGHT, measure.key
            assert measure.effective_from == date(2020, 7, 31)


def test_the_targets_are_those_that_the_asks_name() -> None:
    named = {ref: ask.measure_target.partition("%")[0] for ref, ask in EIGHT.items() if ask.measure_target}
    assert named == {
        measure.ask_ref: str(measure.targets[0].tenths // 10)
        for measure in BY_KEY.values()
        if measure.framework_code == "8ua-2020" and measure.targets
    }


def test_what_only_is_watched_has_no_target_and_says_why() -> None:
    watched = [measure for measure in BY_KEY.values() if measure.direction is Direction.WATCHED]
    assert watched
    assert all(measure.note and not measure.targets for measure in watched)


def test_other_sources_stand_beside_the_target_that_governs() -> None:
    assert any("75%" in each.text for each in BY_KEY["continuity-of-carer"].alternates)
    assert any("35%" in each.text for each in BY_KEY["core20-continuity"].alternates)
    assert any("no percentage" in each.text for each in BY_KEY["ld-health-checks"].alternates)


def test_the_files_are_read_in_the_order_in_which_their_measures_are_shown() -> None:
    assert list(dict.fromkeys(measure.framework_code for measure in built_in_measures())) == list(BUILT_IN)


CORRECTED = b"""
framework = "made-up"
title = "A made-up framework"
effective_from = "2020-07-31"

[[measures]]
key = "made-up"
ask = "1.1"
name = "Made up"
numerator = "Some"
denominator = "All"
unit = "share"
direction = "higher"
counts_people = true
source = "A page"
confidence = "sourced"

[[measures.targets]]
target = "67"
source = "A page"
confidence = "sourced"

[[measures.targets]]
target = "70"
known_from = "2020-10-05"
source = "A letter that came later"
confidence = "sourced"

[[measures.targets]]
target = "75"
holds_from = "2021-04-01"
source = "Next year's page"
confidence = "sourced"
"""


@pytest.mark.parametrize(
    ("as_at", "known_on", "target"),
    [
        (date(2020, 7, 30), date(2020, 12, 1), None),
        (date(2020, 7, 31), date(2020, 10, 4), 670),
        (date(2020, 7, 31), date(2020, 10, 5), 700),  # corrected, and it always held
        (date(2021, 3, 31), date(2021, 4, 1), 700),
        (date(2021, 4, 1), date(2021, 4, 1), 750),
        (date(2021, 4, 1), date(2021, 3, 31), 700),
    ],
)
def test_a_target_holds_from_a_day_and_is_known_from_another(as_at: date, known_on: date, target: int | None) -> None:
    (measure,) = parse_measures(CORRECTED, "made-up.toml")
    found = measure.find_target(as_at, known_on)
    assert (found.tenths if found else None) == target
