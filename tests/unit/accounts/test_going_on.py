"""Where a sign-in may lead: to a page of our own and nowhere else."""

from __future__ import annotations

import pytest

from tracker.web.addresses import safe_next


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/organisations/XN1",
        "/organisations/XN1/8ua-2020/6.1/update",
        "/review/overdue?system=QN1&sort=-days&page=2",
        "/organisations?q=a%20b&next=https%3A%2F%2Felsewhere.example",
        "/exports?code=1:2",
    ],
)
def test_a_path_of_our_own_is_kept(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "organisations",
        "https://elsewhere.example/",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "/\\/elsewhere.example",
        "\\\\elsewhere.example",
        "javascript:alert(1)",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "\t//elsewhere.example",
        " //elsewhere.example",
        "/organisations\r\nSet-Cookie: session=1",
        "/\x00",
        "//[",
        "http://[",
        "/sign-in",
        "/sign-in?next=/sign-in",
        "/sign-out",
    ],
)
def test_anything_else_leads_home(address: str) -> None:
    assert safe_next(address) == "/"
