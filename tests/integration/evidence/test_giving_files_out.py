"""A file is given to those who may see it, as it was kept, for saving only; a changed or a missing one is not given."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.evidence import bringing
from integration.evidence.bringing import XN1, a_file, add, said
from unit.evidence import made_files as made

from tracker.accounts.rules import Role
from tracker.db import session
from tracker.evidence.models import Evidence
from tracker.evidence.rules import FileType

Enter = Callable[..., FlaskClient]


def given(client: FlaskClient, path: str) -> bytes:
    answer = client.get(path, buffered=True)
    assert answer.status_code == 200, answer.text
    return answer.data


@pytest.mark.parametrize("kind", list(FileType))
def test_a_file_comes_back_byte_for_byte_as_an_attachment_of_its_own_type(enter: Enter, kind: FileType) -> None:
    content = made.GOOD[kind.value]
    evidence_id = add(enter(Role.LEAD), a_file(content, "Cynllun – iechyd.xyz"))
    answer = enter(Role.BOARD).get(f"{XN1}/{evidence_id}/file", buffered=True)
    assert answer.data == content
    assert answer.headers["Content-Type"] == kind.content_type
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    end = kind.extensions[0]
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert f"filename*=UTF-8''Cynllun%20%E2%80%93%20iechyd.xyz{end}" in disposition


def test_a_name_with_quotes_and_line_ends_of_html_breaks_no_header(enter: Enter) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf(), "a;b=c 100%.pdf"))
    answer = enter(Role.LEAD).get(f"{XN1}/{evidence_id}/file", buffered=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a;b=c 100%.pdf"'


def test_who_downloaded_what_is_written_down(enter: Enter, world: make.World) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf()))
    given(enter(Role.REGION), f"{XN1}/{evidence_id}/file")
    (entry,) = bringing.audited("evidence downloaded")
    assert (entry.person_id, entry.role) == (make.person(Role.REGION, world.north_region), "region")
    assert entry.after == {"evidence": evidence_id, "version": 1}


def test_a_changed_file_is_not_given_and_that_is_said_and_written_down(enter: Enter, folder: Path) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf(), "Plan.pdf"))
    (path,) = bringing.files_in(folder)
    content = path.read_bytes()
    for changed in (content[:-1] + b"\x00", content + b"\n", content[:-1], b""):
        path.write_bytes(changed)
        answer = enter(Role.LEAD).get(f"{XN1}/{evidence_id}/file")
        assert answer.status_code == 409
        assert "“Plan.pdf” is not the one that was added" in answer.text
        assert "%PDF" not in answer.text
    refused = bringing.audited("evidence file refused")
    assert [entry.after for entry in refused] == [{"evidence": evidence_id, "version": 1, "is_missing": False}] * 4
    assert bringing.audited("evidence downloaded") == []


def test_a_file_that_is_gone_is_said_to_be_missing(enter: Enter, folder: Path) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf()))
    bringing.files_in(folder)[0].unlink()
    answer = enter(Role.LEAD).get(f"{XN1}/{evidence_id}/file")
    assert answer.status_code == 409
    assert "is not where it was kept" in answer.text
    (entry,) = bringing.audited("evidence file refused")
    assert entry.after == {"evidence": evidence_id, "version": 1, "is_missing": True}


def test_a_store_that_cannot_be_used_is_out_of_service(enter: Enter, folder: Path) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf()))
    path = bringing.files_in(folder)[0]
    path.unlink()
    path.mkdir()
    assert enter(Role.LEAD).get(f"{XN1}/{evidence_id}/file").status_code == 503


def test_somebody_elses_evidence_is_not_found_under_any_code(enter: Enter, world: make.World) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf()))
    make.person(Role.LEAD, world.south_trust)
    stranger = enter(Role.LEAD, world.south_trust)
    for code in ("XN1", "XS1"):
        for page in ("", "/file", "/new-version", "/asks", "/expiry"):
            assert stranger.get(f"/organisations/{code}/evidence/{evidence_id}{page}").status_code == 404, (code, page)
    assert stranger.get(f"{XN1}").status_code == 404
    assert stranger.get("/organisations/XN1/evidence.csv").status_code == 404
    assert "Board paper" not in stranger.get("/organisations/XS1/evidence").text
    assert bringing.audited("evidence downloaded") == []
    reasons = [entry.after for entry in bringing.audited("refused")]
    assert {"reason": "out of reach", "organisation": "XS1"} in reasons


def test_a_region_reads_the_evidence_of_its_own_organisations_only(enter: Enter, world: make.World) -> None:
    north = add(enter(Role.LEAD), a_file(made.pdf()))
    make.person(Role.LEAD, world.south_trust)
    south = add(enter(Role.LEAD, world.south_trust), a_file(made.pdf()), code="XS1")
    region = enter(Role.REGION)
    assert given(region, f"{XN1}/{north}/file")
    assert region.get(f"/organisations/XS1/evidence/{south}/file").status_code == 404
    assert region.get(f"{XN1}/{south}/file").status_code == 404


def test_each_version_stays_readable_and_another_version_is_not_found(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    evidence_id = add(lead, a_file(made.pdf()))
    second = made.open_xml()
    assert bringing.send(lead, f"{XN1}/{evidence_id}/new-version", a_file(second, "Plan.docx")).status_code == 302
    assert given(lead, f"{XN1}/{evidence_id}/file") == second
    assert given(lead, f"{XN1}/{evidence_id}/file?version=2") == second
    assert given(lead, f"{XN1}/{evidence_id}/file?version=1").startswith(b"%PDF")
    for version in ("3", "0", "-1", "x", "9" * 30):
        assert lead.get(f"{XN1}/{evidence_id}/file?version={version}").status_code == 404
    later = bringing.newest().id
    assert lead.get(f"{XN1}/{later}").status_code == 404, "A later version is no piece of its own."


def test_a_link_and_a_note_have_no_file(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    for kind in ("link", "note"):
        assert lead.get(f"{XN1}/{add(lead, said(kind))}/file").status_code == 404


def test_a_key_that_somebody_wrote_into_the_table_leads_to_no_other_file(enter: Enter, folder: Path) -> None:
    """Whoever can write to the database still reads no other file of the machine: the sum does not fit."""
    lead = enter(Role.LEAD)
    evidence_id = add(lead, a_file(made.pdf()))
    (folder.parent / "secret").write_text("x")
    session().execute(sa.update(Evidence).values(storage_key="../secret"))
    session().commit()
    assert lead.get(f"{XN1}/{evidence_id}/file").status_code == 409


def test_a_large_file_is_sent_piece_by_piece(enter: Enter) -> None:
    content = made.picture().ljust(5 * made.MEGABYTE, b"\0")
    evidence_id = add(enter(Role.LEAD), a_file(content, "large.png"))
    answer = enter(Role.LEAD).get(f"{XN1}/{evidence_id}/file")
    pieces = list(answer.iter_encoded())
    answer.close()
    assert max(map(len, pieces)) < made.MEGABYTE
    assert b"".join(pieces) == content


def test_the_upload_is_never_whole_in_memory(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every read of the stream that came is a small piece."""
    from tracker.evidence import storage

    asked: list[int] = []
    keep = storage.Store.keep

    class Watched(io.RawIOBase):
        def __init__(self, stream: object) -> None:
            self.stream = stream

        def read(self, size: int = -1) -> bytes:
            asked.append(size)
            return self.stream.read(size)  # type: ignore[attr-defined, no-any-return]

    monkeypatch.setattr(storage.Store, "keep", lambda self, stream: keep(self, Watched(stream)))  # type: ignore[arg-type]
    add(enter(Role.LEAD), a_file(made.picture().ljust(3 * made.MEGABYTE, b"\0"), "a.png"))
    assert asked
    assert all(0 < size <= made.MEGABYTE for size in asked)
