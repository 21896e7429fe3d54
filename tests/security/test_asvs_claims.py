"""What the table of OWASP ASVS says of the code is so: what is not there, what talks to whom, figures and headers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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
