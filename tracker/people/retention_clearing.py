"""Clears what is used up or out of date: sign-ins, links, invitations, counted tries, codes, texts of mails.

Each kind goes in parts of its own transaction, so that nothing waits long and a run may be stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Account, Invitation, OneTimeLink, RecoveryCode, SignInSession
from tracker.accounts.sessions import LONG_IDLE, LONGEST_SESSION
from tracker.db import session, transaction
from tracker.mail.models import OutboxMessage
from tracker.mail.rules import MessageState
from tracker.people.retention_rules import MAILS_KEPT_FOR
from tracker.web.models import ThrottleCounter

ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one table that are over; deleted, or emptied where something still refers to them."""

    name: str
    model: Any
    is_over: sa.ColumnElement[bool]
    emptied: dict[str, Any] | None = None


def kinds() -> tuple[Kind, ...]:
    """Everything that is cleared, in an order in which no row is referred to when it goes."""
    now = clock.real_now()
    long_ago = now - MAILS_KEPT_FOR
    invitation_is_over = sa.or_(
        Invitation.accepted_at < long_ago, Invitation.voided_at < long_ago, Invitation.expires_at < long_ago
    )
    return (
        Kind(
            "sign-ins",
            SignInSession,
            sa.or_(
                SignInSession.ended_at.is_not(None),
                SignInSession.started_at < now - LONGEST_SESSION,
                SignInSession.last_seen_at < now - LONG_IDLE,
            ),
        ),
        Kind(
            "links",
            OneTimeLink,
            sa.or_(
                OneTimeLink.used_at.is_not(None),
                OneTimeLink.expires_at < now,
                OneTimeLink.invitation_id.in_(sa.select(Invitation.id).where(invitation_is_over)),
            ),
        ),
        Kind("invitations", Invitation, invitation_is_over),
        Kind("counted tries", ThrottleCounter, ThrottleCounter.expires_at < now),
        Kind(
            "new addresses",
            Account,
            Account.new_email_until < now,
            emptied={"new_email": None, "new_email_until": None},
        ),
        Kind("recovery codes", RecoveryCode, RecoveryCode.used_at.is_not(None)),
        Kind(
            "mail texts",
            OutboxMessage,
            sa.and_(
                OutboxMessage.state != MessageState.QUEUED,
                # Mails are dated by the service's own day, which a demonstration may pin.
                sa.func.coalesce(OutboxMessage.sent_at, OutboxMessage.queued_at) < clock.now() - MAILS_KEPT_FOR,
                sa.or_(OutboxMessage.body != "", OutboxMessage.html.is_not(None)),
            ),
            emptied={"body": "", "html": None, "last_error": ""},
        ),
    )


def count(kind: Kind) -> int:
    """How many rows of a kind are over."""
    return session().scalar(sa.select(sa.func.count(kind.model.id)).where(kind.is_over)) or 0


def clear(
    kind: Kind, *, should_stop: Callable[[], bool], on_progress: Callable[[str, int], None] = lambda what, done: None
) -> int:
    """Clear all that is over of one kind, part by part; how many rows."""
    done = 0
    while not should_stop():
        with transaction() as current:
            part = current.scalars(
                sa.select(kind.model.id).where(kind.is_over).order_by(kind.model.id).limit(ROWS_AT_ONCE)
            )
            ids = list(part)
            # Asked once more, because what was over a moment ago may have begun anew.
            those = sa.and_(kind.model.id.in_(ids), kind.is_over)
            if kind.emptied is None:
                current.execute(sa.delete(kind.model).where(those))
            else:
                current.execute(sa.update(kind.model).where(those).values(**kind.emptied))
        done += len(ids)
        on_progress(kind.name, done)
        if len(ids) < ROWS_AT_ONCE:
            break
    return done
