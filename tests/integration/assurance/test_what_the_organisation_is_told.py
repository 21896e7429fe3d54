"""What an organisation hears of its claims: its next digest of a decision, and its pages while a question waits."""

from __future__ import annotations

from datetime import date

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.assurance.assuring import QUEUE, claim, page_of, send, text_of
from integration.comments.commenting import opened as comment_form
from integration.comments.commenting import say
from integration.mail.awaited import News, digests, lines_of, waiting

from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.comments.models import Comment
from tracker.db import session
from tracker.mail.topics import Topic
from tracker.progress.models import ProgressEntry

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOME, ASK = "/organisations/XN1", "/organisations/XN1/8ua-2020/2.3"
RETURNED = "The claim was returned, so the ask is open again. The page says why"
WAITS = "Question from the regional team on 2 November 2020, answer it"


def test_a_decision_is_told_once_to_whoever_claimed_and_whoever_leads_without_its_reason(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    claimant = make.person(Role.CONTRIBUTOR, world.north_trust)
    make.person(Role.CONTRIBUTOR, world.north_trust, email="other@example.nhs.uk")
    claim(Viewer(claimant, "Kim Dale", (HeldRole(Role.CONTRIBUTOR, world.north_trust, "XN1"),)))
    make.enter(client, f"region.{world.north_region}@example.nhs.uk")
    assert send(client, page_of("2.3"), decision="return", reason="The name is missing").status_code == 302
    entry = session().scalars(sa.select(ProgressEntry.id).order_by(ProgressEntry.id.desc()).limit(1)).one()
    assert waiting() == [
        News(each, Topic.RETURNED, f"claim_{entry}", date(2020, 10, 31)) for each in sorted((lead.person_id, claimant))
    ]
    told = digests()
    # The region hears of organisations that nobody answers for, and of no decision of its own.
    assert lines_of(told.pop(region.person_id), "2.3") == []
    assert set(told) == {lead.person_id, claimant}, "Each is told once."
    for mail in told.values():
        assert lines_of(mail, "2.3") == [RETURNED], "It speaks for the ask, whose date is not said beside it."
        assert f"http://127.0.0.1:5000{ASK}\n" in mail.body, "The reason is read on the page of the ask."
        assert "The name is missing" not in f"{mail.subject}{mail.body}{mail.html}"
    in_order = told[lead.person_id].body
    assert in_order.index("RETURNED TO YOU") < in_order.index("OVERDUE")
    (next_day,) = digests(date(2020, 11, 3)).values()
    assert next_day.person_id == lead.person_id
    assert lines_of(next_day, "2.3") == ["Due 31 October 2020: 3 days overdue"]
    leads = client.application.test_client()
    make.enter(leads, f"lead.{world.north_trust}@example.nhs.uk")
    home = text_of(leads.get(HOME))
    assert "Returned by the regional team on 2 November 2020, open again" in home
    assert "The name is missing" in text_of(leads.get(ASK)), "The link in the digest leads to the reason."
    claim(lead)
    assert "Returned by" not in text_of(leads.get(HOME))


@ON_SQLITE
def test_a_question_stands_on_the_pages_of_the_organisation_until_it_is_answered_by_new_words(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    claim(lead)
    leads = client.application.test_client()
    make.enter(leads, f"lead.{world.north_trust}@example.nhs.uk")
    comments = f"{ASK}/comments"
    assert say(leads, "We are prowd of it", path=comments).status_code == 302
    make.enter(client, f"region.{world.north_region}@example.nhs.uk")
    assert send(client, page_of("2.3"), decision="ask", question="Where are the minutes?").status_code == 302
    (early, _) = session().scalars(sa.select(Comment.id).order_by(Comment.id))

    def waits() -> list[bool]:
        return [WAITS in text_of(leads.get(HOME)), WAITS in text_of(leads.get(ASK)), _is_answered(client)]

    assert waits() == [True, True, False]
    assert WAITS.replace("answer it", "not answered yet") in text_of(client.get(ASK))
    path = f"{comments}/{early}/correct"
    assert leads.post(path, data=comment_form(leads, path) | {"text": "We are proud of it"}).status_code == 302
    assert waits() == [True, True, False], "A correction of what was said before answers nothing."
    assert say(leads, "In the board paper", path=comments).status_code == 302
    assert waits() == [False, False, True]
    session().rollback()
    answer = session().scalars(sa.select(Comment.id).order_by(Comment.id.desc()).limit(1)).one()
    path = f"{comments}/{answer}/withdraw"
    assert leads.post(path, data=comment_form(leads, path)).status_code == 302
    assert waits() == [True, True, False], "What was withdrawn answers nothing any more."


def _is_answered(client: FlaskClient) -> bool:
    return page_of("2.3") in text_of(client.get(f"{QUEUE}?state=answered"))
