"""The table of OWASP ASVS 5.0.0 in asvs.md is whole, names tests that exist, and says nothing that is no longer so."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
TABLE = Path(__file__).with_name("asvs.md")
MET, NOT_OURS, NOT_MET = "met", "does not apply", "not met"
ROW = re.compile(r"\| (\d+\.\d+\.\d+) \|")
NAMED_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
UNDECIDED = "to be " + "shown"

# The level of each requirement of version 5.0.0, in its order: 1.1.1 and 1.1.2 are of level 2, and so on. Level 3
# stands here so that the numbers can be counted against the standard's own totals; the table leaves it out.
LEVELS = """
1.1: 2 2                        1.2: 1 1 1 1 1 2 2 2 2 3        1.3: 1 1 2 2 2 2 2 2 2 2 2 3    1.4: 2 2 2
1.5: 1 2 3                      2.1: 1 2 2                      2.2: 1 1 2                      2.3: 1 2 2 2 3
2.4: 2 3                        3.1: 3                          3.2: 1 1 3                      3.3: 1 2 2 2 3
3.4: 1 1 2 2 2 2 3 3            3.5: 1 1 1 2 2 3 3 3            3.6: 3                          3.7: 2 2 3 3 3
4.1: 1 2 2 3 3                  4.2: 2 3 3 3 3                  4.3: 2 2                        4.4: 1 2 2 2
5.1: 2                          5.2: 1 1 2 3 3 3                5.3: 1 1 3                      5.4: 2 2 2
6.1: 1 2 2                      6.2: 1 1 1 1 1 1 1 1 2 2 2 2    6.3: 1 1 2 2 3 3 3 3            6.4: 1 1 2 2 3 3
6.5: 2 2 2 2 2 3 3 3            6.6: 2 2 2 3                    6.7: 3 3                        6.8: 2 2 2 2
7.1: 2 2 2                      7.2: 1 1 1 1                    7.3: 2 2                        7.4: 1 1 2 2 2
7.5: 2 2 3                      7.6: 2 2                        8.1: 1 2 3 3                    8.2: 1 1 2 3
8.3: 1 3 3                      8.4: 2 3                        9.1: 1 1 1                      9.2: 1 2 2 2
10.1: 2 2                       10.2: 2 2 3                     10.3: 2 2 2 2 3                 10.5: 2 2 2 2 2
10.4: 1 1 1 1 1 2 2 2 2 2 2 3 3 3 3 3                           10.6: 2 2                       10.7: 2 2 2
11.1: 2 2 3 3                   11.2: 2 2 2 3 3                 11.3: 1 1 2 3 3                 11.4: 1 2 2 2
11.5: 2 3                       11.6: 2 3                       11.7: 3 3                       12.1: 1 2 2 3 3
12.2: 1 1                       12.3: 2 2 2 2 3                 13.1: 2 3 3 3                   13.2: 2 2 2 2 2 3
13.3: 2 2 3 3                   13.4: 1 2 2 2 2 3 3             14.1: 2 2                       14.2: 1 2 2 2 3 3 3 3
14.3: 1 2 2                     15.1: 1 2 2 3 3                 15.2: 1 2 2 3 3                 15.3: 1 2 2 2 2 2 2
15.4: 3 3 3 3                   16.1: 2                         16.2: 2 2 2 2 2                 16.3: 2 2 2 2
16.4: 2 2 2                     16.5: 2 2 2 3                   17.1: 2 3                       17.2: 2 2 2 2 3 3 3 3
17.3: 2 2
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, as it is written."""

    number: str
    level: str
    asks: str
    answer: str
    how: str
    shown_by: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        return NAMED_TEST.findall(self.shown_by)


def levels() -> dict[str, str]:
    """The level of every requirement by its number."""
    sections = re.findall(r"(\d+\.\d+): ((?:\d ?)+)", LEVELS)
    return {f"{name}.{place}": level for name, each in sections for place, level in enumerate(each.split(), 1)}


def rows() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if ROW.match(line)]
    return [Row(*(cell.strip() for cell in line.strip().strip("|").split(" | "))) for line in lines]


@cache
def names_in(file: str) -> frozenset[str]:
    """The names of the tests of one file, read and not run."""
    path = TESTS / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        each.name
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_")
    )


def test_the_list_of_numbers_has_the_totals_of_the_standard() -> None:
    assert Counter(levels().values()) == {"1": 70, "2": 183, "3": 92}


def test_the_table_has_every_number_of_levels_1_and_2_once_and_in_order() -> None:
    wanted = [number for number, level in levels().items() if level != "3"]
    wanted.sort(key=lambda number: [int(part) for part in number.split(".")])
    assert [row.number for row in rows()] == wanted


def test_every_row_names_the_level_of_its_number() -> None:
    wrong = [row.number for row in rows() if row.level != levels().get(row.number)]
    assert wrong == []


def test_every_chapter_has_its_heading_above_its_rows() -> None:
    chapter = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"### (\d+) \S", line):
            chapter = heading[1]
        if row := ROW.match(line):
            assert row[1].split(".")[0] == chapter, line


def test_every_row_is_met_and_shown_or_says_why_not() -> None:
    for row in rows():
        assert len(row.asks.split()) >= 2, row.number
        assert row.answer in (MET, NOT_OURS, NOT_MET), f"{row.number}: {row.answer}"
        assert len(row.how.split()) >= (1 if row.answer == MET else 2), f"{row.number} does not say why not."
        assert row.tests or row.answer != MET, f"{row.number} is said to be met, and no test shows it."
        assert row.answer != NOT_MET or "Left: " in row.how, f"{row.number} does not say what is left to do."


def test_every_test_that_a_row_names_exists() -> None:
    for row in rows():
        unread = NAMED_TEST.sub("", row.shown_by).replace("<br>", "").strip(" –")
        assert unread == "", f"{row.number} names a test in words that cannot be looked up: {unread}"
        for file, name in row.tests:
            assert name in names_in(file), f"{row.number} names {file}::{name}, which is not there."


def test_no_row_waits_to_be_decided() -> None:
    assert UNDECIDED not in TABLE.read_text(encoding="utf-8").lower()


def test_the_summary_counts_what_the_rows_say() -> None:
    count = Counter(row.answer for row in rows())
    summary = (
        f"{count.total()} requirements: {count[MET]} met and shown by a test, {count[NOT_OURS]} do not apply, "
        f"{count[NOT_MET]} not met."
    )
    assert f"**{summary}**" in TABLE.read_text(encoding="utf-8"), summary


def test_every_section_that_a_row_points_to_is_there() -> None:
    headings = set(re.findall(r"^### ([A-Z].*)$", TABLE.read_text(encoding="utf-8"), re.M))
    named = {name for row in rows() for name in re.findall(r"below, “([^”]+)”", row.how)}
    assert named
    assert named <= headings
