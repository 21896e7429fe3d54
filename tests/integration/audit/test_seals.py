"""Seals of the audit: what a chain's own hashes cannot tell a seal tells, and a hash kept elsewhere tells the rest."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from flask.testing import FlaskCliRunner

from tracker.audit import queries
from tracker.audit import service as audit
from tracker.audit.models import AuditChain, AuditEntry, AuditSeal, SealedHead
from tracker.db import database, session, transaction


def record(code: str | None, *subjects: str) -> None:
    with transaction():
        for subject in subjects:
            audit.record(verb="status update", subject=subject, organisation_code=code, after={"entry": 1})


def seal() -> audit.Sealed:
    with transaction():
        sealed = audit.seal_chains()
    assert sealed is not None
    return sealed


@pytest.fixture
def sealed(app: Flask) -> audit.Sealed:
    """Five entries of XN1, three of XS1 and two of the service, sealed; then one more of XN1, sealed again."""
    record("XN1", *"abcde")
    record("XS1", *"fgh")
    record(None, *"ij")
    seal()
    record("XN1", "k")
    return seal()


def chain(code: str) -> AuditChain:
    return session().scalars(sa.select(AuditChain).where(AuditChain.name == code)).one()


def shorten(code: str, length: int) -> None:
    """Take the last entries out and set the head back, as one who can write to the tables would."""
    with transaction():
        head = chain(code)
        session().execute(sa.delete(AuditEntry).where(AuditEntry.chain_id == head.id, AuditEntry.number > length))
        last = session().scalar(
            sa.select(AuditEntry.entry_hash).where(AuditEntry.chain_id == head.id, AuditEntry.number == length)
        )
        head.length, head.head_hash = length, last or ""


def rewrite(code: str, from_number: int) -> None:
    """Tell another story from an entry on, with every hash and the head as they should be."""
    with transaction():
        head = chain(code)
        entries = session().scalars(
            sa.select(AuditEntry)
            .where(AuditEntry.chain_id == head.id, AuditEntry.number >= from_number)
            .order_by(AuditEntry.number)
        )
        before = session().scalar(
            sa.select(AuditEntry.entry_hash).where(AuditEntry.chain_id == head.id, AuditEntry.number == from_number - 1)
        )
        for entry in entries:
            entry.after, entry.previous_hash = {"entry": 2}, before or ""
            before = entry.entry_hash = entry.computed_hash(code)
        head.head_hash = before or ""


def test_a_seal_is_made_over_the_chains_that_have_grown_and_says_its_hash(app: Flask, runner: FlaskCliRunner) -> None:
    assert "There is nothing to seal yet" in runner.invoke(args=["audit", "seal"]).output
    record("XN1", "a")
    record(None, "b")
    first = runner.invoke(args=["audit", "seal"])
    assert (first.exit_code, first.output.splitlines()[0]) == (
        0,
        "Seal 1 is made; chains that had grown: 2. Keep its hash elsewhere:",
    )
    again = runner.invoke(args=["audit", "seal"])
    assert again.output.splitlines() == [
        "Nothing was recorded since seal 1. Its hash is still:",
        first.output.splitlines()[1],
    ]
    record("XN1", "c")
    second = runner.invoke(args=["audit", "seal"]).output.splitlines()
    assert second[0] == "Seal 2 is made; chains that had grown: 1. Keep its hash elsewhere:"
    rows = session().execute(
        sa.select(AuditSeal.number, AuditChain.name, SealedHead.length)
        .join(SealedHead, SealedHead.seal_id == AuditSeal.id)
        .join(AuditChain, AuditChain.id == SealedHead.chain_id)
        .order_by(AuditSeal.number, AuditChain.name)
    )
    assert [tuple(row) for row in rows] == [(1, "XN1", 1), (1, "service", 1), (2, "XN1", 2)]
    seals = session().scalars(sa.select(AuditSeal).order_by(AuditSeal.number)).all()
    assert [each.previous_hash for each in seals] == ["", seals[0].seal_hash]
    assert (seals[1].seal_hash, seals[1].sealed_at) == (second[1], NOON)


def test_what_nobody_touched_is_still_what_was_sealed(sealed: audit.Sealed, runner: FlaskCliRunner) -> None:
    record("XN1", "l")
    result = runner.invoke(args=["audit", "verify", "--seal", f" {sealed.seal_hash.upper()} "])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "12 entries in 3 chains: every one follows from the one before it.",
        "Seals: 2. Every chain is still what was sealed.",
        "The seal you kept is seal 2.",
    ]


@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (lambda: shorten("XN1", 3), "Chain XN1: it is not what was sealed as entry 5 by seal 1."),
        (lambda: shorten("XN1", 5), "Chain XN1: it is not what was sealed as entry 6 by seal 2."),
        (lambda: shorten("XS1", 0), "Chain XS1: it is not what was sealed as entry 3 by seal 1."),
        (lambda: rewrite("XN1", 3), "Chain XN1: it is not what was sealed as entry 5 by seal 1."),
        (lambda: rewrite("XN1", 1), "Chain XN1: it is not what was sealed as entry 5 by seal 1."),
        (lambda: rewrite("XN1", 6), "Chain XN1: it is not what was sealed as entry 6 by seal 2."),
    ],
)
@pytest.mark.usefixtures("sealed")
def test_a_chain_that_was_shortened_or_told_anew_is_found_although_its_own_hashes_agree(
    runner: FlaskCliRunner, meddle: Callable[[], None], said: str
) -> None:
    meddle()
    assert queries.verify_chains()[2] == [], "This meddling is found without seals."
    session().rollback()
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert result.output.splitlines()[-2:] == [said, "Error: The audit is not what was sealed."]


def change_seal(number: int, **values: object) -> None:
    session().execute(sa.update(AuditSeal).where(AuditSeal.number == number).values(**values))


def heads_of(number: int) -> sa.ColumnElement[bool]:
    return SealedHead.seal_id.in_(sa.select(AuditSeal.id).where(AuditSeal.number == number))


def remove_seal(number: int) -> None:
    session().execute(sa.delete(SealedHead).where(heads_of(number)))
    session().execute(sa.delete(AuditSeal).where(AuditSeal.number == number))


def forge_first_seal() -> None:
    """Make the first seal anew as of another day, with the hash that belongs to it, and hang the second on it."""
    first, second = session().scalars(sa.select(AuditSeal).order_by(AuditSeal.number)).all()
    heads = session().execute(
        sa.select(AuditChain.name, SealedHead.length, SealedHead.head_hash)
        .join(SealedHead, SealedHead.chain_id == AuditChain.id)
        .where(heads_of(1))
    )
    first.sealed_at = datetime(2020, 9, 1, tzinfo=UTC)
    first.seal_hash = second.previous_hash = first.computed_hash((row[0], row[1], row[2]) for row in heads)


def rename_chain() -> None:
    session().execute(sa.update(AuditChain).where(AuditChain.name == "XS1").values(name="XS2"))


@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (lambda: change_seal(1, seal_hash="0" * 64), "Seal 1: it was changed."),
        (lambda: change_seal(2, previous_hash="0" * 64), "Seal 2: it was changed."),
        (lambda: change_seal(1, sealed_at=datetime(2020, 9, 1, tzinfo=UTC)), "Seal 1: it was changed."),
        (lambda: session().execute(sa.delete(SealedHead).where(heads_of(2))), "Seal 2: it was changed."),
        (
            lambda: session().execute(sa.update(SealedHead).where(heads_of(2)).values(length=5)),
            "Seal 2: it was changed.",
        ),
        (lambda: remove_seal(1), "Seal 2: the one before it is missing."),
        (rename_chain, "Seal 1: it was changed."),
        (forge_first_seal, "Seal 2: it was changed."),
    ],
)
@pytest.mark.usefixtures("sealed")
def test_a_seal_that_was_changed_or_taken_out_is_found(
    runner: FlaskCliRunner, meddle: Callable[[], object], said: str
) -> None:
    meddle()
    session().commit()
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert said in result.output.splitlines()


def test_a_whole_new_audit_is_given_away_by_the_hash_that_was_kept(
    sealed: audit.Sealed, runner: FlaskCliRunner
) -> None:
    """Somebody who may do everything tells the whole story anew, seals included; nothing inside contradicts it."""
    remove_seal(2)
    remove_seal(1)
    session().commit()
    rewrite("XN1", 2)
    assert seal().number == 1
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    result = runner.invoke(args=["audit", "verify", "--seal", sealed.seal_hash])
    assert result.exit_code == 1
    assert "The seal you kept is not among the seals" in result.output


@pytest.mark.parametrize("given", ["", "abc", "g" * 64, "0" * 63, "0" * 65])
def test_what_is_no_hash_is_answered_with_a_sentence(runner: FlaskCliRunner, given: str) -> None:
    result = runner.invoke(args=["audit", "verify", "--seal", given])
    assert (result.exit_code, result.output) == (
        1,
        "Error: That is not the hash of a seal: it has 64 digits and letters from a to f.\n",
    )


def needs_several_connections() -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite in memory has one connection, so nobody can save in between.")


def test_saves_in_the_middle_of_sealing_spoil_neither(app: Flask) -> None:
    """Somebody saves after each statement of the sealing, on a connection of their own."""
    needs_several_connections()
    record("XN1", "a")
    record("XS1", "b")
    saving = threading.local()

    @sa.event.listens_for(database.engine, "after_cursor_execute")
    def _save(*_: object) -> None:
        if getattr(saving, "is_under_way", True):
            return
        saving.is_under_way = True
        in_a_thread(app, lambda: (record("XN1", "c"), record("XN2", "d")))
        saving.is_under_way = False

    try:
        saving.is_under_way = False
        sealed = seal()
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", _save)
    assert sealed.chains >= 2
    chains, entries, faults = queries.verify_chains()
    assert (chains, faults) == (3, [])
    assert entries > 6, "Nobody saved in between."
    assert queries.verify_seals() == (1, [])
    session().rollback()
    assert seal().number == 2
    assert queries.verify_seals() == (2, [])


def test_two_who_seal_at_once_and_many_who_save_leave_one_row_of_seals(app: Flask) -> None:
    needs_several_connections()
    record("XN1", "a")
    faults: list[BaseException] = []

    def work(do: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                for _ in range(8):
                    do()
            except BaseException as fault:
                faults.append(fault)

        return run

    jobs = [seal, seal, lambda: record("XN1", "b"), lambda: record("XS1", "c"), lambda: record(None, "d")]
    threads = [started(app, work(job)) for job in jobs]
    for thread in threads:
        thread.join()
    assert faults == []
    assert queries.verify_chains() == (3, 25, [])
    seals, wrong = queries.verify_seals()
    assert wrong == []
    assert seals >= 1


def started(app: Flask, work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        with app.app_context():
            work()
            database.session.remove()

    thread = threading.Thread(target=contextvars.Context().run, args=(run,))
    thread.start()
    return thread


def in_a_thread(app: Flask, work: Callable[[], object]) -> None:
    started(app, work).join()
