"""Hands what somebody answers for over to somebody else on a day, in one step; never commits.

The time before stays theirs, and whoever takes it over has the rest of it. Reminders follow by themselves: they go to
whoever owns an ask on the day of the pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker import clock
from tracker.appointments import recording
from tracker.appointments.models import AppointmentChange
from tracker.appointments.powers import Actor
from tracker.appointments.queries import ever_in_post, version_of
from tracker.appointments.rows import InPost, ToAppoint
from tracker.appointments.rules import ChangeKind, HandOver, Term, day_before, hand_over
from tracker.appointments.service import ChangedMeanwhile, NotPossible, NotTheirs, find_person_id, tell_of_change
from tracker.audit import service as audit
from tracker.web.wording import day


@dataclass(frozen=True, slots=True)
class HandingOver:
    """What is handed over, to whom, from which day, and what they are."""

    appointment_ids: frozenset[int]
    to: ToAppoint
    job_title: str
    on: date
    reason: str = ""


def held_by(actor: Actor, person_id: int) -> list[InPost]:
    """What somebody can hand over: everything they are in now or are to be in, of which this actor has a say."""
    today = clock.today()
    return [
        each
        for each in ever_in_post(actor.organisation.organisation_id)
        if each.person_id == person_id and each.term.last_day >= today and actor.may_change(each)
    ]


def hand_over_to(actor: Actor, giver_id: int, what: HandingOver, *, expected_version: int, submission_key: str) -> bool:
    """Hand over, all or nothing; False where this very form was saved before.

    Raises ChangedMeanwhile where anything was recorded here since; NotPossible, for a day on which somebody does not
    hold something, or to themselves; NotTheirs.
    """
    here = actor.organisation.organisation_id
    recording.lock(here)
    if recording.is_saved(submission_key):
        return False
    if version_of(here) != expected_version:
        raise ChangedMeanwhile
    recorded = ever_in_post(here)
    moved = [each for each in recorded if each.person_id == giver_id and each.appointment_id in what.appointment_ids]
    if len(moved) != len(what.appointment_ids) or not moved:
        raise NotTheirs
    if not all(map(actor.may_change, moved)):
        raise NotTheirs
    if what.to.person_id == giver_id:
        raise NotPossible("Choose somebody else: this is who hands over.")
    terms = [_term_of_taker(each, what.on) for each in moved]
    taker_id = find_person_id(actor, what.to)
    change = recording.begin(
        here,
        ChangeKind.HANDED_OVER,
        by=actor.viewer.person_id,
        role=actor.role,
        reason=what.reason,
        submission_key=submission_key,
    )
    for each, term in zip(moved, terms, strict=True):
        if each.starts_on < term.starts_on:
            recording.re_date(change, each, Term(each.starts_on, day_before(term.starts_on)))
        else:
            recording.supersede(change, each)
        _take_over(change, each, taker_id, what.job_title, term, recorded)
    tell_of_change(actor)
    audit.record(
        verb="appointments handed over",
        subject=f"person {giver_id}",
        by=actor.viewer.person_id,
        role=actor.role,
        organisation_code=actor.organisation.code,
        before={"person": giver_id},
        after={
            "person": taker_id,
            "on": what.on,
            "posts": [each.role.value for each in moved if each.ask_id is None],
            "asks": [each.ask_id for each in moved if each.ask_id is not None],
            "change": change.number,
        },
    )
    return True


def _term_of_taker(held: InPost, on: date) -> Term:
    """From the day, or from its own first day where that is still to come, to its last."""
    becomes = hand_over(held.term, on, clock.today())
    if becomes is HandOver.WHOLE:
        return held.term
    if becomes is HandOver.FROM_THE_DAY:
        return replace(held.term, starts_on=on)
    if becomes is HandOver.TOO_LATE and held.ends_on is not None:
        raise NotPossible(
            f"{held.called} leaves some of this on {day(held.ends_on)}. Choose that day or an earlier one."
        )
    raise NotPossible(
        f"{held.called} began with some of this on {day(held.starts_on)} and had it for at least that day. "
        "Choose a later day, or correct what was recorded."
    )


def _take_over(
    change: AppointmentChange, held: InPost, taker_id: int, job_title: str, term: Term, recorded: Sequence[InPost]
) -> None:
    """Somebody in what another held; where they were in it too, their own time is made longer instead."""
    own = [
        each
        for each in recorded
        if (each.person_id, each.role, each.ask_id) == (taker_id, held.role, held.ask_id) and each.term.overlaps(term)
    ]
    for each in own:
        recording.supersede(change, each)
    last_day = max([term.last_day, *(each.term.last_day for each in own)])
    whole = Term(min([term.starts_on, *(each.starts_on for each in own)]), None if last_day == date.max else last_day)
    recording.add(change, taker_id, held.role, held.ask_id, job_title, whole)
