"""Sums of measures on both sides of every edge: rounding, targets, small numbers, trends, typed numbers."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.measures import rules
from tracker.measures.rows import StoredReading, TargetSet, eased_from, those_that_count
from tracker.measures.rules import Counts, Direction, Judgement, Kind, Part, ReadingKind, Trend, Unit

UP = Kind(Unit.SHARE, Direction.HIGHER)
DOWN = Kind(Unit.SHARE, Direction.LOWER)
THINGS = Kind(Unit.SHARE, Direction.HIGHER, counts_people=False)
COUNT = Kind(Unit.COUNT, Direction.HIGHER)


@pytest.mark.parametrize(
    ("numerator", "shown", "judgement"),
    [
        (6_696, 669, Judgement.NOT_REACHED),  # 66.96% is not 67%
        (6_699, 669, Judgement.NOT_REACHED),
        (6_700, 670, Judgement.REACHED),
        (6_701, 670, Judgement.REACHED),
        (6_709, 670, Judgement.REACHED),
        (6_710, 671, Judgement.REACHED),
    ],
)
def test_a_value_is_cut_off_and_has_reached_a_target_only_when_it_has(
    numerator: int, shown: int, judgement: Judgement
) -> None:
    counts = Counts(numerator, 10_000)
    assert rules.tenths(UP, counts) == shown
    assert rules.judge(UP, counts, 670) is judgement


@pytest.mark.parametrize(
    ("numerator", "shown", "judgement"),
    [
        (500, 50, Judgement.REACHED),
        (501, 51, Judgement.NOT_REACHED),  # 5.01% is more than 5%
        (499, 50, Judgement.REACHED),
        (490, 49, Judgement.REACHED),
        (0, 0, Judgement.REACHED),
    ],
)
def test_where_lower_is_better_a_value_is_cut_off_the_other_way(
    numerator: int, shown: int, judgement: Judgement
) -> None:
    counts = Counts(numerator, 10_000)
    assert rules.tenths(DOWN, counts) == shown
    assert rules.judge(DOWN, counts, 50) is judgement


kinds = st.builds(
    Kind, st.sampled_from(list(Unit)), st.sampled_from([Direction.HIGHER, Direction.LOWER]), st.booleans()
)


@st.composite
def typed_counts(draw: st.DrawFn) -> tuple[Kind, int, int | None]:
    """A kind of measure and counts that it can have."""
    kind = draw(kinds)
    if not kind.unit.has_denominator:
        return kind, draw(st.integers(0, 20_000)), None
    denominator = draw(st.integers(1, 20_000))
    most = denominator if kind.unit is Unit.SHARE else 20_000
    return kind, draw(st.integers(0, most)), denominator


@given(typed_counts(), st.integers(0, 2_000))
def test_what_is_shown_and_what_is_judged_always_agree(typed: tuple[Kind, int, int | None], target: int) -> None:
    kind, numerator, denominator = typed
    counts = Counts(numerator, denominator)
    shown = rules.tenths(kind, counts)
    looks_reached = shown >= target if kind.direction is Direction.HIGHER else shown <= target
    assert rules.judge(kind, counts, target) is (Judgement.REACHED if looks_reached else Judgement.NOT_REACHED)


@given(typed_counts(), st.integers(0, 2_000))
def test_rounded_counts_never_say_of_a_target_what_the_true_ones_deny(
    typed: tuple[Kind, int, int | None], target: int
) -> None:
    kind, numerator, denominator = typed
    kept = rules.protected(kind, numerator, denominator)
    truth = rules.judge(kind, Counts(numerator, denominator), target)
    assert rules.judge(kind, kept, target) in (truth, Judgement.TOO_CLOSE)
    lowest, highest = rules.limits(kind, kept)
    assert lowest <= Fraction(numerator * kind.unit.per, denominator or 1) <= highest
    assert rules.fault_of(kind, kept.numerator, kept.denominator) is None, "what is kept can be kept"


@given(typed_counts())
def test_no_small_number_of_people_is_ever_kept_but_5(typed: tuple[Kind, int, int | None]) -> None:
    kind, numerator, denominator = typed
    kept = rules.protected(kind, numerator, denominator)
    if kind.counts_people:
        assert kept.numerator == 5 or kept.numerator not in range(1, 8)
        assert kept.denominator in (None, 5) or kept.denominator not in range(1, 8)
    else:
        assert kept == Counts(numerator, denominator)


@pytest.mark.parametrize(
    ("kind", "numerator", "denominator", "kept"),
    [
        (UP, 0, 100, Counts(0, 100)),
        (UP, 1, 100, Counts(5, 100, is_rounded=True)),
        (UP, 7, 100, Counts(5, 100, is_rounded=True)),
        (UP, 8, 100, Counts(8, 100)),
        (UP, 92, 100, Counts(92, 100)),
        (UP, 93, 100, Counts(95, 100, is_rounded=True)),  # seven people are left out
        (UP, 100, 100, Counts(100, 100)),
        (UP, 7, 7, Counts(5, 5, is_rounded=True)),
        (UP, 0, 7, Counts(0, 5, is_rounded=True)),
        (UP, 12, 17, Counts(10, 15, is_rounded=True)),
        (UP, 13, 18, Counts(15, 20, is_rounded=True)),
        (Kind(Unit.RATIO, Direction.HIGHER), 100, 97, Counts(100, 97)),  # nobody is left out of a ratio
        (THINGS, 3, 8, Counts(3, 8)),
        (COUNT, 7, None, Counts(5, None, is_rounded=True)),
        (COUNT, 8, None, Counts(8)),
    ],
)
def test_small_numbers_on_both_sides_of_each_edge(
    kind: Kind, numerator: int, denominator: int | None, kept: Counts
) -> None:
    assert rules.protected(kind, numerator, denominator) == kept


@pytest.mark.parametrize(
    ("kind", "numerator", "denominator", "part"),
    [
        (UP, 100, 100, None),
        (UP, 101, 100, Part.NUMERATOR),
        (UP, 0, 1, None),
        (UP, 0, 0, Part.DENOMINATOR),
        (UP, 0, None, Part.DENOMINATOR),
        (UP, -1, 100, Part.NUMERATOR),
        (Kind(Unit.RATIO, Direction.HIGHER), 101, 100, None),
        (COUNT, 999_999_999, None, None),
        (COUNT, 1_000_000_000, None, Part.NUMERATOR),
        (COUNT, 5, 10, Part.DENOMINATOR),
    ],
)
def test_counts_that_can_be_kept_and_those_that_cannot(
    kind: Kind, numerator: int, denominator: int | None, part: Part | None
) -> None:
    fault = rules.fault_of(kind, numerator, denominator)
    assert (fault[0] if fault else None) is part


@pytest.mark.parametrize(
    ("kind", "earlier", "later", "trend"),
    [
        (UP, None, Counts(50, 100), Trend.FIRST),
        (UP, Counts(50, 100), Counts(51, 100), Trend.BETTER),
        (UP, Counts(50, 100), Counts(49, 100), Trend.WORSE),
        (UP, Counts(5_000, 10_000), Counts(5_009, 10_000), Trend.SAME),  # 50.0% both times
        (UP, Counts(5_000, 10_000), Counts(5_010, 10_000), Trend.BETTER),
        (DOWN, Counts(50, 100), Counts(51, 100), Trend.WORSE),
        (DOWN, Counts(50, 100), Counts(49, 100), Trend.BETTER),
        (Kind(Unit.SHARE, Direction.WATCHED), Counts(50, 100), Counts(51, 100), Trend.HIGHER),
        (Kind(Unit.SHARE, Direction.WATCHED), Counts(50, 100), Counts(49, 100), Trend.LOWER),
        (UP, Counts(20, 40, is_rounded=True), Counts(20, 40), Trend.TOO_CLOSE),
        (UP, Counts(20, 40), Counts(20, 40, is_rounded=True), Trend.TOO_CLOSE),
        (UP, Counts(5, 40, is_rounded=True), Counts(35, 40, is_rounded=True), Trend.BETTER),
        (UP, Counts(35, 40, is_rounded=True), Counts(5, 40, is_rounded=True), Trend.WORSE),
    ],
)
def test_the_trend_says_only_what_is_shown_and_sure(
    kind: Kind, earlier: Counts | None, later: Counts, trend: Trend
) -> None:
    assert rules.trend(kind, earlier, later) is trend


@pytest.mark.parametrize("typed", ["", " ", "1,2", "1,2345", "١٢", "1e3", "+5", "1.0", "12 3456", "0x10", "1" * 13])
def test_what_is_not_a_count_is_none(typed: str) -> None:
    assert rules.read_count(typed) is None


@pytest.mark.parametrize(
    ("typed", "tenths"), [("67", 670), ("67.0", 670), ("67 %", 670), ("0.5", 5), ("1,000.5", 10_005), ("0", 0)]
)
def test_a_target_is_read_as_people_write_it(typed: str, tenths: int) -> None:
    assert rules.read_tenths(typed) == tenths


@pytest.mark.parametrize("typed", ["67.", ".5", "67.55", "67,5", "-1", "67%%", "six"])
def test_what_is_not_a_target_is_none(typed: str) -> None:
    assert rules.read_tenths(typed) is None


def test_targets_that_a_measure_can_have_and_those_it_cannot() -> None:
    assert rules.fault_of_target(UP, 1_000) is None
    assert rules.fault_of_target(UP, 1_001) is not None
    assert rules.fault_of_target(Kind(Unit.RATIO, Direction.HIGHER), 1_001) is None
    assert rules.fault_of_target(COUNT, 25) is not None
    assert rules.fault_of_target(COUNT, 20) is None
    assert rules.fault_of_target(Kind(Unit.SHARE, Direction.WATCHED), 500) is not None


def stored(reading_id: int, day: int, corrects_id: int | None = None, kind: str = "reading") -> StoredReading:
    numerator = None if kind == "withdrawal" else 10 * reading_id
    return StoredReading(reading_id, ReadingKind(kind), date(2020, 9, day), numerator, 100, False, "", corrects_id)


def test_of_a_chain_of_corrections_the_last_counts_and_knows_them_all() -> None:
    rows = [stored(1, 30), stored(2, 20), stored(3, 30, 1, "correction"), stored(4, 10, 3, "correction")]
    first, second = those_that_count(rows)
    assert (first.chain, second.chain) == ((1, 3, 4), (2,))
    assert (first.reading_id, first.first_id, first.is_corrected) == (4, 1, True)
    assert not second.is_corrected


def test_what_was_taken_out_does_not_count_however_often_it_was_corrected() -> None:
    rows = [stored(1, 30), stored(2, 30, 1, "correction"), stored(3, 30, 2, "withdrawal"), stored(4, 20)]
    assert [each.reading_id for each in those_that_count(rows)] == [4]


@pytest.mark.parametrize(
    ("direction", "targets", "from_and_since"),
    [
        (Direction.HIGHER, [], None),
        (Direction.HIGHER, [950], None),
        (Direction.HIGHER, [900, 950], None),
        (Direction.HIGHER, [950, 950], None),
        (Direction.HIGHER, [950, 949], (950, 2)),
        (Direction.HIGHER, [950, 800, 700], (950, 2)),
        # Raised a little after it was lowered: still lowered; raised to where it was, or beyond: not lowered.
        (Direction.HIGHER, [950, 600, 610], (950, 2)),
        (Direction.HIGHER, [950, 600, 950], None),
        (Direction.HIGHER, [950, 600, 960], None),
        (Direction.HIGHER, [950, 600, 950, 940], (950, 4)),
        # Taken away and set again is no way round; while there is none, there is nothing to say it of.
        (Direction.HIGHER, [950, None], None),
        (Direction.HIGHER, [950, None, 800], (950, 3)),
        (Direction.LOWER, [50, 80], (50, 2)),
        (Direction.LOWER, [80, 50], None),
        (Direction.WATCHED, [80, 50], None),
    ],
)
def test_a_target_was_eased_where_a_harder_one_stood_before_it(
    direction: Direction, targets: list[int | None], from_and_since: tuple[int, int] | None
) -> None:
    found = eased_from(direction, [TargetSet(each, date(2020, 9, number)) for number, each in enumerate(targets, 1)])
    assert (found and (found.tenths, found.on.day)) == from_and_since
