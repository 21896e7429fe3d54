"""Connecting a single sign-on to one's own account and taking it off again; each is audited, none commits.

It changes how somebody signs in, so it is done for whoever shows again that it is they, and signs every other browser
out. Whose identity it is was checked before: ``tracker/sign_in/oidc.py``.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app

from tracker.accounts import queries
from tracker.accounts.models import ExternalIdentity
from tracker.accounts.viewers import OpenSession
from tracker.audit import service as audit
from tracker.db import session
from tracker.sign_in import confirming, identities
from tracker.sign_in.acting import role_of
from tracker.sign_in.claims import Identity
from tracker.sign_in.identities import ConnectedIdentity


class OnlyWayIn(Exception):
    """Without this identity its owner could not sign in any more."""

    def __init__(self) -> None:
        super().__init__("This is the only way you can sign in. Set a password first, and then disconnect it.")


def connect(here: OpenSession, identity: Identity, password: str) -> str | None:
    """Join an identity to the account of whoever is signed in; a fresh token, or None where it is not they.

    Raises IdentityTaken where it opens another account.
    """
    account = queries.find_account_of_person(here.person_id, lock=True)
    if account is None or not confirming.is_really(account, here, password):
        return None
    identities.connect(account.id, identity, by=here.person_id)
    return confirming.go_on_alone(here)


def disconnect(here: OpenSession, identity_id: int, password: str) -> str | None:
    """Take an identity off the account of whoever is signed in; a fresh token, or None where it is not they.

    Raises OnlyWayIn for an account that nothing else opens; the account is locked, so that two identities that go at
    once queue. LookupError where there is no such identity any more.
    """
    account = queries.find_account_of_person(here.person_id, lock=True)
    if account is None or not confirming.is_really(account, here, password):
        return None
    held = identities.identities_of(account.id)
    leaving = next((each for each in held if each.id == identity_id), None)
    if leaving is None:
        raise LookupError(f"There is no identity {identity_id} of this account.")
    if account.password_hash is None and not any(_can_be_used(each) for each in held if each is not leaving):
        raise OnlyWayIn
    session().execute(sa.delete(ExternalIdentity).where(ExternalIdentity.id == identity_id))
    audit.record(
        verb="identity disconnected",
        subject=f"person {here.person_id}",
        by=here.person_id,
        role=role_of(here.person_id),
        before={"issuer": leaving.issuer},
    )
    return confirming.go_on_alone(here)


def find(person_id: int, identity_id: int) -> ConnectedIdentity | None:
    """One of a person's own identities; None for anybody else's."""
    return next((each for each in held_by(person_id) if each.id == identity_id), None)


def held_by(person_id: int) -> list[ConnectedIdentity]:
    """The identities that open a person's account."""
    account_id = queries.find_account_id(person_id)
    return [] if account_id is None else identities.identities_of(account_id)


def has_password(person_id: int) -> bool:
    """Whether a person can sign in without a provider."""
    account = queries.find_account_of_person(person_id)
    return account is not None and account.password_hash is not None


def _can_be_used(identity: ConnectedIdentity) -> bool:
    """Whether an identity is one of the provider that the settings name now."""
    issuer: str = current_app.extensions["settings"].oidc_issuer
    return bool(issuer) and identity.issuer.rstrip("/") == issuer
