"""Where a person may be sent on to: paths of our own and nothing else."""

from __future__ import annotations

NOT_AGAIN = ("/sign-in", "/sign-out")
"""To be sent back there after signing in would go round in a circle."""


def safe_next(address: str) -> str:
    """Where to go on: a path of our own, never another site.

    >>> safe_next("/organisations/XA1?page=2"), safe_next("//elsewhere.example"), safe_next("https://x.example/")
    ('/organisations/XA1?page=2', '/', '/')
    >>> safe_next("/\\\\elsewhere.example"), safe_next("/sign-in")
    ('/', '/')
    """
    is_ours = (
        address.startswith("/")
        and not address.startswith(("//", *NOT_AGAIN))
        and "\\" not in address
        and address.isprintable()
    )
    return address if is_ours else "/"
