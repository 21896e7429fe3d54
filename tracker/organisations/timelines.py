"""Arithmetic on dated facts: one value at most holds on any day; plain Python that knows no organisation.

A timeline is a tuple of spans in order of time, none overlapping. Both days of a span are inside; None is "always".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span(Generic[Value]):
    """A value, and the days on which it holds."""

    value: Value
    starts_on: date | None = None
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or self.ends_on >= day)


Timeline = tuple[Span[Value], ...]


def value_on(timeline: Timeline[Value], day: date) -> Value | None:
    """The value that holds on a day, or None."""
    return next((span.value for span in timeline if span.holds_on(day)), None)


def said_from(timeline: Timeline[Value], value: Value | None, day: date) -> Timeline[Value]:
    """The timeline after somebody says: from this day the value is this one, or (None) there is none.

    The first value ever said has always held. Afterwards the old value ends the day before, and the new one holds
    for as long as the old one would have. A value said for the very day on which the old one began corrects it.

    >>> first = said_from((), "A", date(2020, 9, 1))
    >>> first
    (Span(value='A', starts_on=None, ends_on=None),)
    >>> for span in said_from(first, "B", date(2021, 4, 1)):
    ...     print(span.value, span.starts_on, span.ends_on)
    A None 2021-03-31
    B 2021-04-01 None
    """
    if not timeline:
        return () if value is None else (Span(value),)
    holding = next((span for span in timeline if span.holds_on(day)), None)
    if holding is None:
        if value is None:
            return timeline
        return joined([*timeline, Span(value, day, _day_before_next(timeline, day))])
    if holding.value == value:
        return timeline
    parts = [span for span in timeline if span is not holding]
    starts_before = holding.starts_on is None or holding.starts_on < day
    if starts_before:
        parts.append(replace(holding, ends_on=day - _DAY))
    if value is not None:
        parts.append(Span(value, day if starts_before else holding.starts_on, holding.ends_on))
    return joined(parts)


def history(spans: Iterable[Span[Value]]) -> Timeline[Value]:
    """A timeline of spans with dates of their own: one that runs into the next ends the day before it."""
    ordered = sorted(spans, key=_first_day)
    kept: list[Span[Value]] = []
    for number, span in enumerate(ordered):
        if number + 1 < len(ordered):
            following = ordered[number + 1].starts_on
            if following is None or (span.starts_on is not None and span.starts_on >= following):
                continue
            if span.ends_on is None or span.ends_on >= following:
                span = replace(span, ends_on=following - _DAY)
        kept.append(span)
    return joined(kept)


def outside(timeline: Timeline[Value], others: Iterable[Span[Any]]) -> tuple[Timeline[Value], Timeline[Value]]:
    """The parts of a timeline on days that no other span covers, and the parts on days that one does."""
    free: list[Span[Value]] = list(timeline)
    covered: list[Span[Value]] = []
    for other in others:
        remaining: list[Span[Value]] = []
        for span in free:
            before, inside, after = _cut(span, other)
            remaining.extend(part for part in (before, after) if part is not None)
            if inside is not None:
                covered.append(inside)
        free = remaining
    return tuple(sorted(free, key=_first_day)), tuple(sorted(covered, key=_first_day))


def _cut(span: Span[Value], other: Span[Any]) -> tuple[Span[Value] | None, Span[Value] | None, Span[Value] | None]:
    """The parts of a span before, within and after the days of another."""
    starts, ends = _first_day(span), span.ends_on or date.max
    other_starts, other_ends = _first_day(other), other.ends_on or date.max
    if ends < other_starts or starts > other_ends:
        return span, None, None
    before = replace(span, ends_on=other_starts - _DAY) if starts < other_starts else None
    after = replace(span, starts_on=other_ends + _DAY) if ends > other_ends else None
    inside = Span(
        span.value,
        span.starts_on if starts >= other_starts else other.starts_on,
        span.ends_on if ends <= other_ends else other.ends_on,
    )
    return before, inside, after


def joined(spans: Iterable[Span[Value]]) -> Timeline[Value]:
    """A timeline from spans that do not overlap, in any order; neighbours of one value become one."""
    parts: list[Span[Value]] = []
    for span in sorted(spans, key=_first_day):
        last = parts[-1] if parts else None
        if last is not None and last.value == span.value and _meet(last, span):
            parts[-1] = replace(last, ends_on=span.ends_on)
        else:
            parts.append(span)
    return tuple(parts)


def _meet(first: Span[Value], second: Span[Value]) -> bool:
    return first.ends_on is not None and second.starts_on is not None and first.ends_on + _DAY == second.starts_on


def _day_before_next(timeline: Timeline[Value], day: date) -> date | None:
    starts = [span.starts_on for span in timeline if span.starts_on is not None and span.starts_on > day]
    return min(starts) - _DAY if starts else None


def _first_day(span: Span[Value]) -> date:
    return span.starts_on or date.min
