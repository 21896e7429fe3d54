"""A target is agreed, moved, asked of the region and decided there: every revision with its reason and who agreed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from uuid import uuid4

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction
from tracker.progress import items, queries, target_queries, targets
from tracker.progress.models import Target, TargetRequest
from tracker.progress.targets import RequestDecision, TargetChange, TargetOutcome

REF = "8.1"
"""Due by 21 September 2020."""
PAGE = f"/organisations/XN1/8ua-2020/{REF}"


def at(day: int, month: int = 9) -> datetime:
    return datetime(2020, month, day, 9, tzinfo=UTC)


def want(viewer: Viewer, target_on: date | None, **changes: object) -> TargetOutcome:
    about = tell.item(viewer, REF)
    values: dict[str, object] = {
        "target_on": target_on,
        "reason": "The plan moved",
        "agreed_by": "Quality committee",
        "expected_version": queries.version_of(about.organisation.organisation_id, about.ask.ask_id),
        "submission_key": str(uuid4()),
    }
    with transaction():
        return targets.change_target(about, TargetChange(**(values | changes)))  # type: ignore[arg-type]


def requests() -> list[TargetRequest]:
    session().expire_all()
    return list(session().scalars(sa.select(TargetRequest).order_by(TargetRequest.id)))


def decide(viewer: Viewer, request_id: int, *, is_accepted: bool, reason: str = "") -> bool:
    with transaction():
        body = viewer.held[0].organisation_id
        return targets.decide_on_request(tell.item(viewer, REF), request_id, RequestDecision(is_accepted, reason, body))


def deadline(world: make.World) -> date | None:
    ask = tell.read_catalogue().find_ask("8ua-2020", REF)
    assert ask is not None
    return queries.get_standing(world.north_trust, ask.ask_id, clock.today()).deadline_on


def test_up_to_the_national_date_the_organisation_agrees_itself(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(1)):
        assert want(lead, date(2020, 9, 14)) is TargetOutcome.AGREED
        assert deadline(world) == date(2020, 9, 14)
        assert want(lead, date(2020, 9, 21)) is TargetOutcome.AGREED
        assert want(lead, None) is TargetOutcome.AGREED
        assert deadline(world) == date(2020, 9, 21)
    kept = session().execute(sa.select(Target.target_on, Target.reason, Target.agreed_by).order_by(Target.id)).all()
    assert [row.target_on for row in kept] == [date(2020, 9, 14), date(2020, 9, 21), None]
    assert {(row.reason, row.agreed_by) for row in kept} == {("The plan moved", "Quality committee")}


def test_beyond_the_national_date_the_region_is_asked_and_the_date_stays_until_it_accepts(
    world: make.World, lead: Viewer, region: Viewer
) -> None:
    with clock.frozen(at(1)):
        assert want(lead, date(2020, 10, 30)) is TargetOutcome.ASKED
        assert deadline(world) == date(2020, 9, 21)
        (request,) = requests()
        assert decide(region, request.id, is_accepted=True)
        assert deadline(world) == date(2020, 10, 30)
        assert not decide(region, request.id, is_accepted=True), "A double click decides once."
    target = session().scalars(sa.select(Target)).one()
    assert (target.request_id, target.agreed_by) == (request.id, "Quality committee")
    verbs = session().scalars(sa.select(AuditEntry.verb).where(AuditEntry.verb.like("target%")).order_by(AuditEntry.id))
    assert list(verbs) == ["target asked for", "target request accepted", "target agreed"]


def test_a_target_that_has_passed_is_moved_by_the_region_only(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(1)):
        want(lead, date(2020, 9, 10))
    with clock.frozen(at(10)):
        assert want(lead, date(2020, 9, 12)) is TargetOutcome.AGREED, "On its day it has not passed."
    with clock.frozen(at(13)):
        assert want(lead, date(2020, 9, 20)) is TargetOutcome.ASKED
        assert deadline(world) == date(2020, 9, 12)


def test_a_declined_request_changes_nothing_and_another_can_be_made(
    world: make.World, lead: Viewer, region: Viewer
) -> None:
    with clock.frozen(at(1)):
        want(lead, date(2020, 10, 30))
        with pytest.raises(items.MoveNotAllowed, match="waits for your region"):
            want(lead, date(2020, 9, 15))
        decide(region, requests()[0].id, is_accepted=False, reason="Winter comes first")
        assert deadline(world) == date(2020, 9, 21)
        assert want(lead, date(2020, 10, 9)) is TargetOutcome.ASKED
    assert [request.decision_reason for request in requests()] == ["Winter comes first", ""]


def test_whoever_asks_does_not_decide_and_what_was_decided_stays_decided(
    world: make.World, lead: Viewer, region: Viewer
) -> None:
    both = Viewer(lead.person_id, lead.name, (HeldRole(Role.REGION, world.north_region, "YN1"),))
    with clock.frozen(at(1)):
        want(lead, date(2020, 10, 30))
        (request,) = requests()
        with pytest.raises(items.MoveNotAllowed, match="somebody else must decide"):
            decide(both, request.id, is_accepted=True)
        with transaction():
            assert targets.withdraw_request(tell.item(lead, REF), request.id)
        with pytest.raises(items.ChangedMeanwhile):
            decide(region, request.id, is_accepted=True)
    assert session().scalar(sa.select(sa.func.count(Target.id))) == 0


def test_a_day_that_went_by_while_the_request_waited_cannot_be_accepted(
    world: make.World, lead: Viewer, region: Viewer
) -> None:
    with clock.frozen(at(1)):
        want(lead, date(2020, 9, 25))
    with clock.frozen(at(26)), pytest.raises(items.MoveNotAllowed, match="has gone by"):
        decide(region, requests()[0].id, is_accepted=True)
    with clock.frozen(at(25)):
        assert decide(region, requests()[0].id, is_accepted=True)


def test_what_is_done_gets_no_later_target_so_that_late_stays_late(
    world: make.World, lead: Viewer, region: Viewer
) -> None:
    with clock.frozen(at(22)):
        want(lead, date(2020, 10, 30))
        tell.say(lead, REF, "complete_claimed", completed_on=date(2020, 9, 22), backdating_reason="",
                 evidence_url="https://board.example/paper")  # fmt: skip
        with pytest.raises(items.MoveNotAllowed, match="The ask is done, so it needs no other target"):
            decide(region, requests()[0].id, is_accepted=True)
        assert deadline(world) == date(2020, 9, 21)
        assert decide(region, requests()[0].id, is_accepted=False, reason="It is done")


def test_an_old_page_and_a_double_click_write_nothing(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(1)):
        seen, key = queries.version_of(world.north_trust, tell.item(lead, REF).ask.ask_id), str(uuid4())
        want(lead, date(2020, 9, 14), submission_key=key)
        assert want(lead, date(2020, 9, 14), submission_key=key) is TargetOutcome.SAVED_BEFORE
        with pytest.raises(items.ChangedMeanwhile):
            want(lead, date(2020, 9, 15), expected_version=seen)
        with pytest.raises(items.MoveNotAllowed, match="there is already"):
            want(lead, date(2020, 9, 14))
        with pytest.raises(items.MoveNotAllowed, match="today or later"):
            want(lead, date(2020, 8, 31))
    assert session().scalar(sa.select(sa.func.count(Target.id))) == 1


def test_nobody_decides_on_a_request_of_another_ask(world: make.World, lead: Viewer, region: Viewer) -> None:
    with clock.frozen(at(1)):
        want(lead, date(2020, 10, 30))
        other, decision = tell.item(region, "2.2"), RequestDecision(is_accepted=True, reason="", body_id=None)
        with pytest.raises(items.MoveNotAllowed, match="no such request"), transaction():
            targets.decide_on_request(other, requests()[0].id, decision)


def hidden(page: str) -> dict[str, str]:
    form = page.split("<main", 1)[1]
    return dict(re.findall(r'name="(csrf_token|version|submission_key|request_id)"[^>]*value="([^"]*)"', form))


def test_a_lead_asks_on_the_page_and_the_region_decides_there(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    page = client.get(f"{PAGE}/target")
    assert "Your region decides on a later one" in page.text
    day = {"target_on-day": "30", "target_on-month": "11", "target_on-year": "2020"}
    fields = hidden(page.text) | {"wanted": "agree", "submit": "yes"} | day
    missing = unescape(client.post(f"{PAGE}/target", data=fields).text)
    assert "Enter the reason" in missing
    assert "Enter who agreed it" in missing
    assert 'value="30"' in missing
    said = {"reason": "Staff were redeployed", "agreed_by": "Board, 29 October 2020"}
    assert client.post(f"{PAGE}/target", data=fields | said).status_code == 302
    asked = unescape(client.get(PAGE).text)
    assert "Your region has been asked" in asked
    assert "30 November 2020, since 2 November 2020" in asked
    assert "Withdraw the request" in client.get(f"{PAGE}/target").text
    decide_there = f"{PAGE}/target/requests/{requests()[0].id}"
    assert client.get(decide_there).status_code == 403

    theirs = client.application.test_client()
    make.sign_in(theirs, Role.REGION, world.north_region)
    assert "Decide on the target asked for" in theirs.get(PAGE).text
    page = theirs.get(decide_there)
    assert "Staff were redeployed" in page.text
    fields = hidden(page.text) | {"submit": "yes"}
    declined = theirs.post(decide_there, data=fields | {"decision": "decline"})
    assert "Enter the reason for declining the request" in declined.text
    assert theirs.post(decide_there, data=fields | {"decision": "accept"}).status_code == 302
    after = unescape(theirs.get(PAGE).text)
    assert "30 November 2020" in after
    assert "accepted 30 November 2020 as the target" in after
    assert "70 days later than the national date, never moved" in after
    assert "asked for 30 November 2020, which the region accepted on 2 November 2020" in after
    assert "not met for 42 days" in after, "The national date stays missed."


def test_every_target_is_told_with_how_far_it_slipped(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(1)):
        want(lead, date(2020, 9, 10))
        want(lead, date(2020, 9, 20))
    ask = tell.item(lead, REF).ask
    told = target_queries.targets_told(world.north_trust, ask.ask_id)
    assert [each.target_on for each in told.agreed] == [date(2020, 9, 10), date(2020, 9, 20)]
    assert told.waiting is None
