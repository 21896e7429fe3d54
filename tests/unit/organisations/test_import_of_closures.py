"""What an import makes of bodies that close, open again, or are not listed any more."""

from __future__ import annotations

from datetime import date

import pytest
from unit.organisations.imports_planned import TODAY, Known, etr_row, facts, known_after, outcome_of, plan_of

from tracker.organisations.lives import Life
from tracker.organisations.outcomes import Outcome, classify, closure_shares
from tracker.organisations.planning import Picture


def test_a_close_date_closes_on_that_day(one_trust: Known) -> None:
    plan = plan_of(one_trust, ("etr.csv", etr_row(closed="20201031")))
    assert outcome_of(plan, "XT1") is Outcome.CLOSED
    closed = plan.after["XT1"]
    assert closed.is_open_on(date(2020, 10, 31))
    assert not closed.is_open_on(date(2020, 11, 1))


def test_absence_closes_nothing_and_is_missing(lists: Known) -> None:
    plan = plan_of(lists, ("etr.csv", etr_row()))
    assert classify(plan)[Outcome.MISSING] == ("TX9", "XT2", "XT3")
    assert classify(plan)[Outcome.CLOSED] == ()
    assert plan.after["TX9"] == lists["TX9"]


def test_a_file_counts_missing_only_bodies_of_the_types_it_lists_that_are_open_on_its_day(lists: Known) -> None:
    assert classify(plan_of(lists, ("r.csv", "region_ods,region_name\nYX1,Northern Dales\n")))[Outcome.MISSING] == (
        "YX2",
    )
    before_it_closed = plan_of(lists, ("etr.csv", etr_row()), effective_on=date(2020, 9, 30))
    assert "XT4" in classify(before_it_closed)[Outcome.MISSING]


def test_a_close_date_that_the_same_kind_of_file_no_longer_has_reopens(one_trust: Known) -> None:
    closed = known_after(one_trust, ("etr.csv", etr_row(closed="20201031")))
    plan = plan_of(closed, ("etr.csv", etr_row()))
    assert outcome_of(plan, "XT1") is Outcome.REOPENED
    assert plan.after["XT1"].lives == (Life(date(2001, 4, 1), None, None),)


def test_a_file_from_before_the_close_date_does_not_reopen(one_trust: Known) -> None:
    closed = known_after(one_trust, ("etr.csv", etr_row(closed="20201031")))
    for day, outcome in ((date(2020, 10, 31), Outcome.UNCHANGED), (date(2020, 11, 1), Outcome.REOPENED)):
        assert outcome_of(plan_of(closed, ("etr.csv", etr_row()), effective_on=day), "XT1") is outcome


def test_another_kind_of_file_that_is_not_shown_to_be_younger_does_not_reopen(lists: Known) -> None:
    """The list of trusts knows that XT4 closed on 30 September 2020; an etr from mid 2020 does not."""
    silent = etr_row("XT4", "FELLS COMMUNITY NHS TRUST", "YX1", "QX3", "20030401")
    assert outcome_of(plan_of(lists, ("etr.csv", silent)), "XT4") is Outcome.UNCHANGED
    younger = etr_row("XT9", "NEW NHS TRUST", opened="20201001")
    assert outcome_of(plan_of(lists, ("etr.csv", f"{silent}\n{younger}")), "XT4") is Outcome.REOPENED
    told = plan_of(lists, ("etr.csv", silent), effective_on=date(2020, 10, 1))
    assert outcome_of(told, "XT4") is Outcome.REOPENED


def test_a_body_that_opens_again_later_has_a_second_life(one_trust: Known) -> None:
    closed = known_after(one_trust, ("etr.csv", etr_row(closed="20100331")))
    plan = plan_of(closed, ("etr.csv", etr_row(opened="20150401")))
    assert outcome_of(plan, "XT1") is Outcome.REOPENED
    reopened = plan.after["XT1"]
    assert [reopened.is_open_on(date(year, 6, 1)) for year in (2009, 2012, 2016)] == [True, False, True]


def test_a_file_without_a_column_for_closing_says_nothing_about_it(lists: Known) -> None:
    known = known_after(lists, "epraccur.csv", "eccg.csv")
    closed = {**known, "X81001": Picture("X81001", (Life(None, date(2020, 8, 1), "epraccur"),), *facts(known))}
    assert outcome_of(plan_of(closed, "gp-reg-pat-prac-map.csv"), "X81001") is Outcome.UNCHANGED


def test_a_body_already_closed_keeps_its_names_and_parents(one_trust: Known) -> None:
    closed = known_after(one_trust, ("etr.csv", etr_row(closed="20201031")))
    later = etr_row(name="DALES LEGACY", region="YX2", system="QX2", closed="20201031")
    assert outcome_of(plan_of(closed, ("etr.csv", later)), "XT1") is Outcome.UNCHANGED


@pytest.mark.parametrize(("closing", "percent"), [(1, 10.0), (2, 20.0)])
def test_the_share_of_closures_counts_open_bodies_of_the_type_that_the_file_closes(
    one_trust: Known, closing: int, percent: float
) -> None:
    rows = [etr_row(f"XT{number}", f"TRUST {number}") for number in range(10)]
    already = etr_row("XT99", "LONG GONE TRUST", closed="20100331")
    known = known_after(one_trust, ("etr.csv", "\n".join([*rows, already])))
    closed = [etr_row(f"XT{number}", f"TRUST {number}", closed="20201031") for number in range(closing)]
    new_and_closed = etr_row("XT50", "NEVER SEEN TRUST", closed="20100331")
    plan = plan_of(known, ("etr.csv", "\n".join([*closed, *rows[closing:], already, new_and_closed])))
    (share,) = closure_shares(plan, classify(plan), TODAY)
    assert (share.closing, share.open_before, share.percent) == (closing, 10, percent)


def test_a_body_on_its_last_day_still_counts_as_open(one_trust: Known) -> None:
    rows = [etr_row(), etr_row("XT8", "LAST DAY TRUST", closed="20201102")]
    known = known_after(one_trust, ("etr.csv", "\n".join(rows)))
    plan = plan_of(known, ("etr.csv", "\n".join([etr_row(closed="20201031"), rows[1]])))
    (share,) = closure_shares(plan, classify(plan), TODAY)
    assert (share.closing, share.open_before) == (1, 2)


def test_a_close_date_that_moves_is_a_change_and_no_closure(lists: Known) -> None:
    moved = etr_row("XT3", "DOWNS, COAST & ISLES NHS TRUST", "YX2", "QX2", "20110401", "20230331")
    plan = plan_of(lists, ("etr.csv", moved))
    assert outcome_of(plan, "XT3") is Outcome.CHANGED
    assert plan.after["XT3"].lives[0].ends_on == date(2023, 3, 31)
