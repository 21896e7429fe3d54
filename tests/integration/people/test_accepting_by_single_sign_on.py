"""Who comes back from a real provider takes an invitation up without a password, for their own account only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import NEW, accept, invited, roles_of, said
from oidc_provider import FaultyProvider
from werkzeug.test import TestResponse

from tracker.accounts import queries, service
from tracker.accounts.models import Account, ExternalIdentity, Membership
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.people.service import accept_with_identity
from tracker.sign_in import identities as joined
from tracker.sign_in.claims import Identity

START = "/sign-in/single-sign-on"
Enter = Callable[..., FlaskClient]
Back = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def provider(faulty: FaultyProvider, point: Callable[..., None]) -> str:
    point(faulty.address)
    return faulty.address


def go_there_and_back(client: FlaskClient, come_back: Back, link: str) -> TestResponse:
    """Press "continue with NHSmail" on the page of an invitation and sign in there."""
    begin = f"{START}?next={link}"
    assert begin in client.get(link).text
    return come_back(client, client.get(begin))


def identities() -> list[tuple[str, str]]:
    session().rollback()
    rows = session().execute(
        sa.select(Account.sign_in_email, ExternalIdentity.issuer).join(
            Account, Account.id == ExternalIdentity.account_id
        )
    )
    return [(row[0], row[1]) for row in rows]


def end_roles(person_id: int) -> None:
    with transaction():
        for number in session().scalars(sa.select(Membership.id).where(Membership.person_id == person_id)).all():
            service.end_membership(number)


def test_somebody_new_accepts_without_a_password_and_is_let_in_by_the_provider_from_then_on(
    client: FlaskClient, enter: Enter, world: make.World, provider: str, come_back: Back
) -> None:
    link = invited(enter(Role.LEAD))
    back = go_there_and_back(client, come_back, link)
    assert back.location == link
    page = client.get(link).text
    assert "Accept the invitation" in page
    assert "New password" not in page
    assert roles_of(NEW) == [], "Coming back gives nothing yet."
    assert accept(client, link, None).location == "/sign-in"
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust)]
    assert identities() == [(NEW, provider)]
    assert session().scalar(sa.select(Account.password_hash).where(Account.sign_in_email == NEW)) is None
    assert [len(said(verb)) for verb in ("identity connected", "membership granted", "invitation accepted")] == [1] * 3
    come_back(client, client.get(START))
    assert client.get("/organisations/XN1").status_code == 200


def test_the_page_says_whose_sign_in_is_joined_and_warns_where_it_is_another_address(
    client: FlaskClient, enter: Enter, come_back: Back
) -> None:
    link = invited(enter(Role.LEAD))
    go_there_and_back(client, come_back, link)
    page = client.get(link).text
    assert 'You signed in with NHSmail as <strong class="app-long-link">robin@example.nhs.uk</strong>.' in page
    assert "Whoever can sign in there will sign in here as you." in page
    assert "This is another address" in page
    assert f'href="{START}?next={link}"' in page, "Another sign-in can be chosen."


def test_the_page_does_not_warn_where_the_address_is_the_invited_one(
    client: FlaskClient, enter: Enter, come_back: Back
) -> None:
    link = invited(enter(Role.LEAD), email="Robin@example.nhs.uk")
    go_there_and_back(client, come_back, link)
    page = client.get(link).text
    assert 'as <strong class="app-long-link">robin@example.nhs.uk</strong>.' in page
    assert "This is another address" not in page


def test_whoever_came_back_as_somebody_else_may_set_a_password_instead(
    client: FlaskClient, enter: Enter, world: make.World, come_back: Back
) -> None:
    link = invited(enter(Role.LEAD))
    go_there_and_back(client, come_back, link)
    assert f'href="{link}?by=password"' in client.get(link).text
    assert accept(client, f"{link}?by=password").location == "/sign-in"
    assert (identities(), roles_of(NEW)) == ([], [(Role.CONTRIBUTOR, world.north_trust)])
    make.enter_by_pages(client, NEW, "four slow grey seals")


def test_a_password_is_offered_instead_to_nobody_whose_account_is_in_use(
    client: FlaskClient, enter: Enter, world: make.World, provider: str, connect: Any, come_back: Back
) -> None:
    person_id = make.person(Role.BOARD, world.south_trust, email=NEW)
    connect(person_id, provider)
    end_roles(person_id)
    link = invited(enter(Role.LEAD))
    come_back(client, client.get(f"{START}?next={link}"))
    page = client.get(link).text
    assert "You signed in with NHSmail as" in page
    assert "set a password instead" not in page
    assert "New password" not in client.get(f"{link}?by=password").text


def test_an_identity_waits_for_one_invitation_and_meets_no_other(
    client: FlaskClient, enter: Enter, come_back: Back
) -> None:
    lead = enter(Role.LEAD)
    mine, theirs = invited(lead), invited(lead, email="other@example.nhs.uk")
    go_there_and_back(client, come_back, mine)
    assert "New password" in client.get(theirs).text


def test_an_account_with_a_password_is_not_joined_to_an_identity_by_a_link(
    client: FlaskClient, enter: Enter, world: make.World, come_back: Back
) -> None:
    """Otherwise whoever got hold of the mail would sign in as its owner from then on."""
    end_roles(make.person(Role.BOARD, world.south_trust, email=NEW))
    link = invited(enter(Role.LEAD))
    begin = f"{START}?next={link}"
    assert come_back(client, client.get(begin)).location == link
    assert "Enter its password to accept" in client.get(link).text
    assert accept(client, link, None).status_code == 200
    assert (identities(), roles_of(NEW)) == ([], [])


def test_somebody_whose_last_role_ended_accepts_with_the_identity_they_had(
    client: FlaskClient, enter: Enter, world: make.World, provider: str, connect: Any, come_back: Back
) -> None:
    person_id = make.person(Role.BOARD, world.south_trust, email=NEW)
    connect(person_id, provider)
    session().execute(sa.update(Account).where(Account.person_id == person_id).values(password_hash=None))
    session().commit()
    end_roles(person_id)
    link = invited(enter(Role.LEAD))
    page = client.get(link).text
    assert "Show that it is yours" in page
    assert "password" not in page
    go_there_and_back(client, come_back, link)
    assert accept(client, link, None).location == "/sign-in"
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust)]


def test_an_identity_of_another_account_takes_nothing_up_and_says_why(
    client: FlaskClient, enter: Enter, world: make.World, provider: str, connect: Any, come_back: Back
) -> None:
    """Its owner holds no role any more, so that they come back unrecognised."""
    other = make.person(Role.BOARD, world.south_trust, email="other@example.nhs.uk")
    connect(other, provider)
    end_roles(other)
    link = invited(enter(Role.LEAD))
    go_there_and_back(client, come_back, link)
    answer = accept(client, link, None)
    assert answer.status_code == 200
    assert "connected to another account of this service already" in answer.text
    assert roles_of(NEW) == []
    assert identities() == [("other@example.nhs.uk", provider)]
    assert said("membership granted") == []


def test_an_invitation_that_was_voided_on_the_way_joins_nothing(
    app: Flask, client: FlaskClient, enter: Enter, come_back: Back
) -> None:
    link = invited(enter(Role.LEAD))
    go_there_and_back(client, come_back, link)
    token = make.csrf_token(client, link)
    account = queries.find_account_by_email(NEW)
    assert account is not None
    with transaction():
        service.void_invitations(account.id)
    assert client.post(link, data={"csrf_token": token}).status_code == 404
    assert (identities(), roles_of(NEW)) == ([], [])


def test_the_service_itself_joins_no_identity_to_an_account_that_somebody_uses(
    app: Flask, enter: Enter, world: make.World, provider: str
) -> None:
    """It does not rely on the page having looked."""
    make.person(Role.BOARD, world.south_trust, email=NEW)
    link = invited(enter(Role.LEAD))
    with app.test_request_context(link):
        joined.keep_for_invitation(Identity(provider, "stranger", "stranger@example.nhs.uk", False), link)
        assert joined.pending_identity() is not None
        with transaction():
            assert not accept_with_identity(link.rpartition("/")[2])
    assert (identities(), roles_of(NEW)) == ([], [(Role.BOARD, world.south_trust)])
