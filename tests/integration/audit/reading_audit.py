"""Reads the audit's page as somebody at a browser would: its rows, and what each entry is about."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

from flask.testing import FlaskClient

ROW = re.compile(r'<tr class="nhsuk-table__row">\s*<td.*?</tr>', re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
NOON = datetime(2020, 11, 2, 12, tzinfo=UTC)
SignedIn = Callable[..., FlaskClient]
ALL = ["Item 6", "Item 5", "Item 4", "Item 3", "Item 2", "Item 1"]


def listed(client: FlaskClient, query: str = "") -> list[list[str]]:
    """The cells of each row of the page, lines apart by " | "."""
    response = client.get(f"/audit{query}")
    assert response.status_code == 200, response.text
    rows = [CELL.findall(row) for row in ROW.findall(response.text)]
    return [[_text(cell) for cell in row] for row in rows]


def _text(html: str) -> str:
    lines = unescape(re.sub(r"<br>", " | ", html))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", lines)).strip()


def subjects(client: FlaskClient, query: str = "") -> list[str]:
    """What each entry is about, leaving out sign-ins and refusals of these tests themselves."""
    said = [row[1].split(" | ")[1] for row in listed(client, query)]
    return [each for each in said if each.startswith("Item ")]
