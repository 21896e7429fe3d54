"""What changed since the last board, ask by ask in words; and what a file compares with the last approved return."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import make
import pytest
import tell
from flask.testing import FlaskClient, FlaskCliRunner
from integration.returns.returning import DECIDE, ONE, RETURNS, approved, begin, decide, hand_over, main_of, story

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import transaction
from tracker.frameworks.rules import Service
from tracker.organisations.service import record_service
from tracker.progress import adoptions
from tracker.returns.rules import Decision

LATER = datetime(2020, 12, 7, 12, tzinfo=UTC)


@pytest.fixture
def told(lead: Viewer, board: Viewer, region: Viewer) -> None:
    """A return of 2 November that was approved, and what happened until 7 December."""
    tell.say(lead, "2.2", "on_track", narrative="As before")
    tell.say(lead, "1.3", "on_track", narrative="Same")
    tell.agree(lead, "7.1", date(2020, 12, 1))
    tell.say(lead, "8.1", "complete_claimed", evidence_url="https://board.example.nhs.uk/plan")
    approved(lead, board)
    with clock.frozen(datetime(2020, 11, 20, 9, tzinfo=UTC)):
        tell.say(
            lead, "2.2", "off_track", narrative="It stopped", reason="The analyst left", recovery_on=date(2021, 2, 1),
            next_step="Hire", forecast_on=date(2021, 3, 1), blocked_by="The supplier",
        )  # fmt: skip
        tell.say(lead, "2.3", "complete_claimed", evidence_url="https://board.example.nhs.uk/split")
        tell.decide(region, "8.1", is_assured=True)
        tell.agree(lead, "7.1", date(2020, 12, 15))
        tell.agree(lead, "7.1", date(2021, 1, 4))


def test_what_changed_until_today_is_told_ask_by_ask_in_words(told: None, enter) -> None:
    with clock.frozen(LATER):
        page = main_of(enter(Role.BOARD).get(f"{RETURNS}/changes"))
    assert "From return 1 to today" in page
    assert "On track before, Off track now" in page
    for sentence in (
        "The status went from On track to Off track.",
        "Reason: The analyst left.",
        "It waits for others: The supplier.",
        "Next step: Hire.",
        "It is expected to be done on 1 March 2021.",
        "It is to be back on track by 1 February 2021 and no longer 1 March 2021.",
        "What is said now: It stopped",
        "Newly claimed as complete; it is not assured yet.",
        "It was done on 14 September 2020.",
        "Newly assured by another body.",
        "The target went from 1 December 2020 to 4 January 2021, 34 days later.",
        "The target was revised twice since, twice in all.",
    ):
        assert sentence in page, sentence
    assert "Same" not in page
    assert "asks have changed; " in page


def test_what_changed_between_two_returns_stands_on_the_later_one_and_is_the_same_when_asked_for(
    told: None, lead: Viewer, enter
) -> None:
    with clock.frozen(LATER):
        hand_over(lead, begin(lead))
        board = enter(Role.BOARD)
        on_the_return = main_of(board.get(f"{RETURNS}/2"))
        before_deciding = main_of(board.get(DECIDE.replace("/1/", "/2/")))
        between = main_of(board.get(f"{RETURNS}/changes?since=1&until=2"))
        tell.say(lead, "2.2", "at_risk", reason="Better", narrative="It goes on")
        same = main_of(board.get(f"{RETURNS}/changes?since=1&until=2"))
        since = main_of(board.get(f"{RETURNS}/changes?since=2"))
    for page in (on_the_return, before_deciding, between, same):
        assert "Compared with return 1 , as at 2 November 2020." in page
        assert "The status went from On track to Off track." in page
        assert "It goes on" not in page
    assert "From return 1 to return 2" in between
    assert "The status went from Off track to At risk." in since
    assert "1 ask has changed" in since


def test_newly_overdue_and_no_longer_overdue_are_said(lead: Viewer, board: Viewer, region: Viewer, enter) -> None:
    tell.agree(lead, "1.3", date(2020, 11, 10))
    tell.say(lead, "2.2", "at_risk", reason="Why")
    approved(lead, board)
    with clock.frozen(datetime(2020, 11, 13, 9, tzinfo=UTC)):
        tell.agree(region, "2.2", date(2021, 1, 31))
        page = main_of(enter(Role.BOARD).get(f"{RETURNS}/changes"))
    assert "Newly overdue, by 3 days." in page
    assert "No longer overdue." in page
    assert "A target was agreed: 31 January 2021." in page


def test_before_any_return_there_is_nothing_to_compare(robin: FlaskClient) -> None:
    assert "The board has had no return yet" in main_of(robin.get(f"{RETURNS}/changes"))
    answer = robin.get(f"{RETURNS}/changes?since=1")
    assert answer.status_code == 400
    assert "there is no return “1” to compare" in main_of(answer)


def test_only_what_both_cover_is_compared(lead: Viewer, board: Viewer, enter) -> None:
    with clock.frozen(datetime(2025, 3, 3, 12, tzinfo=UTC)):
        with transaction():
            adoptions.adopt_framework(tell.item(lead, "6.1").organisation, "rcp-2024", lead, "lead")
        approved(lead, board, framework_id=1)
        hand_over(lead, begin(lead))
        page = main_of(enter(Role.BOARD).get(f"{RETURNS}/changes?since=1&until=2"))
        # A return of everything is not measured against one of a single framework by itself.
        alone = main_of(enter(Role.BOARD).get(f"{RETURNS}/2"))
    assert "0 asks have changed; 2" in page
    assert "What changed since the last board" not in alone


def test_an_ask_that_is_new_and_one_that_is_gone_are_told(lead: Viewer, board: Viewer, enter) -> None:
    approved(lead, board)
    with clock.frozen(datetime(2025, 3, 3, 12, tzinfo=UTC)):
        with transaction():
            organisation = tell.item(lead, "6.1").organisation
            adoptions.adopt_framework(organisation, "rcp-2024", lead, "lead")
            record_service(organisation.organisation_id, Service.MATERNITY, False)
        page = main_of(enter(Role.BOARD).get(f"{RETURNS}/changes"))
    assert "It was not in the return before." in page
    assert "It is no longer tracked here." in page


def written(runner: FlaskCliRunner, tmp_path, *options: str) -> dict[str, tuple[str, str]]:
    """Previous status and movement of each ask of XN1."""
    to = tmp_path / "progress.csv"
    result = runner.invoke(args=["exports", "write", "progress", "--to", str(to), "--organisation", "XN1", *options])
    assert result.exit_code == 0, result.output
    rows = csv.DictReader(io.StringIO(to.read_text(encoding="utf-8"), newline=""))
    return {row["ask_ref"]: (row["previous_status"], row["movement"]) for row in rows}


def test_a_file_compares_with_the_last_approved_return(
    runner: FlaskCliRunner, lead: Viewer, board: Viewer, tmp_path
) -> None:
    for ref, status in {"1.3": "on_track", "1.4": "not_started", "2.2": "at_risk", "3.1": "on_track"}.items():
        tell.say(lead, ref, status, reason="Why")
    assert set(written(runner, tmp_path).values()) == {("", "")}
    number = begin(lead)
    hand_over(lead, number)
    assert set(written(runner, tmp_path).values()) == {("", "")}, "The board has not approved it yet."
    decide(board, number)
    with clock.frozen(datetime(2020, 11, 9, 12, tzinfo=UTC)):
        tell.say(lead, "1.3", "at_risk", reason="Why")
        tell.say(lead, "1.4", "on_track")
        tell.say(lead, "2.1", "on_track")
        tell.say(lead, "3.1", "not_applicable", reason="Why")
        found = written(runner, tmp_path)
        assert {ref: found[ref] for ref in ("1.1", "1.3", "1.4", "2.1", "2.2", "3.1", "4.4")} == {
            "1.1": ("No update", ""),
            "1.3": ("On track", "Worse"),
            "1.4": ("Not started", "Better"),
            "2.1": ("No update", "New"),
            "2.2": ("At risk", "Same"),
            "3.1": ("On track", "Changed"),
            "4.4": ("Applicability to confirm", ""),
        }
        # As at a day before the board approved it, and as known before, there was no return to compare with.
        assert set(written(runner, tmp_path, "--as-at", "2020-11-01").values()) == {("", "")}
        assert set(written(runner, tmp_path, "--known-at", "2020-11-02T11:00").values()) == {("", "")}
        assert written(runner, tmp_path, "--as-at", "2020-11-02")["2.2"] == ("At risk", "Same")


def test_the_latest_day_counts_not_the_latest_approval_and_what_was_sent_back_never(
    runner: FlaskCliRunner, lead: Viewer, board: Viewer, tmp_path
) -> None:
    with clock.frozen(datetime(2020, 10, 1, 12, tzinfo=UTC)):
        tell.say(lead, "1.3", "on_track")
    tell.say(lead, "1.3", "at_risk", reason="Why")
    older = begin(lead, as_at=date(2020, 10, 5))
    hand_over(lead, older)
    approved(lead, board)
    # The board may decide on it after the other: it had it before.
    decide(board, older)
    assert written(runner, tmp_path)["1.3"] == ("At risk", "Same")
    tell.say(lead, "1.3", "off_track", reason="Why", recovery_on=date(2021, 1, 1))
    number = begin(lead)
    hand_over(lead, number)
    decide(board, number, Decision.SENT_BACK, "More about wards")
    assert written(runner, tmp_path)["1.3"] == ("At risk", "Worse")


def test_a_return_says_what_the_last_one_said(lead: Viewer, board: Viewer, robin: FlaskClient) -> None:
    tell.say(lead, "1.3", "at_risk", reason="Why")
    approved(lead, board)
    tell.say(lead, "1.3", "on_track")
    hand_over(lead, begin(lead))
    assert "At risk (better)" in main_of(robin.get(f"{RETURNS}/2"))
    assert "Not in a return yet" in main_of(robin.get(ONE))


def test_the_return_of_another_organisation_is_never_compared_with(
    runner: FlaskCliRunner, lead: Viewer, world, tmp_path
) -> None:
    person_id = make.person(Role.BOARD, world.south_trust)
    south = Viewer(lead.person_id, "South", (HeldRole(Role.LEAD, world.south_trust, "XS1"),))
    deciding = Viewer(person_id, "South", (HeldRole(Role.BOARD, world.south_trust, "XS1"),))
    with transaction():
        story(south, deciding, "approved", "XS1")
    assert set(written(runner, tmp_path).values()) == {("", "")}
