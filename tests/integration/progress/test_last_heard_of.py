"""When an organisation was last heard of: no assurer’s decision and no lapse is its own word, on any page or file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import make
import pytest
import tell
from flask.testing import FlaskClient, FlaskCliRunner
from integration.assurance.assuring import note

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.db import transaction
from tracker.progress import kept, queries
from tracker.returns.present import present

SAID, ASSURED, LAPSED, RETURNED = (date(2020, 10, day) for day in (5, 12, 19, 26))
TODAY = date(2020, 11, 2)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def decided(world: make.World, lead: Viewer, region: Viewer) -> None:
    """Ask 2.2 was claimed, assured, lapsed and was returned; 2.3 was claimed and assured, and 1.1 is only claimed."""
    plan = {"reason": "Why", "recovery_on": date(2021, 1, 1), "review_on": date(2020, 10, 20)}
    with clock.frozen(at(SAID - timedelta(days=1))):
        tell.say(lead, "2.2", "off_track", **plan)
    with clock.frozen(at(SAID)):
        for ref in ("2.2", "2.3"):
            tell.say(lead, ref, "complete_claimed", evidence_url="https://board.example/paper")
    steps: tuple[tuple[date, Callable[[], object]], ...] = (
        (ASSURED, lambda: [tell.decide(region, ref, is_assured=True) for ref in ("2.2", "2.3")]),
        (LAPSED, lambda: note(lead, "2.2")),
        (RETURNED, lambda: tell.decide(region, "2.2", is_assured=False, reason="Not shown")),
    )
    for day, step in steps:
        with clock.frozen(at(day)):
            step()


def test_every_reading_of_any_day_says_when_the_organisation_spoke(
    decided: None, world: make.World, lead: Viewer
) -> None:
    ask_id = tell.item(lead, "2.2").ask.ask_id
    for day in (SAID, ASSURED, LAPSED, RETURNED, TODAY):
        for known_at in (None, at(day), at(TODAY)):
            then = queries.get_standing(world.north_trust, ask_id, day, known_at)
            assert (then.updated_on, then.entry_on) == (SAID, min(day, RETURNED)), (day, known_at)
    assert not queries.get_standing(world.north_trust, ask_id, SAID - timedelta(days=2)).updated_on


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_kept", [True, False])
def test_the_overdue_list_counts_its_quiet_days_from_there(
    client: FlaskClient, world: make.World, decided: None, is_kept: bool
) -> None:
    if is_kept:
        with transaction():
            kept.keep()
    make.sign_in(client, Role.REGION, world.north_region)

    def found(query: str) -> list[dict[str, str]]:
        text = client.get(f"/review/overdue.csv?ask=8ua-2020/2.2&type=trust{query}").get_data(as_text=True)
        return list(csv.DictReader(io.StringIO(text, newline="")))

    quiet = (TODAY - SAID).days
    assert [row["last_updated_on"] for row in found(f"&quiet={quiet}")] == ["2020-10-05"]
    assert found(f"&quiet={quiet + 1}") == []
    # The claim came before the review day that the returned status brought back, so nobody looked at it since.
    assert len(found("&overdue=past_review")) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_workbook_tells_who_spoke_for_the_organisation_and_when_it_was_assured(
    runner: FlaskCliRunner, decided: None, tmp_path: Path
) -> None:
    to = tmp_path / "progress.csv"
    assert runner.invoke(args=["exports", "write", "progress", "--names", "--to", str(to)]).exit_code == 0
    read = csv.DictReader(io.StringIO(to.read_text("utf-8"), newline=""))
    rows = {row["ask_ref"]: row for row in read if row["ods_code"] == "XN1"}
    assert [(rows[ref]["last_updated_on"], rows[ref]["assured_on"]) for ref in ("2.2", "2.3")] == [
        ("2020-10-05", ""),
        ("2020-10-05", "2020-10-12"),
    ]
    assert {rows[ref]["updated_by"] for ref in ("2.2", "2.3")} == {"Robin Ashdown"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_return_says_of_which_day_the_word_is_and_when_it_was_recorded(
    decided: None, world: make.World, lead: Viewer, region: Viewer
) -> None:
    tell.say(lead, "1.3", "complete_claimed", true_on=SAID, evidence_url="https://board.example/paper")
    tell.decide(region, "1.3", is_assured=True)
    asks = {ask.ask_ref: ask for ask in present(world.north_trust, None, TODAY).asks}
    assert {ref: (asks[ref].updated_on, asks[ref].recorded_on) for ref in ("2.2", "1.3")} == {
        "2.2": (SAID, SAID),
        "1.3": (SAID, TODAY),
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_returned_today_can_be_confirmed_today_and_said_of_no_earlier_day(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    with clock.frozen(at(SAID)):
        tell.say(lead, "1.3", "at_risk", reason="Why")
        tell.say(lead, "1.3", "complete_claimed", evidence_url="https://board.example/paper")
    tell.decide(region, "1.3", is_assured=False, reason="Not shown")
    make.sign_in(client, Role.LEAD, world.north_trust)
    page = client.get("/organisations/XN1/8ua-2020/1.3").get_data(as_text=True)
    assert "5 October 2020 (28 days ago)" in page
    assert tell.confirm(lead, "1.3")
    assert not tell.confirm(lead, "1.3")
