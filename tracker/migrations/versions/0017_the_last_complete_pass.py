"""The last pass of the reminders that left nothing undecided, and what the next one finds the rest by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('complete_pass',
    sa.Column('made_for', sa.Date(), nullable=False),
    sa.Column('began_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('rules', sa.String(length=64), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_complete_pass_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_complete_pass'))
    )
    for topic in ("evidence", "vacancy"):
        is_of_it = sa.text(f"topic = '{topic}'")
        op.create_index(
            f"ix_ledger_entry_{topic}",
            "ledger_entry",
            ["person_id"],
            sqlite_where=is_of_it,
            postgresql_where=is_of_it,
        )
    name, columns = _of_deadlines()
    op.create_index(name, "standing_now", columns)
    is_set = sa.text("review_on IS NOT NULL")
    op.create_index(
        "ix_standing_now_review_on", "standing_now", ["review_on"], sqlite_where=is_set, postgresql_where=is_set
    )


def _of_deadlines() -> tuple[str, list[str]]:
    if op.get_bind().dialect.name == "postgresql":
        return "ix_standing_now_deadline_on", ["deadline_on", "is_open"]
    read = ["organisation_id", "ask_id", "late_on", "updated_on", "confirmed_on"]
    return "ix_standing_now_all_by_deadline_on", ["deadline_on", "is_open", *read]


def downgrade() -> None:
    op.drop_index("ix_standing_now_review_on", "standing_now")
    op.drop_index(_of_deadlines()[0], "standing_now")
    for topic in ("evidence", "vacancy"):
        op.drop_index(f"ix_ledger_entry_{topic}", "ledger_entry")
    op.drop_table("complete_pass")
