"""A form that fails says why in the summary and beside the field, and keeps everything that was typed."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tracker.web.forms import EXPIRED

GOOD = {
    "name": "Morgan Vale",
    "status": "off_track",
    "reason": "Two posts are vacant",
    "target_on-day": "31",
    "target_on-month": "March",
    "target_on-year": "2021",
    "save": "yes",
}


def token(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', browser.get("/update").text)
    assert found
    return found[1]


def summary(page: str) -> list[tuple[str, str]]:
    """The lines of the error summary: where each leads, and its words."""
    part = page.split("nhsuk-error-summary__list")[1].split("</ul>")[0]
    lines = re.findall(r"<li>\s*(?:<a href=\"([^\"]*)\"\s*>)?\s*([^<]+?)\s*<", part)
    return [(href, unescape(words)) for href, words in lines]


def test_a_good_form_is_saved_and_says_so_once(browser: FlaskClient, saved: list[dict[str, object]]) -> None:
    answer = browser.post("/update", data={**GOOD, "csrf_token": token(browser)}, follow_redirects=True)
    assert "Update saved" in answer.text
    assert "Update saved" not in browser.get("/update").text
    assert saved[0]["reason"] == "Two posts are vacant"
    assert str(saved[0]["target_on"]) == "2021-03-31"


def test_an_empty_form_lists_its_errors_above_the_heading_and_links_to_each_field(browser: FlaskClient) -> None:
    page = browser.post("/update", data={"csrf_token": token(browser)}).text
    assert summary(page) == [
        ("#name", "Enter the lead’s full name"),
        ("#status", "Choose a status"),
        ("#target_on-day", "Enter the target date"),
    ]
    assert "<title>Error: Update ask 6.1" in page
    assert page.index("There is a problem") < page.index("<h1")
    # The same words stand beside the field.
    assert page.count("Choose a status") == 2


def test_a_page_without_errors_has_no_error_in_its_title(browser: FlaskClient) -> None:
    page = browser.get("/update").text
    assert "<title>Update ask 6.1 – Health inequalities action tracker</title>" in page
    assert "There is a problem" not in page


@pytest.mark.parametrize("sent", [None, "", "not a token"])
def test_an_expired_form_keeps_what_was_typed_and_offers_a_fresh_token(
    browser: FlaskClient, saved: list[dict[str, object]], sent: str | None
) -> None:
    typed = {**GOOD, "narrative": "Weeks of work"}
    page = browser.post("/update", data=typed if sent is None else {**typed, "csrf_token": sent}).text
    assert summary(page) == [("", EXPIRED)]
    assert saved == []
    assert "Weeks of work" in page
    assert "Two posts are vacant" in page
    assert 'value="March"' in page
    fresh = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page)
    assert fresh
    assert browser.post("/update", data={**typed, "csrf_token": fresh[1]}).status_code == 302
    assert len(saved) == 1


def test_a_token_older_than_the_limit_is_expired(kit: Flask, browser: FlaskClient) -> None:
    kit.config["WTF_CSRF_TIME_LIMIT"] = -1
    page = browser.post("/update", data={**GOOD, "csrf_token": token(browser)}).text
    assert summary(page) == [("", EXPIRED)]


def test_a_date_that_does_not_exist_leads_to_its_first_bad_box(browser: FlaskClient) -> None:
    wrong = {**GOOD, "target_on-month": "2", "target_on-year": "2021", "csrf_token": token(browser)}
    page = browser.post("/update", data=wrong).text
    assert summary(page) == [("#target_on-day", "Target date: 31 February 2021 is not a real date")]
    boxes = re.findall(r'<input class="([^"]*)" id="target_on-(\w+)"', page)
    assert [part for classes, part in boxes if "error" in classes] == ["day"]


def test_hidden_characters_are_refused_by_place_and_shown(browser: FlaskClient, saved: list[object]) -> None:
    typed = "First line\r\nMet on\x07 time"
    page = browser.post("/update", data={**GOOD, "narrative": typed, "csrf_token": token(browser)}).text
    ((href, words),) = summary(page)
    assert href == "#narrative"
    assert words.startswith("Progress has a hidden character that cannot be kept, at line 2, character 7.")
    assert "Met on\N{REPLACEMENT CHARACTER} time" in page
    assert saved == []


def test_lines_survive_being_shown_again_inside_a_revealed_field(browser: FlaskClient) -> None:
    typed = "\n  first\n\n    indented <b>\nlast"
    page = browser.post("/update", data={"status": "off_track", "reason": "x" + typed}).text
    found = re.search(r'<textarea[^>]*id="reason"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    assert unescape(found[1]) == "x" + typed


def test_a_narrative_of_ten_megabytes_gets_a_sentence_and_is_kept(browser: FlaskClient) -> None:
    typed = "word \n" * (10 * 1024 * 1024 // 6)
    form = {**GOOD, "narrative": typed, "csrf_token": token(browser)}
    started = time.process_time()
    answer = FlaskClient.open(browser, "/update", method="POST", data=form)
    assert answer.status_code == 200
    # Ten seconds are far more than it takes, and far less than anything that grows with the square of the text.
    assert time.process_time() - started < 10
    expected = f"Progress must be 4,000 characters or fewer. You have typed {len(typed.strip()):,}."
    assert summary(answer.text) == [("#narrative", expected)]
    assert answer.text.count("word") > 1_000_000


def test_a_value_that_was_not_offered_is_refused(browser: FlaskClient, saved: list[object]) -> None:
    wrong = {**GOOD, "status": "assured", "system": "QXZ", "kinds": ["paper", "rumour"]}
    page = browser.post("/update", data={**wrong, "csrf_token": token(browser)}).text
    assert [href for href, _ in summary(page)] == ["#system", "#status", "#kinds"]
    assert saved == []


def test_a_parameter_sent_twice_counts_once(browser: FlaskClient, saved: list[dict[str, object]]) -> None:
    doubled = {**GOOD, "name": ["First", "Second"], "kinds": ["data", "data"], "csrf_token": token(browser)}
    browser.post("/update", data=doubled)
    assert saved[0]["name"] == "First"
    assert saved[0]["kinds"] == ["data"]


def test_a_password_is_never_sent_back(browser: FlaskClient) -> None:
    assert "correct horse" not in browser.post("/update", data={"password": "correct horse"}).text


def test_markup_in_a_value_stays_text(browser: FlaskClient) -> None:
    hostile = "\"'><script>alert(1)</script>"
    page = browser.post("/update", data={"name": hostile, "narrative": hostile, "target_on-day": hostile}).text
    assert "<script>alert" not in page
