"""An account whose only second factor is with the provider is not opened by its mailbox, nor by its password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from counted import statements
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import (
    SAM,
    account_of,
    give_password,
    is_in,
    main_of,
    set_account,
    without_authenticator,
)
from integration.single_sign_on.conftest import START, Back
from oidc_provider import FaultyProvider

from tracker.accounts import links
from tracker.accounts.models import Membership, SignInSession
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import LINK_MARK

FORGOTTEN = "/forgotten-password"

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def sam(world: make.World, provider: str, connect: Callable[..., int]) -> str:
    """A regional team with a password, connected to the provider, without an authenticator here."""
    connect(make.person(Role.REGION, world.north_region, email=SAM, name="Sam Fell"), provider)
    without_authenticator(SAM)
    return SAM


def ask(client: FlaskClient, email: str) -> str:
    """Ask for a link; what the page says then."""
    sent = {"csrf_token": make.csrf_token(client, FORGOTTEN), "email": email}
    return main_of(client.get(client.post(FORGOTTEN, data=sent).location).text)


def last_mail() -> OutboxMessage:
    session().rollback()
    mail = session().scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert mail is not None
    return mail


def test_the_mail_brings_no_link_and_says_where_to_sign_in(client: FlaskClient, sam: str) -> None:
    ask(client, sam)
    mail = last_mail()
    assert mail.person_id == account_of(sam).person_id
    assert mail.link_for is None
    assert LINK_MARK not in mail.body
    assert "set-password" not in mail.body
    assert mail.subject == "Sign in to the health inequalities action tracker with NHSmail"
    for said in ("sign in with NHSmail", "http://127.0.0.1:5999/sign-in\n", "ask an administrator of this service"):
        assert said in mail.body
    for personal in ("Sam", "Fell", sam, "YN1", "region"):
        assert personal not in mail.subject + mail.body


def test_the_page_says_the_same_as_to_anybody_and_takes_the_same_statements(
    app: Flask, client: FlaskClient, sam: str, robin: int
) -> None:
    ask(client, "nobody@example.nhs.uk")  # The chain of the audit exists from here on.
    token, pages, told = make.csrf_token(client, FORGOTTEN), [], []
    for email in (sam, "robin@example.nhs.uk", "nobody@example.nhs.uk"):
        with statements() as sent:
            answer = client.post(FORGOTTEN, data={"csrf_token": token, "email": email})
        told.append(list(sent))
        pages.append((answer.status_code, answer.location, main_of(client.get(answer.location).text)))
    assert pages[0] == pages[1] == pages[2]
    assert told[0] == told[1] == told[2]


def test_one_such_mail_an_hour(client: FlaskClient, sam: str) -> None:
    for _ in range(3):
        ask(client, sam)
    assert session().scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1


def has_authenticator(_world: make.World) -> None:
    set_account(SAM, totp_secret="sealed", totp_confirmed_at=NOON)


def needs_none(world: make.World) -> None:
    session().execute(sa.update(Membership).values(role=Role.LEAD, organisation_id=world.north_trust))
    session().commit()


def needs_none_any_more(_world: make.World) -> None:
    session().execute(sa.update(Membership).values(ended_at=NOON))
    session().commit()


def is_not_connected(_world: make.World) -> None:
    session().execute(sa.text("DELETE FROM external_identity"))
    session().commit()


def is_connected_to_one_that_was_given_up(_world: make.World) -> None:
    session().execute(sa.text("UPDATE external_identity SET issuer = 'https://id.former.example'"))
    session().commit()


@pytest.mark.parametrize(
    "otherwise",
    [has_authenticator, needs_none, needs_none_any_more, is_not_connected, is_connected_to_one_that_was_given_up],
)
def test_everybody_else_gets_the_link(
    client: FlaskClient, sam: str, world: make.World, otherwise: Callable[[make.World], None]
) -> None:
    otherwise(world)
    ask(client, sam)
    assert (last_mail().link_for or "").startswith(f"set-password {account_of(sam).id} ")
    assert LINK_MARK in last_mail().body


def test_without_a_provider_in_the_settings_everybody_gets_the_link(
    client: FlaskClient, sam: str, point: Callable[..., None]
) -> None:
    point("")
    ask(client, sam)
    assert LINK_MARK in last_mail().body


@pytest.mark.parametrize("ends_in_a_slash", [False, True])
def test_the_password_alone_sets_no_second_factor_up_here(
    client: FlaskClient, sam: str, audited: Any, ends_in_a_slash: bool
) -> None:
    if ends_in_a_slash:
        session().execute(sa.text("UPDATE external_identity SET issuer = issuer || '/'"))
        session().commit()
    answer = give_password(client, sam)
    assert answer.status_code == 200
    assert "Sign in with NHSmail, which has yours." in answer.text
    assert client.get("/sign-in/set-up").location == "/sign-in?next="
    assert not is_in(client)
    assert session().scalar(sa.select(sa.func.count(SignInSession.id))) == 0
    assert audited("sign-in refused") == [("sign-in refused", None, {"reason": "second factor with the provider"})]
    assert account_of(sam).failed_sign_ins == 0


def test_a_wrong_password_is_told_nothing_of_it(client: FlaskClient, sam: str) -> None:
    assert "NHSmail, which has yours" not in give_password(client, sam, "three wrong newts").text


def test_coming_by_way_of_the_provider_one_gets_in_or_sets_it_up(
    client: FlaskClient, faulty: FaultyProvider, sam: str, come_back: Back
) -> None:
    assert come_back(client, client.get(START)).location == "/sign-in/set-up?next=/"
    faulty.behave(claims={"amr": ["pwd", "mfa"]})
    other = client.application.test_client()
    assert come_back(other, other.get(START)).location == "/"
    assert is_in(other)


def test_a_role_that_needs_no_second_factor_signs_in_by_password_as_before(
    client: FlaskClient, robin: int, provider: str, connect: Callable[..., int]
) -> None:
    connect(robin, provider)
    assert give_password(client, "robin@example.nhs.uk").location == "/"
    assert is_in(client)


def test_a_link_from_before_the_account_was_connected_leads_no_further(
    app: Flask, client: FlaskClient, sam: str
) -> None:
    with transaction():
        path = links.make_password_link(account_of(sam).id)
    sent = {"csrf_token": make.csrf_token(client, path), "password": "four slow grey seals"}
    assert client.post(path, data=sent).location == "/sign-in"
    assert "Sign in with NHSmail" in give_password(client, sam, "four slow grey seals").text
    assert not is_in(client)
