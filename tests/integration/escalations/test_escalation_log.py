"""The log of escalations: what it holds of which, as at any day, for whom, and that the files hold the same."""

from __future__ import annotations

import csv
import re
from datetime import date
from io import BytesIO, StringIO

import make
import pytest
import sqlalchemy as sa
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.escalations.climbing import answer, close, hold, judge, raise_to, text_of
from openpyxl import load_workbook

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.clock import london_day
from tracker.db import database, session
from tracker.escalations import records
from tracker.escalations.history import record_on
from tracker.escalations.models import Escalation
from tracker.escalations.rules import Judgement, State
from tracker.frameworks.rules import OrganisationType

LOG = "/escalations/log"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def rows_of(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"{LOG}.csv{query}").get_data(as_text=True)
    return list(csv.DictReader(StringIO(text, newline="")))


def asks(client: FlaskClient, query: str = "") -> set[str]:
    return {f"{row['ods_code']}/{row['ask_ref']}" for row in rows_of(client, query)}


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
def test_the_paper_tells_everything_that_was_done_with_its_day_and_reason(as_region: FlaskClient) -> None:
    page = text_of(as_region.get(LOG))
    assert "Every escalation that was open on 2 November 2020, or that something was done about since 2 August" in page
    assert "Made at 12:00 on 2 November 2020 by Sam Fell, Regional team." in page
    assert re.search(r"<h1[^>]*><span[^>]*>Northern Dales Region</span> Escalation log</h1>", page)
    assert ">Dales Health and Care</span> Escalation log</h1>" in text_of(as_region.get(f"{LOG}?system=QN1"))
    rows = rows_of(as_region)
    assert [(row["ods_code"], row["ask_ref"], row["done"], row["state"]) for row in rows] == [
        ("XN1", "6.1", "Raised", "On hold"),
        ("XN1", "6.1", "Response", "On hold"),
        ("XN1", "6.1", "Outcome", "On hold"),
        ("0N1", "8.1", "Raised", "Closed"),
        ("0N1", "8.1", "Outcome", "Closed"),
        ("0N1", "8.1", "Raised", "Closed"),
        ("0N1", "8.1", "Closed", "Closed"),
    ]
    first, second, third, *_, last = rows
    assert (first["done_on"], first["response_due_on"], first["by"]) == ("2020-11-02", "2020-11-09", "Regional team")
    assert (second["text"], second["by"]) == ("We have\nnamed one", "Health inequalities lead")
    assert (third["outcome"], third["held_until"], third["text"]) == ("Enough for now", "2020-12-02", "By phone")
    assert (last["ending"], last["text"]) == ("A plan is accepted", "A plan")
    for words in (
        "Raised to: owner of the ask (not reachable: told those who answer for the organisation). Response due 9 Nov",
        "Outcome: enough for now, looked at again on 2 December 2020",
        "Outcome: not enough",
        "Closed: a plan is accepted",
        "We have\nnamed one",
    ):
        assert words in page
    sheet = load_workbook(BytesIO(as_region.get(f"{LOG}.xlsx").get_data()))["List"]
    (table,) = sheet.tables.values()
    assert len(list(sheet[table.ref])) == 1 + len(rows)


@pytest.mark.usefixtures("told")
@ON_SQLITE
def test_it_is_narrowed_by_period_state_and_system_and_no_other_region_reads_it(
    as_region: FlaskClient, world: make.World
) -> None:
    assert asks(as_region, "?state=open") == {"XN1/6.1"}
    assert asks(as_region, "?state=closed") == {"0N1/8.1"}
    assert asks(as_region, "?system=QN1") == {"XN1/6.1", "0N1/8.1"}
    clock.pin_day(london_day(clock.now()).replace(year=2021))
    # What is stuck stays on the paper although nothing was done about it for long.
    assert (asks(as_region), asks(as_region, "?period=12")) == ({"XN1/6.1"}, {"XN1/6.1", "0N1/8.1"})
    assert asks(as_region, "?period=all&as_at=2020-11-01") == set()
    assert "Nothing was done here" in text_of(as_region.get(f"{LOG}?as_at=2020-11-01"))
    assert asks(as_region, "?period=all") == {"XN1/6.1", "0N1/8.1"}
    for query in ("?period=x", "?system=QS1", "?state=nonsense", "?as_at=x", "?as_at=2021-11-03"):
        assert as_region.get(f"{LOG}{query}").status_code == as_region.get(f"{LOG}.xlsx{query}").status_code == 400
    south = as_region.application.test_client()
    make.sign_in(south, Role.REGION, world.south_region)
    assert rows_of(south, "?period=all") == []


def test_as_at_any_day_it_says_how_everything_stood_then(as_region: FlaskClient, region: Viewer, lead: Viewer) -> None:
    """The states of the database against the rule, on every day of a story; and the table of today against the fold."""
    story = (
        (2, lambda: raise_to(region, "6.1", due=3)),
        (7, lambda: answer(lead, "6.1")),
        (8, lambda: judge(region, "6.1", Judgement.NOT_ENOUGH)),
        (9, lambda: hold(region, "6.1", 20)),
        (12, lambda: raise_to(region, "6.1", "executive_lead", due=2)),
        (16, lambda: hold(region, "6.1", 2)),
        (20, lambda: close(region, "6.1")),
    )
    for number, act in story:
        clock.pin_day(date(2020, 11, number))
        assert act()
        stored = session().scalars(sa.select(Escalation)).one()
        (events,) = records.events_of([stored.id]).values()
        assert record_on(events, clock.today()) == records.as_record(stored)
    wanted = {
        **dict.fromkeys(range(2, 6), State.AWAITED),
        6: "overdue",
        7: State.ANSWERED,
        8: State.BETWEEN,
        **dict.fromkeys(range(9, 12), State.HELD),
        **dict.fromkeys(range(12, 15), State.AWAITED),
        15: "overdue",
        **dict.fromkeys((16, 17), State.HELD),
        **dict.fromkeys((18, 19), "overdue"),
        20: State.CLOSED,
    }
    for number, state in wanted.items():
        day = f"as_at=2020-11-{number:02}"
        rows = rows_of(as_region, f"?{day}&state={state}")
        assert len(rows) == sum(1 for on, _ in story if on <= number), (number, state)
        label = State.AWAITED.label if state == "overdue" else State(state).label
        late = number in (6, 15, 16, 17, 18, 19)
        assert {(row["state"], bool(row["response_days_overdue"])) for row in rows} >= {(label, late)}, number
    held = [row for row in rows_of(as_region) if row["done"] == "Held"]
    assert [(row["held_until"], row["released_on"]) for row in held] == [
        ("2020-11-29", "2020-11-12"),
        ("2020-11-18", "2020-11-18"),
    ]
    assert "Held until 29 November 2020. Released on 12 November 2020" in text_of(as_region.get(LOG))


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
