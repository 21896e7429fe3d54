"""A lead records what was counted, sees how far the target is, and corrects a slip; a board member reads along."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW, WIDE, Visitor
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LIST = "/organisations/XD1/measures"
NAME = "Continuity of maternity carer"


def test_a_lead_records_readings_and_sees_the_trend_against_the_target(visit):
    # Given the lead of a trust with a maternity service
    lead = visit("lead.northdale")
    lead.open(LIST)
    lead.click(lead.page.get_by_role("link", name=NAME, exact=True))
    measure = lead.path
    # When they record two readings
    add_reading(lead, measure, 30, 6, 2020, "310", "1,250")
    add_reading(lead, measure, 30, 9, 2020, "437", "1,250")
    # Then the page says where they stand: 34.96% is not 35%
    expect(lead.banner()).to_contain_text("The reading is saved.")
    expect(lead.summary("Latest")).to_have_text("34.9% (437 of 1,250), to 30 September 2020")
    expect(lead.summary("National target")).to_contain_text("0.1 percentage points below 35%")
    # And the chart says the same to whoever does not see it, and is drawn for whoever does
    chart = lead.page.get_by_role("img", name=f"{NAME}: trend")
    expect(chart).to_be_visible()
    expect(chart.locator("circle")).to_have_count(2)
    assert chart.bounding_box()["height"] > 150
    # When they correct a slip
    lead.click(lead.page.get_by_role("link", name="Correct the reading to 30 September 2020"))
    lead.page.get_by_label("Numerator").fill("438")
    lead.page.get_by_label("Reason").fill("One woman was left out.")
    lead.press("Save reading")
    # Then the target is reached, and the history holds both
    expect(lead.summary("National target")).to_contain_text("Target reached")
    expect(lead.page.locator("main")).to_contain_text("not 34.9% (437 of 1,250)")
    # And every page of the journey is sound on a wide and on a narrow screen
    readings = lead.page.get_by_role("link", name="Correct the reading to 30 September 2020").get_attribute("href")
    for path in (LIST, measure, f"{measure}/add", readings, f"{measure}/baseline-and-target", f"{LIST}/add"):
        lead.open(path)
        assert lead.faults_of_page(NARROW) + lead.faults_of_page(WIDE) == []


def test_a_reading_is_recorded_with_a_keyboard_and_without_scripts(visit):
    # Given a lead whose browser runs no scripts
    lead = visit("lead.northdale", javascript=False)
    lead.open(f"{LIST}/ethnicity-recorded/add")
    keys = lead.page.keyboard
    # When they fill the form in with Tab and type
    lead.tab_to(lead.page.get_by_label("Day", exact=True))
    for text in ("30", "9", "2020"):
        keys.type(text)
        keys.press("Tab")
    keys.type("67%")
    for text in ("1000", "Patient administration system"):
        keys.press("Tab")
        keys.type(text)
    keys.press("Enter")
    # Then the error leads to the field, and nothing typed is lost
    link = lead.error_links().first
    expect(link).to_contain_text("“67%” is not a whole number")
    lead.click(link)
    expect(lead.page.get_by_label("Where the numbers come from")).to_have_value("Patient administration system")
    lead.page.get_by_label("Numerator").fill("912")
    lead.press("Save reading")
    expect(lead.summary("Latest")).to_have_text("91.2% (912 of 1,000), to 30 September 2020")


def test_a_board_member_reads_the_measures_and_changes_nothing(visit):
    # Given a board member of the same trust
    board = visit("board.northdale")
    board.open(LIST)
    board.follow(NAME)
    # Then there is nothing to change, and the form is not theirs
    expect(board.page.get_by_role("link", name="Add a reading")).to_have_count(0)
    board.open(f"{board.path}/add", status=403)


def add_reading(visitor: Visitor, measure: str, day: int, month: int, year: int, numerator: str, denominator: str):
    visitor.open(f"{measure}/add")
    visitor.type_day("Last day of the period", day, month, year)
    visitor.page.get_by_label("Numerator").fill(numerator)
    visitor.page.get_by_label("Denominator").fill(denominator)
    visitor.page.get_by_label("Where the numbers come from").fill("Maternity information system")
    visitor.press("Save reading")
