"""One ask of one organisation while somebody changes it: locked, checked, moved and audited; never commits.

Every change of progress goes through here, so that of two people at once exactly one wins and the other is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.audit import service as audit
from tracker.db import session
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import OrganisationSummary
from tracker.progress import rules
from tracker.progress.models import Progress, ProgressEntry


class MoveNotAllowed(Exception):
    """It cannot be changed that way from where it stands now; the message is a sentence for the person."""


class ChangedMeanwhile(Exception):
    """Somebody else saved since the form was opened; nothing was written."""


@dataclass(frozen=True, slots=True)
class Item:
    """One ask of one organisation, and who speaks about it in which role."""

    organisation: OrganisationSummary
    ask: AskFacts
    viewer: Viewer
    role: str

    @property
    def subject(self) -> str:
        """The item as audit and ledger name it: "XN1/8ua-2020/6.1"."""
        return f"{self.organisation.code}/{self.ask.framework_code}/{self.ask.ref}"

    def deadline(self, progress: Progress) -> date | None:
        """The day the ask is judged on: the agreed target, else the national date of kind "by"."""
        return rules.deadline(self.ask.date_kind, self.ask.national_on, progress.target_on)


def locked(item: Item) -> Progress:
    """The current position of an item, locked until the transaction ends; made on the first word about it."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    session().execute(
        insert(Progress)
        .values(
            organisation_id=item.organisation.organisation_id,
            ask_id=item.ask.ask_id,
            version=0,
            status_class=StatusClass.NO_UPDATE,
        )
        .on_conflict_do_nothing(index_elements=["organisation_id", "ask_id"])
    )
    return (
        session()
        .scalars(
            sa.select(Progress)
            .where(
                Progress.organisation_id == item.organisation.organisation_id,
                Progress.ask_id == item.ask.ask_id,
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one()
    )


def is_saved(submission_key: str) -> bool:
    """Whether the form with this key was saved before: a double click, or a page sent twice."""
    return bool(session().scalar(sa.select(sa.exists().where(ProgressEntry.submission_key == submission_key))))


def check_version(progress: Progress, expected: int) -> None:
    """Raise ChangedMeanwhile where somebody else saved since the form was opened."""
    if progress.version != expected:
        raise ChangedMeanwhile


def add_entry(item: Item, progress: Progress, entry: ProgressEntry, *, verb: str, true_on: date | None = None) -> None:
    """Complete an entry with who, where and when, move the current position to it, and audit the move.

    It is true today, unless told otherwise. A correction moves the position only where it is of the entry that counts.
    """
    entry.organisation_id = item.organisation.organisation_id
    entry.ask_id = item.ask.ask_id
    entry.true_on = true_on or clock.today()
    entry.recorded_at = clock.now()
    entry.person_id = item.viewer.person_id
    entry.role = item.role
    last = session().get(ProgressEntry, progress.entry_id) if progress.entry_id else None
    before: dict[str, str | int] = {"status_class": progress.status_class.value}
    if last is not None:
        before |= {"status": last.status_code, "entry": last.id}
    session().add(entry)
    session().flush()
    if entry.corrects_id is None or (last is not None and entry.corrects_id in (last.id, last.corrects_id)):
        progress.entry_id = entry.id
        progress.status_class = entry.status_class
        progress.confirmed_on = None  # What was confirmed was the entry before.
    progress.version += 1
    audit.record(
        verb=verb,
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        before=before,
        # The words stand in the entry, which is never changed; the audit says which one it is.
        after={
            "status": entry.status_code,
            "status_class": entry.status_class.value,
            "entry": entry.id,
            "true_on": entry.true_on,
            "completed_on": entry.completed_on,
            "recovery_on": entry.recovery_on,
            "forecast_on": entry.forecast_on,
            "corrects": entry.corrects_id,
        },
    )
