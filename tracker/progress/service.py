"""Changes to where an ask stands: what an organisation says, confirms and corrects.

Services never commit: the route's or command's transaction does. They load what they decide on inside it, with the
item's row locked (``items.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.evidence import service as evidence
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.definition import StatusDefinition
from tracker.frameworks.rules import StatusClass
from tracker.progress import rules
from tracker.progress.items import Item, MoveNotAllowed, Position, add_entry, check_version, is_saved, locked, move
from tracker.progress.models import Confirmation, ProgressEntry
from tracker.progress.rules import Contradiction, EntryKind, Power
from tracker.web.wording import day

MOVED = "The status has changed since you opened this page. Choose one of those offered now."


@dataclass(frozen=True, slots=True)
class StatusChange:
    """What a person says of an ask. ``expected_version`` and ``submission_key`` come back from the form they saw.

    ``true_on`` None is today; an earlier day is back-dated and needs ``backdating_reason``.
    """

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
    forecast_on: date | None = None
    review_on: date | None = None
    blocked_by: str = ""
    true_on: date | None = None
    backdating_reason: str = ""


def change_status(item: Item, change: StatusChange, catalogue: Catalogue) -> bool:
    """Record what an organisation says about an ask; False when this very form was saved before (a double click).

    Raises MoveNotAllowed for a status that the rules do not offer from where the ask stands, for "on track" where its
    own dates speak against it, and for a day before the entry that counts; ChangedMeanwhile when somebody else saved
    since ``expected_version``. Whether reasons and evidence are there is the form's check.
    """
    position = locked(item)
    if is_saved(change.submission_key):
        return False
    check_version(position, change.expected_version)
    word = catalogue.scale_of(item.ask).find(change.status_code)
    if word is None or word.status_class not in rules.classes_after(position.status_class, Power.ORGANISATION):
        raise MoveNotAllowed(MOVED)
    _check_day(item, position, change)
    if word.status_class.is_done:
        _check_done(change.completed_on, change.true_on or clock.today())
        _check_claim(position, change)
    _check_on_course(item, position, word.status_class, change)
    _add_evidence(item, change)
    entry = _entry(change, word, EntryKind.UPDATE)
    add_entry(item, position, entry, verb="status update", true_on=change.true_on)
    return True


def keep_status(item: Item, expected_version: int) -> bool:
    """Leave the status as it is while something beside it changes, so that of two who do only one does.

    Raises ChangedMeanwhile as ``change_status`` does.
    """
    position = locked(item)
    check_version(position, expected_version)
    move(position)
    return True


def correct_entry(item: Item, entry_id: int, change: StatusChange, catalogue: Catalogue) -> bool:
    """Put right what an entry said, by a new entry of the same day that names it; False for a form saved before.

    The corrected entry stays readable in the history and in everything that is asked as known before. Raises
    MoveNotAllowed where it is no entry of this ask that counts still, or for a status that it cannot be corrected to.
    """
    position = locked(item)
    if is_saved(change.submission_key):
        return False
    check_version(position, change.expected_version)
    wrong = find_correctable(item, entry_id)
    word = catalogue.scale_of(item.ask).find(change.status_code)
    if wrong is None or word is None or word.status_class not in rules.classes_for_correction(wrong.status_class):
        raise MoveNotAllowed("This entry cannot be corrected that way. Go back to the history and choose it again.")
    entry = _entry(change, word, wrong.kind)
    entry.body_id = wrong.body_id
    entry.corrects_id = wrong.corrects_id or wrong.id
    if wrong.completed_on is None:
        entry.completed_on = None
    _check_done(entry.completed_on, wrong.true_on)
    add_entry(item, position, entry, true_on=wrong.true_on, verb="entry corrected")
    return True


def find_own_entry(item: Item, entry_id: int) -> ProgressEntry | None:
    """What the organisation itself said of this ask in one entry; a decision of an assurer is not its own."""
    entry = session().get(ProgressEntry, entry_id)
    here = (item.organisation.organisation_id, item.ask.ask_id)
    if entry is None or (entry.organisation_id, entry.ask_id) != here or entry.kind is not EntryKind.UPDATE:
        return None
    return entry


def newest_correction(entry: ProgressEntry) -> ProgressEntry:
    """The entry that says now what one said: the last that corrects it, or itself."""
    first_id = entry.corrects_id or entry.id
    newest = sa.select(ProgressEntry).where(ProgressEntry.corrects_id == first_id).order_by(ProgressEntry.id.desc())
    return session().scalars(newest.limit(1)).one_or_none() or entry


def find_correctable(item: Item, entry_id: int) -> ProgressEntry | None:
    """An organisation's own entry of this ask that no later one corrects, and on which no assurer has decided."""
    entry = find_own_entry(item, entry_id)
    if entry is None or newest_correction(entry) is not entry or is_decided(entry):
        return None
    return entry


def is_decided(entry: ProgressEntry) -> bool:
    """Whether an entry is a claim on which its assurer has decided: what they saw stays as they saw it."""
    if not entry.status_class.is_done:
        return False
    decision = sa.select(ProgressEntry.id).where(
        ProgressEntry.organisation_id == entry.organisation_id,
        ProgressEntry.ask_id == entry.ask_id,
        ProgressEntry.id > entry.id,
        ProgressEntry.kind != EntryKind.UPDATE,
    )
    return session().scalars(decision.limit(1)).first() is not None


def confirm_status(item: Item, expected_version: int) -> bool:
    """Record that the last entry is still true today; False where that was said today already.

    Raises MoveNotAllowed where there is nothing to confirm, or where its own dates speak against it by now: overdue
    with no recovery plan, or a recovery date that has gone by, needs an update. ChangedMeanwhile as ``change_status``.
    """
    position = locked(item)
    last = session().get(ProgressEntry, position.entry_id) if position.entry_id else None
    today = clock.today()
    if position.confirmed_on == today:
        return False
    check_version(position, expected_version)
    if last is None or not position.status_class.is_open:
        raise MoveNotAllowed("There is no open status to confirm.")
    if last.kind is EntryKind.UPDATE and last.true_on == today:
        return False
    contradiction = rules.why_not_confirm(
        last.status_class, item.deadline(position), last.forecast_on, last.recovery_on, today
    )
    if contradiction is not None:
        raise MoveNotAllowed(f"{_in_words(contradiction, item.deadline(position))} Update it instead.")
    confirmation = Confirmation(
        organisation_id=item.organisation.organisation_id,
        ask_id=item.ask.ask_id,
        entry_id=last.id,
        true_on=today,
        recorded_at=clock.now(),
        person_id=item.viewer.person_id,
        role=item.role,
    )
    session().add(confirmation)
    move(position, confirmed_on=today)
    session().flush()
    audit.record(
        verb="status confirmed",
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        after={"entry": last.id, "confirmation": confirmation.id},
    )
    return True


def _entry(change: StatusChange, word: StatusDefinition, kind: EntryKind) -> ProgressEntry:
    is_open = word.status_class.is_open
    return ProgressEntry(
        kind=kind,
        status_code=word.code,
        status_class=word.status_class,
        narrative=change.narrative,
        reason=change.reason,
        recovery_on=change.recovery_on if is_open else None,
        next_step=change.next_step,
        next_step_on=change.next_step_on,
        completed_on=change.completed_on if word.status_class.is_done else None,
        forecast_on=change.forecast_on if is_open else None,
        review_on=change.review_on if is_open else None,
        blocked_by=change.blocked_by if is_open else "",
        backdating_reason=change.backdating_reason,
        submission_key=change.submission_key,
    )


def _add_evidence(item: Item, change: StatusChange) -> None:
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


def _check_done(completed_on: date | None, true_on: date) -> None:
    """Nothing was done before it was done: a claim that is back-dated cannot be for something done later."""
    if completed_on is not None and completed_on > true_on:
        raise MoveNotAllowed(f"The date it was done must be {day(true_on)} or before: that is the day this is said of.")


def _check_claim(position: Position, change: StatusChange) -> None:
    claimed_on = position.last_completed_on if position.status_class is StatusClass.DONE_CLAIMED else None
    is_late = rules.is_claimed_late(change.completed_on, change.true_on or clock.today(), claimed_on)
    if is_late and not change.backdating_reason:
        raise MoveNotAllowed("Enter the reason why this is claimed so long after it was done.")


def _check_day(item: Item, position: Position, change: StatusChange) -> None:
    today = clock.today()
    if change.true_on is None or change.true_on == today:
        return
    if change.true_on > today:
        raise MoveNotAllowed("The day on which this was true must be today or in the past.")
    earliest = rules.earliest_true_on(position.last_true_on, item.ask.effective_from)
    if change.true_on < earliest:
        raise MoveNotAllowed(
            f"The day on which this was true must be {day(earliest)} or later: that is the day of the last entry, "
            "or of the framework. To put right what was said before, correct it in the history."
        )
    if not change.backdating_reason:
        raise MoveNotAllowed("Enter the reason why this is recorded later than it was true.")


def _check_on_course(item: Item, position: Position, wanted: StatusClass, change: StatusChange) -> None:
    deadline_on = item.deadline(position)
    contradiction = rules.why_not_on_course(wanted, deadline_on, change.forecast_on, change.recovery_on, clock.today())
    if contradiction is not None:
        raise MoveNotAllowed(_in_words(contradiction, deadline_on))


def _in_words(contradiction: Contradiction, deadline_on: date | None) -> str:
    on = day(deadline_on) if deadline_on else "its date"
    return {
        Contradiction.NO_RECOVERY_PLAN: f"This was due by {on}, so it cannot be on track without a date by which you "
        "expect to be back on track.",
        Contradiction.FORECAST_LATE: f"You expect it to be done after {on}, so it cannot be on track: choose another "
        "status, or agree another target first.",
        Contradiction.RECOVERY_FAR: f"This was due by {on}, and it is not on track if it is back on track in more than "
        f"{rules.RECOVERY_DAYS} days: choose another status, or ask for another target.",
        Contradiction.RECOVERY_PASSED: "The date by which you expected to be back on track has gone by.",
        Contradiction.FORECAST_PASSED: "The day on which you expected it to be done has gone by.",
    }[contradiction]
