"""What a lead answers once: who leads, which services are run, which framework is taken up; with hostile text too."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from browser.visitor import NARROW, WIDE
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SCRIPT = "<script>alert('in')</script>"
PICTURE = '"><img src=x onerror=alert(1)>'
FORMULA = "=cmd|' /C calc'!A0"
TEMPLATE = "{{ 7 * 7 }} ${7 * 7}"


def test_the_named_lead_is_recorded_by_ask_6_1_and_shown_on_the_organisation_page(visit):
    # Given a trust that has named nobody
    lead = visit("lead.northmind")
    expect(lead.summary("Executive lead")).to_have_text("Vacant for 95 days, since 31 July 2020")
    # When its lead answers ask 6.1
    lead.follow("6.1 ")
    lead.page.locator("a.nhsuk-button", has_text="Update this ask").click()
    lead.page.get_by_label("Name of the executive lead").fill("Bryony Castlegate")
    lead.page.get_by_label("Job title").fill("Director of Nursing")
    lead.page.get_by_label("Work email").fill("bryony.castlegate@example.nhs.uk")
    lead.type_day("In post for this from", 2, 11, 2020)
    lead.choose("Complete, claimed")
    lead.type_day("Date it was done", 2, 11, 2020)
    lead.press("Save")
    # Then the page names the person, and the claim waits for its assurer
    expect(lead.summary("Executive lead")).to_have_text("Bryony Castlegate, Director of Nursing")
    lead.follow("6.1 ")
    expect(lead.page.locator(".app-statuses .nhsuk-tag").first).to_have_text("Complete, claimed")
    expect(lead.summary("Executive lead")).to_contain_text("since 2 November 2020")


def test_hostile_text_in_every_field_is_shown_as_text(visit):
    # Given a lead whose keyboard writes scripts, formulas and template code
    lead = visit("lead.northmind")
    lead.open("/organisations/XD2/8ua-2020/6.1/update")
    lead.page.get_by_label("Name of the executive lead").fill(f"Ann {SCRIPT}")
    lead.page.get_by_label("Job title").fill(FORMULA)
    lead.page.get_by_label("Work email").fill("o'hara@example.nhs.uk")
    lead.type_day("In post for this from", 2, 11, 2020)
    lead.choose("Off track")
    lead.type_day("Date you expect to be back on track", 31, 1, 2021)
    lead.page.get_by_label("Reason", exact=True).fill(PICTURE)
    lead.page.get_by_label("Progress", exact=True).fill(f"{SCRIPT}\n{FORMULA}\n{TEMPLATE}")
    lead.page.get_by_label("Link to evidence (optional)").fill("javascript:alert(1)")
    lead.page.get_by_label("Next step (optional)", exact=True).fill(FORMULA)
    lead.press("Save")
    # Then a link that would run a script is refused, and the rest comes back as typed
    assert lead.error_links().all_inner_texts() == [
        "The link to evidence must start with https:// or http:// and have no spaces"
    ]
    expect(lead.page.get_by_label("Reason", exact=True)).to_have_value(PICTURE)
    expect(lead.page.get_by_label("Progress", exact=True)).to_have_value(f"{SCRIPT}\n{FORMULA}\n{TEMPLATE}")
    lead.page.get_by_label("Link to evidence (optional)").fill("https://example.nhs.uk/?q=<script>'\"" + "long" * 60)
    lead.press("Save")
    # And the pages show what was typed, letter by letter (visitors fail on any dialog or refused script)
    expect(lead.summary("Executive lead")).to_have_text(f"Ann {SCRIPT}, {FORMULA}")
    assert lead.faults_of_page(NARROW) == []
    lead.page.set_viewport_size({"width": WIDE, "height": 900})
    lead.follow("6.1 ")
    expect(lead.summary("Reason")).to_have_text(PICTURE)
    assert lead.summary("Progress").inner_text().splitlines() == [SCRIPT, FORMULA, TEMPLATE]
    expect(lead.summary("Next step")).to_have_text(FORMULA)
    assert lead.page.locator("main script, main img").count() == 0
    assert lead.faults_of_page(NARROW) == []
    # And the region reads the same words, on the page
    region = visit("region.dales")
    rows = region.page.get_by_role("row").filter(has_text="Northdale Mental Health NHS Trust")
    expect(rows.filter(has_text="6.1")).to_contain_text(FORMULA)
    # And in a workbook no cell is a formula
    workbook = openpyxl.load_workbook(
        BytesIO(lead.context.request.get(f"{lead.base_url}/exports/progress?{NOW}&file=xlsx&names=yes").body())
    )
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {f"Ann {SCRIPT}", FORMULA, PICTURE} <= {cell.value for cell in cells}
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


def test_saying_which_services_are_run_settles_the_asks_that_depend_on_them(visit):
    # Given a trust that has said nothing of its services
    lead = visit("lead.seaburn")
    waiting = lead.page.locator(".nhsuk-tag", has_text="Applicability to confirm")
    assert waiting.count() >= 2
    expect(lead.page.locator(".nhsuk-inset-text")).to_contain_text("depend on the services you run")
    # When its lead says that it has maternity services and no mental health services
    lead.follow("Tell us which services you run")
    lead.click(lead.page.get_by_role("group", name="maternity").get_by_role("radio", name="Yes"))
    lead.click(lead.page.get_by_role("group", name="mental health").get_by_role("radio", name="No"))
    lead.press("Save")
    # Then nothing waits any more, 4.4 applies, and 5.2 is gone
    expect(lead.banner()).to_contain_text("Your answers are saved.")
    expect(waiting).to_have_count(0)
    expect(lead.page.locator(".nhsuk-inset-text")).to_have_count(0)
    expect(lead.page.get_by_role("link", name="4.4 ")).to_have_count(1)
    expect(lead.page.get_by_role("link", name="5.2 ")).to_have_count(0)
    # And the question, opened again, remembers the answers
    lead.open("/organisations/XD3/services")
    group = lead.page.get_by_role("group", name="mental health")
    expect(group.get_by_role("radio", name="No")).to_be_checked()


def test_a_framework_issued_later_is_adopted_and_tracked_below_the_eight_actions(visit_2025):
    # Given a trust in February 2025 that has not taken up the strategic steps
    lead = visit_2025("lead.seaburn")
    steps = lead.page.locator("section[aria-labelledby^='rcp-2024'] .nhsuk-task-list__item")
    expect(steps).to_have_count(0)
    # When its lead adopts them
    lead.click(lead.page.get_by_role("link", name="Adopt "))
    assert lead.faults_of_page(NARROW) == []
    lead.press("Adopt")
    # Then they stand below the eight actions, each with no update
    expect(lead.banner()).to_contain_text("is now tracked for Seaburn and Holm Hospitals NHS Trust")
    *_, last, choices = lead.page.locator("main h2.nhsuk-heading-m").all_inner_texts()
    assert "strategic" in last.lower()
    assert choices == "Frameworks you choose"
    assert steps.count() > 5
    expect(steps.first.locator(".nhsuk-tag").first).to_have_text("No update")
    assert lead.faults_of_page(NARROW) == []
    # And a step is updated like any other ask
    lead.page.set_viewport_size({"width": WIDE, "height": 900})
    lead.click(steps.first.get_by_role("link"))
    lead.page.locator("a.nhsuk-button", has_text="Update this ask").click()
    lead.click(lead.page.get_by_role("radio").first)
    lead.press("Save")
    expect(lead.page.locator("main")).to_contain_text("Your update is saved.")


def test_before_it_was_issued_a_framework_is_not_offered(visit):
    lead = visit("lead.seaburn")
    expect(lead.page.get_by_role("link", name="Adopt ")).to_have_count(0)
    lead.open("/organisations/XD3/adopt/rcp-2024", status=404)


NOW = "as_at-day=2&as_at-month=11&as_at-year=2020"
