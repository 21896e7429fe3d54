"""A sign-in that runs out while somebody writes: they sign in again, and what they typed is still there."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ASK = "/organisations/XD1/8ua-2020/4.1"
STORY = "Two lines,\nof which the second has “marks” & <angles>."


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_nothing_typed_is_lost_when_the_sign_in_runs_out(visit, javascript):
    # Given a lead who writes an update for so long that they are signed out
    lead = visit("lead.northdale", javascript=javascript)
    lead.open(f"{ASK}/update")
    lead.choose("Off track")
    lead.type_day("Date you expect to be back on track", 31, 1, 2021)
    lead.page.get_by_label("Reason", exact=True).fill("The van is late.")
    lead.page.get_by_label("Progress", exact=True).fill(STORY)
    lead.context.clear_cookies(name="session")
    # When they save
    lead.expect_refusal()
    lead.press("Save")
    # Then they are asked to sign in, told that nothing is lost, and led back to what they typed
    expect(lead.page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(lead.page.locator("main")).to_contain_text("What you typed is kept")
    if javascript:
        assert lead.faults_of_page(NARROW) == []
    lead.page.get_by_label("Email address").fill("lead.northdale@example.nhs.uk")
    # And a mistyped password does not lose it either
    lead.page.get_by_label("Password", exact=True).fill("not the password")
    lead.press("Sign in")
    lead.page.get_by_label("Password", exact=True).fill(lead.password)
    lead.press("Sign in")
    if javascript:
        assert lead.faults_of_page(NARROW) == []
    lead.press("Go on to what you typed")
    expect(lead.page.get_by_role("radio", name="Off track", exact=True)).to_be_checked()
    expect(lead.page.get_by_label("Progress", exact=True)).to_have_value(STORY)
    expect(lead.page.get_by_label("Reason", exact=True)).to_have_value("The van is late.")
    expect(lead.page.locator("[id='recovery_on-month']")).to_have_value("1")
    # And it is saved when they say so, not before
    visitor = visit("board.northdale")
    visitor.open(ASK)
    expect(visitor.page.locator(".app-history > li")).to_have_count(1)
    lead.press("Save")
    expect(lead.banner()).to_contain_text("Your update is saved.")
    lead.open(ASK)
    expect(lead.page.locator(".app-history > li")).to_have_count(2)
    expect(lead.page.locator(".app-history > li").first).to_contain_text("of which the second has “marks” & <angles>.")


def test_somebody_else_who_signs_in_meanwhile_cannot_save_what_they_may_not(visit):
    # Given what one lead was writing, and another trust's lead at the same computer
    writer = visit("lead.northdale")
    writer.open(f"{ASK}/update")
    writer.page.get_by_label("Progress", exact=True).fill(STORY)
    writer.context.clear_cookies(name="session")
    writer.expect_refusal()
    writer.press("Save")
    writer.page.get_by_label("Email address").fill("lead.seaburn@example.nhs.uk")
    writer.page.get_by_label("Password", exact=True).fill(writer.password)
    writer.press("Sign in")
    # When they go on with it
    writer.expect_refusal()
    writer.press("Go on to what you typed")
    # Then that trust is not there for them, and nothing was written
    expect(writer.page.get_by_role("heading", level=1)).to_have_text("Page not found")
    lead = visit("lead.northdale")
    lead.open(ASK)
    expect(lead.page.locator(".app-history > li")).to_have_count(1)


def test_signing_in_wrongly_says_so_and_links_to_the_field(visit):
    visitor = visit()
    visitor.open("/sign-in")
    visitor.press("Sign in")
    assert visitor.page.title().startswith("Error: ")
    assert visitor.error_links().all_inner_texts() == ["Enter your email address", "Enter your password"]
    visitor.click(visitor.error_links().nth(1))
    assert visitor.has_focus(visitor.page.get_by_label("Password", exact=True))
    assert visitor.faults_of_page(NARROW) == []
