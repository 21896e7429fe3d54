"""What a provider of single sign-on says about somebody, read and checked; it knows no request and no table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.sign_in.refusals import Refusal, Refused

LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, section 2: a subject is at most 255 ASCII characters."""
LONGEST_EMAIL = 254
SECOND_FACTOR = "mfa"
"""The method reference for "more than one factor was asked for" (RFC 8176, section 2)."""

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at a provider, as a checked token tells. ``email`` is for the screen: no account is found by it."""

    issuer: str
    subject: str
    email: str
    has_second_factor: bool = False
    name: str = ""


def identity_of(claims: Mapping[str, Any], names: Mapping[str, str], domains: Collection[str]) -> Identity:
    """Who a checked token is about. ``names`` says which claim holds the subject, the email address and the name.

    Raises Refused where the claims do not say enough, where the provider itself says that the address is not verified,
    or where the address is in none of the domains.
    """
    subject, email = claims.get(names["subject"]), claims.get(names["email"])
    if not _is_plain(subject, LONGEST_SUBJECT):
        raise Refused(Refusal.INCOMPLETE, f"the claim {names['subject']} is missing or not usable as a subject")
    if not _is_plain(email, LONGEST_EMAIL):
        raise Refused(Refusal.INCOMPLETE, f"the claim {names['email']} is missing or not usable as an address")
    if claims.get("email_verified") in (False, "false") or not is_in_domains(str(email), domains):
        raise Refused(Refusal.DOMAIN)
    methods, name = claims.get("amr"), claims.get(names["name"])
    return Identity(
        issuer=str(claims["iss"]),
        subject=str(subject),
        email=str(email),
        has_second_factor=isinstance(methods, list) and SECOND_FACTOR in methods,
        name=name.strip() if isinstance(name, str) and name.isprintable() and len(name) <= LONGEST_EMAIL else "",
    )


def is_in_domains(email: str, domains: Collection[str]) -> bool:
    """Whether an address belongs to one of the domains or to a subdomain of one.

    Plain ASCII only: a Kelvin sign becomes a "k" in lower case, and so "nhs.u" with one would pass for "nhs.uk".

    >>> is_in_domains("robin@NHS.net", ["nhs.net"]), is_in_domains("robin@dales.nhs.uk", ["nhs.net", "nhs.uk"])
    (True, True)
    >>> is_in_domains("robin@evilnhs.net", ["nhs.net"]), is_in_domains("robin@nhs.net.evil.example", ["nhs.net"])
    (False, False)
    """
    local, at, domain = email.partition("@")
    plain = domain.lower()
    if not (local and at and email.isascii() and _DOMAIN.fullmatch(plain)):
        return False
    return any(plain == allowed or plain.endswith(f".{allowed}") for allowed in (each.lower() for each in domains))


def _is_plain(value: object, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and value.isascii() and value.isprintable()
