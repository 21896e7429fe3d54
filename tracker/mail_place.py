"""Reads from an environment by which way mail leaves, for ``config.py``. It opens nothing and knows no feature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

NOTIFY_URL = "https://api.notifications.service.gov.uk"
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY = re.compile(rf"(\S.*-)?{_ID}-{_ID}", re.IGNORECASE)


def mail(environ: Mapping[str, str], faults: list[str]) -> str:
    """The way by which mail leaves. The fault leaves it out: it may hold a password."""
    given = environ.get("MAIL") or "console"
    if given in ("console", "notify"):
        return given
    try:
        address = urlsplit(given)
        is_usable = address.scheme in ("smtp", "smtps") and bool(address.hostname) and address.port != 0
    except ValueError:  # The port is no number, or out of range.
        is_usable = False
    if not is_usable:
        faults.append(
            'MAIL must be "console", smtp://user:password@host:port, smtps://user:password@host:port or "notify".'
        )
    return given


def notify_api_key(environ: Mapping[str, str], faults: list[str]) -> str:
    """The key of GOV.UK Notify: a name and two ids. The fault leaves it out: it is a secret."""
    given = environ.get("NOTIFY_API_KEY", "").strip()
    if not given and environ.get("MAIL") == "notify":
        faults.append('NOTIFY_API_KEY is missing: MAIL is "notify".')
    elif given and not _KEY.fullmatch(given):
        faults.append("NOTIFY_API_KEY is not a whole key of GOV.UK Notify: a name and two ids, joined by hyphens.")
    return given


def notify_template(environ: Mapping[str, str], faults: list[str]) -> str:
    """The id of the template in which every mail is sent."""
    given = environ.get("NOTIFY_TEMPLATE", "").strip()
    if not given and environ.get("MAIL") == "notify":
        faults.append('NOTIFY_TEMPLATE is missing: MAIL is "notify".')
    elif given and not re.fullmatch(_ID, given, re.IGNORECASE):
        faults.append(
            "NOTIFY_TEMPLATE is not the id of a template of GOV.UK Notify: copy it from the page of the template."
        )
    return given


def notify_url(environ: Mapping[str, str], faults: list[str]) -> str:
    """Where GOV.UK Notify answers."""
    given = (environ.get("NOTIFY_URL") or NOTIFY_URL).rstrip("/")
    try:
        address = urlsplit(given)
        is_plain = not (address.path or address.query or address.fragment or "@" in address.netloc)
        is_usable = is_plain and address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        faults.append(f"NOTIFY_URL must be the address of a site such as {NOTIFY_URL}.")
    return given
