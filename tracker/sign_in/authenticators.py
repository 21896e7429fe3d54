"""The authenticator of an account: prepared, set up, asked for its code, taken away; none commits.

The secret of one that is being prepared travels in its form, sealed together with the session it was prepared for: the
browser cannot read it there, change it, or bring one that was made for another session.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from tracker import clock
from tracker.accounts import queries, second_factors, vault
from tracker.accounts.models import Account
from tracker.sign_in import totp
from tracker.sign_in.qr import QrCode, qr_code

reset = second_factors.reset
"""Take the second factor of somebody who lost it: ``reset(account, by=…, by_role=…)``, audited, sessions ended."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An authenticator that is not anybody's yet. ``sealed`` is what its form carries."""

    secret: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of an authenticator that is being set up. ``demo_code``: what its app would show now."""

    key: str
    picture: QrCode
    demo_code: str | None


def prepare(session_id: int) -> Prepared:
    """A new authenticator for the person of a session to put into an app."""
    secret = totp.new_secret()
    return Prepared(secret, vault.seal(f"{session_id} {secret}"))


def find_prepared(sealed: str, session_id: int) -> Prepared | None:
    """The authenticator that a form carries; None where it was not prepared for this session."""
    try:
        whose, _, secret = vault.unseal(sealed).partition(" ")
    except vault.SealedByAnotherKey:
        return None
    return Prepared(secret, sealed) if whose == str(session_id) else None


def shown(prepared: Prepared, account_name: str) -> Shown:
    """How a person gets it into an app: by a picture, or by typing."""
    return Shown(
        key=totp.in_groups(prepared.secret),
        picture=qr_code(totp.address_for_app(prepared.secret, account_name)),
        demo_code=totp.code_of(prepared.secret, totp.step_of(clock.real_now())) if _is_demonstration() else None,
    )


def step_of_first_code(secret: str, code: str) -> int | None:
    """The time step of the code that proves an app has the secret, or None where it is not the app's."""
    return totp.matching_step(secret, code, clock.real_now(), None)


def set_up(account: Account, secret: str, *, last_step: int | None = None) -> None:
    """Give an account this authenticator, in place of any before. ``last_step``: the code that proved it is used up."""
    account.totp_secret = vault.seal(secret)
    account.totp_confirmed_at = clock.real_now()
    account.totp_last_step = last_step


def take_code(account: Account, code: str) -> bool:
    """Use up a code of an account's authenticator; False when it is not right now, or was used.

    Raises vault.SealedByAnotherKey where the service can no longer read the authenticator.
    """
    if account.totp_secret is None:
        return False
    step = totp.matching_step(vault.unseal(account.totp_secret), code, clock.real_now(), account.totp_last_step)
    if step is None:
        return False
    account.totp_last_step = step
    return True


def demonstration_code(account_id: int) -> str | None:
    """The code that an account of a demonstration would be asked for now; nowhere else is a code ever shown.

    The next one where the present one was taken, so that one can sign in twice within half a minute.
    """
    account = queries.find_account(account_id) if _is_demonstration() else None
    if account is None or account.totp_secret is None:
        return None
    step = max(totp.step_of(clock.real_now()), (account.totp_last_step or 0) + 1)
    try:
        return totp.code_of(vault.unseal(account.totp_secret), step)
    except vault.SealedByAnotherKey:
        return None


def _is_demonstration() -> bool:
    return bool(current_app.extensions.get("is_demonstration", False))
