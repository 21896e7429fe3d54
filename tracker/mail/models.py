"""Tables of outgoing mail: messages, how the server fares, and the ledger that keeps each reminder to exactly one."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.mail.rules import MessageState
from tracker.mail.topics import ReminderState, Topic


class OutboxMessage(Base):
    """One message to one person. Its address is looked up when it is sent, so it stands in one table only.

    ``not_before`` and the claim are real instants; ``queued_at`` and ``sent_at`` are the product's own.
    ``attempts`` counts the times a server answered or fell silent; ``silences`` those after which nobody
    knows whether it arrived.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (sa.Index("ix_outbox_message_due", "state", "not_before"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    message_id: Mapped[str] = mapped_column(sa.String(120), unique=True)
    subject: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    # The same as HTML, where it was made; never without the text.
    html: Mapped[str | None] = mapped_column(sa.Text)
    # What the one-time link in the text opens, in the words of whoever makes links; none is ever stored.
    link_for: Mapped[str | None] = mapped_column(sa.String(60))
    state: Mapped[MessageState] = mapped_column(stored_enum(MessageState), default=MessageState.QUEUED)
    queued_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    silences: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(sa.String(36))
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    # What GOV.UK Notify calls it, so that its end can be asked for.
    channel_id: Mapped[str | None] = mapped_column(sa.String(36), index=True)


class MailChannel(Base):
    """How the mail server has fared, for all processes that send: one row, which is not there before the first mail.

    ``failures`` are those in a row. While ``opened_at`` is set the server is left alone until ``rests_until``, for
    the ``rests``-th time; then one message tries. All are real instants.
    """

    __tablename__ = "mail_channel"
    __table_args__ = (
        sa.CheckConstraint("(opened_at IS NULL) = (rests_until IS NULL)", name="rests_while_open"),
        sa.CheckConstraint("id = 1", name="one_row"),
    )

    failures: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    rests_until: Mapped[datetime | None]
    rests: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(sa.String(500), default="")
    last_success_at: Mapped[datetime | None]


ASKED_BY_TOPIC = (Topic.EVIDENCE, Topic.VACANCY)
"""The topics of which a pass reads all that was entered: few among millions."""


def _of_topic(topic: Topic) -> sa.Index:
    is_of_it = sa.text(f"topic = '{topic.value}'")
    name = f"ix_ledger_entry_{topic.value}"
    return sa.Index(name, "person_id", sqlite_where=is_of_it, postgresql_where=is_of_it)


class LedgerEntry(Base):
    """One reminder that fell due: to whom, about what, of which kind, against which deadline: that is its key.

    Moving the deadline changes the key, so that a fresh series starts. ``deadline_on`` of what has none is the day on
    which it was said. ``why`` says why it was not told; it holds no text of people.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "organisation_id", "ask_id", "kind", "deadline_on"),
        sa.Index("ix_ledger_entry_item", "organisation_id", "ask_id"),
        *(_of_topic(topic) for topic in ASKED_BY_TOPIC),
        sa.Index(
            "ix_ledger_entry_waiting",
            "person_id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    topic: Mapped[Topic] = mapped_column(stored_enum(Topic), server_default="deadline")
    kind: Mapped[str] = mapped_column(sa.String(60))
    deadline_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[ReminderState] = mapped_column(stored_enum(ReminderState), server_default="told")
    why: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    recorded_at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox_message.id"), index=True)
