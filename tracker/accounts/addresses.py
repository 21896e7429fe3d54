"""An email address is corrected: begun by an administrator, done when whoever reads mail there has confirmed it.

Until then the old one holds, because a new one that was mistyped would give the account to a stranger. Audited without
either address; none commits.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.accounts import links, queries, viewers
from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.models import Account, Person
from tracker.accounts.service import AccountError, shut_out
from tracker.audit import service as audit
from tracker.db import session


class AddressKnown(AccountError):
    """An address belongs to one account; the message is for an administrator, who may see everybody."""

    def __init__(self) -> None:
        super().__init__("This address belongs to an account already: find it in the list of people.")


class SwitchedOff(AccountError):
    """Nothing is sent to an account that is switched off."""

    def __init__(self) -> None:
        super().__init__("This account is switched off: switch it on first.")


def begin(account_id: int, new_email: str, *, by: int, by_role: str) -> str:
    """Remember a new address until it is confirmed; what the link in the mail to it is called in the outbox.

    An earlier one that was not confirmed is void. Raises AddressKnown and SwitchedOff.
    """
    address = new_email.strip().lower()
    account = queries.find_account(account_id, lock=True)
    if account is None or not account.is_active:
        raise SwitchedOff
    if queries.find_account_by_email(address) is not None:
        raise AddressKnown
    links.void_links(account.id, LinkPurpose.ADDRESS)
    until = clock.real_now() + links.LIFETIME
    account.new_email, account.new_email_until = address, until
    session().flush()
    audit.record(verb="address correction begun", subject=f"person {account.person_id}", by=by, role=by_role)
    return links.reference_of_address(account.id, until)


def find_new_address(token: str) -> str | None:
    """The address that a link confirms, or None; opening it uses nothing up."""
    link = links.find_link(token, LinkPurpose.ADDRESS)
    account = None if link is None else queries.find_account(link.account_id)
    return account.new_email if account is not None and _waits(account, clock.real_now()) else None


def confirm(token: str) -> bool:
    """Let the new address hold: whoever used the old one is signed out, and what was sent there opens nothing more.

    False when the link is unknown, used or out of date, or the address is somebody else's by now.
    """
    link = links.find_link(token, LinkPurpose.ADDRESS, lock=True)
    account = None if link is None else queries.find_account(link.account_id, lock=True)
    if account is None or account.new_email is None or not _waits(account, clock.real_now()):
        return False
    old, new = account.sign_in_email, account.new_email
    try:
        with session().begin_nested():
            account.sign_in_email, account.new_email, account.new_email_until = new, None, None
            session().flush()
    except IntegrityError:
        return False
    session().execute(
        sa.update(Person).where(Person.id == account.person_id, Person.contact_email == old).values(contact_email=new)
    )
    shut_out(account.person_id)
    audit.record(
        verb="address corrected",
        subject=f"person {account.person_id}",
        by=account.person_id,
        role=", ".join(sorted(viewers.roles_held(account.person_id))) or "own account",
    )
    return True


def _waits(account: Account, now: datetime) -> bool:
    return account.is_active and account.new_email_until is not None and account.new_email_until > now
