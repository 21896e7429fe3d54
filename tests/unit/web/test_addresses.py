"""Nobody is ever sent on to another site, by the reading of a browser or of a library."""

from __future__ import annotations

from urllib.parse import unquote, urljoin, urlsplit

import pytest
from security.hostile import ADDRESSES, ELSEWHERE

from tracker.web.addresses import safe_next

HERE = "https://tracker.example.nhs.uk/sign-in"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hostile_address_leads_nowhere_else(address: str) -> None:
    on = safe_next(address)
    for read in (on, unquote(on), unquote(unquote(on))):
        # As a browser does: tabs and line ends left out, backslashes read as slashes.
        as_a_browser = "".join(mark for mark in read if mark not in "\t\r\n").strip().replace("\\", "/")
        assert urlsplit(urljoin(HERE, on)).netloc == "tracker.example.nhs.uk"
        assert urlsplit(on).scheme == urlsplit(on).netloc == ""
        if read == on:
            assert as_a_browser == on
            assert not as_a_browser.startswith("//")
    assert on.isascii()
    assert on.isprintable()
    assert on.startswith("/")


def test_most_hostile_addresses_lead_home() -> None:
    """What is left over names the other site in a place where it is only text of ours."""
    kept = {address for address in ADDRESSES if safe_next(address) != "/"}
    assert kept == {
        f"/?//{ELSEWHERE}",
        f"/#//{ELSEWHERE}",
    }


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/organisations",
        "/organisations/XN1/8ua-2020/2.2/update",
        "/review/overdue?region=Y60&sort=-days_overdue&page=2",
        "/review/overdue?q=caf%C3%A9+%26+co&x=a//b",
        "/organisations/XN1#ask-2.2",
        "/invitations/wHiRVsmaiC9Njv5mzFbaleuQjFXLl6qIP-uaYNLAsh0",
        "/sign-ins-of-others",
    ],
)
def test_our_own_addresses_are_kept_as_they_are(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/code", "/sign-in?next=%2F", "/sign-out", "/sign-in#x"])
def test_nobody_is_sent_back_to_sign_in_or_out(address: str) -> None:
    assert safe_next(address) == "/"
