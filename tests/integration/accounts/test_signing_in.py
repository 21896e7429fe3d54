"""Signing in: the right password opens, and everything else looks the same from outside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.accounts.models import Account, Membership, SignInSession
from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.db import session

Later = Callable[..., AbstractContextManager[None]]

WRONG = "The email address or the password is not right, or the account is locked for 15 minutes."


def try_to_enter(client: FlaskClient, email: str, password: str, **more: str) -> TestResponse:
    token = make.csrf_token(client, "/sign-in")
    return client.post("/sign-in", data={"csrf_token": token, "email": email, "password": password, **more})


def set_account(email: str, **values: object) -> None:
    session().execute(sa.update(Account).where(Account.sign_in_email == email).values(**values))
    session().commit()


def is_in(client: FlaskClient) -> bool:
    return client.get("/organisations").status_code == 200


def sessions() -> int:
    return session().scalar(sa.select(sa.func.count(SignInSession.id))) or 0


def verbs() -> list[str]:
    return list(session().scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))


def test_the_right_password_opens_the_home_page_and_is_audited(client: FlaskClient, robin: str) -> None:
    answer = try_to_enter(client, robin, make.PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").location == "/organisations/XN1"
    page = client.get("/organisations/XN1").text
    assert "Robin Ashdown" in page
    assert "Sign out" in page
    assert verbs()[-1] == "signed in"


def test_the_address_may_be_typed_in_capitals_and_with_spaces_around_it(client: FlaskClient, robin: str) -> None:
    assert try_to_enter(client, f"  {robin.upper()} ", make.PASSWORD).status_code == 302


@pytest.mark.parametrize("case", ["wrong password", "unknown address", "inactive", "locked", "no password set"])
def test_every_refusal_looks_the_same(client: FlaskClient, robin: str, later: Later, case: str) -> None:
    email, password = robin, make.PASSWORD
    if case == "wrong password":
        password = make.PASSWORD + "s"
    elif case == "unknown address":
        email = "alex@example.nhs.uk"
    elif case == "inactive":
        set_account(robin, is_active=False)
    elif case == "no password set":
        set_account(robin, password_hash=None)
    else:
        for _ in range(10):
            try_to_enter(client, robin, "wrong")
    answer = try_to_enter(client, email, password)
    assert answer.status_code == 200
    shown = answer.text.replace(email, "…").split('id="maincontent"')[1]
    assert WRONG in shown
    assert password not in shown
    others = try_to_enter(client, "somebody.else@example.nhs.uk", "some other password")
    tokenless = [text.split('name="csrf_token"')[0] for text in (shown, _main(others, "somebody.else@example.nhs.uk"))]
    assert tokenless[0] == tokenless[1]
    assert not is_in(client)
    assert sessions() == 0
    assert verbs()[-1] == "sign-in refused"


def _main(answer: TestResponse, email: str) -> str:
    return answer.text.replace(email, "…").split('id="maincontent"')[1]


def test_no_refusal_tells_the_audit_what_was_typed(client: FlaskClient, robin: str) -> None:
    try_to_enter(client, "alex@example.nhs.uk", "a secret of mine")
    try_to_enter(client, robin, "a secret of mine")
    refused = sa.select(AuditEntry.subject).where(AuditEntry.verb == "sign-in refused").order_by(AuditEntry.id)
    said = session().scalars(refused).all()
    assert said[0] == "unknown or inactive account"
    assert said[1].startswith("person ")
    assert all("@" not in subject and "secret" not in subject for subject in said)


def test_nine_wrong_passwords_do_not_lock_and_the_right_one_begins_the_count_anew(
    client: FlaskClient, robin: str
) -> None:
    for _ in range(2):
        for _ in range(9):
            try_to_enter(client, robin, "wrong")
        assert try_to_enter(client, robin, make.PASSWORD).status_code == 302
        client.post("/sign-out", data={"csrf_token": make.csrf_token(client, "/organisations/XN1")})


def test_ten_wrong_passwords_lock_for_fifteen_minutes_right_password_or_not(
    client: FlaskClient, robin: str, later: Later
) -> None:
    for _ in range(10):
        try_to_enter(client, robin, "wrong")
    assert try_to_enter(client, robin, make.PASSWORD).status_code == 200
    with later(minutes=14, seconds=59):
        assert try_to_enter(client, robin, make.PASSWORD).status_code == 200
    with later(minutes=15):
        assert try_to_enter(client, robin, make.PASSWORD).status_code == 302


def test_trying_while_locked_does_not_make_the_lock_longer(client: FlaskClient, robin: str, later: Later) -> None:
    for _ in range(10):
        try_to_enter(client, robin, "wrong")
    with later(minutes=10):
        for _ in range(10):
            try_to_enter(client, robin, "wrong")
    with later(minutes=15, seconds=1):
        assert try_to_enter(client, robin, make.PASSWORD).status_code == 302


def test_one_locked_account_locks_no_other(client: FlaskClient, world: make.World, robin: str) -> None:
    make.person(Role.BOARD, world.north_trust, email="alex@example.nhs.uk")
    for _ in range(10):
        try_to_enter(client, robin, "wrong")
    assert try_to_enter(client, "alex@example.nhs.uk", make.PASSWORD).status_code == 302


def test_a_sign_in_without_its_token_is_refused_and_keeps_the_address(client: FlaskClient, robin: str) -> None:
    answer = client.post("/sign-in", data={"email": robin, "password": make.PASSWORD})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert f'value="{robin}"' in answer.text
    assert make.PASSWORD not in answer.text
    assert sessions() == 0


@pytest.mark.parametrize(("email", "password"), [("", make.PASSWORD), ("robin@example.nhs.uk", ""), ("no", "no")])
def test_what_is_missing_or_no_address_is_said_beside_its_field(
    client: FlaskClient, robin: str, email: str, password: str
) -> None:
    answer = try_to_enter(client, email, password)
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert WRONG not in answer.text
    assert sessions() == 0


def test_signing_in_leads_to_the_page_that_was_asked_for_and_never_to_another_site(
    client: FlaskClient, robin: str
) -> None:
    asked = client.get("/organisations/XN1/8ua-2020/2.2?from=mail")
    assert asked.location == "/sign-in?next=/organisations/XN1/8ua-2020/2.2?from%3Dmail"
    form = client.get(asked.location).text
    assert 'name="next" type="hidden" value="/organisations/XN1/8ua-2020/2.2?from=mail"' in form
    for given, reached in (
        ("/organisations/XN1/8ua-2020/2.2?from=mail", "/organisations/XN1/8ua-2020/2.2?from=mail"),
        ("//elsewhere.example/", "/"),
        ("//[", "/"),
    ):
        fresh = client.application.test_client()
        assert try_to_enter(fresh, robin, make.PASSWORD, next=given).location == reached
        # Somebody who is signed in already is led on in the same way.
        assert fresh.get("/sign-in", query_string={"next": given}).location == reached


def test_a_view_that_nobody_marked_is_refused_to_everybody(app: Flask, world: make.World) -> None:
    app.view_functions["organisations.index"] = lambda: "secret"
    client = app.test_client()
    assert client.get("/organisations").status_code == 302
    make.sign_in(client, Role.NATIONAL)
    answer = client.get("/organisations")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_right_password_of_somebody_who_holds_no_role_is_refused_and_the_audit_says_why(
    client: FlaskClient, world: make.World
) -> None:
    person_id = make.person(Role.LEAD, world.north_trust, email="was.lead@example.nhs.uk")
    session().execute(sa.delete(Membership).where(Membership.person_id == person_id))
    session().commit()
    token = make.csrf_token(client, "/sign-in")
    data = {"csrf_token": token, "email": "was.lead@example.nhs.uk", "password": make.PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 200
    assert client.get("/account").status_code == 302
    refused = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "sign-in refused")).one()
    assert (refused.subject, refused.after) == (f"person {person_id}", {"reason": "no role"})
