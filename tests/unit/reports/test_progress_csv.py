"""progress.csv, read back: the contract's columns, RFC 4180, and text exactly as it was typed."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from reports.progress_csv import build_csv
from reports.rows import PROGRESS_FIELDS, ProgressRow

EMPTY = dict.fromkeys(PROGRESS_FIELDS, "") | {
    "national_date": None, "target_date": None, "completed_on": None, "days_overdue": None, "next_step_on": None,
    "assured_on": None, "last_updated_on": None, "last_confirmed_on": None,
}  # fmt: skip


def row(**changes: object) -> ProgressRow:
    return ProgressRow(**(EMPTY | changes))  # type: ignore[arg-type]


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_the_header_is_row_one_and_every_row_has_as_many_fields() -> None:
    content = build_csv([row(ods_code="00L"), row(ods_code="5E1")])
    lines = content.decode("utf-8").split("\r\n")
    assert lines[0].split(",") == list(PROGRESS_FIELDS)
    assert lines[-1] == ""
    assert {line.count(",") for line in lines[:-1]} == {len(PROGRESS_FIELDS) - 1}


def test_dates_are_iso_and_gaps_are_empty() -> None:
    (line,) = read(build_csv([row(ods_code="5E1", national_date=date(2020, 9, 21), days_overdue=3)]))
    assert (line["ods_code"], line["national_date"], line["days_overdue"], line["target_date"]) == (
        "5E1",
        "2020-09-21",
        "3",
        "",
    )


@pytest.mark.parametrize(
    "text", ["=1+1", 'say "yes", please', "two\nlines", "two\r\nlines", "é€😀", "‮abc", "x" * 40_000]
)
def test_text_comes_back_as_it_was_typed(text: str) -> None:
    (line,) = read(build_csv([row(progress=text)]))
    assert line["progress"] == text
