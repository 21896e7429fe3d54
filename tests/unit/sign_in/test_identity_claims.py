"""Which addresses belong to a domain, and which claims say enough."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.sign_in.claims import Identity, identity_of, is_in_domains
from tracker.sign_in.refusals import Refusal, Refused, explain

NHS = ("nhs.net", "nhs.uk")
NAMES = {"subject": "sub", "email": "email", "name": "name"}
ROBIN = {"iss": "https://id.example", "sub": "r-1", "email": "robin@nhs.net", "name": "Robin Ashdown"}


@pytest.mark.parametrize(
    "email", ["robin@nhs.net", "Robin.Ashdown@NHS.NET", "robin@dales.nhs.uk", "r@a.b.nhs.uk", "o'neil+x@nhs.net"]
)
def test_an_address_in_a_domain_or_below_it_is_taken(email: str) -> None:
    assert is_in_domains(email, NHS)


@pytest.mark.parametrize(
    "email",
    [
        "robin@evilnhs.net",
        "robin@nhs.net.evil.example",
        "robin@nhs.uk.evil.example",
        "robin@evil.example@nhs.net",
        '"robin@nhs.net"@evil.example',
        "robin@evil.example/nhs.net",
        "robin@evil.example?.nhs.net",
        "robin@evil.example#.nhs.net",
        "robin@evil.example .nhs.net",
        "robin@evil.example\n.nhs.net",
        "robin@evil.example\x00.nhs.net",
        "robin@nhs-net",
        "robin@net",
        "robin@uk",
        "robin@.nhs.net",
        "robin@a..nhs.net",
        "robin@nhs.net.",
        "robin@nhs.net\n",
        " robin@nhs.net ",
        "robin@[nhs.net]",
        "@nhs.net",
        "nhs.net",
        "robin",
        "",
        "robin@nhs.u\N{KELVIN SIGN}",
        "robin@nh\N{LATIN SMALL LETTER LONG S}.net",
        "robin@n\N{CYRILLIC SMALL LETTER SHHA}s.net",
        "robin@nhs\N{IDEOGRAPHIC FULL STOP}net",
        "robin@xn--nhs-hza.net",
        "r\N{CYRILLIC SMALL LETTER O}bin@nhs.net",
    ],
)
def test_what_only_looks_like_one_is_not(email: str) -> None:
    assert not is_in_domains(email, NHS)


def test_a_domain_in_the_settings_may_be_written_in_capitals() -> None:
    assert is_in_domains("robin@nhs.net", ["NHS.net"])


def test_no_domain_lets_nobody_in() -> None:
    assert not is_in_domains("robin@nhs.net", [])


def test_claims_that_say_enough_make_an_identity() -> None:
    assert identity_of(ROBIN, NAMES, NHS) == Identity(
        "https://id.example", "r-1", "robin@nhs.net", False, "Robin Ashdown"
    )


@pytest.mark.parametrize(
    ("methods", "counts"),
    [
        (["pwd", "mfa"], True),
        (["mfa"], True),
        (["pwd"], False),
        (["not-mfa"], False),
        ([["mfa"]], False),
        ("mfa", False),
    ],
)
def test_a_second_factor_is_the_method_of_that_name_in_a_list(methods: Any, counts: bool) -> None:
    assert identity_of({**ROBIN, "amr": methods}, NAMES, NHS).has_second_factor is counts


@pytest.mark.parametrize("name", [None, 7, "", "x" * 300, "Robin\nAshdown"])
def test_a_name_that_cannot_be_shown_is_left_out(name: Any) -> None:
    assert identity_of({**ROBIN, "name": name}, NAMES, NHS).name == ""


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"sub": None}, Refusal.INCOMPLETE),
        ({"sub": ""}, Refusal.INCOMPLETE),
        ({"sub": 7}, Refusal.INCOMPLETE),
        ({"sub": "x" * 256}, Refusal.INCOMPLETE),
        ({"sub": "r\N{LATIN SMALL LETTER E WITH ACUTE}"}, Refusal.INCOMPLETE),
        ({"email": None}, Refusal.INCOMPLETE),
        ({"email": {"value": "robin@nhs.net"}}, Refusal.INCOMPLETE),
        ({"email": "x" * 250 + "@nhs.net"}, Refusal.INCOMPLETE),
        ({"email": "robin@elsewhere.example"}, Refusal.DOMAIN),
        ({"email_verified": False}, Refusal.DOMAIN),
        ({"email_verified": "false"}, Refusal.DOMAIN),
    ],
)
def test_claims_that_do_not_are_refused_with_the_reason(claims: dict[str, Any], reason: Refusal) -> None:
    with pytest.raises(Refused) as caught:
        identity_of({**ROBIN, **claims}, NAMES, NHS)
    assert caught.value.reason is reason


@pytest.mark.parametrize("reason", Refusal)
def test_every_reason_has_a_page_that_names_the_provider_or_asks_for_nothing(reason: Refusal) -> None:
    page = explain(reason, "NHSmail")
    assert page.title
    assert page.sentences
    assert page.status in (400, 403, 503)
    assert "{" not in page.title + "".join(page.sentences)
