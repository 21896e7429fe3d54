"""A lead asks the regional team something on an ask, names somebody, puts it right, and withdraws it."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW, Visitor
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

COMMENTS = "/organisations/XD1/8ua-2020/4.1/comments"


def comments(visitor: Visitor):
    return visitor.page.locator(".app-history > li")


def test_a_lead_and_the_region_talk_on_an_ask_and_words_can_be_put_right_and_taken_back(visit):
    # Given a lead at the comments of an ask
    lead = visit("lead.northdale")
    lead.open(COMMENTS)
    began = comments(lead).count()
    # When they name somebody who is not there
    box = lead.page.get_by_label("Comment", exact=True)
    box.fill("May we have another week, @Nobody?")
    lead.press("Add comment")
    # Then they are asked, the text is kept, and the link in the summary leads to it
    assert lead.page.title().startswith("Error: ")
    assert "Nobody who can comment here is called “@Nobody”" in lead.error_links().first.inner_text()
    lead.click(lead.error_links().first)
    assert lead.has_focus(lead.page.get_by_label("Comment", exact=True))
    expect(lead.page.get_by_label("Comment", exact=True)).to_have_value("May we have another week, @Nobody?")
    assert lead.faults_of_page(NARROW) == []
    # When they name the regional colleague
    lead.page.get_by_label("Comment", exact=True).fill("May we have another week, @Helen Thackray?")
    lead.press("Add comment")
    # Then it stands last, with whom it mentions
    expect(lead.banner()).to_contain_text("Your comment is added.")
    expect(comments(lead)).to_have_count(began + 1)
    expect(comments(lead).last).to_contain_text("Mentions Helen Thackray")
    assert lead.faults_of_page() == []
    # And the region reads and answers it
    region = visit("region.dales")
    region.open(COMMENTS)
    expect(comments(region).last).to_contain_text("May we have another week")
    region.page.get_by_label("Comment", exact=True).fill("Until 9 November, yes.")
    region.press("Add comment")
    expect(comments(region)).to_have_count(began + 2)
    # When the lead corrects and then withdraws what they said
    lead.page.reload()
    lead.click(comments(lead).nth(began).get_by_role("link", name="Correct"))
    lead.page.get_by_label("Comment", exact=True).fill("May we have two more weeks, @Helen Thackray?")
    lead.press("Save correction")
    expect(comments(lead).last).to_contain_text("This corrects an earlier comment")
    lead.click(comments(lead).last.get_by_role("link", name="withdraw"))
    assert lead.faults_of_page(NARROW) == []
    lead.press("Withdraw this comment")
    # Then no word of it is left, and that it was there is
    expect(comments(lead).nth(began)).to_contain_text("Withdrawn by who wrote it")
    expect(lead.page.get_by_text("two more weeks")).to_have_count(0)
    assert lead.faults_of_page() == []


def test_commenting_needs_no_mouse_and_no_script(visit):
    # Given a lead with a keyboard only, whose browser runs no scripts
    lead = visit("lead.northdale", javascript=False)
    lead.open(COMMENTS)
    began = comments(lead).count()
    # When they write a comment and tick somebody
    lead.tab_to(lead.page.get_by_label("Comment", exact=True))
    lead.page.keyboard.type("Written without a mouse")
    lead.tab_to(lead.page.get_by_role("checkbox").first)
    lead.page.keyboard.press("Space")
    lead.tab_to(lead.page.get_by_role("button", name="Add comment"))
    lead.page.keyboard.press("Enter")
    # Then it is added and says whom it mentions
    expect(comments(lead)).to_have_count(began + 1)
    expect(comments(lead).last).to_contain_text("Written without a mouse")
    expect(comments(lead).last).to_contain_text("Mentions ")


def test_a_board_member_reads_no_comments(visit):
    board = visit("board.northdale")
    board.open("/organisations/XD1/8ua-2020/4.1")
    expect(board.page.locator("a[href$='/comments']")).to_have_count(0)
    board.open(COMMENTS, status=403)
