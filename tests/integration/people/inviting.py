"""Fills in the pages of invitations as people would, and opens the mail; it asserts nothing that a test is about."""

from __future__ import annotations

import re
from dataclasses import replace

import make
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from smtp_server import MailServer
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts import links, queries, service
from tracker.accounts.models import Account, Invitation, Membership
from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction
from tracker.reminders.sending import send_waiting
from tracker.sign_in import totp

NEW = "kim.marsh@example.nhs.uk"
PASSWORD = "four slow grey seals"


def invite(client: FlaskClient, role: Role | str = Role.CONTRIBUTOR, code: str = "", **changes: str) -> TestResponse:
    """Post the form of an invitation."""
    sent = {
        "csrf_token": make.csrf_token(client, "/people/invite"),
        "name": "Kim Marsh",
        "email": NEW,
        "role": str(role),
        "organisation": code,
        **changes,
    }
    return client.post("/people/invite", data=sent)


def link_of(invitation_id: int) -> str:
    """The path of a link to an invitation, made as it is when a mail leaves."""
    with transaction():
        path = links.make_for_mail(links.reference_of_invitation(invitation_id))
    assert path is not None, "The invitation is void."
    return path


def invited(client: FlaskClient, role: Role | str = Role.CONTRIBUTOR, code: str = "", **changes: str) -> str:
    """Invite somebody; the link in the mail."""
    answer = invite(client, role, code, **changes)
    assert answer.status_code == 302, answer.text
    return link_of(newest().id)


def accept(client: FlaskClient, link: str, password: str | None = PASSWORD) -> TestResponse:
    """Press the button of an invitation's page, a password typed where there is one."""
    sent = {"csrf_token": make.csrf_token(client, link)}
    if password is not None:
        sent["password"] = password
    return client.post(link, data=sent)


def shown_who_asks(client: FlaskClient, path: str, email: str = "administrator.all@example.nhs.uk") -> dict[str, str]:
    """What an administrator types to show again who they are; a code that was taken before is forgotten first."""
    session().execute(sa.update(Account).where(Account.sign_in_email == email).values(totp_last_step=None))
    session().commit()
    code = totp.code_of(make.AUTHENTICATOR, totp.step_of(clock.real_now()))
    return {"csrf_token": make.csrf_token(client, path), "current_password": make.PASSWORD, "code": code}


def newest() -> Invitation:
    session().rollback()
    return session().scalars(sa.select(Invitation).order_by(Invitation.id.desc()).limit(1)).one()


def invitations() -> list[Invitation]:
    session().rollback()
    return list(session().scalars(sa.select(Invitation).order_by(Invitation.id)))


def roles_of(email: str) -> list[tuple[Role, int | None]]:
    """The roles that the owner of an address holds now."""
    session().rollback()
    rows = session().execute(
        sa.select(Membership.role, Membership.organisation_id)
        .join(Account, Account.person_id == Membership.person_id)
        .where(Account.sign_in_email == email, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    return [(role, body) for role, body in rows]


def said(verb: str) -> list[AuditEntry]:
    """The entries of the audit with a verb."""
    session().rollback()
    return list(session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)))


def send_mail(app: Flask, server: MailServer) -> None:
    """Empty the outbox for real, to the test's own server."""
    settings = replace(app.extensions["settings"], mail=server.url, base_url="https://tracker.example.test")
    send_waiting(settings)
    session().rollback()


def link_in(text: str) -> str:
    """The path of the one link in the text of a mail."""
    (link,) = re.findall(r"https://tracker\.example\.test(/invitations/\S+)", text)
    return link


def end_roles(person_id: int) -> None:
    with transaction():
        ids = session().scalars(sa.select(Membership.id).where(Membership.person_id == person_id)).all()
        for membership_id in ids:
            service.end_membership(membership_id)


def switch(email: str, is_active: bool) -> None:
    with transaction():
        account = queries.find_account_by_email(email)
        assert account is not None
        service.set_active(account, is_active)
