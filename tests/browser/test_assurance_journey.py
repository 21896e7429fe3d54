"""A regional team works through its claims: asks, assures, samples; and an assurance that lapses comes back to it."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW, WIDE, Visitor
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CLAIM = "/review/assurance/QD1/8ua-2020/8.1"


def test_a_claim_is_assured_and_comes_back_when_its_evidence_changes(visit):
    # Given the list of claims, on which one was asked about
    region = visit("region.dales")
    region.follow("Assurance")
    expect(region.page.locator(".nhsuk-tag", has_text="Question asked")).to_be_visible()
    assert sound(region) == []
    # When the region reads the system's claim and assures it
    region.open(CLAIM)
    for heading in ("What is asked", "What is claimed", "History"):
        expect(region.page.get_by_role("heading", name=heading)).to_be_visible()
    region.press("Save decision")
    expect(region.error_links().first).to_have_text("Choose whether to assure the claim, return it or ask a question")
    assert sound(region) == []
    region.choose("Assure")
    region.press("Save decision")
    # Then it is on the list no more
    expect(region.banner()).to_contain_text("Your decision is saved.")
    assert CLAIM not in region.page.content()
    # And when the system adds evidence to it
    system = visit("system.northdale")
    system.open("/organisations/QD1/evidence/add?ask=8ua-2020/8.1")
    system.choose("Note")
    system.page.get_by_label("What is it?", exact=True).fill("Minutes of the partnership")
    system.page.get_by_label("Note", exact=True).last.fill("The plan was changed after the meeting.")
    system.type_day("Date of the evidence", 30, 10, 2020)
    system.press("Add evidence")
    # Then the claim is back, and both sides read why
    region.open("/review/assurance?state=lapsed")
    expect(region.page.get_by_text("because evidence was added")).to_be_visible()
    region.open(CLAIM)
    expect(region.page.get_by_text("What was signed off before")).to_be_visible()
    assert sound(region) == []
    system.open("/organisations/QD1/8ua-2020/8.1")
    expect(system.summary("Assurance lapsed because")).to_have_text("Evidence was added.")


def test_a_sample_is_drawn_with_its_seed_and_its_weights(visit):
    region = visit("region.dales")
    region.open("/review/assurance/samples")
    assert sound(region) == []
    region.page.get_by_label("How many claims").fill("2")
    region.page.get_by_label("Seed (optional)").fill("seven")
    region.press("Draw claims")
    expect(region.summary("Seed")).to_have_text("seven")
    expect(region.summary("Drawn again now")).to_have_text("The same claims")
    assert sound(region) == []


def test_requests_are_declined_together_and_the_table_of_slippage_is_sound(visit):
    region = visit("region.dales")
    region.open("/review/target-requests")
    region.page.get_by_label("Choose ask 2.2").check()
    region.choose("Decline")
    region.page.get_by_label("Reason", exact=True).fill("Please agree a nearer date with the system.")
    assert sound(region) == []
    region.press("Save decision")
    expect(region.banner()).to_contain_text("1 request decided.")
    region.open("/review/slippage")
    expect(region.page.get_by_role("columnheader", name="Days slipped")).to_be_visible()
    assert sound(region) == []


def sound(visitor: Visitor) -> list[str]:
    """What is wrong with the page that is open, at both widths."""
    return [*visitor.faults_of_page(NARROW, with_axe=False), *visitor.faults_of_page(WIDE)]
