"""The asks that one person owns in one organisation, with where each stands, the most urgent first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.progress.presenters import Tag, age, due_tag, due_words, status_tag
from tracker.progress.rows import Standing


@dataclass(frozen=True, slots=True)
class OwnAsk:
    """One line of the list."""

    framework_code: str
    ref: str
    name: str
    hint: str
    tags: tuple[Tag, ...]


def own_asks(
    owned: Mapping[int, date], standings: Sequence[Standing], catalogue: Catalogue, today: date
) -> tuple[OwnAsk, ...]:
    """What is overdue first, then by date, then what has none; ``owned`` says since when.

    An ask that is not tracked for the organisation any more is left out: there is nothing to do about it.
    """
    theirs = [(catalogue.asks[each.ask_id], each) for each in standings if each.ask_id in owned]
    theirs.sort(key=lambda pair: _urgency(pair[0], pair[1]))
    return tuple(
        OwnAsk(
            framework_code=ask.framework_code,
            ref=ask.ref,
            name=f"{ask.ref} {ask.wording}",
            hint=_hint(ask, standing, today),
            tags=tuple(tag for tag in (status_tag(ask, standing, catalogue), due_tag(standing, today)) if tag),
        )
        for ask, standing in theirs
    )


def elsewhere(owned_codes: Collection[str], code: str) -> list[str]:
    """The codes of the other organisations in which somebody owns asks."""
    return sorted(set(owned_codes) - {code})


def _urgency(ask: AskFacts, standing: Standing) -> tuple[bool, date, tuple[int, int, int]]:
    """Open asks by their deadline; what is done or has no deadline stands behind."""
    on = standing.deadline_on if standing.status_class.is_open else None
    return on is None, on or date.max, ask.order


def _hint(ask: AskFacts, standing: Standing, today: date) -> str:
    parts = [due_words(ask, standing, today)]
    if standing.last_true_on:
        parts.append(f"Last heard of {age(standing.last_true_on, today)}")
    return ". ".join(parts)
