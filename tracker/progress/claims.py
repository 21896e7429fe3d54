"""What an assurer decides on a claim: assured, or returned to where the ask stood before; never commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tracker.db import session
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.rules import StatusClass
from tracker.progress import rules
from tracker.progress.items import ChangedMeanwhile, Item, MoveNotAllowed, add_entry, check_version, is_saved, locked
from tracker.progress.models import ProgressEntry
from tracker.progress.rules import EntryKind, Power


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
    person who decides is the one who claimed; ChangedMeanwhile as ``change_status`` does, and where the form was saved
    before with another decision.
    """
    position = locked(item)
    if is_saved(decision.submission_key):
        _check_same(decision)
        return False
    check_version(position, decision.expected_version)
    claim = session().get(ProgressEntry, position.entry_id) if position.entry_id else None
    if claim is None or not is_claim(position.status_class):
        raise MoveNotAllowed("There is no claim to decide on any more.")
    claimed = claim_behind(claim)
    if claimed is not None and claimed.person_id == item.viewer.person_id:
        raise MoveNotAllowed("You made this claim, so somebody else must decide on it.")
    check_other_body(item)
    scale = catalogue.scale_of(item.ask)
    if decision.is_assured:
        before, code = None, scale.in_class(StatusClass.DONE_ASSURED)[0].code
    else:
        before = _entry_before_claim(item)
        code = before.status_code if before else scale.in_class(StatusClass.NOT_STARTED)[0].code
    add_entry(
        item,
        position,
        ProgressEntry(
            kind=EntryKind.ASSURED if decision.is_assured else EntryKind.RETURNED,
            status_code=code,
            status_class=scale.get(code).status_class,
            narrative=claim.narrative,
            reason=decision.reason,
            recovery_on=before.recovery_on if before else None,
            next_step=claim.next_step,
            next_step_on=claim.next_step_on,
            completed_on=claim.completed_on if decision.is_assured else None,
            forecast_on=before.forecast_on if before else None,
            review_on=before.review_on if before else None,
            blocked_by=before.blocked_by if before else "",
            body_id=decision.body_id,
            submission_key=decision.submission_key,
        ),
        verb="status assured" if decision.is_assured else "status returned",
    )
    return True


def check_other_body(item: Item) -> None:
    """Raise MoveNotAllowed for somebody who is of the organisation that claims, whatever else they are."""
    if any(held.organisation_id == item.organisation.organisation_id for held in item.viewer.held):
        raise MoveNotAllowed("You have a role in this organisation, so somebody from another body must decide.")


def _check_same(decision: Decision) -> None:
    """A form that comes back with another answer is no double click: what was typed would be lost unsaid."""
    saved = (
        session().scalars(sa.select(ProgressEntry).where(ProgressEntry.submission_key == decision.submission_key)).one()
    )
    if (saved.kind is EntryKind.ASSURED, saved.reason) != (decision.is_assured, decision.reason):
        raise ChangedMeanwhile


def claim_behind(counting: ProgressEntry) -> ProgressEntry | None:
    """What the organisation claimed; where its assurance lapsed, the entry that counts is nobody's word."""
    if counting.kind is EntryKind.UPDATE:
        return counting
    return session().scalar(
        sa.select(ProgressEntry)
        .where(
            ProgressEntry.organisation_id == counting.organisation_id,
            ProgressEntry.ask_id == counting.ask_id,
            ProgressEntry.status_class == StatusClass.DONE_CLAIMED,
            ProgressEntry.kind == EntryKind.UPDATE,
            ProgressEntry.id < counting.id,
        )
        .order_by(*latest_first(ProgressEntry))
        .limit(1)
    )


def _entry_before_claim(item: Item) -> ProgressEntry | None:
    """The last open entry, whose word and plan a returned claim goes back to."""
    return session().scalar(
        sa.select(ProgressEntry)
        .where(
            ProgressEntry.organisation_id == item.organisation.organisation_id,
            ProgressEntry.ask_id == item.ask.ask_id,
            ProgressEntry.status_class.in_([each for each in StatusClass if each.is_open]),
        )
        .order_by(*latest_first(ProgressEntry))
        .limit(1)
    )


def latest_first(entry: Any) -> tuple[sa.ColumnElement[Any], ...]:
    """The order by the day that an entry is true of; a correction stands where the entry stood that it corrects."""
    return (entry.true_on.desc(), sa.func.coalesce(entry.corrects_id, entry.id).desc(), entry.id.desc())
