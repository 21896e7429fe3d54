"""Any list of the screens as a workbook of one sheet: headings and rows in, bytes out; it must not know what is
listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook

from reports.columns import NO_DATA, Column
from reports.saving import save
from reports.sheet import SheetPlan, TableSheet
from reports.styles import Styles
from reports.wording import day_in_words, instant_in_words, spelled

_WIDEST, _NARROWEST = 40, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list and what it is of. ``fields`` are lower_snake names, which the sheet spells for people."""

    title: str
    fields: tuple[str, ...]
    as_at: date
    known_at: datetime


def build_listing(listing: Listing, rows: Iterable[Sequence[str | int | date | None]]) -> bytes:
    """The workbook of a list. Where a row has nothing in a column the cell says so, because no cell is empty."""
    kept = [[_cell(value) for value in row] for row in rows]
    plan = SheetPlan(
        tab="List",
        table="List",
        title=listing.title,
        holds=(
            f"As at {day_in_words(listing.as_at)}, recorded by {instant_in_words(listing.known_at)}, London time.",
            "One row for each line of the list on the screen, in the same order, with the same filters.",
        ),
        columns=tuple(
            Column(spelled(name), _width(name, [row[number] for row in kept]), holds_counts=name.startswith("days_"))
            for number, name in enumerate(listing.fields)
        ),
        if_empty="Nothing is listed",
    )
    workbook, to = Workbook(), BytesIO()
    with ExitStack() as open_files:
        sheet = TableSheet(plan, Styles(workbook), open_files)
        for row in kept:
            sheet.add(row)
        save(workbook, [sheet], title=listing.title, known_at=listing.known_at, to=to)
    return to.getvalue()


def _cell(value: str | int | date | None) -> str | int | date:
    return NO_DATA if value is None or value == "" else value


def _width(name: str, values: Sequence[str | int | date]) -> int:
    """Wide enough for the longest value, within reason; a date needs as much as "21 September 2020"."""
    longest = max((17 if isinstance(value, date) else len(str(value)) for value in values), default=0)
    return max(_NARROWEST, min(_WIDEST, longest + 2), min(_WIDEST, len(name) // 2 + 4))
