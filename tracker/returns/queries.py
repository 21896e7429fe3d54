"""Reads an organisation's returns: the list, one return with its editions, a frozen edition, what happened to it.

It writes nothing. Which organisation and which states a viewer may read is asked before and comes in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from tracker.accounts.models import Person
from tracker.db import read, session
from tracker.frameworks.catalogue import read_catalogue
from tracker.returns.documents import Altered, read_back
from tracker.returns.models import (
    BoardReturn,
    ReturnCheck,
    ReturnControl,
    ReturnDecision,
    ReturnRow,
    ReturnSubmission,
)
from tracker.returns.rows import Control, Event, Handed, ReturnLine, ReturnNow, Snapshot
from tracker.returns.rules import ReturnState
from tracker.web.paging import PAGE_SIZE, Page, read_page

EVERYTHING_TRACKED = "Everything that is tracked"
MOST_RETURNS = 10**9
"""More than an organisation ever makes: which page is asked for is known before how many there are."""


class ReturnNotFound(NotFound):
    """No such return of this organisation, or none that this viewer may read."""

    description = "There is no such return that you can read. Check the address."


class ReturnSentBack(ReturnNotFound):
    """The board sent the return back to those who work on it; whoever read it before is told so, and reads no more."""

    def __init__(self, number: int, on: date | None) -> None:
        super().__init__()
        self.number, self.on = number, on


def framework_titles() -> dict[int, str]:
    """The title of every framework by its id, in order."""
    return {ask.framework_id: ask.framework_title for ask in read_catalogue().asks.values()}


def framework_codes() -> dict[int, str]:
    """The code of every framework by its id."""
    return {ask.framework_id: ask.framework_code for ask in read_catalogue().asks.values()}


def _scope_title(framework_id: int | None, titles: Mapping[int, str]) -> str:
    return EVERYTHING_TRACKED if framework_id is None else titles.get(framework_id, EVERYTHING_TRACKED)


def returns_page(organisation_id: int, states: Collection[ReturnState], query: Mapping[str, str]) -> Page[ReturnLine]:
    """The page of the list that the query string asks for, the newest return first; page 1 where there is no such."""
    statement = _listed(organisation_id, states).limit(PAGE_SIZE)
    number = read_page(query, MOST_RETURNS)
    rows = list(read(statement.offset((number - 1) * PAGE_SIZE)))
    if not rows and number > 1:
        number, rows = 1, list(read(statement))
    return Page(_lines(rows), number, PAGE_SIZE, rows[0].total if rows else 0)


def returns_of(organisation_id: int, states: Collection[ReturnState]) -> list[ReturnLine]:
    """Every return of the list, for a file and for the choices of a form."""
    return _lines(list(read(_listed(organisation_id, states))))


def _listed(organisation_id: int, states: Collection[ReturnState]) -> sa.Select[Any]:
    control, handed, decided = ReturnControl, ReturnSubmission, ReturnDecision
    columns: tuple[Any, ...] = (control.framework_id, control.as_at, control.meeting, control.meeting_on)
    any_handed = aliased(ReturnSubmission)
    is_present = sa.and_(handed.return_id == BoardReturn.id, handed.edition == BoardReturn.edition)
    return (
        sa.select(
            BoardReturn.number,
            BoardReturn.edition,
            BoardReturn.state,
            control.title,
            *columns,
            handed.true_on.label("submitted_on"),
            decided.true_on.label("decided_on"),
            sa.exists().where(any_handed.return_id == BoardReturn.id).label("was_handed"),
            sa.func.count().over().label("total"),
        )
        .join(control, sa.and_(control.return_id == BoardReturn.id, control.revision == BoardReturn.revision))
        .outerjoin(handed, is_present)
        .outerjoin(decided, decided.submission_id == handed.id)
        .where(BoardReturn.organisation_id == organisation_id, BoardReturn.state.in_(sorted(states)))
        .order_by(BoardReturn.number.desc())
    )


def _lines(rows: Sequence[Any]) -> list[ReturnLine]:
    titles = framework_titles()
    return [
        ReturnLine(
            number=row.number,
            edition=row.edition,
            state=row.state,
            title=row.title,
            framework_title=_scope_title(row.framework_id, titles),
            as_at=row.as_at,
            meeting=row.meeting,
            meeting_on=row.meeting_on,
            submitted_on=row.submitted_on,
            decided_on=row.decided_on,
            was_handed=row.was_handed,
        )
        for row in rows
    ]


def get_return(organisation_id: int, number: int, states: Collection[ReturnState]) -> ReturnNow:
    """One return as it stands. Raises ReturnNotFound, a 404, where it is in a state that is not to be read; for those
    who read what a board has, ReturnSentBack where it had this one.
    """
    columns: tuple[Any, ...] = (BoardReturn, ReturnControl)
    row = (
        session()
        .execute(
            sa.select(*columns)
            .join(
                ReturnControl,
                sa.and_(ReturnControl.return_id == BoardReturn.id, ReturnControl.revision == BoardReturn.revision),
            )
            .where(BoardReturn.organisation_id == organisation_id, BoardReturn.number == number)
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if row is None:
        raise ReturnNotFound
    stored, control = row
    if stored.state not in states:
        had = _handed(stored.id) if ReturnState.SUBMITTED in states else []
        raise ReturnSentBack(number, had[0].decided_on) if had else ReturnNotFound
    return ReturnNow(
        return_id=stored.id,
        number=stored.number,
        edition=stored.edition,
        state=stored.state,
        version=stored.version,
        framework_title=_scope_title(control.framework_id, framework_titles()),
        control=as_control(control),
        handed=tuple(each for each in _handed(stored.id) if each.state in states),
    )


def as_control(stored: ReturnControl) -> Control:
    """The document control of a row."""
    return Control(**{name: getattr(stored, name) for name in Control.__slots__})


def find_newest(organisation_id: int) -> Control | None:
    """The document control of the newest return, from which the next one begins."""
    control = ReturnControl
    stored = session().scalars(
        sa.select(control).where(control.organisation_id == organisation_id).order_by(control.id.desc()).limit(1)
    )
    found = stored.one_or_none()
    return as_control(found) if found is not None else None


def _handed(return_id: int) -> list[Handed]:
    """Every edition that the board has had, the newest first."""
    submitter, decider = aliased(Person), aliased(Person)
    rows = session().execute(
        sa.select(ReturnSubmission, submitter.name, ReturnDecision, decider.name)
        .join(submitter, submitter.id == ReturnSubmission.person_id)
        .outerjoin(ReturnDecision, ReturnDecision.submission_id == ReturnSubmission.id)
        .outerjoin(decider, decider.id == ReturnDecision.person_id)
        .where(ReturnSubmission.return_id == return_id)
        .order_by(ReturnSubmission.edition.desc())
    )
    return [
        Handed(
            submission_id=handed.id,
            edition=handed.edition,
            as_at=handed.as_at,
            known_at=handed.known_at,
            submitted_on=handed.true_on,
            submitted_by=handed.person_id,
            submitter=submitter_name,
            decision=decision.decision if decision is not None else None,
            reason=decision.reason if decision is not None else "",
            decided_on=decision.true_on if decision is not None else None,
            decider=decider_name or "",
            decider_role=decision.role if decision is not None else "",
        )
        for handed, submitter_name, decision, decider_name in rows
    ]


def snapshot_of(submission_id: int) -> Snapshot:
    """A frozen edition, checked against its hash. Raises documents.Altered where it is not what was frozen."""
    heading, known_hash = read(
        sa.select(ReturnSubmission.heading, ReturnSubmission.sha256).where(ReturnSubmission.id == submission_id)
    ).one()
    stored = ReturnRow
    rows = read(
        sa.select(stored.content, stored.ask_id, stored.status, stored.status_class)
        .where(stored.submission_id == submission_id)
        .order_by(stored.position)
    ).all()
    snapshot = read_back(heading, [row.content for row in rows], known_hash)
    # What lists compare by stands beside the text that was hashed, and must say the same.
    if any(
        tuple(row[1:]) != (ask.ask_id, ask.status, ask.status_class)
        for row, ask in zip(rows, snapshot.asks, strict=True)
    ):
        raise Altered
    return snapshot


def find_last_approved(
    organisation_id: int, framework_id: int | None, *, before: int | None = None
) -> tuple[int, Handed] | None:
    """The number and the edition of the approved return that tells of the latest day and covers a framework, or
    everything; ``before`` leaves out those from a number on.
    """
    handed, control = ReturnSubmission, ReturnControl
    found = (
        sa.select(BoardReturn.id, BoardReturn.number)
        .join(handed, sa.and_(handed.return_id == BoardReturn.id, handed.edition == BoardReturn.edition))
        .join(control, sa.and_(control.return_id == BoardReturn.id, control.revision == BoardReturn.revision))
        .where(
            BoardReturn.organisation_id == organisation_id,
            BoardReturn.state == ReturnState.APPROVED,
            sa.or_(control.framework_id.is_(None), control.framework_id == framework_id),
        )
    )
    if before is not None:
        found = found.where(BoardReturn.number < before)
    row = read(found.order_by(handed.as_at.desc(), BoardReturn.number.desc()).limit(1)).one_or_none()
    return (row.number, _handed(row.id)[0]) if row else None


def events_of(return_id: int) -> list[Event]:
    """Everything that happened to a return, the newest first."""
    found: list[tuple[tuple[Any, int], Event]] = []
    control: Any = ReturnControl
    check: Any = ReturnCheck
    handed: Any = ReturnSubmission
    decided: Any = ReturnDecision
    for order, (table, select) in enumerate(
        (
            (control, sa.select(control, Person.name).where(control.return_id == return_id)),
            (check, sa.select(check, Person.name).where(check.return_id == return_id)),
            (handed, sa.select(handed, Person.name).where(handed.return_id == return_id)),
            (
                decided,
                sa.select(decided, Person.name, handed.edition)
                .join(handed, handed.id == decided.submission_id)
                .where(handed.return_id == return_id),
            ),
        )
    ):
        for row in session().execute(select.join(Person, Person.id == table.person_id).order_by(table.id)):
            found.append(((row[0].recorded_at, order), _event(*row)))
    return [event for _, event in sorted(found, key=lambda each: each[0], reverse=True)]


def _event(stored: Any, name: str, edition: int | None = None) -> Event:
    what, reason, warnings = "", "", 0
    if isinstance(stored, ReturnControl):
        what = "started" if stored.revision == 1 else "changed"
    elif isinstance(stored, ReturnCheck):
        what, warnings = "checked", stored.warnings
    elif isinstance(stored, ReturnSubmission):
        what = "submitted"
    else:
        what, reason = stored.decision.value, stored.reason
    return Event(what, edition or stored.edition, stored.recorded_at, name, stored.role, reason, warnings)
