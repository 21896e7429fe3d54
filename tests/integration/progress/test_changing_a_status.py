"""What happens when an organisation says something, and when another body decides on it."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.audit.models import AuditEntry
from tracker.audit.queries import verify_chains
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import StatusClass
from tracker.progress import items, queries, service
from tracker.progress.models import Progress, ProgressEntry


def standing(ref: str, world: make.World, on: date = date(2020, 11, 2)) -> StatusClass:
    ask = read_catalogue().find_ask("8ua-2020", ref)
    assert ask is not None
    return queries.get_standing(world.north_trust, ask.ask_id, on).status_class


def test_nothing_recorded_is_no_update_and_stores_nothing(world: make.World) -> None:
    assert standing("2.2", world) is StatusClass.NO_UPDATE
    assert session().scalar(sa.select(sa.func.count(Progress.id))) == 0


def test_an_update_is_kept_with_both_its_times_and_audited(world: make.World, lead: Viewer) -> None:
    assert tell.say(lead, "2.2", "on_track", narrative="Weekly split\nby ward")
    entry = session().scalars(sa.select(ProgressEntry)).one()
    assert (entry.true_on, entry.recorded_at) == (date(2020, 11, 2), datetime(2020, 11, 2, 12, tzinfo=UTC))
    assert entry.narrative == "Weekly split\nby ward"
    assert standing("2.2", world) is StatusClass.ON_COURSE
    audited = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "status update")).one()
    assert (audited.person_id, audited.role, audited.subject) == (lead.person_id, "lead", "XN1/8ua-2020/2.2")
    assert audited.before == {"status_class": "no_update"}
    assert (audited.after or {})["status_class"] == "on_course"
    assert "split" not in str(audited.after)
    assert verify_chains()[2] == []


def test_the_history_keeps_every_update_and_the_last_one_counts(world: make.World, lead: Viewer) -> None:
    for status in ("not_started", "on_track", "at_risk"):
        tell.say(lead, "2.2", status, reason="Why")
    ask = tell.item(lead, "2.2").ask
    assert [entry.status_code for entry in queries.history_of(world.north_trust, ask.ask_id)] == [
        "at_risk",
        "on_track",
        "not_started",
    ]
    assert standing("2.2", world) is StatusClass.AT_RISK


def test_a_form_that_is_sent_twice_is_saved_once(world: make.World, lead: Viewer) -> None:
    change = tell.change(tell.item(lead, "2.2"), "on_track")
    for expected in (True, False):
        with transaction():
            assert service.change_status(tell.item(lead, "2.2"), change, read_catalogue()) is expected
    assert session().scalar(sa.select(sa.func.count(ProgressEntry.id))) == 1


def test_of_two_people_who_edit_at_once_exactly_one_wins(world: make.World, lead: Viewer) -> None:
    first = tell.change(tell.item(lead, "2.2"), "on_track")
    second = tell.change(tell.item(lead, "2.2"), "at_risk", reason="Why")
    with transaction():
        service.change_status(tell.item(lead, "2.2"), first, read_catalogue())
    with pytest.raises(items.ChangedMeanwhile), transaction():
        service.change_status(tell.item(lead, "2.2"), second, read_catalogue())
    assert standing("2.2", world) is StatusClass.ON_COURSE


def test_two_saves_at_the_same_moment_lose_nothing(app: Flask, world: make.World, lead: Viewer) -> None:
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("In-memory SQLite has one connection; two threads at once are shown on PostgreSQL.")
    session().commit()
    outcomes: list[str] = []

    def save(status: str) -> None:
        with app.app_context():
            try:
                with transaction():
                    about = tell.item(lead, "2.2")
                    service.change_status(
                        about, tell.change(about, status, reason="Why", expected_version=0), read_catalogue()
                    )
                outcomes.append("saved")
            except items.ChangedMeanwhile:
                outcomes.append("told")

    threads = [threading.Thread(target=save, args=(status,)) for status in ("on_track", "at_risk", "not_started")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["saved", "told", "told"]
    assert session().scalar(sa.select(sa.func.count(ProgressEntry.id))) == 1


def test_a_move_the_rules_do_not_offer_is_refused_and_nothing_is_written(world: make.World, lead: Viewer) -> None:
    for status in ("complete_assured", "no_such_status"):
        with pytest.raises(items.MoveNotAllowed):
            tell.say(lead, "2.2", status)
    assert session().scalar(sa.select(sa.func.count(ProgressEntry.id))) == 0
    assert session().scalar(sa.select(sa.func.count(Progress.id))) == 0


def test_a_claim_is_not_open_until_its_assurer_returns_it(world: make.World, lead: Viewer, region: Viewer) -> None:
    tell.say(lead, "6.1", "on_track")
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    assert standing("6.1", world) is StatusClass.DONE_CLAIMED
    with pytest.raises(items.MoveNotAllowed):
        tell.say(lead, "6.1", "on_track")
    tell.decide(region, "6.1", is_assured=False, reason="No name in the paper")
    assert standing("6.1", world) is StatusClass.ON_COURSE
    latest = queries.history_of(world.north_trust, tell.item(lead, "6.1").ask.ask_id)[0]
    assert (latest.kind.value, latest.reason) == ("returned", "No name in the paper")


def test_a_claim_that_came_first_goes_back_to_not_started(world: make.World, lead: Viewer, region: Viewer) -> None:
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    tell.decide(region, "6.1", is_assured=False, reason="Not shown")
    assert standing("6.1", world) is StatusClass.NOT_STARTED


def test_assurance_is_another_persons_decision_on_a_claim(world: make.World, lead: Viewer, region: Viewer) -> None:
    with pytest.raises(items.MoveNotAllowed):
        tell.decide(region, "6.1", is_assured=True)
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    with pytest.raises(items.MoveNotAllowed, match="somebody else"):
        tell.decide(lead, "6.1", is_assured=True)
    tell.decide(region, "6.1", is_assured=True)
    assert standing("6.1", world) is StatusClass.DONE_ASSURED
    entry = session().scalars(sa.select(ProgressEntry).order_by(ProgressEntry.id.desc())).first()
    assert entry is not None
    assert (entry.body_id, entry.completed_on) == (world.north_region, date(2020, 9, 14))


def test_every_ask_can_be_read_as_at_any_day_and_as_known_at_any_instant(world: make.World, lead: Viewer) -> None:
    ask = tell.item(lead, "2.2").ask
    days = [(date(2020, 9, 1), "not_started"), (date(2020, 10, 1), "on_track"), (date(2020, 11, 1), "at_risk")]
    for day, status in days:
        with clock.frozen(datetime(day.year, day.month, day.day, 9, tzinfo=UTC)):
            tell.say(lead, "2.2", status, reason="Why")

    def stood(on: date) -> str | None:
        return queries.get_standing(world.north_trust, ask.ask_id, on).status_code

    assert [stood(date(2020, 8, 31)), stood(date(2020, 9, 1)), stood(date(2020, 9, 30)), stood(date(2020, 10, 1))] == [
        None,
        "not_started",
        "not_started",
        "on_track",
    ]
    assert stood(date(2020, 11, 2)) == "at_risk"


def test_the_day_of_an_update_is_the_london_day(world: make.World, lead: Viewer) -> None:
    with clock.frozen(datetime(2020, 10, 24, 23, 30, tzinfo=UTC)):  # Half past midnight on the 25th in London.
        tell.say(lead, "2.2", "on_track")
    assert session().scalars(sa.select(ProgressEntry.true_on)).one() == date(2020, 10, 25)
