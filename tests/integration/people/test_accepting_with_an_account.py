"""An invitation of somebody who has an account: they sign in, and accept as themselves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import (
    NEW,
    PASSWORD,
    accept,
    end_roles,
    invited,
    roles_of,
)

from tracker.accounts.models import SignInSession
from tracker.accounts.rules import Role
from tracker.db import session

Enter = Callable[..., FlaskClient]
Later = Callable[..., AbstractContextManager[None]]


def test_somebody_with_an_account_signs_in_first_and_comes_back_to_accept(
    app: Flask, client: FlaskClient, enter: Enter, world: make.World
) -> None:
    make.person(Role.BOARD, world.south_trust, email=NEW)
    link = invited(enter(Role.LEAD))
    page = client.get(link)
    assert f'href="/sign-in?next={link}"' in page.text
    assert 'name="password"' not in page.text
    sent = {"csrf_token": make.csrf_token(client, "/sign-in"), "password": PASSWORD}
    assert client.post(link, data=sent).status_code == 200, "A link alone gives nothing to whoever holds it."
    assert roles_of(NEW) == [(Role.BOARD, world.south_trust)]
    sign_in = f"/sign-in?next={link}"
    came_back = client.post(
        sign_in,
        data={
            "csrf_token": make.csrf_token(client, sign_in),
            "email": NEW,
            "password": make.PASSWORD,
            "next": link,
        },
    )
    assert came_back.location == link
    assert accept(client, link, None).location == "/sign-in"
    assert roles_of(NEW) == [(Role.BOARD, world.south_trust), (Role.CONTRIBUTOR, world.north_trust)]
    assert client.get("/organisations").status_code == 302, "What they may do has changed, so they sign in anew."
    make.enter(client, NEW)
    assert client.get("/organisations/XN1").status_code == 200


def test_accepting_ends_every_other_session_of_the_person(app: Flask, enter: Enter, world: make.World) -> None:
    make.person(Role.BOARD, world.south_trust, email=NEW)
    here, elsewhere = app.test_client(), app.test_client()
    make.enter(elsewhere, NEW)
    link = invited(enter(Role.LEAD))
    make.enter(here, NEW)
    accept(here, link, None)
    assert elsewhere.get("/organisations").status_code == 302
    open_sessions = session().scalars(sa.select(SignInSession).where(SignInSession.ended_at.is_(None))).all()
    assert len(open_sessions) == 1, "The lead's own."


def test_somebody_else_who_is_signed_in_is_told_so_and_nothing_happens(
    enter: Enter, world: make.World, tables: Callable[[], object]
) -> None:
    link, other = invited(enter(Role.LEAD)), enter(Role.BOARD)
    token, before = make.csrf_token(other, "/organisations"), tables()
    for answer in (other.get(link), other.post(link, data={"csrf_token": token, "password": PASSWORD})):
        assert answer.status_code == 403
        assert "This invitation is for somebody else" in answer.text
        assert "contributor" not in answer.text.lower()
        assert NEW not in answer.text
    assert tables() == before


def test_a_person_whose_last_role_ended_accepts_with_the_password_they_have(
    app: Flask, client: FlaskClient, enter: Enter, world: make.World
) -> None:
    """They cannot sign in first, and the link alone may have gone astray."""
    end_roles(make.person(Role.BOARD, world.south_trust, email=NEW))
    link = invited(enter(Role.LEAD))
    assert "Enter its password to accept" in client.get(link).text
    wrong = accept(client, link, "not the password")
    assert wrong.status_code == 200
    assert "The password is not right" in wrong.text
    assert roles_of(NEW) == []
    assert accept(client, link, make.PASSWORD).location == "/sign-in"
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust)]
    make.enter(client, NEW)


def test_wrong_passwords_at_an_invitation_count_as_they_do_at_sign_in(
    client: FlaskClient, enter: Enter, later: Later, world: make.World
) -> None:
    end_roles(make.person(Role.BOARD, world.south_trust, email=NEW))
    link = invited(enter(Role.LEAD))
    for _ in range(10):
        accept(client, link, "not the password")
    assert accept(client, link, make.PASSWORD).status_code == 200, "Locked: the right one does not do either."
    assert roles_of(NEW) == []
    with later(minutes=16):
        assert accept(client, link, make.PASSWORD).status_code == 302


def test_a_second_factor_is_asked_for_after_accepting_as_ever(
    client: FlaskClient, enter: Enter, world: make.World
) -> None:
    end_roles(make.person(Role.REGION, world.south_region, email=NEW))
    accept(client, invited(enter(Role.LEAD)), make.PASSWORD)
    answer = client.post(
        "/sign-in",
        data={"csrf_token": make.csrf_token(client, "/sign-in"), "email": NEW, "password": make.PASSWORD},
    )
    assert answer.location.startswith("/sign-in/code")
