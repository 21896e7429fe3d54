"""Who comes back from the provider on the way to an invitation is brought to it, and to no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOON
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import START, Back, without_role
from oidc_provider import ROBIN, SAM

from tracker import clock
from tracker.accounts import queries
from tracker.accounts.models import Account
from tracker.db import session, transaction
from tracker.sign_in import identities as joined


@pytest.fixture(autouse=True)
def provider(honest: str, point: Callable[..., None]) -> str:
    point(honest)
    return honest


def test_an_unknown_identity_is_brought_to_the_invitation_it_came_from_and_to_no_other(
    client: FlaskClient, robin: int, provider: str, come_back: Back, identities: Any
) -> None:
    back = come_back(client, client.get(f"{START}?next=/invitations/first-token"), SAM["sub"])
    assert back.location == "/invitations/first-token"
    with client.session_transaction() as cookie:
        kept = cookie["identity_to_connect"]
    assert set(kept) == {"for", "at", "issuer", "subject", "email", "has_second_factor"}
    assert "first-token" not in str(kept)
    assert identities() == []

    account_id = queries.find_account_id(robin)
    assert account_id is not None
    session().commit()
    with _page(client, "/invitations/second-token"):
        assert joined.pending_identity() is None
        assert not joined.connect_pending(account_id, by=robin)
    with clock.frozen(NOON + timedelta(minutes=10, seconds=1)), _page(client, "/invitations/first-token"):
        assert joined.pending_identity() is None
    with _page(client, "/invitations/first-token"):
        pending = joined.pending_identity()
        assert pending is not None
        assert (pending.issuer, pending.subject, pending.email) == (provider, "sam-2", "sam@example.nhs.uk")
        with transaction():
            assert joined.connect_pending(account_id, by=robin)
        joined.forget_pending()
        assert joined.pending_identity() is None
    assert identities() == [(robin, provider, "sam-2")]


def _page(client: FlaskClient, path: str) -> Any:
    """What code that serves this page to this browser sees."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    return client.application.test_request_context(path, headers={"Cookie": f"session={cookie.value}"})


def test_a_known_identity_without_a_role_is_brought_to_its_invitation_too(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, is_signed_in: Any
) -> None:
    connect(robin, provider)
    without_role(robin)
    back = come_back(client, client.get(f"{START}?next=/invitations/token"), ROBIN["sub"])
    assert back.location == "/invitations/token"
    assert not is_signed_in(client)
    with client.session_transaction() as cookie:
        assert cookie["identity_to_connect"]["subject"] == ROBIN["sub"]


def test_an_account_that_is_switched_off_is_not_brought_to_an_invitation(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back
) -> None:
    connect(robin, provider)
    account = session().query(Account).filter_by(person_id=robin).one()
    account.is_active = False
    session().commit()
    assert come_back(client, client.get(f"{START}?next=/invitations/token"), ROBIN["sub"]).status_code == 403
