"""What the grid says, on the page and in the file: a word for every colour, and links to the asks behind a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import url_for

from tracker.frameworks.rules import StatusClass
from tracker.progress.presenters import Tag
from tracker.review.grid_rows import Column, GridAsked, Level, Line, Place
from tracker.review.grid_rules import Tally, moved
from tracker.review.rows import AMONG_OVERDUE, ANY, DONE, NOBODY, PAST_DATE
from tracker.review.trend_chart import Trend
from tracker.review.words import CLASS_WORDS
from tracker.web.downloads import Cell
from tracker.web.wording import plural

SHOWN_OF_MANY = (StatusClass.OFF_COURSE, StatusClass.AT_RISK, StatusClass.NO_UPDATE)
"""The classes that a cell of many organisations counts beside what is done; the charts have all of them."""
CLASSES = tuple(CLASS_WORDS)
CSV_HEADINGS = (
    *("region_code", "region", "system_code", "system", "ods_code", "organisation", "organisation_type"),
    *("framework", "action_no", "action", "worst_class", "worst", "done", "of", "overdue"),
    *(each.value for each in CLASSES),
    *("as_at", "since", "was_done", "was_of", "was_worst", "was_overdue"),
)


@dataclass(frozen=True, slots=True)
class Count:
    """A number in words, the list of the asks behind it, and what it was on the other day where that was another."""

    text: str
    href: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class CellShown:
    """One cell. ``tag`` is the worst class of one organisation's asks; ``parts`` are counts of many organisations'."""

    tag: Tag | None
    done: Count | None
    parts: tuple[Count, ...]
    moved: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of the grid."""

    name: str
    href: str
    about: str
    overdue: Count
    cells: tuple[CellShown, ...]


def line_shown(line: Line, columns: Sequence[Column], asked: GridAsked) -> LineShown:
    is_one = asked.level is Level.ORGANISATION and bool(line.place.code)
    whole, before = line.whole, line.whole_before
    overdue = f"{whole.overdue:,}" if whole.overdue else "None"
    href = listed(asked, line.place, overdue=PAST_DATE) if whole.overdue else ""
    return LineShown(
        name=line.place.name,
        href=url_for("progress.organisation", code=line.place.code) if is_one else "",
        about=line.place.type_label,
        overdue=Count(overdue, href, _was(whole.overdue, None if before is None else before.overdue)),
        cells=tuple(_cell(line, column, asked, is_one=is_one) for column in columns),
    )


def _cell(line: Line, column: Column, asked: GridAsked, *, is_one: bool) -> CellShown:
    tally, was = line.cell(column), line.was(column)
    change = "" if was is None else moved(tally, was)
    if tally.worst is None:
        return CellShown(None, None, (), change)
    done = Count(f"{tally.done:,} of {tally.of:,} done", listed(asked, line.place, column=column, overdue=ANY))
    if is_one:
        return CellShown(Tag(CLASS_WORDS[tally.worst], tally.worst), done, (), _worst_moved(tally, was, change))
    parts = (_part(line.place, column, asked, each, tally, was) for each in SHOWN_OF_MANY)
    return CellShown(None, done, tuple(part for part in parts if part is not None), change)


def _part(
    place: Place, column: Column, asked: GridAsked, each: StatusClass, tally: Tally, was: Tally | None
) -> Count | None:
    """How many asks of one class a cell of many organisations has or had; None where neither."""
    number = tally.of_class(each)
    before = _was(number, None if was is None else was.of_class(each))
    if not number and not before:
        return None
    href = listed(asked, place, column=column, overdue=ANY, status=each.value) if number else ""
    return Count(f"{number:,} {CLASS_WORDS[each].lower()}", href, before)


def _was(number: int, before: int | None) -> str:
    """What a number was on the other day; "" where it was the same or no other day is asked for."""
    return "" if before is None or before == number else f"was {before:,}"


def _worst_moved(tally: Tally, was: Tally | None, change: str) -> str:
    """The other day's worst word where it was another, then what became of the number."""
    if was is None or was.worst is tally.worst:
        return change
    word = "nothing asked" if was.worst is None else CLASS_WORDS[was.worst]
    return f"was {word}; {change}" if change else f"was {word}"


def listed(asked: GridAsked, place: Place, *, column: Column | None = None, **filters: str) -> str:
    """The list of the asks behind a number, as at the same day."""
    action = column.value if column else asked.action
    whose = {} if place.is_whole else {asked.level.value: place.code or NOBODY}
    chosen = {"region": asked.region, "system": asked.system, "type": asked.organisation_type, "action": action}
    if asked.is_of_many_frameworks and not action:
        chosen["framework"] = asked.framework
    if asked.is_overdue_only and (place.is_whole or asked.level is not Level.ORGANISATION):
        chosen["among"] = AMONG_OVERDUE
    if not asked.is_today:
        chosen["as_at"] = asked.as_at.isoformat()
    wanted: dict[str, Any] = {name: value for name, value in (chosen | whose | filters).items() if value}
    return url_for("review.overdue", **wanted)


def counts_of(tally: Tally, column: Column, asked: GridAsked, classes: Sequence[StatusClass]) -> tuple[Count, ...]:
    """How many are done, of how many, and how many of each class, each with its list; a number of none has no list."""
    whole = Place(None, "", "", is_whole=True)
    numbers = ((tally.done, DONE), (tally.of, ""), *((tally.of_class(each), each.value) for each in classes))
    return tuple(
        Count(f"{number:,}", listed(asked, whole, column=column, overdue=ANY, status=status) if number else "")
        for number, status in numbers
    )


def counts_of_trend(trend: Trend, asked: GridAsked) -> list[tuple[date, Count, Count]]:
    """For each day of a trend how many were done and of how many, each with its list of that day."""
    whole = Place(None, "", "", is_whole=True)
    found = []
    for point in trend.points:
        then = replace(asked, as_at=point.on)
        done, of = (
            Count(f"{number:,}", listed(then, whole, overdue=ANY, status=status) if number else "")
            for number, status in ((point.done, DONE), (point.of, ""))
        )
        found.append((point.on, done, of))
    return found


def file_rows(lines: Sequence[Line], columns: Sequence[Column], asked: GridAsked) -> Iterator[tuple[Cell, ...]]:
    """One row for each line and action, under CSV_HEADINGS."""
    for line in lines:
        place = line.place
        is_one = asked.level is Level.ORGANISATION
        for column in columns:
            tally, was = line.cell(column), line.was(column)
            yield (
                place.region_code,
                place.region_name,
                place.system_code,
                place.system_name,
                place.code if is_one else "",
                place.name if is_one else "",
                place.type_label,
                column.framework_code,
                column.number,
                column.label,
                tally.worst or "",
                _worst_word(tally),
                tally.done,
                tally.of,
                tally.overdue,
                *(tally.of_class(each) for each in CLASSES),
                asked.as_at,
                asked.since,
                None if was is None else was.done,
                None if was is None else was.of,
                None if was is None else _worst_word(was),
                None if was is None else was.overdue,
            )


def _worst_word(tally: Tally) -> str:
    return CLASS_WORDS[tally.worst] if tally.worst else "Nothing is asked"


def summary_words(whole: Line, number: int, asked: GridAsked) -> str:
    """One sentence above the grid."""
    tally = whole.whole
    said = f"{tally.done:,} of {tally.of:,} asks are done"
    return f"{plural(number, asked.level.value, asked.level.many)}: {said}, {tally.overdue:,} are overdue."
