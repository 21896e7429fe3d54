"""What production refuses to start with: guessable secrets, debug, mail on the screen, links that lead nowhere.

It reads an environment and says what is wrong with it; it must not know the application.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError
from werkzeug.sansio.utils import host_is_trusted

SHORTEST_SECRET = 32
FEWEST_DIFFERENT = 10
PLACEHOLDER = re.compile(r"change.?me|secret|password|example|placeholder|default|insecure|(.)\1{7}", re.IGNORECASE)
"""What a secret looks like that was copied from somebody's instructions, or held down on a keyboard."""
_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
HOST_NAME = re.compile(rf"\.?({_LABEL}\.)*{_LABEL}|\[[0-9a-f:.]+\]", re.IGNORECASE)
"""A name to be listed in TRUSTED_HOSTS; with a dot in front, every name below it too."""
THIS_MACHINE = frozenset({"", "localhost", "127.0.0.1", "::1"})
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})
"""What ``sslmode`` may be for a PostgreSQL on another machine; libpq's own default goes on without TLS."""
OFF = ("", "0", "false", "no")
"""How Flask reads that debug is off."""


LONGEST_ROW = 8
"""Characters that follow each other as on a ruler; a random secret of 64 has such a row once in billions."""


def is_weak(secret: str) -> bool:
    """Whether a secret could be guessed, as far as its looks tell."""
    return (
        len(secret) < SHORTEST_SECRET
        or len(set(secret)) < FEWEST_DIFFERENT
        or PLACEHOLDER.search(secret) is not None
        or _has_row(secret)
    )


def _has_row(secret: str) -> bool:
    """Whether part of it runs along the alphabet or the digits: "abcdefgh", "01234567"."""
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    return any(set(steps[start : start + LONGEST_ROW - 1]) == {1} for start in range(len(steps) - LONGEST_ROW + 2))


def faults_of_production(environ: Mapping[str, str]) -> list[str]:
    """What may be on while one develops, and shows strangers too much afterwards."""
    faults = []
    if environ.get("SECRET_KEY") and is_weak(environ["SECRET_KEY"]):
        faults.append(
            f"SECRET_KEY is weak: use at least {SHORTEST_SECRET} random characters, for example the output of "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    weak = [str(place) for place, each in enumerate(listed(environ, "SECRET_KEY_FALLBACKS"), 1) if is_weak(each)]
    if weak:
        # Earlier secrets are believed like the present one, so they must be as good.
        faults.append(
            f"SECRET_KEY_FALLBACKS holds a weak secret (number {', '.join(weak)}), and whoever guesses it can sign "
            "cookies: take it out."
        )
    if environ.get("FLASK_DEBUG", "").lower() not in OFF:
        faults.append("FLASK_DEBUG is on: production refuses it, because its error pages run code for strangers.")
    if environ.get("MAIL") == "console":
        faults.append(
            'MAIL is "console": it prints one-time links for whoever reads the output, so production needs a mail '
            "server: smtp://user:password@host:port or smtps://…, or notify for GOV.UK Notify."
        )
    hosts = listed(environ, "TRUSTED_HOSTS")
    own = urlsplit(environ.get("TRACKER_BASE_URL", "")).hostname
    if own and hosts and not host_is_trusted(own, hosts):
        faults.append(f"TRUSTED_HOSTS leaves out {own}, the host of TRACKER_BASE_URL: no link in a mail would work.")
    return faults + _plain_connections(environ)


def _plain_connections(environ: Mapping[str, str]) -> list[str]:
    """Which servers on other machines would be spoken to without TLS. No address is told: it may hold a password."""
    faults = [
        f"{name} reaches a database on another machine without TLS: add ?sslmode=verify-full (or at least "
        "?sslmode=require)."
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL")
        if not _is_encrypted_database(environ.get(name, ""))
    ]
    if _leaves_this_machine(environ, "THROTTLE_URL", "redis"):
        faults.append("THROTTLE_URL reaches a Redis on another machine without TLS: write rediss://….")
    if _leaves_this_machine(environ, "EVIDENCE_ENDPOINT", "http"):
        faults.append("EVIDENCE_ENDPOINT reaches a store on another machine without TLS: write https://….")
    if _leaves_this_machine(environ, "NOTIFY_URL", "http"):
        faults.append("NOTIFY_URL reaches a server on another machine without TLS: write https://….")
    if _leaves_this_machine(environ, "MAIL", "smtp") and "starttls=required" not in environ["MAIL"]:
        faults.append(
            "MAIL reaches a server on another machine that may be spoken to without TLS: write smtps://…, or add "
            "?starttls=required."
        )
    return faults


def _is_encrypted_database(address: str) -> bool:
    try:
        url = sa.make_url(address)
    except (ArgumentError, ValueError):
        return True  # Nothing that could be reached; it is refused elsewhere.
    if not url.get_backend_name().startswith("postgres"):
        return True
    host = url.query.get("host", url.host or "")
    is_near = all(each in THIS_MACHINE or each.startswith("/") for each in ([host] if isinstance(host, str) else host))
    return is_near or url.query.get("sslmode") in ENCRYPTED


def _leaves_this_machine(environ: Mapping[str, str], name: str, plain: str) -> bool:
    try:
        parts = urlsplit(environ.get(name, ""))
    except ValueError:
        return False  # As above.
    return parts.scheme == plain and (parts.hostname or "") not in THIS_MACHINE


def listed(environ: Mapping[str, str], name: str, default: str = "") -> tuple[str, ...]:
    """Several values in one setting, separated by commas."""
    return tuple(part.strip() for part in (environ.get(name) or default).split(",") if part.strip())
