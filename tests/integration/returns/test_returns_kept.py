"""What is frozen stays frozen: the hash, its check on each reading, the form of the text, and older forms of it."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.returns.returning import (
    DECIDE,
    ONE,
    approved,
    begin,
    hand_over,
    main_of,
    opened,
    state_of,
    submissions,
)

from tracker import clock
from tracker.accounts.models import Person
from tracker.accounts.rules import Viewer
from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.returns.documents import Altered, frozen, hash_of, read_back
from tracker.returns.models import ReturnRow, ReturnSubmission
from tracker.returns.present import present
from tracker.returns.queries import snapshot_of
from tracker.returns.rows import FrozenAsk, LeadThen


@pytest.fixture
def handed(lead: Viewer) -> ReturnSubmission:
    """A return that is with the board, with something said in every way."""
    tell.say(lead, "2.2", "at_risk", narrative="Two\nlines “quoted” \\ ünd ☂", reason="Why", next_step="Hire")
    tell.say(lead, "2.3", "complete_claimed", evidence_url="https://board.example.nhs.uk/paper")
    tell.agree(lead, "7.1", date(2020, 12, 1))
    hand_over(lead, begin(lead))
    (made,) = submissions()
    return made


def contents() -> list[str]:
    return list(session().scalars(sa.select(ReturnRow.content).order_by(ReturnRow.position)))


def test_what_is_read_back_is_what_stood_there(handed: ReturnSubmission) -> None:
    snapshot = snapshot_of(handed.id)
    assert snapshot.asks == present(handed.organisation_id, None, handed.as_at).asks
    assert snapshot.sha256 == handed.sha256 == hash_of(handed.heading, contents())
    assert (snapshot.heading.number, snapshot.heading.edition, snapshot.heading.organisation_code) == (1, 1, "XN1")
    assert snapshot.heading.known_at == handed.known_at == clock.now()
    assert {"no_lead", "to_confirm", "no_update 8ua-2020/1.1"} < set(snapshot.heading.warnings)


def test_the_same_day_as_known_at_the_same_instant_is_the_same_later(handed: ReturnSubmission, lead: Viewer) -> None:
    before = snapshot_of(handed.id)
    with clock.frozen(datetime(2020, 11, 9, 9, tzinfo=UTC)):
        tell.say(lead, "2.2", "on_track", narrative="Later")
        tell.agree(lead, "7.1", date(2021, 1, 1))
        assert snapshot_of(handed.id) == before
        # A past day is read from the history: what was recorded on a later day is of a later day.
        assert present(handed.organisation_id, None, handed.as_at).asks == before.asks


@pytest.mark.parametrize(
    "what", ["heading", "content", "a row less", "another order", "another class", "what lists read", "hash"]
)
def test_whatever_is_altered_is_found_and_neither_shown_nor_decided_on(
    handed: ReturnSubmission, robin: FlaskClient, ruth: FlaskClient, what: str
) -> None:
    fields_to_decide = opened(ruth, DECIDE)
    rows = sa.select(ReturnRow.id).order_by(ReturnRow.position)
    first, second = list(session().scalars(rows))[:2]
    if what == "heading":
        session().execute(sa.update(ReturnSubmission).values(heading=handed.heading.replace("XN1", "XS1")))
    elif what == "content":
        session().execute(sa.update(ReturnRow).where(ReturnRow.content.contains("Hire")).values(content="{}"))
    elif what == "a row less":
        session().execute(sa.delete(ReturnRow).where(ReturnRow.id == first))
    elif what == "another order":
        session().execute(sa.update(ReturnRow).where(ReturnRow.id == first).values(position=999))
    elif what == "another class":
        better = sa.func.replace(ReturnRow.content, "at_risk", "on_course")
        session().execute(sa.update(ReturnRow).values(content=better))
    elif what == "what lists read":
        session().execute(sa.update(ReturnRow).where(ReturnRow.id == second).values(status="On track"))
    else:
        session().execute(sa.update(ReturnSubmission).values(sha256="0" * 64))
    session().commit()
    with pytest.raises(Altered):
        snapshot_of(handed.id)
    page = main_of(robin.get(ONE))
    assert "is not what was frozen when it was submitted" in page
    assert "Hire" not in page
    assert robin.get(f"{ONE}/rows.csv").location == f"{ONE}?version=1"
    assert "nothing can be decided on it" in main_of(ruth.get(DECIDE))
    answer = ruth.post(DECIDE, data=fields_to_decide | {"decision": "approved"})
    assert "Do not rely on it, and tell whoever runs this service." in main_of(answer)
    assert state_of()[0] == "submitted"


def test_a_hash_that_fits_does_not_help_what_cannot_be_read() -> None:
    for heading, rows in (("{}", []), ("not json", []), ("[]", []), ('{"control": 1}', ["{}"])):
        with pytest.raises(Altered):
            read_back(heading, rows, hash_of(heading, rows))


def test_the_audit_names_the_fingerprint_and_no_word_of_the_return(handed: ReturnSubmission) -> None:
    entry = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "return submitted")).one()
    assert entry.after["sha256"] == handed.sha256
    assert entry.after["known_at"] == handed.known_at.isoformat()
    assert "Eight actions" not in str(entry.after)


def test_the_text_has_one_form_only_and_holds_no_name_of_a_person(handed: ReturnSubmission, lead: Viewer) -> None:
    rows = contents()
    assert all(
        row == json.dumps(json.loads(row), sort_keys=True, ensure_ascii=False, separators=(",", ":")) for row in rows
    )
    assert all("\n" not in row for row in rows)
    assert "ünd ☂" in "".join(rows)
    assert lead.name not in handed.heading + "".join(rows)


def test_a_field_that_a_later_version_adds_is_passed_over_and_one_that_is_missing_is_found(
    handed: ReturnSubmission,
) -> None:
    rows = contents()
    later = [json.dumps({**json.loads(row), "form": 2, "risk": "20"}) for row in rows]
    read = read_back(handed.heading, later, hash_of(handed.heading, later))
    assert read.asks == snapshot_of(handed.id).asks
    for name in [each.name for each in fields(FrozenAsk) if each.default is MISSING]:
        less = [json.dumps({key: value for key, value in json.loads(row).items() if key != name}) for row in rows]
        with pytest.raises(Altered):
            read_back(handed.heading, less, hash_of(handed.heading, less))


def test_a_return_that_was_frozen_before_a_field_came_is_read_with_its_default(handed: ReturnSubmission) -> None:
    rows = contents()
    assert all(json.loads(row)["recorded_on"] == "2020-11-02" for row in rows if json.loads(row)["updated_on"])
    older = [json.dumps({key: each for key, each in json.loads(row).items() if key != "recorded_on"}) for row in rows]
    read = read_back(handed.heading, older, hash_of(handed.heading, older))
    assert {ask.recorded_on for ask in read.asks} == {None}
    assert read.asks == tuple(replace(ask, recorded_on=None) for ask in snapshot_of(handed.id).asks)


def test_the_lead_of_the_day_is_kept_by_number_and_post(handed: ReturnSubmission) -> None:
    snapshot = snapshot_of(handed.id)
    led = replace(snapshot.heading, lead=LeadThen(7, "Chief Nurse"))
    heading, rows, fingerprint = frozen(led, snapshot.asks)
    assert read_back(heading, rows, fingerprint).heading.lead == LeadThen(7, "Chief Nurse")


def test_a_forgotten_submitter_leaves_the_return_as_it_was(lead: Viewer, board: Viewer, robin: FlaskClient) -> None:
    approved(lead, board)
    session().execute(sa.update(Person).where(Person.id.in_((lead.person_id, board.person_id))).values(name=""))
    session().commit()
    page = main_of(robin.get(ONE))
    assert "by a former colleague" in page
    assert "A former colleague, Board member" in page
