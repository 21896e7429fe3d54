"""What was recorded later than it was true of says so: in the rows of a return, in its files and in what changed."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
import tell
from flask.testing import FlaskClient
from integration.returns.returning import ONE, RETURNS, approved, begin, hand_over, main_of
from openpyxl import load_workbook

from tracker import clock
from tracker.accounts.rules import Role, Viewer

LATE = "Recorded on 2 November 2020 for 1 October 2020"


def rows_of(client: FlaskClient, path: str = ONE) -> dict[str, dict[str, str]]:
    text = client.get(f"{path}/rows.csv").get_data(as_text=True)
    return {row["ask_ref"]: row for row in csv.DictReader(StringIO(text, newline=""))}


@pytest.mark.parametrize(
    ("true_on", "words"), [(date(2020, 10, 1), LATE), (date(2020, 11, 2), "Said on 2 November 2020")]
)
def test_the_rows_of_a_return_say_when_they_were_recorded(
    robin: FlaskClient, lead: Viewer, true_on: date, words: str
) -> None:
    tell.say(lead, "1.3", "on_track", true_on=true_on, backdating_reason="We forgot")
    begin(lead)
    as_it_stands = main_of(robin.get(ONE))
    hand_over(lead, 1)
    for page in (as_it_stands, main_of(robin.get(ONE))):
        assert words in page
        assert ("Recorded on" in page) is (words == LATE)
        assert ("Said on" in page) is (words != LATE)


def test_the_files_end_with_the_day_of_recording(robin: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "1.3", "on_track", true_on=date(2020, 10, 1), backdating_reason="We forgot")
    tell.say(lead, "1.4", "on_track")
    hand_over(lead, begin(lead))
    rows = rows_of(robin)
    assert list(rows["1.3"])[-1] == "recorded_on"
    assert {ref: (rows[ref]["updated_on"], rows[ref]["recorded_on"]) for ref in ("1.1", "1.3", "1.4")} == {
        "1.1": ("", ""),
        "1.3": ("2020-10-01", "2020-11-02"),
        "1.4": ("2020-11-02", "2020-11-02"),
    }
    sheet = load_workbook(BytesIO(robin.get(f"{ONE}/rows.xlsx", buffered=True).get_data())).worksheets[0]
    headings = next(line for line in sheet.iter_rows(values_only=True) if "Ask ref" in line)
    assert headings[-1] == "Recorded on"


def test_what_is_recorded_just_after_midnight_in_summer_is_of_the_london_day(robin: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(datetime(2020, 10, 20, 23, 30, tzinfo=UTC)):
        tell.say(lead, "1.3", "on_track")
    begin(lead)
    assert rows_of(robin)["1.3"]["recorded_on"] == "2020-10-21"
    assert "Recorded on" not in main_of(robin.get(ONE))


def test_what_changed_says_that_it_was_recorded_after_the_day_that_it_is_said_of(
    enter, lead: Viewer, board: Viewer
) -> None:
    with clock.frozen(datetime(2020, 9, 20, 9, tzinfo=UTC)):
        tell.say(lead, "1.3", "on_track")
        tell.say(lead, "1.4", "on_track")
        tell.say(lead, "2.2", "on_track")
    with clock.frozen(datetime(2020, 10, 10, 9, tzinfo=UTC)):
        tell.say(lead, "2.2", "at_risk", reason="Why", true_on=date(2020, 10, 5), backdating_reason="We forgot")
        approved(lead, board)
    tell.say(lead, "1.3", "at_risk", reason="Why", true_on=date(2020, 10, 1), backdating_reason="We forgot")
    tell.say(lead, "1.4", "at_risk", reason="Why")
    page = main_of(enter(Role.BOARD).get(f"{RETURNS}/changes"))
    assert "4 asks have changed" in page
    assert page.count("The status went from On track to At risk.") == 2
    # Neither what was said in time nor what the board had seen when it approved is marked.
    assert page.count("Recorded on") == 1
    assert f"{LATE}." in page


def test_an_entry_that_says_the_same_is_no_change_however_late_it_was_recorded(
    enter, lead: Viewer, board: Viewer
) -> None:
    with clock.frozen(datetime(2020, 9, 20, 9, tzinfo=UTC)):
        tell.say(lead, "1.3", "on_track")
    approved(lead, board)
    with clock.frozen(datetime(2020, 11, 3, 9, tzinfo=UTC)):
        tell.say(lead, "1.3", "on_track", true_on=date(2020, 10, 1), backdating_reason="We forgot")
        page = main_of(enter(Role.BOARD).get(f"{RETURNS}/changes"))
    assert "0 asks have changed" in page
    assert "Recorded on" not in page
