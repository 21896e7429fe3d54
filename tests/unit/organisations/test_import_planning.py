"""What an import makes of what is known: every class, both sides of each edge, any order of files, a second run."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from unit.organisations.imports_planned import (
    FILES,
    LISTS,
    TODAY,
    Known,
    etr_row,
    known_after,
    line_of,
    outcome_of,
    plan_of,
)

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.lives import Life
from tracker.organisations.outcomes import Outcome, classify
from tracker.organisations.planning import Picture
from tracker.organisations.rules import LinkKind
from tracker.organisations.timelines import Span


def test_everything_is_new_on_an_empty_database_and_unchanged_the_second_time(lists: Known) -> None:
    first = plan_of({}, *LISTS)
    assert line_of(first) == ("new 13, changed 0, renamed 0, closed 0, reopened 0, unchanged 0, missing 0, rejected 0")
    second = plan_of(dict(first.after), *LISTS)
    assert line_of(second) == ("new 0, changed 0, renamed 0, closed 0, reopened 0, unchanged 13, missing 0, rejected 0")
    assert second.after == first.after


ALL_FILES = (*LISTS, "gp-reg-pat-prac-map.csv", "eccg.csv", "etr.csv")


@pytest.mark.parametrize("order", list(permutations(range(7)))[::500])
def test_the_order_of_the_files_makes_no_difference(order: tuple[int, ...]) -> None:
    in_order = known_after({}, *ALL_FILES)
    assert known_after({}, *[ALL_FILES[number] for number in order]) == in_order


@pytest.mark.parametrize("first", [*LISTS, "gp-reg-pat-prac-map.csv"])
@pytest.mark.parametrize("second", [*LISTS, "gp-reg-pat-prac-map.csv", "etr.csv", "eccg.csv", "epraccur.csv"])
def test_any_file_after_any_other_is_unchanged_when_it_comes_again(lists: Known, first: str, second: str) -> None:
    known = known_after(known_after(dict(lists), first, "eccg.csv"), second)
    again = classify(plan_of(known, second))
    assert not any(again[outcome] for outcome in Outcome if outcome not in (Outcome.UNCHANGED, Outcome.MISSING))


def test_a_body_without_an_open_date_has_always_been_open_and_its_links_have_always_held(lists: Known) -> None:
    ccg = lists["0X1"]
    assert ccg.lives == (Life(None, None, None),)
    assert ccg.links[LinkKind.SYSTEM] == (Span("QX1", None, None),)
    assert ccg.names == (Span("NHS Dales CCG", None, None),)


def test_the_list_of_trusts_brings_the_systems_and_regions_it_names() -> None:
    known = known_after({}, "trusts.csv")
    assert known["QX2"].links[LinkKind.REGION][0].value == "YX2"
    assert known["YX2"].types[0].value is OrganisationType.REGION


def test_a_rename_holds_from_the_day_given_and_the_old_name_until_the_day_before(one_trust: Known) -> None:
    renamed = ("etr.csv", etr_row(name="DALES AND MOORS NHS TRUST"))
    plan = plan_of(one_trust, renamed, effective_on=date(2021, 4, 1))
    assert outcome_of(plan, "XT1") is Outcome.RENAMED
    assert plan.after["XT1"].names == (
        Span("DALES HOSPITALS NHS TRUST", None, date(2021, 3, 31)),
        Span("DALES AND MOORS NHS TRUST", date(2021, 4, 1), None),
    )


def test_a_rename_without_a_day_holds_from_today(one_trust: Known) -> None:
    plan = plan_of(one_trust, ("etr.csv", etr_row(name="DALES AND MOORS NHS TRUST")))
    assert plan.after["XT1"].names[1].starts_on == TODAY


def test_capitals_alone_are_no_rename(one_trust: Known) -> None:
    plan = plan_of(one_trust, ("etr.csv", etr_row(name="Dales Hospitals NHS Trust")))
    assert outcome_of(plan, "XT1") is Outcome.UNCHANGED


def test_an_older_file_with_its_day_does_not_take_a_rename_back(one_trust: Known) -> None:
    renamed = known_after(
        one_trust, ("etr.csv", etr_row(name="DALES AND MOORS NHS TRUST")), effective_on=date(2021, 4, 1)
    )
    assert outcome_of(plan_of(renamed, ("etr.csv", etr_row()), effective_on=date(2020, 6, 30)), "XT1") is (
        Outcome.UNCHANGED
    )


def test_another_parent_is_a_change_from_the_day_given(one_trust: Known) -> None:
    moved = ("etr.csv", etr_row(region="YX2", system="QX2"))
    plan = plan_of(one_trust, moved, effective_on=date(2021, 4, 1))
    assert outcome_of(plan, "XT1") is Outcome.CHANGED
    assert plan.after["XT1"].links[LinkKind.SYSTEM] == (
        Span("QX1", None, date(2021, 3, 31)),
        Span("QX2", date(2021, 4, 1), None),
    )


def test_a_file_that_has_an_open_date_brings_it_to_a_body_that_had_none(lists: Known) -> None:
    plan = plan_of(lists, "eccg.csv")
    assert plan.after["0X1"].lives == (Life(date(2013, 4, 1), None, None),)
    assert outcome_of(plan_of(dict(plan.after), "ccgs.csv"), "0X1") is Outcome.UNCHANGED


def test_a_practice_that_leaves_its_pcn_has_none_from_the_day_of_the_file(lists: Known) -> None:
    known = known_after(lists, "gp-reg-pat-prac-map.csv")
    text = (FILES / "gp-reg-pat-prac-map.csv").read_text().replace("01-Sep-20", "01Jan2022")
    text = text.replace("THE SURGERY,ZZ1 1AA,U90001,DALES PCN", "THE SURGERY,ZZ1 1AA,U,Unallocated", 1)
    plan = plan_of(known, ("map.csv", text))
    assert plan.after["X81001"].links[LinkKind.PCN] == (Span("U90001", None, date(2021, 12, 31)),)
    assert classify(plan)[Outcome.CHANGED] == ("X81001",)


def test_membership_history_gives_the_commissioners_their_days(lists: Known) -> None:
    known = known_after(lists, "gp-reg-pat-prac-map.csv", "eccg.csv")
    plan = plan_of(known, "epcmem.csv")
    assert plan.after["X81001"].links[LinkKind.COMMISSIONER] == (
        Span("0X8", date(2013, 4, 1), date(2019, 3, 31)),
        Span("0X1", date(2019, 4, 1), None),
    )
    assert "X99999" not in plan.after
    assert any("no practices known here" in note for note in plan.notes)
    assert outcome_of(plan_of(dict(plan.after), "gp-reg-pat-prac-map.csv"), "X81001") is Outcome.UNCHANGED


def test_a_hub_that_was_listed_with_the_ccgs_becomes_a_hub(lists: Known) -> None:
    listed = "ccg_ods,ccg_name,stp_ods,region_ods\nXH1,SOUTHERN H&J COMMISSIONING HUB,QX1,YX1\n"
    plan = plan_of(known_after(lists, ("ccgs.csv", listed)), "eccg.csv")
    assert plan.after["XH1"].types == (Span(OrganisationType.COMMISSIONING_HUB),)


def test_an_old_list_of_systems_does_not_make_an_icb_a_system_again(lists: Known) -> None:
    icb = lists["QX1"]
    types = (
        Span(OrganisationType.SYSTEM, None, date(2022, 6, 30)),
        Span(OrganisationType.ICB, date(2022, 7, 1), None),
    )
    known = {**lists, "QX1": Picture("QX1", icb.lives, icb.names, types, icb.links, icb.ons_codes)}
    plan = plan_of(known, "systems.csv", today=date(2023, 1, 1))
    assert plan.errors == ()
    assert plan.after["QX1"] == known["QX1"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (etr_row(system="QX9"), "row 1, column 4 (system): 'QX9' is not a system that is known here. Import the file"),
        (etr_row(region="YX9"), "row 1, column 3 (region): 'YX9' is not a region that is known here"),
        (etr_row(system="YX1"), "row 1, column 4 (system): 'YX1' is known here as Region, not as a system"),
        (etr_row(code="0X1"), "row 1, column 1 (code): '0X1' is known here as CCG, and this file has it as NHS trust"),
        (etr_row(opened="", closed="19990101"), "column 12 (close date): '1999-01-01' is before XT1 opened"),
    ],
)
def test_what_only_shows_against_what_is_known_is_told_of_with_its_place(one_trust: Known, row: str, told: str) -> None:
    (error,) = plan_of(one_trust, ("etr.csv", row)).errors
    assert told in str(error)


def test_a_closed_row_may_name_a_region_of_before_2019(lists: Known) -> None:
    plan = plan_of(lists, "etr.csv")
    assert plan.errors == ()
    assert plan.after["XT5"].links == {}


def test_without_any_list_of_parents_the_links_are_left_out_and_told_of() -> None:
    plan = plan_of({}, ("etr.csv", etr_row()))
    assert plan.errors == ()
    assert plan.after["XT1"].links == {}
    assert any("no region is known yet" in note for note in plan.notes)
