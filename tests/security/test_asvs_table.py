"""The table of OWASP ASVS 5.0.0 in asvs.md is whole, names tests that exist, and says nothing that is no longer so."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from conftest import make_settings
from flask import Flask

from tracker.accounts import links, passwords, rules, sessions
from tracker.app import LARGEST_FORM, create_app
from tracker.evidence import office
from tracker.evidence.rules import LARGEST_FILE, LARGEST_UPLOAD, FileType
from tracker.people.personal_data_traces import Identity
from tracker.schema import METADATA
from tracker.sign_in import recovery, service, totp
from tracker.sign_in.forms import SignInForm
from tracker.web.downloads import csv_response
from tracker.web.paging import PAGE_SIZE

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024
TESTS = ROOT / "tests"
TABLE = Path(__file__).with_name("asvs.md")
MET, NOT_OURS, NOT_MET = "met", "does not apply", "not met"
ROW = re.compile(r"\| (\d+\.\d+\.\d+) \|")
NAMED_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
UNDECIDED = "to be " + "shown"

# The level of each requirement of version 5.0.0, in its order: 1.1.1 and 1.1.2 are of level 2, and so on. Level 3
# stands here so that the numbers can be counted against the standard's own totals; the table leaves it out.
LEVELS = """
1.1: 2 2                        1.2: 1 1 1 1 1 2 2 2 2 3        1.3: 1 1 2 2 2 2 2 2 2 2 2 3    1.4: 2 2 2
1.5: 1 2 3                      2.1: 1 2 2                      2.2: 1 1 2                      2.3: 1 2 2 2 3
2.4: 2 3                        3.1: 3                          3.2: 1 1 3                      3.3: 1 2 2 2 3
3.4: 1 1 2 2 2 2 3 3            3.5: 1 1 1 2 2 3 3 3            3.6: 3                          3.7: 2 2 3 3 3
4.1: 1 2 2 3 3                  4.2: 2 3 3 3 3                  4.3: 2 2                        4.4: 1 2 2 2
5.1: 2                          5.2: 1 1 2 3 3 3                5.3: 1 1 3                      5.4: 2 2 2
6.1: 1 2 2                      6.2: 1 1 1 1 1 1 1 1 2 2 2 2    6.3: 1 1 2 2 3 3 3 3            6.4: 1 1 2 2 3 3
6.5: 2 2 2 2 2 3 3 3            6.6: 2 2 2 3                    6.7: 3 3                        6.8: 2 2 2 2
7.1: 2 2 2                      7.2: 1 1 1 1                    7.3: 2 2                        7.4: 1 1 2 2 2
7.5: 2 2 3                      7.6: 2 2                        8.1: 1 2 3 3                    8.2: 1 1 2 3
8.3: 1 3 3                      8.4: 2 3                        9.1: 1 1 1                      9.2: 1 2 2 2
10.1: 2 2                       10.2: 2 2 3                     10.3: 2 2 2 2 3                 10.5: 2 2 2 2 2
10.4: 1 1 1 1 1 2 2 2 2 2 2 3 3 3 3 3                           10.6: 2 2                       10.7: 2 2 2
11.1: 2 2 3 3                   11.2: 2 2 2 3 3                 11.3: 1 1 2 3 3                 11.4: 1 2 2 2
11.5: 2 3                       11.6: 2 3                       11.7: 3 3                       12.1: 1 2 2 3 3
12.2: 1 1                       12.3: 2 2 2 2 3                 13.1: 2 3 3 3                   13.2: 2 2 2 2 2 3
13.3: 2 2 3 3                   13.4: 1 2 2 2 2 3 3             14.1: 2 2                       14.2: 1 2 2 2 3 3 3 3
14.3: 1 2 2                     15.1: 1 2 2 3 3                 15.2: 1 2 2 3 3                 15.3: 1 2 2 2 2 2 2
15.4: 3 3 3 3                   16.1: 2                         16.2: 2 2 2 2 2                 16.3: 2 2 2 2
16.4: 2 2 2                     16.5: 2 2 2 3                   17.1: 2 3                       17.2: 2 2 2 2 3 3 3 3
17.3: 2 2
"""

# What the reasons of the table rest on: words that stand in none of our own files, but for what is said about them.
ABSENT = {
    "code or commands made while running": r"(?<!\.)\b(eval|exec|compile)\(|\bos\.(system|popen)\b|\bsubprocess\b",
    "data that turns into objects": r"\b(pickle|marshal|shelve|yaml)\b",
    "templates made of text": r"render_template_string|\.from_string\(",
    "other languages and protocols": r"(?i)\b(ldap|graphql|websocket|memcache|latex|jndi|webrtc|jsonp|saml)\w*\b",
    "foreign pages and editors of HTML": r"<iframe|<object|<embed|contenteditable|Access-Control-",
    "scripts that write HTML or keep data": r"innerHTML|document\.(write|cookie)|(local|session)Storage|indexedDB",
    "messages between windows": r"postMessage",
    "tables that a migration fills": r"bulk_insert|INSERT INTO (person|account|membership)",
}
CLIENTS = re.compile(
    r"^\s*(?:import|from) (smtplib|socket|requests|urllib\.request|http\.client|authlib|redis|fsspec|\w*boto\w*)\b",
    re.M,
)

# What stands in few files, each named by the rows that speak of it.
ONLY_IN = {
    "a parser of XML": (
        r"\b(lxml|minidom|expat|ElementTree|iterparse|xpath)\b",
        {"tracker/evidence/office.py", "tracker/evidence/office_parts.py"},
    ),
    "a field for a file": (r"= UploadField\(", {"tracker/evidence/forms.py"}),
    "a form with a file": (r"enctype", {"templates/evidence/add.html", "templates/evidence/new_version.html"}),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, as it is written."""

    number: str
    level: str
    asks: str
    answer: str
    how: str
    shown_by: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        return NAMED_TEST.findall(self.shown_by)


def levels() -> dict[str, str]:
    """The level of every requirement by its number."""
    sections = re.findall(r"(\d+\.\d+): ((?:\d ?)+)", LEVELS)
    return {f"{name}.{place}": level for name, each in sections for place, level in enumerate(each.split(), 1)}


def rows() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if ROW.match(line)]
    return [Row(*(cell.strip() for cell in line.strip().strip("|").split(" | "))) for line in lines]


@cache
def names_in(file: str) -> frozenset[str]:
    """The names of the tests of one file, read and not run."""
    path = TESTS / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        each.name
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test_")
    )


def our_files() -> Iterator[tuple[str, str]]:
    """Each file of ours by its name, with its code: docstrings and comments of Python are left out."""
    for place, ends in (("tracker", ".py"), ("reports", ".py"), ("templates", ".html"), ("static/app.js", ".js")):
        start = ROOT / place
        for path in [start] if start.is_file() else sorted(start.rglob(f"*{ends}")):
            yield str(path.relative_to(ROOT)), code_of(path)


@cache
def code_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        for body in (value for value in vars(node).values() if isinstance(value, list)):
            body[:] = [each for each in body if not _is_said_only(each)] or body[:1]
    return ast.unparse(tree)


def _is_said_only(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@pytest.fixture(scope="module")
def service_app() -> Flask:
    """The application as it is wired, on a database without tables: nothing here asks for any."""
    return create_app(make_settings("sqlite:///:memory:"))


def test_the_list_of_numbers_has_the_totals_of_the_standard() -> None:
    assert Counter(levels().values()) == {"1": 70, "2": 183, "3": 92}


def test_the_table_has_every_number_of_levels_1_and_2_once_and_in_order() -> None:
    wanted = [number for number, level in levels().items() if level != "3"]
    wanted.sort(key=lambda number: [int(part) for part in number.split(".")])
    assert [row.number for row in rows()] == wanted


def test_every_row_names_the_level_of_its_number() -> None:
    wrong = [row.number for row in rows() if row.level != levels().get(row.number)]
    assert wrong == []


def test_every_chapter_has_its_heading_above_its_rows() -> None:
    chapter = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"### (\d+) \S", line):
            chapter = heading[1]
        if row := ROW.match(line):
            assert row[1].split(".")[0] == chapter, line


def test_every_row_is_met_and_shown_or_says_why_not() -> None:
    for row in rows():
        assert len(row.asks.split()) >= 2, row.number
        assert row.answer in (MET, NOT_OURS, NOT_MET), f"{row.number}: {row.answer}"
        assert len(row.how.split()) >= (1 if row.answer == MET else 2), f"{row.number} does not say why not."
        assert row.tests or row.answer != MET, f"{row.number} is said to be met, and no test shows it."
        assert row.answer != NOT_MET or "Left: " in row.how, f"{row.number} does not say what is left to do."


def test_every_test_that_a_row_names_exists() -> None:
    for row in rows():
        unread = NAMED_TEST.sub("", row.shown_by).replace("<br>", "").strip(" –")
        assert unread == "", f"{row.number} names a test in words that cannot be looked up: {unread}"
        for file, name in row.tests:
            assert name in names_in(file), f"{row.number} names {file}::{name}, which is not there."


def test_no_row_waits_to_be_decided() -> None:
    assert UNDECIDED not in TABLE.read_text(encoding="utf-8").lower()


def test_the_summary_counts_what_the_rows_say() -> None:
    count = Counter(row.answer for row in rows())
    summary = (
        f"{count.total()} requirements: {count[MET]} met and shown by a test, {count[NOT_OURS]} do not apply, "
        f"{count[NOT_MET]} not met."
    )
    assert f"**{summary}**" in TABLE.read_text(encoding="utf-8"), summary


def test_every_section_that_a_row_points_to_is_there() -> None:
    headings = set(re.findall(r"^### ([A-Z].*)$", TABLE.read_text(encoding="utf-8"), re.M))
    named = {name for row in rows() for name in re.findall(r"below, “([^”]+)”", row.how)}
    assert named
    assert named <= headings


@pytest.mark.parametrize("what", ABSENT)
def test_what_is_said_not_to_be_there_is_not_there(what: str) -> None:
    pattern = re.compile(ABSENT[what])
    found = [f"{name}: {hit.group()}" for name, code in our_files() for hit in pattern.finditer(code)]
    assert found == []


@pytest.mark.parametrize("what", ONLY_IN)
def test_only_what_is_named_here_reads_xml_and_takes_files(what: str) -> None:
    pattern, places = ONLY_IN[what]
    assert {name for name, code in our_files() if re.search(pattern, code)} == places


def test_only_the_modules_that_are_named_below_talk_to_other_machines() -> None:
    told = TABLE.read_text(encoding="utf-8")
    for name, code in our_files():
        assert f"`{name}`" in told or not CLIENTS.search(code), f"{name} opens connections of its own."


def test_what_is_written_down_has_the_figures_of_the_code() -> None:
    written = " ".join(TABLE.read_text(encoding="utf-8").split())
    minutes = {
        name: int(span.total_seconds()) // 60 for name, span in vars(sessions).items() if type(span) is timedelta
    }
    hasher = passwords._HASHER
    types = [each.value for each in FileType]
    needing = sorted(role.value for role in rules.NEEDS_SECOND_FACTOR)
    for said in (
        f"{passwords.SHORTEST} to {passwords.LONGEST} characters",
        f"after {minutes['SHORT_IDLE']} minutes of rest for {', '.join(needing[:-1])} and {needing[-1]}",
        f"after {minutes['LONG_IDLE']} minutes for the others",
        f"after {minutes['LONGEST_SESSION'] // 60} hours at the latest",
        f"{minutes['LONGEST_SIGN_IN']} minutes between the two factors",
        f"{service.TRIES_BEFORE_LOCK} wrong passwords or codes in a row",
        f"for {int(service.LOCK_TIME.total_seconds() // 60)} minutes",
        f"a link works once, for {int(links.LIFETIME.total_seconds() // 3600)} hours",
        f"has asked for works for {int(links.RESET_LIFETIME.total_seconds() // 3600)} hours",
        f"{hasher.memory_cost // 1024} MB, {hasher.time_cost} passes, {hasher.parallelism} lanes",
        f"{recovery.HOW_MANY} recovery codes of {recovery.BYTES * 8} random bits",
        f"a new code every {totp.SECONDS} seconds",
        f"{LARGEST_FORM // MEGABYTE} MB",
        f"one that brings a file of evidence at most {LARGEST_UPLOAD // MEGABYTE} MB",
        f"It has at most {LARGEST_FILE // MEGABYTE} MB and is a {', '.join(types[:-1])} or {types[-1]} by its content",
        f"unpacks to at most {office.MOST_UNPACKED // MEGABYTE} MB, in at most {office.MOST_ENTRIES:,} entries",
        f"than {office.MOST_RATIO} times its packed size",
        f"documents lie in one another at most {office.DEEPEST} deep",
        f"{PAGE_SIZE} rows a page",
    ):
        assert said in written, f"The table does not say: {said}"


def test_an_account_has_no_date_of_its_password_and_no_hint() -> None:
    """Nothing can make a password run out, and nothing stands in for one but what is written down."""
    columns = {column.name for column in METADATA.tables["account"].columns}
    assert "password_hash" in columns
    assert [name for name in columns if re.search(r"hint|question|answer|password_(?!hash)|expires", name)] == []


def test_every_component_is_pinned_with_its_hashes() -> None:
    for file in ("requirements.lock", "requirements-test.lock"):
        lock = re.sub(r"\\\n\s+", " ", (ROOT / file).read_text(encoding="utf-8"))
        pinned = [line for line in lock.splitlines() if line and not line.lstrip().startswith("#")]
        assert len(pinned) > 30
        for line in pinned:
            assert re.match(r"[\w.\[\]-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_folders_are_not_listed_and_no_address_takes_a_method_it_does_not_need(service_app: Flask) -> None:
    client = service_app.test_client()
    for folder in ("/static", "/static/", "/static/nhsuk/", "/static/nhsuk/assets/", "/templates/", "/.git/config"):
        assert client.get(folder, buffered=True).status_code == 404, folder
    for method in ("TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE"):
        assert client.open("/sign-in", method=method).status_code == 405, method
    taken = {method for rule in service_app.url_map.iter_rules() for method in rule.methods or ()}
    assert taken == {"GET", "HEAD", "OPTIONS", "POST"}


def test_text_is_sent_with_its_charset(service_app: Flask) -> None:
    client = service_app.test_client()
    types = [client.get(path, buffered=True).content_type for path in ("/privacy", "/nowhere", "/static/app.css")]
    types.append(client.get("/static/app.js", buffered=True).content_type)
    with service_app.test_request_context():
        types.append(str(csv_response("list", ["heading"], []).content_type))
    kinds = ("html", "html", "css", "javascript", "csv")
    assert types == [f"text/{kind}; charset=utf-8" for kind in kinds]


def test_a_password_is_masked_and_taken_exactly_as_typed(service_app: Flask) -> None:
    typed = "  Drei Wörter, " + "lang " * 20 + " "
    (field,) = re.findall(r'<input[^>]*name="password"[^>]*>', service_app.test_client().get("/sign-in").text)
    assert 'type="password"' in field
    with service_app.test_request_context(method="POST", data={"password": typed}):
        assert SignInForm().password.data == typed
    kept = passwords.hash_password(typed)
    assert passwords.is_password(kept, typed)
    for other in (typed.strip(), typed.lower(), typed[:64]):
        assert not passwords.is_password(kept, other)


def test_a_name_is_looked_for_as_it_is_written_whatever_signs_it_has() -> None:
    looked_for = Identity.of(["Kit (A.*"], ["k.l@example.org"])
    assert looked_for.taken_out_of("kxl@example.org, Kit (Abc") == "kxl@example.org, Kit (Abc"
