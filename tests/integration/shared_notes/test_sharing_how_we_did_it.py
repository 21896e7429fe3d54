"""The page on which an organisation shares how it did an ask: prefilled, checked, versioned, taken back at once."""

from __future__ import annotations

from datetime import date

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.shared_notes.sharing import SAID, finish, hidden, share, words

from tracker.accounts.rules import Role, Viewer
from tracker.appointments import leads
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction
from tracker.organisations.queries import get_open_organisation
from tracker.shared_notes.models import SharedNote

ASK = "/organisations/XN1/8ua-2020/8.1"
PATH = f"{ASK}/how-we-did-it"
TYPED = {
    "text": SAID.text,
    "contact_role": SAID.contact_role,
    "contact_mailbox": SAID.contact_mailbox,
    "holds_no_name": "yes",
}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def inside(client: FlaskClient, world: make.World, lead: Viewer) -> FlaskClient:
    """The lead of a trust that has done ask 8.1, signed in."""
    with transaction():
        named = leads.LeadDetails("Sam Fell", "Director of Strategy", "sam@example.nhs.uk", date(2020, 9, 1), None)
        leads.name_lead(get_open_organisation("XN1"), named, lead, "lead")
    finish(lead, narrative="We asked every ward, as the board had agreed.")
    make.sign_in(client, Role.LEAD, world.north_trust)
    return client


def notes() -> list[SharedNote]:
    session().rollback()
    return list(session().scalars(sa.select(SharedNote).order_by(SharedNote.id)))


def test_a_note_is_shared_from_what_the_claim_said_changed_and_taken_back(inside: FlaskClient) -> None:
    assert "Not shared Share how you did it" in words(inside.get(ASK))
    page = inside.get(PATH).get_data(as_text=True)
    assert "We asked every ward, as the board had agreed." in page
    assert 'value="Director of Strategy, executive lead"' in page
    opened = hidden(inside, PATH)
    assert inside.post(PATH, data=opened | TYPED).status_code == 302
    assert inside.post(PATH, data=opened | TYPED).status_code == 302, "A double click"
    assert [(each.number, each.is_shared, each.text) for each in notes()] == [(1, True, SAID.text)]
    text = words(inside.get(ASK))
    assert f"Shared since 2 November 2020 What it says {SAID.text}" in text
    late = inside.post(PATH, data=opened | TYPED | {"submission_key": "other", "text": "Mine too"})
    assert late.status_code == 409
    assert "Somebody else of your organisation changed this note" in words(late)
    assert "Mine too" in late.get_data(as_text=True)
    assert inside.post(PATH, data=hidden(inside, PATH) | TYPED | {"text": "We asked anew."}).status_code == 302
    token = {"csrf_token": hidden(inside, PATH)["csrf_token"]}
    for _ in range(2):
        assert inside.post(f"{PATH}/withdraw", data=token).status_code == 302
    assert [(each.number, each.is_shared, each.text) for each in notes()] == [
        (1, True, SAID.text),
        (2, True, "We asked anew."),
        (3, False, ""),
    ], "Rows are added, and none is overwritten."
    verbs = [each.verb for each in session().scalars(sa.select(AuditEntry).where(AuditEntry.verb.like("note %")))]
    assert verbs == ["note shared", "note shared", "note withdrawn"]
    assert "Taken back on 2 November 2020 Share how you did it" in words(inside.get(ASK))


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "Enter how you did it"),
        ({"text": "Ask sam fell"}, "The note names Sam Fell. Say which role it was instead"),
        ({"contact_role": "Sam Fell"}, "The contact names Sam Fell"),
        ({"contact_role": "sam@example.nhs.uk"}, "Enter a role here, such as Director of Strategy"),
        ({"contact_role": ""}, "Enter the role of whoever can be asked"),
        ({"contact_mailbox": "Sam@example.nhs.uk"}, "“Sam@example.nhs.uk” is the address of a person"),
        ({"contact_mailbox": "hi?bcc=all@example.nhs.uk"}, "Enter the mailbox alone"),
        ({"contact_mailbox": "sam"}, "must be an email address in the correct format"),
        ({"holds_no_name": ""}, "Tick the box once you have checked that it holds no name"),
    ],
)
def test_what_names_somebody_or_is_missing_is_said_and_kept(
    inside: FlaskClient, typed: dict[str, str], said: str
) -> None:
    answer = inside.post(PATH, data=hidden(inside, PATH) | TYPED | typed)
    assert answer.status_code == 200
    assert said in words(answer)
    assert notes() == []
    if typed.get("text") != "":
        assert (typed.get("text") or SAID.text) in answer.get_data(as_text=True)


@ON_SQLITE
def test_what_is_not_done_cannot_be_shared_and_only_a_lead_shares(
    inside: FlaskClient, world: make.World, lead: Viewer
) -> None:
    opened = hidden(inside, PATH)
    tell.say(lead, "8.1", "not_applicable", reason="It is a specialist trust")
    refused = inside.post(PATH, data=opened | TYPED)
    assert refused.status_code == 409
    assert "This ask is not done any more" in words(refused)
    assert SAID.text in refused.get_data(as_text=True)
    assert inside.get(PATH).location == ASK
    assert inside.get("/organisations/XS1/8ua-2020/8.1/how-we-did-it").status_code == 404
    for role, body in ((Role.CONTRIBUTOR, world.north_trust), (Role.REGION, world.north_region)):
        make.sign_in(inside, role, body)
        assert inside.get(PATH).status_code == 403


@ON_SQLITE
def test_a_note_that_was_shared_before_the_ask_was_open_again_says_so_to_its_lead(
    inside: FlaskClient, lead: Viewer, region: Viewer
) -> None:
    share(lead)
    tell.say(lead, "8.1", "not_applicable", reason="It is a specialist trust")
    tell.say(lead, "8.1", "at_risk", reason="It applies after all")
    finish(lead)
    assert "Not shown, because the ask was open again after it was shared" in words(inside.get(ASK))
    make.sign_in(inside, Role.REGION, get_open_organisation("YN1").organisation_id)
    assert "Share how you did it" not in words(inside.get(ASK))
