"""The authenticator of an account: its secret, kept encrypted, and the code a demonstration shows; none commits."""

from __future__ import annotations

from flask import current_app

from tracker import clock
from tracker.accounts import queries, vault
from tracker.accounts.models import Account
from tracker.sign_in import totp


def set_up(account: Account, secret: str, *, last_step: int | None = None) -> None:
    """Give an account this authenticator, in place of any before. ``last_step``: the code that proved it is used up."""
    account.totp_secret = vault.seal(secret)
    account.totp_confirmed_at = clock.real_now()
    account.totp_last_step = last_step


def demonstration_code(account_id: int) -> str | None:
    """The code that an account of a demonstration would be asked for now; nowhere else is a code ever shown.

    The next one where the present one was taken, so that one can sign in twice within half a minute.
    """
    if not current_app.extensions.get("is_demonstration", False):
        return None
    account = queries.find_account(account_id)
    if account is None or account.totp_secret is None:
        return None
    step = max(totp.step_of(clock.real_now()), (account.totp_last_step or 0) + 1)
    return totp.code_of(vault.unseal(account.totp_secret), step)
