"""What each reminder was about and what became of it; snoozes, preferences, and the organisation's own cadence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TOPICS = ("returned", "unanswered", "deadline", "vacancy", "evidence", "review", "stale", "lapse", "assured", "target",
          "mention", "escalation", "chase")  # fmt: skip
STATES = ("waiting", "told", "suppressed", "snoozed", "gone_up")


def upgrade() -> None:
    with op.batch_alter_table("ledger_entry") as batch:
        batch.alter_column("kind", type_=sa.String(length=60), existing_type=sa.String(length=40), existing_nullable=False)
        batch.add_column(sa.Column("topic", _enum("topic", TOPICS), server_default="deadline", nullable=False))
        batch.add_column(sa.Column("state", _enum("reminder_state", STATES), server_default="told", nullable=False))
        batch.add_column(sa.Column("why", sa.String(length=200), server_default="", nullable=False))
    entry = sa.table("ledger_entry", sa.column("kind", sa.String), sa.column("topic", sa.String))
    for topic, prefix in (("chase", "chase_"), ("escalation", "escalation_"), ("target", "target_request_")):
        op.execute(sa.update(entry).where(entry.c.kind.startswith(prefix, autoescape=True)).values(topic=topic))
    op.create_index(
        "ix_ledger_entry_waiting",
        "ledger_entry",
        ["person_id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "snooze",
        _reference("person"),
        _reference("organisation"),
        _reference("ask"),
        sa.Column("true_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *_times(),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        *_keys("snooze", "person", "organisation", "ask"),
        sa.UniqueConstraint("submission_key", name=op.f("uq_snooze_submission_key")),
    )
    op.create_index("ix_snooze_item", "snooze", ["organisation_id", "ask_id"])
    _create_current("snooze", "person_id", "organisation_id", "ask_id")
    op.create_table(
        "reminder_preference",
        _reference("person"),
        sa.Column("topic", _enum("topic", TOPICS), nullable=False),
        *_times(),
        sa.Column("id", BIG_ID, nullable=False),
        *_keys("reminder_preference", "person"),
    )
    _create_current("reminder_preference", "person_id", "topic")
    op.create_table(
        "reminder_cadence",
        _reference("organisation"),
        sa.Column("cadence", sa.String(length=40), nullable=False),
        sa.Column("true_on", sa.Date(), nullable=False),
        *_times(),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        *_keys("reminder_cadence", "organisation", "person"),
    )
    _create_current("reminder_cadence", "organisation_id")
    instant = tracker.db.UtcDateTime(timezone=True)
    op.create_table(
        "scheduler_lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.Column("renewed_at", instant, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        *_keys("scheduler_lease"),
        sa.UniqueConstraint("name", name=op.f("uq_scheduler_lease_name")),
    )


def downgrade() -> None:
    for table in ("scheduler_lease", "reminder_cadence", "reminder_preference", "snooze"):
        op.drop_table(table)
    op.drop_index("ix_ledger_entry_waiting", table_name="ledger_entry")
    # What was not told would stand there as told.
    op.execute("DELETE FROM ledger_entry WHERE state <> 'told' OR length(kind) > 40")
    with op.batch_alter_table("ledger_entry") as batch:
        for name in ("topic", "reminder_state"):
            batch.drop_constraint(op.f(f"ck_ledger_entry_{name}"), type_="check")
        for name in ("topic", "state", "why"):
            batch.drop_column(name)
        batch.alter_column("kind", type_=sa.String(length=40), existing_type=sa.String(length=60), existing_nullable=False)


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _reference(table: str) -> sa.Column[int]:
    return sa.Column(f"{table}_id", BIG_ID, nullable=False)


def _times() -> tuple[sa.Column[object], ...]:
    instant = tracker.db.UtcDateTime(timezone=True)
    return sa.Column("recorded_at", instant, nullable=False), sa.Column("superseded_at", instant, nullable=True)


def _keys(table: str, *parents: str) -> tuple[sa.Constraint, ...]:
    references = (
        sa.ForeignKeyConstraint([f"{parent}_id"], [f"{parent}.id"], name=op.f(f"fk_{table}_{parent}_id_{parent}"))
        for parent in parents
    )
    return *references, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _create_current(table: str, *columns: str) -> None:
    is_current = sa.text("superseded_at IS NULL")
    op.create_index(
        f"uq_{table}_current", table, list(columns), unique=True, sqlite_where=is_current, postgresql_where=is_current
    )
