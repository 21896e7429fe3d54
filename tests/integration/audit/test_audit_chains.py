"""The audit's chains: whole while nobody meddles, and broken by every way of meddling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import sqlalchemy.orm
from flask import Flask
from flask.testing import FlaskCliRunner

from tracker.audit import service as audit
from tracker.audit.models import AuditChain, AuditEntry
from tracker.audit.queries import verify_chains
from tracker.db import database, session, transaction


@pytest.fixture
def chains(app: Flask) -> None:
    """Three entries in each of two organisations' chains and one in the service's."""
    with transaction():
        for number in range(3):
            for code in ("XN1", "XS1"):
                audit.record(
                    verb="status update",
                    subject=f"{code}/8ua-2020/2.{number}",
                    organisation_code=code,
                    before={"status_class": "no_update", "true_on": date(2020, 11, 2)},
                    after={"status_class": "on_course", "at": datetime(2020, 11, 2, 12, tzinfo=UTC), "number": number},
                )
        audit.record(verb="frameworks loaded", subject="8ua-2020")


def entry(code: str, number: int) -> sa.ColumnElement[bool]:
    chain = sa.select(AuditChain.id).where(AuditChain.name == code).scalar_subquery()
    return sa.and_(AuditEntry.chain_id == chain, AuditEntry.number == number)


def chain_id(code: str) -> int:
    return session().scalars(sa.select(AuditChain.id).where(AuditChain.name == code)).one()


def change(code: str, number: int, **values: object) -> None:
    session().execute(sa.update(AuditEntry).where(entry(code, number)).values(**values))


def remove(code: str, number: int) -> None:
    session().execute(sa.delete(AuditEntry).where(entry(code, number)))


def exchange() -> None:
    """Make each organisation's history the other's."""
    for old, new in (("XN1", "aside"), ("XS1", "XN1"), ("aside", "XS1")):
        session().execute(sa.update(AuditChain).where(AuditChain.name == old).values(name=new))


def move_tail() -> None:
    """Hang an entry of one chain on the end of another."""
    moved = {"chain_id": chain_id("XS1"), "number": 4}
    session().execute(sa.update(AuditEntry).where(entry("XN1", 3)).values(**moved))


@pytest.mark.usefixtures("chains")
def test_chains_that_nobody_touched_hold(runner: FlaskCliRunner) -> None:
    assert verify_chains() == (3, 7, [])
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 0
    assert "7 entries in 3 chains" in result.output


def test_an_empty_audit_holds(runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0


@pytest.mark.usefixtures("chains")
@pytest.mark.parametrize(
    ("meddle", "said"),
    [
        (lambda: change("XN1", 2, verb="status taken back"), "Chain XN1: entry 2 was changed."),
        (lambda: change("XN1", 2, subject="XN1/8ua-2020/8.4"), "Chain XN1: entry 2 was changed."),
        (lambda: change("XN1", 2, after={"status_class": "done_assured"}), "Chain XN1: entry 2 was changed."),
        (lambda: change("XN1", 2, before=None), "Chain XN1: entry 2 was changed."),
        (lambda: change("XN1", 2, role="national"), "Chain XN1: entry 2 was changed."),
        (lambda: change("XN1", 2, request_id="another"), "Chain XN1: entry 2 was changed."),
        (lambda: change("XN1", 1, recorded_at=datetime(2020, 9, 1, tzinfo=UTC)), "Chain XN1: entry 1 was changed."),
        (lambda: change("XN1", 1, entry_hash="0" * 64), "Chain XN1: entry 1 was changed."),
        (lambda: remove("XN1", 1), "Chain XN1: an entry is missing before number 2."),
        (lambda: remove("XN1", 2), "Chain XN1: an entry is missing before number 3."),
        (lambda: remove("XN1", 3), "Chain XN1: its last entries are missing or its head was changed."),
        (move_tail, "Chain XS1: entry 4 was changed."),
        (exchange, "Chain XN1: entry 1 was changed."),
        (
            lambda: session().execute(sa.update(AuditChain).where(AuditChain.name == "XN1").values(length=2)),
            "Chain XN1: its last entries are missing or its head was changed.",
        ),
    ],
)
def test_every_way_of_meddling_is_found_and_named(
    runner: FlaskCliRunner, meddle: Callable[[], object], said: str
) -> None:
    meddle()
    session().commit()
    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert said in result.output
    assert "of 3 audit chains are broken." in result.output


@pytest.mark.usefixtures("chains")
def test_an_entry_stands_or_falls_with_the_change_it_tells_of() -> None:
    with pytest.raises(RuntimeError):
        _fail_after_recording()
    assert verify_chains() == (3, 7, [])


def _fail_after_recording() -> None:
    with transaction():
        audit.record(verb="status update", subject="XN1/8ua-2020/2.2", organisation_code="XN1")
        raise RuntimeError("The change itself failed.")


@pytest.mark.usefixtures("chains")
def test_a_check_in_the_middle_of_a_save_is_no_false_alarm(app: Flask) -> None:
    """Somebody saves between the check's beginning and its end; heads and entries come of one statement."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite in memory has one connection, so nobody can save in between.")
    statements = []

    @sa.event.listens_for(database.engine, "after_cursor_execute")
    def _save(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)
        if len(statements) == 1:
            with database.engine.connect() as other, sa.orm.Session(other) as saving:
                _add_one_entry(saving)

    try:
        assert verify_chains()[2] == []
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", _save)
    session().rollback()
    assert verify_chains() == (3, 8, [])


def _add_one_entry(saving: sa.orm.Session) -> None:
    chain = saving.scalars(sa.select(AuditChain).where(AuditChain.name == "XN1")).one()
    added = AuditEntry(
        chain_id=chain.id,
        number=chain.length + 1,
        recorded_at=datetime(2020, 11, 2, 13, tzinfo=UTC),
        verb="status update",
        subject="XN1/8ua-2020/2.2",
        role="",
        request_id="",
        previous_hash=chain.head_hash,
    )
    added.entry_hash = added.computed_hash("XN1")
    chain.length, chain.head_hash = added.number, added.entry_hash
    saving.add(added)
    saving.commit()


@pytest.mark.parametrize("length", [120, 121, 2000])
def test_a_subject_too_long_for_its_column_is_cut_and_stops_nothing(app: Flask, length: int) -> None:
    with transaction():
        audit.record(verb="progress exported", subject="x" * length)
    kept = session().scalars(sa.select(AuditEntry.subject)).one()
    assert kept == ("x" * 120 if length == 120 else "x" * 119 + "…")
    assert verify_chains()[2] == []
