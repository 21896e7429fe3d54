"""Lists are sorted, filtered and paged by addresses, and stay light."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient


def links(page: str) -> dict[str, str]:
    return {
        " ".join(re.sub(r"<[^>]+>", "", words).split()): unescape(href)
        for href, words in re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    }


def test_fifty_rows_weigh_less_than_a_hundred_kilobytes(browser: FlaskClient) -> None:
    assert len(browser.get("/overdue").data) < 100 * 1024


def test_a_heading_sorts_the_other_way_keeps_the_filter_and_starts_at_page_one(browser: FlaskClient) -> None:
    page = browser.get("/overdue?system=QXA&sort=organisation&page=3").text
    assert 'aria-sort="ascending"' in page
    assert links(page)["Organisation"] == "?system=QXA&sort=-organisation"
    assert links(page)["Days overdue"] == "?system=QXA&sort=days"


def test_page_links_keep_filter_and_sort(browser: FlaskClient) -> None:
    page = browser.get("/overdue?system=QXA&sort=days&page=3").text
    assert links(page)["Next page"] == "?system=QXA&sort=days&page=4"
    assert links(page)["8"] == "?system=QXA&sort=days&page=8"
    assert 'aria-label="Page 3" aria-current="page"' in page
    assert "Showing 101 to 150 of 353 asks" in page


def test_the_page_number_is_in_the_title(browser: FlaskClient) -> None:
    assert "<title>Overdue (page 3 of 8) – " in browser.get("/overdue?page=3").text


def test_an_unknown_page_is_page_one(browser: FlaskClient) -> None:
    for wrong in ("9", "0", "-1", "x", "1e3", "٣", "9" * 5000):
        assert "(page 1 of 8)" in browser.get("/overdue", query_string={"page": wrong}).text


def test_a_filter_is_remembered_and_can_be_cleared(browser: FlaskClient) -> None:
    page = browser.get("/overdue?system=QXB").text
    assert '<option value="QXB" selected>' in page
    assert links(page)["Clear filters"] == "/overdue"


def test_hostile_query_strings_stay_text(browser: FlaskClient) -> None:
    page = browser.get("/overdue", query_string={"sort": '"><script>', "x": "\x00<b>", "system": "<i>"}).text
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_an_empty_value_is_said_in_words(browser: FlaskClient) -> None:
    assert "Not provided" in browser.get("/overdue").text
