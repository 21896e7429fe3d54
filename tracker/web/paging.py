"""Numbered pages and sorting of lists, read from the query string; it must not know what is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar
from urllib.parse import urlencode

PAGE_SIZE = 50

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list in a stable order; an empty list has one page with nothing on it."""

    items: Sequence[Item]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return page_count(self.total, self.size)

    @property
    def first(self) -> int:
        """The position of the first item shown, from 1; 0 where there is none."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to offer; None stands for a gap."""
        return page_window(self.number, self.pages)


@dataclass(frozen=True, slots=True)
class Sort:
    """The column a list is sorted by and the way round."""

    column: str
    direction: Literal["ascending", "descending"] = "ascending"

    @property
    def is_descending(self) -> bool:
        return self.direction == "descending"

    @property
    def value(self) -> str:
        """As it stands in the query string: a minus in front means descending.

        >>> Sort("days_overdue", "descending").value
        '-days_overdue'
        """
        return f"-{self.column}" if self.is_descending else self.column

    def next_value(self, column: str) -> str:
        """What a click on a column's heading asks for: ascending first, then the other way round.

        >>> Sort("name").next_value("name"), Sort("name").next_value("system")
        ('-name', 'system')
        """
        return f"-{column}" if self == Sort(column) else column

    def aria(self, column: str) -> str:
        """The value of ``aria-sort`` for a column's heading."""
        return self.direction if column == self.column else "none"


def page_count(total: int, size: int) -> int:
    """How many pages hold so many items.

    >>> page_count(0, 50), page_count(50, 50), page_count(51, 50)
    (1, 1, 2)
    """
    return max(1, -(-total // size))


def read_page(query: Mapping[str, str], total: int, size: int = PAGE_SIZE) -> int:
    """The page number asked for. An unknown page is page 1 (NHS service manual), never an error.

    >>> [read_page({"page": given}, total=120) for given in ("3", "4", "0", "-1", "x", "")]
    [3, 1, 1, 1, 1, 1]
    """
    given = query.get("page", "1")
    # Nine digits are more than any list has, and keep int() away from text as long as an address can be.
    if not (given.isascii() and given.isdigit() and len(given) <= 9):
        return 1
    number = int(given)
    return number if 1 <= number <= page_count(total, size) else 1


def read_sort(query: Mapping[str, str], allowed: Sequence[str], default: Sort) -> Sort:
    """The sorting asked for, from an allow-list; anything else is the default.

    >>> read_sort({"sort": "-name"}, ["name"], Sort("days"))
    Sort(column='name', direction='descending')
    >>> read_sort({"sort": "password_hash"}, ["name"], Sort("days"))
    Sort(column='days', direction='ascending')
    """
    given = query.get("sort", "")
    column = given.removeprefix("-")
    if column not in allowed:
        return default
    return Sort(column, "descending" if given.startswith("-") else "ascending")


def page_window(number: int, pages: int) -> list[int | None]:
    """First, last, the current page and its neighbours; None where numbers are left out.

    >>> page_window(1, 1)
    [1]
    >>> page_window(6, 20)
    [1, None, 5, 6, 7, None, 20]
    >>> page_window(3, 5)
    [1, 2, 3, 4, 5]
    """
    wanted = sorted({1, pages, *range(max(1, number - 1), min(pages, number + 1) + 1)})
    window: list[int | None] = []
    for here in wanted:
        before = window[-1] if window else None
        if before is not None and here == before + 2:
            window.append(here - 1)
        elif before is not None and here > before + 2:
            window.append(None)
        window.append(here)
    return window


def query_with(query: Mapping[str, Sequence[str]], **changes: str | int | None) -> str:
    """The query string of the same list with some parts changed; None takes a part out.

    Sorting or filtering anew starts at page 1 again, so the page is dropped unless it is what changes.

    >>> query_with({"region": ["Y60"], "page": ["4"]}, sort="name")
    '?region=Y60&sort=name'
    >>> query_with({"region": ["Y60"], "page": ["4"]}, page=5)
    '?region=Y60&page=5'
    """
    kept = [(key, value) for key, values in query.items() if key != "page" and key not in changes for value in values]
    added = [(key, str(value)) for key, value in changes.items() if value is not None]
    return f"?{urlencode(kept + added)}" if kept or added else "?"
