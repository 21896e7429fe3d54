"""Names published in capitals become readable, without the mistakes of naive title-casing."""

from __future__ import annotations

import doctest

import pytest

from tracker.organisations import england, names, rules, timelines
from tracker.organisations.names import display_name, same_name


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("ST ANSELM'S HOSPITALS NHS FOUNDATION TRUST", "St Anselm's Hospitals NHS Foundation Trust"),
        ("UNIVERSITY HOSPITALS OF THE MOORS NHS TRUST", "University Hospitals of the Moors NHS Trust"),
        ("MCKAY & O'HARE GP SURGERY", "McKay & O'Hare GP Surgery"),
        ("DR D'ARCY-MCNEILL", "Dr D'Arcy-McNeill"),
        ("MCC PCN", "MCC PCN"),
        ("NORTH DALES PCN", "North Dales PCN"),
        ("NHS DALES ICB - 0X1", "NHS Dales ICB - 0X1"),
        ("NHS FELLS CCG", "NHS Fells CCG"),
        ("WICK-ON-SEA GROUP PRACTICE II", "Wick-on-Sea Group Practice II"),
        ("THE 1ST AVENUE SURGERY", "The 1st Avenue Surgery"),
        ("WELL@WORK + CO", "Well@Work + Co"),
        ("FELLS, MOOR & BECK (BHR) CIC", "Fells, Moor & Beck (BHR) CIC"),
        ("DR A B SMITH", "Dr A B Smith"),
        ("SURGERY OF THE YEAR LTD", "Surgery of the Year Ltd"),
        ("THOMAS' HOUSE", "Thomas' House"),
        ("DR O’HARE’S PRACTICE", "Dr O’Hare’s Practice"),
        ("A SURGERY", "A Surgery"),
        ("Dales Health and Care", "Dales Health and Care"),
        ("  TWO   SPACES ", "Two Spaces"),
    ],
)
def test_a_published_name_is_shown_as_people_write_it(published: str, shown: str) -> None:
    assert display_name(published) == shown


@pytest.mark.parametrize("name", ["Dales Health", "St Anselm's", "NHS Fells CCG"])
def test_a_shown_name_is_shown_the_same_again(name: str) -> None:
    assert display_name(name) == name


def test_capitals_and_spaces_alone_make_no_other_name() -> None:
    assert same_name("NHS DALES CCG", " NHS Dales  CCG")
    assert not same_name("DALES NHS TRUST", "DALES AND MOORS NHS TRUST")


@pytest.mark.parametrize("module", [names, timelines, england, rules])
def test_the_examples_in_the_documentation_are_true(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0
