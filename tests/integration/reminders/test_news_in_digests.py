"""What was decided or said goes with the next digest: each item once where that is enough, and no date is lost."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import make
import pytest
import sqlalchemy as sa
import tell
from flask import current_app
from integration.assurance.assuring import claim
from integration.comments.talking import item as subject
from integration.mail.awaited import digests, fates, lines_of, waiting
from integration.progress.standing_there import target_request
from integration.reminders.passing import TODAY

from tracker import clock
from tracker.accounts.models import Membership
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.assurance import service as assurance
from tracker.comments import service as comments
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.mail.topics import ReminderState, Topic
from tracker.progress import claims, queries, targets
from tracker.reminders.models import ReminderPreference
from tracker.reminders.planning import NO_LONGER, OVERTAKEN, SAID_ALREADY
from tracker.reminders.rules import SWITCHED_OFF
from tracker.reminders.service import preview

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOMORROW = date(2020, 11, 3)
WAITING, TOLD, SUPPRESSED = ReminderState.WAITING, ReminderState.TOLD, ReminderState.SUPPRESSED


@pytest.fixture
def lead(world: make.World) -> Viewer:
    person_id = make.person(Role.LEAD, world.north_trust)
    return Viewer(person_id, "Robin Ashdown", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))


def decide(region: Viewer, ref: str, *, is_assured: bool) -> None:
    """Decide on a claim as the page does, in the caller's transaction."""
    about = tell.item(region, ref)
    decision = claims.Decision(
        is_assured=is_assured,
        reason="" if is_assured else "The name is missing",
        body_id=region.held[0].organisation_id,
        expected_version=queries.version_of(about.organisation.organisation_id, about.ask.ask_id),
        submission_key=str(uuid4()),
    )
    assert assurance.decide(about, decision, read_catalogue())


def returned(lead: Viewer, region: Viewer, ref: str = "2.3") -> None:
    claim(lead, ref)
    with transaction():
        decide(region, ref, is_assured=False)


def mention(by: Viewer, named: Viewer) -> None:
    with transaction():
        comments.add(subject(), comments.NewComment("Please", frozenset({named.person_id}), str(uuid4())), by)


def what_became_of(topic: Topic) -> list[tuple[ReminderState, str]]:
    return [(state, why) for _, each, state, why in fates() if each is topic]


def test_a_returned_claim_speaks_for_its_ask_and_the_pass_does_what_the_preview_says(
    lead: Viewer, region: Viewer
) -> None:
    returned(lead, region)
    planned, *_ = preview(TODAY, current_app.extensions["settings"])
    assert planned.person_id == lead.person_id
    assert [line for line in planned.lines if " 2.3:" in line] == [
        f"XN1 8ua-2020 2.3: {waiting()[0].kind}, deadline 2020-10-31"
    ]
    mail = digests()[lead.person_id]
    assert mail.subject == planned.subject
    assert mail.subject == "4 actions on health inequalities need you: 1 returned to you, 3 overdue"
    assert lines_of(mail, "2.3") == ["The claim was returned, so the ask is open again. The page says why"]
    assert "still open:" not in mail.body, "The ask that was returned is no other one."
    assert what_became_of(Topic.RETURNED) == [(TOLD, "")]
    assert (SUPPRESSED, SAID_ALREADY.why) in what_became_of(Topic.DEADLINE)
    assert waiting_still() == 0


def waiting_still() -> int:
    return sum(state is WAITING for _, _, state, _ in fates())


@ON_SQLITE
def test_what_is_entered_after_the_digest_of_the_day_goes_with_that_of_the_next(lead: Viewer, region: Viewer) -> None:
    digests()
    returned(lead, region)
    assert digests() == {}, "Nobody gets two digests a day."
    mail = digests(TOMORROW)[lead.person_id]
    assert len(lines_of(mail, "2.3")) == 1
    assert mail.subject.endswith(": 1 returned to you, 1 overdue"), "The date of another ask comes back that day."


@ON_SQLITE
def test_nobody_reads_that_an_ask_is_open_again_which_was_claimed_since(lead: Viewer, region: Viewer) -> None:
    returned(lead, region)
    claim(lead)
    assert lines_of(digests()[lead.person_id], "2.3") == []
    assert what_became_of(Topic.RETURNED) == [(SUPPRESSED, OVERTAKEN)]


def test_an_accepted_request_is_told_with_its_day_and_begins_a_series_of_its_own(lead: Viewer, region: Viewer) -> None:
    answered(region, "8.1", target_request("XN1", "8.1", date(2020, 11, 9)), is_accepted=True)
    assert lines_of(digests()[lead.person_id], "8.1") == [
        "Agreed target 9 November 2020: 7 days left",
        "Your request for another target was accepted: it is judged on 9 November 2020",
    ]
    assert lines_of(digests(date(2020, 11, 8))[lead.person_id], "8.1") == ["Agreed target 9 November 2020: 1 day left"]


@ON_SQLITE
def test_a_declined_request_loses_no_reminder_and_one_for_no_date_at_all_says_so(lead: Viewer, region: Viewer) -> None:
    tell.agree(lead, "1.3", date(2020, 12, 20))
    none_any_more = target_request("XN1", "1.3")
    session().execute(sa.update(targets.TargetRequest).values(wanted_on=None))
    session().commit()
    answered(region, "1.3", none_any_more, is_accepted=True)
    answered(region, "6.1", target_request("XN1", "6.1"), is_accepted=False)
    mail = digests()[lead.person_id]
    assert lines_of(mail, "6.1") == [
        "Due 21 September 2020: 42 days overdue",
        "Your request for another target was declined: it is judged on 21 September 2020",
    ]
    assert lines_of(mail, "1.3") == ["Your request for another target was accepted: it has no date"]


def answered(region: Viewer, ref: str, request_id: int, *, is_accepted: bool) -> None:
    with transaction():
        decision = targets.RequestDecision(is_accepted, "", region.held[0].organisation_id)
        assert targets.decide_on_request(tell.item(region, ref), request_id, decision)


@ON_SQLITE
def test_what_somebody_does_without_is_not_told_and_what_must_be_read_is(lead: Viewer, region: Viewer) -> None:
    for topic in (Topic.MENTION, Topic.RETURNED):
        session().add(ReminderPreference(person_id=lead.person_id, topic=topic, recorded_at=clock.now()))
    session().commit()
    mention(region, lead)
    returned(lead, region)
    assert "Somebody named you" not in digests()[lead.person_id].body
    assert what_became_of(Topic.MENTION) == [(SUPPRESSED, SWITCHED_OFF.why)]
    assert what_became_of(Topic.RETURNED) == [(TOLD, "")]


@ON_SQLITE
def test_whoever_has_left_before_the_digest_is_told_nothing(lead: Viewer, region: Viewer) -> None:
    mention(lead, region)
    left = sa.update(Membership).where(Membership.person_id == region.person_id)
    session().execute(left.values(ended_at=clock.now()))
    session().commit()
    assert set(digests()) == {lead.person_id}
    assert what_became_of(Topic.MENTION) == [(SUPPRESSED, NO_LONGER)]


def test_what_fails_waits_for_nobody(lead: Viewer, region: Viewer) -> None:
    claim(lead)
    with pytest.raises(ZeroDivisionError):
        decided_and_failed(region)
    assert waiting() == []


def decided_and_failed(region: Viewer) -> None:
    with transaction():
        decide(region, "2.3", is_assured=True)
        raise ZeroDivisionError


@ON_SQLITE
def test_a_digest_of_news_alone_says_why_it_comes_and_promises_no_days(world: make.World, lead: Viewer) -> None:
    member = make.person(Role.CONTRIBUTOR, world.north_trust, name="Sam Birch")
    mention(lead, Viewer(member, "Sam Birch", (HeldRole(Role.CONTRIBUTOR, world.north_trust, "XN1"),)))
    mail = digests()[member]
    assert mail.subject == "1 thing to know about actions on health inequalities"
    assert mail.body.startswith(
        "Hello,\n\nThere are no reminders today. This is what others said and decided.\n\nTO KNOW\n\nDales Hospitals"
    )
    assert "\n\n\n" not in mail.body
    for text in (mail.body, mail.html or ""):
        assert "or were named in a comment.\nEach of these is said once" in text
        assert "days before a date" not in text
        assert "waiting for a word from you" not in text
