"""Every word that the service says to the audit: how it comes about, from which role, in which chain, holding what.

The table is the documentation. A word in the source that is missing here turns a test red, and so does a word here that
the source does not say any more.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from integration.audit.stage import Stage
from integration.audit.table_of_verbs import TABLE, WORKED_OUT, Row
from integration.audit.verbs import verbs_in_source

from tracker.accounts.audit_words import VERBS
from tracker.accounts.models import Account, Person
from tracker.appointments.models import Appointment, AppointmentChange
from tracker.audit.models import AuditChain, AuditEntry
from tracker.audit.queries import verify_chains
from tracker.barriers.models import BarrierRevision
from tracker.comments.models import Comment
from tracker.db import session
from tracker.escalations.models import EscalationEvent
from tracker.evidence.models import Evidence, EvidenceCheck
from tracker.progress.models import ProgressEntry, Target


@pytest.fixture
def database_url() -> str:
    """SQLite only: sixty happenings, whose services have tests of their own on both databases."""
    return "sqlite:///:memory:"


@pytest.fixture
def stage(app: Flask, tmp_path: Path) -> Stage:
    return Stage(app, tmp_path)


def test_the_table_has_every_word_that_the_source_says_and_no_other() -> None:
    said, unread = verbs_in_source(WORKED_OUT)
    assert unread == [], "These calls say something that cannot be read: put it in WORKED_OUT."
    assert len(said) > 50, "The search finds too little to be right."
    assert {row.verb for row in TABLE} == said


def test_every_word_has_words_for_people_and_the_filter_offers_no_other() -> None:
    assert set(VERBS) == {row.verb for row in TABLE}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.verb)
def test_it_is_recorded_by_whom_from_which_role_in_which_chain_and_holds_no_name(row: Row, stage: Stage) -> None:
    if row.needs_world:
        stage.build()
    row.happen(stage)
    session().rollback()
    found = session().execute(
        sa.select(AuditEntry, AuditChain.name)
        .join(AuditChain, AuditChain.id == AuditEntry.chain_id)
        .where(AuditEntry.verb == row.verb)
        .order_by(AuditEntry.id.desc())
    )
    entry, chain = next(iter(found), (None, ""))
    assert entry is not None, f"“{row.verb}” was not recorded."
    assert (entry.role, chain, entry.recorded_at) == (row.role, row.chain, NOON)
    assert entry.person_id == stage.find_person(row.by)
    assert entry.request_id, "Nothing says which request or command it was."
    assert entry.before is not None or entry.after is not None or row.verb in SAYS_ALL_BY_ITSELF
    assert len(row.verb) <= 60
    assert len(entry.role) <= 40
    assert _personal_texts_in_audit() == []
    assert verify_chains()[2] == []


SAYS_ALL_BY_ITSELF = {
    "account added",
    "account switched off",
    "address corrected",
    "address correction begun",
    "account switched on",
    "confirmation refused",
    "identity connected",
    "name corrected",
    "other sessions ended",
    "password changed",
    "password link asked for",
    "password link sent",
    "password set by link",
    "personal data exported",
    "recovery codes renewed",
    "second factor removed",
    "second factor replaced",
    "second factor reset",
    "second factor set up",
    "sign-in refused",
    "signed out",
}
"""The word and the person it is about leave nothing to add."""


def _personal_texts_in_audit() -> list[str]:
    """Every name, address, post, narrative and reason that the database holds, where an entry holds it too."""
    columns = (
        Person.name,
        Person.contact_email,
        Account.sign_in_email,
        Appointment.job_title,
        AppointmentChange.reason,
        ProgressEntry.narrative,
        ProgressEntry.reason,
        ProgressEntry.next_step,
        Target.reason,
        Evidence.url,
        Evidence.title,
        Evidence.note,
        Evidence.file_name,
        EvidenceCheck.note,
        Comment.text,
        BarrierRevision.title,
        BarrierRevision.description,
        BarrierRevision.owner,
        BarrierRevision.reason,
        EscalationEvent.text,
    )
    texts = {text for column in columns for text in session().scalars(sa.select(column).distinct()) if text}
    texts |= {word for text in texts for word in re.findall(r"\w+@[\w.]+", text)} | {"Robin", "Kit Larkin"}
    rows = session().execute(sa.select(AuditEntry.verb, AuditEntry.subject, AuditEntry.before, AuditEntry.after))
    audited = [" ".join(map(str, row)) for row in rows]
    assert audited
    return [f"{text} in: {entry}" for text in texts for entry in audited if text in entry]
