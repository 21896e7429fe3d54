"""Two who change who answers for what at the same moment, each with a connection of their own, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import make
import pytest
from flask import Flask
from integration.appointments.posting import actor, appoint, ask_id, changes, stored
from integration.people.test_people_races import at_once, shared_app, together, world

from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.appointments import handing_over, leads, service
from tracker.appointments.handing_over import HandingOver
from tracker.appointments.rows import ToAppoint
from tracker.appointments.rules import AppointmentRole, Term
from tracker.appointments.service import ChangedMeanwhile, NewAppointment
from tracker.db import session
from tracker.organisations.queries import get_open_organisation

__all__ = ["at_once", "shared_app", "together", "world"]

Deed = Callable[[], object]
AtOnce = Callable[..., list[object]]
Together = Callable[[object, str, int], None]
SINCE, TODAY = date(2020, 9, 1), date(2020, 11, 2)


@pytest.fixture
def robin(world: make.World) -> Viewer:
    person_id = make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    return Viewer(person_id, "Robin Ashdown", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))


@pytest.fixture
def contributors(world: make.World) -> list[int]:
    return [
        make.person(Role.CONTRIBUTOR, world.north_trust, email=f"{name.lower()}@example.nhs.uk", name=name)
        for name in ("Kim", "Lou", "Max")
    ]


def tried(deed: Deed) -> Deed:
    """What a deed gave back, or the name of the fault it met; a fault rolls its transaction back."""

    def attempt() -> object:
        try:
            with session().begin_nested():
                return deed()
        except (ChangedMeanwhile, service.NotPossible) as fault:
            return type(fault).__name__

    return attempt


def hand_over(robin: Viewer, giver: int, taker: int, key: str) -> Deed:
    """Everything that the giver had when the page was opened, at version 1."""
    moved = frozenset(each.appointment_id for each in handing_over.held_by(actor(robin), giver))
    what = HandingOver(moved, ToAppoint(taker), "Nurse", TODAY)
    return tried(lambda: handing_over.hand_over_to(actor(robin), giver, what, expected_version=1, submission_key=key))


def test_of_two_hand_overs_of_the_same_at_once_one_moves_all_of_it_and_the_other_nothing(
    shared_app: Flask, robin: Viewer, contributors: list[int], at_once: AtOnce, together: Together
) -> None:
    kim, lou, max_ = contributors
    appoint(robin, kim, "2.2", "7.1", "2.3", since=SINCE)
    to_lou, to_max = hand_over(robin, kim, lou, "to lou"), hand_over(robin, kim, max_, "to max")
    together(handing_over, "ever_in_post", 2)
    got = at_once(to_lou, to_max)
    assert sorted(map(str, got)) == ["ChangedMeanwhile", "True"]
    now = [(name, ref) for name, _, ref, _, ends in stored() if ends is None]
    assert sorted(ref or "" for _, ref in now) == ["2.2", "2.3", "7.1"], "every ask has exactly one owner"
    assert {name for name, _ in now} == {"Lou" if got[0] is True else "Max"}
    assert changes() == [(1, "appointed"), (2, "handed_over")]


def test_one_form_that_arrives_three_times_at_once_hands_over_once(
    shared_app: Flask, robin: Viewer, contributors: list[int], at_once: AtOnce
) -> None:
    kim, lou, _ = contributors
    appoint(robin, kim, "2.2", since=SINCE)
    got = at_once(*[hand_over(robin, kim, lou, "the same key")] * 3)
    assert sorted(map(bool, got)) == [False, False, True]
    assert changes() == [(1, "appointed"), (2, "handed_over")]


def test_of_two_contributors_who_take_one_ask_at_once_one_has_it(
    shared_app: Flask, world: make.World, contributors: list[int], at_once: AtOnce, together: Together
) -> None:
    def take(person_id: int) -> Deed:
        viewer = Viewer(person_id, "", (HeldRole(Role.CONTRIBUTOR, world.north_trust, "XN1"),))
        new = NewAppointment(AppointmentRole.ASK_OWNER, (ask_id("2.2"),), ToAppoint(person_id), "Nurse", Term(SINCE))
        return tried(lambda: service.appoint(actor(viewer), new, expected_version=0, submission_key=f"key {person_id}"))

    together(service, "version_of", 2)
    got = at_once(*map(take, contributors[:2]))
    assert sorted(map(str, got)) == ["ChangedMeanwhile", "True"]
    assert len(stored()) == 1


def test_an_appointment_is_ended_or_taken_back_and_never_both(
    shared_app: Flask, robin: Viewer, contributors: list[int], at_once: AtOnce, together: Together
) -> None:
    appoint(robin, contributors[0], "2.2", since=SINCE)
    (held,) = handing_over.held_by(actor(robin), contributors[0])
    last = Term(SINCE, date(2020, 10, 31))
    together(service, "get_in_post", 2)
    got = at_once(
        tried(lambda: service.end(actor(robin), held.appointment_id, last, reason="", submission_key="end")),
        tried(lambda: service.withdraw(actor(robin), held.appointment_id, reason="-", submission_key="back")),
    )
    assert sorted(map(str, got)) == ["ChangedMeanwhile", "True"]
    assert len(stored()) == (1 if got[0] is True else 0)


def test_a_lead_named_on_the_page_of_an_ask_while_another_is_appointed_leaves_one_lead_on_any_day(
    shared_app: Flask, robin: Viewer, contributors: list[int], at_once: AtOnce
) -> None:
    details = leads.LeadDetails("Ann First", "Director", "ann@example.nhs.uk", date(2020, 10, 1), None)
    new = NewAppointment(AppointmentRole.EXECUTIVE_LEAD, (), ToAppoint(contributors[0]), "Nurse", Term(SINCE))
    got = at_once(
        tried(lambda: leads.name_lead(get_open_organisation("XN1"), details, robin, "lead")),
        tried(lambda: service.appoint(actor(robin), new, expected_version=0, submission_key="key")),
    )
    terms = sorted((starts, ends or date.max) for _, _, _, starts, ends in stored())
    assert all(earlier[1] < later[0] for earlier, later in pairwise(terms))
    assert len(terms) == (1 if "ChangedMeanwhile" in got else 2)
