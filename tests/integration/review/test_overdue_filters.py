"""The filters of the overdue list: each kind of lateness, together with all else, from kept tables and from facts."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient

from tracker.accounts.rules import Role, Viewer
from tracker.appointments import leads
from tracker.db import session, transaction
from tracker.evidence.models import Evidence
from tracker.frameworks.rules import OrganisationType, Service
from tracker.progress import kept
from tracker.progress.kept_models import KeptDay

PAPER = "https://board.example/paper"
Rows = list[tuple[str, str, str]]


def rows_of(client: FlaskClient, query: str = "") -> Rows:
    """Code, ask and days of each row of the file."""
    text = client.get(f"/review/overdue.csv{query}").get_data(as_text=True)
    found = csv.DictReader(io.StringIO(text, newline=""))
    return [(row["ods_code"], row["ask_ref"], row["days_overdue"]) for row in found]


def page_of(client: FlaskClient, query: str = "") -> list[tuple[str, str]]:
    page = client.get(f"/review/overdue{query}").get_data(as_text=True)
    return re.findall(r'href="/organisations/(\w+)/8ua-2020/([\d.]+)"', page)


@pytest.fixture
def as_region(client: FlaskClient, world: make.World, lead: Viewer, region: Viewer) -> FlaskClient:
    """A region in which something is late by every name; what is kept is what is so."""
    make.service_answer(world.north_trust, Service.MATERNITY, True)
    with transaction():
        kept.keep()
    details = leads.LeadDetails("Nobody Else", "Chief Nurse", "nobody.else@example.nhs.uk", date(2020, 9, 1), None)
    with transaction():
        leads.name_lead(tell.item(lead, "6.1").organisation, details, lead, "lead")
    tell.say(lead, "2.2", "on_track", recovery_on=date(2020, 12, 1))
    tell.agree(lead, "2.3", date(2020, 10, 30))
    tell.say(lead, "7.1", "at_risk", reason="Why", review_on=date(2020, 11, 1))
    tell.say(lead, "8.1", "complete_claimed", evidence_url=PAPER)
    with transaction():
        session().execute(sa.update(Evidence).values(true_on=date(2019, 10, 1)))
        # What a review day waits for is a word that came before it.
        for table in ("progress_entry", "confirmation"):
            session().execute(sa.text(f"UPDATE {table} SET true_on = '2020-10-20' WHERE true_on = '2020-11-02'"))
        kept.keep()
    make.sign_in(client, Role.REGION, world.north_region)
    return client


FILTERS = {
    "?overdue=past_target": [("XN1", "2.3", "3")],
    "?overdue=past_review": [("XN1", "7.1", "1")],
    "?overdue=evidence_old": [("XN1", "8.1", "32")],
    # The target of 2.3 had passed when its national date was missed.
    "?overdue=national_date_missed&type=trust": [("XN1", "6.1", "42"), ("XN1", "2.3", "3"), ("XN1", "2.2", "2")],
    "?status=done&overdue=any": [("XN1", "8.1", "32")],
    "?among=overdue&overdue=any&ask=8ua-2020/8.1&type=trust": [("XN1", "8.1", "32")],
    "?ask=8ua-2020/2.2": [("QN1", "2.2", "2"), ("XN1", "2.2", "2")],
    "?service=maternity&action=2": [("XN1", "2.3", "3"), ("XN1", "2.2", "2")],
    "?lead=vacant&action=2": [("QN1", "2.2", "2"), ("QN1", "2.3", "2")],
    "?days=32&type=trust": [("XN1", "6.1", "42"), ("XN1", "8.1", "32")],
    "?days=33&type=trust": [("XN1", "6.1", "42")],
    "?quiet=14&type=trust": [("XN1", "6.1", "42"), ("XN1", "2.3", "3")],
    "?quiet=13&type=trust&ask=8ua-2020/7.1": [("XN1", "7.1", "1")],
    "?status=done_claimed": [("XN1", "8.1", "32")],
    "?status=at_risk&overdue=any&sort=ask": [("XN1", "7.1", "1")],
    "?region=YN1&system=QN1&type=ccg&status=no_update&days=1&sort=-ask": [("0N1", "8.1", "42"), ("0N1", "6.1", "42")],
}


def test_every_filter_leaves_what_it_says_from_either_source(as_region: FlaskClient) -> None:
    """Whether the tables are of today or not changes no row and no order."""
    everything = [*FILTERS, *(f"?sort={sort}&overdue=any" for sort in ("days", "-updated", "-organisation", "system"))]
    from_kept = {query: rows_of(as_region, query) for query in everything}
    assert {query: from_kept[query] for query in FILTERS} == FILTERS
    for query, rows in from_kept.items():
        assert page_of(as_region, query) == [row[:2] for row in rows[:50]], query
    with transaction():
        session().execute(sa.delete(KeptDay))
    assert {query: rows_of(as_region, query) for query in everything} == from_kept


def test_a_row_says_by_every_name_how_it_is_late(as_region: FlaskClient, lead: Viewer) -> None:
    page = as_region.get("/review/overdue?type=trust").get_data(as_text=True)
    for words in (
        "Past its target",
        "National date missed",
        "Past its review date, 1 November 2020",
        "Evidence older than 12 months, dated 1 October 2019",
    ):
        assert words in page
    tell.confirm(lead, "7.1")
    assert rows_of(as_region, "?overdue=past_review") == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_missed_national_date_with_a_later_target_is_not_overdue_and_the_page_says_so(
    as_region: FlaskClient, lead: Viewer
) -> None:
    tell.agree(lead, "2.2", date(2020, 12, 20))
    assert ("XN1", "2.2") not in page_of(as_region)
    assert ("XN1", "2.2") in page_of(as_region, "?overdue=national_date_missed")
    page = as_region.get("/review/overdue?overdue=national_date_missed&type=trust").get_data(as_text=True)
    assert "it has no target, and its national date was missed" in page
    assert "even where a later target was agreed since" in page
    assert "National date missed, overdue or not" in page
    assert page.count(">Not overdue<") == 1


def test_pages_from_the_end_hold_what_the_file_holds(as_region: FlaskClient, world: make.World) -> None:
    for number in range(30):
        make.organisation(
            f"XP{number:02}",
            f"Valley {number % 3} NHS Trust",
            OrganisationType.TRUST,
            region=world.north_region,
            system=world.north_system,
        )
    with transaction():
        kept.keep()
    for sort in ("-days", "days", "organisation", "-ask"):
        rows = [row[:2] for row in rows_of(as_region, f"?sort={sort}")]
        assert len(rows) == len(set(rows)) == 131
        paged = [row for page in (1, 2, 3) for row in page_of(as_region, f"?sort={sort}&page={page}")]
        assert paged == rows, sort


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?days=many", "Days overdue, at least: “many” is not a whole number from 1 to 9,999."),
        ("?quiet=0", "Days without an update, at least: “0” is not a whole number from 1 to 9,999."),
        ("?overdue=nonsense", "Overdue: there is no “nonsense” in what you may see."),
        ("?organisation=nobody", "Organisation’s code: there is no “NOBODY” in what you may see."),
        ("?organisation=XS1", "Organisation’s code: there is no “XS1” in what you may see."),
        ("?as_at=31/10/2020", "As at: “31/10/2020” is not a day."),
        ("?as_at=2020-11-03", "As at: choose a day from 1 January 2000 to today."),
        ("?as_at=2020-02-30", "As at: “2020-02-30” is not a day."),
        ("?among=some", "Organisations: there is no “some” in what you may see."),
        ("?ask=8ua-2020/9.9", "Ask: there is no “8ua-2020/9.9” in what you may see."),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_value_that_is_no_such_thing_is_said(as_region: FlaskClient, query: str, sentence: str) -> None:
    response = as_region.get(f"/review/overdue{query}")
    assert response.status_code == 400
    assert sentence in response.get_data(as_text=True)
    assert as_region.get(f"/review/overdue.csv{query}").status_code == 400
