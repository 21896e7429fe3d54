"""Lets features above progress put a part on the page of an ask; it must not know which.

``app.py`` registers them when it wires the application: ``ask_parts.add(app, function)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Flask, current_app

from tracker.accounts.rules import Viewer
from tracker.progress.opened import Opened
from tracker.progress.organisation_rows import Rows
from tracker.progress.presenters import Tag


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody else who is named on a page: where they stand, what they say, and whom to ask; "" where nothing."""

    name: str
    status: Tag
    about: str
    text: str
    contact: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class AskPart:
    """A heading, what stands below it (a sentence, summary rows, others who are named), and texts with their addresses.

    ``order`` says why the named stand in the order in which they do.
    """

    heading: str
    rows: Rows = ()
    links: Sequence[tuple[str, str]] = ()
    intro: str = ""
    named: Sequence[Named] = ()
    order: str = ""


Source = Callable[[Opened, Viewer, date], AskPart | None]


def add(app: Flask, source: Source) -> None:
    """Have a function asked for a part, after those that were added before; it may take one statement."""
    app.extensions.setdefault("ask_parts", []).append(source)


def parts_of(opened: Opened, viewer: Viewer, today: date) -> list[AskPart]:
    """The parts of every feature that was added and has something to say."""
    sources: list[Source] = current_app.extensions.get("ask_parts", [])
    return [part for source in sources if (part := source(opened, viewer, today)) is not None]
