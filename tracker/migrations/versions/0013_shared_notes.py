"""How organisations say that they did an ask, for others that are late with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('shared_note',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('is_shared', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('contact_role', sa.String(length=200), nullable=False),
    sa.Column('contact_mailbox', sa.String(length=254), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_shared_note_ask_id_ask')),
    sa.ForeignKeyConstraint(['entry_id'], ['progress_entry.id'], name=op.f('fk_shared_note_entry_id_progress_entry')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_shared_note_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_shared_note_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shared_note')),
    sa.UniqueConstraint('organisation_id', 'ask_id', 'number', name=op.f('uq_shared_note_organisation_id_ask_id_number')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_shared_note_submission_key'))
    )
    op.create_index('ix_shared_note_ask_id', 'shared_note', ['ask_id'], unique=False)
    op.create_index(op.f('ix_shared_note_person_id'), 'shared_note', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_table("shared_note")
