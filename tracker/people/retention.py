"""Forgets people whose time here is long over, and clears what is used up; runs daily and by hand.

Every service leaves committing to its caller; a purge does not, because it is many small transactions: it may be
stopped after any of them, and the next run goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.service import LastAdministrator
from tracker.db import session, transaction
from tracker.people import retention_clearing, retention_queries
from tracker.people.personal_data_forget import forget_person, identity_of
from tracker.people.personal_data_traces import Trace, traces_of
from tracker.people.retention_rules import first_day_kept

PEOPLE_AT_ONCE = 20
"""People forgotten in one transaction: few enough to hold locks for moments."""

REASON = "retention period over"

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class PurgeOutcome:
    """What one purge did, or (in a dry run) would do."""

    people: int = 0
    cleared: dict[str, int] = field(default_factory=dict)
    traces: tuple[Trace, ...] = ()
    """Texts that people typed in which somebody just forgotten is named still."""
    kept_as_last_administrator: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{what} {number}" for what, number in {"people": self.people, **self.cleared}.items())


def purge(
    months: int,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Progress = lambda what, done: None,
) -> PurgeOutcome:
    """Forget who is due after so many months, then clear what is over. May run at any time, twice at once as well."""
    outcome = _forget_people(months, should_stop, on_progress)
    cleared = {}
    for kind in retention_clearing.kinds():
        cleared[kind.name] = retention_clearing.clear(kind, should_stop=should_stop, on_progress=on_progress)
    return replace(outcome, cleared=cleared)


def preview(months: int) -> PurgeOutcome:
    """What a purge would do; writes nothing."""
    first_day = first_day_kept(clock.today(), months)
    people = session().scalar(sa.select(sa.func.count()).select_from(retention_queries.due(first_day).subquery())) or 0
    return PurgeOutcome(people, {kind.name: retention_clearing.count(kind) for kind in retention_clearing.kinds()})


def _forget_people(months: int, should_stop: Callable[[], bool], on_progress: Progress) -> PurgeOutcome:
    first_day = first_day_kept(clock.today(), months)
    forgotten = kept = reached = 0
    traces: list[Trace] = []
    while not should_stop():
        with transaction():
            batch = retention_queries.due_after(reached, first_day, PEOPLE_AT_ONCE)
            # Read before their names go: afterwards nobody could find them.
            traces.extend(traces_of(identity_of(batch)))
            for person_id in batch:
                try:
                    with session().begin_nested():
                        forgotten += forget_person(person_id, reason=REASON)
                except LastAdministrator:
                    kept += 1
        if not batch:
            break
        reached = batch[-1]
        on_progress("people", forgotten)
    return PurgeOutcome(forgotten, traces=tuple(sorted(set(traces))), kept_as_last_administrator=kept)
