"""A named lead's main job: see where the organisation stands, and say how one ask is going, in under a minute."""

from __future__ import annotations

import time

import pytest
from browser.visitor import NARROW, Visitor
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ASK = "/organisations/XD1/8ua-2020/4.1"
SECONDS = 60
CLICKS = 5
STORY = "Three pop-up clinics a week; a fourth opens in Northdale Moor on Friday."


def test_the_organisation_page_shows_each_action_with_words_for_status_and_date(visit):
    # Given the lead of Northdale
    lead = visit("lead.northdale")
    # When they have signed in, they are on their organisation's page
    assert lead.path == "/organisations/XD1"
    expect(lead.page.get_by_role("heading", level=1)).to_have_text("Northdale Hospitals NHS Foundation Trust")
    # Then the eight actions are there in order; of the fifth nothing applies: they run no mental health service
    actions = lead.page.locator(".app-action")
    assert [title.partition(".")[0] for title in actions.locator("h3").all_inner_texts()] == list("12345678")
    # And each action's asks are added up in words
    minds = actions.filter(has=lead.page.get_by_role("heading", name="5."))
    expect(minds).to_contain_text("Nothing in this action applies to this organisation")
    leadership = actions.filter(has=lead.page.get_by_role("heading", name="6."))
    expect(leadership.locator(".app-action__sum")).to_contain_text("1 of")
    # And each ask says its status in a word, and when it is due
    assured = row_of(lead, "6.1")
    expect(assured.locator(".nhsuk-tag").first).to_have_text("Complete, assured")
    expect(assured).to_contain_text("Done on 14 September 2020, on time")
    expect(row_of(lead, "7.1").locator(".nhsuk-tag")).to_have_text(["At risk", "14 days left"])
    expect(row_of(lead, "7.1")).to_contain_text("Agreed target 16 November 2020")
    expect(row_of(lead, "2.1").locator(".nhsuk-tag")).to_have_text("Not applicable")
    # And the worst of an action's asks is its own word: 4.4 is off track
    births = actions.filter(has=lead.page.get_by_role("heading", name="4."))
    expect(births.locator(".app-action__sum .nhsuk-tag")).to_have_text("Off track")
    expect(lead.summary("Executive lead")).to_have_text("Dr Priya Ravensworth, Medical Director")


def test_the_ask_page_says_what_is_asked_by_whom_and_what_was_said_before(visit):
    lead = visit("lead.northdale")
    lead.follow("2.3 ")
    expect(lead.summary("Source")).not_to_be_empty()
    expect(lead.summary("How sure we are")).not_to_be_empty()
    expect(lead.summary("National date")).not_to_be_empty()
    # The claim that was sent back is open again, with who sent it back and why.
    history = lead.page.locator(".app-history > li")
    expect(history).to_have_count(2)
    expect(history.first).to_contain_text("returned the claim")
    expect(history.first).to_contain_text("Please add ethnicity and claim again.")
    expect(history.last).to_contain_text("Asha Whitcombe")


def test_an_update_without_its_reason_is_sent_back_with_everything_that_was_typed(visit):
    # Given an update to off track with neither reason nor recovery date
    lead = visit("lead.northdale")
    lead.open(f"{ASK}/update")
    lead.choose("Off track")
    lead.page.get_by_label("Progress", exact=True).fill(STORY)
    lead.page.get_by_label("Next step (optional)", exact=True).fill("Hire a van")
    # When it is saved
    lead.press("Save")
    # Then the title and the summary say so, and each link lands on its field
    assert lead.page.title().startswith("Error: ")
    assert lead.has_focus(lead.page.locator(".nhsuk-error-summary"))
    assert lead.error_links().all_inner_texts() == [
        "Enter the date you expect to be back on track",
        "Enter the reason for “Off track”",
    ]
    for number, field in enumerate(("recovery_on-day", "reason")):
        lead.click(lead.error_links().nth(number))
        assert lead.has_focus(lead.page.locator(f"[id='{field}']")), f"The link does not land on {field}."
    assert lead.faults_of_page(NARROW) == []
    # And nothing typed is lost
    expect(lead.page.get_by_role("radio", name="Off track", exact=True)).to_be_checked()
    expect(lead.page.get_by_label("Progress", exact=True)).to_have_value(STORY)
    expect(lead.page.get_by_label("Next step (optional)", exact=True)).to_have_value("Hire a van")
    # When the gaps are filled in
    lead.type_day("Date you expect to be back on track", 31, 1, 2021)
    lead.page.get_by_label("Reason", exact=True).fill("The van is late.")
    lead.press("Save")
    # Then it is saved once, said once, and shown
    expect(lead.banner()).to_have_text("Success Your update is saved.", use_inner_text=True)
    expect(row_of(lead, "4.1").locator(".nhsuk-tag").first).to_have_text("Off track")
    lead.page.reload()
    expect(lead.banner()).to_have_count(0)
    lead.open(ASK)
    expect(lead.page.locator(".app-history > li")).to_have_count(2)
    latest = lead.page.locator(".app-history > li").first
    for text in (STORY, "The van is late.", "31 January 2021", "Hire a van"):
        expect(latest).to_contain_text(text)


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_from_sign_in_to_saved_takes_under_a_minute_and_five_clicks(visit, javascript):
    # Given a lead at the sign-in page
    lead = visit(javascript=javascript)
    lead.open("/sign-in")
    began, lead.clicks = time.monotonic(), 0
    # When they sign in, go to the ask, and say that it is off track, why, and until when
    lead.sign_in("lead.northdale")
    lead.follow("4.1 ")
    lead.click(update_button(lead))
    lead.choose("Off track")
    lead.type_day("Date you expect to be back on track", 31, 1, 2021)
    lead.page.get_by_label("Reason", exact=True).fill("The van is late.")
    lead.page.get_by_label("Progress", exact=True).fill(STORY)
    lead.press("Save")
    expect(lead.banner()).to_contain_text("Your update is saved.")
    # Then it took no longer than was promised
    seconds = time.monotonic() - began
    print(f"From sign-in to saved: {seconds:.1f} s of the service's time, {lead.clicks} clicks")
    assert seconds < SECONDS
    assert lead.clicks <= CLICKS
    expect(row_of(lead, "4.1").locator(".nhsuk-tag").first).to_have_text("Off track")


def test_the_whole_journey_needs_no_mouse(visit):
    # Given a lead with a keyboard only
    lead = visit()
    lead.open("/sign-in")
    began, keys = time.monotonic(), lead.page.keyboard
    # When they sign in
    lead.tab_to(lead.page.get_by_label("Email address"))
    keys.type("lead.northdale@example.nhs.uk")
    lead.tab_to(lead.page.get_by_label("Password", exact=True))
    keys.type(lead.password)
    keys.press("Enter")
    expect(lead.page.get_by_role("heading", level=1)).to_contain_text("Northdale")
    # And the first Tab offers to skip what every page repeats
    keys.press("Tab")
    expect(lead.page.locator(":focus")).to_have_text("Skip to main content")
    keys.press("Enter")
    lead.tab_to(lead.page.get_by_role("link", name="4.1 "))
    keys.press("Enter")
    lead.page.wait_for_url("**/8ua-2020/4.1")
    lead.tab_to(update_button(lead))
    keys.press("Enter")
    lead.page.wait_for_url("**/update")
    # And go from "On track", which stands there, up to "At risk"
    lead.tab_to(lead.page.get_by_role("radio", name="On track", exact=True))
    keys.press("ArrowUp")
    expect(lead.page.get_by_role("radio", name="At risk", exact=True)).to_be_checked()
    lead.tab_to(lead.page.get_by_label("Reason", exact=True))
    keys.type("The van is late.")
    lead.tab_to(lead.page.get_by_role("button", name="Save"))
    keys.press("Space")
    # Then it is saved, and the banner has the focus
    expect(lead.banner()).to_contain_text("Your update is saved.")
    assert lead.has_focus(lead.banner())
    assert time.monotonic() - began < SECONDS
    expect(row_of(lead, "4.1").locator(".nhsuk-tag").first).to_have_text("At risk")


def test_a_double_click_on_save_saves_once(visit):
    # Given an update that is ready to be saved
    lead = visit("lead.northdale")
    lead.open(f"{ASK}/update")
    lead.choose("On track")
    lead.page.get_by_label("Progress", exact=True).fill(STORY)
    # When Save is clicked twice, as on a desktop icon
    lead.page.get_by_role("button", name="Save").dblclick()
    # Then the banner stands there once, and so does the update
    expect(lead.banner()).to_have_count(1)
    lead.open(ASK)
    expect(lead.page.locator(".app-history > li").filter(has_text=STORY)).to_have_count(1)


def row_of(visitor: Visitor, ref: str):
    """One ask in the organisation's list."""
    link = visitor.page.get_by_role("link", name=f"{ref} ")
    return visitor.page.locator(".nhsuk-task-list__item").filter(has=link)


def update_button(visitor: Visitor):
    """A link that looks like a button is called one when scripts run, and a link when they do not."""
    return visitor.page.locator("a.nhsuk-button", has_text="Update this ask")
