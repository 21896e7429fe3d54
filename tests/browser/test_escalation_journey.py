"""A region climbs the ladder with an organisation, writes to many who are late, and prints the log."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LATE = "/organisations/XD3/8ua-2020/8.1/escalation"


def test_a_step_is_raised_answered_and_judged_and_both_sides_read_the_same(visit):
    # Given an ask that was raised to the executive lead, and a lead who sees it on the organisation's own page
    lead = visit("lead.seaburn")
    lead.open("/organisations/XD3")
    lead.follow("Respond")
    lead.press("Send response")
    assert lead.error_links().all_inner_texts() == ["Enter your response"]
    assert lead.faults_of_page(NARROW) == []
    lead.page.get_by_label("Your response", exact=True).fill("The system's analyst makes the split from Monday.")
    lead.press("Send response")
    assert lead.path == LATE
    expect(lead.page.get_by_role("table").first).to_contain_text("from Monday")
    assert lead.faults_of_page() == []
    # When the region finds it on the list as a response to read
    region = visit("region.dales")
    region.follow("Escalations")
    assert region.faults_of_page() == []
    assert region.faults_of_page(NARROW) == []
    region.page.get_by_label("State", exact=True).select_option("answered")
    region.press("Apply filters")
    region.follow("8.1")
    region.follow("Record what came of it")
    region.choose("Enough for now")
    region.type_day("Look again on", 16, 11, 2020)
    assert region.faults_of_page(NARROW) == []
    region.press("Save outcome")
    # Then it is on hold for both, and the log says what came of it
    expect(region.banner()).to_contain_text("The outcome is saved.")
    expect(region.page.locator(".app-statuses")).to_contain_text("On hold")
    lead.open("/organisations/XD3/8ua-2020/8.1")
    expect(lead.summary("Looked at again on")).to_have_text("16 November 2020")
    region.open("/escalations/log")
    assert region.faults_of_page() == []
    assert region.faults_of_page(NARROW) == []
    expect(region.page.get_by_role("table")).to_contain_text(
        "Outcome: enough for now, looked at again on 16 November 2020"
    )
    region.page.emulate_media(media="print")
    expect(region.page.get_by_role("button", name="Apply filters")).to_be_hidden()
    expect(region.page.get_by_role("heading", level=1)).to_be_visible()


def test_a_message_to_many_is_chosen_seen_and_sent(visit):
    region = visit("region.dales")
    region.open("/escalations?state=proposed")
    boxes = region.page.locator("td, th").get_by_role("checkbox")
    everything = region.page.get_by_label(f"Choose all {boxes.count()} on this page")
    everything.check()
    expect(region.page.get_by_role("status")).to_have_text(f" ({boxes.count()} chosen)")
    boxes.first.uncheck()
    expect(everything).to_be_checked(checked=False)
    assert boxes.last.is_checked()
    assert region.faults_of_page(NARROW) == []
    region.press("Write to those chosen")
    region.page.get_by_label("Subject", exact=True).fill("A word about {organization}")
    region.press("See the messages")
    expect(region.page.locator(".nhsuk-error-summary")).to_contain_text("{organization} cannot be filled in")
    assert region.faults_of_page(NARROW) == []
    region.page.get_by_label("Subject", exact=True).fill("A word about {organisation}")
    region.press("See the messages")
    expect(region.page.get_by_role("heading", name="What will be sent")).to_be_visible()
    assert region.faults_of_page() == []
    assert region.faults_of_page(NARROW) == []
    region.press("Send the messages")
    expect(region.banner()).to_contain_text("will be sent in the next minutes.")
