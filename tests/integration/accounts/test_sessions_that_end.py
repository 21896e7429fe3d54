"""What changes an account or its roles is so on the very next request, in every browser, whatever its cookie says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts.signed_in import cookie, enter_as, is_in, with_cookie

from tracker.accounts import bodies, links, queries
from tracker.accounts import service as accounts
from tracker.accounts.models import Account, Membership, SignInSession
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.organisations.models import OrganisationLife
from tracker.sign_in import authenticators
from tracker.sign_in import service as sign_in_service

Change = Callable[[str], None]


def account_of(email: str) -> Account:
    account = queries.find_account_by_email(email, lock=True)
    assert account is not None
    return account


def membership_of(email: str) -> int:
    membership = queries.find_membership(account_of(email).person_id, Role.LEAD, bodies.find_organisation_id("XN1"))
    assert membership is not None
    return membership


def close_organisation(_email: str) -> None:
    yesterday = NOON.date() - timedelta(days=1)
    session().execute(
        sa.update(OrganisationLife)
        .where(OrganisationLife.organisation_id == bodies.find_organisation_id("XN1"))
        .values(ends_on=yesterday)
    )


def set_password_by_link(email: str) -> None:
    link = links.make_password_link(account_of(email).id)
    assert sign_in_service.set_password_by_link(link.rpartition("/")[2], "four slow grey seals")


CHANGES: dict[str, Change] = {
    "password set by link": set_password_by_link,
    "role granted": lambda email: assert_done(accounts.grant_membership(account_of(email), Role.BOARD, "XS1")),
    "role ended": lambda email: assert_done(accounts.end_membership(membership_of(email))),
    "organisation closed": close_organisation,
    "account switched off": lambda email: assert_done(accounts.set_active(account_of(email), False)),
    "second factor reset": lambda email: assert_done(authenticators.reset(account_of(email))),
}


def assert_done(done: bool) -> None:
    assert done


@pytest.mark.parametrize("change", CHANGES)
def test_a_copied_cookie_is_refused_on_the_very_next_request_after_a_change(
    app: Flask, client: FlaskClient, robin: str, change: str
) -> None:
    """Signing out has a test above, a password changed on the page of one's own account one in own_account."""
    with transaction():
        authenticators.set_up(account_of(robin), make.AUTHENTICATOR)
    make.enter(client, robin)
    copied = with_cookie(app, cookie(client))
    assert is_in(copied)
    with transaction():
        CHANGES[change](robin)
    for browser in (copied, client):
        for path in ("/organisations", "/organisations/XN1", "/account", "/exports"):
            answer = browser.get(path)
            assert (answer.status_code, answer.location[:8]) == (302, "/sign-in"), path
        refused = browser.post("/organisations/XN1/services", data={"maternity": "yes"})
        assert refused.status_code == 307
    if change != "organisation closed":
        ended = session().scalars(sa.select(SignInSession.ended_at)).all()
        assert None not in ended


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_for_one_person_signs_nobody_else_out(
    app: Flask, client: FlaskClient, world: make.World, robin: str, change: str
) -> None:
    make.person(Role.LEAD, world.south_trust, email="alex@example.nhs.uk")
    make.enter(client, "alex@example.nhs.uk")
    with transaction():
        authenticators.set_up(account_of(robin), make.AUTHENTICATOR)
        CHANGES[change](robin)
    assert is_in(client)


def test_a_membership_that_ended_is_gone_on_the_next_request(client: FlaskClient, world: make.World) -> None:
    enter_as(client, Role.LEAD, world)
    assert client.get("/organisations/XN1").status_code == 200
    session().execute(sa.update(Membership).values(ended_at=NOON))
    session().commit()
    assert not is_in(client)
    assert client.get("/organisations/XN1").status_code == 302


def test_of_two_memberships_the_one_that_ended_is_gone_and_the_other_holds(
    client: FlaskClient, world: make.World
) -> None:
    person_id = make.person(Role.LEAD, world.north_trust, email="two@example.nhs.uk")
    session().add(Membership(person_id=person_id, role=Role.BOARD, organisation_id=world.south_trust, granted_at=NOON))
    session().commit()
    make.enter(client, "two@example.nhs.uk")
    assert client.get("/organisations/XN1/8ua-2020/2.2/update").status_code == 200
    assert client.get("/organisations/XS1").status_code == 200
    assert client.get("/organisations/XS1/8ua-2020/2.2/update").status_code == 403
    session().execute(sa.update(Membership).where(Membership.role == Role.LEAD).values(ended_at=NOON))
    session().commit()
    assert client.get("/organisations/XN1/8ua-2020/2.2/update").status_code == 404
    assert client.get("/organisations/XS1").status_code == 200


def test_an_account_that_is_switched_off_is_out_on_the_next_request(client: FlaskClient, world: make.World) -> None:
    enter_as(client, Role.LEAD, world)
    session().execute(sa.update(Account).values(is_active=False))
    session().commit()
    assert not is_in(client)
