"""Writes entries as a file that calendar programs read (RFC 5545, RFC 7986); it knows no ask and no person.

Nothing in it comes from the time of reading, so that the same entries give the same bytes. There is no METHOD, because
nobody is invited; without one, DTSTAMP is when an entry last changed (RFC 5545, 3.8.7.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from tracker.calendars.entries import Entry, one_line
from tracker.calendars.rules import READ_AGAIN_AFTER

if TYPE_CHECKING:
    from icalendar import Event, Timezone

PRODUCT = "-//Health inequalities action tracker//Calendars 1//EN"
ONE_DAY = timedelta(days=1)
BEGINNING = datetime(1970, 1, 1)  # noqa: DTZ001 - in a time zone there is no other


def fingerprint(name: str, about: str, entries: Sequence[Entry]) -> str:
    """What tells two files apart without writing either: the same for the same bytes."""
    return sha256(repr((PRODUCT, READ_AGAIN_AFTER, name, about, entries)).encode("utf-8", "replace")).hexdigest()


def written(name: str, about: str, entries: Sequence[Entry]) -> bytes:
    """The whole file. The library escapes what is text and folds what is long."""
    # Loaded when the first calendar is read: it takes as long to load as much of the rest.
    from icalendar import Calendar, vText

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for property_name, text in (
        ("name", name),
        ("x-wr-calname", name),
        ("description", about),
        ("x-wr-caldesc", about),
    ):
        # The library escapes what it knows to be text, and of these it knows the description only.
        calendar.add(property_name, vText(one_line(text)))
    calendar.add("refresh-interval", READ_AGAIN_AFTER, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{READ_AGAIN_AFTER // timedelta(hours=1)}H")
    for entry in entries:
        calendar.add_component(_event(entry))
    if not entries:
        # A calendar holds at least one component (RFC 5545, 3.6), and some programs refuse one that does not.
        calendar.add_component(_zone())
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + ONE_DAY)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("url", entry.link)
    event.add("transp", "TRANSPARENT")
    return event


def _zone() -> Timezone:
    """A time zone that no entry is in: entries last whole days."""
    from icalendar import Timezone, TimezoneStandard

    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", BEGINNING)
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone.add_component(standard)
    return zone
