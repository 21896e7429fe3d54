"""What boards download: the rows, as at any day, in scope, without names unless chosen, and safe in Excel."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import make
import openpyxl
import pytest
import tell
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from integration.exports.exported import name_lead, sheet_rows, written

from reports.rows import PROGRESS_FIELDS
from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.db import transaction
from tracker.progress import adoptions


def test_the_columns_are_those_of_the_contract(runner: FlaskCliRunner, world: make.World, tmp_path: Path) -> None:
    rows = written(runner, tmp_path)
    assert tuple(rows[0]) == PROGRESS_FIELDS
    # The 36 of the contract, and what was added behind them since.
    assert PROGRESS_FIELDS[35:] == ("updated_by", "slippage_days", "target_revisions")


def test_before_anything_was_recorded_every_ask_that_applied_shows_no_update(
    runner: FlaskCliRunner, world: make.World, lead: Viewer, tmp_path: Path
) -> None:
    tell.say(lead, "2.2", "on_track")
    rows = written(runner, tmp_path, "--as-at", "2020-09-21", "--organisation", "XN1")
    assert {row["status"] for row in rows} == {"No update", "Applicability to confirm"}
    assert {row["ask_ref"] for row in rows if row["status"] != "No update"} == {"4.4", "5.1", "5.2"}
    assert {row["days_overdue"] for row in rows} == {""}
    next_day = written(runner, tmp_path, "--as-at", "2020-09-22", "--organisation", "XN1")
    assert {row["ask_ref"]: row["days_overdue"] for row in next_day if row["days_overdue"]} == {"6.1": "1", "8.1": "1"}


def test_a_row_says_what_was_said(runner: FlaskCliRunner, world: make.World, lead: Viewer, tmp_path: Path) -> None:
    name_lead(lead)
    tell.say(lead, "2.2", "on_track", narrative="First")
    tell.say(
        lead,
        "2.2",
        "at_risk",
        narrative="Second",
        reason="Too few analysts",
        next_step="Hire",
        next_step_on=date(2020, 12, 1),
        evidence_url="https://board.example/paper",
    )
    (row,) = [row for row in written(runner, tmp_path) if (row["ods_code"], row["ask_ref"]) == ("XN1", "2.2")]
    assert (
        row
        | {
            "region_code": "YN1",
            "system": "Dales Health and Care",
            "organisation": "Dales Hospitals NHS Trust",
            "organisation_type": "NHS trust",
            "framework": "8ua-2020",
            "action_no": "2",
            "date_kind": "by",
            "status": "At risk",
            "status_class": "at_risk",
            "previous_status": "",
            "movement": "",
            "national_date": "2020-10-31",
            "national_date_precision": "day",
            "target_date": "",
            "days_overdue": "2",
            "overdue_reason": "Too few analysts",
            "lead_title": "Chief Nurse",
            "lead_name": "",
            "progress": "Second",
            "next_step": "Hire",
            "next_step_on": "2020-12-01",
            "evidence": "https://board.example/paper",
            "assurance": "",
            "last_updated_on": "2020-11-02",
            "updated_by": "",
        }
        == row
    )


def test_names_are_left_out_unless_they_are_chosen(
    runner: FlaskCliRunner, world: make.World, lead: Viewer, tmp_path: Path
) -> None:
    name_lead(lead)
    tell.say(lead, "2.2", "on_track")
    without = tmp_path / "without.xlsx"
    runner.invoke(args=["exports", "write", "progress", "--to", str(without)])
    book = openpyxl.load_workbook(without)
    assert "Nobody Else" not in str([sheet_rows(book, sheet) for sheet in book.sheetnames])
    assert "Robin Ashdown" not in str([sheet_rows(book, sheet) for sheet in book.sheetnames])
    (row,) = [
        row for row in written(runner, tmp_path, "--names") if (row["ods_code"], row["ask_ref"]) == ("XN1", "2.2")
    ]
    assert (row["lead_name"], row["updated_by"]) == ("Nobody Else", "Robin Ashdown")


def test_assurance_is_apart_from_what_the_organisation_says(
    runner: FlaskCliRunner, world: make.World, lead: Viewer, region: Viewer, tmp_path: Path
) -> None:
    for ref in ("6.1", "8.1", "2.3"):
        tell.say(lead, ref, "complete_claimed", evidence_url="https://board.example/paper")
    tell.decide(region, "6.1", is_assured=True)
    tell.decide(region, "8.1", is_assured=False, reason="Not shown")
    rows = {row["ask_ref"]: row for row in written(runner, tmp_path, "--organisation", "XN1")}
    assert [
        (rows[ref]["status"], rows[ref]["assurance"], rows[ref]["assured_on"]) for ref in ("6.1", "8.1", "2.3")
    ] == [
        ("Complete, assured", "Assured", "2020-11-02"),
        ("Not started", "Returned", ""),
        ("Complete, claimed", "Claimed, not assured", ""),
    ]
    assert rows["6.1"]["completed_on"] == "2020-09-14"
    assert rows["2.3"]["days_overdue"] == ""


def test_a_file_without_rows_says_why(runner: FlaskCliRunner, world: make.World, tmp_path: Path) -> None:
    to = str(tmp_path / "empty.csv")
    options = ["exports", "write", "progress", "--to", to]
    assert "It has no rows" in runner.invoke(args=[*options, "--as-at", "2020-07-30"]).output
    early = runner.invoke(args=[*options, "--as-at", "2020-09-21", "--known-at", "2019-01-01T09:00"])
    assert "recorded after the instant of --known-at" in early.output
    assert "0 rows" in early.output


@pytest.mark.parametrize(
    ("pinned", "is_demonstration", "banner"),
    [
        (None, False, None),
        (date(2020, 11, 2), False, "The date of this service is set to 2 November 2020."),
        (date(2020, 11, 2), True, "Demonstration with fictional organisations. Today is 2 November 2020."),
        (None, True, "Demonstration with fictional organisations. Today is 2 November 2020."),
    ],
)
def test_only_a_demonstration_calls_its_organisations_fictional(
    app: Flask, client: FlaskClient, world: make.World, pinned: date | None, is_demonstration: bool, banner: str | None
) -> None:
    app.extensions["is_demonstration"] = is_demonstration
    clock.pin_day(pinned)
    make.sign_in(client, Role.BOARD, world.north_trust)
    page = client.get("/exports").get_data(as_text=True)
    cover = str(sheet_rows(openpyxl.load_workbook(io.BytesIO(client.get("/exports/progress").get_data())), "Cover"))
    assert ("app-demonstration" in page) is (banner is not None)
    assert banner is None or banner in page
    assert ("fictional" in cover) is is_demonstration


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (["--organisation", "XN1"], {"XN1"}),
        (["--system", "QN1"], {"QN1", "XN1", "0N1"}),
        (["--region", "YN1"], {"QN1", "XN1", "0N1"}),
        ([], {"QN1", "XN1", "0N1", "QS1", "XS1"}),
    ],
)
def test_a_file_is_of_one_organisation_a_system_a_region_or_england(
    runner: FlaskCliRunner, world: make.World, tmp_path: Path, option: list[str], expected: set[str]
) -> None:
    assert {row["ods_code"] for row in written(runner, tmp_path, *option)} == expected


def test_one_framework_can_be_chosen(runner: FlaskCliRunner, world: make.World, lead: Viewer, tmp_path: Path) -> None:
    with clock.frozen(datetime(2025, 3, 3, 12, tzinfo=UTC)):
        with transaction():
            adoptions.adopt_framework(tell.item(lead, "6.1").organisation, "rcp-2024", lead, "lead")
        both = written(runner, tmp_path)
        assert {row["framework"] for row in both} == {"8ua-2020", "rcp-2024"}
        assert {row["framework"] for row in written(runner, tmp_path, "--framework", "rcp-2024")} == {"rcp-2024"}


def test_the_same_day_and_instant_give_the_same_bytes(
    runner: FlaskCliRunner, world: make.World, lead: Viewer, tmp_path: Path
) -> None:
    tell.say(lead, "2.2", "on_track", narrative="First")
    files = []
    for number, moment in enumerate((datetime(2020, 11, 2, 13, tzinfo=UTC), datetime(2020, 11, 5, 9, tzinfo=UTC))):
        with clock.frozen(moment):
            if number:
                tell.say(lead, "2.2", "at_risk", narrative="Second", reason="Why")
            to = tmp_path / f"{number}.xlsx"
            result = runner.invoke(
                args=["exports", "write", "progress", "--to", str(to), "--as-at", "2020-11-02", "--known-at",
                      "2020-11-02T12:30"],
            )  # fmt: skip
            assert result.exit_code == 0, result.output
            files.append(to.read_bytes())
    assert files[0] == files[1]


def test_what_was_recorded_after_the_instant_is_left_out(
    runner: FlaskCliRunner, world: make.World, lead: Viewer, tmp_path: Path
) -> None:
    with clock.frozen(datetime(2020, 11, 2, 9, tzinfo=UTC)):
        tell.say(lead, "2.2", "on_track")
    with clock.frozen(datetime(2020, 11, 2, 15, tzinfo=UTC)):
        tell.say(lead, "2.2", "at_risk", reason="Why")
        status = {
            instant: next(
                row["status"]
                for row in written(runner, tmp_path, *instant)
                if (row["ods_code"], row["ask_ref"]) == ("XN1", "2.2")
            )
            for instant in ((), ("--known-at", "2020-11-02T14:00"), ("--known-at", "2020-11-02T08:00"))
        }
    assert list(status.values()) == ["At risk", "On track", "No update"]


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|calc", "＝1+1", "<b>bold</b>", "a\nb", "‮abc"]


def test_what_people_typed_never_becomes_a_formula(
    runner: FlaskCliRunner, world: make.World, lead: Viewer, tmp_path: Path
) -> None:
    for ref, text in zip(["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "3.1", "3.3", "3.4"], HOSTILE, strict=True):
        tell.say(lead, ref, "on_track", narrative=text, next_step=text)
    to = tmp_path / "hostile.xlsx"
    assert runner.invoke(args=["exports", "write", "progress", "--to", str(to)]).exit_code == 0
    book = openpyxl.load_workbook(to)
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    texts = {cell.value for cell in cells}
    assert set(HOSTILE) <= texts
    assert {row["progress"] for row in written(runner, tmp_path)} >= set(HOSTILE)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--to", "x.ods"], "end the name in .xlsx or .csv"),
        (["--to", "x.csv", "--as-at", "2020-02-31"], "is not a date"),
        (["--to", "x.csv", "--as-at", "2030-01-01"], "is in the future"),
        (["--to", "x.csv", "--known-at", "yesterday"], "is not an instant"),
        (["--to", "x.csv", "--known-at", "2030-01-01T09:00"], "is in the future"),
        (["--to", "x.csv", "--region", "XN1"], "is not for --region"),
        (["--to", "x.csv", "--system", "YN1"], "is not for --system"),
        (["--to", "x.csv", "--organisation", "NOPE9"], "no organisation with the code"),
        (["--to", "x.csv", "--framework", "nope"], "no framework"),
        (["--to", "x.csv", "--organisation", "XN1", "--region", "YN1"], "not several"),
        (["--to", "no/such/folder/x.csv"], "cannot be written"),
    ],
)
def test_bad_input_gets_a_sentence_and_writes_nothing(
    runner: FlaskCliRunner, world: make.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    options: list[str], sentence: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    result = runner.invoke(args=["exports", "write", "progress", *options])
    assert result.exit_code == 1
    assert sentence in result.output
    assert list(tmp_path.iterdir()) == []
