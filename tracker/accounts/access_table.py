"""Who may see and do what, address by address: one literal table that people read and the tests execute.

The table itself is ``access_table.txt`` beside this file. It is a statement of what is meant, checked against the
service from outside; nothing in the service decides by it, and it knows no request and no database.

How it is written: ``# `` begins a group of addresses, with a sentence about it. A block is an address (such as
``GET /exports``), what it is in words, and indented rows: a place, then one answer for nobody and for each role. Words
behind an address in brackets say which status an answer has there, where it is not the usual one of its method.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from tracker.accounts.rules import Role

NOBODY = "nobody"
WHO = (NOBODY, *(role.value for role in Role))
"""The columns of the table: somebody who is not signed in, and each role."""

FILE = Path(__file__).with_name("access_table.txt")


class Answer(StrEnum):
    """What somebody gets at an address."""

    YES = "yes"
    NO = "no"  # may see what it is about, and may not do this
    HIDDEN = "hidden"  # looks to them as if it did not exist
    SIGN_IN = "sign-in"
    LED_ON = "led-on"  # to the page that is theirs instead
    DECLINED = "declined"  # the page says that there is nothing of theirs with this code, or that they cannot give it
    AGAIN = "again"  # may do it; what the table's example sends cannot be done at the moment


class Where(StrEnum):
    """Which organisation an address is about, seen from the trust that the people of the table belong to."""

    ANY = "any"
    OWN = "own"
    SAME_SYSTEM = "same-system"
    SAME_REGION = "same-region"
    FOREIGN = "foreign"
    ITS_SYSTEM = "its-system"
    ITS_REGION = "its-region"
    UNKNOWN = "unknown"


USUAL_STATUS: Mapping[tuple[str, Answer], int] = {
    ("GET", Answer.YES): 200,
    ("GET", Answer.NO): 403,
    ("GET", Answer.HIDDEN): 404,
    ("GET", Answer.SIGN_IN): 302,
    ("GET", Answer.LED_ON): 302,
    ("GET", Answer.DECLINED): 400,
    # A form that was saved leads on to the page that shows it; the sign-in repeats a post (307), so nothing is lost.
    ("POST", Answer.YES): 302,
    ("POST", Answer.NO): 403,
    ("POST", Answer.HIDDEN): 404,
    ("POST", Answer.SIGN_IN): 307,
    ("POST", Answer.LED_ON): 302,
    ("POST", Answer.DECLINED): 200,
    ("POST", Answer.AGAIN): 200,
}


class TableFault(ValueError):
    """A line of the table cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class Address:
    """One block of the table: a method and a path, and what it is in words."""

    method: str
    path: str
    label: str
    unusual: Mapping[Answer, int]

    def status_of(self, answer: Answer) -> int:
        """The exact status code that stands behind a word here."""
        return self.unusual[answer] if answer in self.unusual else USUAL_STATUS[self.method, answer]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a block: which organisation it is about, and what each kind of person gets."""

    address: Address
    where: Where
    answers: Mapping[str, Answer]

    def status_for(self, who: str) -> int:
        """The exact status code for one column."""
        return self.address.status_of(self.answers[who])


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses that belong together for the people who use them."""

    title: str
    about: str
    rows: Sequence[Row]


@lru_cache(maxsize=1)
def read_table() -> tuple[Group, ...]:
    """The whole table, read once."""
    return tuple(parse(FILE.read_text(encoding="utf-8")))


def parse(text: str) -> Iterator[Group]:
    """The groups of a table. Raises TableFault naming the first line that is not as it should be."""
    title, about, rows = "", list[str](), list[Row]()
    address: Address | None = None
    given = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if line.startswith("# "):
            if title:
                yield Group(title, " ".join(about), tuple(rows))
            title, about, rows, address, given = line[2:].strip(), [], [], None, ""
        elif line.startswith("  "):
            if line.split() == list(WHO):
                continue
            if address is None:
                raise TableFault(f"Line {number}: a row stands below no address.")
            rows.append(_row(number, address, line.split()))
        elif re.match(r"[A-Z]+ /", line):
            given, address = line, None
        elif given:
            address, given = _address(number, given, line.strip()), ""
        elif address is None:
            about.append(line.strip())
        else:
            raise TableFault(f"Line {number}: neither an address nor a row.")
    yield Group(title, " ".join(about), tuple(rows))


def _address(number: int, line: str, label: str) -> Address:
    found = re.fullmatch(r"(GET|POST) (\S+)(?:\s+\((.+)\))?", line)
    if found is None:
        raise TableFault(f"Line {number - 1}: not an address.")
    method, path, unusual = found.groups()
    pairs = [pair.split() for pair in unusual.split(",")] if unusual else []
    try:
        return Address(method, path, label, {Answer(word): int(status) for word, status in pairs})
    except ValueError as fault:
        raise TableFault(f"Line {number - 1}: {fault}") from fault


def _row(number: int, address: Address, words: list[str]) -> Row:
    where, *answers = words
    try:
        return Row(address, Where(where), dict(zip(WHO, map(Answer, answers), strict=True)))
    except ValueError as fault:
        raise TableFault(f"Line {number}: {fault}") from fault
