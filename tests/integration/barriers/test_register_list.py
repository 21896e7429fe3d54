"""The register as a list and as a file: filters, order, what a page costs, and the panel of an ask."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
import sqlalchemy as sa
from bench.running import statements_of
from flask import Flask
from flask.testing import FlaskClient
from integration.barriers.registering import BARRIER, CLOSE, ENABLER, REGISTER, add, change, day, opened, text_of
from openpyxl import load_workbook

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.barriers import panels, queries, service
from tracker.barriers.models import BarrierAsk
from tracker.barriers.rows import Said
from tracker.barriers.rules import BarrierStatus, Kind, Severity
from tracker.db import database, session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.models import Ask, Framework
from tracker.organisations.queries import get_open_organisation

THREE = (
    BARRIER | {"title": "B slow", "severity": "low"} | day("next_review_on", "1 12 2020"),
    ENABLER | {"title": "C helps", "theme": "partnership", "asks": []},
    BARRIER | {"title": "A stop", "severity": "high", "theme": "funding", "status": "worked_on"},
)


@pytest.fixture
def three(robin: FlaskClient) -> FlaskClient:
    for fields in THREE:
        assert add(robin, fields).status_code == 302
    return robin


def titles(client: FlaskClient, query: str = "") -> list[str]:
    text = client.get(f"{REGISTER}.csv{query}").get_data(as_text=True)
    return [row["title"] for row in csv.DictReader(StringIO(text, newline=""))]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["A stop", "B slow", "C helps"]),
        ("?kind=barrier", ["A stop", "B slow"]),
        ("?kind=enabler", ["C helps"]),
        ("?status=worked_on", ["A stop", "C helps"]),
        ("?theme=funding", ["A stop"]),
        ("?theme=estates", []),
        ("?ask=8ua-2020/2.2", ["A stop", "B slow"]),
        ("?ask=8ua-2020/7.1&theme=data", ["B slow"]),
        ("?sort=title", ["A stop", "B slow", "C helps"]),
        ("?sort=-title", ["C helps", "B slow", "A stop"]),
        ("?sort=review", ["A stop", "C helps", "B slow"]),
        ("?sort=-review", ["B slow", "A stop", "C helps"]),
        ("?sort=theme", ["B slow", "A stop", "C helps"]),
        ("?sort=status", ["B slow", "A stop", "C helps"]),
        ("?sort=reason", ["A stop", "B slow", "C helps"]),
    ],
)
def test_filters_and_order_are_those_of_the_page_and_of_the_file(
    three: FlaskClient, query: str, wanted: list[str]
) -> None:
    assert titles(three, query) == wanted
    page = text_of(three.get(f"{REGISTER}{query}"))
    body = page.split("<tbody", 1)[1].split("</tbody>", 1)[0] if wanted else ""
    assert sorted(wanted, key=body.index) == wanted
    assert all(title not in body for title in {"A stop", "B slow", "C helps"} - set(wanted))
    if not wanted:
        assert "Nothing is in the register that matches." in page


def test_what_is_settled_stands_last_and_what_has_no_review_behind_what_has_one(three: FlaskClient) -> None:
    three.post(f"{REGISTER}/3/close", data=opened(three, f"{REGISTER}/3/close") | {"outcome": "settled", "reason": "-"})
    assert titles(three) == ["B slow", "C helps", "A stop"]
    assert titles(three, "?sort=review")[-1] == titles(three, "?sort=-review")[-1] == "A stop"
    assert titles(three, "?status=resolved") == ["A stop"]


@pytest.mark.parametrize("query", ["?kind=wish", "?status=done", "?theme=made_up", "?ask=2.2", "?ask=8ua-2020/4.2"])
def test_a_filter_that_is_not_known_lists_nothing_and_says_so(three: FlaskClient, query: str) -> None:
    answer = three.get(f"{REGISTER}{query}")
    assert answer.status_code == 400
    assert f"there is no “{query.partition('=')[2]}”" in text_of(answer)
    assert "A stop" not in text_of(answer)
    for file in ("csv", "xlsx"):
        assert three.get(f"{REGISTER}.{file}{query}").status_code == 400


def test_the_filter_offers_what_is_asked_of_this_body_and_what_its_entries_touch(three: FlaskClient) -> None:
    page = three.get(REGISTER).text
    assert 'value="8ua-2020/4.3"' not in page, "Ask 4.3 is for practices and those above them."
    with transaction():
        asked = sa.select(Ask.id).join(Framework, Framework.id == Ask.framework_id).where(Ask.ref == "4.3")
        session().execute(
            sa.update(BarrierAsk).values(ask_id=asked.scalar_subquery()).where(BarrierAsk.id == _a_link())
        )
    assert 'value="8ua-2020/4.3"' in three.get(REGISTER).text


def _a_link() -> int:
    """Of an entry that stands in the register now."""
    return session().scalars(sa.select(sa.func.max(BarrierAsk.id))).one()


def test_a_review_that_is_due_is_marked(three: FlaskClient) -> None:
    page = text_of(three.get(REGISTER))
    assert page.count("Review due") == 2, "1 November has passed, 1 December has not"


def test_the_file_holds_every_field_with_iso_dates_and_codes(three: FlaskClient) -> None:
    answer = three.get(f"{REGISTER}.csv?theme=funding")
    assert 'filename="barriers-XN1-2020-11-02.csv"' in answer.headers["Content-Disposition"]
    (row,) = csv.DictReader(StringIO(answer.get_data(as_text=True), newline=""))
    assert row == {
        "ods_code": "XN1",
        "organisation": "Dales Hospitals NHS Trust",
        "number": "3",
        "kind": "barrier",
        "title": "A stop",
        "description": "Since May\nnobody can",
        "theme_code": "funding",
        "theme": "Funding",
        "severity": "high",
        "status_code": "worked_on",
        "status": "Being worked on",
        "asks": "8ua-2020/2.2; 8ua-2020/7.1",
        "action": "Asked the system",
        "owner": "Director of Strategy",
        "since_on": "2020-09-14",
        "reviewed_on": "2020-10-01",
        "next_review_on": "2020-11-01",
        "last_changed_on": "2020-11-02",
    }


def test_the_workbook_holds_the_same_rows_and_no_formula(robin: FlaskClient) -> None:
    add(robin, BARRIER | {"title": "=HYPERLINK(1)", "owner": "@SUM(A1)"})
    answer = robin.get(f"{REGISTER}.xlsx", buffered=True)
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "=HYPERLINK(1)" in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "d", "n"}, "nothing is a formula"


def said(title: str, **changes: object) -> Said:
    asks = frozenset(ask_id for ask_id, ask in read_catalogue().asks.items() if ask.ref in ("2.2", "7.1"))
    values: dict[str, object] = {
        "kind": Kind.BARRIER,
        "title": title,
        "description": "",
        "theme": "data",
        "severity": Severity.LOW,
        "status": BarrierStatus.OPEN,
        "action": "",
        "owner": "",
        "since_on": clock.today(),
        "reviewed_on": None,
        "next_review_on": None,
        "asks": asks,
    }
    return Said(**(values | changes))  # type: ignore[arg-type]


def fill(lead: Viewer, many: int) -> None:
    with transaction():
        organisation = get_open_organisation("XN1")
        for number in range(many):
            service.add_barrier(organisation, said(f"Entry {number}"), lead, submission_key=str(uuid4()))


def test_a_page_costs_as_many_statements_however_much_is_in_the_register(
    app: Flask, robin: FlaskClient, lead: Viewer
) -> None:
    fill(lead, 1)
    for _ in range(3):
        change(robin, BARRIER, f"{REGISTER}/1/change", owner=str(uuid4()))
    paths = (REGISTER, f"{REGISTER}?ask=8ua-2020/2.2", f"{REGISTER}/1", f"{REGISTER}/1/change", f"{REGISTER}/add")
    counts = []
    for more in (59, 0):
        heard_of = {}
        for path in paths:
            robin.get(path)
            with statements_of(database.engine) as heard:
                assert robin.get(path).status_code == 200
            heard_of[path] = len(heard)
        counts.append(heard_of)
        fill(lead, more)
    assert counts[0] == counts[1]
    assert max(counts[1].values()) <= 10
    assert "Showing 1 to 50 of 60 barriers and enablers" in text_of(robin.get(REGISTER))
    assert "Showing 51 to 60 of 60" in text_of(robin.get(f"{REGISTER}?page=2"))
    assert "Showing 1 to 50" in text_of(robin.get(f"{REGISTER}?page=9"))


def test_the_panel_of_an_ask_shows_the_most_urgent_five_in_one_statement(app: Flask, lead: Viewer) -> None:
    fill(lead, 6)
    organisation = get_open_organisation("XN1")
    with transaction():
        urgent = said("The worst", severity=Severity.HIGH)
        service.add_barrier(organisation, urgent, lead, submission_key="urgent")
        service.add_barrier(organisation, said("Elsewhere", asks=frozenset()), lead, submission_key="elsewhere")
    ask = read_catalogue().find_ask("8ua-2020", "2.2")
    assert ask is not None
    with statements_of(database.engine) as heard:
        panel = panels.panel(organisation.organisation_id, ask.ask_id)
    assert len(heard) == 1
    assert panel.total == 7
    assert [entry.title for entry in panel.entries] == ["The worst", *(f"Entry {number}" for number in range(4))]
    assert panels.panel(get_open_organisation("XS1").organisation_id, ask.ask_id) == panels.BarriersPanel((), 0)


def test_the_panel_follows_the_links_that_hold_now(app: Flask, robin: FlaskClient) -> None:
    add(robin)
    change(robin, BARRIER | {"asks": ["8ua-2020/2.3"]})
    organisation, catalogue = get_open_organisation("XN1"), read_catalogue()
    totals = {
        ref: panels.panel(organisation.organisation_id, ask.ask_id).total
        for ref in ("2.2", "2.3")
        if (ask := catalogue.find_ask("8ua-2020", ref)) is not None
    }
    assert totals == {"2.2": 0, "2.3": 1}


def test_the_panel_draws_links_and_offers_to_add_only_where_one_may(app: Flask, robin: FlaskClient) -> None:
    add(robin)
    organisation = get_open_organisation("XN1")
    ask = read_catalogue().find_ask("8ua-2020", "2.2")
    assert ask is not None
    panel = panels.panel(organisation.organisation_id, ask.ask_id)
    with app.test_request_context("/"):
        draw = app.jinja_env.get_template("barriers/panel.html").module.barriers_panel
        drawn = {may: draw(panel, "XN1", "8ua-2020", "2.2", may) for may in (True, False)}
    for text in drawn.values():
        assert '<a class="nhsuk-link" href="/organisations/XN1/barriers/1">No analyst for splits by ward</a>' in text
        assert "(barrier, high severity, open)" in text
        assert "/organisations/XN1/barriers?ask=8ua-2020/2.2" in text
    assert "/barriers/add?ask=8ua-2020/2.2" in drawn[True]
    assert "/barriers/add" not in drawn[False]


def test_the_register_in_numbers_counts_what_stands_in_one_statement(three: FlaskClient, app: Flask) -> None:
    organisation_id = get_open_organisation("XN1").organisation_id
    with statements_of(database.engine) as heard:
        found = panels.register_sum(organisation_id, clock.today())
    assert len(heard) == 1
    assert found == panels.RegisterSum(open_barriers=2, enablers=1, reviews_due=2)
    three.post(CLOSE, data=opened(three, CLOSE) | {"outcome": "enabler", "reason": "-"})
    assert panels.register_sum(organisation_id, clock.today()) == panels.RegisterSum(1, 2, 2)


def test_every_order_is_stable(app: Flask, lead: Viewer) -> None:
    """Pages neither repeat nor miss a row, because no two rows are equal in any order."""
    fill(lead, 3)
    fill(lead, 3)
    organisation_id = get_open_organisation("XN1").organisation_id
    for column in queries.SORTS:
        found = queries.register_entries(organisation_id, queries.RegisterFilters(), queries.Sort(column))
        assert len({each.barrier_id for each in found}) == 6
        twins = [(each.said.title, each.barrier_id) for each in found]
        assert twins == sorted(twins)
