"""Measures: readings, baselines and targets, and what organisations measure of their own accord."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import tracker.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = tracker.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table('own_measure',
    sa.Column('organisation_id', BIG_ID, nullable=False),
    sa.Column('measure_code', sa.String(length=40), nullable=False),
    sa.Column('ask_id', BIG_ID, nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('numerator_words', sa.String(length=200), nullable=False),
    sa.Column('denominator_words', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.Enum('share', 'ratio', 'per_thousand', 'per_hundred_thousand', 'count', name='unit', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('direction', sa.Enum('higher', 'lower', 'watched', name='direction', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('counts_people', sa.Boolean(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('superseded_at', INSTANT, nullable=True),
    sa.Column('person_id', BIG_ID, nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=True),
    sa.Column('id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_own_measure_ask_id_ask')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_own_measure_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_own_measure_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_measure')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_own_measure_submission_key'))
    )
    with op.batch_alter_table('own_measure', schema=None) as batch_op:
        batch_op.create_index('uq_own_measure_known', ['organisation_id', 'measure_code'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.create_table('measure_head',
    sa.Column('organisation_id', BIG_ID, nullable=False),
    sa.Column('measure_code', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_measure_head_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_head')),
    sa.UniqueConstraint('organisation_id', 'measure_code', name=op.f('uq_measure_head_organisation_id_measure_code'))
    )
    op.create_table('measure_reading',
    sa.Column('organisation_id', BIG_ID, nullable=False),
    sa.Column('measure_code', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('reading', 'correction', 'withdrawal', name='reading_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('period_end', sa.Date(), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=True),
    sa.Column('denominator', sa.Integer(), nullable=True),
    sa.Column('is_rounded', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('corrects_id', BIG_ID, nullable=True),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('person_id', BIG_ID, nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=True),
    sa.Column('id', BIG_ID, nullable=False),
    sa.CheckConstraint("(kind = 'reading') = (corrects_id IS NULL)", name=op.f('ck_measure_reading_corrections_name_what_they_correct')),
    sa.CheckConstraint("(kind = 'withdrawal') = (numerator IS NULL)", name=op.f('ck_measure_reading_only_withdrawals_have_no_counts')),
    sa.CheckConstraint('numerator >= 0', name=op.f('ck_measure_reading_numerator_is_a_count')),
    sa.CheckConstraint('denominator > 0', name=op.f('ck_measure_reading_denominator_is_not_nothing')),
    sa.ForeignKeyConstraint(['corrects_id'], ['measure_reading.id'], name=op.f('fk_measure_reading_corrects_id_measure_reading')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_measure_reading_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_measure_reading_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_reading')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_measure_reading_corrects_id')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_measure_reading_submission_key'))
    )
    with op.batch_alter_table('measure_reading', schema=None) as batch_op:
        batch_op.create_index('ix_measure_reading_item', ['organisation_id', 'measure_code', 'period_end', 'id'], unique=False)

    op.create_table('measure_aim',
    sa.Column('organisation_id', BIG_ID, nullable=False),
    sa.Column('measure_code', sa.String(length=40), nullable=False),
    sa.Column('baseline_id', BIG_ID, nullable=True),
    sa.Column('target_tenths', sa.BigInteger(), nullable=True),
    sa.Column('target_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('person_id', BIG_ID, nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=True),
    sa.Column('id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['baseline_id'], ['measure_reading.id'], name=op.f('fk_measure_aim_baseline_id_measure_reading')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_measure_aim_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_measure_aim_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_aim')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_measure_aim_submission_key'))
    )
    with op.batch_alter_table('measure_aim', schema=None) as batch_op:
        batch_op.create_index('ix_measure_aim_item', ['organisation_id', 'measure_code', 'true_on', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('measure_aim', schema=None) as batch_op:
        batch_op.drop_index('ix_measure_aim_item')

    op.drop_table('measure_aim')
    with op.batch_alter_table('measure_reading', schema=None) as batch_op:
        batch_op.drop_index('ix_measure_reading_item')

    op.drop_table('measure_reading')
    op.drop_table('measure_head')
    with op.batch_alter_table('own_measure', schema=None) as batch_op:
        batch_op.drop_index('uq_own_measure_known')

    op.drop_table('own_measure')
