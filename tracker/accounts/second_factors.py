"""Takes a second factor away from somebody who lost it: accounts only, it makes and checks none; never commits."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.accounts import sessions
from tracker.accounts.models import Account, RecoveryCode
from tracker.audit import service as audit
from tracker.db import session


def clear(account: Account) -> bool:
    """Forget the authenticator and its recovery codes, and end every session; False when there was no authenticator."""
    had_one = account.totp_secret is not None
    account.totp_secret = account.totp_confirmed_at = account.totp_last_step = None
    session().flush()
    session().execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    sessions.end_all(account.person_id)
    return had_one


def reset(account: Account, *, by: int | None = None, by_role: str = "") -> bool:
    """Clear the second factor for somebody who can no longer give it; False when there was none, and nothing changes.

    The password stays. Where a role needs a second factor, the next sign-in sets up another.
    """
    if account.totp_secret is None:
        return False
    clear(account)
    audit.record(verb="second factor reset", subject=f"person {account.person_id}", by=by, role=by_role)
    return True
