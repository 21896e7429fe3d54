"""A lead who changes while an assurer saves: everybody takes positions before chains, so neither waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier
from time import sleep

import make
import pytest
import tell
from flask import Flask
from integration.assurance.assuring import claim, now
from integration.people.test_people_races import at_once, shared_app, together, world

from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.appointments import leads
from tracker.appointments.leads import LeadDetails
from tracker.assurance import sample_service
from tracker.assurance.rows import Reach
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import get_open_organisation
from tracker.progress import access, claims, items

__all__ = ["at_once", "shared_app", "together", "world"]


def viewer(role: Role, organisation_id: int, code: str) -> Viewer:
    person_id = make.person(role, organisation_id)
    return Viewer(person_id, "Robin Ashdown", (HeldRole(role, organisation_id, code),))


def name(lead: Viewer, who: str) -> None:
    details = LeadDetails(who, "Chief Nurse", f"{who[:3]}@example.nhs.uk", date(2020, 9, 1), None)
    leads.name_lead(get_open_organisation("XN1"), details, lead, "lead")


# SQLite lets one write at a time, so nobody has a lock that another waits for.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lead_named_while_the_claim_is_decided_on_waits_for_it(
    shared_app: Flask, world: make.World, at_once: Callable[..., list[object]]
) -> None:
    lead, region = viewer(Role.LEAD, world.north_trust, "XN1"), viewer(Role.REGION, world.north_region, "YN1")
    with transaction():
        name(lead, "Kim Dale")
    claim(lead, "6.1")
    is_locked = Barrier(2)

    def decide() -> None:
        item = tell.item(region, "6.1")
        version = items.locked(item).version
        is_locked.wait(timeout=10)
        sleep(0.5)
        claims.decide_on_claim(
            item, claims.Decision(True, "", region.held[0].organisation_id, version, "key"), read_catalogue()
        )

    def rename() -> None:
        is_locked.wait(timeout=10)
        name(lead, "Alex Moor")

    at_once(decide, rename)
    assert now("6.1").status is StatusClass.DONE_CLAIMED
    assert now("6.1").kinds == ("update", "assured", "lapsed")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_form_that_draws_twice_at_once_draws_one_sample(
    shared_app: Flask,
    world: make.World,
    at_once: Callable[..., list[object]],
    together: Callable[[object, str, int], None],
) -> None:
    lead, region = viewer(Role.LEAD, world.north_trust, "XN1"), viewer(Role.REGION, world.north_region, "YN1")
    claim(lead)
    reach = Reach(access.assured_by(region), access.own_bodies(region))

    def draw() -> int:
        held, catalogue = region.held[0], read_catalogue()
        return sample_service.draw_sample(region, held, reach, catalogue, size=1, seed="7", submission_key="key")

    together(sample_service, "candidates", 2)
    one, other = at_once(draw, draw)
    assert one == other
