"""Behind every number of the grid and the charts is a list of as many asks: of today and of any other day."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from html import unescape

import counted
import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.db import session, transaction
from tracker.frameworks.rules import OrganisationType, Service
from tracker.progress import kept
from tracker.progress.kept_models import KeptDay

PAPER = "https://board.example/paper"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BEFORE, SINCE = "2020-10-26", "2020-10-28"


@pytest.fixture
def as_national(client: FlaskClient, world: make.World, lead: Viewer, region: Viewer) -> FlaskClient:
    """A country in which asks were claimed, assured and taken back on days of October; one trust is in no system."""
    make.organisation("XP1", "Valley NHS Trust", OrganisationType.TRUST, region=world.north_region)
    make.service_answer(world.north_trust, Service.MATERNITY, True)
    with clock.frozen(datetime(2020, 10, 20, 12, tzinfo=UTC)):
        tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER)
        tell.say(lead, "8.1", "complete_claimed", evidence_url=PAPER)
        tell.say(lead, "7.1", "at_risk", reason="Why", review_on=date(2020, 10, 22))
        tell.say(lead, "8.2", "not_applicable", reason="None here")
        tell.agree(lead, "6.1", date(2020, 10, 25))
    with clock.frozen(datetime(2020, 10, 27, 12, tzinfo=UTC)):
        tell.decide(region, "2.2", is_assured=True)
        tell.say(lead, "7.1", "off_track", reason="Why", recovery_on=date(2020, 12, 1))
    tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=date(2020, 12, 1))
    with transaction():
        kept.keep()
    make.sign_in(client, Role.NATIONAL)
    return client


def rows_of(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/review/overdue.csv{query}")
    assert answer.status_code == 200, query
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))


def counts_checked(client: FlaskClient, path: str, rows: dict[str, int]) -> int:
    """Open the list behind every number of a page, and compare; how many there were.

    ``rows`` are the lists that were opened before.
    """
    page = client.get(path)
    assert page.status_code == 200, path
    links = re.findall(r'href="/review/overdue(\?[^"]*)">([^<]*)</a>', page.get_data(as_text=True))
    for query, text in links:
        number = int(text.rpartition(" of ")[2].split()[0].replace(",", ""))
        if query not in rows:
            rows[query] = len(rows_of(client, unescape(query)))
        assert rows[query] == number, (path, query, text)
    return len(links)


@ON_SQLITE
@pytest.mark.parametrize("as_at", ["", BEFORE])
def test_a_number_is_how_many_rows_its_list_has(as_national: FlaskClient, as_at: str) -> None:
    rows: dict[str, int] = {}
    one = "action=8ua-2020/2&"
    for page in (f"grid?{one}", "grid?by=system&", f"grid?by=region&{one}", f"grid?by=system&overdue=yes&{one}"):
        assert counts_checked(as_national, f"/review/{page}as_at={as_at}", rows) > 3, page
    assert counts_checked(as_national, f"/review/charts?as_at={as_at}&system=none&action=8ua-2020/2", rows) > 0


def test_the_list_of_another_day_says_what_was_so_then(as_national: FlaskClient, world: make.World) -> None:
    """From the facts of the day: status, dates, by which names it was late, and who led."""
    trust = "&organisation=XN1&sort=ask"
    late = {row["ask_ref"]: row for row in rows_of(as_national, f"?as_at={BEFORE}{trust}")}
    assert {ref: (row["days_overdue"], row["overdue_kind"]) for ref, row in late.items()} == {
        "6.1": ("1", "Past its target; National date missed"),
        "7.1": ("4", "Past its review date"),
    }
    assert {row["as_at"] for row in late.values()} == {BEFORE}
    any_of = {row["ask_ref"]: row for row in rows_of(as_national, f"?as_at={SINCE}{trust}&overdue=any")}
    assert any_of["2.2"]["status_class"] == "done_assured"
    assert (any_of["7.1"]["status_class"], any_of["7.1"]["days_overdue"]) == ("off_course", "")
    now = {row["ask_ref"]: row for row in rows_of(as_national, f"?{trust}&overdue=any")}
    assert now["2.2"]["status_class"] == "off_course"
    assert now["2.2"]["as_at"] == "2020-11-02"
    # To ask for today as a day is to ask for today, from what is kept or from the facts.
    assert rows_of(as_national, "?as_at=2020-11-02") == rows_of(as_national, "")
    with transaction():
        session().execute(sa.delete(KeptDay))
    assert rows_of(as_national, "?as_at=2020-11-02&overdue=any") == rows_of(as_national, "?overdue=any")


@ON_SQLITE
def test_the_page_of_another_day_says_so_and_chooses_nobody_to_write_to(
    as_national: FlaskClient, client: FlaskClient, world: make.World
) -> None:
    make.sign_in(client, Role.REGION, world.north_region)
    page = client.get(f"/review/overdue?as_at={BEFORE}&type=trust").get_data(as_text=True)
    assert "<h1" in page
    assert "Overdue asks as at 26 October 2020" in page
    assert 'href="/review/overdue?type=trust"' in page
    assert 'name="item"' not in page
    assert "Write to those chosen" not in page
    link = re.search(r'href="(/organisations/XN1/8ua-2020/6.1/as-at\?[^"]*)"', page)
    assert link is not None
    assert "26 October 2020" in client.get(unescape(link.group(1))).get_data(as_text=True)
    file = client.get(f"/review/overdue.csv?as_at={BEFORE}")
    assert file.headers["Content-Disposition"] == f'attachment; filename="overdue-{BEFORE}.csv"'
    assert client.get(f"/review/overdue.xlsx?as_at={BEFORE}").status_code == 200
    kept_view = client.get(f"/review/saved-views/new?of=overdue&as_at={BEFORE}").get_data(as_text=True)
    assert f'value="as_at={BEFORE}"' in kept_view


@ON_SQLITE
def test_another_day_takes_as_many_statements_for_many_as_for_few(
    app: Flask, as_national: FlaskClient, world: make.World
) -> None:
    paths = [f"/review/overdue?as_at={BEFORE}", f"/review/grid?as_at={BEFORE}", f"/review/charts?as_at={BEFORE}"]
    before = [statements(as_national, path) for path in paths]
    for number in range(40):
        make.organisation(f"XV{number:02}", f"Vale {number} NHS Trust", OrganisationType.TRUST,
                          region=world.north_region, system=world.north_system)  # fmt: skip
    assert [statements(as_national, path) for path in paths] == before


def statements(client: FlaskClient, path: str) -> int:
    client.get(path)
    with counted.statements() as found:
        assert client.get(path).status_code == 200
    return len(found)


@ON_SQLITE
def test_the_trend_is_how_it_stood_at_the_end_of_each_month(as_national: FlaskClient, world: make.World) -> None:
    """What was done in October and is open again on 2 November falls out of the trend that day, and not before."""
    page = as_national.get("/review/charts?system=QN1&type=trust&action=8ua-2020/2").get_data(as_text=True)
    found = re.findall(r"app-row-heading\">([^<]* 2020)</th>\s*((?:<td.*</td>\s*){2})", page)
    numbers = {on: tuple(re.findall(r">(\d+)<", cells)) for on, cells in found}
    assert numbers == {
        "31 July 2020": ("0", "3"),
        "31 August 2020": ("0", "3"),
        "30 September 2020": ("0", "3"),
        "31 October 2020": ("1", "3"),
        "2 November 2020": ("0", "3"),
    }
    # Asks of a service count from the day on which it was said to be run, and organisations while they are open.
    page = as_national.get("/review/charts?as_at=2020-10-31").get_data(as_text=True)
    assert "On 31 July 2020 0 of " in page
