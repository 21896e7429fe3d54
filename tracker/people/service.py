"""Invitations: made, sent again, withdrawn and accepted; each is audited, none commits.

Whoever changes what an account may do locks it first, then its invitations: two who accept the same link queue, and so
does somebody who withdraws it meanwhile. What the person who invites is told is the same for an address that the
service knows and one that it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from tracker import clock
from tracker.accounts import links
from tracker.accounts import queries as account_queries
from tracker.accounts import service as accounts
from tracker.accounts.bodies import find_organisation_code
from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.models import Account, Invitation
from tracker.accounts.rules import POWERS, HeldRole, Permission, Role, Viewer
from tracker.audit import service as audit
from tracker.db import session
from tracker.mail.outbox import NewMessage, queue_message
from tracker.people import queries
from tracker.people.letters import InvitationLetter
from tracker.people.rows import OpenInvitation
from tracker.sign_in import identities
from tracker.sign_in import service as sign_in


@dataclass(frozen=True, slots=True)
class Offer:
    """A role that is to be offered in a body (None: nationally), by whom and through which role of theirs."""

    role: Role
    organisation_code: str | None
    by: int
    grantor: HeldRole


class CannotInvite(Exception):
    """There is nothing to offer; the message is a sentence for who invites."""


class Oneself(CannotInvite):
    """Somebody offered a role to themselves."""


HELD_ALREADY = "This person holds the role already: find them in the list of people."
ONESELF = "This is your own address. Nobody invites themselves: ask somebody else who may give the role."


def invite(email: str, name: str, offer: Offer, *, mail_from: str) -> int:
    """Offer a role to an address, known or not, and queue the mail; earlier offers of the same are void.

    The name is kept for an account that is new. Raises CannotInvite, and AccountError as ``body_for_role`` does. Nobody
    gives themselves a role: whoever claims that an ask is done is not to be who assures it.
    """
    body_id = accounts.body_for_role(offer.role, offer.organisation_code)
    person = account_queries.find_person_of_account(email)
    if person is not None and person.id == offer.by:
        raise Oneself(ONESELF)
    if person is not None and account_queries.find_membership(person.id, offer.role, body_id) is not None:
        raise CannotInvite(HELD_ALREADY)
    account = accounts.add_account(email=email, name=name, by=offer.by, by_role=offer.grantor.role.value)
    return _offer(account, body_id, offer, mail_from)


def invite_again(invitation_id: int, *, by: int, grantor: HeldRole, mail_from: str) -> bool:
    """Offer the same anew, for another 48 hours; False when it was accepted or withdrawn meanwhile."""
    invitation = session().get_one(Invitation, invitation_id)
    account = _locked_account(invitation.account_id)
    if not _is_undecided(invitation_id):
        return False
    code = find_organisation_code(invitation.organisation_id)
    _offer(account, invitation.organisation_id, Offer(invitation.role, code, by, grantor), mail_from)
    return True


def withdraw(invitation_id: int, organisation_code: str | None, *, by: int, by_role: str) -> bool:
    """Take an invitation back; its link opens nothing any more. False when it was accepted or withdrawn meanwhile."""
    _locked_account(session().get_one(Invitation, invitation_id).account_id)
    if not _is_undecided(invitation_id):
        return False
    invitation = session().get_one(Invitation, invitation_id)
    accounts.void_invitations(invitation.account_id, Invitation.id == invitation_id)
    audit.record(
        verb="invitation withdrawn",
        subject=f"invitation {invitation_id}",
        by=by,
        role=by_role,
        organisation_code=organisation_code,
        before={"role": invitation.role.value, "body": organisation_code},
    )
    return True


def letter_about(role: Role, body_id: int | None, grantor: HeldRole, *, until: datetime) -> InvitationLetter:
    """An offer in words, for its mail and for the page that its link opens."""
    bodies = queries.bodies_in_words([body_id, grantor.organisation_id])
    return InvitationLetter(
        inviter_role=grantor.role,
        inviter_body=bodies[grantor.organisation_id],
        role=role,
        body=bodies[body_id],
        until=until,
    )


def find_invitation(token: str) -> OpenInvitation | None:
    """What a link offers; opening it uses nothing up, because mail scanners open every link."""
    link = links.find_link(token, LinkPurpose.INVITATION)
    return None if link is None or link.invitation_id is None else queries.find_open_invitation(link.invitation_id)


def accept_as(token: str, person_id: int) -> bool:
    """Take up an offer as the person who is signed in; False when it is not theirs or cannot be taken up any more."""
    found = _find_for_use(token)
    if found is None or found.person_id != person_id:
        return False
    _grant(found)
    return True


def accept_with_new_password(token: str, password: str) -> bool:
    """Take up an offer and set the first password of an account that nobody has ever signed in to.

    False when it cannot be taken up, or when somebody has shown meanwhile that the account is theirs.
    """
    found = _find_for_use(token)
    if found is None or not found.is_new_here:
        return False
    account = _locked_account(found.account_id)
    accounts.set_password(account, password)
    _grant(found)
    return True


def accept_with_password(token: str, password: str) -> bool:
    """Take up an offer with the password of an account that holds no role any more and so cannot sign in first.

    The link alone must not do: it may have gone astray. Wrong passwords count as they do at sign-in, whose second step
    is asked for as ever once the role is there.
    """
    found = _find_for_use(token)
    if found is None or found.has_role or not found.has_password:
        return False
    entry = sign_in.sign_in(found.email, password)
    if entry.has_role:
        return False  # A wrong password, or a locked account.
    _grant(found)
    return True


def accept_with_identity(token: str) -> bool:
    """Take up an offer with the single sign-on that waits for it. Raises IdentityTaken where it opens another account.

    An account that has a way to sign in already is not joined to a new one by a link: its owner does that, signed in.
    """
    found, identity = _find_for_use(token), identities.pending_identity()
    if found is None or identity is None:
        return False
    is_theirs = queries.is_identity_of(found.account_id, identity.issuer, identity.subject)
    if not (found.is_new_here or is_theirs):
        return False
    if not identities.connect_pending(found.account_id, by=found.person_id):
        return False
    _grant(found)
    return True


def note_download(viewer: Viewer, file: str, how_many: int) -> None:
    """Tell the audit that names and addresses left the service in a file, and how many lines of them."""
    held = [each for each in viewer.held if Permission.SEE_PEOPLE in POWERS[each.role]]
    audit.record(
        verb="people exported",
        subject="list of people",
        by=viewer.person_id,
        role=held[0].role.value if len(held) == 1 else "several roles",
        organisation_code=held[0].organisation_code if len(held) == 1 else None,
        after={"file": file, "names": True, "lines": how_many},
    )


def _offer(account: Account, body_id: int | None, offer: Offer, mail_from: str) -> int:
    _locked_account(account.id)
    accounts.void_invitations(
        account.id, Invitation.role == offer.role, Invitation.organisation_id.is_not_distinct_from(body_id)
    )
    now = clock.real_now()
    invitation = Invitation(
        account_id=account.id,
        role=offer.role,
        organisation_id=body_id,
        invited_by_id=offer.by,
        created_at=now,
        expires_at=now + links.LIFETIME,
    )
    session().add(invitation)
    session().flush()
    subject, text = letter_about(offer.role, body_id, offer.grantor, until=clock.now() + links.LIFETIME).render()
    link_for = links.reference_of_invitation(invitation.id)
    message = NewMessage(account.person_id, subject, text, f"{link_for} {uuid4()}", link_for)
    queue_message(message, mail_from=mail_from)
    audit.record(
        verb="invited",
        # Not the person: who reads the audit of one organisation is not to learn whether an address was known before.
        subject=f"invitation {invitation.id}",
        by=offer.by,
        role=offer.grantor.role.value,
        organisation_code=offer.organisation_code,
        after={"role": offer.role.value, "body": offer.organisation_code},
    )
    return invitation.id


def _find_for_use(token: str) -> OpenInvitation | None:
    """The offer behind a link that is about to be used: its account and its row are locked, in this order."""
    link = links.find_link(token, LinkPurpose.INVITATION, lock=True)
    if link is None or link.invitation_id is None:
        return None
    # All that wait for this account, in one order: taking one up voids the others.
    account_queries.lock_open_invitations(Invitation.account_id == link.account_id)
    return queries.find_open_invitation(link.invitation_id, lock=True)


def _grant(found: OpenInvitation) -> None:
    """Use the invitation up and give the role; every session of the person ends, because it opens more from now on."""
    session().execute(
        sa.update(Invitation).where(Invitation.id == found.invitation_id).values(accepted_at=clock.real_now())
    )
    links.void_links_of_invitation(found.invitation_id)
    accounts.grant_membership(
        _locked_account(found.account_id),
        found.role,
        found.organisation_code,
        by=found.invited_by_id,
        by_role=found.grantor.role.value,
    )
    audit.record(
        verb="invitation accepted",
        subject=f"person {found.person_id}",
        by=found.person_id,
        organisation_code=found.organisation_code,
        after={"invitation": found.invitation_id, "role": found.role.value, "body": found.organisation_code},
    )


def _locked_account(account_id: int) -> Account:
    account = account_queries.find_account(account_id, lock=True)
    if account is None:
        raise LookupError(f"There is no account {account_id}.")
    return account


def _is_undecided(invitation_id: int) -> bool:
    """Whether an invitation, expired or not, was neither accepted nor withdrawn; its row is locked."""
    invitation = (
        session()
        .scalars(
            sa.select(Invitation)
            .where(Invitation.id == invitation_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one()
    )
    return invitation.accepted_at is None and invitation.voided_at is None
