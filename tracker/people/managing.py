"""What is done with somebody's role or account, by the person's id; each is audited, none commits.

What makes a new way into an account is done for whoever shows again who they are: their open session alone does not do.
"""

from __future__ import annotations

from uuid import uuid4

from flask import current_app

from tracker.accounts import addresses, links, queries, second_factors
from tracker.accounts import service as accounts
from tracker.accounts.addresses import SwitchedOff
from tracker.accounts.models import Account
from tracker.accounts.queries import find_account_of_person
from tracker.accounts.viewers import OpenSession
from tracker.audit import service as audit
from tracker.mail.outbox import LINK_MARK, NewMessage, queue_message
from tracker.own_account.service import NOT_DONE, NOT_THEY, Changed
from tracker.people.queries import offers_without_power
from tracker.sign_in import confirming


def remove_role(person_id: int, membership_id: int, *, by: int, by_role: str) -> bool:
    """Take a role away, and what somebody offered to others through it; False when it had ended before.

    Raises LastAdministrator.
    """
    is_done = accounts.end_membership(membership_id, by=by, by_role=by_role)
    if is_done:
        void_offers(person_id)
    return is_done


def switch_off(person_id: int, by: int, by_role: str) -> bool:
    """Switch an account off; False when it was off. Raises LastAdministrator."""
    # Not locked yet: the service locks administrators first.
    account = find_account_of_person(person_id)
    is_done = account is not None and accounts.set_active(account, False, by=by, by_role=by_role)
    if is_done:
        void_offers(person_id)
    return is_done


def switch_on(person_id: int, by: int, by_role: str) -> bool:
    """Switch an account on again; False when it was on."""
    account = find_account_of_person(person_id)
    return account is not None and accounts.set_active(account, True, by=by, by_role=by_role)


def void_offers(inviter_id: int) -> None:
    """Void the invitations of somebody who may not make them any more: nobody is to wait for what opens nothing."""
    accounts.void_invitations_by_id(offers_without_power(inviter_id))


def mail_password_link(person_id: int, by: int, by_role: str, *, mail_from: str) -> bool:
    """Mail somebody a link to set a password, asked for by an administrator; False while such a mail waits already.

    Raises SwitchedOff.
    """
    account = find_account_of_person(person_id, lock=True)
    if account is None or not account.is_active:
        raise SwitchedOff
    if queries.has_waiting_mail(links.beginning_of_password(account.id)):
        return False
    hours = int(links.RESET_LIFETIME.total_seconds() // 3600)
    link_for = links.reference_of_password(account.id)
    _queue("password_link", person_id, mail_from, link_for=link_for, link=LINK_MARK, hours=hours)
    audit.record(verb="password link sent", subject=f"person {person_id}", by=by, role=by_role)
    return True


def correct_address(
    person_id: int, new_email: str, here: OpenSession, by_role: str, password: str, code: str, *, mail_from: str
) -> Changed:
    """Begin to correct an email address, for an administrator who shows who they are; never their own.

    A link goes to the new address and a notice to the old one. Raises AddressKnown and SwitchedOff.
    """
    refused = refused_manager(here, password, code)
    if refused is not None:
        return refused
    account_id = queries.find_account_id(person_id)
    if account_id is None:
        return NOT_DONE
    link_for = addresses.begin(account_id, new_email, by=here.person_id, by_role=by_role)
    # The notice stands before the link in the outbox: it leaves while the old address holds still.
    _queue("address_notice", person_id, mail_from)
    _queue("address_link", person_id, mail_from, link_for=link_for, link=LINK_MARK)
    return Changed(is_really=True, is_done=True)


def _queue(letter: str, person_id: int, mail_from: str, *, link_for: str | None = None, **said: object) -> None:
    subject, text = (
        current_app.jinja_env.get_template(f"email/{letter}/{part}.txt").render(**said).strip()
        for part in ("subject", "body")
    )
    queue_message(NewMessage(person_id, subject, text + "\n", f"{letter} {uuid4()}", link_for), mail_from=mail_from)


def reset_second_factor(person_id: int, here: OpenSession, by_role: str, password: str, code: str) -> Changed:
    """Take away a second factor that was lost, for an administrator who shows who they are; not done without one.

    Never one's own: whoever sits at an open session would need nothing else. The caller has looked.
    """
    refused = refused_manager(here, password, code)
    if refused is not None:
        return refused
    account = find_account_of_person(person_id, lock=True)
    if account is None or not second_factors.reset(account, by=here.person_id, by_role=by_role):
        return NOT_DONE
    return Changed(is_really=True, is_done=True)


def refused_manager(here: OpenSession, password: str, code: str) -> Changed | None:
    """What an administrator did not show, password or code; None where both are right. Wrong ones count."""
    # Two administrators who do this to each other queue here, and do not wait for each other's account in a circle.
    queries.lock_administrators()
    account: Account | None = find_account_of_person(here.person_id, lock=True)
    if account is None or not confirming.is_really(account, here, password):
        return NOT_THEY
    refusal = confirming.refusal_of_code(account, code)
    return None if refusal is None else Changed(is_really=True, refusal=refusal)
