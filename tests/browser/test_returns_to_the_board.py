"""A lead checks a return and submits it, and the board approves it: with a keyboard only, and judged by axe."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW, Visitor
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RETURNS = "/organisations/XD1/returns"


def enter(visitor: Visitor, role: str, name: str, most: int = 200) -> None:
    """Reach a link or button by Tab and press it, as somebody without a mouse does."""
    target = visitor.page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    visitor.tab_to(target, most=most)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")


def type_into(visitor: Visitor, label: str, text: str) -> None:
    visitor.tab_to(visitor.page.get_by_label(label, exact=True))
    visitor.page.keyboard.type(text)


def begin(lead: Visitor) -> None:
    """Fill in the cover sheet by keyboard."""
    lead.open(RETURNS)
    enter(lead, "button", "Begin a return")
    type_into(lead, "Title", "Eight urgent actions")
    type_into(lead, "Meeting", "Public board")
    type_into(lead, "Author", "Health inequalities lead")
    # The purpose is that of the return before until another is chosen.
    lead.tab_to(lead.page.get_by_role("radio", name="Assurance", exact=True))
    lead.page.keyboard.press("ArrowDown")
    lead.page.keyboard.press("ArrowUp")
    enter(lead, "button", "Save")


def mend(lead: Visitor) -> None:
    """Give the ask that is overdue a day by which it will be back, where the check leads to."""
    enter(lead, "link", "Update ask 2.2")
    assert lead.path == "/organisations/XD1/8ua-2020/2.2/update"
    lead.choose("On track")
    lead.type_day("Date you expect to be back on track", 15, 12, 2020)
    lead.press("Save")
    lead.open(f"{RETURNS}/2/check")


def test_a_lead_checks_and_submits_and_the_board_approves_without_a_mouse(visit):
    # Given a lead who begins a return
    lead = visit("lead.northdale")
    begin(lead)
    expect(lead.banner()).to_contain_text("The return is begun.")
    expect(lead.summary("Purpose")).to_have_text("Assurance")
    assert lead.faults_of_page() == []
    assert lead.faults_of_page(NARROW) == []
    # When they check it, what has to be mended is listed with where to mend it, and there is no way on
    enter(lead, "link", "Check this return")
    expect(lead.page.get_by_role("heading", name="To mend before it can be submitted")).to_be_visible()
    expect(lead.page.locator("main")).to_contain_text("Ask 2.2")
    expect(lead.page.get_by_role("button", name="Mark as checked and continue")).to_have_count(0)
    assert lead.faults_of_page() == []
    assert lead.faults_of_page(NARROW) == []
    mend(lead)
    # Then it can be checked and submitted
    enter(lead, "button", "Mark as checked and continue")
    assert lead.path == f"{RETURNS}/2/submit"
    assert lead.faults_of_page(NARROW) == []
    enter(lead, "button", "Submit to the board")
    expect(lead.banner()).to_contain_text("It is frozen as you submitted it.")
    # And the board, which forgets to choose first, approves it
    board = visit("board.northdale")
    board.open(RETURNS)
    assert board.faults_of_page() == []
    assert board.faults_of_page(NARROW) == []
    enter(board, "link", "2. Eight urgent actions")
    enter(board, "button", "Approve or send back")
    enter(board, "button", "Save decision")
    assert board.error_links().all_inner_texts() == ["Choose what the board decided"]
    board.click(board.error_links().first)
    assert board.has_focus(board.page.get_by_role("radio", name="Approve", exact=True))
    assert board.faults_of_page() == []
    board.page.keyboard.press("Space")
    enter(board, "button", "Save decision")
    expect(board.banner()).to_contain_text("The board’s decision is recorded.")
    expect(board.page.locator(".app-statuses .nhsuk-tag").first).to_have_text("Approved")
    expect(board.summary("Approved")).to_contain_text("Dame Ruth Calloway, Board member")
    assert board.faults_of_page() == []
    assert board.faults_of_page(NARROW) == []


def test_what_is_sent_back_goes_on_as_the_next_version_and_changes_are_told(visit):
    # Given a return that the board sends back with its reason, without a script
    lead, board = visit("lead.northdale"), visit("board.northdale", javascript=False)
    begin(lead)
    enter(lead, "link", "Check this return")
    mend(lead)
    lead.press("Mark as checked and continue")
    lead.press("Submit to the board")
    board.open(f"{RETURNS}/2/decide")
    board.choose("Send back")
    board.page.get_by_label("Why is it sent back?", exact=True).fill("Please add ethnicity")
    board.press("Save decision")
    # When the lead works on the next version
    lead.open(f"{RETURNS}/2")
    expect(lead.summary("Why it was sent back")).to_have_text("Please add ethnicity")
    enter(lead, "button", "Work on the next version")
    assert lead.faults_of_page(NARROW) == []
    lead.press("Save")
    expect(lead.summary("Version")).to_have_text("2")
    # Then the first stays to be read, and what changed since it is told
    lead.follow("Version 1")
    expect(lead.page.locator(".app-statuses .nhsuk-tag").first).to_have_text("Sent back")
    lead.open(f"{RETURNS}/changes")
    expect(lead.page.get_by_role("heading", name="From return 1 to today")).to_be_visible()
    assert lead.faults_of_page(NARROW) == []


def test_how_often_a_return_is_due_is_set_and_shown(visit):
    lead = visit("lead.northdale")
    lead.open(f"{RETURNS}/cadence")
    lead.choose("On the dates of its meetings")
    lead.page.get_by_label("Dates", exact=True).fill("5 November 2020\nsoon")
    lead.press("Save")
    assert "“soon”, is not a date" in lead.error_links().first.inner_text()
    assert lead.faults_of_page() == []
    assert lead.faults_of_page(NARROW) == []
    lead.page.get_by_label("Dates", exact=True).fill("5 November 2020\n7 January 2021")
    lead.page.get_by_label("Why is it changed?", exact=True).fill("The board has moved its meetings")
    lead.press("Save")
    expect(lead.summary("Next return due")).to_have_text("5 November 2020")
    lead.page.get_by_text("How often it was due before, and why that changed").click()
    expect(lead.page.locator(".app-history")).to_contain_text("Why: The board has moved its meetings")
    assert lead.faults_of_page() == []
    assert lead.faults_of_page(NARROW) == []
