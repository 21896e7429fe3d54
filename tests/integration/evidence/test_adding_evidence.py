"""Evidence is added once, serves the asks that were chosen, and a file that may not be kept leaves nothing behind."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import make
import pytest
from flask.testing import FlaskClient
from integration.evidence import bringing
from integration.evidence.bringing import XN1, a_file, add, said
from unit.evidence import made_files as made

from tracker.accounts.rules import Role
from tracker.evidence import refusing
from tracker.evidence.rules import LARGEST_FILE, LARGEST_UPLOAD, EvidenceKind, FileType

Enter = Callable[..., FlaskClient]
ADD = f"{XN1}/add"


def test_a_lead_adds_a_link_that_serves_two_asks(enter: Enter, world: make.World) -> None:
    client = enter(Role.LEAD)
    evidence_id = add(client, said("link"), "2.2", "6.1")
    kept = bringing.piece(evidence_id, world.north_trust)
    assert (kept.newest.kind, kept.newest.url) == (EvidenceKind.LINK, "https://example.nhs.uk/paper")
    assert (kept.newest.true_on, kept.newest.expires_on) == (date(2020, 9, 14), date(2021, 3, 31))
    assert len(kept.asks_on(date(2020, 11, 2))) == 2
    page = client.get(f"{XN1}/{evidence_id}").text
    for text in (
        "The evidence is added.",
        "Board paper on access",
        "14 September 2020",
        "31 March 2021",
        "Not checked",
    ):
        assert text in page
    (entry,) = bringing.audited("evidence added")
    assert (entry.subject, entry.role) == (f"evidence {evidence_id}", "lead")
    assert entry.after == {
        "evidence": evidence_id,
        "kind": "link",
        "version": 1,
        "expires_on": "2021-03-31",
        "asks": "8ua-2020/2.2, 8ua-2020/6.1",
    }


def test_a_note_is_kept_as_it_was_typed(enter: Enter, world: make.World) -> None:
    evidence_id = add(enter(Role.CONTRIBUTOR), said(note="First line\r\n<b>second</b>"))
    assert bringing.piece(evidence_id, world.north_trust).newest.note == "First line\n<b>second</b>"
    page = enter(Role.BOARD).get(f"{XN1}/{evidence_id}").text
    assert "First line\n&lt;b&gt;second&lt;/b&gt;" in page


@pytest.mark.parametrize("kind", list(FileType))
def test_a_file_of_each_type_is_kept_under_a_name_of_our_own_with_its_sum(
    enter: Enter, folder: Path, kind: FileType
) -> None:
    content = made.GOOD[kind.value]
    evidence_id = add(enter(Role.LEAD), a_file(content, "Our plan – v2.exe"))
    row = bringing.newest()
    assert (row.id, row.file_type, row.size) == (evidence_id, kind, len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert row.file_name == "Our plan – v2.exe"
    (path,) = bringing.files_in(folder)
    assert path.read_bytes() == content
    assert path.name == row.storage_key
    assert "plan" not in str(row.storage_key)
    assert folder.stat().st_mode & 0o077 == 0, "Nobody else on the machine reads evidence."


def test_the_sum_of_a_file_stands_in_the_audit_and_its_name_does_not(enter: Enter) -> None:
    add(enter(Role.LEAD), a_file(made.pdf(), "Robin.pdf"))
    (entry,) = bringing.audited("evidence added")
    assert entry.after is not None
    assert entry.after["sha256"] == bringing.newest().sha256
    assert "Robin" not in str(entry.after)


def test_a_file_of_just_twenty_megabytes_is_taken(enter: Enter, folder: Path) -> None:
    """More than any other form may bring. What follows the end of a png is no part of the picture."""
    content = made.picture().ljust(LARGEST_FILE, b"\0")
    add(enter(Role.LEAD), a_file(content, "large.png"))
    assert bringing.newest().size == LARGEST_FILE


def test_no_other_address_takes_as_much(enter: Enter) -> None:
    client = enter(Role.LEAD)
    typed = {"csrf_token": make.csrf_token(client, f"{XN1}/add"), "note": "x" * (17 * made.MEGABYTE)}
    assert client.post("/organisations/XN1/services", data=typed).status_code == 413
    assert client.post("/organisations/XN1/evidence/1/check", data=typed).status_code in (403, 404)


HOSTILE = [
    ("zip bomb", made.bomb, "Plan.docx", refusing.UNPACKS_TOO_LARGE),
    ("zip bomb inside", made.nested_bomb, "Plan.docx", refusing.UNPACKS_TOO_LARGE),
    ("renamed program", lambda: b"MZ\x90\0" + b"\0" * 99, "Plan.pdf", refusing.PROGRAM),
    ("encrypted document", made.encrypted_office, "Plan.docx", refusing.ENCRYPTED),
    ("encrypted pdf", made.encrypted_pdf, "Plan.pdf", refusing.PROTECTED_PDF),
    (
        "encrypted odt",
        lambda: made.open_document(manifest="<m:encryption-data xmlns:m='m'/>"),
        "P.odt",
        refusing.ENCRYPTED,
    ),
    ("macros", lambda: made.open_xml("docm"), "Plan.docx", refusing.MACROS),
    ("macros of odt", lambda: made.open_document(Basic__a="Sub"), "Plan.odt", refusing.MACROS),
    (
        "template from elsewhere",
        lambda: made.leading_elsewhere("attachedTemplate"),
        "Plan.docx",
        refusing.LOADS_FROM_ELSEWHERE,
    ),
    ("active pdf", made.pdf_with_script, "Plan.pdf", refusing.ACTIVE_PDF),
    ("pdf with files", made.pdf_with_file, "Plan.pdf", refusing.CARRIES_FILES),
    ("svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Plan.png", refusing.SVG),
    ("html", lambda: b"<html><body>", "Plan.pdf", refusing.HTML),
    ("0 bytes", lambda: b"", "Plan.pdf", refusing.EMPTY),
    ("20 MB and 1 byte", lambda: made.picture().ljust(LARGEST_FILE + 1), "Plan.png", refusing.TOO_LARGE),
    ("path in the name", made.pdf, "../../../etc/Plan.pdf", refusing.NAME_HOLDS_FOLDER),
    ("path of Windows in the name", made.pdf, "C:\\temp\\Plan.pdf", refusing.NAME_HOLDS_FOLDER),
    ("name that reads backwards", made.pdf, "Plan\u202efdp.exe", refusing.NAME_IS_HIDDEN),
]


@pytest.mark.parametrize(
    ("content", "name", "sentence"), [each[1:] for each in HOSTILE], ids=[each[0] for each in HOSTILE]
)
def test_a_hostile_file_is_refused_with_its_sentence_and_nothing_is_kept(
    enter: Enter, folder: Path, content: Callable[[], bytes], name: str, sentence: str
) -> None:
    typed = a_file(content(), name, asks=["8ua-2020/2.2"], title="What I typed")
    answer = bringing.send(enter(Role.LEAD), ADD, typed)
    assert answer.status_code == 200
    assert bringing.summary(answer) == [sentence]
    assert 'href="#file"' in answer.text
    assert "What I typed" in answer.text
    assert bringing.rows() == (0, 0)
    assert bringing.files_in(folder) == []


def test_a_request_of_25_mb_is_not_read_and_says_so_on_the_same_page(enter: Enter, folder: Path) -> None:
    content = b"%PDF-1.7".ljust(25 * made.MEGABYTE)
    assert len(content) > LARGEST_UPLOAD
    answer = bringing.send(enter(Role.LEAD), ADD, a_file(content, asks=["8ua-2020/2.2"]))
    assert answer.status_code == 413
    assert refusing.TOO_LARGE in answer.text
    assert bringing.rows() == (0, 0)
    assert bringing.files_in(folder) == []


def test_what_else_is_wrong_keeps_what_was_typed_and_asks_for_the_file_again(enter: Enter, folder: Path) -> None:
    client = enter(Role.LEAD)
    typed = a_file(made.pdf(), title="", asks=["8ua-2020/2.2"]) | bringing.day("expires_on", 1, 10, 2020)
    page = bringing.send(client, ADD, typed).text
    for text in ("Enter what it is", "The day it expires must be today or later", "Choose the file again"):
        assert text in page
    assert 'value="8ua-2020/2.2" checked' in page.replace("\n", " ")
    assert bringing.files_in(folder) == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": ""}, "Choose a link, a note or a file"),
        ({"kind": "link", "url": ""}, "Enter the link"),
        ({"kind": "link", "url": "javascript:alert(1)"}, "The link must start with https:// or http://"),
        ({"kind": "note", "note": " "}, "Enter the note"),
        ({"kind": "file"}, "Choose a file"),
        ({"asks": []}, "Choose at least one ask"),
        ({"asks": ["8ua-2020/99.9"]}, "choose one of the answers that are offered"),
        (bringing.day("true_on", 3, 11, 2020), "must be today or in the past"),
        (bringing.day("true_on", 31, 2, 2020), "31 February 2020 is not a real date"),
        ({"title": "Bell\x07"}, "hidden character"),
    ],
)
def test_a_gap_is_told_in_a_sentence(enter: Enter, typed: dict[str, object], sentence: str) -> None:
    answer = bringing.send(enter(Role.LEAD), ADD, said() | {"asks": ["8ua-2020/2.2"]} | typed)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert bringing.rows() == (0, 0)


def test_a_double_click_saves_once_and_keeps_one_file(enter: Enter, folder: Path) -> None:
    client = enter(Role.LEAD)
    opened = bringing.fields(client, ADD)
    first = bringing.send(client, ADD, a_file(made.pdf(), asks=["8ua-2020/2.2"]), opened)
    second = bringing.send(client, ADD, a_file(made.pdf(), asks=["8ua-2020/2.2"]), opened)
    assert first.location == second.location
    assert "Nothing was saved twice" in client.get(second.location).text
    assert bringing.rows() == (1, 1)
    assert len(bringing.files_in(folder)) == 1


def test_a_form_that_is_too_old_saves_nothing_and_keeps_what_was_typed(enter: Enter, folder: Path) -> None:
    opened = {"csrf_token": "made-up", "version": "0", "submission_key": bringing.new_key()}
    answer = bringing.send(enter(Role.LEAD), ADD, a_file(made.pdf(), asks=["8ua-2020/2.2"]), opened)
    assert "Check what you typed and save again" in answer.text
    assert "Board paper on access" in answer.text
    assert bringing.files_in(folder) == []


def test_the_page_of_an_ask_brings_its_ask_along(enter: Enter) -> None:
    page = enter(Role.LEAD).get(f"{ADD}?ask=8ua-2020/6.1").text.replace("\n", " ")
    assert 'value="8ua-2020/6.1" checked' in page
    assert 'value="8ua-2020/2.2" checked' not in page


def test_only_asks_of_its_own_type_are_offered(enter: Enter, world: make.World) -> None:
    """4.4 asks maternity providers, which a system is not."""
    make.person(Role.LEAD, world.north_system)
    assert 'value="8ua-2020/4.4"' in enter(Role.LEAD).get(ADD).text
    assert (
        'value="8ua-2020/4.4"' not in enter(Role.LEAD, world.north_system).get("/organisations/QN1/evidence/add").text
    )


@pytest.mark.parametrize("role", [Role.BOARD, Role.SYSTEM, Role.REGION, Role.NATIONAL])
def test_nobody_else_adds_evidence_and_their_file_is_not_even_received(enter: Enter, folder: Path, role: Role) -> None:
    client = enter(role)
    typed = a_file(made.pdf()) | {"csrf_token": make.csrf_token(client, "/organisations"), "asks": ["8ua-2020/2.2"]}
    assert client.post(ADD, data=typed).status_code == 403
    assert bringing.rows() == (0, 0)
    assert bringing.files_in(folder) == []


def test_a_store_that_cannot_be_used_is_said_plainly_and_nothing_is_saved(
    enter: Enter, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("A file where the folder should be")
    answer = bringing.send(enter(Role.LEAD), ADD, a_file(made.pdf(), asks=["8ua-2020/2.2"]))
    assert answer.status_code == 503
    assert "could not be stored just now, and nothing was saved" in answer.text
    assert bringing.rows() == (0, 0)


def test_text_where_a_file_belongs_is_no_file(enter: Enter) -> None:
    answer = bringing.send(enter(Role.LEAD), ADD, said("file", file="Plan.pdf", asks=["8ua-2020/2.2"]))
    assert "Choose a file" in answer.text


def test_a_file_where_text_belongs_is_no_text(enter: Enter) -> None:
    typed = said(title=(io.BytesIO(b"x"), "x.txt"), asks=["8ua-2020/2.2"])
    assert "Enter what it is" in bringing.send(enter(Role.LEAD), ADD, typed).text
