"""Writes what people and organisations choose about reminders: rows are closed and added, never changed; never commits.

Whoever chooses is locked first, so that of two forms sent at once one is after the other, and a pass decides before or
after them and not in between. The audit holds no words of people.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Viewer
from tracker.appointments.queries import UPDATING
from tracker.audit import service as audit
from tracker.db import session
from tracker.mail.topics import Topic
from tracker.organisations.models import Organisation
from tracker.organisations.queries import OrganisationSummary
from tracker.progress.items import ChangedMeanwhile, Item
from tracker.reminders.chosen import OwnSnooze, cadence_of, find_snooze, topics_off
from tracker.reminders.models import ReminderCadence, ReminderPreference, Snooze
from tracker.reminders.queries import lock_people
from tracker.reminders.rulebook import rulebook

OWN_REMINDERS, CADENCE = "own reminders", "reminder cadence"


def snooze(item: Item, until_on: date, reason: str, *, submission_key: str) -> bool:
    """Let nobody remind this person of an ask before a day; False where this very form was saved before.

    It takes the place of their last one. Of one that goes on it keeps the first day, so that what fell due since then
    is still said when the last is over.
    """
    lock_people([item.viewer.person_id])
    if is_saved(submission_key):
        return False
    before = _find(item)
    goes_on = before is not None and before.until_on > clock.today()
    true_on = before.true_on if before is not None and goes_on else clock.today()
    _put(item, before, true_on, until_on, reason, submission_key, verb="reminders snoozed")
    return True


def wake(item: Item, *, submission_key: str) -> bool:
    """Begin to remind this person of an ask again today; False where they have not snoozed it.

    What fell due meanwhile and still stands is said once by the next digest, as when a snooze ends by itself.
    """
    lock_people([item.viewer.person_id])
    before = _find(item)
    if before is None or before.until_on <= clock.today():
        return False
    _put(item, before, before.true_on, clock.today(), before.reason, submission_key, verb="reminders woken")
    return True


def end_with_the_role(person_id: int) -> None:
    """Close the snoozes of somebody in organisations of which nothing reminds them: no role there, or no account.

    Nobody is to read of a snooze that stops no reminder.
    """
    lock_people([person_id])
    here = sa.select(Membership.organisation_id).join(Account, Account.person_id == Membership.person_id)
    held = here.where(
        Membership.person_id == person_id,
        Membership.organisation_id.is_not(None),
        Membership.ended_at.is_(None),
        Membership.role.in_(UPDATING),
        Account.is_active,
    )
    session().execute(
        sa.update(Snooze)
        .where(Snooze.person_id == person_id, Snooze.superseded_at.is_(None), Snooze.organisation_id.not_in(held))
        .values(superseded_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def is_saved(submission_key: str) -> bool:
    """Whether the form with this key was saved before: a double click, or a page sent twice."""
    return bool(session().scalar(sa.select(sa.exists().where(Snooze.submission_key == submission_key))))


def choose_topics(viewer: Viewer, off: Collection[Topic]) -> bool:
    """Do without reminders of these topics and of no other; False where nothing changes.

    What may not be switched off stays on, whatever is asked for.
    """
    lock_people([viewer.person_id])
    before, wanted = topics_off(viewer.person_id), frozenset(each for each in off if each.may_be_switched_off)
    if before == wanted:
        return False
    session().execute(
        sa.update(ReminderPreference)
        .where(
            ReminderPreference.person_id == viewer.person_id,
            ReminderPreference.superseded_at.is_(None),
            ReminderPreference.topic.not_in(sorted(wanted)),
        )
        .values(superseded_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    session().add_all(
        ReminderPreference(person_id=viewer.person_id, topic=topic, recorded_at=clock.now())
        for topic in sorted(wanted - before)
    )
    audit.record(
        verb="reminder topics chosen",
        subject=OWN_REMINDERS,
        by=viewer.person_id,
        role=", ".join(sorted(viewer.roles)),
        before={"off": sorted(before)},
        after={"off": sorted(wanted)},
    )
    return True


def choose_cadence(
    organisation: OrganisationSummary, code: str, viewer: Viewer, role: str, *, expected_id: int
) -> bool:
    """Let an organisation's dates be reminded of by a cadence; the first one is everybody's, so it closes the choice.

    False where it has that already. Raises ChangedMeanwhile where somebody else of it chose since the form was opened.
    """
    body = organisation.organisation_id
    session().execute(sa.select(Organisation.id).where(Organisation.id == body).with_for_update())
    before = cadence_of(body)
    if before.choice_id != expected_id:
        raise ChangedMeanwhile
    usual = rulebook().cadences[0].code
    if code == (before.code or usual):
        return False
    if before.choice_id:
        session().execute(
            sa.update(ReminderCadence)
            .where(ReminderCadence.id == before.choice_id)
            .values(superseded_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    if code != usual:
        session().add(
            ReminderCadence(
                organisation_id=body,
                cadence=code,
                true_on=clock.today(),
                recorded_at=clock.now(),
                person_id=viewer.person_id,
            )
        )
        session().flush()
    audit.record(
        verb="reminder cadence chosen",
        subject=CADENCE,
        by=viewer.person_id,
        role=role,
        organisation_code=organisation.code,
        before={"cadence": before.code or usual},
        after={"cadence": code},
    )
    return True


def _find(item: Item) -> OwnSnooze | None:
    return find_snooze(item.viewer.person_id, item.organisation.organisation_id, item.ask.ask_id)


def _put(
    item: Item,
    before: OwnSnooze | None,
    true_on: date,
    until_on: date,
    reason: str,
    submission_key: str,
    *,
    verb: str,
) -> None:
    """Close the last one, add the next, and say so to the audit."""
    if before is not None:
        session().execute(
            sa.update(Snooze)
            .where(Snooze.id == before.snooze_id)
            .values(superseded_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    made = Snooze(
        person_id=item.viewer.person_id,
        organisation_id=item.organisation.organisation_id,
        ask_id=item.ask.ask_id,
        true_on=true_on,
        until_on=until_on,
        reason=reason,
        recorded_at=clock.now(),
        submission_key=submission_key,
    )
    session().add(made)
    session().flush()
    audit.record(
        verb=verb,
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        before={"until_on": before.until_on} if before is not None else None,
        after={"snooze": made.id, "until_on": until_on},
    )
