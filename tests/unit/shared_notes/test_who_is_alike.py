"""Which organisations are alike for an ask, in which order they stand, and what may be counted."""

from __future__ import annotations

import pytest

from tracker.frameworks.rules import OrganisationType, Service
from tracker.shared_notes.rules import FEWEST_COUNTED, Likeness, find_name, likeness, may_be_counted, place

TRUST, CCG = OrganisationType.TRUST, OrganisationType.CCG
M, H = Service.MATERNITY, Service.MENTAL_HEALTH


@pytest.mark.parametrize(
    ("ours", "theirs", "needed", "expected"),
    [
        ((TRUST, {}), (TRUST, {}), None, Likeness.SERVICES_NOT_KNOWN),
        ((TRUST, {M: True}), (TRUST, {M: True}), None, Likeness.SERVICES_NOT_KNOWN),
        ((TRUST, {M: True, H: False}), (TRUST, {M: True, H: False}), None, Likeness.TYPE_AND_SERVICES),
        ((TRUST, {M: True}), (TRUST, {M: False}), None, Likeness.TYPE),
        ((TRUST, {M: False}), (TRUST, {M: True}), None, Likeness.TYPE),
        # What only one of them has said tells nothing.
        ((TRUST, {M: True}), (TRUST, {H: False}), None, Likeness.SERVICES_NOT_KNOWN),
        ((TRUST, {M: True, H: False}), (TRUST, {M: True, H: True}), None, Likeness.TYPE),
        # An ask that depends on a service: whoever has not said that it runs it did something else.
        ((TRUST, {M: True}), (TRUST, {}), M, Likeness.TYPE),
        ((TRUST, {}), (TRUST, {M: True}), M, Likeness.SERVICES_NOT_KNOWN),
        ((TRUST, {M: True}), (CCG, {M: True}), M, Likeness.OTHER_TYPE),
    ],
)
def test_likeness_is_of_type_first_and_then_of_services_that_both_have_spoken_of(ours, theirs, needed, expected):
    assert likeness(ours, theirs, needed) is expected


def test_the_order_is_like_then_telling_then_assured_then_near_then_by_name():
    def at(how_like=Likeness.TYPE_AND_SERVICES, says=True, assured=True, near=True, name="A", code="X1"):
        return place(how_like, says_how=says, is_assured=assured, is_same_region=near, name=name, code=code)

    in_order = [
        at(),
        at(code="X2"),
        at(name="b"),
        at(name="C"),
        at(near=False),
        at(assured=False),
        at(says=False),
        at(Likeness.SERVICES_NOT_KNOWN),
        at(Likeness.TYPE),
        at(Likeness.OTHER_TYPE),
    ]
    assert sorted([in_order[-1], *in_order[:-1]]) == in_order


@pytest.mark.parametrize(
    ("others", "sees_all", "expected"),
    [
        (0, False, False),
        (FEWEST_COUNTED - 1, False, False),
        (FEWEST_COUNTED, False, True),
        (1, True, True),
        (0, True, False),
    ],
)
def test_few_are_counted_only_for_whoever_sees_them_all(others, sees_all, expected):
    assert may_be_counted(others, sees_all=sees_all) is expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Robin Ashdown wrote it", "Robin Ashdown"),
        ("ROBIN\n ashdown wrote it", "Robin Ashdown"),
        ("Robin wrote it at Ashdown House", ""),
        ("Robin Ashdowne wrote it, and Crobin Ashdown", ""),
        ("Dr Robin Ashdown's team; no Fells", "Robin Ashdown"),
        ("", ""),
    ],
)
def test_a_full_name_is_found_however_it_is_written(text, found):
    assert find_name(text, ["", "Sam Fell", "Robin Ashdown"]) == found
