"""An assurance lapses by itself, in the transaction of whatever changes what was signed for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa
import tell
from conftest import NOON
from flask.testing import FlaskClient
from integration.assurance.assuring import claim, note, now, send, text_of
from integration.evidence.standing import ask_id
from integration.mail.awaited import digests, lines_of, waiting

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.appointments import leads
from tracker.appointments.leads import LeadDetails
from tracker.assurance.lapsing import lapse_with_time
from tracker.assurance.models import SignOff, SignOffEvidence
from tracker.assurance.rules import LapseCause
from tracker.db import session, transaction
from tracker.evidence import service as evidence
from tracker.evidence.expiring import let_expire
from tracker.evidence.rows import NewVersion
from tracker.evidence.rules import EvidenceKind
from tracker.frameworks import effects as asked_effects
from tracker.frameworks.models import AskContent, FrameworkRevision
from tracker.frameworks.rules import StatusClass
from tracker.mail.topics import Topic
from tracker.organisations.queries import get_open_organisation
from tracker.progress import kept
from tracker.progress.kept_models import StandingNow

LAPSED = "The assurance has lapsed, because something changed since. The page says what"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def actor(viewer: Viewer) -> evidence.Actor:
    return evidence.Actor(get_open_organisation("XN1"), viewer.person_id, "lead")


def revise(lead: Viewer, evidence_id: int) -> None:
    newer = NewVersion(EvidenceKind.NOTE, "Minutes", clock.today(), note="Other words")
    with transaction():
        evidence.add_version(actor(lead), evidence_id, newer, None, expected=0, key="a-key")


def withdraw(lead: Viewer, evidence_id: int) -> None:
    known = {ask_id("2.2"): "8ua-2020/2.2"}
    with transaction():
        evidence.serve(actor(lead), evidence_id, known, known=known, expected=0)


def expire(lead: Viewer, evidence_id: int) -> None:
    with transaction():
        yesterday = clock.today() - timedelta(days=1)
        evidence.set_expiry(actor(lead), evidence_id, yesterday, expected=0, key="a-key")


def add(lead: Viewer, _evidence_id: int) -> None:
    note(lead)


def expire_with_time(_lead: Viewer, _evidence_id: int) -> None:
    with clock.frozen(NOON + timedelta(days=400)), transaction():
        let_expire()


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (add, LapseCause.EVIDENCE_ADDED),
        (revise, LapseCause.EVIDENCE_REPLACED),
        (withdraw, LapseCause.EVIDENCE_WITHDRAWN),
        (expire, LapseCause.EVIDENCE_EXPIRED),
        (expire_with_time, LapseCause.EVIDENCE_EXPIRED),
    ],
)
def test_evidence_that_changes_lets_the_assurance_lapse_and_tells_both_sides(
    lead: Viewer, region: Viewer, change: Callable[[Viewer, int], None], cause: LapseCause
) -> None:
    evidence_id = note(lead, expires_on=date(2021, 3, 31))
    claim(lead)
    tell.decide(region, "2.3", is_assured=True)
    assert (now().status, now().signed) == (StatusClass.DONE_ASSURED, 1)
    seen = session().scalars(sa.select(SignOffEvidence)).all()
    assert len(seen) == 2
    assert all(len(each.sha256) == 64 for each in seen)
    change(lead, evidence_id)
    assert now().status is StatusClass.DONE_CLAIMED
    assert now().kinds == ("update", "assured", "lapsed"), "Nothing was overwritten."
    assert now().causes == (cause,)
    is_leads_own = change is not expire_with_time
    told = {region.person_id} if is_leads_own else {lead.person_id, region.person_id}
    assert {each.person_id for each in waiting()} == told
    assert {(each.topic, each.kind) for each in waiting()} == {(Topic.LAPSE, f"lapse_{seen[0].sign_off_id}")}
    assert len(waiting()) == len(told)
    mails = digests()
    for person_id in told:
        assert lines_of(mails[person_id], "2.3") == [LAPSED]
    assert "TO KNOW" in mails[region.person_id].body


@ON_SQLITE
def test_evidence_that_had_expired_and_counts_again_was_not_seen_so_the_assurance_lapses(
    lead: Viewer, region: Viewer
) -> None:
    evidence_id = note(lead, expires_on=clock.today() - timedelta(days=1))
    claim(lead)
    tell.decide(region, "2.3", is_assured=True)
    with transaction():
        evidence.set_expiry(actor(lead), evidence_id, date(2021, 3, 31), expected=0, key="a-key")
    assert now().causes == (LapseCause.EVIDENCE_ADDED,)
    tell.decide(region, "2.3", is_assured=True)
    with transaction():
        evidence.set_expiry(actor(lead), evidence_id, None, expected=1, key="another-key")
    assert now().status is StatusClass.DONE_ASSURED, "It counted before and counts on."


@ON_SQLITE
def test_evidence_for_another_ask_and_a_check_let_nothing_lapse(lead: Viewer, region: Viewer) -> None:
    evidence_id = note(lead)
    claim(lead)
    tell.decide(region, "2.3", is_assured=True)
    note(lead, "2.2")
    with transaction():
        found = evidence.CheckSaid(clock.today(), "Read it")
        checker = evidence.Actor(get_open_organisation("XN1"), region.person_id, "region")
        evidence.check(checker, evidence_id, found, expected=0, key="a-key")
    assert now().status is StatusClass.DONE_ASSURED


@ON_SQLITE
def test_where_the_organisation_moves_the_status_its_own_words_stand_and_the_sign_off_has_ended(
    lead: Viewer, region: Viewer
) -> None:
    claim(lead)
    tell.decide(region, "2.3", is_assured=True)
    tell.say(lead, "2.3", "at_risk", reason="The scheme has ended", evidence_url="https://example.nhs.uk/new")
    assert now().status is StatusClass.AT_RISK
    assert now().kinds == ("update", "assured", "update")
    assert now().causes == (LapseCause.STATUS_MOVED,)
    assert [(each.person_id, each.topic) for each in waiting()] == [(region.person_id, Topic.LAPSE)]


@ON_SQLITE
def test_another_named_lead_lets_the_assurance_of_the_ask_lapse_and_a_last_day_does_so_with_time(
    lead: Viewer, region: Viewer
) -> None:
    def name(who: str, ends_on: date | None = None) -> None:
        details = LeadDetails(who, "Chief Nurse", "lead@example.nhs.uk", date(2020, 9, 1), ends_on)
        with transaction():
            leads.name_lead(get_open_organisation("XN1"), details, lead, "lead")

    name("Kim Dale")
    claim(lead, "6.1")
    tell.decide(region, "6.1", is_assured=True)
    name("Kim Dale", date(2020, 12, 31))
    assert now("6.1").status is StatusClass.DONE_ASSURED, "It is the same lead, whose last day is known now."
    with clock.frozen(NOON + timedelta(days=90)), transaction():
        assert lapse_with_time() == 1
    assert now("6.1").causes == (LapseCause.LEAD_CHANGED,)
    with clock.frozen(NOON + timedelta(days=90)):
        tell.decide(region, "6.1", is_assured=True)
        details = LeadDetails("Alex Moor", "Medical Director", "moor@example.nhs.uk", date(2021, 1, 20), None)
        with transaction():
            leads.name_lead(get_open_organisation("XN1"), details, lead, "lead")
    assert now("6.1").causes == (LapseCause.LEAD_CHANGED, LapseCause.LEAD_CHANGED)


@ON_SQLITE
def test_a_revised_wording_lets_every_assurance_of_the_ask_lapse_and_a_revised_date_none(
    world: make.World, lead: Viewer, region: Viewer
) -> None:
    kept.keep()
    session().commit()
    for ref in ("2.3", "2.2"):
        claim(lead, ref)
        tell.decide(region, ref, is_assured=True)
    with transaction():
        _revise("2.3", wording="Something else is asked")
        _revise("2.2", national_on=date(2021, 3, 31))
        asked_effects.tell()
    assert now("2.3").causes == (LapseCause.ASK_REWORDED,)
    assert now("2.2").causes == ()
    said = session().scalars(sa.select(StandingNow.said_class).where(StandingNow.ask_id == ask_id("2.3")))
    assert StatusClass.DONE_CLAIMED in set(said), "What is kept of it moved along."


def _revise(ref: str, **changes: object) -> None:
    """Let the sign-off have seen other words than the framework's current ones."""
    content = session().scalars(sa.select(AskContent).where(AskContent.ask_id == ask_id(ref))).first()
    assert content is not None
    values = {c.name: getattr(content, c.name) for c in AskContent.__table__.columns if c.name != "id"}
    before = session().scalars(sa.select(SignOff).where(SignOff.ask_id == ask_id(ref))).one()
    revision = session().get_one(FrameworkRevision, content.revision_id)
    copied = {c.name: getattr(revision, c.name) for c in FrameworkRevision.__table__.columns if c.name != "id"}
    old = FrameworkRevision(**(copied | {"number": 900 + content.position, "superseded_at": NOON}))
    session().add(old)
    session().flush()
    then = AskContent(**(values | {"revision_id": old.id}))
    session().add(then)
    session().flush()
    before.content_id = then.id
    for name, value in changes.items():
        setattr(content, name, value)
    session().flush()


@ON_SQLITE
def test_a_claim_may_be_assured_anew_after_it_lapsed_but_not_by_whoever_claimed_it(
    lead: Viewer, region: Viewer
) -> None:
    claim(lead)
    tell.decide(region, "2.3", is_assured=True)
    note(lead)
    claimant = Viewer(lead.person_id, "Robin Ashdown", region.held)
    with pytest.raises(tell.items.MoveNotAllowed, match="You made this claim"):
        tell.decide(claimant, "2.3", is_assured=True)
    tell.decide(region, "2.3", is_assured=True)
    assert now().kinds == ("update", "assured", "lapsed", "assured")
    assert now().signed == 2


@ON_SQLITE
def test_whoever_ends_an_assurance_is_warned_before_the_save_and_told_after_it(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    evidence_id = note(lead)
    make.sign_in(client, Role.LEAD, world.north_trust)
    here = "/organisations/XN1/evidence"
    paths = [f"{here}/add", *(f"{here}/{evidence_id}/{name}" for name in ("new-version", "asks", "expiry"))]
    claim(lead)
    assert not any("is assured" in text_of(client.get(path)) for path in paths)
    tell.decide(region, "2.3", is_assured=True)
    for path in paths:
        assert "Ask 2.3 is assured. To add evidence for an ask that is assured" in text_of(client.get(path)), path
    ask = "/organisations/XN1/8ua-2020/2.3"
    assert "This ask is assured. Another status" in text_of(client.get(f"{ask}/update"))
    refused = send(client, paths[2], asks="no-such")
    assert "has ended" not in text_of(refused)
    saved = send(client, paths[2], asks="8ua-2020/2.2")
    page = text_of(client.get(saved.location))
    assert "Ask 2.3 was assured on 2 November 2020 by the regional team. That assurance has ended because" in page
    assert "evidence does not serve this ask any more, and both sides are told." in page
    assert "That assurance has ended" not in text_of(client.get(saved.location)), "It is said once."
    tell.decide(region, "2.3", is_assured=True)
    moved = send(client, f"{ask}/update", status="at_risk", reason="The scheme has ended")
    assert "has ended because the organisation changed the status" in text_of(client.get(moved.location))
