"""One person's digest in words: subject and text, most urgent first; it must not know who the person is.

It stands below ``service.py``, which decides what goes in, and reads no table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from urllib.parse import quote

from flask import current_app

from tracker.frameworks.rules import DatePrecision
from tracker.reminders.queries import DueAsk
from tracker.reminders.rules import STANDARD, Urgency, urgency_on
from tracker.web.wording import day, month, plural

LONGEST_WORDING = 110
"""Characters of an ask's wording: two lines on a phone; the page says the rest."""


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One ask of one organisation, as the digest says it."""

    organisation: str
    ask_ref: str
    wording: str
    when: str
    link: str
    urgency: Urgency
    deadline_on: date


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one person is reminded of today, in order, and how much else is still waiting."""

    items: tuple[DigestItem, ...]
    waiting_besides: int
    base_url: str

    @property
    def groups(self) -> tuple[tuple[Urgency, tuple[DigestItem, ...]], ...]:
        """The urgencies that occur, each with its items."""
        grouped = ((urgency, tuple(i for i in self.items if i.urgency is urgency)) for urgency in Urgency)
        return tuple((urgency, items) for urgency, items in grouped if items)

    @property
    def subject_counts(self) -> str:
        return ", ".join(f"{len(items)} {urgency.label.lower()}" for urgency, items in self.groups)

    def render(self) -> tuple[str, str]:
        """Subject and text, from the templates in ``templates/email/reminder_digest``."""
        templates = current_app.jinja_env
        subject, body = (
            templates.get_template(f"email/reminder_digest/{part}.txt").render(digest=self, cadence=STANDARD)
            for part in ("subject", "body")
        )
        return subject.strip(), body.strip() + "\n"


def digest_of(due: Iterable[tuple[str, str, DueAsk]], *, on: date, base_url: str, waiting_besides: int) -> Digest:
    """A digest of asks, each with the code and name of its organisation; earliest deadline first."""
    items = [
        DigestItem(
            organisation=" ".join(name.split()),
            ask_ref=ask.ask_ref,
            wording=shorten(ask.wording, LONGEST_WORDING, placeholder="…").rstrip("."),
            when=when(ask, on),
            link=update_link(base_url, code, ask),
            urgency=urgency_on(ask.deadline_on, on),
            deadline_on=ask.deadline_on,
        )
        for code, name, ask in due
    ]
    # Sorting keeps the order in which the asks of one deadline came: that of the framework.
    items.sort(key=lambda item: (item.deadline_on, item.organisation))
    return Digest(items=tuple(items), waiting_besides=waiting_besides, base_url=base_url)


def when(ask: DueAsk, on: date) -> str:
    """The date, and how far off it is."""
    if ask.is_target:
        date_words = f"Agreed target {day(ask.deadline_on)}"
    elif ask.precision is DatePrecision.MONTH:
        date_words = f"Due by the end of {month(ask.deadline_on)}"
    else:
        date_words = f"Due {day(ask.deadline_on)}"
    days_left = (ask.deadline_on - on).days
    if days_left < 0:
        return f"{date_words}: {plural(-days_left, 'day overdue', 'days overdue')}"
    return f"{date_words}: {plural(days_left, 'day left', 'days left') if days_left else 'today'}"


def update_link(base_url: str, organisation_code: str, ask: DueAsk) -> str:
    """Where the person says how it stands: the page itself, not the way to it."""
    parts = (organisation_code, ask.framework_code, ask.ask_ref)
    return "/".join((base_url, "organisations", *(quote(part, safe="") for part in parts), "update"))
