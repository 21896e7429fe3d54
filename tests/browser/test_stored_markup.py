"""Hostile markup in every text that people can write: on no page does it do anything, and nothing is refused by policy.

Every text column of every table is filled, below the running server, so that it does not matter whether a form would
have let it through.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from browser.test_every_page import reachable
from browser.visitor import NARROW

from tracker.schema import METADATA

pytestmark = pytest.mark.browser

# No quote that SQL would need to double, so that every kind of text can hold it.
HOSTILE = (
    "</title></textarea><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg onload=alert(3)>",
    "{{7*7}}${7*7}<%=7*7%>",
    "<style>body{display:none}</style><b style=color:red>",
    "\u202egnp.exe\u202c\u2066<a href=javascript:alert(4)>x</a>\u2069",
    "<iframe srcdoc=<script>alert(5)</script>>",
    "&lt;script&gt;alert(6)&lt;/script&gt;&#60;img&#62;",
)
ENDLESS = ("Wellbeing" * 170,)
"""One word of 1,500 characters."""
A_FILE = "/file"
"""Evidence that has no file is given a name of one like every other text; its page then links to what is not there."""
LINKS = ("javascript:alert(7)//https://example.nhs.uk/paper", "data:text/html,<script>alert(8)</script>")
NO_WORDS = {
    ("account", "password_hash"),
    ("account", "sign_in_email"),
    ("account", "totp_secret"),
    ("audit_chain", "name"),
    ("audit_entry", "role"),
    ("audit_entry", "verb"),
    ("framework_revision", "checksum"),
    ("ledger_entry", "kind"),
    ("outbox_message", "link_for"),
    ("progress_entry", "status_code"),
}
"""Columns that hold no words: hashes, and words of the service's own by which it finds its way about."""
ELEMENTS = """() => ({
  made: [...document.querySelectorAll("script, img, svg, iframe, style, b, object, embed, base, [style]")].map((each) =>
    `${each.localName} in ${each.parentElement?.localName}`).sort(),
  handlers: [...document.querySelectorAll("*")].flatMap((each) =>
    [...each.attributes].filter((attribute) => /^on/.test(attribute.name)).map((attribute) => attribute.name)),
  links: [...document.querySelectorAll("a[href], form[action]")]
    .map((each) => each.localName === "a" ? each.href : new URL(each.getAttribute("action"), location).href)
    .filter((address) => !/^https?:|^mailto:|^tel:/.test(address)),
  hidden: getComputedStyle(document.body).display === "none",
})"""


def text_columns() -> Iterator[tuple[str, sa.Column[object]]]:
    """Every column that holds free text, the frameworks' own included: no hash, and no code to look things up by."""
    for table in METADATA.sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, sa.String) and not isinstance(column.type, sa.Enum)
            is_key = (table.name, column.name) in NO_WORDS or column.name.endswith(
                ("_hash", "_id", "key", "code", "ref")
            )
            if is_text and not is_key and not column.foreign_keys:
                yield table.name, column


@pytest.fixture
def poisoned(visit, demo_of_2020) -> Iterator[list[str]]:
    """A demonstration in which every free text holds markup; which columns those are."""
    filled = poison(demo_of_2020.database)
    yield filled
    demo_of_2020.begin_again()


def poison(
    path: Path, hostile: Sequence[str] = HOSTILE, links: Sequence[str] = LINKS, spared: Collection[str] = ()
) -> list[str]:
    filled = []
    with closing(sqlite3.connect(path)) as stored:
        # The audit refuses to be changed, which is its business and not this test's.
        for (trigger,) in stored.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            stored.execute(f'DROP TRIGGER "{trigger}"')
        for table, column in text_columns():
            if f"{table}.{column.name}" in spared:
                continue
            texts = links if column.name == "url" else hostile
            for (row,) in stored.execute(f'SELECT id FROM "{table}"').fetchall():
                before = stored.execute(f'SELECT "{column.name}" FROM "{table}" WHERE id = ?', (row,)).fetchone()[0]
                # As it was, and then markup: an empty text stays one that is there, and unique ones stay unique.
                text = f"{texts[row % len(texts)]} {before or ''}"[: column.type.length or 10_000]  # type: ignore[attr-defined]
                # Where a short text must be unique and would not be, it stays as it was.
                update = f'UPDATE OR IGNORE "{table}" SET "{column.name}" = ? WHERE id = ?'
                filled += [f"{table}.{column.name}"] * stored.execute(update, (text, row)).rowcount
        told = json.dumps({HOSTILE[0]: HOSTILE[1], "title": " ".join(HOSTILE)})
        for name in ("before", "after"):
            stored.execute(f'UPDATE audit_entry SET "{name}" = ? WHERE id % 3 = 0', (told,))
            filled.append(f"audit_entry.{name}")
        stored.commit()
    return sorted(set(filled))


@pytest.mark.parametrize("role", ["lead.northdale", "region.dales", "administrator"])
def test_markup_in_every_text_is_shown_as_it_was_typed_and_does_nothing(visit, poisoned, role):
    # Given a lead, a regional team, an administrator of a service in which every text is hostile
    assert {"progress_entry.narrative", "evidence.url", "person.name", "organisation_name.display_name"} <= set(
        poisoned
    )
    visitor = visit(role)
    # When they open every page that they can reach
    shown, faults = set(), []
    for path in reachable(visitor, of_one_kind=1, passed_by=A_FILE):
        found = visitor.page.evaluate(ELEMENTS)
        text = visitor.page.content()
        shown |= {mark for mark in HOSTILE if mark[:20] in visitor.page.locator("body").inner_text()}
        made = [each for each in found["made"] if each not in OURS]
        # Then there is no element, no handler and no link that somebody typed; dialogs and reports fail by themselves
        if made or found["handlers"] or found["links"] or found["hidden"] or ">49<" in text:
            faults.append(f"{path}: {found}")
    assert not faults, "\n".join(faults)
    # and the markup was there to be seen, in words.
    assert shown, "No hostile text was met, so this shows nothing."


@pytest.mark.parametrize("role", ["lead.northdale", "region.dales"])
def test_one_endless_word_in_every_text_makes_no_page_wider_than_a_phone(visit, demo_of_2020, role):
    # Given a service in which every text begins with one word of 1,500 characters
    visitor = visit(role)
    # (but the names of statuses, which are the framework's and stand in tags of one line)
    poison(demo_of_2020.database, ENDLESS, [f"https://example.nhs.uk/{ENDLESS[0]}"], spared=["scale_status.label"])
    # When somebody opens every page that they can reach on a phone
    faults, shown = [], 0
    for _ in reachable(visitor, of_one_kind=1, passed_by=A_FILE):
        shown += ENDLESS[0][:100] in visitor.page.locator("body").inner_text()
        faults += visitor.faults_of_page(NARROW, with_axe=False)
    demo_of_2020.begin_again()
    # Then each fits, and the word was there to be broken.
    assert not faults, "\n".join(faults)
    assert shown > 10, "The word was hardly met, so this shows little."


OURS = {
    "script in head",
    "script in body",
    "svg in a",
    "svg in button",
    "svg in div",
    "svg in figure",
    "svg in li",
    "svg in span",
    "svg in header",
    "svg in p",
}
"""What the NHS macros draw by themselves, and the picture of an authenticator's key."""
