"""Each step of the ladder is told to those whom it concerns, once, through the outbox and the ledger."""

from __future__ import annotations

import csv
import re
from io import StringIO

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.appointments import in_post
from integration.escalations.climbing import (
    LIST,
    ONE,
    RAISE,
    WORDS,
    answer,
    close,
    day,
    hold,
    in_days,
    judge,
    raise_it,
    raise_to,
    raised,
    said,
    send,
    standing,
    text_of,
)

from tracker import clock
from tracker.accounts.models import Membership
from tracker.accounts.rules import Role, Viewer
from tracker.db import session, transaction
from tracker.escalations import service
from tracker.escalations.rules import Judgement
from tracker.mail.models import LedgerEntry, OutboxMessage

OF_OWNER = "2.2"  # The ask that ``in_post.owner_row`` gives to somebody.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def sent() -> list[tuple[int, str]]:
    """Who gets which news: the person, and the end of the subject."""
    session().rollback()
    rows = session().execute(sa.select(OutboxMessage.person_id, OutboxMessage.subject).order_by(OutboxMessage.id))
    return [(person_id, subject.rpartition(": ")[2]) for person_id, subject in rows]


def new_since(before: int) -> list[tuple[int, str]]:
    return sent()[before:]


@pytest.fixture
def owner(lead: Viewer, world: make.World) -> int:
    person_id = make.person(Role.CONTRIBUTOR, world.north_trust, email="owner@example.nhs.uk", name="Kim Dale")
    in_post.owner_row(person_id, "XN1")
    return person_id


def test_from_the_first_step_to_the_last_both_sides_are_told_once_and_nobody_of_what_they_did(
    lead: Viewer, region: Viewer, owner: int
) -> None:
    assert raise_to(region, OF_OWNER)
    assert sent() == [(owner, "a response is due by 9 November 2020")]
    mail = session().scalars(sa.select(OutboxMessage)).one()
    assert mail.subject.startswith("Dales Hospitals NHS Trust (XN1), ask 2.2: ")
    assert "/organisations/XN1/8ua-2020/2.2/escalation" in mail.body
    assert (
        "The regional team of Northern Dales Region has raised this overdue ask to the owner of the ask.\nPlease"
        in mail.body
    )
    assert WORDS not in mail.body, "What is written stays behind the sign-in."
    entry = session().scalars(sa.select(LedgerEntry)).one()
    assert (entry.person_id, entry.kind, entry.message_id) == (owner, "escalation_1", mail.id)

    assert answer(lead, OF_OWNER)
    assert new_since(1) == [(region.person_id, "a response came, please read it")]
    assert judge(region, OF_OWNER, Judgement.ENOUGH, again=5)
    enough = "enough for now, looked at again on 7 November 2020"
    assert sorted(new_since(2)) == sorted([(lead.person_id, enough), (owner, enough)])
    assert hold(region, OF_OWNER, 9)
    assert new_since(4) == [(each, "on hold until 11 November 2020") for each in sorted((owner, lead.person_id))]
    assert close(region, OF_OWNER)
    assert {person for person, _ in new_since(6)} == {owner, lead.person_id}
    assert {news for _, news in new_since(6)} == {"the escalation is closed"}


@ON_SQLITE
def test_a_form_sent_twice_is_told_once_and_what_fails_is_told_to_nobody(
    lead: Viewer, region: Viewer, owner: int
) -> None:
    form = said(region, OF_OWNER)
    for is_new in (True, False):
        with transaction():
            about, stands = tell.item(region, OF_OWNER), standing(region, OF_OWNER)
            assert service.raise_step(about, stands, "owner", in_days(7), form) is is_new
    assert len(sent()) == 1
    with pytest.raises(ZeroDivisionError):
        raised_and_failed(region)
    assert len(sent()) == 1


def raised_and_failed(region: Viewer) -> None:
    with transaction():
        raise_it(region, OF_OWNER, "executive_lead")
        raise ZeroDivisionError


@ON_SQLITE
def test_each_level_reaches_its_post_and_a_vacant_one_the_next_that_has_somebody(
    lead: Viewer, region: Viewer, world: make.World
) -> None:
    board = make.person(Role.BOARD, world.north_trust, name="Ruth Calloway")
    other = make.person(Role.REGION, world.north_region, email="other@example.nhs.uk", name="Ash Moor")
    national = make.person(Role.NATIONAL, name="Mina Castle")
    make.person(Role.REGION, world.south_region, email="south@example.nhs.uk")
    # Nobody owns the ask and nobody is named as executive lead: the lead gets it, and then each post its own.
    for ref, level, wanted in (
        ("6.1", "owner", lead.person_id),
        ("6.1", "executive_lead", lead.person_id),
        ("6.1", "board_contact", board),
        ("6.1", "region", other),
        ("6.1", "national", national),
    ):
        before = len(sent())
        assert raise_to(region, ref, level)
        assert [person_id for person_id, _ in new_since(before)] == [wanted], level
    # Whoever raised it is no longer of the team: the team is told of the response.
    left = sa.update(Membership).where(Membership.person_id == region.person_id)
    session().execute(left.values(ended_at=clock.now()))
    session().commit()
    before = len(sent())
    assert answer(lead, "6.1")
    assert [person_id for person_id, _ in new_since(before)] == [other]


@ON_SQLITE
def test_the_form_says_who_gets_it_and_until_when_and_warns_of_a_vacant_post(
    as_region: FlaskClient, lead: Viewer
) -> None:
    form = text_of(as_region.get(f"{RAISE}?level=owner"))
    assert "Nobody is named in this post, so the next level up gets it: executive lead, Robin Ashdown." in form
    assert "Nobody is named in this post, so it goes to Robin Ashdown." in form
    # The board has nobody, and the regional team nobody but whoever raises it.
    assert "The next level up is the regional team, where there is nobody but you. No mail is sent" in form
    assert "There is nobody but you. No mail is sent" in form
    assert "Nobody is named in this post, nor at a higher level: tell them yourself." in form
    assert "The usual time to respond is 14 days, to 16 November 2020." in form
    assert re.findall(r'name="response_due_on-day"[^>]*value="(\d+)"', form) == []

    # No day was filled in for the level of the address, so that the one that is chosen instead has its own.
    left = {**raised("executive_lead"), **dict.fromkeys(day("response_due_on", in_days(1)), "")}
    assert send(as_region, f"{RAISE}?level=owner", **left).status_code == 302
    page = text_of(as_region.get("/escalations"))
    assert "It is raised to: executive lead. Robin Ashdown will get a mail." in page
    assert "A response is due by 12 November 2020, the usual day for this level." in page
    assert "Nobody is named in this post, so it goes to Robin Ashdown." in page


def test_the_record_says_whom_a_step_reached_wherever_it_is_read(
    as_region: FlaskClient, region: Viewer, lead: Viewer, world: make.World
) -> None:
    make.person(Role.REGION, world.north_region, email="other@example.nhs.uk", name="Ash Moor")
    for level, words in (
        ("owner", "wner of the ask (not reachable: told those who answer for the organisation)"),
        ("board_contact", "oard contact (not reachable: told the regional team)"),
        ("region", "egional team"),
        ("national", "ational team (nobody could be told)"),
    ):
        assert raise_to(region, "6.1", level)
        for path in (ONE, LIST, "/escalations/log", "/organisations/XN1"):
            assert words in text_of(as_region.get(path)), path
    log = as_region.get("/escalations/log.csv").get_data(as_text=True)
    told = [row["told"] for row in csv.DictReader(StringIO(log, newline=""))]
    assert told == ["Those who answer for the organisation", "Regional team", "Regional team", "Nobody"]
    listed = as_region.get(f"{LIST}.csv?state=awaited").get_data(as_text=True)
    assert [row["told"] for row in csv.DictReader(StringIO(listed, newline=""))] == ["Nobody"]
    assert "Ash Moor" not in log


@ON_SQLITE
def test_an_empty_day_takes_the_usual_one_and_where_nobody_is_left_it_is_said(as_region: FlaskClient) -> None:
    assert "Nobody is named in this post, nor at a higher level" in text_of(as_region.get(RAISE))
    empty = dict.fromkeys(day("response_due_on", in_days(1)), "")
    assert send(as_region, RAISE, **(raised("national") | empty)).status_code == 302
    page = text_of(as_region.get("/escalations"))
    assert "Nobody gets a mail about it. A response is due by 7 November 2020, the usual day for this level." in page
    assert "tell them yourself" in page
    assert sent() == []
