"""Mail as HTML too, mail that bounced, what GOV.UK Notify calls a message, and how the mail server fares."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATES = {True: ("queued", "sent", "failed", "bounced"), False: ("queued", "sent", "failed")}


def _let_states(has_bounced: bool) -> None:
    """Change in which states a message may be."""
    with op.batch_alter_table("outbox_message") as batch:
        batch.drop_constraint(op.f("ck_outbox_message_message_state"), type_="check")
        listed = ", ".join(f"'{state}'" for state in STATES[has_bounced])
        batch.create_check_constraint(op.f("ck_outbox_message_message_state"), f"state IN ({listed})")


def upgrade() -> None:
    _let_states(has_bounced=True)
    with op.batch_alter_table("outbox_message") as batch:
        batch.add_column(sa.Column("html", sa.Text(), nullable=True))
        batch.add_column(sa.Column("channel_id", sa.String(length=36), nullable=True))
        batch.create_index(op.f("ix_outbox_message_channel_id"), ["channel_id"], unique=False)
    op.create_table(
        "mail_channel",
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", tracker.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("rests_until", tracker.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("rests", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.Column("last_success_at", tracker.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(opened_at IS NULL) = (rests_until IS NULL)", name=op.f("ck_mail_channel_rests_while_open")
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_mail_channel_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_channel")),
    )


def downgrade() -> None:
    op.drop_table("mail_channel")
    # What came back counts as given up again.
    op.execute("UPDATE outbox_message SET state = 'failed' WHERE state = 'bounced'")
    with op.batch_alter_table("outbox_message") as batch:
        batch.drop_index(op.f("ix_outbox_message_channel_id"))
        batch.drop_column("channel_id")
        batch.drop_column("html")
    _let_states(has_bounced=False)
