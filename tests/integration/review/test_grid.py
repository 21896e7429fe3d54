"""The grid of organisations and actions: what a cell says, what adds up, what it leads to, and on another day."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import UTC, date, datetime, time
from uuid import uuid4

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import get_open_organisation
from tracker.progress import items, kept, rules
from tracker.progress.queries import standings_of
from tracker.progress.standings import Standings, standings_as_at
from tracker.review import chart_routes

PAPER = "https://board.example/paper"


def file_of(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/review/grid.csv{query}")
    assert response.status_code == 200, query
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True), newline="")))


def cells(client: FlaskClient, query: str, name: str = "organisation") -> dict[tuple[str, str], str]:
    """The worst word and "n of d" of each cell."""
    return {
        (row[name], row["action_no"]): f"{row['worst']}, {row['done']} of {row['of']}" for row in file_of(client, query)
    }


@pytest.fixture
def as_region(client: FlaskClient, world: make.World, lead: Viewer) -> FlaskClient:
    tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=date(2020, 12, 1))
    tell.say(lead, "8.1", "complete_claimed", evidence_url=PAPER)
    with transaction():
        kept.keep()
    make.sign_in(client, Role.REGION, world.north_region)
    return client


def test_a_cell_is_the_worst_word_and_how_many_are_done_and_leads_to_its_asks(as_region: FlaskClient) -> None:
    found = cells(as_region, "")
    assert found["Dales Hospitals NHS Trust", "2"] == "Off track, 0 of 3"
    assert found["Dales Hospitals NHS Trust", "6"] == "No update, 0 of 2"
    assert found["Dales Hospitals NHS Trust", "8"] == "No update, 1 of 4"
    assert found["NHS Dales CCG", "2"] == "Nothing is asked, 0 of 0"
    assert not any(name.startswith("Downs") for name, _ in found)
    page = as_region.get("/review/grid").get_data(as_text=True)
    assert len(re.findall(r'href="/review/overdue\?[^"]*organisation=XN1', page)) == 8  # Seven actions, and overdue.
    assert as_region.get("/review/grid.xlsx").status_code == 200


def test_systems_regions_and_the_whole_add_up_to_their_organisations(
    client: FlaskClient, as_region: FlaskClient
) -> None:
    make.sign_in(client, Role.NATIONAL)
    by_level = {level: file_of(client, f"?by={level}") for level in ("organisation", "system", "region")}
    numbers = ("done", "of", "overdue", *(each.value for each in StatusClass))
    whole = {level: [sum(int(row[name]) for row in rows) for name in numbers] for level, rows in by_level.items()}
    assert whole["organisation"] == whole["system"] == whole["region"]
    names = [row["system"] for row in by_level["system"]]
    assert names == sorted(names)
    page = client.get("/review/grid?by=region").get_data(as_text=True)
    assert "1 off track" in page
    assert re.search(r'href="/review/overdue\?[^"]*region=YN1[^"]*status=off_course', page)
    total = whole["organisation"]
    assert f"{total[0]} of {total[1]} asks are done, {total[2]} are overdue." in page


def test_the_order_is_by_name_and_by_need_for_help_only_when_asked(as_region: FlaskClient) -> None:
    by_name = [row["organisation"] for row in file_of(as_region, "?action=8")]
    assert by_name == ["Dales Health and Care", "Dales Hospitals NHS Trust", "NHS Dales CCG"]
    by_help = [row["organisation"] for row in file_of(as_region, "?action=8&sort=help")]
    assert by_help == ["Dales Health and Care", "NHS Dales CCG", "Dales Hospitals NHS Trust"]  # That has claimed 8.1.
    assert {row["organisation"] for row in file_of(as_region, "?overdue=yes&type=ccg")} == {"NHS Dales CCG"}


def test_another_day_and_what_moved_since(as_region: FlaskClient) -> None:
    then = cells(as_region, "?as_at=2020-10-31")
    assert then["Dales Hospitals NHS Trust", "2"] == "No update, 0 of 3"
    rows = [row for row in file_of(as_region, "?since=2020-10-31&action=8") if row["ods_code"] == "XN1"]
    assert [(row["done"], row["was_done"], row["was_of"]) for row in rows] == [("1", "0", "4")]
    page = as_region.get("/review/grid?since=2020-10-31").get_data(as_text=True)
    assert "was 0 of 4, 1 more done" in page
    assert "was No update" in page
    past = as_region.get("/review/grid?as_at=2020-10-31").get_data(as_text=True)
    assert "As at 31 October 2020" in past


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?as_at=31/10/2020", "As at: “31/10/2020” is not a day."),
        ("?as_at=2030-01-01", "As at: choose a day from"),
        ("?since=1", "Compared with: “1” is not a day."),
        ("?as_at=2020-10-01&since=2020-10-01", "Compared with: choose a day before"),
        ("?by=nobody", "One line for each: there is no “nobody”"),
        ("?system=QS1", "System: there is no “QS1”"),
    ],
)
def test_what_is_no_such_thing_is_said(as_region: FlaskClient, query: str, sentence: str) -> None:
    response = as_region.get(f"/review/grid{query}")
    assert response.status_code == 400
    assert sentence in response.get_data(as_text=True)
    assert as_region.get(f"/review/grid.csv{query}").status_code == 400


DAYS = [
    date(2020, 9, 1),
    date(2020, 9, 21),
    date(2020, 9, 22),
    date(2020, 10, 31),
    date(2020, 11, 1),
    date(2020, 11, 2),
]
CODES = {"XN1": "trust", "0N1": "ccg", "QN1": "system", "XS1": "trust"}
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(sorted(CODES)),
        st.sampled_from(("8.1", "6.2", "8.4")),
        st.sampled_from(("off_track", "at_risk", "on_track", "complete_claimed", "not_applicable", "not_started")),
    ),
    max_size=10,
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(happened=HAPPENINGS, as_at=st.sampled_from(DAYS))
def test_a_roll_up_is_what_counting_says_on_any_day(
    app: Flask, world: make.World, client: FlaskClient, happened: list[tuple[date, str, str, str]], as_at: date
) -> None:
    """Of each organisation the asks of the day, and of each ask the last word by then, counted in Python."""
    with transaction():
        for table in ("evidence_use", "evidence", "progress", "progress_entry"):
            session().execute(sa.text(f"DELETE FROM {table}"))
    said: dict[tuple[str, str], list[tuple[date, str]]] = defaultdict(list)
    for on, code, ref, status in sorted(happened, key=lambda each: each[0]):
        with clock.frozen(datetime.combine(on, time(12), tzinfo=UTC)):
            try:
                tell.say(_lead_of(code), ref, status, code, reason="Why", recovery_on=date(2021, 3, 1),
                         completed_on=on if status == "complete_claimed" else None, backdating_reason="",
                         evidence_url=PAPER)  # fmt: skip
            except items.MoveNotAllowed:
                session().rollback()
                continue
        said[code, ref].append((on, status))
    for day in DAYS[:-1]:
        # As known now is as known at this instant, although the one is read from what counts and the other ranked.
        assert rows_of(standings_as_at(day)) == rows_of(standings_as_at(day, clock.now()))
    with transaction():
        kept.keep()
    make.sign_in(client, Role.NATIONAL)
    ours = {(row["ods_code"], row["action_no"]): _numbers(row) for row in file_of(client, f"?as_at={as_at}")}
    for code in CODES:
        for number, counted in _counted(code, as_at, said).items():
            assert ours[code, number] == counted, (code, number)
    for level in ("system", "region"):
        rolled = [
            sum(column) for column in zip(*map(_numbers, file_of(client, f"?as_at={as_at}&by={level}")), strict=True)
        ]
        assert rolled == [sum(column) for column in zip(*ours.values(), strict=True)]


def rows_of(standings: Standings) -> set[tuple[object, ...]]:
    return {tuple(row) for row in session().execute(standings.select)}


def _numbers(row: dict[str, str]) -> tuple[int, ...]:
    return int(row["done"]), int(row["of"]), *(int(row[each.value]) for each in StatusClass)


def _counted(code: str, as_at: date, said: dict[tuple[str, str], list[tuple[date, str]]]) -> dict[str, tuple[int, ...]]:
    catalogue = read_catalogue()
    classes: dict[str, list[StatusClass]] = defaultdict(list)
    for standing in standings_of(get_open_organisation(code).organisation_id, as_at):
        ask = catalogue.asks[standing.ask_id]
        if standing.applicability is not rules.Applicability.APPLIES:
            continue
        words = [status for on, status in said[code, ask.ref] if on <= as_at]
        scale = catalogue.scale_of(ask)
        classes[ask.action_number].append(scale.get(words[-1]).status_class if words else StatusClass.NO_UPDATE)
    return {
        number: (
            sum(each.is_done for each in found),
            sum(each is not StatusClass.NOT_APPLICABLE for each in found),
            *(found.count(each) for each in StatusClass),
        )
        for number, found in classes.items()
    }


def _lead_of(code: str) -> Viewer:
    body = get_open_organisation(code).organisation_id
    role = Role.SYSTEM if CODES[code] == "system" else Role.LEAD
    person = make.person(role, body, email=f"{uuid4().hex}@example.nhs.uk")
    return Viewer(person, "Robin Ashdown", (HeldRole(role, body, code),))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_too_many_asks_no_trend_is_drawn_and_the_page_says_how_to_have_one(
    as_region: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chart_routes, "MOST_ASKS", 20)
    page = as_region.get("/review/charts").get_data(as_text=True)
    assert "The trend is drawn of at most 20 asks at once, and these are" in page
    assert "as at the end of" not in page.lower()
    fewer = as_region.get("/review/charts?action=8ua-2020/2&type=trust").get_data(as_text=True)
    assert "As at the end of" in fewer
    assert "at most 20 asks" not in fewer


def test_the_charts_say_in_a_table_what_they_draw(as_region: FlaskClient) -> None:
    page = as_region.get("/review/charts").get_data(as_text=True)
    assert "Action 1: 0 of" in page
    assert page.count('class="app-chart__drawing"') == 2
    assert "On 31 July 2020 0 of " in page
    past = as_region.get("/review/charts?as_at=2020-07-30").get_data(as_text=True)
    assert "Nothing was asked here by then." in past
    assert as_region.get("/review/charts?as_at=soon").status_code == 400
