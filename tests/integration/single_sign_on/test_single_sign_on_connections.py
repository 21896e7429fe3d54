"""Connecting and disconnecting: only its owner does it, nobody is locked out by it, and nothing is connected twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import make
import pytest
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import OWN, START, Back, without_password
from oidc_provider import FaultyProvider
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts import queries
from tracker.db import session
from tracker.sign_in import own_identities

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def own_page(client: FlaskClient, robin: int) -> FlaskClient:
    """Robin's browser, signed in with the password."""
    make.enter_by_pages(client, "robin@example.nhs.uk")
    return client


def post(client: FlaskClient, path: str, password: str = make.PASSWORD) -> TestResponse:
    """Fill a page in: the password where it asks for one."""
    return client.post(path, data={"csrf_token": make.csrf_token(client, path), "current_password": password})


def test_what_is_disconnected_opens_nothing_any_more_and_every_other_browser_is_signed_out(
    own_page: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, audited: Any, is_signed_in: Any
) -> None:
    identity_id = connect(robin, provider)
    other = own_page.application.test_client()
    come_back(other, other.get(START))
    assert is_signed_in(other)
    with own_page.session_transaction() as cookie:
        before = cookie["sign_in"]
    assert post(own_page, f"{OWN}/{identity_id}/disconnect").location == OWN
    with own_page.session_transaction() as cookie:
        assert cookie["sign_in"] != before
    assert "It is disconnected" in own_page.get(OWN).get_data(as_text=True)
    assert not is_signed_in(other)
    assert come_back(other, other.get(START)).status_code == 403
    assert audited("identity disconnected") == [("identity disconnected", robin, {"issuer": provider})]


def test_the_only_way_in_stays(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, identities: Any
) -> None:
    first = connect(robin, provider)
    without_password(robin)
    come_back(client, client.get(START))
    page = client.get(OWN).get_data(as_text=True)
    assert "This is the only way you can sign in." in page
    assert "/disconnect" not in page
    refused = post(client, f"{OWN}/{first}/disconnect")
    assert refused.status_code == 200
    assert "Set a password first, and then disconnect it." in refused.get_data(as_text=True)
    assert len(identities()) == 1

    second = connect(robin, provider, "robin-again")
    assert post(client, f"{OWN}/{first}/disconnect").location == OWN
    assert post(client, f"{OWN}/{second}/disconnect").status_code == 200
    assert [subject for _, _, subject in identities()] == ["robin-again"]


def test_an_identity_of_a_provider_that_was_given_up_is_no_way_in(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, identities: Any
) -> None:
    present = connect(robin, provider)
    connect(robin, "https://id.former.example", "robin-then")
    without_password(robin)
    come_back(client, client.get(START))
    post(client, f"{OWN}/{present}/disconnect")
    assert len(identities()) == 2


def test_nobody_disconnects_what_is_anothers(
    own_page: FlaskClient, sam: int, provider: str, connect: Any, identities: Any, audited: Any
) -> None:
    sams = connect(sam, provider, "sam-2")
    connect(queries.find_person_of_account("robin@example.nhs.uk").id, provider)  # type: ignore[union-attr]
    token = make.csrf_token(own_page, f"{OWN}/{sams + 1}/disconnect")
    for identity_id in (sams, sams + 99):
        path = f"{OWN}/{identity_id}/disconnect"
        assert own_page.get(path).status_code == 404
        assert own_page.post(path, data={"csrf_token": token, "current_password": make.PASSWORD}).status_code == 404
    assert len(identities()) == 2
    assert audited("identity disconnected") == []


def test_nothing_is_disconnected_or_connected_without_a_token(
    own_page: FlaskClient,
    faulty: FaultyProvider,
    robin: int,
    provider: str,
    connect: Any,
    come_back: Back,
    identities: Any,
) -> None:
    identity_id = connect(robin, provider)
    own_page.post(f"{OWN}/{identity_id}/disconnect", data={"current_password": make.PASSWORD})
    faulty.behave(claims={"sub": "another"})
    come_back(own_page, own_page.get(f"{OWN}/begin"))
    own_page.post(f"{OWN}/confirm", data={"current_password": make.PASSWORD})
    assert identities() == [(robin, provider, "robin-1")]


def test_an_identity_that_opens_another_account_is_refused(
    own_page: FlaskClient, robin: int, sam: int, provider: str, connect: Any, come_back: Back, identities: Any
) -> None:
    connect(sam, provider)
    back = come_back(own_page, own_page.get(f"{OWN}/begin"))
    refused = post(own_page, back.location)
    assert refused.status_code == 200
    text = refused.get_data(as_text=True)
    assert "There is a problem" in text
    assert "This sign-in is connected to another account of this service already." in text
    assert identities() == [(sam, provider, "robin-1")]


def test_connecting_again_what_is_connected_changes_nothing(
    own_page: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, identities: Any, audited: Any
) -> None:
    connect(robin, provider)
    back = come_back(own_page, own_page.get(f"{OWN}/begin"))
    assert post(own_page, back.location).location == OWN
    assert identities() == [(robin, provider, "robin-1")]
    assert audited("identity connected") == []


def test_a_subject_counts_letter_by_letter_and_for_its_issuer_only(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back
) -> None:
    connect(robin, provider, "ROBIN-1")
    connect(robin, provider, "robin-1 ")
    connect(robin, "https://id.elsewhere.example", "robin-1")
    assert come_back(client, client.get(START)).status_code == 403


def test_what_waits_to_be_confirmed_waits_for_ten_minutes_and_for_its_owner_only(
    own_page: FlaskClient, robin: int, sam: int, come_back: Back, identities: Any
) -> None:
    back = come_back(own_page, own_page.get(f"{OWN}/begin"))
    token = make.csrf_token(own_page, back.location)
    with clock.frozen(NOON + timedelta(minutes=10, seconds=1)):
        assert own_page.get(back.location).location == OWN
        typed = {"csrf_token": token, "current_password": make.PASSWORD}
        assert own_page.post(back.location, data=typed).location == OWN
    with own_page.session_transaction() as cookie:
        kept = cookie["identity_to_connect"]
    sams = own_page.application.test_client()
    make.enter_by_pages(sams, "sam@example.nhs.uk")
    with sams.session_transaction() as cookie:
        cookie["identity_to_connect"] = kept
    assert sams.get(back.location).location == OWN
    assert identities() == []


def test_an_attempt_to_connect_counts_for_the_person_who_began_it(
    own_page: FlaskClient, robin: int, sam: int, come_back: Back, audited: Any
) -> None:
    there = own_page.get(f"{OWN}/begin")
    with own_page.session_transaction() as cookie:
        kept = {name: value for name, value in cookie.items() if name.startswith("_state_")}
    other = own_page.application.test_client()
    make.enter_by_pages(other, "sam@example.nhs.uk")
    with other.session_transaction() as cookie:
        cookie.update(kept)
    assert come_back(other, there).status_code == 400
    assert audited("connecting an identity refused")[0][1] == sam


def test_signed_out_meanwhile_nothing_is_connected(
    own_page: FlaskClient, come_back: Back, identities: Any, is_signed_in: Any
) -> None:
    there = own_page.get(f"{OWN}/begin")
    with own_page.session_transaction() as cookie:
        del cookie["sign_in"]
    assert come_back(own_page, there).status_code == 400
    assert identities() == []
    assert not is_signed_in(own_page)


def test_the_domain_counts_when_connecting_too(
    own_page: FlaskClient, faulty: FaultyProvider, robin: int, come_back: Back, audited: Any, is_signed_in: Any
) -> None:
    faulty.behave(claims={"email": "robin@nhs.net.evil.example"})
    refused = come_back(own_page, own_page.get(f"{OWN}/begin"))
    assert refused.status_code == 403
    assert 'href="/account/single-sign-on/begin"' in refused.get_data(as_text=True)
    assert audited("connecting an identity refused") == [
        ("connecting an identity refused", robin, {"method": "oidc", "reason": "email domain not allowed"})
    ]
    assert is_signed_in(own_page)


def test_a_wrong_password_changes_nothing_counts_as_a_try_and_may_be_mended(
    own_page: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, identities: Any, audited: Any
) -> None:
    """An open session shows that somebody signed in here, not who sits there now."""
    back = come_back(own_page, own_page.get(f"{OWN}/begin"))
    for typed in ("", "not the password"):
        refused = post(own_page, back.location, typed)
        assert refused.status_code == 200
        assert "There is a problem" in refused.get_data(as_text=True)
    assert identities() == []
    assert audited("confirmation refused") == [("confirmation refused", robin, None)]
    assert post(own_page, back.location).location == OWN
    (identity,) = own_identities.held_by(robin)
    session().commit()
    assert post(own_page, f"{OWN}/{identity.id}/disconnect", "not the password").status_code == 200
    assert len(identities()) == 1


def test_who_has_no_password_must_have_signed_in_lately(
    client: FlaskClient, faulty: FaultyProvider, robin: int, provider: str, connect: Any, come_back: Back
) -> None:
    first = connect(robin, provider)
    without_password(robin)
    come_back(client, client.get(START))
    faulty.behave(claims={"sub": "robin-again"})
    with clock.frozen(NOON + timedelta(minutes=15, seconds=1)):
        for path in (f"{OWN}/begin", f"{OWN}/{first}/disconnect"):
            assert "Sign in again to change this" in client.get(path).get_data(as_text=True)
    with clock.frozen(NOON + timedelta(minutes=14)):
        back = come_back(client, client.get(f"{OWN}/begin"))
        assert "current_password" not in client.get(back.location).get_data(as_text=True)
    with clock.frozen(NOON + timedelta(minutes=15, seconds=1)):
        assert "Sign in again to change this" in client.get(back.location).get_data(as_text=True)
    with clock.frozen(NOON + timedelta(minutes=14)):
        assert post(client, back.location).location == OWN


def test_connecting_signs_every_other_browser_out(own_page: FlaskClient, come_back: Back, is_signed_in: Any) -> None:
    other = own_page.application.test_client()
    make.enter_by_pages(other, "robin@example.nhs.uk")
    back = come_back(own_page, own_page.get(f"{OWN}/begin"))
    assert post(own_page, back.location).location == OWN
    assert is_signed_in(own_page)
    assert not is_signed_in(other)


def test_an_address_that_is_stored_markup_is_shown_as_text(
    own_page: FlaskClient, faulty: FaultyProvider, come_back: Back
) -> None:
    faulty.behave(claims={"email": '"<b>x</b>"@nhs.net'})
    back = come_back(own_page, own_page.get(f"{OWN}/begin"))
    assert "&lt;b&gt;x&lt;/b&gt;" in own_page.get(back.location).get_data(as_text=True)


@pytest.mark.parametrize("path", [OWN, f"{OWN}/begin", f"{OWN}/confirm"])
def test_the_pages_of_ones_own_need_a_sign_in(client: FlaskClient, path: str) -> None:
    assert client.get(path).location.startswith("/sign-in?next=")


def test_a_page_of_a_provider_that_is_gone_is_gone_too(own_page: FlaskClient, app: Flask) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], oidc_issuer="")
    for path in (OWN, f"{OWN}/begin", f"{OWN}/confirm", START, f"{START}/callback"):
        assert own_page.get(path).status_code == 404
    assert "single-sign-on" not in own_page.application.test_client().get("/sign-in").get_data(as_text=True)
