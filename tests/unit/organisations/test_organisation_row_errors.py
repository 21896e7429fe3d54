"""A wrong value is told of with file, row, column, value and mend, and one run tells of all of them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tracker.organisations.files import read_file

FILES = Path(__file__).parents[2] / "fixtures" / "organisations"


def changed(name: str, row: int, column: int, value: str) -> bytes:
    """A fixture with one value changed; row and column count from 1."""
    rows = list(csv.reader(io.StringIO((FILES / name).read_bytes().decode("cp1252"))))
    rows[row - 1][column - 1] = value
    to = io.StringIO()
    csv.writer(to).writerows(rows)
    return to.getvalue().encode()


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "told"),
    [
        ("etr.csv", 2, 1, "X-2", "etr.csv, row 2, column 1 (code): 'X-2' is not an ODS code"),
        ("etr.csv", 2, 1, "", "etr.csv, row 2, column 1 (code): '' is empty"),
        ("etr.csv", 1, 1, "X-2", "etr.csv, row 1, column 1 (code): 'X-2' is not an ODS code"),
        ("etr.csv", 2, 1, "ABCDEFGHIJK", "is not an ODS code. An ODS code is 3 to 10"),
        ("etr.csv", 3, 2, "", "etr.csv, row 3, column 2 (name): '' is empty"),
        ("etr.csv", 3, 2, "A\x07B", "column 2 (name): 'A\\x07B' has a control character"),
        ("etr.csv", 3, 2, "A\nB", "has a control character or a line break"),
        ("etr.csv", 3, 2, "A" * 201, "has 201 characters. A name has at most 200"),
        ("etr.csv", 3, 3, "Y?1", "etr.csv, row 3, column 3 (region): 'Y?1' is not an ODS code"),
        ("etr.csv", 4, 11, "20200231", "row 4, column 11 (open date): '20200231' is no day of the calendar"),
        ("etr.csv", 4, 11, "2020040", "is not a date. Write it as YYYYMMDD, for example 20200401."),
        ("etr.csv", 4, 12, "31/02/2020", "column 12 (close date): '31/02/2020' is not a date"),
        ("etr.csv", 4, 12, "19000101", "column 12 (close date): '19000101' is before the open date"),
        ("etr.csv", 2, 1, "XT1", "'XT1' stands on row 1 too, with other facts. Keep the row that is right"),
        ("epraccur.csv", 1, 13, "Z", "column 13 (status): 'Z' is not a status"),
        ("epraccur.csv", 1, 15, "0?1", "column 15 (commissioner): '0?1' is not an ODS code"),
        ("ccgs.csv", 2, 2, "E380", "column 2 (ccg_ons): 'E380' is not an ONS code"),
        ("trusts.csv", 2, 8, "20200230", "column 8 (open_date): '20200230' is no day of the calendar"),
        ("trusts.csv", 2, 9, "19990101", "column 9 (later_close_date): '19990101' is before the open date"),
        ("gp-reg-pat-prac-map.csv", 2, 2, "31-Feb-20", "column 2 (extract_date): '31-Feb-20' is not a date"),
        ("gp-reg-pat-prac-map.csv", 3, 2, "01-Oct-20", "is not the date of the rows above"),
        ("gp-reg-pat-prac-map.csv", 3, 7, "OTHER PCN", "is not the name that row 2 gives U90001"),
        ("gp-reg-pat-prac-map.csv", 6, 12, "QX3", "column 12 (stp_code): 'QX3' is not the system that row 2 gives 0X1"),
        ("epcmem.csv", 1, 5, "20010101", "column 5 (left): '20010101' is before the day of joining"),
    ],
)
def test_a_wrong_value_is_told_of_with_its_place_and_its_mend(
    name: str, row: int, column: int, value: str, told: str
) -> None:
    reading = read_file(name, changed(name, row, column, value))
    assert any(told in str(error) for error in reading.errors)


def test_one_broken_row_in_ten_thousand_is_found_and_named() -> None:
    rows = [f"X{number:05},SURGERY {number},YX1,QX1" + "," * 20 for number in range(10_000)]
    rows[7_654] = rows[7_654].replace(",YX1", ',"YX1,"', 1)
    content = "\n".join(row.replace("SURGERY", "TRUST") for row in rows).encode()
    reading = read_file("etr.csv", content)
    assert [(error.row, error.column) for error in reading.errors] == [(7_655, "3 (region)")]
    assert len(reading.statements) == 9_999


@pytest.mark.parametrize("columns", [23, 28])
def test_a_row_with_too_few_or_too_many_columns_is_told_of(columns: int) -> None:
    rows = (FILES / "etr.csv").read_text().splitlines()
    cells = (rows[1].split(",") + [""] * 9)[:columns]
    rows[1] = ",".join(cells)
    (error,) = read_file("etr.csv", "\n".join(rows).encode()).errors
    assert f"row 2, column 1 (code): 'XT2' begins a row of {columns} columns" in str(error)


def test_a_headed_row_with_an_unquoted_comma_is_told_of() -> None:
    content = b"region_ods,region_name\nYX1,Dales, Moors\nYX2,Downs,\n"
    (error,) = read_file("regions.csv", content).errors
    assert "row 2" in str(error)
    assert "in quotation marks" in str(error)


def test_every_wrong_value_is_told_of_in_one_go() -> None:
    content = b"region_ods,region_ons,region_name\n?,E4,A\nYX2,,\n"
    assert len(read_file("regions.csv", content).errors) == 3


def test_a_row_that_stands_twice_with_the_same_facts_is_left_out_once() -> None:
    content = (FILES / "etr.csv").read_bytes()
    first = content.splitlines(keepends=True)[0]
    reading = read_file("etr.csv", content + first)
    assert reading.errors == ()
    assert [row.reason for row in reading.left_out][-1] == "the same as an earlier row"


def test_a_name_of_two_hundred_characters_and_one_with_a_no_break_space_are_taken() -> None:
    for name in ("A" * 200, "DALES\N{NO-BREAK SPACE}NHS TRUST"):
        assert read_file("etr.csv", changed("etr.csv", 3, 2, name)).errors == ()


@pytest.mark.parametrize("row", [2, 3])
def test_a_wrong_extract_date_is_one_error_and_no_quarrel_with_the_other_rows(row: int) -> None:
    (error,) = read_file("map.csv", changed("gp-reg-pat-prac-map.csv", row, 2, "31-Feb-20")).errors
    assert f"row {row}, column 2 (extract_date): '31-Feb-20' is not a date" in str(error)


def test_one_extract_date_in_two_spellings_is_one_date() -> None:
    assert read_file("map.csv", changed("gp-reg-pat-prac-map.csv", 3, 2, "01Sep2020")).errors == ()
