"""The log of escalations: which steps it holds, for whom, and that the files hold the same."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO

import make
import pytest
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.escalations.climbing import answer, close, judge, raise_to, text_of
from openpyxl import load_workbook

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.clock import london_day
from tracker.db import database
from tracker.escalations.rules import Judgement
from tracker.frameworks.rules import OrganisationType

LOG = "/escalations/log"


def rows_of(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"{LOG}.csv{query}").get_data(as_text=True)
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.fixture
def told(region: Viewer, lead: Viewer) -> None:
    raise_to(region, "6.1")
    answer(lead, "6.1", text="We have\nnamed one")
    judge(region, "6.1", Judgement.ENOUGH, 30)
    raise_to(region, "8.1", code="0N1")
    judge(region, "8.1", Judgement.NOT_ENOUGH, code="0N1")
    raise_to(region, "8.1", "executive_lead", code="0N1")
    close(region, "8.1", code="0N1")


@pytest.mark.usefixtures("told")
def test_the_paper_says_to_whom_until_when_what_they_said_and_what_came_of_it(as_region: FlaskClient) -> None:
    page = text_of(as_region.get(LOG))
    assert "Steps raised since 2 August 2020, as at 12:00 on 2 November 2020." in page
    assert re.search(r"<h1[^>]*><span[^>]*>Northern Dales Region</span> Escalation log</h1>", page)
    assert ">Dales Health and Care</span> Escalation log</h1>" in text_of(as_region.get(f"{LOG}?system=QN1"))
    rows = rows_of(as_region)
    assert [(row["ods_code"], row["ask_ref"], row["raised_to"]) for row in rows] == [
        ("XN1", "6.1", "Owner of the ask"),
        ("0N1", "8.1", "Owner of the ask"),
        ("0N1", "8.1", "Executive lead"),
    ]
    first, second, third = rows
    assert (first["raised_on"], first["response_due_on"]) == ("2020-11-02", "2020-11-09")
    assert first["response"] == "2 November 2020: We have\nnamed one"
    assert first["outcome"] == "Enough for now, looked at again on 2 December 2020: By phone"
    assert (first["ending"], third["ending"], third["closed_on"]) == ("Open", "A plan is accepted", "2020-11-02")
    assert (second["response"], second["outcome"]) == ("2 November 2020: By phone", "Not enough")
    assert (third["response"], third["outcome"]) == ("None yet", "Not judged yet")
    for row in rows:
        assert row["response"] in page
        assert row["outcome"] in page
    sheet = load_workbook(BytesIO(as_region.get(f"{LOG}.xlsx").get_data()))["List"]
    (table,) = sheet.tables.values()
    assert len(list(sheet[table.ref])) == 1 + len(rows)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_narrowed_by_period_state_and_system_and_no_other_region_reads_it(
    as_region: FlaskClient, world: make.World
) -> None:
    assert len(rows_of(as_region, "?state=open")) == 1
    assert len(rows_of(as_region, "?system=QN1")) == 3
    clock.pin_day(london_day(clock.now()).replace(year=2021))
    assert (len(rows_of(as_region)), len(rows_of(as_region, "?period=12"))) == (0, 3)
    assert "Nothing was raised." in text_of(as_region.get(LOG))
    assert len(rows_of(as_region, "?period=all")) == 3
    for query in ("?period=x", "?system=QS1", "?state=closed"):
        assert as_region.get(f"{LOG}{query}").status_code == as_region.get(f"{LOG}.xlsx{query}").status_code == 400
    south = as_region.application.test_client()
    make.sign_in(south, Role.REGION, world.south_region)
    assert rows_of(south, "?period=all") == []


def test_it_costs_as_many_statements_at_any_size(as_region: FlaskClient, region: Viewer, world: make.World) -> None:
    def cost() -> int:
        as_region.get(LOG)
        with statements_of(database.engine) as heard:
            as_region.get(LOG)
        return len(heard)

    raise_to(region, "6.1")
    small = cost()
    for number in range(12):
        make.organisation(f"XP{number:02}", "Valley", OrganisationType.CCG, region=world.north_region)
        raise_to(region, "6.1", code=f"XP{number:02}")
    assert cost() == small <= 10
    assert len(rows_of(as_region)) == 13
