"""Every page that each role can reach by links: it opens, is accessible, has one h1, and fits a small screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from browser.visitor import NARROW, WIDE, Visitor
from security.forms import kind_of

pytestmark = pytest.mark.browser

ROLES = (
    "",
    "lead.northdale",
    "contributor.northdale",
    "board.northdale",
    "system.northdale",
    "region.dales",
    "national",
    "administrator",
)
SEEN_TWICE = ("lead.northdale", "region.dales")
"""Of whom two pages of a kind are opened; the others see the same pages of the same bodies, and one of each kind."""
MOST_PAGES = 60
MOST_OF_ONE_KIND = 2
FILES = (".csv", ".xlsx")


@pytest.fixture(scope="package")
def judged() -> set[str]:
    """What axe has judged already: it takes a second, and has nothing new to say of other words in the same markup."""
    return set()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "nobody")
def test_every_page_of_a_role_is_sound_at_both_widths(visit, judged, role):
    # Given somebody in this role
    visitor = visit(role)
    # When they follow every link they are shown
    faults, kinds = [], set()
    for path in reachable(visitor, MOST_OF_ONE_KIND if role in SEEN_TWICE else 1):
        kinds.add(kind_of(path))
        # Then each page fits both widths, has one h1, and has no violation of WCAG 2.2 AA
        marks = {kind_of(path), *marks_of(visitor)}
        is_new = not marks <= judged
        judged |= marks
        faults += visitor.faults_of_page(NARROW, with_axe=is_new)
        if is_new:
            faults += visitor.faults_of_page(WIDE, with_axe=True)
    assert not faults, "\n".join(faults)
    assert len(kinds) >= 5, f"Only {kinds} were reached, so hardly anything was checked."


def reachable(visitor: Visitor, of_one_kind: int = MOST_OF_ONE_KIND, *, passed_by: str = "\n") -> Iterator[str]:
    """Open every page that links lead to from home, a few of each kind, and say where we are.

    Addresses that end with ``passed_by`` are not opened.
    """
    seen: dict[str, int] = {}
    waiting = deque(["/" if visitor.path != "/sign-in" else "/sign-in"])
    known = set(waiting)
    opened = 0
    while waiting and opened < MOST_PAGES:
        path = waiting.popleft()
        kind = kind_of(path)
        if seen.get(kind, 0) >= of_one_kind or urlsplit(path).path.endswith(passed_by):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        if urlsplit(path).path.endswith(FILES):
            answer = visitor.context.request.get(visitor.base_url + path)
            assert answer.status == 200, f"{path} was answered {answer.status}."
            assert "attachment" in answer.headers["content-disposition"], f"{path} is not a download."
            continue
        opened += 1
        visitor.open(path)
        yield path
        for link in links_of(visitor):
            if link not in known:
                known.add(link)
                waiting.append(link)


def links_of(visitor: Visitor) -> list[str]:
    addresses: list[str] = visitor.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    ours = [urldefrag(each).url.removeprefix(visitor.base_url) for each in addresses if visitor.base_url in each]
    return [each or "/" for each in ours]


def marks_of(visitor: Visitor) -> list[str]:
    """What axe could judge differently: each element of the page with its classes and role."""
    marks: list[str] = visitor.page.evaluate(
        """() => [...document.querySelectorAll("*")].map((each) =>
          `${each.localName}.${each.getAttribute("class") || ""}#${each.getAttribute("role") || ""}`)"""
    )
    return marks
