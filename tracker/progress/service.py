"""Changes to progress: a status said or decided, a target agreed; each checked, audited and never half-done.

Services never commit: the route's or command's transaction does. They load what they decide on inside it, with the
item's row locked, so that of two people at once exactly one wins and the other is told.
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
from tracker.evidence import service as evidence
from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import OrganisationSummary
from tracker.progress import rules
from tracker.progress.models import Progress, ProgressEntry, Target
from tracker.progress.rules import EntryKind, Power


class MoveNotAllowed(Exception):
    """The status cannot move that way from where it stands now; the message is a sentence for the person."""


class ChangedMeanwhile(Exception):
    """Somebody else saved since the form was opened; nothing was written."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """What a person says of an ask. ``expected_version`` and ``submission_key`` come back from the form they saw."""

    status_code: str
    narrative: str
    reason: str
    recovery_on: date | None
    next_step: str
    next_step_on: date | None
    completed_on: date | None
    evidence_url: str
    expected_version: int
    submission_key: str


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


def change_status(item: Item, change: StatusChange, catalogue: Catalogue) -> bool:
    """Record what an organisation says about an ask; False when this very form was saved before (a double click).

    Raises MoveNotAllowed for a status that the rules do not offer from where the ask stands, and ChangedMeanwhile when
    somebody else saved since ``expected_version``. Whether a reason, dates or evidence are there is the form's check.
    """
    progress = _locked(item)
    if _is_saved(change.submission_key):
        return False
    _check_version(progress, change.expected_version)
    word = catalogue.scale_of(item.ask).find(change.status_code)
    if word is None or word.status_class not in rules.classes_after(progress.status_class, Power.ORGANISATION):
        raise MoveNotAllowed("The status has changed since you opened this page. Choose one of those offered now.")
    if change.evidence_url:
        evidence.add_link(
            organisation_id=item.organisation.organisation_id,
            organisation_code=item.organisation.code,
            ask_id=item.ask.ask_id,
            item=item.subject,
            url=change.evidence_url,
            by=item.viewer.person_id,
            role=item.role,
        )
    _add_entry(
        item,
        progress,
        ProgressEntry(
            kind=EntryKind.UPDATE,
            status_code=word.code,
            status_class=word.status_class,
            narrative=change.narrative,
            reason=change.reason,
            recovery_on=change.recovery_on,
            next_step=change.next_step,
            next_step_on=change.next_step_on,
            completed_on=change.completed_on if word.status_class.is_done else None,
            submission_key=change.submission_key,
        ),
    )
    return True


@dataclass(frozen=True, slots=True)
class Decision:
    """What an assurer decides on a claim, and for which body."""

    is_assured: bool
    reason: str
    body_id: int | None
    expected_version: int
    submission_key: str


def is_claim(status_class: StatusClass) -> bool:
    """Whether there is something for an assurer to decide on."""
    return rules.may_return(status_class, Power.ASSURER)


def decide_on_claim(item: Item, decision: Decision, catalogue: Catalogue) -> bool:
    """Record an assurer's decision on a claim: assured, or returned to where it stood before the claim.

    False when this very form was saved before. Raises MoveNotAllowed when there is no claim to decide on, or when the
    person who decides is the one who claimed; ChangedMeanwhile as ``change_status`` does.
    """
    progress = _locked(item)
    if _is_saved(decision.submission_key):
        return False
    _check_version(progress, decision.expected_version)
    claim = session().get(ProgressEntry, progress.entry_id) if progress.entry_id else None
    if claim is None or not is_claim(progress.status_class):
        raise MoveNotAllowed("There is no claim to decide on any more.")
    if claim.person_id == item.viewer.person_id:
        raise MoveNotAllowed("You made this claim, so somebody else must decide on it.")
    scale = catalogue.scale_of(item.ask)
    decided = StatusClass.DONE_ASSURED if decision.is_assured else StatusClass.NOT_STARTED
    code = scale.in_class(decided)[0].code
    if not decision.is_assured:
        code = _code_before_claim(item) or code
    _add_entry(
        item,
        progress,
        ProgressEntry(
            kind=EntryKind.ASSURED if decision.is_assured else EntryKind.RETURNED,
            status_code=code,
            status_class=scale.get(code).status_class,
            narrative=claim.narrative,
            reason=decision.reason,
            next_step=claim.next_step,
            next_step_on=claim.next_step_on,
            completed_on=claim.completed_on if decision.is_assured else None,
            body_id=decision.body_id,
            submission_key=decision.submission_key,
        ),
    )
    return True


def agree_target(item: Item, target_on: date | None, reason: str) -> None:
    """Agree a local target for an ask, or withdraw it (None). From now on overdue is judged on it."""
    progress = _locked(item)
    before = progress.target_on
    target = Target(
        organisation_id=item.organisation.organisation_id,
        ask_id=item.ask.ask_id,
        target_on=target_on,
        reason=reason,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=item.viewer.person_id,
    )
    session().add(target)
    progress.target_on = target_on
    progress.version += 1
    session().flush()
    audit.record(
        verb="target agreed",
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        before={"target_on": before},
        after={"target_on": target_on, "target": target.id},
    )


def _locked(item: Item) -> Progress:
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


def _is_saved(submission_key: str) -> bool:
    return bool(session().scalar(sa.select(sa.exists().where(ProgressEntry.submission_key == submission_key))))


def _check_version(progress: Progress, expected: int) -> None:
    if progress.version != expected:
        raise ChangedMeanwhile


def _code_before_claim(item: Item) -> str | None:
    """The word of the last open status, which a returned claim goes back to."""
    return session().scalar(
        sa.select(ProgressEntry.status_code)
        .where(
            ProgressEntry.organisation_id == item.organisation.organisation_id,
            ProgressEntry.ask_id == item.ask.ask_id,
            ProgressEntry.status_class.in_([each for each in StatusClass if each.is_open]),
        )
        .order_by(ProgressEntry.true_on.desc(), ProgressEntry.id.desc())
        .limit(1)
    )


def _add_entry(item: Item, progress: Progress, entry: ProgressEntry) -> None:
    """Complete an entry with who, where and when, move the current position to it, and audit the move."""
    entry.organisation_id = item.organisation.organisation_id
    entry.ask_id = item.ask.ask_id
    entry.true_on = clock.today()
    entry.recorded_at = clock.now()
    entry.person_id = item.viewer.person_id
    entry.role = item.role
    last = session().get(ProgressEntry, progress.entry_id) if progress.entry_id else None
    before: dict[str, str | int] = {"status_class": progress.status_class.value}
    if last is not None:
        before |= {"status": last.status_code, "entry": last.id}
    session().add(entry)
    session().flush()
    progress.entry_id = entry.id
    progress.status_class = entry.status_class
    progress.version += 1
    audit.record(
        verb=f"status {entry.kind.value}",
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
            "completed_on": entry.completed_on,
            "recovery_on": entry.recovery_on,
        },
    )
