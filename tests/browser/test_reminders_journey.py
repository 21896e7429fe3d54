"""A lead looks at what comes, snoozes an ask for a while, and the region reads why; and a cadence is chosen."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ASK = "/organisations/XD1/8ua-2020/8.1"


def test_a_lead_sees_what_comes_snoozes_an_ask_and_wakes_it_again(visit):
    # Given a lead who comes from their account
    lead = visit("lead.northdale")
    lead.open("/account")
    lead.follow("See what we will remind you of")
    # Then the days ahead are listed, and dates cannot be switched off
    assert lead.path == "/reminders"
    assert lead.page.locator("main h3").first.inner_text().endswith("2020")
    expect(lead.page.get_by_text("boards and regional teams rely on it")).to_be_visible()
    assert lead.faults_of_page(NARROW) == []
    # When they do without something
    lead.click(lead.page.get_by_label("Evidence is about to expire", exact=True))
    lead.press("Save what I am reminded of")
    # Then it is kept
    expect(lead.banner()).to_contain_text("Saved.")
    expect(lead.page.get_by_label("Evidence is about to expire", exact=True)).not_to_be_checked()
    # When they snooze an ask, and forget why
    lead.open(ASK)
    lead.follow("Snooze my reminders of this ask")
    lead.type_day("Remind me again on", 20, 11, 2020)
    lead.press("Snooze my reminders")
    # Then they are asked, and the day is kept
    assert lead.error_links().all_inner_texts() == ["Enter why you snooze it"]
    lead.page.get_by_label("Why?", exact=True).fill("The board meets on 19 November.")
    assert lead.faults_of_page(NARROW) == []
    lead.press("Snooze my reminders")
    expect(lead.banner()).to_contain_text("We remind you of this again on 20 November 2020.")
    expect(lead.page.get_by_text("The board meets on 19 November.")).to_be_visible()
    assert lead.faults_of_page() == []
    # And when they are back, they wake it
    lead.follow("Change or end my snooze of this ask")
    lead.press("End the snooze")
    expect(lead.banner()).to_contain_text("We remind you of this ask again.")


def test_a_lead_chooses_earlier_reminders_and_the_region_reads_the_ledger(visit):
    # Given a lead who wants to hear of a date before the board's last meeting
    lead = visit("lead.northdale")
    lead.open("/organisations/XD1/reminders")
    assert lead.faults_of_page(NARROW) == []
    lead.choose("Earlier")
    lead.press("Save")
    # Then the organisation's page says so
    expect(lead.summary("Reminded of its dates")).to_have_text("Earlier")
    # And a region reads it and changes nothing, and finds what became of each reminder in a list of its own
    region = visit("region.dales")
    region.open("/organisations/XD1/reminders")
    expect(region.page.get_by_text("The organisation itself chooses this.")).to_be_visible()
    region.open("/reminders/ledger")
    assert region.faults_of_page(NARROW) == []
    assert region.faults_of_page() == []
    region.page.get_by_label("State", exact=True).select_option("failed")
    region.press("Apply filters")
    region.page.wait_for_url(lambda url: "state=failed" in url)
    assert region.faults_of_page() == []
