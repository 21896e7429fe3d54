"""What an import makes of what is known: every class, both sides of each edge, any order of files, a second run."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.files import read_file
from tracker.organisations.lives import Life
from tracker.organisations.outcomes import Outcome, classify, closure_shares, counts_line, rejected_rows
from tracker.organisations.planning import Picture, Plan, Planner
from tracker.organisations.rules import LinkKind
from tracker.organisations.timelines import Span

FILES = Path(__file__).parents[2] / "fixtures" / "organisations"
TODAY = date(2020, 11, 2)
LISTS = ("regions.csv", "systems.csv", "ccgs.csv", "trusts.csv")
Known = dict[str, Picture]


def etr_row(
    code: str = "XT1",
    name: str = "DALES HOSPITALS NHS TRUST",
    region: str = "YX1",
    system: str = "QX1",
    opened: str = "20010401",
    closed: str = "",
) -> str:
    return f'{code},"{name}",{region},{system},,,,,,,{opened},{closed}' + "," * 12


def plan_of(
    known: Known,
    *files: str | tuple[str, str],
    today: date = TODAY,
    effective_on: date | None = None,
) -> Plan:
    """A plan from fixtures by name, or from (name, content)."""
    readings = [
        read_file(file, (FILES / file).read_bytes()) if isinstance(file, str) else read_file(file[0], file[1].encode())
        for file in files
    ]
    assert [str(error) for reading in readings for error in reading.errors] == []
    return Planner(known, today=today, effective_on=effective_on).plan(readings)


def line_of(plan: Plan) -> str:
    return counts_line(classify(plan), rejected_rows(plan))


def known_after(known: Known, *files: str | tuple[str, str], effective_on: date | None = None) -> Known:
    plan = plan_of(known, *files, effective_on=effective_on)
    assert [str(error) for error in plan.errors] == []
    return dict(plan.after)


def outcome_of(plan: Plan, code: str) -> Outcome:
    return next(outcome for outcome, codes in classify(plan).items() if code in codes)


@pytest.fixture(scope="module")
def lists() -> Known:
    return known_after({}, *LISTS)


@pytest.fixture(scope="module")
def one_trust(lists: Known) -> Known:
    """The lists, and XT1 by an etr; the other trusts are gone from it."""
    parents = {code: picture for code, picture in lists.items() if not code.startswith(("XT", "TX"))}
    return known_after(parents, ("etr.csv", etr_row()))


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
    closed = {**known, "X81001": Picture("X81001", (Life(None, date(2020, 8, 1), "epraccur"),), *_facts(known))}
    assert outcome_of(plan_of(closed, "gp-reg-pat-prac-map.csv"), "X81001") is Outcome.UNCHANGED


def _facts(known: Known) -> tuple[object, ...]:
    practice = known["X81001"]
    return practice.names, practice.types, practice.links, practice.ons_codes  # type: ignore[return-value]


def test_a_file_that_has_an_open_date_brings_it_to_a_body_that_had_none(lists: Known) -> None:
    plan = plan_of(lists, "eccg.csv")
    assert plan.after["0X1"].lives == (Life(date(2013, 4, 1), None, None),)
    assert outcome_of(plan_of(dict(plan.after), "ccgs.csv"), "0X1") is Outcome.UNCHANGED


def test_a_body_already_closed_keeps_its_names_and_parents(one_trust: Known) -> None:
    closed = known_after(one_trust, ("etr.csv", etr_row(closed="20201031")))
    later = etr_row(name="DALES LEGACY", region="YX2", system="QX2", closed="20201031")
    assert outcome_of(plan_of(closed, ("etr.csv", later)), "XT1") is Outcome.UNCHANGED


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
