"""Where everybody stands is kept in tables of its own, equal at any moment to what is worked out from the facts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from integration.assurance.assuring import note

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.db import database, session, transaction
from tracker.evidence import service as evidence_service
from tracker.evidence.models import Evidence
from tracker.evidence.rows import NewVersion
from tracker.evidence.rules import EvidenceKind
from tracker.frameworks.rules import OrganisationType, Service, StatusClass
from tracker.organisations.queries import get_open_organisation, organisations_as_at
from tracker.organisations.service import choose_system, record_service
from tracker.progress import adoptions, items, kept, lists, service
from tracker.progress.date_rules import Dates, overdue_from
from tracker.progress.kept_models import OrganisationNow, StandingNow
from tracker.progress.models import ProgressEntry
from tracker.progress.rules import Applicability

PAPER = "https://board.example/paper"
EARLIER = date(2020, 10, 20)
IN_FEBRUARY = datetime(2025, 2, 3, 12, tzinfo=UTC)


def assert_kept() -> None:
    """Both tables say what the live selects say."""
    session().commit()
    today = clock.today()
    ours, live = lists.source_on(today, today), lists.source_of_facts(today)
    assert ours.is_kept
    assert rows_of(ours.select) == rows_of(live.select)
    organisations = organisations_as_at(today)
    names = [column.name for column in organisations.c]
    assert rows_of(sa.select(*(getattr(OrganisationNow, name) for name in names))) == rows_of(sa.select(organisations))
    assert {tuple(row) for row in session().execute(ours.select) if row.late_on != late_on(row)} == set()
    for row in session().scalars(sa.select(StandingNow)):
        assert row.is_open is (row.applicability is Applicability.APPLIES and row.said_class.is_open), row.ask_id


def late_on(row: Any) -> date | None:
    """The same as the database worked out, by the rules in Python."""
    said_on = max(filter(None, (row.updated_on, row.confirmed_on)), default=None)
    dates = Dates(Applicability(row.applicability), row.said_class, row.national_on, row.target_on, row.review_on,
                  said_on, row.evidence_on)  # fmt: skip
    return overdue_from(dates)


def rows_of(select: sa.Select[Any]) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in session().execute(select)}


@pytest.fixture
def standing_kept(world: make.World) -> None:
    with transaction():
        kept.keep()


def test_what_is_kept_of_the_world_is_what_is_so_and_of_no_other_day(standing_kept: None) -> None:
    assert_kept()
    tomorrow = clock.today() + timedelta(days=1)
    assert not kept.is_kept(tomorrow)
    assert not lists.source_on(tomorrow, tomorrow).is_kept


@pytest.mark.usefixtures("standing_kept")
def test_every_way_to_change_a_status_moves_what_is_kept(lead: Viewer, region: Viewer) -> None:
    steps: tuple[Callable[[], object], ...] = (
        lambda: tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=date(2020, 12, 1), blocked_by="The lab"),
        lambda: tell.say(lead, "4.1", "on_track", forecast_on=date(2020, 12, 1), review_on=date(2020, 11, 9)),
        lambda: tell.confirm(lead, "4.1"),
        lambda: tell.agree(lead, "4.1", date(2020, 12, 20)),
        lambda: tell.agree(lead, "4.1", None),
        lambda: tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER),
        lambda: tell.decide(region, "2.2", is_assured=False, reason="Not enough"),
        lambda: tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER),
        lambda: tell.decide(region, "2.2", is_assured=True),
        lambda: tell.say(lead, "2.3", "not_applicable", reason="We run none"),
        lambda: tell.say(lead, "7.1", "complete_claimed", true_on=EARLIER, evidence_url=PAPER),
        lambda: tell.decide(region, "7.1", is_assured=True),
        lambda: note(lead, "7.1"),
        lambda: tell.decide(region, "7.1", is_assured=False, reason="Not enough"),
        lambda: tell.correct(lead, "4.1", entry_of(lead, "4.1", -1), "at_risk", reason="It was worse"),
        lambda: tell.say(lead, "4.1", "off_track", reason="Why", recovery_on=date(2020, 12, 1)),
        lambda: tell.correct(lead, "4.1", entry_of(lead, "4.1", 0), "on_track", review_on=date(2020, 11, 20)),
    )
    for step in steps:
        step()
        assert_kept()
    heard = sa.select(StandingNow.updated_on).where(StandingNow.ask_id == tell.item(lead, "7.1").ask.ask_id)
    assert session().scalars(heard.where(StandingNow.entry_id.is_not(None))).all() == [EARLIER]


@pytest.mark.usefixtures("standing_kept")
def test_evidence_that_comes_goes_and_expires_moves_what_is_kept(lead: Viewer) -> None:
    tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER)
    with transaction():
        session().execute(sa.update(Evidence).values(true_on=date(2019, 9, 1)))
        kept.keep()
    about = tell.item(lead, "2.2")
    actor = evidence_service.Actor(about.organisation, lead.person_id, "lead", None)
    late = sa.select(StandingNow.late_on).where(StandingNow.ask_id == about.ask.ask_id, StandingNow.entry_id > 0)
    assert session().scalars(late).all() == [date(2020, 9, 1)]
    newer = NewVersion(EvidenceKind.NOTE, "Minutes", date(2020, 10, 1), note="Agreed.")
    steps: tuple[Callable[[int], object], ...] = (
        lambda piece: evidence_service.add_version(actor, piece, newer, None, expected=0, key="b"),
        lambda piece: evidence_service.set_expiry(actor, piece, date(2020, 11, 1), expected=1, key="c"),
        lambda piece: evidence_service.serve(actor, piece, {}, known={}, expected=2),
    )
    with transaction():
        piece = evidence_service.add(actor, newer, None, {about.ask.ask_id: "2.2"}, "a")
    assert_kept()
    assert session().scalars(late).all() == [date(2021, 10, 1)]
    for step in steps:
        with transaction():
            step(piece)
        assert_kept()
    assert session().scalars(late).all() == [date(2020, 9, 1)]


@pytest.mark.usefixtures("standing_kept")
def test_services_and_adoptions_change_what_is_asked(world: make.World, lead: Viewer, runner: FlaskCliRunner) -> None:
    body = get_open_organisation("XN1")
    for is_provided in (True, False):
        with transaction():
            record_service(world.north_trust, Service.MATERNITY, is_provided)
        assert_kept()
    with transaction():
        choose_system(world.north_trust, "QS1")
    assert_kept()
    with clock.frozen(IN_FEBRUARY):
        with transaction():
            kept.keep()
            adoptions.adopt_framework(body, "rcp-2024", lead, "lead")
        assert_kept()
        assert session().scalar(sa.select(sa.func.count()).select_from(StandingNow)) > 50
        assert runner.invoke(args=["organisations", "track", "practice"]).exit_code == 0
        assert_kept()


@pytest.mark.usefixtures("standing_kept")
def test_files_of_organisations_and_frameworks_change_what_is_kept(runner: FlaskCliRunner, tmp_path: Path) -> None:
    systems = tmp_path / "systems.csv"
    systems.write_text(
        "stp_ods,stp_ons,stp_name,region_ods\nQN1,E54000001,Dales Renamed,YS1\nQN9,E54000009,A New System,YN1\n"
    )
    result = runner.invoke(args=["organisations", "import", str(systems)])
    assert result.exit_code == 0, result.output
    assert_kept()
    assert session().scalar(sa.select(OrganisationNow.system_name).where(OrganisationNow.code == "XN1")) == (
        "Dales Renamed"
    )
    corrected = tmp_path / "corrected.toml"
    built_in = (resources.files("tracker.frameworks") / "data" / "8ua-2020.toml").read_text("utf-8")
    assert "2020-10-31" in built_in
    corrected.write_text(built_in.replace("2020-10-31", "2020-11-30"), "utf-8")
    result = runner.invoke(args=["frameworks", "load", str(corrected)])
    assert result.exit_code == 0, result.output
    assert_kept()
    assert session().scalar(sa.select(sa.func.count()).where(StandingNow.national_on == date(2020, 11, 30))) > 0


@pytest.mark.usefixtures("standing_kept")
def test_on_another_day_nothing_is_made_for_some_and_all_is_for_everybody(
    world: make.World, lead: Viewer, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    """One answer must not make a country wait; a file of organisations, which names nobody, makes all anew."""
    with clock.frozen(datetime(2020, 11, 3, 9, tzinfo=UTC)):
        tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=date(2020, 12, 1))
        before = rows_of(sa.select(StandingNow.__table__))
        with transaction():
            record_service(world.north_trust, Service.MATERNITY, True)
            kept.keep([world.north_ccg])
        assert rows_of(sa.select(StandingNow.__table__)) == before
        assert not lists.source_on(clock.today(), clock.today()).is_kept
        systems = tmp_path / "systems.csv"
        systems.write_text("stp_ods,stp_ons,stp_name,region_ods\nQN9,E54000009,A New System,YN1\n")
        result = runner.invoke(args=["organisations", "import", str(systems)])
        assert result.exit_code == 0, result.output
        assert_kept()


def entry_of(lead: Viewer, ref: str, place: int) -> int:
    """What was said of an ask and can be put right, by its place among them; the newest is -1. Or MoveNotAllowed."""
    about = tell.item(lead, ref)
    said = sa.select(ProgressEntry.id).where(ProgressEntry.ask_id == about.ask.ask_id).order_by(ProgressEntry.id)
    found = [each for each in session().scalars(said) if service.find_correctable(about, each) is not None]
    if not found:
        raise items.MoveNotAllowed("Nothing was said that could be put right.")
    return found[place]


MOVES = st.sampled_from(("off_track", "at_risk", "on_track", "complete_claimed", "not_applicable", "assure", "return",
                         "confirm", "claim of an earlier day", "evidence", "target", "no_target",
                         "maternity", "correct the last", "correct an earlier one"))  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(moves=st.lists(st.tuples(st.sampled_from(("2.2", "4.1", "4.4")), MOVES), max_size=12))
def test_after_any_moves_it_is_what_is_so(
    app: Flask, standing_kept: None, world: make.World, lead: Viewer, region: Viewer, moves: list[tuple[str, str]]
) -> None:
    for ref, wanted in moves:
        try:
            if wanted in ("assure", "return"):
                tell.decide(region, ref, is_assured=wanted == "assure", reason="Why")
            elif wanted == "confirm":
                tell.confirm(lead, ref)
            elif wanted == "evidence":
                note(lead, ref)
            elif wanted == "claim of an earlier day":
                tell.say(lead, ref, "complete_claimed", true_on=EARLIER, evidence_url=PAPER)
            elif wanted in ("target", "no_target"):
                tell.agree(lead, ref, date(2020, 12, 20) if wanted == "target" else None)
            elif wanted in ("correct the last", "correct an earlier one"):
                entry_id = entry_of(lead, ref, -1 if wanted == "correct the last" else 0)
                tell.correct(lead, ref, entry_id, "at_risk", reason="Why", review_on=date(2020, 12, 1))
            elif wanted == "maternity":
                with transaction():
                    record_service(world.north_trust, Service.MATERNITY, ref == "4.4")
            else:
                tell.say(lead, ref, wanted, reason="Why", recovery_on=date(2021, 1, 1), evidence_url=PAPER)
        except items.MoveNotAllowed:
            session().rollback()
    assert_kept()


def test_a_save_while_the_tables_are_made_anew_is_not_lost(
    app: Flask, standing_kept: None, world: make.World, lead: Viewer
) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("In-memory SQLite has one connection; two at once are shown on PostgreSQL.")

    def say() -> None:
        with app.app_context(), clock.frozen(datetime(2020, 11, 2, 12, tzinfo=UTC)):
            tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=date(2020, 12, 1))
            database.session.remove()

    saving = threading.Thread(target=say)
    with transaction():
        kept.keep()
        saving.start()
        saving.join(timeout=0.5)
        assert saving.is_alive()
    saving.join(timeout=30)
    assert_kept()
    about = tell.item(lead, "2.2")
    of_it = sa.and_(StandingNow.organisation_id == world.north_trust, StandingNow.ask_id == about.ask.ask_id)
    assert session().scalar(sa.select(StandingNow.said_class).where(of_it)) is StatusClass.OFF_COURSE


def test_organisations_that_are_new_are_kept_with_the_next_making(world: make.World) -> None:
    make.organisation("XP1", "Valley NHS Trust", OrganisationType.TRUST, region=world.north_region)
    with transaction():
        kept.keep()
    assert_kept()
    assert session().scalar(sa.select(OrganisationNow.name).where(OrganisationNow.code == "XP1")) == "Valley NHS Trust"
