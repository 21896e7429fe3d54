"""Of each kind of record that is cleared after a while, one row that is over and one that is not."""

from __future__ import annotations

from datetime import timedelta

import make
import sqlalchemy as sa
from conftest import NOON

from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.models import Invitation, OneTimeLink, RecoveryCode, SignInSession
from tracker.accounts.queries import find_account_of_person
from tracker.accounts.rules import Role, SessionStep, SignInMethod
from tracker.db import session
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.rules import MessageState
from tracker.web.models import ThrottleCounter


def used_up(person_id: int, world: make.World) -> None:
    """Of each kind one row that is over and one that is not, at noon of the tests' day."""
    account = find_account_of_person(person_id)
    assert account is not None
    hour, day = timedelta(hours=1), timedelta(days=1)
    for number, (started, seen, ended) in enumerate(
        [
            (NOON - hour, NOON, None),
            (NOON - hour, NOON, NOON),
            (NOON - 12 * hour - day / 24, NOON, None),
            (NOON - 2 * hour, NOON - hour - day / 24, None),
        ]
    ):
        session().add(
            SignInSession(
                token_hash=f"s{number}",
                person_id=person_id,
                step=SessionStep.OPEN,
                method=SignInMethod.PASSWORD,
                started_at=started,
                last_seen_at=seen,
                ended_at=ended,
            )
        )
    invitations = [
        Invitation(
            account_id=account.id,
            role=Role.BOARD,
            organisation_id=world.north_trust,
            invited_by_id=person_id,
            created_at=NOON - 100 * day,
            expires_at=NOON - at,
        )
        for at in (90 * day + hour, 90 * day - hour, -hour)
    ]
    session().add_all(invitations)
    session().flush()
    for number, (expires, used, of) in enumerate(
        [
            (NOON + hour, None, None),
            (NOON - hour, None, None),
            (NOON + hour, NOON, None),
            (NOON - 90 * day, NOON - 91 * day, invitations[0].id),
        ]
    ):
        session().add(
            OneTimeLink(
                account_id=account.id,
                purpose=LinkPurpose.INVITATION if of else LinkPurpose.SET_PASSWORD,
                invitation_id=of,
                token_hash=f"l{number}",
                created_at=NOON - 100 * day,
                expires_at=expires,
                used_at=used,
            )
        )
    for number, used in enumerate([None, NOON]):
        session().add(RecoveryCode(account_id=account.id, code_hash=f"c{number}", created_at=NOON, used_at=used))
        session().add(ThrottleCounter(key=f"t{number}", tries=1, expires_at=NOON + (-hour if number else hour)))
    account.new_email, account.new_email_until = "mistyped@example.nhs.uk", NOON - hour
    ids = queue_messages(
        [
            NewMessage(person_id, f"Mail {number}", "Two actions need you.", f"{number}", html="<p>Two actions</p>")
            for number in range(4)
        ],
        mail_from="tracker@example.nhs.uk",
    )
    for key, state, sent in (
        ("0", MessageState.SENT, NOON - 90 * day - hour),
        ("1", MessageState.SENT, NOON - 90 * day + hour),
        ("2", MessageState.FAILED, None),
        ("3", MessageState.QUEUED, None),
    ):
        session().execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.id == ids[key])
            .values(state=state, sent_at=sent, queued_at=NOON - 100 * day)
        )
    session().commit()


CLEARED = {
    "sign-ins": 3,
    "links": 3,
    "invitations": 1,
    "counted tries": 1,
    "new addresses": 1,
    "recovery codes": 1,
    "mail texts": 2,
}
