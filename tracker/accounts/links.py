"""One-time links: made when they are printed or mailed, found by the hash of their token, void once used; none commits.

What a mail's link is for travels through the outbox as a reference such as ``invitation 7``; the link itself is made
when the mail leaves, so that no usable link is ever stored. A mail with a link to set a password makes the links before
it void when it leaves, but not those of its own earlier tries: one of these may have arrived, with the same Message-ID.
So its reference says when it was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.models import Account, Invitation, OneTimeLink
from tracker.accounts.tokens import new_token, token_hash
from tracker.db import session

LIFETIME = timedelta(hours=48)
"""Of invitations and of links to a first password: they meet people who were not waiting for them."""
RESET_LIFETIME = timedelta(hours=2)
"""Of links that somebody who forgot a password has just asked for; a mailbox is read by others too, and later."""
PATHS = {
    LinkPurpose.SET_PASSWORD: "/set-password/",
    LinkPurpose.INVITATION: "/invitations/",
    LinkPurpose.ADDRESS: "/confirm-address/",
}
_PASSWORD_FOR, _INVITATION, _ADDRESS = "set-password", "invitation", "address"


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
    """What a mail's link to set a password is called in the outbox, when it is asked for now."""
    return f"{beginning_of_password(account_id)}{clock.real_now().isoformat()}"


def beginning_of_password(account_id: int) -> str:
    """How every such reference of one account begins, whenever it was asked for."""
    return f"{_PASSWORD_FOR} {account_id} since "


def reference_of_invitation(invitation_id: int) -> str:
    """What a mail's link to an invitation is called in the outbox."""
    return f"{_INVITATION} {invitation_id}"


def reference_of_address(account_id: int, until: datetime) -> str:
    """What a mail's link to confirm a new address is called in the outbox; the instant tells two corrections apart."""
    return f"{_ADDRESS} {account_id} until {until.isoformat()}"


def recipient_of(reference: str) -> str | None:
    """Where a mail goes whose link must be proven there; empty where that is void by now, None for every other mail."""
    kind, _, number = reference.partition(" ")
    if kind != _ADDRESS:
        return None
    account = _find_account_with_new_address(number)
    return "" if account is None else account.new_email


def make_for_mail(reference: str) -> str | None:
    """The path of a link for a mail that is leaving now; None where what it opens is void by now."""
    kind, _, number = reference.partition(" ")
    if kind == _PASSWORD_FOR:
        account_id, _, asked_at = number.partition(" since ")
        return _make_for_reset(int(account_id), asked_at=datetime.fromisoformat(asked_at))
    if kind == _ADDRESS:
        account = _find_account_with_new_address(number)
        until = None if account is None else account.new_email_until
        return None if account is None or until is None else _make(account.id, LinkPurpose.ADDRESS, expires_at=until)
    invitation = session().get(Invitation, int(number)) if kind == _INVITATION else None
    if invitation is None or not _is_open(invitation, clock.real_now()):
        return None
    return _make(
        invitation.account_id,
        LinkPurpose.INVITATION,
        expires_at=invitation.expires_at,
        invitation_id=invitation.id,
    )


def _find_account_with_new_address(which: str) -> Account | None:
    """The account whose correction of this very instant waits still; locked, so that no other begins meanwhile."""
    account_id, _, until = which.partition(" until ")
    return (
        session()
        .scalars(
            sa.select(Account)
            .where(
                Account.id == int(account_id),
                Account.is_active,
                Account.new_email.is_not(None),
                Account.new_email_until == datetime.fromisoformat(until),
                Account.new_email_until > clock.real_now(),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def _make_for_reset(account_id: int, *, asked_at: datetime) -> str | None:
    account = session().get(Account, account_id)
    if account is None or not account.is_active:
        return None
    void_links(account_id, LinkPurpose.SET_PASSWORD, made_before=asked_at)
    return _make(account_id, LinkPurpose.SET_PASSWORD, expires_at=clock.real_now() + RESET_LIFETIME)


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


def void_links(account_id: int, purpose: LinkPurpose | None = None, *, made_before: datetime | None = None) -> None:
    """Make every unused link of an account (of one purpose, or of all; up to an instant, or all) good for nothing."""
    which = [OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None)]
    if purpose is not None:
        which.append(OneTimeLink.purpose == purpose)
    if made_before is not None:
        which.append(OneTimeLink.created_at < made_before)
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
