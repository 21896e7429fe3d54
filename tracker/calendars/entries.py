"""What stands in a calendar in words: one entry for each date; it reads no table and knows no file.

No name of a person and nothing that somebody wrote about an ask is in it: whoever has the address reads it without
signing in, and the page that an entry leads to says the rest to those who do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from urllib.parse import quote, urlsplit

from tracker.calendars.rows import AskDate, Dates, EvidenceDate, Place, ReturnDate
from tracker.calendars.rules import Occasion, nearest, uid_of
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import DatePrecision
from tracker.web.text import STAND_IN, made_visible  # noqa: F401 - the first is read by an example
from tracker.web.wording import day, in_words, month

LONGEST_WORDING = 70
"""Characters of an ask's wording: what a calendar program shows in one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar; it lasts the whole day."""

    uid: str
    on: date
    summary: str
    description: str
    link: str
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Writer:
    """Says dates in words for one address of the service."""

    base_url: str

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    def entries_of(self, dates: Dates, today: date) -> tuple[Entry, ...]:
        """As many entries as a calendar holds, those that are left out being the furthest past; by day."""
        found = [*self._all(dates)]
        kept = nearest(((entry.on, entry.uid) for entry in found), today)
        return tuple(sorted((entry for entry in found if entry.uid in kept), key=lambda entry: (entry.on, entry.uid)))

    def _all(self, dates: Dates) -> Iterator[Entry]:
        for due in dates.deadlines:
            yield self._of_ask(due, Occasion.DEADLINE, ask_words(due.ask), deadline_words(due))
        for due in dates.reviews:
            words = f"{one_line(due.place.name)} set {day(due.on)} to look at this ask again."
            yield self._of_ask(due, Occasion.REVIEW, f"Review {ask_words(due.ask)}", words)
        for expiring in dates.evidence:
            yield self._of_evidence(expiring)
        for wanted in dates.returns:
            yield self._of_return(wanted)

    def _of_ask(self, due: AskDate, occasion: Occasion, what: str, when: str) -> Entry:
        path = (due.place.code, due.ask.framework_code, due.ask.ref)
        link = self._link(*path)
        said = f"{due.status}, said on {day(due.said_on)}" if due.said_on else due.status
        lines = (when, f"Where it stands: {one_line(said)}.", one_line(due.ask.framework_title), link)
        uid = uid_of(self.host, occasion, *path)
        summary = _with_place(what, due.place)
        return Entry(uid, due.on, summary, "\n".join(lines), link, due.sequence, due.changed_at)

    def _of_evidence(self, due: EvidenceDate) -> Entry:
        link = self._link(due.place.code, "evidence", str(due.evidence_id))
        refs = in_words([ask.ref for ask in due.asks])
        summary = _with_place(f"Evidence for {refs} expires", due.place)
        words = f"{day(due.on)} is its last good day. From the day after nothing of it stands behind {refs}."
        uid = uid_of(self.host, Occasion.EVIDENCE, due.place.code, str(due.evidence_id))
        return Entry(uid, due.on, summary, f"{words}\n{link}", link, due.sequence, due.changed_at)

    def _of_return(self, due: ReturnDate) -> Entry:
        """Another day is another return, so the day is part of what the entry is known by."""
        link = self._link(due.place.code, "returns")
        words = f"The board wants a return by {day(due.on)}.\n{link}"
        uid = uid_of(self.host, Occasion.RETURN, due.place.code, due.on.isoformat())
        return Entry(uid, due.on, _with_place("Board return due", due.place), words, link, 0, due.changed_at)

    def _link(self, *parts: str) -> str:
        return "/".join((self.base_url, "organisations", *(quote(part, safe="") for part in parts)))


def deadline_words(due: AskDate) -> str:
    """By when, and who set it. A date that is known to the month is its last day, and says so.

    An agreed target stands in the place of the national date, which stays a fact beside it.
    """
    national = _national_words(due.ask, due.national_on)
    if not due.is_target:
        return f"National date: {national}."
    return f"Agreed target: {day(due.on)}." + (f" National date: {national}." if national else "")


def ask_words(ask: AskFacts) -> str:
    """An ask by its number and the beginning of its wording."""
    return f"{ask.ref} {shorten(one_line(ask.wording), LONGEST_WORDING, placeholder='…').rstrip('.')}"


def one_line(text: str) -> str:
    """A text without line ends of any kind, and with a mark for what no program could show.

    >>> one_line("Northvale\\r\\nBEGIN:VEVENT"), one_line("A\\u2028B\\tC\\x07") == "A B C" + STAND_IN
    ('Northvale BEGIN:VEVENT', True)
    """
    return made_visible(" ".join(text.split()))


def _national_words(ask: AskFacts, national_on: date | None) -> str:
    if national_on is None:
        return ""
    return f"by the end of {month(national_on)}" if ask.precision is DatePrecision.MONTH else day(national_on)


def _with_place(what: str, place: Place) -> str:
    return f"{what} – {one_line(place.name)}"
