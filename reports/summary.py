"""The Summary sheet: counts by region, system and action, in one tidy table; it must not know how cells are written.

One table, because the checklist allows one on a sheet, and tidy, because a secretary filters or pivots it: the Level
says
what a row counts. Frameworks are never added together: a row belongs to one. Every row adds up on its own: the statuses
from Off track to Complete, assured make Asks that apply; Overdue cuts across them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from reports.columns import Column
from reports.notes import DENOMINATOR_NOTE, DONE_NOTE, NO_UPDATE_NOTE, OVERDUE_NOTE
from reports.row_xml import CellValue
from reports.rows import CLASS_WORDS, CLASSES_DONE, CLASSES_OUTSIDE_DENOMINATORS, About, ProgressRow
from reports.sheet import SheetPlan
from reports.wording import in_reading_order

_APPLY = tuple(name for name in CLASS_WORDS if name not in CLASSES_OUTSIDE_DENOMINATORS)
_NO_ASKS_APPLY = "No asks apply"


class _Group(NamedTuple):
    """Rows that count together at every level of the summary."""

    region_code: str
    region: str
    system_code: str
    system: str
    framework: str
    action_no: str
    action: str


class Tally:
    """Counts rows as they pass, so that a summary of all England needs no second look at them."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[_Group, str]] = Counter()
        self._overdue: Counter[_Group] = Counter()
        self._organisations: defaultdict[_Group, set[str]] = defaultdict(set)

    def count(self, row: ProgressRow) -> None:
        if row.status_class not in CLASS_WORDS:
            raise ValueError(
                f'{row.ods_code}, ask {row.ask_ref}: "{row.status_class}" is not a class of status. Use one of:'
                f" {', '.join(CLASS_WORDS)}."
            )
        group = _Group(
            row.region_code, row.region, row.system_code, row.system, row.framework, row.action_no, row.action
        )
        self._counts[group, row.status_class] += 1
        self._overdue[group] += row.is_overdue
        self._organisations[group].add(row.ods_code)

    def counts(self) -> pd.DataFrame:
        """One line for each group and class of status, with how many rows it has."""
        return pd.DataFrame(
            [(*group, name, number) for (group, name), number in self._counts.items()],
            columns=[*_Group._fields, "status_class", "rows"],
        )

    def overdue(self) -> pd.DataFrame:
        return pd.DataFrame(
            [(*group, number) for group, number in self._overdue.items()], columns=[*_Group._fields, "overdue"]
        )

    def organisations(self) -> pd.DataFrame:
        """One line for each group and organisation in it."""
        return pd.DataFrame(
            [(*group, code) for group, codes in self._organisations.items() for code in sorted(codes)],
            columns=[*_Group._fields, "ods_code"],
        )


_Line = dict[str, Any]


class _Level(NamedTuple):
    word: str
    code: str | None
    name: str | None
    without: str


_LEVELS = (
    _Level("All", None, None, ""),
    _Level("Region", "region_code", "region", "No region recorded"),
    _Level("System", "system_code", "system", "No system recorded"),
    _Level("Action", "action_no", "action", "No action recorded"),
)


def summary_plan(about: About) -> SheetPlan:
    return SheetPlan(
        tab="Summary",
        table="ProgressSummary",
        title=f"Summary of progress, {about.scope}",
        holds=(
            "Counts of asks for everything in scope, then by region, by system and by action, one framework to a row.",
            f"Done is claimed and assured together {DONE_NOTE}, out of Asks that apply {DENOMINATOR_NOTE}."
            f" No update is apart from Off track {NO_UPDATE_NOTE}. Overdue cuts across the statuses {OVERDUE_NOTE}.",
        ),
        columns=(
            Column("Level", 9),
            Column("Code", 8),
            Column("Name", 34),
            Column("Framework", 11),
            Column("Organisations", 14, holds_counts=True),
            Column("Asks that apply", 9, holds_counts=True),
            Column("Done", 8, holds_counts=True),
            Column("Done, percentage", 12, holds_counts=True),
            Column("Done of asks that apply", 13),
            *(Column(CLASS_WORDS[name], 10, holds_counts=True) for name in _APPLY),
            Column("Overdue", 9, holds_counts=True),
            *(Column(CLASS_WORDS[name], 13, holds_counts=True) for name in CLASSES_OUTSIDE_DENOMINATORS),
        ),
        if_empty="No asks in this scope",
    )


def summary_rows(tally: Tally, about: About) -> Iterator[list[CellValue]]:
    counts, overdue, organisations = tally.counts(), tally.overdue(), tally.organisations()
    order = [code for code, _title in about.frameworks]
    for level in _LEVELS:
        by = [level.code, "framework"] if level.code else ["framework"]
        table = counts.pivot_table(
            index=by, columns="status_class", values="rows", aggfunc="sum", fill_value=0
        ).reindex(columns=list(CLASS_WORDS), fill_value=0)
        table["overdue"] = overdue.groupby(by)["overdue"].sum()
        table["organisations"] = organisations.groupby(by)["ods_code"].nunique()
        names = dict(counts.groupby(level.code)[level.name].first()) if level.code and level.name else {}
        lines: list[_Line] = [
            {str(key): value for key, value in line.items()} for line in table.reset_index().to_dict("records")
        ]
        lines.sort(key=lambda line: _place(line, level, order))
        for line in lines:
            code = line[level.code] if level.code else "All"
            name = names[code] if level.code else about.scope
            yield _cells(level.word, code or "None", name or level.without, line)


def _place(line: _Line, level: _Level, frameworks: list[str]) -> tuple[object, ...]:
    """By framework in the order given, then by code, with what has no code last."""
    framework = line["framework"]
    code = line[level.code] if level.code else ""
    rank = frameworks.index(framework) if framework in frameworks else len(frameworks)
    return rank, framework, not code, in_reading_order(code)


def _cells(level: str, code: str, name: str, line: _Line) -> list[CellValue]:
    apply = sum(int(line[status]) for status in _APPLY)
    done = sum(int(line[status]) for status in CLASSES_DONE)
    return [
        level,
        code,
        name,
        str(line["framework"]),
        int(line["organisations"]),
        apply,
        done,
        whole_percentage(done, apply) / 100 if apply else _NO_ASKS_APPLY,
        f"{done:,} of {apply:,}" if apply else _NO_ASKS_APPLY,
        *(int(line[status]) for status in _APPLY),
        int(line["overdue"]),
        *(int(line[status]) for status in CLASSES_OUTSIDE_DENOMINATORS),
    ]


def whole_percentage(part: int, whole: int) -> int:
    """Rounded half up, as people do it; Python rounds half to even.

    >>> whole_percentage(1, 8), whole_percentage(1, 200)
    (13, 1)
    """
    return (200 * part + whole) // (2 * whole)
