"""A lead keeps the register: adds a barrier to an ask, meets a colleague's change, and closes it as an enabler."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW, Visitor
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

REGISTER = "/organisations/XD1/barriers"
TITLE = "No analyst for splits by ward"


def fill(visitor: Visitor) -> None:
    visitor.choose("Barrier")
    visitor.choose("High")
    visitor.page.get_by_label("Title", exact=True).fill(TITLE)
    visitor.page.get_by_role("main").get_by_label("Theme", exact=True).select_option("data")
    visitor.choose("Open")
    visitor.page.get_by_label("Owner (optional)", exact=True).fill("Director of Strategy")
    visitor.type_day("Next review (optional)", 1, 2, 2021)


def test_a_barrier_is_added_overtaken_merged_and_closed_as_an_enabler(visit):
    # Given a lead who comes from an ask and forgets the title
    lead = visit("lead.northdale")
    lead.open(f"{REGISTER}/add?ask=8ua-2020/4.1")
    fill(lead)
    lead.page.get_by_label("Title", exact=True).fill("")
    lead.press("Save")
    # Then it is asked for, everything else is kept, and the ask they came from is ticked
    assert lead.error_links().all_inner_texts() == ["Enter a title"]
    lead.click(lead.error_links().first)
    assert lead.has_focus(lead.page.get_by_label("Title", exact=True))
    expect(lead.page.get_by_label("Owner (optional)", exact=True)).to_have_value("Director of Strategy")
    expect(lead.page.locator("input[value='8ua-2020/4.1']")).to_be_checked()
    assert lead.faults_of_page(NARROW) == []
    # When it is there
    lead.page.get_by_label("Title", exact=True).fill(TITLE)
    lead.press("Save")
    expect(lead.banner()).to_contain_text("It is in the register now.")
    expect(lead.summary("Severity")).to_have_text("High")
    assert lead.faults_of_page() == []
    entry = lead.path
    # And two windows are open on it
    other = visit("lead.northdale")
    for visitor in (lead, other):
        visitor.open(f"{entry}/change")
    lead.choose("Being worked on")
    lead.page.get_by_label("Why do you change it?", exact=True).fill("An advertisement is out.")
    lead.press("Save")
    expect(lead.page.locator(".app-statuses .nhsuk-tag")).to_have_text("Being worked on")
    other.page.get_by_label("Owner (optional)", exact=True).fill("Chief Nurse")
    other.page.get_by_label("Why do you change it?", exact=True).fill("She has taken it on.")
    other.expect_refusal()
    other.press("Save")
    # Then the second sees both, and nothing typed is lost
    expect(other.page.get_by_role("heading", name="What the register says now")).to_be_visible()
    expect(other.summary("Status")).to_have_text("Being worked on")
    expect(other.page.get_by_label("Owner (optional)", exact=True)).to_have_value("Chief Nurse")
    assert other.faults_of_page(NARROW) == []
    other.choose("Being worked on")
    other.press("Save")
    expect(other.summary("Owner")).to_have_text("Chief Nurse")
    # When it is closed as an enabler
    lead.open(f"{entry}/close")
    lead.choose("It has become an enabler")
    lead.page.get_by_label("How do you know?", exact=True).fill("The analyst shares her splits.")
    assert lead.faults_of_page() == []
    lead.press("Save")
    # Then the history tells all of it as sentences
    expect(lead.page.locator(".app-statuses .nhsuk-tag")).to_have_text("In use")
    history = lead.page.locator(".app-history > li")
    expect(history).to_have_count(4)
    expect(history.first).to_contain_text("turned it from a barrier into an enabler")
    expect(history.last).to_contain_text("added this as a barrier, open")


def test_the_list_filters_sorts_and_downloads_and_the_region_reads_it(visit):
    # Given an entry
    lead = visit("lead.northdale")
    lead.open(f"{REGISTER}/add")
    fill(lead)
    lead.press("Save")
    # When the region opens the register and filters it
    region = visit("region.dales")
    region.open(REGISTER)
    assert region.faults_of_page() == []
    assert region.faults_of_page(NARROW) == []
    region.page.get_by_label("Kind", exact=True).select_option("barrier")
    region.page.get_by_label("Theme", exact=True).select_option("data")
    region.press("Apply filters")
    # Then the entry is there, the file holds it, and nothing can be changed
    expect(region.page.get_by_role("link", name=TITLE)).to_have_count(1)
    with region.page.expect_download() as download:
        region.follow("csv")
    assert TITLE in download.value.path().read_text(encoding="utf-8")
    region.follow(TITLE)
    expect(region.page.locator("a[href$='/change']")).to_have_count(0)


def test_adding_a_barrier_needs_no_mouse_and_no_script(visit):
    lead = visit("lead.northdale", javascript=False)
    lead.open(f"{REGISTER}/add")
    keys = lead.page.keyboard
    lead.tab_to(lead.page.get_by_role("radio", name="Barrier", exact=True))
    keys.press("Space")
    lead.tab_to(lead.page.get_by_role("radio", name="High", exact=True))
    keys.press("Space")
    lead.tab_to(lead.page.get_by_label("Title", exact=True))
    keys.type(TITLE)
    lead.tab_to(lead.page.get_by_role("main").get_by_label("Theme", exact=True))
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    lead.tab_to(lead.page.get_by_role("radio", name="Open", exact=True))
    keys.press("Space")
    lead.tab_to(lead.page.get_by_role("button", name="Save"), most=90)
    keys.press("Enter")
    expect(lead.page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(lead.summary("Theme")).to_have_text("Access to data")
