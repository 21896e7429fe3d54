"""How often an organisation's board wants a return, and when the next is due; it sets the cadence and never commits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.audit import service as audit
from tracker.db import read, session
from tracker.returns.acts import Act, is_saved, who_and_when
from tracker.returns.books import locked_book
from tracker.returns.due_rules import Due, Rhythm, next_due
from tracker.returns.models import ReturnBook, ReturnCadence
from tracker.returns.queries import handed_in_since
from tracker.returns.rows import Cadence


class CadenceChangedMeanwhile(Exception):
    """Somebody else set the cadence since the form was opened; nothing was written."""


def set_cadence(act: Act, rhythm: Rhythm) -> bool:
    """Say how often the board wants a return from now on; False where this very form was saved before.

    Returns that were handed in before it do not count for it: its first day is the next one that is still to come.
    """
    organisation_id = act.organisation.organisation_id
    book = locked_book(organisation_id)
    if is_saved(ReturnCadence, act):
        return False
    if book.version != act.expected_version:
        raise CadenceChangedMeanwhile
    before = cadences([organisation_id]).get(organisation_id)
    session().add(
        ReturnCadence(
            every_months=rhythm.every_months,
            first_on=rhythm.first_on,
            board_dates=[day.isoformat() for day in rhythm.board_dates],
            **who_and_when(act),
        )
    )
    book.version += 1
    audit.record(
        verb="return cadence set",
        subject="returns to the board",
        by=act.viewer.person_id,
        role=act.role,
        organisation_code=act.organisation.code,
        before=_codes(before.rhythm) if before else None,
        after=_codes(rhythm),
    )
    return True


def _codes(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "every_months": rhythm.every_months,
        "first_on": rhythm.first_on,
        "board_dates": [day.isoformat() for day in rhythm.board_dates],
    }


def cadence_version(organisation_id: int) -> int:
    """The number that the form of the cadence carries; 0 before any."""
    query = sa.select(ReturnBook.version).where(ReturnBook.organisation_id == organisation_id)
    return session().scalar(query) or 0


def cadences(organisation_ids: Collection[int]) -> dict[int, Cadence]:
    """The cadence that holds now, for each organisation that has one, in one statement."""
    latest = (
        sa.select(sa.func.max(ReturnCadence.id))
        .where(ReturnCadence.organisation_id.in_(sorted(organisation_ids)))
        .group_by(ReturnCadence.organisation_id)
    )
    cadence = ReturnCadence
    rows = read(
        sa.select(
            cadence.organisation_id, cadence.every_months, cadence.first_on, cadence.board_dates, cadence.recorded_at
        ).where(cadence.id.in_(latest))
    )
    return {
        row.organisation_id: Cadence(
            Rhythm(row.every_months, row.first_on, tuple(date.fromisoformat(day) for day in row.board_dates)),
            row.recorded_at,
        )
        for row in rows
    }


def returns_due(organisation_ids: Collection[int], today: date) -> dict[int, Due]:
    """When the next return of each organisation with a cadence is due, in two statements for any number of them."""
    known = cadences(organisation_ids)
    since = {organisation_id: cadence.recorded_at for organisation_id, cadence in known.items()}
    handed_in = handed_in_since(known, since) if known else {}
    return {
        organisation_id: next_due(cadence.rhythm, handed_in.get(organisation_id, ()), today)
        for organisation_id, cadence in known.items()
    }
