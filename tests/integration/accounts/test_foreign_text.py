"""No word of an organisation outside somebody's scope reaches them: on no page, in no csv, workbook or search."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from pathlib import Path

import make
import pytest
import sqlalchemy as sa
import stored_rows
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts import canaries, marking
from integration.accounts.canaries import Canaries, Kind
from integration.accounts.marking import SHARES
from integration.accounts.pages_to_read import read_all

from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.frameworks.rules import OrganisationType
from tracker.schema import METADATA

NORTH = {"XN1", "XN2", "XN3", "0N1", "QN1", "QN2"}
ENGLAND = NORTH | {"XS1", "QS1"}
EVERY = {*ENGLAND, "YN1", "YS1"}
# Whose words of each kind somebody reads: their own organisation's, and the names of what it lies in.
OWN = {Kind.NAME: {"XN1", "QN1", "YN1", SHARES}, Kind.SAID: {"XN1"}, Kind.SHARED: {SHARES}}
TALKS = {Kind.TALK: {"XN1"}, Kind.COLLEAGUE: {"YN1"}}
READS: Mapping[str, Mapping[Kind, set[str]]] = {
    "nobody": {},
    "lead": {**OWN, **TALKS, Kind.PEOPLE: {"XN1"}, Kind.AUDIT: {"XN1"}},
    "contributor": {**OWN, **TALKS},
    "board": {**OWN, Kind.AUDIT: {"XN1"}},
    "system": {
        Kind.NAME: {"QN1", "XN1", "XN3", "0N1", "YN1", SHARES},
        Kind.SHARED: {SHARES},
        Kind.SAID: {"QN1", "XN1", "XN3", "0N1"},
        Kind.AUDIT: {"QN1"},
        Kind.TALK: {"QN1"},
        Kind.COLLEAGUE: {"YN1"},
    },
    "region": {
        Kind.NAME: {*NORTH, "YN1", SHARES},
        Kind.SHARED: {SHARES},
        Kind.SAID: NORTH,
        Kind.PEOPLE: {*NORTH, "YN1"},
        Kind.AUDIT: {"YN1"},
        Kind.TALK: {"XN1", "XN2", "XN3", "QN1"},
        Kind.COLLEAGUE: {"YN1"},
    },
    "national": {Kind.NAME: EVERY, Kind.SAID: ENGLAND, Kind.SHARED: {SHARES}},
    "administrator": {Kind.NAME: EVERY, Kind.PEOPLE: EVERY, Kind.AUDIT: EVERY, Kind.COLLEAGUE: {"YN1", "YS1"}},
}


def on_both(everybody: Iterable[str], some: Iterable[str]) -> list[tuple[str, str]]:
    """Everybody on SQLite, and some on PostgreSQL: the queries are the same, and reading everything takes minutes."""
    return [*(("sqlite", who) for who in everybody), *(("postgresql", who) for who in some)]


_MARKED: list[tuple[bytes, Path, Canaries]] = []
"""The database in memory when everything was marked, its files of evidence, and the marks: to say it all takes long."""


@pytest.fixture
def marks(app: Flask, country: object, world: make.World) -> Canaries:
    """A country in which every text of every organisation is marked."""
    files = Path(app.extensions["settings"].evidence_url)
    if _MARKED and stored_rows.as_bytes() is not None:
        content, kept, marked = _MARKED[0]
        stored_rows.put_bytes(content)
        if kept.exists():
            shutil.copytree(kept, files, dirs_exist_ok=True)
        return marked
    marked = _marked(world)
    content_now = stored_rows.as_bytes()
    if content_now is not None:
        _MARKED.append((content_now, files, marked))
    return marked


def _marked(world: make.World) -> Canaries:
    make.organisation(
        "XN4", "Closed Hospitals NHS Trust", OrganisationType.TRUST, region=world.north_region, closed_on=make.LONG_AGO
    )
    session().commit()
    return marking.mark_everything({code: number for code, number in marking.ids_by_code().items() if code in EVERY})


def is_for(who: str, code: str, column: str) -> bool:
    return any(code in READS[who].get(kind, ()) for kind in canaries.READ_AS[column])


def test_every_text_that_is_stored_is_marked_or_named_with_the_reason_why_not() -> None:
    told = {*canaries.READ_AS, *canaries.LOOKED_UP}
    for table in METADATA.sorted_tables:
        names = {f"{table.name}.{column.name}" for column in canaries.text_columns(table)}
        if canaries.belongs_to_an_organisation(table):
            assert names <= told, f"Say who may read {names - told}."
        elif names:
            assert table.name in canaries.OF_NO_ORGANISATION, f"Say whose text {table.name} holds."
    there = {f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.columns}
    assert {name for name in told if not name.startswith(("approver.", "author.", "lead.", "regional."))} <= there
    assert set(canaries.OF_NO_ORGANISATION) <= {table.name for table in METADATA.sorted_tables}


def test_every_organisation_is_marked_in_every_column(marks: Canaries) -> None:
    assert set(marks.columns) == set(canaries.READ_AS)
    stored = "\n".join(
        str(row) for table in METADATA.sorted_tables for row in session().execute(sa.select(table)).all()
    )
    found = marks.found_in(stored)
    only_tracked = (
        "progress_entry.",
        "target.",
        "target_request.",
        "appointment",
        "evidence",
        "lead.",
        "approver.",
        "author.",
        "person.",
        "barrier_revision.",
        "escalation_event.",
        "measure_",
        "own_measure.",
        "return_",
        "shared_note.",
        "ledger_entry.",
        "snooze.",
    )
    for code, column in product(EVERY, marks.columns):
        is_exempt = column.startswith(only_tracked if code in canaries.REGIONS else "regional.")
        assert (code, column) in found or is_exempt, (code, column)


@pytest.mark.parametrize(("database_url", "who"), on_both(READS, ("lead",)), indirect=["database_url"])
def test_everybody_reads_the_words_in_their_scope_and_no_others(
    app: Flask, enter: Callable[[str], FlaskClient], marks: Canaries, who: str
) -> None:
    text = read_all(enter(who), app)
    found = marks.found_in(text)
    foreign = sorted((code, column) for code, column in found if not is_for(who, code, column))
    assert not foreign, foreign
    for kind, codes in READS[who].items():
        read = {code for code, column in found if canaries.READ_AS[column] == {kind}}
        assert read >= codes, f"{who} should read {kind} of {codes - read}, and this test could not have failed."


@pytest.mark.parametrize(
    ("database_url", "who", "how"),
    [
        (database, who, how)
        for database, who in on_both(("lead", "region", "administrator"), ())
        for how in ("role ended", "switched off", "organisation closed")
        if (who, how) != ("administrator", "organisation closed")
    ],
    indirect=["database_url"],
)
def test_somebody_who_has_no_role_any_more_reads_nothing_with_the_cookie_they_have(
    app: Flask, enter: Callable[[str], FlaskClient], country: object, marks: Canaries, who: str, how: str
) -> None:
    """The rows are changed by hand: that services end the session as well is another test's matter."""
    client = enter(who)
    person = session().scalars(sa.select(Account.person_id).order_by(Account.id.desc())).first()
    if how == "role ended":
        session().execute(sa.update(Membership).where(Membership.person_id == person).values(ended_at=make.LONG_AGO))
    elif how == "switched off":
        session().execute(sa.update(Account).where(Account.person_id == person).values(is_active=False))
    else:
        life, body = METADATA.tables["organisation_life"], country.body_of(Role(who))  # type: ignore[attr-defined]
        session().execute(sa.update(life).where(life.c.organisation_id == body).values(ends_on=make.LONG_AGO.date()))
    session().commit()
    assert marks.found_in(read_all(client, app, of_each=4)) == set()
