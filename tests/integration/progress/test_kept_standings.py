"""Where everybody stands is kept in tables of its own, equal at any moment to what is worked out from the facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.db import session, transaction
from tracker.frameworks.rules import Service
from tracker.organisations.queries import get_open_organisation, organisations_as_at
from tracker.progress import adoptions, items, kept
from tracker.progress.models import OrganisationNow, StandingNow
from tracker.progress.standings import standings_live

PAPER = "https://board.example/paper"
Rows = set[tuple[Any, ...]]
LIVE = (
    "organisation_id", "ask_id", "entry_id", "status_code", "deadline_on", "target_on", "updated_on",
    "completed_on", "recovery_on", "forecast_on", "review_on", "blocked_by", "confirmed_on",
)  # fmt: skip


def rows_of(select: sa.Select[Any]) -> Rows:
    session().commit()
    return {tuple(row) for row in session().execute(select)}


def assert_kept() -> None:
    """Both tables say what the live selects say."""
    today = clock.today()
    assert kept.is_kept(today)
    organisations = organisations_as_at(today)
    names = [column.name for column in organisations.c]
    assert rows_of(sa.select(*(getattr(OrganisationNow, name) for name in names))) == rows_of(sa.select(organisations))
    live = standings_live(today, for_one_organisation=False).select.subquery()
    there = rows_of(
        sa.select(*(live.c[name] for name in LIVE), sa.cast(live.c.said_class, sa.String), live.c.applicability)
    )
    ours = rows_of(
        sa.select(
            *(getattr(StandingNow, name) for name in LIVE),
            sa.cast(StandingNow.said_class, sa.String),
            sa.cast(StandingNow.applicability, sa.String),
        )
    )
    assert ours == there
    for row in session().scalars(sa.select(StandingNow)):
        assert row.is_open is (row.applicability.value == "applies" and row.said_class.is_open), row.ask_id


@pytest.fixture
def standing_kept(world: make.World) -> None:
    with transaction():
        kept.keep()


def test_what_is_kept_of_the_world_is_what_is_so(standing_kept: None) -> None:
    assert_kept()
    assert not kept.is_kept(clock.today() + timedelta(days=1))


@pytest.mark.usefixtures("standing_kept")
def test_every_way_to_change_a_status_moves_what_is_kept(lead: Viewer, region: Viewer) -> None:
    steps: tuple[Callable[[], object], ...] = (
        lambda: tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=date(2020, 12, 1), blocked_by="The lab"),
        lambda: tell.say(lead, "4.1", "on_track", forecast_on=date(2020, 12, 1), review_on=date(2020, 11, 9)),
        lambda: tell.agree(lead, "4.1", date(2020, 12, 20)),
        lambda: tell.agree(lead, "4.1", None),
        lambda: tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER),
        lambda: tell.decide(region, "2.2", is_assured=False, reason="Not enough"),
        lambda: tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER),
        lambda: tell.decide(region, "2.2", is_assured=True),
        lambda: tell.say(lead, "2.3", "not_applicable", reason="We run none"),
    )
    for step in steps:
        step()
        assert_kept()


@pytest.mark.usefixtures("standing_kept")
def test_services_and_adoptions_change_what_is_asked(world: make.World, lead: Viewer, runner: FlaskCliRunner) -> None:
    body = get_open_organisation("XN1")
    make.service_answer(world.north_trust, Service.MATERNITY, False)
    with transaction():
        kept.keep([world.north_trust])
    assert_kept()
    with clock.frozen(datetime(2025, 2, 3, 12, tzinfo=UTC)):
        with transaction():
            kept.keep()
        assert_kept()
        with transaction():
            adoptions.adopt_framework(body, "rcp-2024", lead, "lead")
        assert_kept()
        assert runner.invoke(args=["organisations", "track", "practice"]).exit_code == 0
        assert_kept()


@pytest.mark.usefixtures("standing_kept")
def test_on_another_day_it_is_made_anew_for_everybody(world: make.World) -> None:
    with clock.frozen(datetime(2020, 11, 3, 9, tzinfo=UTC)):
        assert not kept.is_kept(clock.today())
        with transaction():
            kept.keep([world.north_trust])
        assert_kept()


MOVES = st.sampled_from(("off_track", "at_risk", "on_track", "complete_claimed", "not_applicable", "assure", "return"))


@settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(moves=st.lists(st.tuples(st.sampled_from(("2.2", "4.1", "6.1")), MOVES), max_size=12))
def test_after_any_moves_it_is_what_is_so(
    app: Flask, standing_kept: None, lead: Viewer, region: Viewer, moves: list[tuple[str, str]]
) -> None:
    for ref, wanted in moves:
        try:
            if wanted in ("assure", "return"):
                tell.decide(region, ref, is_assured=wanted == "assure", reason="Why")
            else:
                tell.say(lead, ref, wanted, reason="Why", recovery_on=date(2021, 1, 1), evidence_url=PAPER)
        except items.MoveNotAllowed:
            session().rollback()
    assert_kept()
