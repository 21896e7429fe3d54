"""The history of an entry of the register as sentences, made by comparing each revision with the one before it.

It must not know where revisions are stored, nor draw anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.accounts.rules import Role
from tracker.barriers.rows import AskChoice, Revision, Said
from tracker.barriers.rules import Kind
from tracker.barriers.themes import theme_label
from tracker.web.wording import day, day_and_time, in_words

Asks = Mapping[int, AskChoice]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One revision: a sentence, why, and longer texts as they were before it."""

    sentence: str
    details: tuple[tuple[str, str], ...]


def history_lines(revisions: Sequence[Revision], asks: Asks) -> list[HistoryLine]:
    """The history of one entry, newest first, as its revisions come."""
    before = [*revisions[1:], None]
    return [_line(after, earlier, asks) for after, earlier in zip(revisions, before, strict=True)]


def who(name: str, role: str) -> str:
    """Who did it; a role stays when a name was forgotten.

    >>> who("Robin Ashdown", "lead"), who("", "lead")
    ('Robin Ashdown, Health inequalities lead,', 'A former colleague, Health inequalities lead,')
    """
    return f"{name or 'A former colleague'}, {Role(role).label if role in set(Role) else role},"


def _line(after: Revision, before: Revision | None, asks: Asks) -> HistoryLine:
    start = f"{day_and_time(after.recorded_at)}: {who(after.person_name, after.role)}"
    if before is None:
        words = f"added this as {after.said.kind.with_article}, {after.said.status.label.lower()}"
        return HistoryLine(f"{start} {words}.", ())
    done = in_words(list(_changes(before.said, after.said, asks))) or "saved it as it was"
    details = [("Why", after.reason)] if after.reason else []
    details += [
        (label, earlier)
        for label, earlier, later in (
            ("The description before", before.said.description, after.said.description),
            ("What was done about it before", before.said.action, after.said.action),
        )
        if earlier and earlier != later
    ]
    return HistoryLine(f"{start} {done}.", tuple(details))


def _changes(before: Said, after: Said, asks: Asks) -> Iterator[str]:
    if before.kind is not after.kind:
        yield f"turned it from {before.kind.with_article} into {after.kind.with_article}"
    if before.title != after.title:
        yield f"changed the title from “{before.title}” to “{after.title}”"
    if before.description != after.description:
        yield "rewrote the description" if before.description else "added a description"
    if before.theme != after.theme:
        yield f"moved it from the theme {theme_label(before.theme)} to {theme_label(after.theme)}"
    if before.status is not after.status:
        yield f"changed the status from {before.status.label.lower()} to {after.status.label.lower()}"
    yield from _severity(before, after)
    if before.action != after.action:
        yield "rewrote what is done about it" if before.action else "said what is done about it"
    yield from _owner(before.owner, after.owner)
    yield from _days(before, after)
    if linked := after.asks - before.asks:
        yield f"linked it to {_named(linked, asks)}"
    if unlinked := before.asks - after.asks:
        yield f"took the link to {_named(unlinked, asks)} away"


def _severity(before: Said, after: Said) -> Iterator[str]:
    """A barrier that becomes an enabler loses its severity, which goes without saying."""
    if before.severity is after.severity or after.kind is Kind.ENABLER or after.severity is None:
        return
    if before.severity is None:
        yield f"called it {after.severity.label.lower()} in severity"
    else:
        yield f"changed the severity from {before.severity.label.lower()} to {after.severity.label.lower()}"


def _owner(before: str, after: str) -> Iterator[str]:
    if before == after:
        return
    if not before:
        yield f"named “{after}” as the owner"
    elif not after:
        yield f"took “{before}” away as the owner"
    else:
        yield f"changed the owner from “{before}” to “{after}”"


def _days(before: Said, after: Said) -> Iterator[str]:
    if before.since_on != after.since_on:
        yield f"changed since when it is so from {day(before.since_on)} to {day(after.since_on)}"
    if before.reviewed_on != after.reviewed_on:
        yield f"reviewed it on {day(after.reviewed_on)}" if after.reviewed_on else "took the last review away"
    if before.next_review_on != after.next_review_on:
        set_for = after.next_review_on
        yield f"set the next review for {day(set_for)}" if set_for else "set no further review"


def _named(ask_ids: frozenset[int], asks: Asks) -> str:
    known = [f"{each.ref} of {each.framework_code}" for ask_id, each in asks.items() if ask_id in ask_ids]
    return in_words(known) or "an ask that is no longer asked"
