"""A few words for a browser, so that people can tell their own sessions apart; nothing is decided by them."""

from __future__ import annotations

# The first that is found counts: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def browser_in_words(user_agent: str) -> str:
    """What a browser says of itself, in a few words of ours.

    >>> browser_in_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36")
    'Chrome on Windows'
    >>> browser_in_words("curl/8.5")
    'A browser'
    """
    family = next((name for mark, name in FAMILIES if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{family} on {system}" if system else family
