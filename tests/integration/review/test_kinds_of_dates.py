"""Asks by a month, from a day and by no day: when they are late on the lists of a region, and when never."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import UTC, date, datetime

import make
import pytest
import tell
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.db import transaction
from tracker.progress import kept

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MONTH, FROM = "3.2", "7.2"
WHOSE = {MONTH: "QN1", FROM: "0N1", "8.1": "0N1"}
"""A system is asked by a month, a CCG from a day."""
LAST, AFTER = date(2021, 3, 31), date(2021, 4, 1)


@pytest.fixture
def as_region(client: FlaskClient, world: make.World) -> FlaskClient:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    return client


def rows_of(client: FlaskClient, path: str) -> list[dict[str, str]]:
    text = client.get(f"/review/{path}").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize(("today", "days"), [(LAST, ""), (AFTER, "1")])
def test_a_month_ends_on_its_last_day_and_a_first_day_is_never_overdue(
    as_region: FlaskClient, today: date, days: str, is_kept: bool
) -> None:
    with clock.frozen(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)):
        if is_kept:
            with transaction():
                kept.keep()
        make.enter(as_region, "sam@example.nhs.uk")
        (by_month,) = rows_of(as_region, f"overdue.csv?organisation=QN1&overdue=any&ask=8ua-2020/{MONTH}")
        assert (by_month["days_overdue"], by_month["national_date"]) == (days, "2021-03-31")
        assert by_month["overdue_kind"] == ("National date missed" if days else "")
        (from_a_day,) = rows_of(as_region, f"overdue.csv?organisation=0N1&overdue=any&ask=8ua-2020/{FROM}")
        assert (from_a_day["days_overdue"], from_a_day["overdue_kind"]) == ("", "")
        late = {row["ask_ref"] for row in rows_of(as_region, "overdue.csv")}
        assert (MONTH in late, FROM in late) == (bool(days), False)
        dated = Counter(row["ask_ref"][0] for row in rows_of(as_region, "overdue.csv?overdue=date"))
        grid = Counter({row["action_no"]: int(row["overdue"]) for row in rows_of(as_region, "grid.csv?by=region")})
        assert grid == dated
        page = as_region.get(f"/review/overdue?overdue=any&ask=8ua-2020/{MONTH}").get_data(as_text=True)
        assert "March 2021" in page
        assert "31 March 2021" not in page


def test_a_target_of_its_own_makes_any_ask_late_the_day_after_it(as_region: FlaskClient, lead: Viewer) -> None:
    for ref, target_on in ((MONTH, date(2020, 11, 1)), (FROM, date(2020, 11, 1)), ("8.1", date(2020, 11, 2))):
        tell.agree(lead, ref, target_on, WHOSE[ref])
    make.enter(as_region, "sam@example.nhs.uk")
    found = rows_of(as_region, "overdue.csv?overdue=past_target")
    assert {(row["ask_ref"], row["days_overdue"]) for row in found} == {(MONTH, "1"), (FROM, "1")}


def test_slippage_counts_from_the_end_of_a_month_and_never_from_a_first_day(
    as_region: FlaskClient, lead: Viewer
) -> None:
    for ref, target_on in ((MONTH, date(2021, 4, 30)), (FROM, date(2020, 12, 1)), (FROM, date(2021, 1, 1))):
        tell.agree(lead, ref, target_on, WHOSE[ref])
    make.enter(as_region, "sam@example.nhs.uk")
    found = {row["ask_ref"]: row for row in rows_of(as_region, "slippage.csv")}
    assert {ref: (row["slippage_days"], row["national_date"]) for ref, row in found.items()} == {
        MONTH: ("30", "2021-03-31"),
        FROM: ("31", ""),
    }
    listed = as_region.get("/review/slippage?days=30").get_data(as_text=True)
    assert re.findall(r'/8ua-2020/([\d.]+)"', listed) == [MONTH, FROM]
