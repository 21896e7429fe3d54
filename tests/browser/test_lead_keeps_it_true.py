"""How a lead keeps the standing true: two at once, nothing changed, a slip put right, another target asked for."""

from __future__ import annotations

from browser.visitor import NARROW, WIDE, Visitor
from playwright.sync_api import expect

ORGANISATION = "/organisations/XD1"
FLU, GROUPS, DIGITAL = (f"{ORGANISATION}/8ua-2020/{ref}" for ref in ("4.1", "1.3", "3.1"))


def test_two_who_write_at_once_both_keep_their_words_and_the_second_merges(visit):
    # Given a lead and a contributor who have both opened the same ask
    lead, contributor = visit("lead.northdale"), visit("contributor.northdale")
    for visitor in (lead, contributor):
        visitor.open(f"{FLU}/update")
    # When the contributor saves first
    contributor.choose("At risk")
    contributor.page.get_by_label("Reason", exact=True).fill("One van is in repair.")
    contributor.page.get_by_label("Progress", exact=True).fill("Clinics run once a week.")
    contributor.press("Save")
    expect(contributor.banner()).to_contain_text("Your update is saved.")
    # And then the lead
    lead.choose("On track")
    lead.page.get_by_label("Progress", exact=True).fill("A third clinic has opened.")
    lead.expect_refusal()
    lead.press("Save")
    # Then the lead is told who said what, beside what the lead typed
    expect(lead.page.locator(".nhsuk-error-summary")).to_contain_text(
        "Somebody else saved this ask while you were writing"
    )
    clash = lead.page.get_by_role("table")
    expect(clash).to_contain_text("Saved by Colin Marsh-Reed")
    row = clash.get_by_role("row").filter(has_text="Progress")
    expect(row).to_contain_text("Clinics run once a week.")
    expect(row).to_contain_text("A third clinic has opened.")
    expect(lead.page.get_by_label("Progress", exact=True)).to_have_value("A third clinic has opened.")
    assert lead.faults_of_page(NARROW) == []
    assert lead.faults_of_page(WIDE) == []
    # When the lead merges both with the keyboard and saves again
    lead.page.get_by_label("Progress", exact=True).fill("A third clinic has opened. One van is in repair.")
    lead.tab_to(lead.page.get_by_role("button", name="Save"))
    lead.page.keyboard.press("Enter")
    expect(lead.banner()).to_contain_text("Your update is saved.")
    # Then both updates stand in the history
    lead.open(FLU)
    history = lead.page.locator(".app-history > li")
    expect(history.nth(0)).to_contain_text("A third clinic has opened. One van is in repair.")
    expect(history.nth(1)).to_contain_text("Clinics run once a week.")


def test_nothing_has_changed_takes_one_click(visit):
    # Given an ask that was confirmed three days ago
    contributor = visit("contributor.northdale")
    contributor.open(GROUPS)
    expect(contributor.summary("Confirmed, no change")).to_have_text("30 October 2020 (3 days ago)")
    # When somebody says that nothing has changed
    contributor.clicks = 0
    contributor.press("Confirm: no change, still true")
    # Then it is dated today, and there is nothing more to say today
    assert contributor.clicks == 1
    expect(contributor.banner()).to_contain_text("Confirmed: still true today.")
    expect(contributor.summary("Confirmed, no change")).to_have_text("2 November 2020 (today)")
    expect(contributor.page.get_by_role("button", name="Confirm: no change, still true")).to_have_count(0)
    expect(contributor.page.locator(".app-history > li").first).to_contain_text("confirmed that nothing had changed")


def test_a_slip_is_put_right_and_stays_readable(visit):
    # Given an entry that says too much
    lead = visit("lead.northdale")
    lead.open(GROUPS)
    lead.follow("Correct this entry")
    expect(lead.page.get_by_label("Progress", exact=True)).to_have_value(
        "Weekly calls with four community groups since August."
    )
    # When it is corrected without a reason
    lead.page.get_by_label("Progress", exact=True).fill("Weekly calls with three community groups since August.")
    lead.press("Save correction")
    assert lead.error_links().all_inner_texts() == ["Enter why it is corrected"]
    assert lead.faults_of_page(NARROW) == []
    lead.page.get_by_label("Why it is corrected").fill("One group joined later.")
    lead.press("Save correction")
    # Then the page says the new words, and the history both
    expect(lead.summary("Progress")).to_have_text("Weekly calls with three community groups since August.")
    history = lead.page.locator(".app-history > li")
    expect(history.filter(has_text="corrected what was said for 12 October 2020")).to_contain_text("three community")
    expect(history.filter(has_text="A later entry puts this right")).to_contain_text("four community groups")
    # And as it was known before, the old words stand
    lead.follow("See how it stood on another day")
    lead.type_day("How did it stand at the end of this day?", 20, 10, 2020)
    lead.press("Show")
    expect(lead.page.get_by_role("main")).to_contain_text("three community groups")
    assert lead.faults_of_page(NARROW) == []


def test_a_target_beyond_the_national_date_is_the_regions_to_agree(visit):
    # Given a lead who agrees a target before the national date
    lead = visit("lead.northdale")
    set_target(lead, (18, 12, 2020), "The review ends before Christmas")
    expect(lead.summary("Agreed target")).to_have_text("18 December 2020")
    # When the lead wants one after it
    set_target(lead, (31, 5, 2021), "The supplier delivers in May")
    # Then it waits for the region, and the date stays
    expect(lead.banner()).to_contain_text("region")
    expect(lead.summary("Agreed target")).to_have_text("18 December 2020")
    expect(lead.summary("Asked of the region")).to_contain_text("31 May 2021")
    # When the region finds it in its list and accepts it, with the keyboard only
    region = visit("region.dales")
    region.follow("Target requests")
    assert region.faults_of_page(WIDE) == []
    assert region.faults_of_page(NARROW) == []
    region.page.set_viewport_size({"width": WIDE, "height": 900})
    decide = region.page.get_by_role("link", name="Decide on ask 3.1 of Northdale Hospitals NHS Foundation Trust")
    region.tab_to(decide)
    region.page.keyboard.press("Enter")
    region.page.wait_for_url("**/target/requests/*")
    assert region.faults_of_page(NARROW) == []
    region.tab_to(region.page.get_by_role("radio").first)
    region.page.keyboard.press("Space")
    region.tab_to(region.page.get_by_role("button", name="Save decision"))
    region.page.keyboard.press("Enter")
    expect(region.banner()).to_be_visible()
    # Then it holds, with how far it slipped
    lead.open(DIGITAL)
    expect(lead.summary("Agreed target")).to_have_text("31 May 2021")
    expect(lead.summary("Slippage")).to_have_text("164 days later than first agreed, moved once")


def set_target(lead: Visitor, on: tuple[int, int, int], why: str) -> None:
    lead.open(f"{DIGITAL}/target")
    assert lead.faults_of_page(NARROW) == []
    day, month, year = on
    lead.type_day("Target", day, month, year)
    lead.page.get_by_label("Reason", exact=True).fill(why)
    lead.page.get_by_label("Who agreed it").fill("Quality committee")
    lead.press("Save target")
