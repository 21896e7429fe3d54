"""Addresses that lead to another site by a browser's own reading do not, once they have gone through the sign-in."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from security.hostile import ADDRESSES

from tracker.web.addresses import safe_next

pytestmark = pytest.mark.browser

READ = """(addresses) => addresses.map((address) => {
  try { const read = new URL(address, location.href); return read.origin === "null" ? read.protocol : read.origin }
  catch { return "unreadable" }
})"""
WALKED = (
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/.//evil.example",
)


def test_a_browser_reads_what_is_left_of_every_hostile_address_as_ours(visit):
    # Given a browser on our sign-in page
    visitor = visit()
    visitor.open("/sign-in")
    # When it reads the addresses as they are, most lead elsewhere, or to a script
    raw = visitor.page.evaluate(READ, list(ADDRESSES))
    assert sum(origin != visitor.base_url for origin in raw) > len(ADDRESSES) / 2
    # Then none does after we have looked at it
    looked_at = [safe_next(address) for address in ADDRESSES]
    assert set(visitor.page.evaluate(READ, looked_at)) == {visitor.base_url}


@pytest.mark.parametrize("address", WALKED)
def test_somebody_who_signs_in_by_a_hostile_link_lands_on_a_page_of_ours(visit, address):
    visitor = visit()
    visitor.open(f"/sign-in?{urlencode({'next': address})}")
    visitor.sign_in("lead.northdale")
    assert visitor.page.url.startswith(f"{visitor.base_url}/")
    assert visitor.page.locator("h1").count() == 1
