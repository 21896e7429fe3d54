"""An invitation is taken up once, by whom it was sent to, while everything it rests on still holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import (
    NEW,
    PASSWORD,
    accept,
    end_roles,
    invite,
    invited,
    link_of,
    newest,
    roles_of,
    said,
    switch,
)

from tracker.accounts import queries, service
from tracker.accounts.models import Membership, OneTimeLink
from tracker.accounts.rules import Role
from tracker.db import session, transaction

Enter = Callable[..., FlaskClient]
Later = Callable[..., AbstractContextManager[None]]


def test_somebody_new_sets_a_password_accepts_and_signs_in(
    client: FlaskClient, enter: Enter, world: make.World
) -> None:
    link = invited(enter(Role.LEAD))
    page = client.get(link)
    assert "The health inequalities lead of Dales Hospitals NHS Trust (XN1) invites you" in page.text
    assert roles_of(NEW) == [], "Opening it gives nothing."
    assert accept(client, link).location == "/sign-in"
    assert "You have accepted the invitation." in client.get("/sign-in").text
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust)]
    make.enter_by_pages(client, NEW, PASSWORD)
    assert client.get("/organisations/XN1").status_code == 200
    assert client.get("/organisations/XN3").status_code == 404
    assert client.get("/people").status_code == 403


def test_the_role_is_given_by_whoever_invited_and_accepted_by_whoever_was(
    client: FlaskClient, enter: Enter, world: make.World
) -> None:
    accept(client, invited(enter(Role.LEAD)))
    inviter = make.person(Role.LEAD, world.north_trust)
    person = queries.find_person_of_account(NEW)
    assert person is not None
    (granted,), (accepted,) = said("membership granted"), said("invitation accepted")
    assert (granted.person_id, granted.role, granted.after) == (
        inviter,
        "lead",
        {"role": "contributor", "body": "XN1"},
    )
    assert (accepted.person_id, accepted.subject) == (person.id, f"person {person.id}")
    assert accepted.after == {"invitation": newest().id, "role": "contributor", "body": "XN1"}
    assert granted.chain_id == accepted.chain_id == said("invited")[0].chain_id
    assert newest().accepted_at is not None


def test_opening_a_link_does_not_use_it_up(client: FlaskClient, enter: Enter) -> None:
    """Mail scanners open every link before the person does."""
    link = invited(enter(Role.LEAD))
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert accept(client, link).status_code == 302


def test_a_link_works_once(app: Flask, client: FlaskClient, enter: Enter, world: make.World) -> None:
    link = invited(enter(Role.LEAD))
    token = make.csrf_token(client, link)
    accept(client, link)
    other = app.test_client()
    assert other.get(link).status_code == 404
    sent = {"csrf_token": make.csrf_token(other, "/sign-in"), "password": "another quiet password"}
    assert other.post(link, data=sent).status_code == 404
    assert client.post(link, data={"csrf_token": token, "password": PASSWORD}).status_code == 404
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust)]
    make.enter_by_pages(other, NEW, PASSWORD)


def test_every_link_of_an_invitation_dies_with_the_first_use(client: FlaskClient, enter: Enter) -> None:
    """A mail that is delivered twice brings two links."""
    first = invited(enter(Role.LEAD))
    second = link_of(newest().id)
    accept(client, second)
    assert client.get(first).status_code == 404
    assert session().scalars(sa.select(OneTimeLink).where(OneTimeLink.used_at.is_(None))).all() == []


def test_a_link_works_for_48_hours_and_not_a_second_longer(client: FlaskClient, enter: Enter, later: Later) -> None:
    link = invited(enter(Role.LEAD))
    token = make.csrf_token(client, link)
    with later(hours=48):
        assert client.get(link).status_code == 404
        assert client.post(link, data={"csrf_token": token, "password": PASSWORD}).status_code == 404
    assert roles_of(NEW) == []
    with later(hours=48, seconds=-1):
        assert accept(client, link).status_code == 302


def test_a_mail_that_comes_late_brings_no_time_of_its_own(client: FlaskClient, enter: Enter, later: Later) -> None:
    invite(enter(Role.LEAD))
    with later(hours=47):
        link = link_of(newest().id)
    with later(hours=48):
        assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    "closed_by",
    ["used", "withdrawn", "expired", "switched off", "another role there", "demotion", "inviter gone", "made up"],
)
def test_whatever_closed_a_link_its_page_is_the_same(
    app: Flask, client: FlaskClient, enter: Enter, later: Later, world: make.World, closed_by: str
) -> None:
    person_id = make.person(Role.BOARD, world.south_trust, email=NEW)
    lead = enter(Role.LEAD)
    link = invited(lead)
    hours = 0
    if closed_by == "used":
        make.enter(client, NEW)
        accept(client, link, None)
    elif closed_by == "withdrawn":
        page = f"/people/invitations/{newest().id}"
        lead.post(f"{page}/withdraw", data={"csrf_token": make.csrf_token(lead, page)})
    elif closed_by == "expired":
        hours = 48
    elif closed_by == "switched off":
        switch(NEW, False)
    elif closed_by == "another role there":
        with transaction():
            account = queries.find_account_by_email(NEW)
            assert account is not None
            service.grant_membership(account, Role.BOARD, "XN1")
    elif closed_by == "demotion":
        end_roles(person_id)
    elif closed_by == "inviter gone":
        end_roles(make.person(Role.LEAD, world.north_trust))
    else:
        link = "/invitations/made-up"
    with later(hours=hours):
        stranger = app.test_client()
        answer = stranger.get(link)
        assert answer.status_code == 404
        shown = answer.text.split("<main")[1]
        assert shown == stranger.get("/invitations/another-made-up").text.split("<main")[1]
        sent = {"csrf_token": make.csrf_token(stranger, "/sign-in"), "password": PASSWORD}
        assert stranger.post(link, data=sent).status_code == 404
    assert (Role.CONTRIBUTOR, world.north_trust) not in roles_of(NEW) or closed_by == "used"


def test_an_account_that_was_switched_off_and_on_again_needs_a_new_invitation(
    client: FlaskClient, enter: Enter
) -> None:
    link = invited(enter(Role.LEAD))
    switch(NEW, False)
    switch(NEW, True)
    assert client.get(link).status_code == 404


@pytest.mark.parametrize("how", ["demoted", "switched off", "moved"])
def test_whoever_may_no_longer_give_a_role_has_not_given_it(
    client: FlaskClient, enter: Enter, world: make.World, how: str
) -> None:
    link = invited(enter(Role.REGION), Role.LEAD, "XN1")
    region = make.person(Role.REGION, world.north_region)
    token = make.csrf_token(client, link)
    if how == "demoted":
        end_roles(region)
        make.person(Role.LEAD, world.north_trust, email="successor@example.nhs.uk")
    elif how == "switched off":
        switch(f"region.{world.north_region}@example.nhs.uk", False)
    else:
        session().execute(
            sa.text("UPDATE organisation_link SET parent_id = :south WHERE child_id = :trust AND link_kind = 'region'"),
            {"south": world.south_region, "trust": world.north_trust},
        )
        session().commit()
    assert client.get(link).status_code == 404
    assert client.post(link, data={"csrf_token": token, "password": PASSWORD}).status_code == 404
    assert roles_of(NEW) == []


def test_an_inviter_with_another_role_that_may_give_it_still_gives_it(
    client: FlaskClient, enter: Enter, world: make.World
) -> None:
    """The lead who invited is an administrator by now: it is their power at this moment that counts."""
    link = invited(enter(Role.LEAD))
    lead = make.person(Role.LEAD, world.north_trust)
    end_roles(lead)
    session().add(Membership(person_id=lead, role=Role.ADMINISTRATOR, granted_at=make.LONG_AGO))
    session().commit()
    assert accept(client, link).status_code == 302
    assert said("membership granted")[-1].role == "administrator"


def test_an_organisation_that_closes_meanwhile_takes_nobody_in(
    client: FlaskClient, enter: Enter, later: Later, world: make.World
) -> None:
    link = invited(enter(Role.REGION), Role.LEAD, "XN1")
    session().execute(
        sa.text("UPDATE organisation_life SET ends_on = :day WHERE organisation_id = :trust"),
        {"day": date(2020, 11, 2), "trust": world.north_trust},
    )
    session().commit()
    with later(hours=11, minutes=59):  # One minute to midnight: it is open on its close date still.
        assert client.get(link).status_code == 200
    with later(hours=12):
        assert client.get(link).status_code == 404


def test_a_first_password_is_held_to_the_rules_and_the_link_still_works(client: FlaskClient, enter: Enter) -> None:
    link = invited(enter(Role.LEAD))
    for poor, fault in (
        ("", "Enter a new password"),
        ("short", "at least 12"),
        ("x" * 129, "128 characters or fewer"),
        ("kim.marsh.example", "your own name"),
        ("dales.hospitals", "your own name"),
    ):
        answer = accept(client, link, poor)
        assert answer.status_code == 200
        assert fault in answer.text
    assert roles_of(NEW) == []
    assert accept(client, link).status_code == 302


def test_an_offer_without_the_pages_token_gives_nothing(client: FlaskClient, enter: Enter) -> None:
    link = invited(enter(Role.LEAD))
    answer = client.post(link, data={"password": PASSWORD})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert roles_of(NEW) == []


def test_a_password_set_by_another_link_meanwhile_is_not_set_again(
    app: Flask, client: FlaskClient, enter: Enter, world: make.World
) -> None:
    """Two tabs: after the first has set a password, the second page no longer may."""
    lead = enter(Role.LEAD)
    first, second = invited(lead), invited(lead, Role.BOARD, email=NEW)
    stale = app.test_client()
    token = make.csrf_token(stale, first)
    with transaction():
        account = queries.find_account_by_email(NEW)
        assert account is not None
        service.set_password(account, PASSWORD)
    sent = {"csrf_token": token, "password": "another quiet password"}
    assert stale.post(first, data=sent).status_code == 200
    assert "Your password" in stale.get(second).text
    assert roles_of(NEW) == []
    assert accept(client, first, PASSWORD).status_code == 302
