"""New ways into an account: made by administrators for others, not for themselves, and by nobody at a left browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import said, send_mail, shown_who_asks
from integration.people.test_ending_roles import press
from smtp_server import MailServer

from tracker.accounts.models import Account, ExternalIdentity
from tracker.accounts.rules import Role
from tracker.db import session

Enter = Callable[..., FlaskClient]
Tables = Callable[[], object]


@pytest.fixture
def region_team(world: make.World) -> int:
    """Somebody of a regional team, who has an authenticator."""
    return make.person(Role.REGION, world.north_region, email="team@example.nhs.uk")


def has_authenticator(person_id: int) -> bool:
    session().rollback()
    return session().scalar(sa.select(Account.totp_secret).where(Account.person_id == person_id)) is not None


def test_nobody_resets_their_own_second_factor(enter: Enter, world: make.World, tables: Tables) -> None:
    """Whoever sits at an open session would have the account for good."""
    own, administrator = make.person(Role.ADMINISTRATOR), enter(Role.ADMINISTRATOR)
    path = f"/people/{own}/reset-second-factor"
    assert path not in administrator.get(f"/people/{own}").text
    sent, before = shown_who_asks(administrator, "/people/invite"), tables()
    assert administrator.get(path).status_code == 403
    assert administrator.post(path, data=sent).status_code == 403
    assert (tables(), has_authenticator(own)) == (before, True)
    assert [entry.after for entry in said("refused")] == [{"reason": "not allowed"}] * 2


@pytest.mark.parametrize(
    ("wrong", "said_there"),
    [
        ({"current_password": "not the password"}, "The password is not right"),
        ({"current_password": ""}, "Enter your current password"),
        ({"code": "000000"}, "The code is not right"),
        ({"code": ""}, "Enter the code"),
    ],
)
def test_an_open_session_alone_resets_nobodys_second_factor(
    enter: Enter, region_team: int, wrong: dict[str, str], said_there: str
) -> None:
    administrator, path = enter(Role.ADMINISTRATOR), f"/people/{region_team}/reset-second-factor"
    sent = shown_who_asks(administrator, path)
    answer = administrator.post(path, data={**sent, **wrong})
    assert answer.status_code == 200
    assert said_there in answer.text
    assert has_authenticator(region_team)
    assert administrator.post(path, data=sent).status_code == 302
    assert not has_authenticator(region_team)


def test_wrong_passwords_there_count_and_lock(enter: Enter, region_team: int) -> None:
    administrator, path = enter(Role.ADMINISTRATOR), f"/people/{region_team}/reset-second-factor"
    sent = shown_who_asks(administrator, path)
    for _ in range(10):
        administrator.post(path, data={**sent, "current_password": "not the password"})
    assert "locked for 15 minutes" in administrator.post(path, data=sent).text
    assert has_authenticator(region_team)


def test_an_administrator_without_a_password_must_have_signed_in_lately(
    enter: Enter, region_team: int, later: Callable[..., object]
) -> None:
    administrator, path = enter(Role.ADMINISTRATOR), f"/people/{region_team}/reset-second-factor"
    session().execute(sa.update(Account).where(Account.person_id != region_team).values(password_hash=None))
    session().commit()
    with later(minutes=16):  # type: ignore[attr-defined]
        assert "Your current password" not in administrator.get(path).text
        sent = shown_who_asks(administrator, "/people/invite")
        assert administrator.post(path, data=sent).status_code == 200
    assert has_authenticator(region_team)
    sent = shown_who_asks(administrator, path)
    assert administrator.post(path, data=sent).status_code == 302
    assert not has_authenticator(region_team)


def test_an_administrator_mails_a_link_to_set_a_password(
    app: Flask, client: FlaskClient, enter: Enter, world: make.World, server: MailServer
) -> None:
    """To an account that single sign-on opened, for example, where there is no single sign-on any more."""
    person_id = make.person(Role.LEAD, world.north_trust)
    account_id = session().scalar(sa.select(Account.id).where(Account.person_id == person_id))
    identity = {"issuer": "https://id.example", "subject": "robin", "connected_at": make.LONG_AGO}
    session().add(ExternalIdentity(account_id=account_id, **identity))
    session().execute(sa.update(Account).where(Account.person_id == person_id).values(password_hash=None))
    session().commit()
    administrator, path = enter(Role.ADMINISTRATOR), f"/people/{person_id}/password-link"
    assert path in administrator.get(f"/people/{person_id}").text
    assert press(administrator, path) == 302
    assert press(administrator, path) == 302, "A second one waits for nobody."
    send_mail(app, server)
    (mail,) = server.to(f"lead.{world.north_trust}@example.nhs.uk")
    assert "An administrator of the health inequalities action tracker sends you this link" in mail.text
    (link,) = re.findall(r"https://tracker\.example\.test(/set-password/\S+)", mail.text)
    sent = {"csrf_token": make.csrf_token(client, link), "password": "nine brisk puffins"}
    assert client.post(link, data=sent).status_code == 302
    make.enter_by_pages(client, f"lead.{world.north_trust}@example.nhs.uk", "nine brisk puffins")
    (entry,) = said("password link sent")
    assert (entry.subject, entry.role, entry.before, entry.after) == (
        f"person {person_id}",
        "administrator",
        None,
        None,
    )


def test_nothing_is_mailed_to_an_account_that_is_switched_off(
    app: Flask, enter: Enter, world: make.World, server: MailServer
) -> None:
    person_id, administrator = make.person(Role.LEAD, world.north_trust), enter(Role.ADMINISTRATOR)
    path = f"/people/{person_id}/password-link"
    press(administrator, f"/people/{person_id}/switch-off")
    assert path not in administrator.get(f"/people/{person_id}").text
    answer = administrator.post(path, data={"csrf_token": make.csrf_token(administrator, path)})
    assert answer.status_code == 409
    assert "switched off: switch it on first" in answer.text
    send_mail(app, server)
    assert server.messages == []


@pytest.mark.parametrize("role", [Role.LEAD, Role.REGION, Role.ADMINISTRATOR])
def test_whoever_may_not_do_something_is_sent_to_nobody_they_may_not_have(enter: Enter, role: Role) -> None:
    """Not everybody has a regional team above them."""
    client = enter(role)
    path = f"/people/{make.person(Role.ADMINISTRATOR)}/reset-second-factor"
    page = client.get(path)
    assert page.status_code == 403
    assert "regional team" not in page.text.split("<main", 1)[1].split("</main>")[0]
    assert "ask whoever gave you your role" in page.text
