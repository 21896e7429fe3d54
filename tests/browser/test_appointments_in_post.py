"""Who answers for what: a lead appoints an owner, who lands on their asks and hands them over; a vacancy ends."""

from __future__ import annotations

import pytest
from browser.visitor import NARROW
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

IN_POST = "/organisations/XD1/in-post"
COLIN = "Colin Marsh-Reed"


def test_an_owner_is_appointed_lands_on_their_asks_and_hands_them_over(visit):
    # Given a lead who forgets to say what somebody answers for
    lead = visit("lead.northdale")
    lead.open(f"{IN_POST}/appoint")
    lead.choose(COLIN)
    lead.page.get_by_label("Job title", exact=True).fill("Matron")
    lead.press("Save")
    # Then it is asked for, and the rest is kept
    assert lead.error_links().all_inner_texts() == ["Choose what they answer for"]
    lead.click(lead.error_links().first)
    assert lead.has_focus(lead.page.get_by_role("radio", name="Executive lead", exact=True))
    expect(lead.page.get_by_label("Job title", exact=True)).to_have_value("Matron")
    assert lead.faults_of_page(NARROW) == []
    # When two asks are selected
    lead.choose("Owner of an ask")
    lead.page.locator("input[value='8ua-2020/4.1']").check()
    lead.page.locator("input[value='8ua-2020/2.3']").check()
    lead.type_day("From", 1, 10, 2020)
    lead.press("Save")
    # Then the day, which is long ago, needs a reason
    why = "Enter why 1 October 2020, which is more than 7 days ago, is recorded only now"
    assert lead.error_links().all_inner_texts() == [why]
    lead.click(lead.error_links().first)
    reason = lead.page.get_by_label("Why is it recorded only now?")
    assert lead.has_focus(reason)
    assert lead.faults_of_page(NARROW) == []
    reason.fill("Agreed at the September meeting")
    lead.press("Save")
    expect(lead.banner()).to_contain_text("The appointment is saved.")
    owners = lead.page.locator("#owners tbody tr").filter(has_text=COLIN)
    expect(owners).to_have_count(4)  # Two are Colin's already.
    assert lead.faults_of_page() == []
    assert lead.faults_of_page(NARROW) == []
    # Then the contributor lands on them
    colin = visit("contributor.northdale")
    colin.open("/")
    assert colin.path == "/organisations/XD1/my-asks"
    expect(colin.page.get_by_role("heading", level=1)).to_contain_text("Your asks")
    expect(colin.page.locator(".nhsuk-task-list__item")).to_have_count(4)
    assert colin.faults_of_page() == []
    assert colin.faults_of_page(NARROW) == []
    # And hands them over, while the lead does the same at the same moment
    colin.follow("Hand over your asks")
    lead.click(owners.first.get_by_role("link", name="Hand over"))
    for visitor in (colin, lead):
        visitor.page.get_by_label("Job title", exact=True).fill("Head of Nursing")
        expect(visitor.page.locator("input[name=what]:checked")).to_have_count(4)
    name = next(each for each in colin.page.locator("input[name=who] + label").all_inner_texts() if each)
    colin.choose(name.strip())
    assert colin.faults_of_page(NARROW) == []
    colin.press("Hand over")
    expect(colin.banner()).to_contain_text("It is handed over.")
    lead.choose(name.strip())
    lead.page.get_by_label("Note (optional)").fill("Colin goes to Leeds.")
    lead.expect_refusal()
    lead.press("Hand over")
    # Then the second sees what is recorded now, and nothing typed is lost
    expect(lead.page.get_by_role("heading", name="What is recorded now")).to_be_visible()
    expect(lead.page.get_by_label("Note (optional)")).to_have_value("Colin goes to Leeds.")
    assert lead.faults_of_page(NARROW) == []
    # And the history tells it as sentences
    lead.follow("Go back to people in post without saving")
    history = lead.page.locator(".app-history > li")
    expect(history.first).to_contain_text(
        f"handed over from {COLIN} to {name.strip()}, Head of Nursing, on 2 November 2020"
    )
    expect(history.nth(1)).to_contain_text(f"appointed {COLIN}, Matron, as owner of ask")


def test_a_vacancy_is_told_in_days_and_ends_when_somebody_is_appointed_without_mouse_and_script(visit):
    # Given a trust that has named nobody
    lead = visit("lead.northmind", javascript=False)
    lead.open("/organisations/XD2/in-post")
    expect(lead.page.get_by_text("Vacant for 95 days, since 31 July 2020")).to_be_visible()
    # When its lead appoints somebody by keyboard alone
    keys = lead.page.keyboard
    lead.tab_to(lead.page.get_by_role("button", name="Appoint somebody"))
    keys.press("Enter")
    somebody = lead.page.get_by_role("radio", name="Somebody else", exact=True)
    lead.tab_to(lead.page.locator("input[name=who]").first)
    for _ in range(20):
        if somebody.is_checked():
            break
        keys.press("ArrowDown")
    lead.tab_to(lead.page.get_by_label("Name", exact=True))
    keys.type("Bryony Castlegate")
    lead.tab_to(lead.page.get_by_label("Work email (optional)", exact=True))
    keys.type("bryony.castlegate@example.nhs.uk")
    lead.tab_to(lead.page.get_by_label("Job title", exact=True))
    keys.type("Director of Nursing")
    lead.tab_to(lead.page.get_by_role("radio", name="Executive lead", exact=True))
    keys.press("Space")
    lead.tab_to(lead.page.get_by_role("button", name="Save"), most=90)
    keys.press("Enter")
    # Then the vacancy is over
    expect(lead.page.locator("#posts tbody")).to_contain_text("Bryony Castlegate")
    expect(lead.page.get_by_text("Vacant for")).to_have_count(0)
