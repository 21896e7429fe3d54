"""A mail with a link for whoever forgot a password, which tells nobody who has an account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from counted import statements
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import (
    Later,
    account_of,
    audit_entries,
    code_now,
    give_code,
    give_password,
    is_in,
    main_of,
    set_account,
)
from werkzeug.test import TestResponse

from tracker.accounts import links
from tracker.accounts.models import ExternalIdentity, OneTimeLink
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import LINK_MARK
from tracker.mail.rules import MessageState
from tracker.sign_in import forgotten

PAGE = "/forgotten-password"
NEW = "four slow grey seals"


def ask(client: FlaskClient, email: str) -> TestResponse:
    return client.post(PAGE, data={"csrf_token": make.csrf_token(client, PAGE), "email": email})


def mails() -> list[OutboxMessage]:
    session().rollback()
    return list(session().scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def link_of(mail: OutboxMessage) -> str:
    """The link as the sender makes it when the mail leaves."""
    assert mail.link_for is not None
    with transaction():
        path = links.make_for_mail(mail.link_for)
    assert path is not None
    return path


def sent() -> None:
    session().execute(sa.update(OutboxMessage).values(state=MessageState.SENT))
    session().commit()


@pytest.fixture
def cases(world: make.World, robin: str) -> dict[str, str]:
    """Addresses that must not be told apart."""
    for name in ("off", "single"):
        make.person(Role.LEAD, world.north_trust, email=f"{name}@example.nhs.uk")
    set_account("off@example.nhs.uk", is_active=False)
    set_account("single@example.nhs.uk", password_hash=None)
    account_id = account_of("single@example.nhs.uk").id
    session().add(ExternalIdentity(account_id=account_id, issuer="https://id", subject="1", connected_at=NOON))
    session().commit()
    return {
        "known": robin,
        "unknown": "alex@example.nhs.uk",
        "switched off": "off@example.nhs.uk",
        "single sign-on only": "single@example.nhs.uk",
    }


def test_a_known_address_gets_one_mail_whose_link_sets_a_password(client: FlaskClient, robin: str) -> None:
    assert ask(client, f" {robin.upper()}").location == f"{PAGE}/sent"
    (mail,) = mails()
    assert mail.person_id == account_of(robin).person_id
    assert LINK_MARK in mail.body
    assert session().scalar(sa.select(sa.func.count(OneTimeLink.id))) == 0  # No usable link is ever stored.
    path = link_of(mail)
    answer = client.post(path, data={"csrf_token": make.csrf_token(client, path), "password": NEW})
    assert answer.location == "/sign-in"
    make.enter_by_pages(client, robin, NEW)
    assert client.get(path).status_code == 404


def test_the_mail_says_what_it_must_and_neither_name_nor_address_nor_role(client: FlaskClient, robin: str) -> None:
    ask(client, robin)
    (mail,) = mails()
    for said in ("within 2 hours", "once", "If it was not you"):
        assert said in mail.body
    for personal in ("Robin", "Ashdown", robin, "XN1", "Dales", "lead"):
        assert personal not in mail.subject + mail.body
    assert mail.body.count(LINK_MARK) == 1


def test_every_address_gets_the_same_answer_and_only_a_known_one_a_mail(app: Flask, cases: dict[str, str]) -> None:
    answers = {}
    for case, email in cases.items():
        browser = app.test_client()
        answer = ask(browser, email)
        page = browser.get(answer.location)
        answers[case] = (answer.status_code, answer.location, main_of(page.text), sorted(answer.headers.keys()))
        assert email not in page.text
    assert len(set(map(str, answers.values()))) == 1
    assert [mail.person_id for mail in mails()] == [account_of(cases["known"]).person_id]


def test_every_address_costs_the_same_statements(app: Flask, cases: dict[str, str]) -> None:
    browser = app.test_client()
    ask(browser, "nobody@example.nhs.uk")  # The chain of the audit exists from here on.
    token, counted = make.csrf_token(browser, PAGE), {}
    for case, email in cases.items():
        with statements() as sent_meanwhile:
            browser.post(PAGE, data={"csrf_token": token, "email": email})
        counted[case] = list(sent_meanwhile)
    assert len(mails()) == 1
    assert len(counted["known"]) >= 4
    for case, told in counted.items():
        assert told == counted["known"], case


def test_an_account_that_has_no_password_yet_gets_a_link_too(client: FlaskClient, robin: str) -> None:
    """Somebody whose first link ran out."""
    set_account(robin, password_hash=None)
    ask(client, robin)
    assert len(mails()) == 1


def test_one_mail_an_hour_and_none_while_another_waits(client: FlaskClient, robin: str, later: Later) -> None:
    for _ in range(3):
        assert ask(client, robin).status_code == 302
    with later(minutes=61):
        ask(client, robin)
    assert len(mails()) == 1
    sent()
    with later(minutes=59):
        ask(client, robin)
    assert len(mails()) == 1
    with later(minutes=61):
        ask(client, robin)
    assert len(mails()) == 2


def test_the_mail_of_one_person_keeps_nobody_elses_back(client: FlaskClient, world: make.World, robin: str) -> None:
    make.person(Role.BOARD, world.north_trust, email="alex@example.nhs.uk")
    ask(client, robin)
    ask(client, "alex@example.nhs.uk")
    assert len({mail.person_id for mail in mails()}) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_who_ask_at_once_one_puts_a_mail_into_the_outbox(
    app: Flask, robin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, key = Barrier(2), forgotten._key

    def key_together(*given: object) -> str:
        together.wait(timeout=20)
        return key(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(forgotten, "_key", key_together)
    browsers = [app.test_client() for _ in range(2)]
    tokens = [make.csrf_token(browser, PAGE) for browser in browsers]

    def send(number: int) -> int:
        return browsers[number].post(PAGE, data={"csrf_token": tokens[number], "email": robin}).status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(send, range(2))) == [302, 302]
    assert len(mails()) == 1


def test_setting_the_password_keeps_the_second_factor(app: Flask, client: FlaskClient, world: make.World) -> None:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    before = account_of("sam@example.nhs.uk").totp_secret
    ask(client, "sam@example.nhs.uk")
    path = link_of(mails()[0])
    client.post(path, data={"csrf_token": make.csrf_token(client, path), "password": NEW})
    assert account_of("sam@example.nhs.uk").totp_secret == before
    browser = app.test_client()
    assert give_password(browser, "sam@example.nhs.uk", NEW).location == "/sign-in/code?next=/"
    assert not is_in(browser)
    assert give_code(browser, code_now()).status_code == 302


def test_its_link_works_for_two_hours_and_not_a_second_longer(client: FlaskClient, robin: str, later: Later) -> None:
    ask(client, robin)
    path = link_of(mails()[0])
    with later(hours=2):
        gone = client.get(path)
        assert gone.status_code == 404
        assert "within 2 hours if you asked for it, within 48 hours if it is for your first password" in gone.text
    with later(hours=2, seconds=-1):
        assert client.get(path).status_code == 200
    assert "within 2 hours of the mail" in client.get(f"{PAGE}/sent").text


def test_a_newer_mail_voids_the_links_before_it_when_it_leaves_and_nobody_elses(
    client: FlaskClient, robin: str, world: make.World, later: Later
) -> None:
    make.person(Role.BOARD, world.north_trust, email="alex@example.nhs.uk")
    ask(client, "alex@example.nhs.uk")
    ask(client, robin)
    others, first = map(link_of, mails())
    sent()
    with later(minutes=61):
        ask(client, robin)
        assert client.get(first).status_code == 200  # The newer mail has not left: nobody can use its link yet.
        newer = link_of(mails()[2])
        assert [client.get(path).status_code for path in (first, newer, others)] == [404, 200, 200]


def test_a_mail_that_is_sent_again_voids_no_link_of_its_own(client: FlaskClient, robin: str, later: Later) -> None:
    """The server fell silent, and nobody knows whether the mail arrived; its copy has the same Message-ID."""
    ask(client, robin)
    first = link_of(mails()[0])
    with later(minutes=10):
        again = link_of(mails()[0])
        assert [client.get(path).status_code for path in (first, again)] == [200, 200]


def test_it_voids_a_first_link_too(client: FlaskClient, robin: str, later: Later) -> None:
    with transaction():
        first = links.make_password_link(account_of(robin).id)
    with later(minutes=1):
        ask(client, robin)
        link_of(mails()[0])
        assert client.get(first).status_code == 404


def test_a_link_whose_account_was_switched_off_meanwhile_is_never_made(client: FlaskClient, robin: str) -> None:
    ask(client, robin)
    set_account(robin, is_active=False)
    with transaction():
        assert links.make_for_mail(mails()[0].link_for or "") is None


def test_the_audit_tells_who_asked_only_by_number(client: FlaskClient, robin: str) -> None:
    ask(client, robin)
    ask(client, "alex@example.nhs.uk")
    known, unknown = audit_entries("password link asked for")
    assert known.subject == f"person {account_of(robin).person_id}"
    assert unknown.subject == "no account, or no mail was due"


@pytest.mark.parametrize("email", ["", "robin", "robin@", "robin@example.nhs.uk\x00", "a" * 250 + "@example.nhs.uk"])
def test_what_is_no_address_is_said_beside_the_field(client: FlaskClient, robin: str, email: str) -> None:
    answer = ask(client, email)
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert mails() == []


def test_a_form_without_its_token_sends_nothing_and_keeps_the_address(client: FlaskClient, robin: str) -> None:
    answer = client.post(PAGE, data={"email": robin})
    assert answer.status_code == 200
    assert f'value="{robin}"' in answer.text
    assert mails() == []


def test_the_sign_in_page_and_a_used_link_lead_there(client: FlaskClient) -> None:
    assert f'href="{PAGE}"' in client.get("/sign-in").text
    assert f'href="{PAGE}"' in client.get("/set-password/made-up").text


def test_whoever_is_signed_in_may_ask_too(client: FlaskClient, robin: str) -> None:
    make.enter_by_pages(client, robin)
    assert ask(client, robin).status_code == 302
    assert is_in(client)
    assert len(mails()) == 1
