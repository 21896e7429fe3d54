"""A region accepts or declines many requests at once, all or none, and reads how far targets have slipped."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from integration.assurance.assuring import text_of
from integration.mail.awaited import digests, lines_of, waiting
from integration.progress.standing_there import target_request
from werkzeug.test import TestResponse

from tracker.accounts.rules import Permission, Role, Viewer
from tracker.clock import today
from tracker.db import session
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import OrganisationType
from tracker.mail.topics import Topic
from tracker.progress.models import Target, TargetDecision, TargetRequest
from tracker.review import slippage_queries
from tracker.review.slippage_rows import SlippageFilters
from tracker.web.paging import Sort

PAGE, SLIPPAGE = "/review/target-requests", "/review/slippage"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def as_region(client: FlaskClient, region: Viewer) -> FlaskClient:
    make.enter(client, f"region.{region.held[0].organisation_id}@example.nhs.uk")
    return client


@pytest.fixture
def asked(world: make.World) -> list[int]:
    """Requests of two organisations of the region, and of one outside it."""
    make.organisation("XN2", "Fells Hospitals NHS Trust", OrganisationType.TRUST, region=world.north_region)
    session().commit()
    return [target_request(*place) for place in (("XN1", "8.1"), ("XN2", "6.1"), ("XS1", "8.1"))]


def send(client: FlaskClient, *chosen: int, **fields: str) -> TestResponse:
    token = make.csrf_token(client, PAGE)
    return client.post(PAGE, data={"csrf_token": token, "chosen": [str(each) for each in chosen], **fields})


def decisions() -> list[TargetDecision | None]:
    session().rollback()
    return list(session().scalars(sa.select(TargetRequest.decision).order_by(TargetRequest.id)))


def test_all_are_decided_or_none_with_a_sentence_for_each_that_cannot_be(
    as_region: FlaskClient, asked: list[int], region: Viewer, world: make.World
) -> None:
    for fields, words in (
        ({}, "Choose at least one request in the list"),
        ({}, "Choose whether to accept or decline the requests"),
        ({"decision": "decline"}, "Enter the reason for declining the requests"),
    ):
        assert words in text_of(send(as_region, **fields))
    other = make.person(Role.REGION, world.north_region, email="other@example.nhs.uk", name="Ash Moor")
    decided = {"decision": TargetDecision.DECLINED, "decided_on": today(), "decided_by_id": other}
    session().execute(sa.update(TargetRequest).where(TargetRequest.id == asked[1]).values(decided))
    session().commit()
    refused = send(as_region, *asked[:2], decision="accept", reason="Kept as typed")
    assert refused.status_code == 409
    assert "Fells Hospitals NHS Trust, ask 6.1: somebody else decided on this request" in text_of(refused)
    assert "Kept as typed" in text_of(refused)
    assert re.search(rf'value="{asked[0]}" checked', refused.text), "What was ticked is still ticked."
    assert "cannot be found" in text_of(send(as_region, asked[0], asked[2], decision="accept"))
    assert decisions() == [None, TargetDecision.DECLINED, None]
    assert session().scalars(sa.select(Target)).all() == []
    session().execute(sa.update(TargetRequest).where(TargetRequest.id == asked[1]).values(decision=None))
    session().commit()
    assert send(as_region, *asked[:2], decision="accept").status_code == 302
    assert decisions() == [TargetDecision.ACCEPTED, TargetDecision.ACCEPTED, None]
    assert send(as_region, *asked[:2], decision="accept").status_code == 302
    assert len(session().scalars(sa.select(Target)).all()) == 2, "A double click accepts once."
    assert "8.1" in text_of(as_region.get(SLIPPAGE))
    nothing_left = as_region.post(PAGE, data={"csrf_token": make.csrf_token(as_region, "/account")})
    assert "No request waits for you." in text_of(nothing_left)


@ON_SQLITE
def test_ones_own_request_cannot_be_ticked_and_one_of_what_is_done_not_be_accepted(
    as_region: FlaskClient, asked: list[int], region: Viewer, lead: Viewer
) -> None:
    own = sa.update(TargetRequest).where(TargetRequest.id == asked[1])
    session().execute(own.values(person_id=region.person_id))
    session().commit()
    tell.say(lead, "8.1", "complete_claimed", evidence_url="https://board.example/paper")
    page = as_region.get(PAGE).text
    assert re.findall(r'id="(chosen[^"]*)" name="chosen" type="checkbox" value="(\d+)"', page) == [
        ("chosen", str(asked[0]))
    ]
    assert "Somebody else decides" in page
    assert page.count("The ask is done: it can be declined and not accepted") == 1
    refused = send(as_region, asked[0], decision="accept")
    assert refused.status_code == 409
    assert "Dales Hospitals NHS Trust, ask 8.1: The ask is done, so it needs no other target" in text_of(refused)
    assert send(as_region, asked[0], decision="decline", reason="It is done").status_code == 302
    left = as_region.post(PAGE, data={"csrf_token": make.csrf_token(as_region, PAGE)})
    assert 'href="#chosen' not in left.text
    assert 'type="checkbox"' not in left.text
    assert "Your decision on the requests" not in left.text


@ON_SQLITE
def test_each_decision_is_told_once_to_who_asked_and_who_answers_and_many_in_one_digest(
    as_region: FlaskClient, asked: list[int], lead: Viewer, world: make.World
) -> None:
    asker = make.person(Role.CONTRIBUTOR, world.north_trust, email="asker@example.nhs.uk", name="Kim Dale")
    bystander = make.person(Role.CONTRIBUTOR, world.north_trust, email="bystander@example.nhs.uk", name="Lee Moor")
    session().execute(sa.update(TargetRequest).where(TargetRequest.id == asked[0]).values(person_id=asker))
    second = target_request("XN1", "6.1")
    for _ in range(2):
        assert send(as_region, asked[0], second, decision="decline", reason="Winter").status_code == 302
    named = {request_id: f"target_request_{request_id}_declined" for request_id in (asked[0], second)}
    assert {(each.person_id, each.topic, each.kind) for each in waiting()} == {
        (lead.person_id, Topic.TARGET, named[asked[0]]),
        (lead.person_id, Topic.TARGET, named[second]),
        (asker, Topic.TARGET, named[asked[0]]),
    }
    assert len(waiting()) == 3
    told = digests()
    assert set(told) >= {lead.person_id, asker}
    assert bystander not in told
    declined = "Your request for another target was declined: it is judged on 21 September 2020"
    assert lines_of(told[asker], "8.1") == [declined]
    assert "Winter" not in f"{told[asker].subject}{told[asker].body}{told[asker].html}"
    overdue = "Due 21 September 2020: 42 days overdue"
    assert lines_of(told[lead.person_id], "8.1") == [overdue, declined], "The date's own reminder is not lost."
    assert lines_of(told[lead.person_id], "6.1") == [overdue, declined]


@ON_SQLITE
def test_the_table_says_how_far_targets_moved_and_why(as_region: FlaskClient, lead: Viewer, world: make.World) -> None:
    tell.agree(lead, "7.1", date(2020, 12, 1))
    tell.agree(lead, "7.1", date(2020, 12, 31))
    tell.agree(lead, "8.1", date(2020, 10, 1))
    tell.agree(lead, "2.2", date(2020, 11, 20))
    tell.agree(lead, "2.2", None)
    file = as_region.get(f"{SLIPPAGE}.csv?sort=-days").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(file, newline="")))
    told = [
        (r["ask_ref"], r["first_target"], r["target_date"], r["slippage_days"], r["target_revisions"]) for r in rows
    ]
    assert told == [
        ("7.1", "2020-12-01", "2020-12-31", "30", "1"),
        ("8.1", "2020-10-01", "2020-10-01", "10", "0"),
        ("2.2", "2020-11-20", "", "0", "1"),
    ]
    assert "Agreed in the test" in rows[0]["reasons"]
    page = text_of(as_region.get(f"{SLIPPAGE}?days=11&action=8ua-2020/7&type=trust&system=QN1"))
    assert "7.1" in page
    assert "8.1" not in page
    assert "No target was ever agreed here" in text_of(as_region.get(f"{SLIPPAGE}?days=31"))
    assert as_region.get(f"{SLIPPAGE}?days=x").status_code == 400
    assert as_region.get(f"{SLIPPAGE}.xlsx").status_code == 200


days = st.one_of(st.none(), st.dates(date(2020, 9, 1), date(2021, 6, 30)))
histories = st.dictionaries(st.sampled_from(["7.1", "8.1", "2.2", "1.3"]), st.lists(days, min_size=1, max_size=5))


def test_the_order_of_the_database_is_that_of_the_rule(world: make.World, lead: Viewer, region: Viewer) -> None:
    """Whatever was agreed and withdrawn in whatever order, the SQL sorts by what ``date_rules.slippage`` says."""

    @settings(max_examples=12, deadline=None)
    @given(histories)
    def check(agreed: dict[str, list[date | None]]) -> None:
        session().execute(sa.delete(Target))
        session().commit()
        for ref, targets in agreed.items():
            for target_on in targets:
                tell.agree(lead, ref, target_on)
        scope, catalogue = region.scope(Permission.REVIEW_OVERDUE), read_catalogue()
        rows = slippage_queries.slippage_rows(scope, SlippageFilters(), Sort("days"), catalogue, today())
        slipped = [row.slipped.days for row in rows]
        assert slipped == sorted(slipped)
        for least in (1, 30):
            some = slippage_queries.slippage_rows(scope, SlippageFilters(days=least), Sort("days"), catalogue, today())
            assert [row.slipped.days for row in some] == [each for each in slipped if each >= least]
        moved = slippage_queries.slippage_rows(scope, SlippageFilters(), Sort("revisions"), catalogue, today())
        assert [row.slipped.revisions for row in moved] == sorted(row.slipped.revisions for row in rows)

    check()


@ON_SQLITE
def test_a_file_of_one_region_reads_the_targets_of_no_other(world: make.World, lead: Viewer, region: Viewer) -> None:
    tell.agree(lead, "7.1", date(2020, 12, 1))
    tell.agree(lead, "7.1", date(2020, 12, 2), "XS1")
    scope, catalogue = region.scope(Permission.REVIEW_OVERDUE), read_catalogue()
    chosen = slippage_queries.chosen_items(scope, SlippageFilters(), Sort("days"), catalogue, today())
    told = slippage_queries.targets_of(chosen)
    assert {organisation_id for organisation_id, _ in told} == {world.north_trust}
