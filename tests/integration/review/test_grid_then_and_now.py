"""The grid against another day: the same organisations on both, and what moved; and who needs help comes first."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.rules import Permission, Role, Viewer
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import OrganisationType
from tracker.progress import kept
from tracker.progress.kept_models import KeptDay
from tracker.review import grid_queries
from tracker.review.grid_rows import GridAsked, Level

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SINCE = "2020-09-20"
"""The day before the first national date: nothing was overdue."""


@pytest.fixture
def as_region(client: FlaskClient, world: make.World, lead: Viewer) -> FlaskClient:
    with clock.frozen(datetime(2020, 9, 10, 12, tzinfo=UTC)):
        tell.say(lead, "8.1", "at_risk", reason="Why")
        tell.say(lead, "6.2", "complete_claimed", completed_on=date(2020, 9, 9), backdating_reason="",
                 evidence_url="https://board.example/paper")  # fmt: skip
    tell.say(lead, "8.1", "off_track", reason="Why", recovery_on=date(2020, 12, 1))
    with transaction():
        kept.keep()
    make.sign_in(client, Role.REGION, world.north_region)
    return client


def was_of(client: FlaskClient, query: str) -> dict[str, tuple[str, str, str, str]]:
    text = client.get(f"/review/grid.csv?{query}").get_data(as_text=True)
    return {
        f"{row['ods_code'] or row['system_code'] or row['region_code']}/{row['action_no']}": (
            row["was_done"],
            row["was_of"],
            row["was_worst"],
            row["was_overdue"],
        )
        for row in csv.DictReader(io.StringIO(text, newline=""))
    }


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_other_day_is_counted_of_those_who_have_something_overdue_on_the_day(
    as_region: FlaskClient, is_kept: bool
) -> None:
    if not is_kept:
        with transaction():
            session().execute(sa.delete(KeptDay))
    asked = f"overdue=yes&type=trust&since={SINCE}"
    for of in ("", "&by=system", "&by=region", "&as_at=2020-11-01"):
        found = was_of(as_region, asked + of)
        assert ("1", "2", "No update", "0") in found.values(), of
        assert ("0", "4", "At risk", "0") in found.values(), of
    page = as_region.get(f"/review/grid?{asked}").get_data(as_text=True)
    assert "was 0 of 0" not in page
    assert "None, was " not in page
    assert "was At risk" in page


def test_what_got_worse_is_said_of_many_too(as_region: FlaskClient) -> None:
    page = as_region.get(f"/review/grid?by=region&type=trust&since={SINCE}").get_data(as_text=True)
    assert "1 off track</a>, was 0" in page
    assert "0 at risk, was 1" in page
    assert "</a>, was 0</td>" in page, "Beside what is overdue."
    assert ", was" not in as_region.get("/review/grid?by=region&type=trust").get_data(as_text=True)


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("level", list(Level))
def test_the_order_of_the_database_is_that_of_the_tally_and_the_silent_are_not_last(
    as_region: FlaskClient, world: make.World, region: Viewer, lead: Viewer, level: Level, is_kept: bool
) -> None:
    make.organisation("XP1", "Valley NHS Trust", OrganisationType.TRUST, region=world.north_region)
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    with transaction():
        kept.keep()
        if not is_kept:
            session().execute(sa.delete(KeptDay))
    today, catalogue = clock.today(), read_catalogue()
    asked = GridAsked(as_at=today, today=today, since=None, level=level, framework="8ua-2020",
                      is_of_many_frameworks=False, action="", region="", system="", organisation_type="trust",
                      is_overdue_only=False, is_by_help=True)  # fmt: skip
    columns = grid_queries.columns_of(catalogue, asked)
    lines = grid_queries.grid_lines(region.scope(Permission.REVIEW_OVERDUE), asked, columns, catalogue)
    assert [line.whole.needs_help for line in lines] == sorted((line.whole.needs_help for line in lines), reverse=True)
    if level is Level.ORGANISATION:
        # Of Valley nothing was ever said, and four asks are overdue.
        assert [(line.place.code, line.whole.needs_help) for line in lines] == [("XP1", 4), ("XN1", 3)]
    page = as_region.get("/review/grid?sort=help").get_data(as_text=True)
    assert "off track, at risk, or overdue with no update" in page
