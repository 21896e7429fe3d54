"""One-time links: made when they are printed or mailed, found by the hash of their token, void once used; none commits.

What a mail's link is for travels through the outbox as a reference such as ``invitation 7``; the link itself is made
when the mail leaves, so that no usable link is ever stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Account, Invitation, OneTimeLink
from tracker.accounts.rules import LinkPurpose
from tracker.accounts.tokens import new_token, token_hash
from tracker.db import session

LIFETIME = timedelta(hours=48)
PATHS = {LinkPurpose.SET_PASSWORD: "/set-password/", LinkPurpose.INVITATION: "/invitations/"}
_PASSWORD_FOR, _INVITATION = "set-password", "invitation"


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link that can be used still, and what it opens."""

    link_id: int
    account_id: int
    invitation_id: int | None


def make_password_link(account_id: int) -> str:
    """The path of a new link to set a password; earlier ones of the account are void from now."""
    void_links(account_id, LinkPurpose.SET_PASSWORD)
    return _make(account_id, LinkPurpose.SET_PASSWORD, expires_at=clock.real_now() + LIFETIME)


def reference_of_password(account_id: int) -> str:
    """What a mail's link to set a password is called in the outbox."""
    return f"{_PASSWORD_FOR} {account_id}"


def reference_of_invitation(invitation_id: int) -> str:
    """What a mail's link to an invitation is called in the outbox."""
    return f"{_INVITATION} {invitation_id}"


def make_for_mail(reference: str) -> str | None:
    """The path of a link for a mail that is leaving now; None where what it opens is void by now."""
    kind, _, number = reference.partition(" ")
    if kind == _PASSWORD_FOR:
        account = session().get(Account, int(number))
        # A repeat of the same mail must not void the link that may have arrived before it.
        return (
            _make(account.id, LinkPurpose.SET_PASSWORD, expires_at=clock.real_now() + LIFETIME)
            if account is not None and account.is_active
            else None
        )
    invitation = session().get(Invitation, int(number)) if kind == _INVITATION else None
    if invitation is None or not _is_open(invitation, clock.real_now()):
        return None
    return _make(
        invitation.account_id,
        LinkPurpose.INVITATION,
        expires_at=invitation.expires_at,
        invitation_id=invitation.id,
    )


def find_link(token: str, purpose: LinkPurpose, *, lock: bool = False) -> FoundLink | None:
    """The unused, unexpired link with this token. Where it is about to be used, its account is locked first.

    Whoever is about to change what an account may do locks the account before anything else of it, so that two links
    of one account, or a link and an administrator, queue and never wait for each other in a circle.
    """
    link = _find(token, purpose)
    if link is not None and lock:
        session().execute(sa.select(Account.id).where(Account.id == link.account_id).with_for_update())
        link = _find(token, purpose)
    return None if link is None else FoundLink(link.id, link.account_id, link.invitation_id)


def _find(token: str, purpose: LinkPurpose) -> OneTimeLink | None:
    query = sa.select(OneTimeLink).where(
        OneTimeLink.token_hash == token_hash(token),
        OneTimeLink.purpose == purpose,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > clock.real_now(),
    )
    return session().scalars(query.execution_options(populate_existing=True)).one_or_none()


def void_links(account_id: int, purpose: LinkPurpose | None = None) -> None:
    """Make every unused link of an account (of one purpose, or of all) good for nothing."""
    which = [OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None)]
    if purpose is not None:
        which.append(OneTimeLink.purpose == purpose)
    session().execute(sa.update(OneTimeLink).where(*which).values(used_at=clock.real_now()))


def void_links_of_invitation(invitation_id: int) -> None:
    """Make every unused link of one invitation good for nothing."""
    session().execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.invitation_id == invitation_id, OneTimeLink.used_at.is_(None))
        .values(used_at=clock.real_now())
    )


def _make(account_id: int, purpose: LinkPurpose, *, expires_at: datetime, invitation_id: int | None = None) -> str:
    token = new_token()
    session().add(
        OneTimeLink(
            account_id=account_id,
            purpose=purpose,
            invitation_id=invitation_id,
            token_hash=token_hash(token),
            created_at=clock.real_now(),
            expires_at=expires_at,
        )
    )
    session().flush()
    return PATHS[purpose] + token


def _is_open(invitation: Invitation, now: datetime) -> bool:
    return invitation.accepted_at is None and invitation.voided_at is None and invitation.expires_at > now
