"""The region's list of what is overdue: who is on it, in which order, narrowed how, and the same as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape

import make
import openpyxl
import pytest
import tell
from flask.testing import FlaskClient

from tracker.accounts.rules import Role, Viewer
from tracker.db import transaction
from tracker.frameworks.rules import OrganisationType
from tracker.progress import kept

EARLIER = date(2020, 10, 1)
ROW = re.compile(r'<th scope="row"[^>]*>(?:<input[^>]*> )?<a[^>]*>([^<]+)</a></th>(.*?)</tr>', re.DOTALL)


def listed(client: FlaskClient, query: str = "") -> list[tuple[str, str]]:
    """The organisation and the ask of each row of the page."""
    page = client.get(f"/review/overdue{query}").get_data(as_text=True)
    asks = re.compile(r'/8ua-2020/([\w.]+)"')
    return [(unescape(name), asks.search(rest).group(1)) for name, rest in ROW.findall(page)]  # type: ignore[union-attr]


@pytest.fixture
def as_region(client: FlaskClient, world: make.World) -> FlaskClient:
    make.person(Role.REGION, world.north_region)
    make.enter(client, f"region.{world.north_region}@example.nhs.uk")
    return client


def test_a_region_sees_every_overdue_ask_of_its_region_and_no_other(as_region: FlaskClient) -> None:
    rows = listed(as_region)
    assert {name for name, _ in rows} == {"Dales Hospitals NHS Trust", "NHS Dales CCG", "Dales Health and Care"}
    assert ("Dales Hospitals NHS Trust", "2.2") in rows
    assert len(rows) == len(set(rows)) == 10  # Trust and system 6.1, 8.1, 2.2, 2.3; CCG 6.1, 8.1.


def test_the_most_overdue_come_first_and_ties_keep_one_order(as_region: FlaskClient) -> None:
    refs = [ref for _, ref in listed(as_region)]
    assert set(refs[:6]) == {"6.1", "8.1"}
    assert set(refs[6:]) == {"2.2", "2.3"}
    assert listed(as_region) == listed(as_region, "?sort=-days")


def test_a_claim_a_later_target_and_not_applicable_leave_the_list(as_region: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    tell.say(lead, "2.3", "not_applicable", reason="Why")
    tell.agree(lead, "2.2", date(2020, 12, 1))
    assert [ref for name, ref in listed(as_region) if name == "Dales Hospitals NHS Trust"] == ["8.1"]


def test_filters_narrow_the_list_and_combine(as_region: FlaskClient) -> None:
    assert {name for name, _ in listed(as_region, "?type=ccg")} == {"NHS Dales CCG"}
    assert {ref for _, ref in listed(as_region, "?action=6")} == {"6.1"}
    assert {ref for _, ref in listed(as_region, "?action=8ua-2020/2")} == {"2.2", "2.3"}
    assert listed(as_region, "?type=ccg&action=8ua-2020/6") == [("NHS Dales CCG", "6.1")]
    assert len(listed(as_region, "?system=QN1")) == 10


def test_a_filter_of_another_region_shows_nothing_of_it(as_region: FlaskClient) -> None:
    assert listed(as_region, "?system=QS1") == []
    assert "Downs" not in as_region.get("/review/overdue?region=YS1&system=QS1").get_data(as_text=True)


@pytest.mark.parametrize("sort", ["organisation", "-organisation", "system", "ask", "-ask", "updated", "-days", "days"])
def test_every_order_holds_the_same_rows(as_region: FlaskClient, sort: str) -> None:
    assert sorted(listed(as_region, f"?sort={sort}")) == sorted(listed(as_region))


def test_an_unknown_page_or_order_is_the_first_page_in_the_usual_order(as_region: FlaskClient) -> None:
    for query in ("?page=999", "?page=-1", "?page=x", "?sort=password", "?page=1&page=2"):
        assert listed(as_region, query) == listed(as_region)


@pytest.mark.parametrize("query", ["?type=nonsense", "?system=RX99", "?action=99", "?system=QS1"])
def test_a_filter_that_is_not_known_lists_nothing_and_says_so(as_region: FlaskClient, query: str) -> None:
    response = as_region.get(f"/review/overdue{query}")
    assert response.status_code == 400
    assert "in what you may see" in response.get_data(as_text=True)
    for kind in ("csv", "xlsx"):
        assert as_region.get(f"/review/overdue.{kind}{query}").status_code == 400


def test_only_actions_of_frameworks_in_effect_are_offered(as_region: FlaskClient) -> None:
    assert "rcp-2024/" not in as_region.get("/review/overdue").get_data(as_text=True)


@pytest.fixture
def valleys(world: make.World) -> None:
    """Thirty trusts more, whose names run against their codes."""
    for number in range(30):
        make.organisation(
            f"XP{number:02}",
            f"Valley {30 - number:02} NHS Trust",
            OrganisationType.TRUST,
            region=world.north_region,
            system=world.north_system if number % 3 else None,
        )


@pytest.mark.usefixtures("valleys")
@pytest.mark.parametrize(
    "query",
    ["sort=organisation", "sort=-organisation", "sort=system", "sort=-system", "sort=-ask", "sort=updated", "sort=days",
     "sort=organisation&lead=vacant&type=trust", "sort=system&overdue=any&status=no_update", "sort=-system&system=QN1"],
)  # fmt: skip
def test_what_is_kept_of_today_is_listed_in_the_order_of_the_facts(as_region: FlaskClient, query: str) -> None:
    pages = [f"?{query}&page={number}" for number in (1, 2, 3)]
    of_facts = [listed(as_region, page) for page in pages]
    with transaction():
        kept.keep()
    assert [listed(as_region, page) for page in pages] == of_facts
    assert len(of_facts[0]) >= 10


@pytest.mark.usefixtures("valleys")
def test_pages_neither_repeat_nor_miss_a_row(as_region: FlaskClient) -> None:
    rows = [row for page in (1, 2, 3) for row in listed(as_region, f"?page={page}")]
    assert len(rows) == len(set(rows)) == 10 + 30 * 4
    first_page = as_region.get("/review/overdue?page=2").get_data(as_text=True)
    assert "page 2 of 3" in first_page


def test_the_file_holds_the_rows_of_every_page_in_the_same_order(as_region: FlaskClient) -> None:
    response = as_region.get("/review/overdue.csv?type=trust&sort=ask")
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == 'attachment; filename="overdue-2020-11-02.csv"'
    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True), newline="")))
    assert [(row["organisation"], row["ask_ref"]) for row in rows] == listed(as_region, "?type=trust&sort=ask")
    assert rows[0]["ods_code"] == "XN1"
    assert {row["days_overdue"] for row in rows} == {"42", "2"}
    assert {row["national_date"] for row in rows} == {"2020-09-21", "2020-10-31"}
    assert {row["status"] for row in rows} == {"No update"}


def test_the_workbook_holds_the_same_rows_as_the_csv(as_region: FlaskClient) -> None:
    response = as_region.get("/review/overdue.xlsx?type=trust&sort=ask")
    assert response.headers["Content-Disposition"] == 'attachment; filename="overdue-2020-11-02.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(response.get_data()))["List"]
    (table,) = sheet.tables.values()
    lines = [[cell.value for cell in line] for line in sheet[table.ref]]
    text = as_region.get("/review/overdue.csv?type=trust&sort=ask").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert [str(heading).lower().replace(" ", "_") for heading in lines[0]] == rows[0]
    code, ref = rows[0].index("ods_code"), rows[0].index("ask_ref")
    assert [(line[code], line[ref]) for line in lines[1:]] == [(row[code], row[ref]) for row in rows[1:]]
    assert all(cell not in (None, "") for line in lines for cell in line)


def test_the_lead_is_shown_by_job_title_and_never_by_name(as_region: FlaskClient, lead: Viewer) -> None:
    from tracker.appointments import leads
    from tracker.db import transaction

    with transaction():
        details = leads.LeadDetails("Nobody Else", "Chief Nurse", "nobody.else@example.nhs.uk", date(2020, 9, 1), None)
        leads.name_lead(tell.item(lead, "6.1").organisation, details, lead, "lead")
    for path in ("/review/overdue", "/review/overdue.csv"):
        text = as_region.get(path).get_data(as_text=True)
        assert "Chief Nurse" in text
        assert "Nobody Else" not in text


def test_national_sees_both_regions_and_can_choose_one(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.NATIONAL)
    assert {name for name, _ in listed(client)} >= {"Downs Hospitals NHS Trust", "Dales Hospitals NHS Trust"}
    assert {name for name, _ in listed(client, "?region=YS1")} == {"Downs Hospitals NHS Trust", "Downs Health and Care"}


def test_a_system_sees_itself_and_its_members(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.SYSTEM, world.south_system)
    assert {name for name, _ in listed(client)} == {"Downs Hospitals NHS Trust", "Downs Health and Care"}


def test_a_list_with_nothing_on_it_says_so(client: FlaskClient, world: make.World) -> None:
    empty = make.organisation("YE1", "Empty Region", OrganisationType.REGION)
    make.sign_in(client, Role.REGION, empty)
    assert "Nothing is overdue here." in client.get("/review/overdue").get_data(as_text=True)


def test_only_systems_of_the_own_region_are_there_to_choose(as_region: FlaskClient) -> None:
    page = as_region.get("/review/overdue").get_data(as_text=True)
    offered = set(re.findall(r'<option value="(\w+)"', page))
    assert "QN1" in offered
    assert not offered & {"QS1", "YS1"}


def test_what_others_block_is_on_the_list_and_in_the_file(as_region: FlaskClient, lead: Viewer) -> None:
    said = {"reason": "Why", "recovery_on": date(2021, 1, 1), "blocked_by": "The supplier"}
    tell.say(lead, "2.2", "off_track", **said)
    assert "Blocked by others: The supplier" in as_region.get("/review/overdue").get_data(as_text=True)
    text = as_region.get("/review/overdue.csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["blocked_by"] for row in rows if (row["ods_code"], row["ask_ref"]) == ("XN1", "2.2")] == [
        "The supplier"
    ]


def test_whoever_writes_to_many_chooses_them_on_this_list(as_region: FlaskClient, lead: Viewer) -> None:
    tell.say(
        lead, "1.1", "at_risk", reason="Why", review_on=date(2020, 11, 1), true_on=EARLIER, backdating_reason="Why"
    )
    chosen = re.findall(r'name="item" value="([^"]*)"', as_region.get("/review/overdue").text)
    assert len(chosen) == 10
    assert "XN1/8ua-2020/1.1" not in chosen, "Only its review is late, and no date of its own."
    page = as_region.get(f"/escalations/chase?item={chosen[0]}&item={chosen[1]}")
    assert page.status_code == 200


def test_whoever_writes_to_nobody_has_nothing_to_choose(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.SYSTEM, world.north_system)
    page = client.get("/review/overdue").text
    assert 'name="item"' not in page
    assert "Write to those chosen" not in page
