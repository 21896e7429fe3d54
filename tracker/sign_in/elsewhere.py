"""Whether somebody's only second factor is with the provider of single sign-on; it knows no page and no mail.

Such an account has none here to be asked for. So whoever reads its mailbox, or learns its password, must not be the one
who sets the first one up here: that is for somebody who came by way of the provider.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app

from tracker.accounts.models import Account, ExternalIdentity, Membership
from tracker.accounts.rules import NEEDS_SECOND_FACTOR
from tracker.config import Settings
from tracker.db import session


def has_second_factor_elsewhere() -> sa.ColumnElement[bool]:
    """For a query of accounts: a role needs a second factor, none is set up here, and an identity can be used.

    An identity at a provider that was given up is no way in, and vouches for nothing.
    """
    settings: Settings = current_app.extensions["settings"]
    needs_one = sa.exists().where(
        Membership.person_id == Account.person_id,
        Membership.ended_at.is_(None),
        Membership.role.in_(sorted(NEEDS_SECOND_FACTOR)),
    )
    is_connected = sa.exists().where(
        ExternalIdentity.account_id == Account.id,
        # Providers differ in whether their own name ends in a slash; ours is kept without.
        ExternalIdentity.issuer.in_([settings.oidc_issuer, f"{settings.oidc_issuer}/"]),
    )
    return sa.and_(
        sa.literal(settings.has_single_sign_on), Account.totp_confirmed_at.is_(None), needs_one, is_connected
    )


def is_elsewhere(account: Account) -> bool:
    """The same of one account."""
    return (
        session().scalar(sa.select(Account.id).where(Account.id == account.id, has_second_factor_elsewhere()))
        is not None
    )
