"""A role that is taken away is gone on the next request, an account that is switched off too, and one administrator
always stays.
"""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import NEW, accept, invited, link_of, newest, roles_of, said, shown_who_asks

from tracker.accounts.models import Account, ExternalIdentity, Membership, Person, RecoveryCode
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.sign_in import recovery

Enter = Callable[..., FlaskClient]
Tables = Callable[[], object]


def removal_of(person_id: int, role: Role) -> str:
    membership_id = session().scalar(
        sa.select(Membership.id).where(
            Membership.person_id == person_id, Membership.role == role, Membership.ended_at.is_(None)
        )
    )
    return f"/people/{person_id}/roles/{membership_id}/remove"


def press(client: FlaskClient, path: str) -> int:
    """Press the one button of a page that asks whether something is meant."""
    return client.post(path, data={"csrf_token": make.csrf_token(client, path)}).status_code


def is_active(person_id: int) -> bool:
    session().rollback()
    return bool(session().scalar(sa.select(Account.is_active).where(Account.person_id == person_id)))


def test_a_lead_removes_a_contributor_who_is_out_at_the_next_request(enter: Enter, world: make.World) -> None:
    contributor, lead = enter(Role.CONTRIBUTOR), enter(Role.LEAD)
    person_id = make.person(Role.CONTRIBUTOR, world.north_trust)
    assert contributor.get("/organisations/XN1").status_code == 200
    path = removal_of(person_id, Role.CONTRIBUTOR)
    assert path in lead.get(f"/people/{person_id}").text
    assert "Remove Robin Ashdown as contributor for Dales Hospitals NHS Trust (XN1)" in lead.get(path).text
    assert contributor.get("/organisations/XN1").status_code == 200, "Asking changes nothing."
    assert press(lead, path) == 302
    assert contributor.get("/organisations/XN1").status_code == 302
    assert "is no longer contributor for Dales Hospitals NHS Trust (XN1)." in lead.get("/people").text
    assert lead.get(path).status_code == 404
    (entry,) = said("membership ended")
    assert (entry.person_id, entry.role) == (make.person(Role.LEAD, world.north_trust), "lead")
    assert (entry.subject, entry.before) == (f"person {person_id}", {"role": "contributor", "body": "XN1"})


def test_a_lead_may_not_remove_a_lead_not_even_themselves(enter: Enter, world: make.World, tables: Tables) -> None:
    own, other = (
        make.person(Role.LEAD, world.north_trust),
        make.person(Role.LEAD, world.north_trust, email="second@example.nhs.uk"),
    )
    lead = enter(Role.LEAD)
    before = tables()
    for person_id in (own, other):
        assert "Not yours to change" in lead.get(f"/people/{person_id}").text
        path = removal_of(person_id, Role.LEAD)
        assert lead.get(path).status_code == 403
        token = make.csrf_token(lead, "/people/invite")
        assert lead.post(path, data={"csrf_token": token}).status_code == 403
    assert tables() == before


def test_a_role_is_not_found_below_somebody_else(enter: Enter, world: make.World) -> None:
    """The address names the person and the role: a role of the one is no role of the other."""
    contributor = make.person(Role.CONTRIBUTOR, world.north_trust)
    board = make.person(Role.BOARD, world.north_trust)
    path = removal_of(contributor, Role.CONTRIBUTOR).replace(f"/people/{contributor}/", f"/people/{board}/")
    assert enter(Role.LEAD).get(path).status_code == 404


def test_ending_a_role_voids_the_persons_open_invitations(
    app: Flask, enter: Enter, world: make.World, client: FlaskClient
) -> None:
    person_id = make.person(Role.BOARD, world.north_trust, email=NEW)
    link = invited(enter(Role.LEAD))
    assert press(enter(Role.ADMINISTRATOR), removal_of(person_id, Role.BOARD)) == 302
    assert client.get(link).status_code == 404


def test_other_roles_of_the_person_stay(app: Flask, enter: Enter, world: make.World) -> None:
    accept(app.test_client(), invited(enter(Role.LEAD)))
    session().rollback()
    person_id = session().scalar(sa.select(Account.person_id).where(Account.sign_in_email == NEW))
    assert person_id is not None
    make.also(person_id, Role.BOARD, world.south_trust)
    press(enter(Role.LEAD), removal_of(person_id, Role.CONTRIBUTOR))
    assert roles_of(NEW) == [(Role.BOARD, world.south_trust)]


def test_an_administrator_switches_an_account_off_and_on(app: Flask, enter: Enter, world: make.World) -> None:
    lead, administrator = enter(Role.LEAD), enter(Role.ADMINISTRATOR)
    person_id = make.person(Role.LEAD, world.north_trust)
    page = administrator.get(f"/people/{person_id}").text
    assert f"/people/{person_id}/switch-off" in page
    assert f"/people/{person_id}/switch-on" not in page
    assert press(administrator, f"/people/{person_id}/switch-off") == 302
    assert lead.get("/organisations/XN1").status_code == 302
    page = administrator.get(f"/people/{person_id}").text
    assert "is switched off." in page
    assert f"/people/{person_id}/switch-on" in page
    assert press(administrator, f"/people/{person_id}/switch-on") == 302
    assert lead.get("/organisations/XN1").status_code == 302, "What was open stays shut."
    make.enter(lead, f"lead.{world.north_trust}@example.nhs.uk")
    assert [(entry.verb, entry.role) for entry in said("account switched off") + said("account switched on")] == [
        ("account switched off", "administrator"),
        ("account switched on", "administrator"),
    ]


def test_switching_off_what_is_off_changes_nothing_and_says_so(enter: Enter, world: make.World) -> None:
    person_id, administrator = make.person(Role.LEAD, world.north_trust), enter(Role.ADMINISTRATOR)
    press(administrator, f"/people/{person_id}/switch-off")
    assert "notification-banner--success" in administrator.get("/people").text
    press(administrator, f"/people/{person_id}/switch-off")
    page = administrator.get("/people").text
    assert "Nothing was changed" in page
    assert "notification-banner--success" not in page
    assert len(said("account switched off")) == 1


def test_an_administrator_resets_a_lost_second_factor(app: Flask, enter: Enter, world: make.World) -> None:
    region, administrator = enter(Role.REGION), enter(Role.ADMINISTRATOR)
    person_id = make.person(Role.REGION, world.north_region)
    account = session().scalars(sa.select(Account).where(Account.person_id == person_id)).one()
    recovery.renew(account.id)
    session().commit()
    path = f"/people/{person_id}/reset-second-factor"
    assert administrator.post(path, data=shown_who_asks(administrator, path)).location == f"/people/{person_id}"
    session().rollback()
    account = session().scalars(sa.select(Account).where(Account.person_id == person_id)).one()
    assert (account.totp_secret, account.totp_confirmed_at) == (None, None)
    assert account.password_hash is not None
    assert session().scalars(sa.select(RecoveryCode)).all() == []
    assert region.get("/review/overdue").status_code == 302
    (entry,) = said("second factor reset")
    assert (entry.subject, entry.role) == (f"person {person_id}", "administrator")
    assert "Reset the second factor" not in administrator.get(f"/people/{person_id}").text


def test_an_administrator_corrects_a_name_and_the_audit_keeps_neither_spelling(enter: Enter, world: make.World) -> None:
    person_id, administrator = make.person(Role.LEAD, world.north_trust), enter(Role.ADMINISTRATOR)
    path = f"/people/{person_id}/name"
    assert 'value="Robin Ashdown"' in administrator.get(path).text
    for poor in ("", "Robin\nAshdown", "x" * 201, "Robin\x07"):
        answer = administrator.post(path, data={"csrf_token": make.csrf_token(administrator, path), "name": poor})
        assert answer.status_code == 200, poor
    token = make.csrf_token(administrator, path)
    extra = {"is_active": "", "contact_email": "x@example.test", "forgotten_at": "2020-11-02", "person_id": "1"}
    answer = administrator.post(path, data={"csrf_token": token, "name": "Robyn Ashdown", **extra})
    assert answer.location == f"/people/{person_id}"
    session().rollback()
    person = session().get_one(Person, person_id)
    assert (person.name, person.forgotten_at) == ("Robyn Ashdown", None)
    assert person.contact_email.startswith("lead.")
    assert is_active(person_id)
    (entry,) = said("name corrected")
    assert (entry.before, entry.after) == (None, None)


@pytest.mark.parametrize("what", ["switch-off", "switch-on", "reset-second-factor", "name", "password-link"])
@pytest.mark.parametrize("role", [Role.LEAD, Role.REGION, Role.NATIONAL])
def test_nobody_else_touches_an_account(enter: Enter, world: make.World, role: Role, what: str, tables: Tables) -> None:
    person_id, client = make.person(Role.CONTRIBUTOR, world.north_trust), enter(role)
    token, before = make.csrf_token(client, "/organisations"), tables()
    assert client.get(f"/people/{person_id}/{what}").status_code == 403
    sent = {"csrf_token": token, "name": "Another"}
    assert client.post(f"/people/{person_id}/{what}", data=sent).status_code == 403
    assert client.post(f"/people/{person_id}/{what}", data={"name": "Another"}).status_code == 403
    assert tables() == before


@pytest.mark.parametrize("how", ["role", "switch-off"])
def test_the_last_administrator_stays_whoever_asks(enter: Enter, how: str, tables: Tables) -> None:
    """Also when the other one is there but switched off, and also when it is themselves who ask."""
    own = make.person(Role.ADMINISTRATOR)
    other = make.person(Role.ADMINISTRATOR, email="second@example.nhs.uk")
    administrator = enter(Role.ADMINISTRATOR)
    press(administrator, f"/people/{other}/switch-off")
    before = tables()
    path = removal_of(own, Role.ADMINISTRATOR) if how == "role" else f"/people/{own}/switch-off"
    answer = administrator.post(path, data={"csrf_token": make.csrf_token(administrator, path)})
    assert answer.status_code == 409
    assert "This is the last administrator who can sign in" in answer.text
    assert tables() == before
    assert administrator.get("/people").status_code == 200
    press(administrator, f"/people/{other}/switch-on")
    assert press(administrator, path) == 302
    assert administrator.get("/people").status_code == 302, "It was their own, so they are out."


@pytest.mark.parametrize("how", ["role", "switch-off"])
def test_an_administrator_who_never_could_sign_in_is_nobody_who_stays(enter: Enter, how: str, tables: Tables) -> None:
    """They have neither a password nor a single sign-on: an invitation that nobody has taken up would do as well."""
    own = make.person(Role.ADMINISTRATOR)
    other = make.person(Role.ADMINISTRATOR, email="second@example.nhs.uk")
    session().execute(sa.update(Account).where(Account.person_id == other).values(password_hash=None))
    session().commit()
    administrator, before = enter(Role.ADMINISTRATOR), tables()
    path = removal_of(own, Role.ADMINISTRATOR) if how == "role" else f"/people/{own}/switch-off"
    answer = administrator.post(path, data={"csrf_token": make.csrf_token(administrator, path)})
    assert (answer.status_code, tables()) == (409, before)
    account_id = session().scalar(sa.select(Account.id).where(Account.person_id == other))
    identity = {"issuer": "https://id.example", "subject": "second", "connected_at": make.LONG_AGO}
    session().add(ExternalIdentity(account_id=account_id, **identity))
    session().commit()
    assert press(administrator, path) == 302, "By single sign-on they can."


def test_an_administrator_who_never_could_sign_in_can_go_while_another_is_there(enter: Enter) -> None:
    make.person(Role.ADMINISTRATOR)
    other = make.person(Role.ADMINISTRATOR, email="second@example.nhs.uk")
    session().execute(sa.update(Account).where(Account.person_id == other).values(password_hash=None))
    session().commit()
    assert press(enter(Role.ADMINISTRATOR), removal_of(other, Role.ADMINISTRATOR)) == 302


def test_an_administrator_who_is_switched_off_can_lose_the_role_while_another_is_there(enter: Enter) -> None:
    make.person(Role.ADMINISTRATOR)
    other = make.person(Role.ADMINISTRATOR, email="second@example.nhs.uk")
    administrator = enter(Role.ADMINISTRATOR)
    press(administrator, f"/people/{other}/switch-off")
    assert press(administrator, removal_of(other, Role.ADMINISTRATOR)) == 302
    assert roles_of("second@example.nhs.uk") == []


def test_a_post_without_the_pages_token_changes_nothing(enter: Enter, world: make.World, tables: Tables) -> None:
    person_id, administrator = make.person(Role.LEAD, world.north_trust), enter(Role.ADMINISTRATOR)
    link = invited(administrator, "national")
    number, before = newest().id, tables()
    for path in (removal_of(person_id, Role.LEAD), f"/people/{person_id}/switch-off", "/people/invite"):
        answer = administrator.post(path, data={"name": "Kim", "email": "k@example.nhs.uk", "role": "national"})
        assert answer.status_code == 200
        assert "There is a problem" in answer.text
    for what in ("withdraw", "send-again"):
        assert administrator.post(f"/people/invitations/{number}/{what}").status_code == 400
    assert tables() == before
    assert link != link_of(number)
