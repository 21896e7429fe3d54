"""Whose account a single sign-on opens, and what the browser keeps until the two are joined; audited, none commits.

**An email address alone never joins an identity to an account, not even one that the provider calls verified.** A
provider may let people choose the address it tells, may give an address to somebody else when its owner leaves, and in
a provider of many organisations any of them can make an account with any address. Whoever got hold of such an address
would have the account of a regional team. So the two are joined by somebody who has shown both in one browser: signed
in here and come back from the provider, or holding an unused invitation and come back from the provider.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import request
from flask import session as browser_session
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts import links, queries
from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.models import ExternalIdentity
from tracker.accounts.rules import SignInMethod
from tracker.audit import service as audit
from tracker.db import session
from tracker.sign_in import service
from tracker.sign_in.acting import role_of
from tracker.sign_in.claims import Identity
from tracker.sign_in.refusals import Refusal, Refused
from tracker.sign_in.service import FirstFactor

KEPT_FOR = timedelta(minutes=10)
INVITATIONS = links.PATHS[LinkPurpose.INVITATION]
_KEPT = "identity_to_connect"


class IdentityTaken(Exception):
    """The identity belongs to another account; the message is a sentence for the person who asked."""

    def __init__(self) -> None:
        super().__init__(
            "This sign-in is connected to another account of this service already. Sign in to that account and "
            "disconnect it there first, or choose another sign-in."
        )


@dataclass(frozen=True, slots=True)
class ConnectedIdentity:
    """One identity that opens an account. What it is called at the provider is not kept."""

    id: int
    issuer: str
    connected_at: datetime


def sign_in(identity: Identity, *, browser: str = "") -> FirstFactor:
    """Begin a session of the account that an identity opens; ``has_role`` is False for somebody with no role any more.

    Raises Refused where no account is connected or it is switched off. The account is locked before its connection is
    looked at again, so that one which is being taken away opens nothing.
    """
    account_id = _account_id_of(identity)
    account = None if account_id is None else queries.find_account(account_id, lock=True)
    if account is None or _account_id_of(identity) != account.id:
        raise Refused(Refusal.NOT_CONNECTED)
    if not account.is_active:
        raise Refused(Refusal.SWITCHED_OFF)
    return service.begin(account, SignInMethod.OIDC, browser=browser, has_second_factor=identity.has_second_factor)


def record_refusal(reason: Refusal, *, by: int | None = None) -> None:
    """Tell the audit that a single sign-on was refused. Who somebody is at the provider is not for the audit."""
    audit.record(
        verb="sign-in refused" if by is None else "connecting an identity refused",
        subject="single sign-on" if by is None else f"person {by}",
        by=by,
        role="" if by is None else role_of(by),
        after={"method": SignInMethod.OIDC.value, "reason": reason.value},
    )


def connect(account_id: int, identity: Identity, *, by: int) -> None:
    """Join an identity to an account for good; nothing changes where they are joined already.

    Raises IdentityTaken where it opens another account, also when both connect it at once.
    """
    account = queries.find_account(account_id, lock=True)
    if account is None:
        raise LookupError(f"There is no account {account_id}.")
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    made = session().execute(
        insert(ExternalIdentity)
        .values(
            account_id=account_id,
            issuer=identity.issuer,
            subject=identity.subject,
            connected_at=clock.real_now(),
        )
        .on_conflict_do_nothing(index_elements=["issuer", "subject"])
        .returning(ExternalIdentity.id)
    )
    is_new = made.first() is not None
    if _account_id_of(identity) != account_id:
        raise IdentityTaken
    if is_new:
        audit.record(
            verb="identity connected",
            subject=f"person {account.person_id}",
            by=by,
            role=role_of(by),
            after={"issuer": identity.issuer},
        )


def identities_of(account_id: int) -> list[ConnectedIdentity]:
    """The identities that open an account, the oldest first."""
    rows = session().execute(
        sa.select(ExternalIdentity.id, ExternalIdentity.issuer, ExternalIdentity.connected_at)
        .where(ExternalIdentity.account_id == account_id)
        .order_by(ExternalIdentity.id)
    )
    return [ConnectedIdentity(*row) for row in rows]


def keep_for_person(identity: Identity, person_id: int) -> None:
    """Keep an identity in the browser until the person who is signed in has confirmed it."""
    _keep(identity, f"person {person_id}")


def kept_for_person(person_id: int) -> Identity | None:
    """The identity that waits for this person's word, or None."""
    return _kept(f"person {person_id}")


def keep_for_invitation(identity: Identity, address: str) -> None:
    """Keep an identity in the browser until the invitation at an address is accepted."""
    _keep(identity, _mark_of_invitation(address))


def pending_identity() -> Identity | None:
    """The identity that waits for the invitation whose page is being asked for, or None.

    It counts below the address of that one invitation only: another person's, opened in the same browser, never meets
    it. Without ``name``, which the browser does not keep.
    """
    return _kept(_mark_of_invitation(request.path))


def connect_pending(account_id: int, *, by: int) -> bool:
    """Join the identity that waits for this invitation to the account that accepts it; False when none waits any more.

    For a caller that has checked the invitation and holds a transaction. Raises IdentityTaken like ``connect``.
    """
    identity = pending_identity()
    if identity is None:
        return False
    connect(account_id, identity, by=by)
    return True


def forget_pending() -> None:
    """Forget the identity that the browser keeps, whatever for."""
    browser_session.pop(_KEPT, None)


def _account_id_of(identity: Identity) -> int | None:
    return session().scalar(
        sa.select(ExternalIdentity.account_id).where(
            ExternalIdentity.issuer == identity.issuer, ExternalIdentity.subject == identity.subject
        )
    )


def _mark_of_invitation(address: str) -> str:
    """A mark of one invitation that does not hold its token."""
    token = address.removeprefix(INVITATIONS).split("/", 1)[0].split("?", 1)[0]
    return "invitation " + hashlib.sha256(token.encode()).hexdigest()


def _keep(identity: Identity, what_for: str) -> None:
    browser_session[_KEPT] = {
        "for": what_for,
        "at": clock.real_now().isoformat(),
        "issuer": identity.issuer,
        "subject": identity.subject,
        "email": identity.email,
        "has_second_factor": identity.has_second_factor,
    }


def _kept(what_for: str) -> Identity | None:
    kept = browser_session.get(_KEPT)
    if kept is None or kept["for"] != what_for:
        return None
    if clock.real_now() - datetime.fromisoformat(kept["at"]) > KEPT_FOR:
        return None
    return Identity(kept["issuer"], kept["subject"], kept["email"], kept["has_second_factor"])
