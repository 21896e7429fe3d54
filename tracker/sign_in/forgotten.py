"""Mails a link to set a password to whoever asks for one and has an account; it tells nobody which of the two it was.

Known, unknown and switched-off addresses take the same statements and the same answer. The link itself is made when
the mail leaves: it works for two hours, and the links before it stop working then.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import current_app, url_for
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts import links
from tracker.accounts.models import Account, ExternalIdentity
from tracker.audit import service as audit
from tracker.config import Settings
from tracker.db import UtcDateTime, session
from tracker.mail.letters import message_id_for, one_line
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import LINK_MARK
from tracker.mail.rules import MessageState
from tracker.sign_in.elsewhere import has_second_factor_elsewhere
from tracker.sign_in.service import NOBODY


def ask_for_link(email: str) -> None:
    """Put a mail with a link to set a password into the outbox, for the account of this address if there is one.

    One mail an hour for an account, and never one while another waits. None for an account that is switched off, nor
    for one that only single sign-on opens: whoever reads its mail must not make another way in. For the same reason the
    mail holds no link, and says where to sign in, where the account's only second factor is with the provider.
    """
    account_id = _find_account_id(email) or NOBODY
    person_id = _queue(account_id)
    audit.record(
        verb="password link asked for",
        subject="no account, or no mail was due" if person_id is None else f"person {person_id}",
    )


def _find_account_id(email: str) -> int | None:
    return session().scalar(sa.select(Account.id).where(Account.sign_in_email == email.strip().lower()))


def _queue(account_id: int) -> int | None:
    """One statement that finds out whether a mail is due and queues it; whom it is for, or None."""
    settings: Settings = current_app.extensions["settings"]
    now = clock.real_now()
    reference = links.reference_of_password(account_id)
    waits = sa.exists().where(
        OutboxMessage.link_for.startswith(links.beginning_of_password(account_id), autoescape=True),
        OutboxMessage.state == MessageState.QUEUED,
    )
    only_single_sign_on = sa.and_(
        Account.password_hash.is_(None), sa.exists().where(ExternalIdentity.account_id == Account.id)
    )
    has_no_link = has_second_factor_elsewhere()
    elsewhere = {"provider": settings.oidc_name, "sign_in": settings.base_url + url_for("sign_in.start")}
    values = {
        "person_id": Account.person_id,
        "message_id": sa.literal(message_id_for(_key(account_id, now), settings.mail_from)),
        "subject": sa.case(
            (has_no_link, one_line(_written("password_elsewhere/subject", **elsewhere))),
            else_=one_line(_written("password_reset/subject")),
        ),
        "body": sa.case(
            (has_no_link, _written("password_elsewhere/body", **elsewhere)),
            else_=_written("password_reset/body", link=LINK_MARK, hours=_HOURS),
        ),
        "link_for": sa.case((has_no_link, sa.null()), else_=reference),
        "state": sa.literal(MessageState.QUEUED, OutboxMessage.state.type),
        "queued_at": sa.literal(clock.now(), UtcDateTime()),
        "not_before": sa.literal(now, UtcDateTime()),
        "attempts": sa.literal(0),
        "silences": sa.literal(0),
        "last_error": sa.literal(""),
    }
    due = sa.select(*values.values()).where(
        Account.id == account_id, Account.is_active, sa.not_(only_single_sign_on), sa.not_(waits)
    )
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    return session().scalar(
        insert(OutboxMessage)
        .from_select(list(values), due)
        .on_conflict_do_nothing(index_elements=["message_id"])
        .returning(OutboxMessage.person_id)
    )


def _key(account_id: int, now: datetime) -> str:
    return f"password of account {account_id} in {now:%Y-%m-%d %H}"


def _written(part: str, **said: object) -> str:
    return current_app.jinja_env.get_template(f"email/{part}.txt").render(**said).strip()


_HOURS = int(links.RESET_LIFETIME.total_seconds() // 3600)
