"""A regional team's main job: see what is overdue, most overdue first, take it away as a file, decide on claims."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from browser.visitor import NARROW, Visitor
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CLAIM = "/organisations/XD1/8ua-2020/8.1"


def test_the_overdue_list_is_home_with_the_most_overdue_first(visit):
    # Given a region's team
    region = visit("region.dales")
    # When they have signed in, they are at the list
    assert region.path == "/review/overdue"
    rows = table(region)
    # Then the longest overdue stands first, and no other region's organisation is there
    days = [int(row["Days overdue"]) for row in rows]
    assert days == sorted(days, reverse=True)
    assert min(days) >= 1
    assert not any("Marchwell" in row["Organisation"] or "Weald" in row["Organisation"] for row in rows)
    # And each says what is late, when it was last heard of, and whom to call
    seaburn = next(row for row in rows if "Seaburn and Holm Hospitals" in row["Organisation"] and "8.1" in row["Ask"])
    assert seaburn["Status"] == "Off track"
    assert seaburn["Due"].split("\n") == ["21 September 2020", "National date missed"]
    assert seaburn["Days overdue"] == "42"
    assert seaburn["Last update"] == "28 September 2020"
    assert seaburn["Lead's job title"] == "Director of Strategy"


def test_filters_leave_what_was_asked_for_and_can_be_cleared(visit):
    # Given the list
    region = visit("region.dales")
    everything = table(region)
    # When it is filtered by type, then also by action, then also by system
    region.page.get_by_label("Type", exact=True).select_option("ccg")
    _apply(region, "type=ccg")
    groups = table(region)
    region.page.get_by_label("Action", exact=True).select_option(index=8)
    _apply(region, "action=8ua-2020%2F8")
    eighth = table(region)
    region.page.get_by_label("System", exact=True).select_option(label="Seaburn and Holm Partnership")
    _apply(region, "system=QD2")
    seaburn = table(region)
    # Then each leaves the rows of the one before that match, and the address holds them all
    assert groups == [row for row in everything if row["Organisation"].endswith("CCG")]
    assert eighth == [row for row in groups if row["Ask"].startswith("8.")]
    assert seaburn == [row for row in eighth if row["System"] == "Seaburn and Holm Partnership"]
    assert 0 < len(seaburn) < len(eighth) < len(groups) < len(everything)
    assert all(part in region.page.url for part in ("system=QD2", "type=", "action="))
    # And the filters still say what is chosen; clearing them brings everything back
    expect(region.page.get_by_label("System", exact=True)).to_have_value("QD2")
    region.follow("Clear filters")
    region.page.wait_for_url(lambda url: "system=" not in url)
    assert table(region) == everything


def _apply(region: Visitor, part: str) -> None:
    """Filter, and wait for the page of it: the one before stands until then, and is a table too."""
    region.press("Apply filters")
    region.page.wait_for_url(lambda url: part in url)


def test_a_heading_sorts_by_its_column_and_says_so(visit):
    region = visit("region.dales")
    for heading, order in (("Organisation", "ascending"), ("Organisation", "descending"), ("System", "ascending")):
        region.click(region.page.get_by_role("columnheader", name=heading).get_by_role("link"))
        region.page.wait_for_load_state()
        assert region.page.locator("th[aria-sort]").all_inner_texts() == [heading]
        assert region.page.locator("th[aria-sort]").get_attribute("aria-sort") == order
        shown = [row[heading].lower() for row in table(region)]
        assert shown == sorted(shown, reverse=order == "descending")


def test_the_file_holds_the_rows_of_the_page_in_its_order(visit):
    # Given a filtered and sorted list
    region = visit("region.dales")
    region.open("/review/overdue?type=trust&sort=-organisation")
    rows = table(region)
    # When it is downloaded
    with region.page.expect_download() as download:
        region.follow("csv")
    text = download.value.path().read_text(encoding="utf-8")
    # Then the file says the same, in the same order
    assert download.value.suggested_filename == "overdue-2020-11-02.csv"
    lines = list(csv.DictReader(StringIO(text, newline="")))
    assert len(rows) > 3
    assert [(line["organisation"], line["ask_ref"], line["days_overdue"], line["status"]) for line in lines] == [
        (row["Organisation"], row["Ask"].split()[0], row["Days overdue"], row["Status"]) for row in rows
    ]


def test_a_claim_is_assured(visit):
    # Given a claim that waits
    region = visit("region.dales")
    region.open(CLAIM)
    region.click(decide_button(region))
    expect(region.summary("Done on")).to_have_text("18 September 2020")
    expect(region.summary("National date")).to_contain_text("met on time")
    # When the region assures it
    region.choose("Assure")
    region.press("Save decision")
    # Then it is assured, by whom and when, and there is nothing left to decide
    expect(region.banner()).to_contain_text("Your decision is saved.")
    region.open(CLAIM)
    expect(region.page.locator(".app-statuses .nhsuk-tag").first).to_have_text("Complete, assured")
    expect(region.page.locator(".app-history > li").first).to_contain_text("Helen Thackray, Regional team assured")
    expect(decide_button(region)).to_have_count(0)


def test_a_claim_is_returned_with_a_reason_and_is_overdue_again(visit):
    # Given a decision to return a claim, without a reason
    region = visit("region.dales")
    region.open(f"{CLAIM}/update")  # The older address leads on.
    region.choose("Return")
    region.press("Save decision")
    # Then the reason is asked for
    assert region.page.title().startswith("Error: ")
    assert region.error_links().all_inner_texts() == ["Enter the reason for returning the claim"]
    region.click(region.error_links().first)
    assert region.has_focus(region.page.get_by_label("Why it goes back", exact=True))
    assert region.faults_of_page(NARROW) == []
    # When it is given
    region.page.get_by_label("Why it goes back", exact=True).fill("Chapter 4 is missing from the paper.")
    region.press("Save decision")
    # Then the ask is open against its old date, and the lead reads why
    region.open(CLAIM)
    expect(region.page.locator(".app-history > li").first).to_contain_text("returned the claim")
    region.open("/review/overdue?type=trust")
    assert any("Northdale Hospitals" in row["Organisation"] and row["Ask"].startswith("8.1") for row in table(region))
    lead = visit("lead.northdale")
    lead.open(CLAIM)
    expect(lead.page.locator(".app-history > li").first).to_contain_text("Chapter 4 is missing from the paper.")
    expect(lead.page.locator(".app-statuses .nhsuk-tag").nth(1)).to_have_text("42 days overdue")


def test_a_region_decides_on_claims_and_updates_nothing(visit):
    region = visit("region.dales")
    region.open("/organisations/XD1/8ua-2020/4.1")
    expect(region.page.locator("a[href$='/update']")).to_have_count(0)
    region.open("/organisations/XD1/8ua-2020/4.1/update", status=403)


def table(visitor: Visitor) -> list[dict[str, str]]:
    """The rows of the page's one table, each by its headings."""
    headings = [text.strip() for text in visitor.page.locator("thead th").all_inner_texts()]
    rows: list[list[str]] = visitor.page.eval_on_selector_all(
        "tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    return [dict(zip(headings, row, strict=True)) for row in rows]


def decide_button(visitor: Visitor):
    return visitor.page.locator("a.nhsuk-button", has_text="Decide on this claim")
