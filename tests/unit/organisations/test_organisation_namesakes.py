"""A parent with a mistyped code is no second body of that name: told of with its place; a listed one is believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tracker.organisations.files import read_file
from tracker.organisations.namesakes import namesakes
from tracker.organisations.planning import Picture, Plan, Planner

FILES = Path(__file__).parents[2] / "fixtures" / "organisations"
LISTS = ("regions.csv", "systems.csv", "ccgs.csv", "trusts.csv")
TODAY = date(2020, 11, 2)
HEADINGS = "ods_code,name,stp_ods,stp_name,region_ods,region_name,open_date\n"
MISTYPED = ("typo.csv", HEADINGS + "XT7,MOORS NHS TRUST,QZZ,DALES Health and  Care Partnership,YX1,Northern Dales,\n")
MAP = "gp-reg-pat-prac-map.csv"
Known = dict[str, Picture]


def plan_of(known: Known, *files: str | tuple[str, str]) -> Plan:
    """A plan from fixtures by name, or from (name, content)."""
    given = [(file, (FILES / file).read_text("cp1252")) if isinstance(file, str) else file for file in files]
    readings = [read_file(name, content.encode()) for name, content in given]
    assert [str(error) for reading in readings for error in reading.errors] == []
    return Planner(known, today=TODAY, effective_on=None).plan(readings)


def map_with(old: str, new: str) -> tuple[str, str]:
    """The practice map with one value of its first row in which it stands replaced."""
    return "map.csv", (FILES / MAP).read_text("cp1252").replace(old, new, 1)


@pytest.fixture(scope="module")
def lists() -> Known:
    return dict(plan_of({}, *LISTS).after)


def test_a_mistyped_system_with_the_name_of_one_in_the_database_is_told_of_with_its_place_and_mend(
    lists: Known,
) -> None:
    (error,) = namesakes(plan_of(lists, MISTYPED))
    assert (error.file_name, error.row, error.column, error.value) == ("typo.csv", 2, "3 (stp_ods)", "QZZ")
    assert "is not known here, but its name, DALES Health and  Care Partnership, is that of QX1" in error.problem
    assert error.mend == (
        "Correct the code or the name. If it really is another system, import a list of systems that has it, "
        "in the same run."
    )


@pytest.mark.parametrize("files", [(*LISTS, MISTYPED), (MISTYPED, *LISTS), ("trusts.csv", MISTYPED)])
def test_a_mistyped_system_is_told_of_where_the_right_one_comes_in_the_same_run(
    files: tuple[str | tuple[str, str], ...],
) -> None:
    (error,) = namesakes(plan_of({}, *files))
    assert error.value == "QZZ"
    assert "is that of QX1" in error.problem


def test_of_two_in_one_file_the_later_is_the_error_and_the_row_of_the_other_is_named() -> None:
    text = (FILES / "trusts.csv").read_text().replace("ANSELM'S NHS FOUNDATION TRUST,QX1", "ANSELM'S TRUST,QZZ")
    (error,) = namesakes(plan_of({}, ("trusts.csv", text)))
    assert (error.row, error.value) == (3, "QZZ")
    assert "is that of QX1 (on row 2 of trusts.csv)" in error.problem


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("E40000901,YX1", "E40000901,YX9", "15 (comm_region_code)"),
        ("E54000901,QX1", "E54000901,QX9", "12 (stp_code)"),
        ("E38000901,0X1", "E38000901,0X9", "9 (ccg_code)"),
    ],
)
def test_every_parent_of_the_practice_map_is_held_to_it(lists: Known, old: str, new: str, column: str) -> None:
    heading, row = (FILES / MAP).read_text("cp1252").splitlines()[:2]
    one_row = ("map.csv", f"{heading}\n{row.replace(old, new)}\n")
    (error,) = namesakes(plan_of(lists, one_row))
    assert (error.row, error.column, error.value) == (2, column, new.split(",")[1])


def test_a_system_that_a_list_has_may_share_a_name(lists: Known) -> None:
    listed = ("systems.csv", "stp_ods,stp_name,region_ods\nQZZ,Dales Health and Care Partnership,YX1\n")
    assert namesakes(plan_of(lists, listed, MISTYPED)) == ()
    assert namesakes(plan_of(dict(plan_of(lists, listed).after), MISTYPED)) == ()


def test_a_name_of_a_body_that_has_closed_or_of_another_type_is_free(lists: Known) -> None:
    row = "XT7,MOORS NHS TRUST,QZZ,{},YX1,Northern Dales,\n"
    assert namesakes(plan_of(lists, ("a.csv", HEADINGS + row.format("Fells Community NHS Trust")))) == ()
    closed = {**lists, "QX1": _closed(lists["QX1"], date(2020, 11, 1))}
    assert namesakes(plan_of(closed, MISTYPED)) == ()
    last_day = {**lists, "QX1": _closed(lists["QX1"], TODAY)}
    assert len(namesakes(plan_of(last_day, MISTYPED))) == 1


def _closed(picture: Picture, day: date) -> Picture:
    return replace(picture, lives=(replace(picture.lives[0], ends_on=day),))


def test_two_pcns_of_one_name_are_a_mistake_only_under_one_commissioner_in_one_run(lists: Known) -> None:
    (error,) = namesakes(plan_of(lists, map_with("U90001", "U99999")))
    assert (error.row, error.column, error.mend) == (3, "6 (pcn_code)", "Correct the code or the name.")
    elsewhere = map_with("U,Unallocated,E38000902", "U99999,Dales PCN,E38000902")
    assert namesakes(plan_of(lists, elsewhere)) == ()
    known = dict(plan_of(lists, MAP).after)
    set_up_anew = ("map.csv", (FILES / MAP).read_text("cp1252").replace("U90001", "U99999"))
    assert namesakes(plan_of(known, set_up_anew)) == ()


def test_the_real_shapes_have_no_namesakes(lists: Known) -> None:
    assert namesakes(plan_of(lists, MAP, "eccg.csv", "etr.csv", "epraccur.csv", "epcmem.csv")) == ()
    assert namesakes(plan_of({}, MAP, "trusts.csv")) == ()
