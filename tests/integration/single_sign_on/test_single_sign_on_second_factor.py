"""A second factor at the provider counts; otherwise one gives one's own, or sets it up where a role needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import OWN, START, Back
from oidc_provider import FaultyProvider

from tracker.accounts.models import Account, SignInSession
from tracker.accounts.rules import Role, SessionStep, SignInMethod
from tracker.db import session

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def region(world: make.World, provider: str, connect: Callable[..., int]) -> int:
    """A regional team, connected, with an authenticator."""
    person_id = make.person(Role.REGION, world.north_region, email="region@example.nhs.uk")
    connect(person_id, provider)
    return person_id


def last_session() -> tuple[SessionStep, SignInMethod, bool]:
    session().rollback()
    row = session().scalars(sa.select(SignInSession).order_by(SignInSession.id.desc())).first()
    assert row is not None
    return row.step, row.method, row.second_factor_at is not None


def test_a_provider_that_asked_for_a_second_factor_is_believed(
    client: FlaskClient, faulty: FaultyProvider, region: int, come_back: Back
) -> None:
    faulty.behave(claims={"amr": ["pwd", "mfa"]})
    assert come_back(client, client.get(f"{START}?next=/review/overdue")).location == "/review/overdue"
    assert client.get("/review/overdue").status_code == 200
    assert last_session() == (SessionStep.OPEN, SignInMethod.OIDC, True)


@pytest.mark.parametrize("methods", [None, [], ["pwd"], ["MFA"], ["not-mfa", "otp"], [["mfa"]]])
def test_otherwise_the_code_of_ones_own_authenticator_is_asked_for(
    client: FlaskClient, faulty: FaultyProvider, region: int, come_back: Back, methods: Any
) -> None:
    faulty.behave(claims={"amr": methods})
    back = come_back(client, client.get(f"{START}?next=/review/overdue"))
    assert back.location == "/sign-in/code?next=/review/overdue"
    assert client.get("/review/overdue").status_code == 302
    assert last_session() == (SessionStep.SECOND_FACTOR, SignInMethod.OIDC, False)
    make.give_code(client, "region@example.nhs.uk", back.location)
    assert client.get("/review/overdue").status_code == 200
    assert last_session() == (SessionStep.OPEN, SignInMethod.OIDC, True)


def test_a_second_factor_on_the_page_about_the_person_does_not_count(
    client: FlaskClient, faulty: FaultyProvider, region: int, come_back: Back
) -> None:
    """It is not signed, and it tells nothing of this sign-in."""
    page = {"sub": "robin-1", "email": "robin@nhs.net", "amr": ["mfa"]}
    faulty.behave(claims={"email": None}, userinfo=page)
    assert come_back(client, client.get(START)).location.startswith("/sign-in/code")


def test_a_role_that_needs_one_is_led_to_set_it_up(
    client: FlaskClient, faulty: FaultyProvider, region: int, come_back: Back
) -> None:
    session().execute(sa.update(Account).values(totp_secret=None, totp_confirmed_at=None))
    session().commit()
    back = come_back(client, client.get(f"{START}?next=/review/overdue"))
    assert back.location == "/sign-in/set-up?next=/review/overdue"
    assert client.get(back.location).status_code == 200
    assert client.get("/review/overdue").status_code == 302
    assert last_session() == (SessionStep.ENROLMENT, SignInMethod.OIDC, False)


def test_a_role_that_needs_none_goes_straight_on(
    client: FlaskClient, robin: int, provider: str, connect: Callable[..., int], come_back: Back
) -> None:
    connect(robin, provider)
    assert come_back(client, client.get(START)).location == "/"
    assert last_session() == (SessionStep.OPEN, SignInMethod.OIDC, False)


def test_nothing_is_connected_by_somebody_who_owes_the_code(
    client: FlaskClient, faulty: FaultyProvider, region: int, come_back: Back, identities: Any
) -> None:
    come_back(client, client.get(START))
    assert client.get(f"{OWN}/begin").location.startswith("/sign-in?next=")
    assert client.get(f"{OWN}/confirm").location.startswith("/sign-in?next=")
    assert len(identities()) == 1
