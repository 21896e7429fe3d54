"""Changes to people, accounts and memberships; each is audited and ends what it makes untrue, none commits.

Whatever a person may do is asked before: a service does as it is told, for a page or for a command.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.accounts import bodies, effects, links, passwords, queries, sessions
from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.models import Account, Invitation, Membership, Person
from tracker.accounts.rules import ROLES_WITHOUT_A_BODY, Role, fits_role
from tracker.audit import service as audit
from tracker.db import session


class AccountError(Exception):
    """An account cannot be changed as asked; the message is a sentence for the person who asked."""


class LastAdministrator(AccountError):
    """Without this person nobody could look after accounts any more."""

    def __init__(self) -> None:
        super().__init__("This is the last administrator who can sign in: make somebody else an administrator first.")


def add_account(*, email: str, name: str, by: int | None = None, by_role: str = "") -> Account:
    """A new account with no password and no membership; or the one that already has this address."""
    address = email.strip().lower()
    account = queries.find_account_by_email(address)
    if account is not None:
        return account
    try:
        with session().begin_nested():
            account = _new_account(address, name.strip())
    except IntegrityError:
        # Somebody else added the same address at this moment.
        account = queries.find_account_by_email(address)
        if account is None:
            raise
        return account
    audit.record(verb="account added", subject=f"person {account.person_id}", by=by, role=by_role)
    return account


def _new_account(address: str, name: str) -> Account:
    person = Person(name=name, contact_email=address, recorded_at=clock.now())
    session().add(person)
    session().flush()
    account = Account(person_id=person.id, sign_in_email=address, created_at=clock.now(), is_active=True)
    session().add(account)
    session().flush()
    return account


def body_for_role(role: Role, organisation_code: str | None) -> int | None:
    """The id of the body a role is to be held in; None for a role that is held in none.

    Raises AccountError when the role needs a body and none is named, the other way about, when the code is unknown, or
    when it names a body of a type the role cannot be held in.
    """
    if (role in ROLES_WITHOUT_A_BODY) != (organisation_code is None):
        raise AccountError(
            f"The role {role.value} takes no organisation: leave the code out."
            if role in ROLES_WITHOUT_A_BODY
            else f"The role {role.value} needs the ODS code of its {_body_word(role)}."
        )
    if organisation_code is None:
        return None
    code = organisation_code.strip().upper()
    body_id = bodies.find_organisation_id(code)
    if body_id is None:
        raise AccountError(f"There is no organisation with the code {code}: check the code, or import it first.")
    if not fits_role(role, bodies.types_of_organisation(body_id)):
        raise AccountError(f"The role {role.value} cannot be held in {code}: give the code of {_BODY_WANTED[role]}.")
    return body_id


def grant_membership(
    account: Account, role: Role, organisation_code: str | None, *, by: int | None = None, by_role: str = ""
) -> bool:
    """Give a role in a body (or nationally); False when it is already held, which is left as it is.

    The person's open sessions end, and links to set a password and open invitations are void, wherever they lead,
    because what they open has changed. Raises AccountError as ``body_for_role`` does.
    """
    body_id = body_for_role(role, organisation_code)
    queries.find_account(account.id, lock=True)
    if queries.find_membership(account.person_id, role, body_id) is not None:
        return False
    session().add(
        Membership(
            person_id=account.person_id,
            role=role,
            organisation_id=body_id,
            granted_at=clock.now(),
            granted_by_id=by,
        )
    )
    session().flush()
    sessions.end_all(account.person_id)
    links.void_links(account.id, LinkPurpose.SET_PASSWORD)
    void_invitations(account.id)
    code = organisation_code.strip().upper() if organisation_code else None
    audit.record(
        verb="membership granted",
        subject=f"person {account.person_id}",
        by=by,
        role=by_role,
        organisation_code=code,
        after={"role": role.value, "body": code},
    )
    return True


def end_membership(membership_id: int, *, by: int | None = None, by_role: str = "") -> bool:
    """Take a role away; False when it had ended before. Sessions end, links and invitations are void.

    Raises LastAdministrator where nobody else could look after accounts, however many try at once.
    """
    seen = queries.find_membership_by_id(membership_id)
    if seen is None:
        return False
    administrators = queries.lock_administrators() if seen.role is Role.ADMINISTRATOR else set()
    queries.find_account_of_person(seen.person_id, lock=True)
    membership = queries.find_membership_by_id(membership_id, lock=True)
    if membership is None or membership.ended_at is not None:
        return False
    if membership.role is Role.ADMINISTRATOR and not administrators - {membership.person_id}:
        raise LastAdministrator
    membership.ended_at = clock.now()
    shut_out(membership.person_id)
    code = bodies.find_organisation_code(membership.organisation_id)
    audit.record(
        verb="membership ended",
        subject=f"person {membership.person_id}",
        by=by,
        role=by_role,
        organisation_code=code,
        before={"role": membership.role.value, "body": code},
    )
    return True


def set_active(account: Account, is_active: bool, *, by: int | None = None, by_role: str = "") -> bool:
    """Switch an account off or on again; False when it is so already. Switching off ends and voids everything open.

    Raises LastAdministrator like ``end_membership``.
    """
    administrators = set() if is_active else queries.lock_administrators()
    locked = queries.find_account(account.id, lock=True)
    if locked is None or locked.is_active == is_active:
        return False
    is_administrator = queries.find_membership(account.person_id, Role.ADMINISTRATOR, None) is not None
    if not is_active and is_administrator and not administrators - {account.person_id}:
        raise LastAdministrator
    account.is_active = is_active
    session().flush()
    if not is_active:
        shut_out(account.person_id)
    audit.record(
        verb="account switched on" if is_active else "account switched off",
        subject=f"person {account.person_id}",
        by=by,
        role=by_role,
    )
    return True


def correct_name(person_id: int, name: str, *, by: int | None = None, by_role: str = "") -> bool:
    """Write a person's name as it should be; False when it stands so already, or they were forgotten meanwhile.

    The audit keeps neither spelling.
    """
    person = queries.find_person(person_id, lock=True)
    if person is None or person.name == name.strip():
        return False
    person.name = name.strip()
    session().flush()
    audit.record(verb="name corrected", subject=f"person {person_id}", by=by, role=by_role)
    return True


def set_password(account: Account, password: str) -> None:
    """Store a new password's hash, end the account's sessions and void its links to set one."""
    account.password_hash = passwords.hash_password(password)
    account.failed_sign_ins, account.locked_until = 0, None
    session().flush()
    sessions.end_all(account.person_id)
    links.void_links(account.id, LinkPurpose.SET_PASSWORD)


def void_invitations(account_id: int, *which: sa.ColumnElement[bool]) -> None:
    """Make open invitations of an account, and their links, good for nothing: all of them, or those that fit."""
    _void(queries.lock_open_invitations(Invitation.account_id == account_id, *which))


def void_invitations_by_id(invitation_ids: Collection[int]) -> None:
    """Make those of these invitations that are open, and their links, good for nothing."""
    _void(queries.lock_open_invitations(Invitation.id.in_(invitation_ids)))


def _void(invitation_ids: Collection[int]) -> None:
    if not invitation_ids:
        return
    session().execute(
        sa.update(Invitation)
        .where(Invitation.id.in_(invitation_ids))
        .values(voided_at=clock.real_now())
        .execution_options(synchronize_session="fetch")
    )
    for invitation_id in invitation_ids:
        links.void_links_of_invitation(invitation_id)


def shut_out(person_id: int) -> None:
    """End every session, link and invitation of somebody who may do less from now on."""
    sessions.end_all(person_id)
    account_id = queries.find_account_id(person_id)
    if account_id is not None:
        # Those that they made as well, which a caller may go on to void: all of them in one order.
        queries.lock_open_invitations(
            sa.or_(Invitation.account_id == account_id, Invitation.invited_by_id == person_id)
        )
        void_invitations(account_id)
        links.void_links(account_id)
    effects.tell_shut_out(person_id)


_TRACKED_BODY = "an organisation that is tracked, not of a region or a national body"
_BODY_WANTED = {
    Role.LEAD: _TRACKED_BODY,
    Role.CONTRIBUTOR: _TRACKED_BODY,
    Role.BOARD: _TRACKED_BODY,
    Role.SYSTEM: "a system or an integrated care board",
    Role.REGION: "a region",
}


def _body_word(role: Role) -> str:
    return {Role.SYSTEM: "system", Role.REGION: "region"}.get(role, "organisation")
