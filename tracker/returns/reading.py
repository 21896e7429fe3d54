"""Puts together what the page of a return shows: its control, its rows, frozen or as they stand, and what changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from tracker.accounts.queries import names_of
from tracker.returns import queries
from tracker.returns.changes import Changes, changes_between
from tracker.returns.checking import since_its_day
from tracker.returns.documents import Altered
from tracker.returns.present import present
from tracker.returns.queries import ReturnNotFound
from tracker.returns.rows import Control, FrozenAsk, Handed, LeadThen, ReturnNow
from tracker.returns.rules import ReturnState


@dataclass(frozen=True, slots=True)
class Shown:
    """One edition of a return as its page shows it. ``handed`` None: a draft, whose rows are read as they stand."""

    now: ReturnNow
    edition: int
    state: ReturnState
    control: Control
    handed: Handed | None
    is_altered: bool
    asks: tuple[FrozenAsk, ...]
    lead: LeadThen | None
    lead_name: str
    sha256: str
    warnings: tuple[str, ...]
    """What a check warned of when it was submitted, in short; none of a draft, which has a page for its check."""


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since another return; ``changes`` None where that return is not what was frozen."""

    number: int
    handed: Handed
    changes: Changes | None


def shown(organisation_id: int, now: ReturnNow, edition: int | None = None) -> Shown:
    """One edition, the present one unless told. Raises ReturnNotFound where there is no such edition to be read."""
    wanted = now.edition if edition is None else edition
    handed = now.find_edition(wanted)
    if handed is None:
        if wanted != now.edition:
            raise ReturnNotFound
        found = present(organisation_id, now.control.framework_id, now.control.as_at)
        name = _name(found.lead)
        return Shown(now, wanted, now.state, now.control, None, False, found.asks, found.lead, name, "", ())
    try:
        frozen = queries.snapshot_of(handed.submission_id)
    except Altered:
        return Shown(now, wanted, handed.state, now.control, handed, True, (), None, "", "", ())
    head = frozen.heading
    return Shown(
        now,
        wanted,
        handed.state,
        head.control,
        handed,
        False,
        frozen.asks,
        head.lead,
        _name(head.lead),
        frozen.sha256,
        head.warnings,
    )


def _name(lead: LeadThen | None) -> str:
    return names_of([lead.person_id]).get(lead.person_id, "") if lead else ""


def since_last_approved(organisation_id: int, page: Shown) -> Since | None:
    """What changed between the last approved return of the same scope and this one; None where there is none."""
    if page.is_altered:
        return None
    scope = page.control.framework_id
    last = queries.find_last_approved(organisation_id, scope, before=page.now.number)
    return _since(last, page.asks, _code(scope)) if last else None


def since_its_day_in_short(organisation_id: int, page: Shown, today: date) -> tuple[str, ...]:
    """What has become overdue or worse since the day of a return that is with the board, in short, as of today.

    The board may meet weeks after it was submitted. Nothing of one that was decided on: it stands as it was.
    """
    if page.state is not ReturnState.SUBMITTED or page.is_altered or page.control.as_at >= today:
        return ()
    now = present(organisation_id, page.control.framework_id, today)
    found = since_its_day(page.asks, now.asks, page.control.as_at)
    return tuple(each.in_short for each in found)


def since_return(
    organisation_id: int, since: int, until: int | None, today: date, states: Collection[ReturnState]
) -> Since:
    """What changed between a return and another one, or (``until`` None) where the organisation stands today.

    Raises ReturnNotFound for a return that the board has not had or that is not to be read.
    """
    first = _last_handed(organisation_id, since, states)
    if until is None:
        return _since(first, present(organisation_id, None, today).asks, "")
    _, later = _last_handed(organisation_id, until, states)
    try:
        frozen = queries.snapshot_of(later.submission_id)
    except Altered:
        return Since(*first, None)
    return _since(first, frozen.asks, frozen.heading.framework)


def _last_handed(organisation_id: int, number: int, states: Collection[ReturnState]) -> tuple[int, Handed]:
    found = queries.get_return(organisation_id, number, states)
    if not found.handed:
        raise ReturnNotFound
    return found.number, found.handed[0]


def _since(last: tuple[int, Handed], asks: tuple[FrozenAsk, ...], framework: str) -> Since:
    """Only what both cover is compared: where one is of a single framework, that one."""
    try:
        before = queries.snapshot_of(last[1].submission_id)
    except Altered:
        return Since(*last, None)
    only = {framework, before.heading.framework} - {""}

    def covered(told: tuple[FrozenAsk, ...]) -> tuple[FrozenAsk, ...]:
        return tuple(ask for ask in told if only <= {ask.framework})

    return Since(*last, changes_between(covered(before.asks), covered(asks)))


def _code(framework_id: int | None) -> str:
    return "" if framework_id is None else queries.framework_codes()[framework_id]
