"""What production refuses to start with: guessable secrets, debug, mail on the screen, links that lead nowhere.

It reads an environment and says what is wrong with it; it must not know the application.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from werkzeug.sansio.utils import host_is_trusted

SHORTEST_SECRET = 32
FEWEST_DIFFERENT = 10
PLACEHOLDER = re.compile(r"change.?me|secret|password|example|placeholder|default|insecure|(.)\1{7}", re.IGNORECASE)
"""What a secret looks like that was copied from somebody's instructions, or held down on a keyboard."""
_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
HOST_NAME = re.compile(rf"\.?({_LABEL}\.)*{_LABEL}|\[[0-9a-f:.]+\]", re.IGNORECASE)
"""A name to be listed in TRUSTED_HOSTS; with a dot in front, every name below it too."""
OFF = ("", "0", "false", "no")
"""How Flask reads that debug is off."""


def is_weak(secret: str) -> bool:
    """Whether a secret could be guessed, as far as its looks tell."""
    return (
        len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_DIFFERENT or PLACEHOLDER.search(secret) is not None
    )


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
            "server: smtp://user:password@host:port or smtps://…"
        )
    hosts = listed(environ, "TRUSTED_HOSTS")
    own = urlsplit(environ.get("TRACKER_BASE_URL", "")).hostname
    if own and hosts and not host_is_trusted(own, hosts):
        faults.append(f"TRUSTED_HOSTS leaves out {own}, the host of TRACKER_BASE_URL: no link in a mail would work.")
    return faults


def listed(environ: Mapping[str, str], name: str, default: str = "") -> tuple[str, ...]:
    """Several values in one setting, separated by commas."""
    return tuple(part.strip() for part in (environ.get(name) or default).split(",") if part.strip())
