"""An offer gives what it says, to whom it was made, while it holds: whatever is sent, and whatever came meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import (
    NEW,
    PASSWORD,
    accept,
    end_roles,
    invite,
    invited,
    newest,
    roles_of,
    said,
    switch,
)

from tracker.accounts import links, queries
from tracker.accounts.models import Account, Membership, OneTimeLink
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.people import service as accepting

Enter = Callable[..., FlaskClient]
Later = Callable[..., AbstractContextManager[None]]


def test_taking_up_one_offer_ends_those_of_elsewhere_and_the_page_says_so_before(
    app: Flask, client: FlaskClient, enter: Enter, world: make.World
) -> None:
    """What a link opens is what was meant when it was sent: a person without this role."""
    here = invited(enter(Role.LEAD))
    assert "Other invitations wait for you" not in client.get(here).text
    there = invited(enter(Role.LEAD, world.south_trust), Role.BOARD)
    assert "Other invitations wait for you" in client.get(here).text
    accept(client, here)
    assert client.get(there).status_code == 404
    again = invited(enter(Role.LEAD, world.south_trust), Role.BOARD)
    assert "Sign in with it" in client.get(again).text
    make.enter_by_pages(client, NEW, PASSWORD)
    accept(client, again, None)
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust), (Role.BOARD, world.south_trust)]


def test_a_role_that_is_given_by_a_command_ends_the_offers_that_wait(
    app: Flask, client: FlaskClient, enter: Enter, world: make.World
) -> None:
    link = invited(enter(Role.LEAD))
    added = ["accounts", "add", NEW, "--name", "Kim Marsh", "--role", "board", "--organisation", "XS1"]
    assert app.test_cli_runner().invoke(args=added).exit_code == 0
    assert client.get(link).status_code == 404
    assert newest().voided_at is not None


def test_a_link_to_set_a_password_is_no_invitation_and_the_other_way_about(
    client: FlaskClient, enter: Enter, world: make.World
) -> None:
    invitation = invited(enter(Role.LEAD))
    with transaction():
        account = queries.find_account_by_email(NEW)
        assert account is not None
        password = links.make_password_link(account.id)
    assert client.get(password.replace("/set-password/", "/invitations/")).status_code == 404
    assert client.get(invitation.replace("/invitations/", "/set-password/")).status_code == 404


@pytest.mark.parametrize("role", [Role.NATIONAL, Role.ADMINISTRATOR])
def test_a_national_role_is_given_by_a_current_administrator_only(
    client: FlaskClient, enter: Enter, world: make.World, role: Role
) -> None:
    link = invited(enter(Role.ADMINISTRATOR), role)
    make.person(Role.ADMINISTRATOR, email="second@example.nhs.uk")
    token = make.csrf_token(client, link)
    end_roles(make.person(Role.ADMINISTRATOR))
    session().add(
        Membership(
            person_id=make.person(Role.ADMINISTRATOR),
            role=Role.REGION,
            organisation_id=world.north_region,
            granted_at=make.LONG_AGO,
        )
    )
    session().commit()
    assert client.post(link, data={"csrf_token": token, "password": PASSWORD}).status_code == 404
    assert roles_of(NEW) == []


@pytest.mark.parametrize(
    "extra",
    [
        {"role": "administrator", "organisation": ""},
        {"organisation": "XS1", "organisation_id": "6"},
        {"is_active": "", "person_id": "1", "account_id": "1", "invitation_id": "1"},
        {"accepted_at": "", "expires_at": "2099-01-01", "invited_by_id": "1", "granted_by_id": "1"},
        {"email": "other@example.nhs.uk", "sign_in_email": "other@example.nhs.uk", "name": "Other"},
    ],
)
def test_fields_that_an_offer_does_not_have_change_nothing(
    client: FlaskClient, enter: Enter, world: make.World, extra: dict[str, str]
) -> None:
    link = invited(enter(Role.LEAD))
    sent = {"csrf_token": make.csrf_token(client, link), "password": PASSWORD, **extra}
    assert client.post(link, data=sent).status_code == 302
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust)]
    account = session().scalars(sa.select(Account).where(Account.sign_in_email == NEW)).one()
    assert account.is_active
    assert account.password_hash is not None


@pytest.mark.parametrize(
    "extra",
    [
        {"is_active": "", "password": "an inviters password", "password_hash": "x", "totp_secret": "x"},
        {"person_id": "1", "account_id": "1", "invited_by_id": "1", "accepted_at": "2020-11-02"},
        {"expires_at": "2099-01-01", "organisation_id": "6", "granted_at": "2020-01-01"},
    ],
)
def test_fields_that_the_form_of_an_invitation_does_not_have_change_nothing(
    client: FlaskClient, enter: Enter, world: make.World, extra: dict[str, str]
) -> None:
    answer = invite(enter(Role.LEAD), **extra)
    assert answer.status_code == 302
    made = newest()
    assert (made.organisation_id, made.accepted_at) == (world.north_trust, None)
    assert made.invited_by_id == make.person(Role.LEAD, world.north_trust)
    assert (made.expires_at - made.created_at).total_seconds() == 48 * 3600
    account = session().get_one(Account, made.account_id)
    assert account.sign_in_email == NEW
    assert (account.is_active, account.password_hash, account.totp_secret) == (True, None, None)


def test_an_offer_is_taken_up_in_nobody_elses_name_whatever_a_page_may_say(
    enter: Enter, world: make.World, tables: Callable[[], object]
) -> None:
    """The service does not rely on the page having looked."""
    other = make.person(Role.BOARD, world.south_trust)
    make.person(Role.BOARD, world.north_ccg, email=NEW)
    token = invited(enter(Role.LEAD)).rpartition("/")[2]
    before = tables()
    with transaction():
        assert not accepting.accept_as(token, other)
        assert not accepting.accept_with_new_password(token, PASSWORD)
        assert not accepting.accept_with_password(token, make.PASSWORD), "They hold a role: they are to sign in."
        assert not accepting.accept_as("made-up", other)
    assert tables() == before
    assert len(said("signed in")) == 1, "The lead's own: no session was begun on the way."


def test_somebody_who_is_switched_off_may_be_invited_and_takes_nothing_up(
    client: FlaskClient, enter: Enter, world: make.World
) -> None:
    """Nobody is told that the account is off; it stays off all the same."""
    make.person(Role.BOARD, world.south_trust, email=NEW)
    switch(NEW, False)
    link = invited(enter(Role.LEAD))
    assert client.get(link).status_code == 404
    sent = {"csrf_token": make.csrf_token(client, "/sign-in"), "password": make.PASSWORD}
    assert client.post(link, data=sent).status_code == 404


def test_an_offer_ends_with_its_own_time_whatever_its_link_says(
    client: FlaskClient, enter: Enter, later: Later
) -> None:
    link = invited(enter(Role.LEAD))
    session().execute(sa.update(OneTimeLink).values(expires_at=NOON + timedelta(days=30)))
    session().commit()
    with later(hours=48, seconds=-1):
        assert client.get(link).status_code == 200
    with later(hours=48):
        assert client.get(link).status_code == 404
