"""The list of what the ladder proposes and what is open: who is on it, when it starts anew, filters, files, twin."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from io import BytesIO, StringIO

import make
import pytest
import sqlalchemy as sa
from bench.running import statements_of
from conftest import NOON
from flask.testing import FlaskClient
from integration.escalations.climbing import (
    LIST,
    ONE,
    answer,
    close,
    hold,
    judge,
    later,
    listed,
    proposed,
    raise_to,
    text_of,
    told,
)
from openpyxl import load_workbook

from tracker import clock
from tracker.accounts.rules import Permission, Role, Scope, Viewer
from tracker.db import database, session
from tracker.escalations import queries
from tracker.escalations.ladder import ladder
from tracker.escalations.models import Escalation
from tracker.escalations.records import as_record
from tracker.escalations.rows import ListFilters
from tracker.escalations.rules import NOTHING_YET, Ending, Judgement, Record, proposed_level
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import OrganisationType
from tracker.progress.items import MoveNotAllowed
from tracker.progress.queries import bodies_in, standings_of

OWNER, EXECUTIVE = "Owner of the ask", "Executive lead"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where the database does not matter: what it is asked is asked of both by the tests beside."""


def test_a_region_sees_what_is_late_enough_in_its_region_and_nobody_else_reads_the_list(
    as_region: FlaskClient, as_lead: FlaskClient
) -> None:
    # 6.1 and 8.1 are 42 days late, 2.2 and 2.3 two.
    rows = listed(as_region)
    assert {(code, ref) for code, ref, _ in rows} == {(c, r) for c in ("XN1", "0N1", "QN1") for r in ("6.1", "8.1")}
    assert {level for _, _, level in rows} == {OWNER}
    assert "Downs" not in text_of(as_region.get(LIST))
    assert as_lead.get(LIST).status_code == 403
    assert 'href="/escalations"' in text_of(as_region.get("/review/overdue"))


def test_what_was_raised_held_or_closed_is_never_proposed_again_for_the_same_deadline(
    region: Viewer, lead: Viewer
) -> None:
    raise_to(region, "6.1")
    assert proposed(region, "6.1") is None
    with pytest.raises(MoveNotAllowed, match="to this level before"):
        raise_to(region, "6.1")
    later(8)
    assert proposed(region, "6.1") == "executive_lead"
    hold(region, "6.1", 20)
    assert proposed(region, "6.1") is None
    later(28)
    assert proposed(region, "6.1") == "executive_lead"
    raise_to(region, "6.1", "board_contact")  # A person may pass a level over.
    answer(lead, "6.1")
    later(60)
    assert proposed(region, "6.1") is None  # The answer waits to be judged.
    judge(region, "6.1", Judgement.NOT_ENOUGH)
    assert proposed(region, "6.1") == "region"
    close(region, "6.1")
    later(400)
    assert proposed(region, "6.1") is None
    with pytest.raises(MoveNotAllowed, match="closed already"):
        close(region, "6.1")
    # Somebody may still take it up again, where the record goes on.
    raise_to(region, "6.1", "region")
    assert len(told(region, "6.1").kept) == 1


@pytest.fixture
def several(region: Viewer, lead: Viewer) -> None:
    """One of each: raised and late, answered, held, judged and between two steps; the rest proposed."""
    raise_to(region, "6.1")
    raise_to(region, "8.1", "executive_lead")
    answer(lead, "8.1")
    hold(region, "6.1", 30, code="QN1")
    raise_to(region, "8.1", code="QN1", due=30)
    raise_to(region, "6.1", code="0N1")
    judge(region, "6.1", Judgement.NOT_ENOUGH, code="0N1")
    raise_to(region, "8.1", code="0N1")
    close(region, "8.1", code="0N1")
    later(8)


@ON_SQLITE
@pytest.mark.usefixtures("several")
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?state=proposed", {"XN1/6.1", "0N1/6.1", "XN1/2.2", "XN1/2.3", "QN1/2.2", "QN1/2.3"}),
        ("?state=awaited", {"XN1/6.1", "QN1/8.1"}),
        ("?state=answered", {"XN1/8.1"}),
        ("?state=held", {"QN1/6.1"}),
        ("?state=open", {"XN1/6.1", "QN1/8.1", "XN1/8.1", "QN1/6.1", "0N1/6.1"}),
        ("?state=closed", {"0N1/8.1"}),
        ("?state=between", {"0N1/6.1"}),
        ("?state=overdue", {"XN1/6.1"}),
        ("?level=executive_lead", {"XN1/6.1", "XN1/8.1", "0N1/6.1"}),
        ("?type=ccg", {"0N1/6.1"}),
        ("?system=QN1&state=held", {"QN1/6.1"}),
        ("?level=national", set()),
    ],
)
def test_filters_narrow_the_list_and_the_file_holds_the_same_rows(
    as_region: FlaskClient, query: str, wanted: set[str]
) -> None:
    for sort in ("", "-days", "organisation", "system", "-level", "response"):
        asked = f"{query}&sort={sort}"
        rows = listed(as_region, asked)
        assert {f"{code}/{ref}" for code, ref, _ in rows} == wanted
        text = as_region.get(f"{LIST}.csv{asked}").get_data(as_text=True)
        file = list(csv.DictReader(StringIO(text, newline="")))
        assert [(row["ods_code"], row["ask_ref"]) for row in file] == [(code, ref) for code, ref, _ in rows]


@pytest.mark.usefixtures("several")
def test_the_file_says_who_was_raised_to_whom_and_how_late_the_response_is(as_region: FlaskClient) -> None:
    assert ">1 response is overdue</a>" in text_of(as_region.get(LIST))
    text = as_region.get(f"{LIST}.csv?state=overdue").get_data(as_text=True)
    (row,) = csv.DictReader(StringIO(text, newline=""))
    told_there = {name: row[name] for name in ("proposed", "raised_to", "raised_on", "state", "response_days_overdue")}
    assert told_there == {
        "proposed": EXECUTIVE,
        "raised_to": OWNER,
        "raised_on": "2020-11-02",
        "state": "Response awaited",
        "response_days_overdue": "1",
    }
    sheet = load_workbook(BytesIO(as_region.get(f"{LIST}.xlsx").get_data()))["List"]
    (table,) = sheet.tables.values()
    assert len(list(sheet[table.ref])) == 1 + len(listed(as_region))


@ON_SQLITE
@pytest.mark.parametrize("query", ["?state=nonsense", "?system=QS1", "?level=mayor", "?region=YS1"])
def test_a_filter_that_is_not_known_lists_nothing_and_says_so(as_region: FlaskClient, query: str) -> None:
    response = as_region.get(f"{LIST}{query}")
    assert response.status_code == as_region.get(f"{LIST}.csv{query}").status_code == 400
    assert "in what you may see" in text_of(response)


def test_national_sees_both_regions_chooses_one_and_reads_what_is_raised_to_it(
    client: FlaskClient, region: Viewer
) -> None:
    make.sign_in(client, Role.NATIONAL)
    assert {code for code, _, _ in listed(client)} == {"XN1", "0N1", "QN1", "XS1", "QS1"}
    assert {code for code, _, _ in listed(client, "?region=YS1")} == {"XS1", "QS1"}
    assert "Nothing is raised by itself: the regional team decides." in text_of(client.get(LIST))
    # What is raised to it, it reads: it answers outside, and the region records what it says.
    raise_to(region, "6.1", "national")
    page = text_of(client.get(ONE))
    assert "The national team answers outside this service, and the regional team records here what it says." in page
    assert client.get(f"{ONE}/answer").status_code == 403


def test_pages_neither_repeat_nor_miss_a_row_and_cost_as_many_statements(
    as_region: FlaskClient, world: make.World
) -> None:
    def cost() -> int:
        as_region.get(LIST)
        with statements_of(database.engine) as heard:
            as_region.get(LIST)
        return len(heard)

    small = cost()
    for number in range(60):
        make.organisation(f"XP{number:02}", f"Valley {number:02}", OrganisationType.CCG, region=world.north_region)
    assert cost() == small <= 10
    rows = [row for page in (1, 2, 3) for row in listed(as_region, f"?page={page}")]
    assert len(rows) == len(set(rows)) == 6 + 60 * 2
    assert len(as_region.get(LIST).data) <= 100_000


def test_the_database_proposes_what_the_rule_proposes(world: make.World, region: Viewer) -> None:
    """The SQL twin against the rule, on records of every shape against overdue asks of every age."""
    dice = random.Random(5)
    today = clock.today()
    codes = [None, *(level.code for level in ladder().levels), "a_level_of_old"]
    for number in range(60):
        body = make.organisation(
            f"XP{number:02}", f"Valley {number:02}", OrganisationType.CCG, region=world.north_region
        )
        session().add_all(_made_up(dice, body, ask, codes, today) for ask in _asks("6.1", "8.1") if dice.random() < 0.9)
    session().commit()
    for days in (0, 5, 30, 70):
        later(days)
        seen = _proposals(region)
        assert seen == _by_the_rule(region)
        assert len(set(seen.values())) > 2


def _asks(*refs: str) -> list[int]:
    found = [read_catalogue().find_ask("8ua-2020", ref) for ref in refs]
    return [ask.ask_id for ask in found if ask]


def _made_up(dice: random.Random, body: int, ask_id: int, codes: list[str | None], today: date) -> Escalation:
    def near() -> date | None:
        return None if dice.random() < 0.5 else today + timedelta(days=dice.randint(-3, 3))

    is_closed = dice.random() < 0.15
    return Escalation(
        organisation_id=body,
        ask_id=ask_id,
        deadline_on=date(2020, 9, 21),
        level=dice.choice(codes),
        response_due_on=near(),
        is_answered=dice.random() < 0.2,
        quiet_until=near(),
        ending=Ending.NOT_NEEDED if is_closed else None,
        closed_on=today if is_closed else None,
        closed_at=NOON if is_closed else None,
        recorded_at=NOON,
    )


def _proposals(viewer: Viewer) -> dict[tuple[int, int], str]:
    scope: Scope = viewer.scope(Permission.SEE_ESCALATIONS)
    rows = queries.escalation_rows(scope, ListFilters(), queries.DEFAULT_SORT, read_catalogue(), clock.today())
    return {(row.organisation_id, row.ask.ask_id): row.proposed for row in rows if row.proposed}


def _by_the_rule(viewer: Viewer) -> dict[tuple[int, int], str]:
    stored = {(each.organisation_id, each.ask_id): each for each in session().scalars(sa.select(Escalation))}
    found = {}
    for body in bodies_in(viewer.scope(Permission.SEE_ESCALATIONS), clock.today()):
        for standing in standings_of(body, clock.today()):
            item = (standing.organisation_id, standing.ask_id)
            record: Record = as_record(stored[item]) if item in stored else NOTHING_YET
            late = standing.days_overdue(clock.today())
            level = proposed_level(ladder(), standing.status_class, late, record, clock.today())
            if level is not None:
                found[item] = level.code
    return found
