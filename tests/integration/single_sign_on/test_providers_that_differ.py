"""A provider may do it its own way, with other names, keys and addresses: what is right is let in, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import DESCRIPTION, START, Back
from oidc_provider import ROBIN, FaultyProvider

from tracker.sign_in import oidc

pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def database_url() -> str:
    """One database is enough here: how a provider differs is dealt with before any table is asked."""
    return "sqlite:///:memory:"


def test_the_address_is_asked_of_the_page_about_the_person_where_the_token_has_none(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back
) -> None:
    faulty.behave(claims={"email": None})
    assert come_back(client, client.get(START)).location == "/"
    assert len(faulty.asked("/userinfo")) == 1


def test_what_the_page_about_the_person_says_never_outweighs_the_token(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back, point: Callable[..., None], is_signed_in: Any
) -> None:
    point(faulty.address, oidc_claims={"subject": "oid", "email": "email", "name": "name"})
    page = {"sub": ROBIN["sub"], "oid": ROBIN["sub"], "email": "robin@nhs.net"}
    faulty.behave(claims={"email": None}, userinfo=page)
    assert come_back(client, client.get(START)).status_code == 403
    assert not is_signed_in(client)
    assert len(faulty.asked("/userinfo")) == 1


def test_claims_are_read_by_the_names_in_the_settings(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back, point: Callable[..., None], connect: Any, robin: int
) -> None:
    point(faulty.address, oidc_claims={"subject": "oid", "email": "preferred_username", "name": "name"})
    connect(robin, faulty.address, "object-7")
    faulty.behave(claims={"sub": "pairwise", "email": None, "oid": "object-7", "preferred_username": "robin@nhs.net"})
    assert come_back(client, client.get(START)).location == "/"
    assert faulty.asked("/userinfo") == []


def test_a_new_key_of_the_provider_is_fetched(client: FlaskClient, faulty: FaultyProvider, come_back: Back) -> None:
    assert come_back(client, client.get(START)).location == "/"
    other = client.application.test_client()
    faulty.behave(key="second")
    assert come_back(other, other.get(START)).location == "/"
    assert len(faulty.asked("/jwks")) == 1
    assert faulty.asked(DESCRIPTION) == []  # It is known for an hour.


def test_a_new_key_without_an_id_costs_one_sign_in(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back
) -> None:
    """Nothing tells it from a forged signature; the keys are fetched again for the next."""
    faulty.behave(keys_have_ids=False)
    assert come_back(client, client.get(START)).location == "/"
    other = client.application.test_client()
    faulty.behave(keys_have_ids=False, key="second")
    assert come_back(other, other.get(START)).status_code == 400
    assert come_back(other, other.get(START)).location == "/"


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back
) -> None:
    faulty.behave(description={"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]})
    assert come_back(client, client.get(START)).location == "/"
    (asked,) = faulty.asked("/token")
    assert asked["client_secret"]


def test_an_issuer_with_a_slash_at_its_end_is_the_one_in_the_settings(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back, connect: Any, robin: int
) -> None:
    """Settings lose the slash, and some providers write it in every token."""
    connect(robin, faulty.address + "/")
    faulty.behave(description={"issuer": faulty.address + "/"}, claims={"iss": faulty.address + "/"})
    assert come_back(client, client.get(START)).location == "/"
    faulty.behave(description={"issuer": faulty.address + "/"})
    other = client.application.test_client()
    client.application.extensions.pop(oidc.CLIENT)
    assert come_back(other, other.get(START)).status_code == 400
