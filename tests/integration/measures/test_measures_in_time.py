"""Measures as at any past day and as known at any instant, two people at once, and what a page costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import make
import pytest
import sqlalchemy as sa
from bench.running import statements_of
from conftest import make_settings
from flask import Flask
from flask.testing import FlaskClient
from integration.measures.saying import Saying, words_of

from tracker import clock
from tracker.app import create_app
from tracker.audit.models import AuditEntry
from tracker.audit.queries import verify_chains
from tracker.db import database, session
from tracker.frameworks.catalogue import read_catalogue
from tracker.measures import panels, service
from tracker.measures.models import MeasureHead, MeasureReading
from tracker.measures.rules import Direction
from tracker.measures.speaking import ChangedMeanwhile, Form, Refused

CHECKS = "ld-health-checks"
PAGE = "/organisations/0N1/measures/ld-health-checks"


@contextmanager
def on(day: int, month: int, year: int = 2020) -> Iterator[datetime]:
    """Noon of a day; the instant is given, to ask what was known then."""
    instant = datetime(year, month, day, 12, tzinfo=UTC)
    with clock.frozen(instant):
        yield instant


@pytest.fixture
def told(ccg_says: Saying) -> Saying:
    """A reading of 3 August, corrected in September; a target of 10 August, revised in October."""
    with on(3, 8):
        ccg_says.add(CHECKS, date(2020, 6, 30), 500, 1_250)
    with on(10, 8):
        first = ccg_says.series(CHECKS).readings[0].reading_id
        ccg_says.aim(CHECKS, 600, baseline=first, on=date(2020, 12, 31), reason="A first step")
    with on(10, 9):
        ccg_says.correct(CHECKS, first, date(2020, 6, 30), 525, 1_250)
    with on(10, 10):
        ccg_says.add(CHECKS, date(2020, 9, 30), 785, 1_250)
        ccg_says.aim(CHECKS, 650, baseline=first, on=date(2020, 12, 31), reason="Better than we hoped")
    return ccg_says


@pytest.mark.parametrize(
    ("as_at", "known", "values", "target", "baseline"),
    [
        # As at a day, as known now: the correction counts for every day, and the later target only from its day on.
        (date(2020, 6, 29), None, [], None, None),
        (date(2020, 6, 30), None, [420], None, None),
        (date(2020, 8, 9), None, [420], None, None),
        (date(2020, 8, 10), None, [420], 600, 420),
        (date(2020, 9, 29), None, [420], 600, 420),
        (date(2020, 10, 10), None, [420, 628], 650, 420),
        # As known at an instant: what was recorded later is left out.
        (date(2020, 11, 2), (2020, 8, 2), [], None, None),
        (date(2020, 11, 2), (2020, 8, 3), [400], None, None),
        (date(2020, 11, 2), (2020, 9, 9), [400], 600, 400),
        (date(2020, 11, 2), (2020, 9, 10), [420], 600, 420),
        (date(2020, 9, 30), (2020, 10, 9), [420], 600, 420),
        (date(2020, 9, 30), (2020, 10, 10), [420, 628], 600, 420),
    ],
)
def test_readings_baseline_and_target_as_at_a_day_and_as_known_at_an_instant(
    told: Saying,
    as_at: date,
    known: tuple[int, int, int] | None,
    values: list[int],
    target: int | None,
    baseline: int | None,
) -> None:
    series = told.series(CHECKS, as_at, clock.end_of_day(date(*known)) if known else None)
    assert [series.value(reading) for reading in series.readings] == values
    assert series.own_target == target
    assert (series.value(series.baseline) if series.baseline else None) == baseline


def test_the_page_looks_back_and_offers_no_form_there(as_ccg_lead: FlaskClient, told: Saying) -> None:
    query = {"as_at-day": "30", "as_at-month": "9", "as_at-year": "2020"}
    known = {"known_on-day": "9", "known_on-month": "9", "known_on-year": "2020"}
    page = words_of(as_ccg_lead.get(PAGE, query_string=query | known))
    assert "As at 30 September 2020, as known at the end of 9 September 2020" in page
    assert "40.0% (500 of 1,250), to 30 June 2020" in page
    assert "60% by 31 December 2020" in page
    assert "Better than we hoped" not in page
    assert "Add a reading" not in page
    assert "As at 30 September 2020, as known now" in words_of(as_ccg_lead.get(PAGE, query_string=query))


def test_a_target_that_was_made_easier_says_from_what_and_since_when(as_ccg_lead: FlaskClient, told: Saying) -> None:
    with on(20, 10):
        told.aim(CHECKS, 500, on=date(2020, 12, 31), reason="Fewer nurses")
        of_own = told.own("Waiting too long", direction=Direction.LOWER)
        told.aim(of_own, 50)
    with on(25, 10):
        told.aim(CHECKS, 550, on=date(2020, 12, 31), reason="One more nurse")
        told.aim(of_own, 80)
    page = words_of(as_ccg_lead.get(PAGE))
    assert "Own target 55% by 31 December 2020 Target reached: 7.8 percentage points above 55% Lowered from 65%" in page
    assert "Lowered from 65% on 20 October 2020 Baseline" in page
    listed = words_of(as_ccg_lead.get("/organisations/0N1/measures"))
    assert "above 55% (own target, lowered from 65% on 20 October 2020)" in listed
    assert "Own target: 8%, raised from 5% on 25 October 2020" in listed
    before = {"as_at-day": "19", "as_at-month": "10", "as_at-year": "2020"}
    looked_back = words_of(as_ccg_lead.get(PAGE, query_string=before))
    assert "Own target 65%" in looked_back
    assert "owered from" not in looked_back


def test_a_day_in_the_future_cannot_be_looked_back_to(as_ccg_lead: FlaskClient, told: Saying) -> None:
    page = words_of(as_ccg_lead.get(f"{PAGE}?as_at-day=3&as_at-month=11&as_at-year=2020"))
    assert "The day you look back to must be today or in the past" in page
    assert "62.8%" in page, "and it is shown as it stands"


def test_core20plus5_is_offered_from_the_month_in_which_it_was_published(ccg_says: Saying) -> None:
    key = "core20-smi-checks"
    with pytest.raises(Exception, match="no measure with this name"):
        ccg_says.series(key, date(2021, 10, 31))
    with on(1, 11, 2021):
        national = ccg_says.series(key, date(2021, 11, 1)).national
    assert national is not None
    assert national.tenths == 600


def test_nothing_is_overwritten_and_the_audit_names_rows_and_no_words(told: Saying) -> None:
    rows = session().scalars(sa.select(MeasureReading).order_by(MeasureReading.id)).all()
    assert [(row.numerator, row.corrects_id) for row in rows] == [(500, None), (525, rows[0].id), (785, None)]
    entries = session().scalars(sa.select(AuditEntry).where(AuditEntry.subject == f"measure {CHECKS}")).all()
    assert [entry.verb for entry in entries] == [
        *("reading added", "measure target set", "reading corrected", "reading added", "measure target set")
    ]
    assert "first step" not in str([(entry.before, entry.after) for entry in entries])
    assert verify_chains()[2] == []


def test_a_correction_that_leaves_rounded_counts_alone_leaves_them_rounded(ccg_says: Saying) -> None:
    """40 of 40 is what 38 of 41 became; moved to another day it must not turn into a sure 100%."""
    ccg_says.add(CHECKS, date(2020, 6, 30), 38, 41)
    first = ccg_says.series(CHECKS).readings[0]
    ccg_says.correct(CHECKS, first.reading_id, date(2020, 7, 31), 40, 40)
    (moved,) = ccg_says.series(CHECKS).readings
    assert moved.counts == first.counts
    assert moved.counts.is_rounded
    with pytest.raises(Refused, match="Nothing has changed"):
        ccg_says.correct(CHECKS, first.reading_id, date(2020, 7, 31), 38, 41)


def test_a_service_refuses_what_no_form_let_through(ccg_says: Saying) -> None:
    for day, numerator, denominator in (
        (date(2020, 11, 3), 50, 100),
        (date(2015, 3, 31), 50, 100),
        (date(2020, 9, 30), 101, 100),
        (date(2020, 9, 30), 0, 0),
    ):
        with pytest.raises(Refused):
            ccg_says.add(CHECKS, day, numerator, denominator)
    assert session().scalar(sa.select(sa.func.count()).select_from(MeasureHead)) == 0, "nothing half-done"


def test_an_older_version_is_refused_by_every_service(checked: Saying) -> None:
    old = Form(expected_version=2)
    first = checked.series(CHECKS).readings[0].reading_id
    entry = service.ReadingEntry(date(2020, 10, 31), 1, 1, "x")
    for act in (
        lambda: service.add_reading(checked.by, CHECKS, entry, old),
        lambda: service.correct_reading(checked.by, CHECKS, first, entry, "Why", old),
        lambda: service.withdraw_reading(checked.by, CHECKS, first, "Why", old),
        lambda: service.set_aim(checked.by, CHECKS, service.AimEntry(first, None, None, ""), old),
    ):
        with pytest.raises(ChangedMeanwhile):
            act()


def test_of_two_at_once_exactly_one_wins(database_url: str, app: Flask, ccg_says: Saying) -> None:
    """Both opened the form on the same version; on PostgreSQL they run in sessions of their own, side by side."""
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite in memory has one connection, so nobody is at once; test_measures_forms.py shows the 409.")
    outcomes: list[str] = []
    ready = Barrier(2)

    def save(day: int) -> None:
        other = create_app(make_settings(database_url))
        with other.app_context(), clock.frozen(datetime(2020, 11, 2, 12, tzinfo=UTC)):
            ready.wait()
            try:
                ccg_says.add(CHECKS, date(2020, 9, day), 50, 100, form=Form(expected_version=0))
                outcomes.append("saved")
            except ChangedMeanwhile:
                outcomes.append("refused")
            finally:
                database.session.remove()
                database.engine.dispose()

    session().commit()
    threads = [Thread(target=save, args=(day,)) for day in (29, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "saved"]
    assert session().scalar(sa.select(sa.func.count()).select_from(MeasureReading)) == 1


def how_many(read: Callable[[], object]) -> int:
    """How many statements something takes."""
    read()  # What is kept after the first time is kept.
    with statements_of(database.engine) as heard:
        read()
    return len(heard)


def test_a_page_takes_as_many_statements_however_much_was_recorded(
    app: Flask, as_ccg_lead: FlaskClient, ccg_says: Saying
) -> None:
    paths = ("/organisations/0N1/measures", PAGE, f"{PAGE}/add", f"{PAGE}/baseline-and-target")
    ccg_says.add(CHECKS, date(2020, 1, 31), 500, 1_250)
    few = [how_many(lambda path=path: as_ccg_lead.get(path)) for path in paths]  # type: ignore[misc]
    for month in range(2, 10):
        ccg_says.add(CHECKS, date(2020, month, 28), 500 + month, 1_250)
        ccg_says.add(ccg_says.own(f"Own measure {month}"), date(2020, month, 28), 50, 100)
    many = [how_many(lambda path=path: as_ccg_lead.get(path)) for path in paths]  # type: ignore[misc]
    assert many == few
    assert max(many) <= 10, many


def test_the_panel_of_an_ask_shows_its_measures_national_and_own_in_one_statement(
    world: make.World, checked: Saying
) -> None:
    asks = {ask.ref: ask for ask in read_catalogue().asks.values() if ask.framework_code == "8ua-2020"}
    checked.own("Checks in care homes", ask_id=asks["4.2"].ask_id)
    checked.own("Of another ask", ask_id=asks["7.1"].ask_id)

    def panel(ref: str) -> panels.Panel:
        return panels.panel(world.north_ccg, asks[ref].ask_id, "8ua-2020", ref, clock.today())

    lines = panel("4.2").lines
    assert [(line.key, line.latest) for line in lines] == [(CHECKS, "62.8%"), ("own-1", "None yet")]
    assert lines[0].against == ("4.2 percentage points below 67% (national target)",)
    assert panel("8.2").lines == ()
    assert how_many(lambda: panel("4.2")) == 1
