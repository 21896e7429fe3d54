"""An address is corrected by an administrator and holds when whoever reads mail at the new one has confirmed it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import NEW, invited, said, send_mail, shown_who_asks
from smtp_server import MailServer
from werkzeug.test import TestResponse

from tracker.accounts import addresses, links, service
from tracker.accounts.models import Account, OneTimeLink, Person
from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction

Enter = Callable[..., FlaskClient]
Later = Callable[..., AbstractContextManager[None]]
Tables = Callable[[], object]
OLD, RIGHT = "robin.ashdwon@example.nhs.uk", "robin.ashdown@example.nhs.uk"


@pytest.fixture
def robin(world: make.World) -> int:
    """The lead of XN1, whose address was mistyped."""
    return make.person(Role.LEAD, world.north_trust, email=OLD)


def correct(administrator: FlaskClient, person_id: int, email: str = RIGHT, **changes: str) -> TestResponse:
    path = f"/people/{person_id}/email"
    return administrator.post(path, data={**shown_who_asks(administrator, path), "email": email, **changes})


def address_of(person_id: int) -> tuple[str, str]:
    session().rollback()
    row = session().execute(
        sa.select(Account.sign_in_email, Person.contact_email)
        .join(Person, Person.id == Account.person_id)
        .where(Person.id == person_id)
    )
    return tuple(row.one())  # type: ignore[return-value]


def link_to(server: MailServer, address: str) -> str:
    (link,) = re.findall(r"https://tracker\.example\.test(/confirm-address/\S+)", server.to(address)[-1].text)
    return str(link)


def link_of(person_id: int) -> str:
    """The link of a correction that was begun, made as it is when the mail leaves."""
    with transaction():
        account = session().scalars(sa.select(Account).where(Account.person_id == person_id)).one()
        assert account.new_email_until is not None
        path = links.make_for_mail(links.reference_of_address(account.id, account.new_email_until))
    assert path is not None
    return path


def test_the_link_goes_to_the_new_address_a_notice_to_the_old_and_only_the_link_changes_anything(
    app: Flask, client: FlaskClient, enter: Enter, robin: int, server: MailServer
) -> None:
    administrator, theirs = enter(Role.ADMINISTRATOR), app.test_client()
    make.enter(theirs, OLD)
    offered = invited(enter(Role.LEAD, None), Role.BOARD, email=OLD)
    assert f"/people/{robin}/email" in administrator.get(f"/people/{robin}").text
    assert correct(administrator, robin, " Robin.Ashdown@example.nhs.uk ").location == f"/people/{robin}"
    assert "New address, not confirmed yet" in administrator.get(f"/people/{robin}").text
    send_mail(app, server)
    (notice,) = [mail for mail in server.to(OLD) if mail.subject.startswith("Your email address")]
    assert RIGHT not in str(notice.message)
    assert "confirm-address" not in str(notice.message)
    link = link_to(server, RIGHT)
    assert address_of(robin) == (OLD, OLD)
    assert theirs.get("/organisations/XN1").status_code == 200, "Nothing has changed yet."
    assert f'<strong class="app-long-link">{RIGHT}</strong>' in client.get(link).text
    assert client.get(link).status_code == 200, "Looking uses nothing up."
    assert client.post(link, data={"csrf_token": make.csrf_token(client, link)}).location == "/sign-in"
    assert address_of(robin) == (RIGHT, RIGHT)
    assert theirs.get("/organisations/XN1").status_code == 302
    assert client.get(link).status_code == 404, "It works once."
    assert client.get(offered).status_code == 404
    open_links = session().scalars(sa.select(OneTimeLink).where(OneTimeLink.used_at.is_(None))).all()
    assert open_links == []
    make.enter(client, RIGHT)
    assert client.get("/organisations/XN1").status_code == 200


def test_the_audit_holds_neither_address(enter: Enter, client: FlaskClient, robin: int) -> None:
    correct(enter(Role.ADMINISTRATOR), robin)
    link = link_of(robin)
    client.post(link, data={"csrf_token": make.csrf_token(client, link)})
    (begun,), (done,) = said("address correction begun"), said("address corrected")
    assert (begun.subject, begun.role, begun.person_id) == (
        f"person {robin}",
        "administrator",
        make.person(Role.ADMINISTRATOR),
    )
    assert (done.subject, done.person_id) == (f"person {robin}", robin)
    rows = session().execute(sa.select(AuditEntry.subject, AuditEntry.before, AuditEntry.after)).all()
    assert "@" not in str(rows)


@pytest.mark.parametrize("typed", [OLD, "known@example.nhs.uk", " KNOWN@example.nhs.uk"])
def test_an_address_that_is_known_is_refused_and_said_plainly(
    enter: Enter, robin: int, world: make.World, tables: Tables, typed: str
) -> None:
    make.person(Role.BOARD, world.south_trust, email="known@example.nhs.uk")
    administrator = enter(Role.ADMINISTRATOR)
    before = tables()
    answer = correct(administrator, robin, typed)
    assert answer.status_code == 200
    assert "This address belongs to an account already" in answer.text
    assert tables() == before


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"email": ""}, "Enter the new email address"),
        ({"email": "robin"}, "must be an email address in the correct format"),
        ({"email": "röbin@example.nhs.uk"}, "write it without accents"),
        ({"current_password": "not the password"}, "The password is not right"),
        ({"code": "000000"}, "The code is not right"),
    ],
)
def test_nothing_begins_without_a_usable_address_a_password_and_a_code(
    enter: Enter, robin: int, changes: dict[str, str], fault: str
) -> None:
    answer = correct(enter(Role.ADMINISTRATOR), robin, **changes)
    assert answer.status_code == 200
    assert fault.lower() in answer.text.lower()
    assert session().scalar(sa.select(sa.func.count()).where(Account.new_email.is_not(None))) == 0
    assert said("address correction begun") == []


def test_nobody_corrects_their_own_address(enter: Enter, tables: Tables) -> None:
    """An open session would move the account to another mailbox."""
    own, administrator = make.person(Role.ADMINISTRATOR), enter(Role.ADMINISTRATOR)
    assert f"/people/{own}/email" not in administrator.get(f"/people/{own}").text
    sent, before = shown_who_asks(administrator, "/people/invite"), tables()
    assert administrator.get(f"/people/{own}/email").status_code == 403
    assert administrator.post(f"/people/{own}/email", data={**sent, "email": RIGHT}).status_code == 403
    assert tables() == before


def test_another_correction_voids_the_one_before_even_where_its_mail_has_not_left(
    app: Flask, client: FlaskClient, enter: Enter, robin: int, server: MailServer
) -> None:
    administrator = enter(Role.ADMINISTRATOR)
    correct(administrator, robin, "wrong@example.nhs.uk")
    first = link_of(robin)
    with transaction():
        account = session().scalars(sa.select(Account).where(Account.person_id == robin)).one()
        account.new_email_until -= links.LIFETIME / 100  # type: ignore[operator]
    correct(administrator, robin)
    assert client.get(first).status_code == 404
    send_mail(app, server)
    assert server.to("wrong@example.nhs.uk") == []
    assert client.get(link_to(server, RIGHT)).status_code == 200


@pytest.mark.parametrize("how", ["expired", "switched off", "taken", "forgotten"])
def test_a_correction_that_has_become_untrue_is_not_confirmed(
    app: Flask, client: FlaskClient, enter: Enter, robin: int, world: make.World, later: Later, how: str
) -> None:
    correct(enter(Role.ADMINISTRATOR), robin)
    link = link_of(robin)
    sent = {"csrf_token": make.csrf_token(client, link)}
    if how == "expired":
        with later(hours=48):
            assert client.post(link, data=sent).status_code == 404
    elif how == "taken":
        make.person(Role.BOARD, world.south_trust, email=RIGHT)
        assert client.post(link, data=sent).status_code == 404
        assert said("address corrected") == []
    elif how == "switched off":
        with transaction():
            account = session().scalars(sa.select(Account).where(Account.person_id == robin)).one()
            service.set_active(account, False)
        assert client.post(link, data=sent).status_code == 404
    else:
        assert app.test_cli_runner().invoke(args=["people", "forget", OLD, "--yes"]).exit_code == 0
        assert client.post(link, data=sent).status_code == 404
        assert session().scalar(sa.select(Account.new_email).where(Account.person_id == robin)) is None
        return
    assert address_of(robin) == (OLD, OLD)


def test_a_mail_whose_correction_is_void_by_now_is_not_sent_anywhere(
    app: Flask, enter: Enter, robin: int, server: MailServer
) -> None:
    correct(enter(Role.ADMINISTRATOR), robin)
    session().execute(sa.update(Account).values(new_email=None, new_email_until=None))
    session().commit()
    send_mail(app, server)
    assert [mail.subject for mail in server.messages] == [
        "Your email address in the health inequalities action tracker"
    ]


def test_a_link_for_an_address_is_no_other_link(client: FlaskClient, enter: Enter, robin: int) -> None:
    correct(enter(Role.ADMINISTRATOR), robin)
    link = link_of(robin)
    for other in ("/set-password/", "/invitations/"):
        assert client.get(link.replace("/confirm-address/", other)).status_code == 404
    offer = invited(enter(Role.ADMINISTRATOR), "national", email=NEW)
    assert client.get(offer.replace("/invitations/", "/confirm-address/")).status_code == 404


def test_confirming_needs_the_pages_token(client: FlaskClient, enter: Enter, robin: int) -> None:
    correct(enter(Role.ADMINISTRATOR), robin)
    assert client.post(link_of(robin)).status_code == 200
    assert address_of(robin) == (OLD, OLD)


def test_no_address_is_begun_for_an_account_that_is_off(enter: Enter, robin: int) -> None:
    session().execute(sa.update(Account).where(Account.person_id == robin).values(is_active=False))
    session().commit()
    administrator = enter(Role.ADMINISTRATOR)
    assert f"/people/{robin}/email" not in administrator.get(f"/people/{robin}").text
    assert "switched off: switch it on first" in correct(administrator, robin).text
    assert addresses.find_new_address("made-up") is None
