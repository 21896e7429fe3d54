"""Which addresses may be followed: after a sign-in paths of our own, in somebody's text pages of the web."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

NOT_AGAIN = re.compile(r"/sign-(in|out)(?![^/?#])")
"""To be sent back there after signing in would go round in a circle."""

# Only what stands in addresses as we write them. No backslash, which browsers read as a slash; no tab and no line end,
# which they leave out before they look for slashes; in a path no percent sign, which a proxy might decode; and neither
# two slashes nor a dot between two, which goes away when a browser puts the address together.
PATH = r"(?!.*//)(?!.*/\.{1,2}(/|$))/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*"
REST = r"([?#][A-Za-z0-9\-._~%!$&'()*+,;=:@/?#\[\]]*)?"


def safe_next(address: str) -> str:
    """Where to go on: a path of our own, never another site.

    >>> safe_next("/organisations/XA1?page=2"), safe_next("//elsewhere.example"), safe_next("https://x.example/")
    ('/organisations/XA1?page=2', '/', '/')
    >>> safe_next("/\\\\elsewhere.example"), safe_next("/sign-in?next=%2F"), safe_next("/sign-ins")
    ('/', '/', '/sign-ins')
    """
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    is_ours = re.fullmatch(PATH, path) and re.fullmatch(REST, address[len(path) :]) and not NOT_AGAIN.match(address)
    return address if is_ours else "/"


def is_web_address(address: str) -> bool:
    """Whether a link may be made of what somebody once gave as an address; the form asked the same, in its time.

    >>> is_web_address("https://example.nhs.uk/paper"), is_web_address("javascript:alert(1)"), is_web_address("http:x")
    (True, False, False)
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and address.isprintable()
