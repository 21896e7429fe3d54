"""The grid of a region and of the nation, its charts and saved views: what a number opens, and for every eye."""

from __future__ import annotations

import re

import pytest
from browser.visitor import NARROW, WIDE
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGES = (
    "/review/overdue?overdue=any",
    "/review/overdue?as_at=2020-10-15",
    "/review/grid?since=2020-09-30",
    "/review/grid?by=region",
    "/review/charts",
    "/review/saved-views",
    "/review/saved-views/new?of=overdue&type=trust",
)


def test_a_number_of_the_grid_opens_as_many_asks(visit):
    region = visit("region.dales")
    region.open("/review/grid?by=system")
    link = region.page.get_by_role("link", name=re.compile(r"^\d+ off track$")).first
    number = link.inner_text().split()[0]
    region.click(link)
    expect(region.page.locator("main")).to_contain_text(re.compile(rf"\b{number} (overdue )?asks?\b"))
    statuses = region.page.locator("tbody .nhsuk-tag").all_inner_texts()
    assert statuses == ["Off track"] * int(number)


def test_a_view_is_saved_from_a_list_and_opens_it_again(visit):
    region = visit("region.dales")
    region.open("/review/overdue?type=ccg")
    region.follow("Save this view")
    region.press("Save this view")
    assert region.error_links().all_inner_texts() == [
        "Enter a name for the view",
        "Choose who can open the view",
    ]
    region.page.get_by_label("Name of the view").fill("Late CCGs")
    region.choose("Only you")
    region.press("Save this view")
    expect(region.banner()).to_contain_text("The view is saved.")
    region.follow("saved views")
    region.follow("Late CCGs")
    assert region.page.url.endswith("/review/overdue?type=ccg")


@pytest.mark.parametrize("who", ["region.dales", "national"])
def test_every_page_reads_well_wide_and_narrow(visit, who):
    watcher = visit(who)
    for path in PAGES:
        watcher.open(path)
        for width in (WIDE, NARROW):
            assert watcher.faults_of_page(width) == [], (path, width)
