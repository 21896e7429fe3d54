"""Values that travel from the queries of the grid to the page, the charts and the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.review.grid_rules import NOTHING, Tally, total


class Level(StrEnum):
    """What one line of the grid stands for."""

    ORGANISATION = "organisation"
    SYSTEM = "system"
    REGION = "region"

    @property
    def many(self) -> str:
        return f"{self.value}s"


@dataclass(frozen=True, slots=True)
class Column:
    """One action, which is one column of the grid."""

    framework_code: str
    number: str
    label: str

    @property
    def value(self) -> str:
        """As it stands in a filter: "8ua-2020/6"."""
        return f"{self.framework_code}/{self.number}"


@dataclass(frozen=True, slots=True)
class Place:
    """Who a line stands for. ``code`` is empty for what belongs to no system or no region, and for the whole."""

    key: int | None
    code: str
    name: str
    type_label: str = ""
    system_code: str = ""
    system_name: str = ""
    region_code: str = ""
    region_name: str = ""
    is_whole: bool = False


Tallies = Mapping[Column, Tally]


def added(tallies: Mapping[int | None, Tallies]) -> Tallies:
    """The cells of many lines as those of one."""
    columns = {column: None for cells in tallies.values() for column in cells}
    return {column: total(cells.get(column, NOTHING) for cells in tallies.values()) for column in columns}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the grid: its cells, and the same on another day where one is asked for."""

    place: Place
    cells: Tallies
    before: Tallies | None = None

    def cell(self, column: Column) -> Tally:
        return self.cells.get(column, NOTHING)

    def was(self, column: Column) -> Tally | None:
        return None if self.before is None else self.before.get(column, NOTHING)

    @property
    def whole(self) -> Tally:
        return total(self.cells.values())

    @property
    def whole_before(self) -> Tally | None:
        return None if self.before is None else total(self.before.values())


@dataclass(frozen=True, slots=True)
class GridAsked:
    """What is asked for: which day, against which other day, and of whom. Codes are ODS codes."""

    as_at: date
    today: date
    since: date | None
    level: Level
    framework: str
    is_of_many_frameworks: bool
    action: str
    region: str
    system: str
    organisation_type: str
    is_overdue_only: bool
    is_by_help: bool

    @property
    def is_today(self) -> bool:
        return self.as_at == self.today
