"""Which asks are tracked for whom, and that the select in SQL says what the rules in Python say."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime

import make
import pytest
import tell

from tracker import clock
from tracker.accounts.rules import Scope, Viewer
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import OrganisationType, Service, StatusClass
from tracker.organisations.service import track
from tracker.progress import adoptions, queries, rules
from tracker.progress.queries import as_standing
from tracker.progress.rows import Standing
from tracker.progress.rules import Applicability
from tracker.progress.standings import standings_as_at

TODAY = date(2020, 11, 2)


def tracked(organisation_id: int, on: date = TODAY) -> dict[str, Applicability]:
    catalogue = read_catalogue()
    return {
        catalogue.asks[standing.ask_id].ref: standing.applicability
        for standing in queries.standings_of(organisation_id, on)
    }


def test_a_trust_is_tracked_against_the_asks_for_trusts(world: make.World) -> None:
    refs = tracked(world.north_trust)
    assert "2.2" in refs
    assert "4.2" not in refs  # For practices and CCGs.
    assert "3.2" not in refs  # For systems.
    assert all(not ref.startswith("S") for ref in refs)


def test_asks_that_depend_on_a_service_are_to_confirm_until_somebody_says(world: make.World) -> None:
    assert tracked(world.north_trust)["4.4"] is Applicability.TO_CONFIRM
    make.service_answer(world.north_trust, Service.MATERNITY, True)
    make.service_answer(world.north_trust, Service.MENTAL_HEALTH, False)
    refs = tracked(world.north_trust)
    assert refs["4.4"] is Applicability.APPLIES
    assert "5.2" not in refs


def test_nothing_is_tracked_before_the_framework_is_in_force(world: make.World) -> None:
    assert tracked(world.north_trust, date(2020, 7, 30)) == {}
    assert tracked(world.north_trust, date(2020, 7, 31))


def test_regions_are_never_tracked_and_practices_only_when_switched_on(world: make.World) -> None:
    practice = make.organisation("A00001", "Dale Road Surgery", OrganisationType.PRACTICE, region=world.north_region)
    session().commit()
    assert tracked(world.north_region) == {}
    assert tracked(practice) == {}
    with transaction():
        track(OrganisationType.PRACTICE, True)
    refs = tracked(practice)
    assert refs["4.2"] is Applicability.APPLIES
    assert not {"6.1", "6.2", "8.4"} & set(refs)
    with transaction():
        track(OrganisationType.PRACTICE, False)
    assert tracked(practice) == {}


def test_leading_asks_are_optional_for_a_network(world: make.World) -> None:
    network = make.organisation("U00001", "Dale Network", OrganisationType.PCN, region=world.north_region)
    session().commit()
    with transaction():
        track(OrganisationType.PCN, True)
    refs = tracked(network)
    assert {ref for ref, applicability in refs.items() if applicability is Applicability.OPTIONAL} == {
        "6.1",
        "6.2",
        "8.4",
    }


def test_a_framework_to_adopt_is_tracked_from_the_day_of_adoption(world: make.World, lead: Viewer) -> None:
    late = datetime(2025, 3, 3, 12, tzinfo=UTC)
    with clock.frozen(late), transaction():
        organisation = tell.item(lead, "6.1").organisation
        adoptions.adopt_framework(organisation, "rcp-2024", lead, "lead")
    assert "S1" not in tracked(world.north_trust, date(2025, 3, 2))
    assert "S1" in tracked(world.north_trust, date(2025, 3, 3))
    assert "S1" not in tracked(world.south_trust, date(2025, 3, 3))


def test_an_organisation_is_tracked_to_its_last_day(world: make.World) -> None:
    closing = make.organisation(
        "XC1", "Old Mill NHS Trust", OrganisationType.TRUST, region=world.north_region, closed_on=date(2020, 9, 30)
    )
    session().commit()
    assert tracked(closing, date(2020, 9, 30))
    assert tracked(closing, date(2020, 10, 1)) == {}


def item_of(standing: Standing) -> tuple[int, int]:
    return standing.organisation_id, standing.ask_id


@pytest.mark.parametrize("seed", range(3))
def test_the_position_of_now_is_the_position_that_the_history_gives(world: make.World, lead: Viewer, seed: int) -> None:
    chance = random.Random(seed)
    day = 1
    for ref in ("1.3", "2.2", "7.1", "8.1"):
        for _ in range(chance.randrange(5)):
            day += 1
            with clock.frozen(datetime(2020, 9, day, 9, tzinfo=UTC)):
                if chance.random() < 0.3:
                    tell.agree(lead, ref, date(2020, 10, chance.randrange(1, 28)))
                elif chance.random() < 0.3:
                    tell.confirm(lead, ref)
                else:
                    tell.say(lead, ref, chance.choice(["on_track", "at_risk", "not_started"]), reason="Why")
    from_now = [as_standing(row) for row in session().execute(standings_as_at(TODAY).select)]
    from_history = [as_standing(row) for row in session().execute(standings_as_at(TODAY, clock.now()).select)]
    assert sorted(from_now, key=item_of) == sorted(from_history, key=item_of)
    assert len(from_now) > 50


def test_overdue_in_sql_is_overdue_by_the_rules(world: make.World, lead: Viewer, region: Viewer) -> None:
    make.service_answer(world.south_trust, Service.MATERNITY, True)
    tell.say(lead, "2.2", "off_track", reason="Why")
    tell.say(lead, "2.3", "complete_claimed", evidence_url="https://board.example/paper")
    tell.say(lead, "8.1", "not_applicable", reason="Why")
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    tell.decide(region, "6.1", is_assured=True)
    tell.agree(region, "7.1", date(2020, 10, 1))
    tell.agree(region, "1.3", date(2020, 10, 15))
    asks = read_catalogue().asks
    found: set[bool] = set()
    for on in (date(2020, 9, 21), date(2020, 9, 22), date(2020, 10, 31), date(2020, 11, 1), date(2021, 4, 1)):
        standings = standings_as_at(on, clock.now())
        rows = session().execute(standings.select.add_columns(standings.is_overdue.label("late")))
        for row in rows:
            standing, ask = queries.as_standing(row), asks[row.ask_id]
            deadline = rules.deadline(ask.date_kind, ask.national_on, standing.target_on)
            assert standing.deadline_on == deadline
            expected = rules.is_overdue(standing.status_class, standing.applicability, deadline, on)
            assert bool(row.late) is expected, (ask.ref, on)
            found.add(expected)
    assert found == {True, False}


def test_every_class_has_its_place_in_the_roll_up() -> None:
    order = list(StatusClass)
    for worse, better in itertools.pairwise(order):
        rolled = rules.roll_up([(better, Applicability.APPLIES), (worse, Applicability.APPLIES)])
        assert rolled.worst is worse


def test_the_bodies_of_a_scope_are_those_and_no_others(world: make.World) -> None:
    only = Scope(own=frozenset({world.north_trust}))
    assert set(queries.bodies_in(only, clock.today())) == {world.north_trust}
