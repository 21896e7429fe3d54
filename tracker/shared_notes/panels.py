"""The part of an ask's page on how others did it, or on what its own organisation shares; it writes nothing."""

from __future__ import annotations

from datetime import date

from flask import url_for

from tracker.accounts.rules import Permission, Viewer
from tracker.progress.ask_parts import AskPart
from tracker.progress.opened import Opened
from tracker.shared_notes import presenters, queries
from tracker.shared_notes.rows import Asker
from tracker.shared_notes.rules import ORDER_IN_WORDS

MOST_SHOWN = 5


def asker_of(opened: Opened, viewer: Viewer) -> Asker:
    """For whom others are looked for, and which of them the viewer sees anyway."""
    organisation = opened.organisation
    return Asker(
        organisation.organisation_id,
        organisation.organisation_type,
        organisation.place.region_id,
        opened.ask.ask_id,
        viewer.scope(Permission.SEE_PROGRESS),
    )


def ask_part(opened: Opened, viewer: Viewer, today: date) -> AskPart | None:
    """On what is done: what the organisation shares of it. On what is overdue: how others did it."""
    if opened.standing.said_class.is_done:
        return _own_part(opened, viewer)
    if opened.standing.days_overdue(today) is None:
        return None
    asker = asker_of(opened, viewer)
    found = queries.others(asker, today, limit=MOST_SHOWN)
    links = []
    if found.named:
        more = found.total > len(found.named)
        text = f"See all {found.total} that can be shown" if more else "See this on a page of its own, and download it"
        links = [(text, _address("others", opened))]
    return AskPart(
        "How others did it",
        intro=presenters.count_words(found, asker.organisation_type, sees_all=asker.scope.is_everywhere),
        named=[presenters.named(each) for each in found.named],
        order=ORDER_IN_WORDS if found.named else "",
        links=links,
    )


def _own_part(opened: Opened, viewer: Viewer) -> AskPart | None:
    may_share = viewer.find_power(Permission.SHARE_NOTES, opened.organisation.place) is not None
    note = queries.find_note(*opened.key)
    if note is None and not may_share:
        return None
    rows = [("Note", presenters.shown_words(note) if note else "Not shared")]
    if note and note.is_shared:
        rows += [("What it says", note.said.text), ("Whom to ask", note.said.contact_role)]
        if note.said.contact_mailbox:
            rows.append(("Mailbox", note.said.contact_mailbox))
    text = "Change or take back what you share" if note and note.is_shown else "Share how you did it"
    links = [(text, _address("share", opened))] if may_share else []
    return AskPart("Shared with other organisations", [{"key": key, "value": value} for key, value in rows], links)


def _address(view: str, opened: Opened) -> str:
    ask = opened.ask
    return url_for(f"shared_notes.{view}", code=opened.organisation.code, framework=ask.framework_code, ref=ask.ref)
