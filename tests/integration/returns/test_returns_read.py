"""Who reads which return, the list and its files, what a page costs, and what stands in the file of the rows."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
import tell
from bench.running import statements_of
from flask import Flask
from flask.testing import FlaskClient
from integration.returns.returning import (
    CHECK,
    ONE,
    RETURNS,
    SUBMIT,
    approved,
    begin,
    change,
    check,
    decide,
    hand_over,
    main_of,
    opened,
    start,
    text_of,
)
from openpyxl import load_workbook

from tracker.accounts.rules import Role, Viewer
from tracker.db import database
from tracker.returns.rows import FrozenAsk
from tracker.returns.rules import Decision


@pytest.fixture
def four(lead: Viewer, board: Viewer) -> None:
    """An approved return (1), one that was sent back (2), one with the board (3), and a draft (4)."""
    approved(lead, board, title="The approved")
    decide_on = begin(lead, title="The returned")
    hand_over(lead, decide_on)
    decide(board, decide_on, Decision.SENT_BACK, "More about wards")
    hand_over(lead, begin(lead, title="The submitted", framework_id=1))
    begin(lead, title="The draft", framework_id=1)


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        (Role.LEAD, [1, 2, 3, 4]),
        (Role.CONTRIBUTOR, [1, 2, 3, 4]),
        (Role.BOARD, [1, 2, 3, 4]),
        (Role.SYSTEM, [1, 3]),
        (Role.REGION, [1, 3]),
        (Role.NATIONAL, [1]),
    ],
)
def test_everybody_reads_the_returns_that_are_theirs_to_read_and_no_others(
    four: None, enter, role: Role, reads: list[int]
) -> None:
    reader = enter(role)
    lines = list(csv.DictReader(StringIO(reader.get(f"{RETURNS}.csv").get_data(as_text=True), newline="")))
    assert sorted(int(line["number"]) for line in lines) == reads
    page = main_of(reader.get(RETURNS))
    titles = {1: "The approved", 2: "The returned", 3: "The submitted", 4: "The draft"}
    for number, title in titles.items():
        wanted = 200 if number in reads else 404
        assert reader.get(f"{RETURNS}/{number}").status_code == wanted, number
        assert reader.get(f"{RETURNS}/{number}/rows.csv").status_code == wanted, number
        assert (title in page) is (number in reads)
    compared = text_of(reader.get(f"{RETURNS}/changes"))
    assert ("The returned" in compared) is (2 in reads)
    assert ("The submitted" in compared) is (3 in reads)
    assert "The draft" not in compared, "The board has not had it."
    if 3 not in reads:
        assert reader.get(f"{RETURNS}/changes?since=3").status_code == 400
    # What happened to it, with who worked on it, is the organisation's own affair.
    assert ("What happened to this return" in main_of(reader.get(ONE))) is (4 in reads)


def test_a_version_that_was_sent_back_is_not_read_from_above(lead: Viewer, board: Viewer, enter) -> None:
    number = begin(lead)
    hand_over(lead, number)
    decide(board, number, Decision.SENT_BACK, "More about wards")
    change(lead, number)
    region = enter(Role.REGION)
    assert region.get(ONE).status_code == 404
    hand_over(lead, number)
    assert region.get(ONE).status_code == region.get(f"{ONE}?version=2").status_code == 200
    assert region.get(f"{ONE}?version=1").status_code == 404
    assert "More about wards" not in text_of(region.get(ONE))


def test_whoever_read_a_return_is_told_that_the_board_sent_it_back_and_reads_no_more_of_it(
    lead: Viewer, board: Viewer, enter
) -> None:
    number = begin(lead, title="The returned")
    region, national = enter(Role.REGION), enter(Role.NATIONAL)
    told = "The board sent it back on 2 November 2020"
    for do in (lambda: None, lambda: check(lead, number)):
        do()
        assert told not in main_of(region.get(ONE)), "The board has not had it yet."
        assert region.get(ONE).status_code == 404
    hand_over(lead, number)
    assert region.get(ONE).status_code == 200
    decide(board, number, Decision.SENT_BACK, "More about wards")
    for do in (lambda: None, lambda: change(lead, number), lambda: check(lead, number)):
        do()
        for path in (ONE, f"{ONE}/rows.csv"):
            answer = region.get(path)
            assert answer.status_code == 404
            assert "Return 1 was sent back" in main_of(answer)
            assert told in main_of(answer)
            assert not [each for each in ("More about wards", "The returned", "Ruth") if each in text_of(answer)]
        assert told not in main_of(national.get(ONE)), "They read only what was approved."
    assert "sent back" not in main_of(region.get(f"{RETURNS}/2"))
    hand_over(lead, number)
    assert region.get(ONE).status_code == 200


@pytest.mark.parametrize("version", ["2", "0", "-1", "x", "1x", "١", "999999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(
    lead: Viewer, board: Viewer, robin: FlaskClient, version: str
) -> None:
    approved(lead, board)
    assert robin.get(f"{ONE}?version={version}").status_code == 404
    assert robin.get(f"{ONE}/rows.csv?version={version}").status_code == 404


def test_a_return_of_another_organisation_is_not_found(lead: Viewer, enter, world) -> None:
    begin(lead)
    elsewhere = enter(Role.LEAD, world.south_trust)
    assert elsewhere.get(ONE).status_code == 404
    assert elsewhere.get("/organisations/XS1/returns/1").status_code == 404


def test_the_file_of_the_rows_holds_every_field_with_iso_dates(lead: Viewer, board: Viewer, robin: FlaskClient) -> None:
    tell.say(lead, "2.2", "at_risk", narrative="Two\nwards", reason="=1+1")
    approved(lead, board)
    answer = robin.get(f"{ONE}/rows.csv")
    assert 'filename="return-XN1-1-1-2020-11-02.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.get_data(as_text=True), newline="")))
    (row,) = [row for row in rows if row["ask_ref"] == "2.2"]
    left_out = {"ask_id", "framework_title"}
    assert set(FrozenAsk.__slots__) - left_out < set(row)
    assert {name: row[name] for name in ("return", "version", "state", "as_at", "known_at")} == {
        "return": "1",
        "version": "1",
        "state": "approved",
        "as_at": "2020-11-02",
        "known_at": "2020-11-02T12:00:00+00:00",
    }
    assert (row["status_class"], row["progress"], row["reason"], row["days_overdue"], row["updated_on"]) == (
        "at_risk",
        "Two\nwards",
        "=1+1",
        "2",
        "2020-11-02",
    )
    workbook = load_workbook(BytesIO(robin.get(f"{ONE}/rows.xlsx", buffered=True).get_data()))
    cells = [cell for sheet in workbook for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert "=1+1" in {cell.value for cell in cells}


def test_the_file_of_a_draft_says_that_it_is_one_and_is_known_at_no_instant(robin: FlaskClient) -> None:
    start(robin)
    row = next(csv.DictReader(StringIO(robin.get(f"{ONE}/rows.csv").get_data(as_text=True), newline="")))
    assert (row["state"], row["known_at"]) == ("draft", "")


def test_rows_are_grouped_by_action_in_the_order_of_the_framework(robin: FlaskClient) -> None:
    start(robin)
    page = main_of(robin.get(ONE))
    titles = [f"{number}. " for number in range(1, 9)]
    places = [page.index(f" {title}", page.index("Where each ask stands")) for title in titles]
    assert places == sorted(places)


PATHS = (RETURNS, ONE, CHECK, f"{RETURNS}/changes")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_costs_the_same_however_much_it_shows(
    app: Flask, lead: Viewer, board: Viewer, robin: FlaskClient, path: str
) -> None:
    def cost(at: str) -> int:
        robin.get(at)
        with statements_of(database.engine) as statements:
            assert robin.get(at).status_code == 200, at
        return len(statements)

    approved(lead, board)
    begin(lead)
    path = path.replace("/1", "/2")
    few = cost(path)
    for ref in ("1.3", "1.4", "2.2", "3.1", "6.1", "8.1"):
        tell.say(lead, ref, "at_risk", reason="Why", evidence_url=f"https://board.example.nhs.uk/{ref}")
    for _ in range(3):
        approved(lead, board, framework_id=1)
    assert cost(path) == few <= 40


def test_submitting_costs_the_same_however_much_is_frozen(app: Flask, lead: Viewer, robin: FlaskClient) -> None:
    costs = []
    for number in (1, 2):
        check(lead, begin(lead))
        path = SUBMIT.replace("/1/", f"/{number}/")
        fields = opened(robin, path)
        with statements_of(database.engine) as statements:
            assert robin.post(path, data=fields).status_code == 302
        costs.append(len(statements))
        for ref in ("1.3", "1.4", "2.2", "3.1"):
            tell.say(lead, ref, "at_risk", reason="Why", evidence_url=f"https://board.example.nhs.uk/{ref}")
    assert costs[0] == costs[1]
