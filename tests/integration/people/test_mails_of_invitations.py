"""The mail of an invitation: what it says, what its link opens, and when it is not sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import NEW, invitations, invite, invited, link_in, link_of, newest, said, send_mail
from smtp_server import MailServer

from tracker.accounts.rules import Role
from tracker.db import session

Enter = Callable[..., FlaskClient]
Later = Callable[..., AbstractContextManager[None]]


def test_the_mail_says_who_invites_for_what_and_until_when_and_its_link_opens_the_offer(
    app: Flask, enter: Enter, server: MailServer
) -> None:
    invite(enter(Role.LEAD))
    send_mail(app, server)
    (mail,) = server.to(NEW)
    assert mail.subject == "An invitation to the health inequalities action tracker: Dales Hospitals NHS Trust (XN1)"
    assert (
        "The health inequalities lead of Dales Hospitals NHS Trust (XN1) invites you to be a contributor for"
        in mail.text
    )
    assert "before 12:00 on 4 November 2020" in mail.text
    assert "keeps the actions of one organisation up to date" in mail.text
    assert "If you did not expect this, you need do nothing." in mail.text
    assert "Robin" not in mail.text, "No name of the inviter."
    assert "Kim" not in str(mail.message), "No name of the invited."
    page = app.test_client().get(link_in(mail.text))
    assert "<strong>contributor for Dales Hospitals NHS Trust (XN1)</strong>" in page.text


def test_each_inviter_is_named_by_role_and_body(app: Flask, enter: Enter, server: MailServer) -> None:
    invite(enter(Role.REGION), Role.LEAD, "XN2")
    invite(enter(Role.ADMINISTRATOR), "administrator", email="other@example.nhs.uk")
    send_mail(app, server)
    assert (
        "The regional team of Northern Dales Region (YN1) invites you to be a health inequalities lead for Fells"
        in (server.to(NEW)[0].text)
    )
    other = server.to("other@example.nhs.uk")[0]
    assert (
        "The administrator of the health inequalities action tracker invites you to be an administrator in"
        in other.text
    )
    assert other.subject == "An invitation to the health inequalities action tracker"


def test_line_ends_in_a_typed_name_are_refused_and_those_in_an_organisations_name_reach_no_header(
    app: Flask, enter: Enter, world: make.World, server: MailServer
) -> None:
    lead = enter(Role.LEAD)
    for name in ("Kim\r\nBcc: all@example.test", "Kim\nMarsh"):
        assert "must be on one line" in invite(lead, name=name).text
    for address in ("kim@example.nhs.uk\r\nBcc: all@example.test", "kim@example.nhs.uk,all@example.test"):
        assert "must be" in invite(lead, email=address).text
    assert invitations() == []
    session().execute(
        sa.text("UPDATE organisation_name SET display_name = :name WHERE organisation_id = :id"),
        {"name": "Dales\r\nBcc: all@example.test\r\n\r\nTrust", "id": world.north_trust},
    )
    session().commit()
    invite(lead)
    send_mail(app, server)
    (mail,) = server.messages
    assert mail.recipients == [NEW]
    assert mail.message["Bcc"] is None
    assert mail.subject.endswith("Dales Bcc: all@example.test Trust (XN1)")


def test_sending_again_voids_the_link_before_and_works_for_48_hours_more(
    client: FlaskClient, enter: Enter, later: Later
) -> None:
    lead = enter(Role.LEAD)
    first = invited(lead)
    with later(minutes=50):
        before = newest()
        page = f"/people/invitations/{before.id}"
        assert lead.post(f"{page}/send-again", data={"csrf_token": make.csrf_token(lead, page)}).location == "/people"
        after = newest()
        assert (after.account_id, after.role, after.organisation_id) == (
            before.account_id,
            before.role,
            before.organisation_id,
        )
        assert (after.expires_at - before.expires_at).total_seconds() == 50 * 60
        assert client.get(first).status_code == 404
        assert client.get(link_of(after.id)).status_code == 200
        assert [entry.subject for entry in said("invited")] == [f"invitation {before.id}", f"invitation {after.id}"]


def test_inviting_the_same_person_anew_voids_the_offer_before_and_no_other(client: FlaskClient, enter: Enter) -> None:
    lead = enter(Role.LEAD)
    first, other = invited(lead), invited(lead, Role.BOARD)
    again = invited(lead)
    assert [client.get(link).status_code for link in (first, other, again)] == [404, 200, 200]


def test_a_mail_whose_invitation_was_withdrawn_before_it_left_is_not_sent(
    app: Flask, enter: Enter, server: MailServer
) -> None:
    lead = enter(Role.LEAD)
    invite(lead)
    page = f"/people/invitations/{newest().id}"
    lead.post(f"{page}/withdraw", data={"csrf_token": make.csrf_token(lead, page)})
    send_mail(app, server)
    assert server.messages == []
