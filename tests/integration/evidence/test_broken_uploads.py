"""A crash half-way leaves no row without a file, and after a sweep no file without a row."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from flask.testing import FlaskClient, FlaskCliRunner
from integration.evidence import bringing
from integration.evidence.bringing import XN1, a_file, add, send
from unit.evidence import made_files as made

from tracker import clock
from tracker.accounts.rules import Role
from tracker.db import database, session, transaction
from tracker.evidence import service, storage
from tracker.evidence.models import Evidence

Enter = Callable[..., FlaskClient]


class PowerCut(BaseException):
    """The process is gone: nothing after it runs that an exception handler of ours would do."""


def swept(runner: FlaskCliRunner, *options: str, hours: int = 25) -> str:
    with clock.frozen(NOON + timedelta(hours=hours)):
        return runner.invoke(args=["evidence", "sweep", *options]).output.strip()


def test_a_crash_while_the_file_is_written_leaves_no_row_and_the_sweep_takes_the_rest(
    enter: Enter, folder: Path, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = enter(Role.LEAD)
    add(lead, a_file(made.pdf()))

    def cut(_file: int) -> None:
        raise PowerCut

    monkeypatch.setattr(storage.os, "fsync", cut)
    with pytest.raises(PowerCut):
        send(lead, f"{XN1}/add", a_file(made.pdf(), asks=["8ua-2020/2.2"]))
    monkeypatch.undo()
    assert bringing.rows() == (1, 1)
    assert len(bringing.files_in(folder)) == 2
    assert swept(runner, hours=23) == "removed 0, kept 1, too new 1, missing 0"
    assert swept(runner, "--dry-run") == "would remove 1, kept 1, too new 0, missing 0"
    assert len(bringing.files_in(folder)) == 2
    assert swept(runner) == "removed 1, kept 1, too new 0, missing 0"
    assert [path.name for path in bringing.files_in(folder)] == [bringing.newest().storage_key]
    (entry,) = bringing.audited("evidence files swept")
    assert (entry.after, entry.role) == ({"removed": 1}, "command line")
    assert swept(runner) == "removed 0, kept 1, too new 0, missing 0"
    assert len(bringing.audited("evidence files swept")) == 1


def test_a_crash_before_the_commit_leaves_a_file_that_the_sweep_takes(
    enter: Enter, folder: Path, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = enter(Role.LEAD)

    def cut() -> None:
        raise PowerCut

    opened = bringing.fields(lead, f"{XN1}/add")
    with monkeypatch.context() as patch:
        patch.setattr(service, "_audited", lambda *_given: cut())
        with pytest.raises(PowerCut):
            send(lead, f"{XN1}/add", a_file(made.pdf(), asks=["8ua-2020/2.2"]), opened)
    assert bringing.rows() == (0, 0)
    assert len(bringing.files_in(folder)) == 1
    assert swept(runner) == "removed 1, kept 0, too new 0, missing 0"
    assert bringing.files_in(folder) == []


def test_a_commit_whose_answer_was_lost_keeps_its_file(
    enter: Enter, folder: Path, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database has the row, and the application was told that something went wrong: the file must stay."""
    lead = enter(Role.LEAD)
    opened = bringing.fields(lead, f"{XN1}/add")
    commit = type(database.session()).commit

    def commit_and_fail(self: object) -> None:
        is_there = session().scalar(sa.select(sa.func.count()).select_from(Evidence))
        commit(self)  # type: ignore[arg-type]
        if is_there:
            raise ConnectionError("The server closed the connection.")

    with monkeypatch.context() as patch:
        patch.setattr(type(database.session()), "commit", commit_and_fail)
        with pytest.raises(ConnectionError):
            send(lead, f"{XN1}/add", a_file(made.pdf(), asks=["8ua-2020/2.2"]), opened)
    assert bringing.rows() == (1, 1)
    assert swept(runner) == "removed 0, kept 1, too new 0, missing 0"
    assert lead.get(f"{XN1}/{bringing.newest().id}/file", buffered=True).data == made.pdf()
    again = send(lead, f"{XN1}/add", a_file(made.pdf(), asks=["8ua-2020/2.2"]), opened)
    assert again.status_code == 302, "The person sends it again, and it is known."
    assert bringing.rows() == (1, 1)
    assert len(bringing.files_in(folder)) == 1


def test_the_sweep_names_what_is_missing_and_leaves_what_is_not_ours(
    enter: Enter, folder: Path, runner: FlaskCliRunner
) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf()))
    bringing.files_in(folder)[0].unlink()
    (folder / "README").write_text("Not ours")
    (folder / "deeper").mkdir()
    (folder / "deeper" / ("20200101T000000-" + "0" * 32)).write_text("Not ours either")
    with clock.frozen(NOON + timedelta(hours=25)):
        result = runner.invoke(args=["evidence", "sweep"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "removed 0, kept 0, too new 0, missing 1",
        f"Error: The file is missing of evidence {evidence_id}.",
    ]
    assert len(bringing.files_in(folder)) == 3


def test_a_sweep_before_the_first_file_finds_nothing(runner: FlaskCliRunner, world: make.World) -> None:
    assert swept(runner) == "removed 0, kept 0, too new 0, missing 0"


def test_a_sweep_says_in_one_sentence_what_is_wrong(
    runner: FlaskCliRunner, world: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in ("0", "-1", "soon"):
        result = runner.invoke(args=["evidence", "sweep", "--older-than", wrong])
        assert (result.exit_code, len(result.output.splitlines())) == (1, 1), result.output

    def fail(_self: object) -> None:
        raise storage.StorageUnavailable

    monkeypatch.setattr(storage.Store, "keys", fail)
    result = runner.invoke(args=["evidence", "sweep"])
    assert (result.exit_code, result.output.strip()) == (
        1,
        "Error: The store of evidence cannot be used. Check EVIDENCE_URL.",
    )


def test_a_file_that_is_being_added_while_the_sweep_runs_stays(
    enter: Enter, folder: Path, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row is committed between the look into the folder and the look into the table."""
    lead = enter(Role.LEAD)
    keys = storage.Store.keys

    def and_meanwhile(self: storage.Store) -> list[str]:
        with clock.frozen(NOON):
            add(lead, a_file(made.pdf()))
        return list(keys(self))

    monkeypatch.setattr(storage.Store, "keys", and_meanwhile)
    assert swept(runner) == "removed 0, kept 1, too new 0, missing 0"


def test_what_has_expired_lapses_by_the_command_once(enter: Enter, runner: FlaskCliRunner) -> None:
    add(enter(Role.LEAD), bringing.said(**bringing.day("expires_on", 2, 11, 2020)))
    assert runner.invoke(args=["evidence", "expire"]).output == "expired 0\n"
    with clock.frozen(NOON + timedelta(days=1)):
        assert runner.invoke(args=["evidence", "expire"]).output == "expired 1\n"
        assert runner.invoke(args=["evidence", "expire"]).output == "expired 0\n"
    (entry,) = bringing.audited("evidence expired")
    assert entry.role == "command line"


def test_a_refusal_by_the_service_takes_the_file_away_at_once(folder: Path, world: make.World) -> None:
    class Refused(storage.KeepNothing):
        pass

    def refuse() -> None:
        with storage.kept(io.BytesIO(b"x")), transaction():
            assert len(bringing.files_in(folder)) == 1
            raise Refused

    with pytest.raises(Refused):
        refuse()
    assert bringing.files_in(folder) == []
    session().rollback()
