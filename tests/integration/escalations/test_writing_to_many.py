"""A message to many: who gets it, with which names filled in, seen before it is sent, and sent once."""

from __future__ import annotations

import re
from datetime import date

import make
import pytest
import sqlalchemy as sa
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.appointments import in_post
from integration.escalations.climbing import LIST, ONE, hidden_of, hold, opened, raise_to, text_of
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.db import database, session
from tracker.escalations import chase_routes
from tracker.frameworks.rules import OrganisationType
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.reminders.service import preview

CHASE = "/escalations/chase"
TWO = f"{CHASE}?item=XN1/8ua-2020/6.1&item=XN1/8ua-2020/8.1"
WORDS = {"subject": "About {organisation}", "text": "Dear {name}, {lead} should know: {days} days.\n\n{asks}"}


def seen(client: FlaskClient, path: str = TWO, **words: str) -> TestResponse:
    """The messages as they would be sent."""
    return client.post(path, data=opened(client, path) | WORDS | words | {"preview": "yes"})


def send(client: FlaskClient, page: TestResponse, path: str = TWO, **words: str) -> TestResponse:
    return client.post(path, data=hidden_of(page) | WORDS | words | {"send": "yes"})


def mails() -> list[OutboxMessage]:
    session().rollback()
    return list(session().scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def entries() -> list[tuple[str, date, int | None]]:
    session().rollback()
    rows = session().execute(
        sa.select(LedgerEntry.kind, LedgerEntry.deadline_on, LedgerEntry.message_id).order_by(LedgerEntry.id)
    )
    return [(kind, deadline_on, message_id) for kind, deadline_on, message_id in rows]


def test_it_is_seen_with_the_real_names_and_then_sent_as_it_was_seen_and_once(
    as_region: FlaskClient, lead: Viewer, world: make.World
) -> None:
    listed = text_of(as_region.get(LIST))
    assert 'value="XN1/8ua-2020/6.1"' in listed
    page = seen(as_region)
    shown = text_of(page)
    assert "Dear Robin Ashdown, the executive lead should know: 42 days." in shown
    assert "About Dales Hospitals NHS Trust" in shown
    assert "/organisations/XN1/8ua-2020/6.1/update" in shown
    assert "1 message about asks of 1 organisation" in shown
    assert mails() == []

    responses = [send(as_region, page) for _ in range(2)]
    assert [response.status_code for response in responses] == [302, 302]
    assert "Nothing was sent twice." in text_of(as_region.get(LIST))
    (mail,) = mails()
    assert mail.subject == "About Dales Hospitals NHS Trust"
    assert mail.body.strip() in shown
    assert "Northern Dales Region" in mail.body
    assert mail.person_id == lead.person_id
    assert entries() == [("chase_1", date(2020, 9, 21), mail.id)] * 2
    # What was said of these asks today is not said by the digest of the day too.
    session().rollback()
    settings = as_region.application.extensions["settings"]
    planned = [each for each in preview(date(2020, 11, 2), settings) if each.person_id == lead.person_id]
    assert [line for one in planned for line in one.lines if " 6.1:" in line or " 8.1:" in line] == []


def test_nothing_is_sent_that_was_not_seen(as_region: FlaskClient, lead: Viewer) -> None:
    page = seen(as_region)
    changed = send(as_region, page, text="Something else for {name}")
    assert changed.status_code == 409
    assert "Look at the messages below" in text_of(changed)
    assert "Something else for Robin Ashdown" in text_of(changed)
    assert mails() == []
    assert send(as_region, changed, text="Something else for {name}").status_code == 302
    assert mails()[0].body.startswith("Something else for Robin Ashdown")


def test_owners_get_their_own_asks_and_organisations_that_nobody_answers_for_are_named(
    as_region: FlaskClient, lead: Viewer, world: make.World
) -> None:
    owner = make.person(Role.CONTRIBUTOR, world.north_trust, email="owner@example.nhs.uk", name="Kim Dale")
    in_post.owner_row(owner, "XN1")  # Of ask 2.2.
    clock.pin_day(date(2020, 11, 12))
    page = text_of(seen(as_region, f"{CHASE}?all=yes"))
    told = re.findall(r"<td[^>]*>([^<]*)</td>", page)
    assert told == ["Kim Dale", "2.2", "Robin Ashdown", "6.1, 8.1, 2.2, 2.3"]
    unreached = page.split("Nobody can be reached", 1)[1].split("</ul>", 1)[0]
    assert set(re.findall(r"<li>([^:]+):", unreached)) == {"NHS Dales CCG", "Dales Health and Care"}
    assert "Downs" not in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_field_that_is_not_known_an_empty_text_and_nobody_to_write_to_are_said(
    as_region: FlaskClient, lead: Viewer
) -> None:
    wrong = text_of(seen(as_region, subject="{asks}", text="Dear {nmae}"))
    assert "The subject is one line" in wrong
    assert "{nmae} cannot be filled in. Use only {name}" in wrong
    assert "What will be sent" not in wrong
    assert "Enter the message" in text_of(seen(as_region, text=""))
    nobody = f"{CHASE}?item=0N1/8ua-2020/6.1&item=XS1/8ua-2020/6.1"
    page = send(as_region, seen(as_region, nobody), nobody)
    assert "Nobody would get this message" in text_of(page)
    assert "1 ask that you chose is left out: not overdue today, or not one that you may write about." in text_of(page)
    assert mails() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_may_not_write_to_many_sees_no_boxes_and_it_costs_as_many_statements_for_many(
    as_region: FlaskClient, lead: Viewer, world: make.World
) -> None:
    national = as_region.application.test_client()
    make.sign_in(national, Role.NATIONAL)
    assert 'name="item"' not in text_of(national.get(LIST))
    assert national.get(CHASE).status_code == 403

    def cost() -> int:
        as_region.get(f"{CHASE}?all=yes")
        with statements_of(database.engine) as heard:
            as_region.get(f"{CHASE}?all=yes")
        return len(heard)

    small = cost()
    for number in range(20):
        body = make.organisation(f"XP{number:02}", "Valley", OrganisationType.CCG, region=world.north_region)
        make.person(Role.LEAD, body, name=f"Lead {number}")
    assert cost() == small
    page = seen(as_region, f"{CHASE}?all=yes")
    assert send(as_region, page, f"{CHASE}?all=yes").status_code == 302
    assert len(mails()) == 21


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_ladder_does_not_propose_yet_can_be_chosen_too(as_region: FlaskClient, lead: Viewer) -> None:
    path = f"{CHASE}?item=XN1/8ua-2020/2.2"
    assert 'value="XN1/8ua-2020/2.2"' not in text_of(as_region.get(LIST)), "It is two days late."
    assert send(as_region, seen(as_region, path), path).status_code == 302
    assert "2.2" in mails()[0].body


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_whole_overdue_list_is_chosen_by_its_filters_and_what_is_too_much_is_said(
    as_region: FlaskClient, lead: Viewer, world: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = text_of(as_region.get("/review/overdue?type=trust&sort=organisation"))
    (everybody,) = re.findall(r'href="(/escalations/chase[^"]*)"', page)
    assert {"of=overdue", "all=yes", "type=trust"} <= set(everybody.partition("?")[2].split("&"))
    assert "sort=" not in everybody
    shown = text_of(seen(as_region, everybody))
    assert re.findall(r"<td[^>]*>([^<]*)</td>", shown) == ["Robin Ashdown", "2.2, 2.3, 6.1, 8.1"]
    assert "Dales CCG" not in shown
    # A filter that is not known chooses nothing, and so does another region's.
    for query in ("type=x", "system=QS1"):
        assert "Nobody would get this message" in text_of(as_region.get(f"{CHASE}?of=overdue&all=yes&{query}"))
    monkeypatch.setattr(chase_routes, "MOST_LETTERS", 0)
    bounded = text_of(seen(as_region, everybody))
    assert "1 message would be sent. At most 0 are sent at once: choose fewer asks, or narrow the list." in bounded
    assert "Send the messages" not in bounded


def test_what_was_written_before_and_what_is_on_hold_is_said_before_it_is_sent(
    as_region: FlaskClient, region: Viewer, lead: Viewer
) -> None:
    one = f"{CHASE}?item=XN1/8ua-2020/6.1"
    first = seen(as_region, one)
    assert "Written to before" not in text_of(first)
    assert "Last written to on" not in text_of(as_region.get(ONE))
    send(as_region, first, one)
    raise_to(region, "8.1")  # Its mail stands in the ledger under another kind, and is no message to many.
    hold(region, "2.2", 30)
    again = text_of(seen(as_region, TWO))
    assert "Dales Hospitals NHS Trust: ask 6.1, 12:00 on 2 November 2020, Regional team</li>" in again
    assert "NHS Trust: ask 8.1, 12:00" not in again
    assert "2 November 2020, in a message to many by the regional team" in text_of(as_region.get(ONE))
    # What is on hold is left out of a whole list, and marked where it was chosen.
    everything = text_of(seen(as_region, f"{CHASE}?of=overdue&all=yes"))
    assert "2.2, on hold until 2 December 2020" in everything.split("Left out: on hold", 1)[1]
    told = re.findall(r"<td[^>]*>([^<]*)</td>", everything)
    assert told == ["Robin Ashdown", "2.3, 6.1, 8.1"]
    chosen = text_of(seen(as_region, f"{CHASE}?item=XN1/8ua-2020/2.2"))
    assert "2.2, on hold until 2 December 2020" in chosen.split("On hold, and chosen", 1)[1]
    assert "Left out" not in chosen
    assert "Robin Ashdown" in text_of(seen(as_region, f"{CHASE}?all=yes&state=held"))
