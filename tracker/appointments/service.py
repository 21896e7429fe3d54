"""Appoints people to posts and to asks, corrects, ends and withdraws appointments; audits with numbers; never commits.

Whatever two people do at once in one organisation is done one after the other, and the second is told where what they
saw was not so any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.appointments import effects, recording
from tracker.appointments.models import AppointmentChange
from tracker.appointments.powers import Actor
from tracker.appointments.queries import ever_in_post, get_in_post, people_here, version_of
from tracker.appointments.rows import InPost, ToAppoint
from tracker.appointments.rules import AppointmentRole, ChangeKind, Term, day_before
from tracker.audit import service as audit
from tracker.web.wording import day


class ChangedMeanwhile(Exception):
    """Somebody else changed who answers for what since the page was opened; nothing was written."""


class NothingChanged(Exception):
    """What was sent is what is recorded already; nothing was written."""


class NotPossible(Exception):
    """What was sent cannot stand beside what is recorded; the sentence says why. Nothing was written."""


class NotTheirs(PermissionError):
    """Somebody would change what they have no say in; pages offer it to nobody."""


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """Who is to answer for what: one post, or any number of asks."""

    role: AppointmentRole
    ask_ids: tuple[int, ...]
    who: ToAppoint
    job_title: str
    term: Term


def appoint(actor: Actor, new: NewAppointment, *, expected_version: int, submission_key: str, reason: str = "") -> bool:
    """Appoint somebody to a post or to asks; False where this very form was saved before (a double click).

    In a post of one, whoever was there before leaves on the day before, and where somebody is to come later the time
    ends on the day before theirs, so that there is one person on any day. Raises ChangedMeanwhile, NotPossible and
    NotTheirs.
    """
    here = actor.organisation.organisation_id
    recording.lock(here)
    if recording.is_saved(submission_key):
        return False
    if version_of(here) != expected_version:
        raise ChangedMeanwhile
    recorded = ever_in_post(here)
    _check_power(actor, new, recorded)
    _check_free(new, recorded)
    person_id = find_person_id(actor, new.who)
    change = recording.begin(
        here,
        ChangeKind.APPOINTED,
        by=actor.viewer.person_id,
        role=actor.role,
        reason=reason,
        submission_key=submission_key,
    )
    term = make_room(change, new.role, new.term, recorded) if new.role.is_of_one else new.term
    for ask_id in new.ask_ids or (None,):
        recording.add(change, person_id, new.role, ask_id, new.job_title, term)
    tell_of_change(actor)
    audit.record(
        verb="lead named" if new.role is AppointmentRole.EXECUTIVE_LEAD else "appointed",
        subject=f"person {person_id}",
        by=actor.viewer.person_id,
        role=actor.role,
        organisation_code=actor.organisation.code,
        after={
            "post": new.role.value,
            "asks": list(new.ask_ids),
            "from": term.starts_on,
            "to": term.ends_on,
            "change": change.number,
        },
    )
    return True


def correct(
    actor: Actor,
    appointment_id: int,
    who: ToAppoint,
    job_title: str,
    term: Term,
    *,
    reason: str,
    submission_key: str,
) -> bool:
    """Put right who it was, as what, or from when to when; False where this very form was saved before.

    Raises ChangedMeanwhile where somebody else changed the same appointment; NothingChanged, NotPossible, NotTheirs.
    """
    held, recorded = _locked(actor, appointment_id, submission_key)
    if held is None:
        return False
    if who.person_id != held.person_id and not actor.appoints_all:
        raise NotTheirs
    if (who.person_id, job_title, term) == (held.person_id, held.job_title, held.term):
        raise NothingChanged
    person_id = held.person_id if who.person_id == held.person_id else find_person_id(actor, who)
    _check_no_overlap(held, person_id, term, recorded)
    change = _begin(actor, ChangeKind.CORRECTED, reason, submission_key)
    recording.supersede(change, held)
    recording.add(change, person_id, held.role, held.ask_id, job_title, term)
    _audit("appointment corrected", actor, change, held, {"person": person_id, **_days(term)})
    return True


def end(actor: Actor, appointment_id: int, term: Term, *, reason: str, submission_key: str) -> bool:
    """Record the last day of somebody in post (``term`` with the first day it has); False and faults as ``correct``."""
    held, recorded = _locked(actor, appointment_id, submission_key)
    if held is None:
        return False
    if term.starts_on > term.last_day:
        raise NotPossible(f"The last day must be {day(held.starts_on)} or later: that is the first day.")
    if term == held.term:
        raise NothingChanged
    _check_no_overlap(held, held.person_id, term, recorded)
    change = _begin(actor, ChangeKind.ENDED, reason, submission_key)
    recording.re_date(change, held, term)
    _audit("appointment ended", actor, change, held, _days(term))
    return True


def withdraw(actor: Actor, appointment_id: int, *, reason: str, submission_key: str) -> bool:
    """Take back what never was so; False and faults as ``correct``. It stays in the history."""
    held, _recorded = _locked(actor, appointment_id, submission_key)
    if held is None:
        return False
    change = _begin(actor, ChangeKind.WITHDRAWN, reason, submission_key)
    recording.supersede(change, held)
    _audit("appointment withdrawn", actor, change, held, {})
    return True


def make_room(change: AppointmentChange, role: AppointmentRole, term: Term, recorded: Sequence[InPost]) -> Term:
    """End the time of whoever is in a post of one before a new time begins; the new time, up to whoever comes later."""
    others = [each for each in recorded if each.role is role]
    later = [each.starts_on for each in others if each.starts_on > term.starts_on]
    for each in others:
        if each.term.overlaps(term) and each.starts_on < term.starts_on:
            recording.re_date(change, each, Term(each.starts_on, day_before(term.starts_on)))
    last_day = min([term.last_day, *map(day_before, later)])
    return Term(term.starts_on, None if last_day == date.max else last_day)


def find_person_id(actor: Actor, who: ToAppoint) -> int:
    """The person who was chosen, or a new one. Raises NotPossible for somebody who cannot be chosen here.

    Nobody is looked for by an address: who typed the details of somebody in the list is asked to choose them there.
    """
    known = people_here(actor.organisation.organisation_id, roles=actor.roles_to_choose)
    if who.person_id is not None:
        if who.person_id not in {each.person_id for each in known}:
            raise NotPossible("The person you chose cannot be appointed here any more. Choose somebody else.")
        return who.person_id
    if not actor.appoints_all:
        raise NotTheirs
    if any((each.name, each.email) == (who.name, who.email) for each in known):
        raise NotPossible(f"{who.name} is in the list already. Choose them there.")
    return recording.add_person(who.name, who.email)


def _locked(actor: Actor, appointment_id: int, submission_key: str) -> tuple[InPost | None, list[InPost]]:
    """An appointment that counts still, with all that is recorded; None where this very form was saved before."""
    here = actor.organisation.organisation_id
    recording.lock(here)
    if recording.is_saved(submission_key):
        return None, []
    held = get_in_post(here, appointment_id)
    if not actor.may_change(held):
        raise NotTheirs
    if held.is_superseded:
        raise ChangedMeanwhile
    return held, ever_in_post(here)


def _check_power(actor: Actor, new: NewAppointment, recorded: Sequence[InPost]) -> None:
    if actor.appoints_all:
        return
    if new.role not in actor.posts or new.who.person_id != actor.viewer.person_id:
        raise NotTheirs
    taken = [each for each in recorded if each.ask_id in new.ask_ids and each.term.overlaps(new.term)]
    if any(each.person_id != actor.viewer.person_id for each in taken):
        raise NotPossible("Somebody owns one of these asks already. Ask them to hand it over to you, or ask your lead.")


def _check_free(new: NewAppointment, recorded: Sequence[InPost]) -> None:
    for each in recorded:
        if new.role.is_of_one and each.role is new.role and each.starts_on == new.term.starts_on:
            raise NotPossible(
                f"{each.called} is recorded from the same day, {day(each.starts_on)}. "
                "Correct that instead, or choose another day."
            )
        is_same_ask = each.ask_id is not None and each.ask_id in new.ask_ids
        if is_same_ask and each.person_id == new.who.person_id and each.term.overlaps(new.term):
            raise NotPossible(f"{each.called} owns one of these asks already, from {day(each.starts_on)}.")


def _check_no_overlap(held: InPost, person_id: int, term: Term, recorded: Sequence[InPost]) -> None:
    for each in recorded:
        is_same = (each.role, each.ask_id) == (held.role, held.ask_id) and (
            held.role.is_of_one or each.person_id == person_id
        )
        if is_same and each.appointment_id != held.appointment_id and each.term.overlaps(term):
            until = f"to {day(each.ends_on)}" if each.ends_on else "on"
            raise NotPossible(
                f"{each.called} is recorded from {day(each.starts_on)} {until}, which overlaps. "
                "Choose other days, or correct that first."
            )


def _begin(actor: Actor, kind: ChangeKind, reason: str, submission_key: str) -> AppointmentChange:
    return recording.begin(
        actor.organisation.organisation_id,
        kind,
        by=actor.viewer.person_id,
        role=actor.role,
        reason=reason,
        submission_key=submission_key,
    )


def _days(term: Term) -> dict[str, object]:
    return {"from": term.starts_on, "to": term.ends_on}


def _audit(verb: str, actor: Actor, change: AppointmentChange, held: InPost, after: dict[str, object]) -> None:
    tell_of_change(actor)
    audit.record(
        verb=verb,
        subject=f"person {held.person_id}",
        by=actor.viewer.person_id,
        role=actor.role,
        organisation_code=actor.organisation.code,
        before={"post": held.role.value, "ask": held.ask_id, **_days(held.term)},
        after={**after, "change": change.number},
    )


def tell_of_change(actor: Actor) -> None:
    """Tell whoever relies on who is in post; call it once everything is written but the audit."""
    here = actor.organisation
    effects.tell(effects.PostsChanged(here.organisation_id, here.code, actor.viewer.person_id, actor.role))
