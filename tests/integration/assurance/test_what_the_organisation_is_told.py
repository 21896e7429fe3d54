"""What an organisation hears of its claims: the mails of a decision, and its pages while a question waits for it."""

from __future__ import annotations

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.assurance.assuring import QUEUE, claim, mails, page_of, send, text_of
from integration.comments.commenting import opened as comment_form
from integration.comments.commenting import say

from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.comments.models import Comment
from tracker.db import session
from tracker.mail.models import OutboxMessage

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOME, ASK = "/organisations/XN1", "/organisations/XN1/8ua-2020/2.3"
WAITS = "Question from the regional team on 2 November 2020, answer it"


def test_a_decision_is_mailed_once_to_whoever_claimed_and_whoever_leads_without_its_reason(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    claimant = make.person(Role.CONTRIBUTOR, world.north_trust)
    make.person(Role.CONTRIBUTOR, world.north_trust, email="other@example.nhs.uk")
    claim(Viewer(claimant, "Kim Dale", (HeldRole(Role.CONTRIBUTOR, world.north_trust, "XN1"),)))
    make.enter(client, f"region.{world.north_region}@example.nhs.uk")
    assert send(client, page_of("2.3"), decision="return", reason="The name is missing").status_code == 302
    assert [person_id for person_id, _ in mails()] == sorted((lead.person_id, claimant))
    assert {subject.partition(" (")[2] for _, subject in mails()} == {"XN1), ask 2.3: your claim is returned"}
    for body in session().scalars(sa.select(OutboxMessage.body)):
        assert "has returned this claim, so the ask is open again" in body
        assert "The name is missing" not in body
    leads = client.application.test_client()
    make.enter(leads, f"lead.{world.north_trust}@example.nhs.uk")
    home = text_of(leads.get(HOME))
    assert "Returned by the regional team on 2 November 2020, open again" in home
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
