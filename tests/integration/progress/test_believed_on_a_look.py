"""What a page says so that nobody believes more than is so: late claims, dates that went by, targets that slipped."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.progress.test_two_at_once import HIDDEN
from integration.progress.updating import entries, send, text_of

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.appointments.models import Appointment
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.progress import items, queries, targets
from tracker.progress.date_rules import Slippage
from tracker.progress.target_queries import slippages

PAPER = "https://board.example/paper"
ASKS = "/organisations/XN1/8ua-2020"
CLAIM = {"status": "complete_claimed", "evidence_url": PAPER, "completed_on__month": "10", "completed_on__year": "2020"}


def ask_and_accept(lead: Viewer, region: Viewer, wanted_on: date, why: str) -> None:
    about = tell.item(lead, "2.2")
    version = queries.version_of(about.organisation.organisation_id, about.ask.ask_id)
    change = targets.TargetChange(wanted_on, "Staff were redeployed", "The board", version, str(uuid4()))
    with transaction():
        assert targets.change_target(about, change) is targets.TargetOutcome.ASKED
        request = targets.find_open_request(about)
        assert request is not None
        decision = targets.RequestDecision(is_accepted=True, reason=why, body_id=region.held[0].organisation_id)
        assert targets.decide_on_request(tell.item(region, "2.2"), request.id, decision)


@pytest.mark.parametrize(("done_on", "is_asked"), [("26", False), ("25", True)])
def test_what_was_done_more_than_seven_days_ago_is_claimed_with_a_reason(
    as_lead: FlaskClient, done_on: str, is_asked: bool
) -> None:
    page = text_of(send(as_lead, **CLAIM, completed_on__day=done_on))
    assert page.count(f"Enter why what was done on {done_on} October 2020 is claimed only now") == (
        2 if is_asked else 0
    )
    assert len(entries()) == (0 if is_asked else 1)
    if is_asked:
        send(as_lead, **CLAIM, completed_on__day=done_on, backdating_reason="The report came late")
        page = text_of(as_lead.get(f"{ASKS}/2.2"))
        assert "Why it was claimed later" in page
        assert "The report came late" in page
        # The same claim in other words was explained already; an earlier day was not.
        send(as_lead, **CLAIM, completed_on__day=done_on, narrative="In other words")
        assert len(entries()) == 2
        assert "Enter why what was done on 24" in text_of(send(as_lead, **CLAIM, completed_on__day="24"))


def test_the_service_asks_for_the_reason_whichever_way_a_claim_comes(world: make.World, lead: Viewer) -> None:
    with pytest.raises(items.MoveNotAllowed, match="claimed so long after"):
        tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER, backdating_reason="")
    claim = {"evidence_url": PAPER, "completed_on": date(2020, 10, 20)}
    assert tell.say(lead, "2.2", "complete_claimed", **claim, backdating_reason="The report came late")
    assert tell.say(lead, "2.2", "complete_claimed", **claim, narrative="In other words", backdating_reason="")
    with pytest.raises(items.MoveNotAllowed, match="claimed so long after"):
        tell.say(lead, "2.2", "complete_claimed", **claim | {"completed_on": date(2020, 10, 19)}, backdating_reason="")


def test_a_claim_made_after_its_date_of_something_done_before_says_both(as_lead: FlaskClient) -> None:
    send(as_lead, **CLAIM, completed_on__day="31")
    assert "met on time, claimed 2 days after it" in text_of(as_lead.get(f"{ASKS}/2.2"))


@pytest.mark.parametrize(("expected_on", "is_confirmed"), [(date(2020, 11, 2), True), (date(2020, 11, 1), False)])
def test_a_forecast_that_went_by_is_no_longer_true_and_is_told(
    as_lead: FlaskClient, lead: Viewer, expected_on: date, is_confirmed: bool
) -> None:
    with clock.frozen(datetime(2020, 10, 1, 9, tzinfo=UTC)):
        tell.say(lead, "4.1", "on_track", forecast_on=expected_on, recovery_on=None)
    told = "The day it was expected to be done has gone by"
    assert (told in text_of(as_lead.get(f"{ASKS}/4.1"))) is not is_confirmed
    assert tell.confirm(lead, "4.1") is is_confirmed


@pytest.mark.parametrize(("target_on", "is_told"), [(date(2021, 3, 1), False), (date(2021, 2, 28), True)])
def test_on_track_against_a_target_that_came_before_the_forecast_is_told(
    as_lead: FlaskClient, lead: Viewer, target_on: date, is_told: bool
) -> None:
    tell.say(lead, "8.4", "on_track", forecast_on=date(2021, 3, 1), recovery_on=None)
    tell.agree(lead, "8.4", target_on)
    told = "Said to be on track, but expected after its date"
    for path in (f"{ASKS}/8.4", "/organisations/XN1"):
        assert (told in text_of(as_lead.get(path))) is is_told


def test_not_applicable_does_not_undo_that_the_date_was_missed(as_lead: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "2.2", "not_applicable", reason="We stopped")
    assert "missed by 2 days when it was made not applicable" in text_of(as_lead.get(f"{ASKS}/2.2"))
    with clock.frozen(datetime(2020, 10, 31, 9, tzinfo=UTC)):
        tell.say(lead, "2.3", "not_applicable", reason="We stopped")
    tell.say(lead, "2.3", "not_applicable", reason="As was said before")
    assert "when it was made not applicable" not in text_of(as_lead.get(f"{ASKS}/2.3"))


def test_a_first_target_beyond_the_national_date_has_slipped_from_it(
    as_lead: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    for wanted_on in (date(2020, 12, 31), date(2020, 11, 30)):
        ask_and_accept(lead, region, wanted_on, f"Until {wanted_on:%B} is fair")
    page = text_of(as_lead.get(f"{ASKS}/2.2"))
    assert "30 days later than the national date, moved once" in page
    item = (world.north_trust, tell.item(lead, "2.2").ask.ask_id)
    assert slippages(clock.today(), None, read_catalogue())[item] == Slippage(30, 1, is_from_national=True)
    # Who asked, what the region said to it, and when, stay in the history.
    assert page.count("Robin Ashdown asked for") == 2
    assert "which the region accepted on 2 November 2020" in page
    assert "Until December is fair" in page


def test_what_an_assurer_decided_on_is_corrected_by_nobody(as_lead: FlaskClient, lead: Viewer, region: Viewer) -> None:
    tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER)
    claim = entries()[-1].id
    path = f"{ASKS}/2.2/history/{claim}"
    assert path in as_lead.get(f"{ASKS}/2.2").text
    assert as_lead.get(path).status_code == 200
    tell.decide(region, "2.2", is_assured=True)
    assert path not in as_lead.get(f"{ASKS}/2.2").text
    assert as_lead.get(path).status_code == 404


def test_a_target_that_was_set_meanwhile_is_named_to_whoever_updates(
    as_lead: FlaskClient, world: make.World, lead: Viewer
) -> None:
    tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=date(2020, 12, 1))
    other = as_lead.application.test_client()
    make.sign_in(other, Role.CONTRIBUTOR, world.north_trust)
    form = other.get(f"{ASKS}/2.2/update").text
    tell.agree(lead, "2.2", date(2020, 10, 30))
    typed = dict(HIDDEN.findall(form.split("<main", 1)[1])) | {"submit": "yes", "status": "at_risk", "reason": "Mine"}
    answer = other.post(f"{ASKS}/2.2/update", data=typed)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Robin Ashdown set the target to 30 October 2020. The target stays as it is" in page
    assert "Mine" in page


def test_a_done_6_1_with_nobody_in_post_says_so(as_lead: FlaskClient, lead: Viewer, region: Viewer) -> None:
    fields = {
        "status": "complete_claimed", "completed_on__day": "1", "completed_on__month": "11",
        "completed_on__year": "2020", "lead_name": "Ann First", "lead_job_title": "Chief Nurse",
        "lead_email": "ann@example.nhs.uk",
        "lead_from__day": "1", "lead_from__month": "11", "lead_from__year": "2020",
    }  # fmt: skip
    assert send(as_lead, f"{ASKS}/6.1/update", **fields).status_code == 302
    for path in (f"{ASKS}/6.1", "/organisations/XN1"):
        assert "Nobody is in post" not in text_of(as_lead.get(path))
    with transaction():
        session().execute(sa.update(Appointment).values(starts_on=date(2021, 1, 1)))
    for path in (f"{ASKS}/6.1", "/organisations/XN1"):
        assert "Nobody is in post" in text_of(as_lead.get(path))


def test_the_correction_of_a_claim_asks_for_no_plan_that_it_would_not_keep(as_lead: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER)
    assert "forecast_on-day" not in as_lead.get(f"{ASKS}/2.2/history/{entries()[-1].id}").text
    tell.say(lead, "4.1", "on_track", recovery_on=None)
    assert "forecast_on-day" in as_lead.get(f"{ASKS}/4.1/history/{entries()[-1].id}").text
