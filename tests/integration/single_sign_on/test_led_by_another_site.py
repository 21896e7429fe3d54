"""No page of another site begins a single sign-on: a person has to press a button of ours first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import START
from oidc_provider import ROBIN
from werkzeug.test import TestResponse

from tracker.accounts.models import SignInSession
from tracker.db import session

Point, Connect, ComeBack = Callable[..., None], Callable[..., int], Callable[..., TestResponse]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "something else"])
def test_another_site_gets_a_page_with_a_button_and_nothing_begins(
    client: FlaskClient, point: Point, robin: int, connect: Connect, honest: str, site: str, come_back: ComeBack
) -> None:
    point(honest)
    connect(robin, honest)
    answer = client.get(f"{START}?next=/organisations", headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 200
    assert "Continue with NHSmail" in answer.text
    assert 'href="/sign-in/single-sign-on?next=/organisations"' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert session().scalar(sa.select(sa.func.count(SignInSession.id))) == 0
    # The press of the button comes from our own page.
    pressed = client.get(f"{START}?next=/organisations", headers={"Sec-Fetch-Site": "same-origin"})
    assert come_back(client, pressed, ROBIN["sub"]).location == "/organisations"


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin"}])
def test_our_own_page_an_address_that_was_typed_and_an_old_browser_go_on_at_once(
    client: FlaskClient, point: Point, honest: str, robin: int, headers: dict[str, str]
) -> None:
    point(honest)
    answer = client.get(START, headers=headers)
    assert answer.status_code == 302
    assert answer.location.startswith(honest)


def test_the_page_leads_to_our_own_pages_only(client: FlaskClient, point: Point, honest: str, robin: int) -> None:
    point(honest)
    page = client.get(f"{START}?next=https://evil.example/", headers={"Sec-Fetch-Site": "cross-site"}).text
    assert "evil.example" not in page
