"""The register of barriers and enablers, and comments between organisations and regions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import tracker.db


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('barrier',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_barrier_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_barrier')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_barrier_submission_key'))
    )
    with op.batch_alter_table('barrier', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_barrier_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('barrier_revision',
    sa.Column('barrier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('barrier', 'enabler', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('theme', sa.String(length=40), nullable=False),
    sa.Column('severity', sa.Enum('high', 'medium', 'low', name='severity', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('status', sa.Enum('open', 'worked_on', 'resolved', 'in_use', name='barrier_status', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=200), nullable=False),
    sa.Column('since_on', sa.Date(), nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('next_review_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(kind = 'barrier') = (severity IS NOT NULL)", name=op.f('ck_barrier_revision_barriers_have_a_severity')),
    sa.CheckConstraint("status <> CASE kind WHEN 'barrier' THEN 'in_use' ELSE 'resolved' END", name=op.f('ck_barrier_revision_status_fits')),
    sa.CheckConstraint('next_review_on > reviewed_on', name=op.f('ck_barrier_revision_next_review_is_later')),
    sa.ForeignKeyConstraint(['barrier_id'], ['barrier.id'], name=op.f('fk_barrier_revision_barrier_id_barrier')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_barrier_revision_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_barrier_revision_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_barrier_revision')),
    sa.UniqueConstraint('barrier_id', 'number', name=op.f('uq_barrier_revision_barrier_id_number')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_barrier_revision_submission_key'))
    )
    with op.batch_alter_table('barrier_revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_barrier_revision_person_id'), ['person_id'], unique=False)

    op.create_table('barrier_ask',
    sa.Column('revision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_barrier_ask_ask_id_ask')),
    sa.ForeignKeyConstraint(['revision_id'], ['barrier_revision.id'], name=op.f('fk_barrier_ask_revision_id_barrier_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_barrier_ask')),
    sa.UniqueConstraint('revision_id', 'ask_id', name=op.f('uq_barrier_ask_revision_id_ask_id'))
    )
    with op.batch_alter_table('barrier_ask', schema=None) as batch_op:
        batch_op.create_index('ix_barrier_ask_ask', ['ask_id', 'revision_id'], unique=False)

    op.create_table('comment',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('corrects_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('(first_id IS NULL) = (corrects_id IS NULL)', name=op.f('ck_comment_correction_has_a_beginning')),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_comment_ask_id_ask')),
    sa.ForeignKeyConstraint(['corrects_id'], ['comment.id'], name=op.f('fk_comment_corrects_id_comment')),
    sa.ForeignKeyConstraint(['first_id'], ['comment.id'], name=op.f('fk_comment_first_id_comment')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_comment_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_comment_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_comment_corrects_id')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_comment_submission_key'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_first_id'), ['first_id'], unique=False)
        batch_op.create_index('ix_comment_item', ['organisation_id', 'ask_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_comment_person_id'), ['person_id'], unique=False)

    op.create_table('comment_mention',
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_comment_mention_comment_id_comment')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_comment_mention_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_mention')),
    sa.UniqueConstraint('comment_id', 'person_id', name=op.f('uq_comment_mention_comment_id_person_id'))
    )
    with op.batch_alter_table('comment_mention', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_mention_person_id'), ['person_id'], unique=False)

    op.create_table('comment_withdrawal',
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_comment_withdrawal_comment_id_comment')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_comment_withdrawal_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_withdrawal')),
    sa.UniqueConstraint('comment_id', name=op.f('uq_comment_withdrawal_comment_id'))
    )
    with op.batch_alter_table('comment_withdrawal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comment_withdrawal_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('comment_withdrawal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_withdrawal_person_id'))

    op.drop_table('comment_withdrawal')
    with op.batch_alter_table('comment_mention', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_mention_person_id'))

    op.drop_table('comment_mention')
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_comment_person_id'))
        batch_op.drop_index('ix_comment_item')
        batch_op.drop_index(batch_op.f('ix_comment_first_id'))

    op.drop_table('comment')
    with op.batch_alter_table('barrier_ask', schema=None) as batch_op:
        batch_op.drop_index('ix_barrier_ask_ask')

    op.drop_table('barrier_ask')
    with op.batch_alter_table('barrier_revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_barrier_revision_person_id'))

    op.drop_table('barrier_revision')
    with op.batch_alter_table('barrier', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_barrier_organisation_id'))

    op.drop_table('barrier')
