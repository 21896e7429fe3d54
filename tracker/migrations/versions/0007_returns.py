"""Returns to the board: their document control, checks, frozen rows, decisions, and how often a board wants one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import tracker.db


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('board_return',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'checked', 'submitted', 'approved', 'sent_back', name='return_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_board_return_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_return')),
    sa.UniqueConstraint('organisation_id', 'number', name=op.f('uq_board_return_organisation_id_number'))
    )
    op.create_table('return_book',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_return_book_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_book')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_return_book_organisation_id'))
    )
    op.create_table('return_cadence',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('every_months', sa.Integer(), nullable=True),
    sa.Column('first_on', sa.Date(), nullable=True),
    sa.Column('board_dates', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('(every_months IS NULL) = (first_on IS NULL)', name=op.f('ck_return_cadence_months_from_a_first_day')),
    sa.CheckConstraint('every_months IS NULL OR every_months BETWEEN 1 AND 12', name=op.f('ck_return_cadence_months_of_a_year')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_return_cadence_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_return_cadence_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_cadence')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_return_cadence_submission_key'))
    )
    with op.batch_alter_table('return_cadence', schema=None) as batch_op:
        batch_op.create_index('ix_return_cadence_organisation', ['organisation_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_cadence_person_id'), ['person_id'], unique=False)

    op.create_table('return_check',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('return_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('warnings', sa.Integer(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_return_check_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_return_check_person_id_person')),
    sa.ForeignKeyConstraint(['return_id'], ['board_return.id'], name=op.f('fk_return_check_return_id_board_return')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_check')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_return_check_submission_key'))
    )
    with op.batch_alter_table('return_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_return_check_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_check_return_id'), ['return_id'], unique=False)

    op.create_table('return_control',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('return_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('framework_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('as_at', sa.Date(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('meeting', sa.String(length=200), nullable=False),
    sa.Column('meeting_on', sa.Date(), nullable=True),
    sa.Column('agenda_item', sa.String(length=200), nullable=False),
    sa.Column('author', sa.String(length=200), nullable=False),
    sa.Column('purpose', sa.Enum('decision', 'assurance', 'information', name='purpose', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('considered_by', sa.Text(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('recommendation', sa.Text(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_return_control_framework_id_framework')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_return_control_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_return_control_person_id_person')),
    sa.ForeignKeyConstraint(['return_id'], ['board_return.id'], name=op.f('fk_return_control_return_id_board_return')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_control')),
    sa.UniqueConstraint('return_id', 'revision', name=op.f('uq_return_control_return_id_revision')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_return_control_submission_key'))
    )
    with op.batch_alter_table('return_control', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_return_control_person_id'), ['person_id'], unique=False)

    op.create_table('return_submission',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('return_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('as_at', sa.Date(), nullable=False),
    sa.Column('known_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('heading', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('covers_all', sa.Boolean(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_return_submission_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_return_submission_person_id_person')),
    sa.ForeignKeyConstraint(['return_id'], ['board_return.id'], name=op.f('fk_return_submission_return_id_board_return')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_submission')),
    sa.UniqueConstraint('return_id', 'edition', name=op.f('uq_return_submission_return_id_edition')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_return_submission_submission_key'))
    )
    with op.batch_alter_table('return_submission', schema=None) as batch_op:
        batch_op.create_index('ix_return_submission_organisation', ['organisation_id', 'as_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_submission_person_id'), ['person_id'], unique=False)

    op.create_table('return_decision',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decision', sa.Enum('approved', 'sent_back', name='decision', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("decision <> 'sent_back' OR reason <> ''", name=op.f('ck_return_decision_sent_back_with_a_reason')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_return_decision_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_return_decision_person_id_person')),
    sa.ForeignKeyConstraint(['submission_id'], ['return_submission.id'], name=op.f('fk_return_decision_submission_id_return_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_decision')),
    sa.UniqueConstraint('submission_id', name=op.f('uq_return_decision_submission_id')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_return_decision_submission_key'))
    )
    with op.batch_alter_table('return_decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_return_decision_person_id'), ['person_id'], unique=False)

    op.create_table('return_row',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('status', sa.String(length=200), nullable=False),
    sa.Column('status_class', sa.Enum('off_course', 'at_risk', 'no_update', 'not_started', 'on_course', 'done_claimed', 'done_assured', 'not_applicable', name='status_class', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_return_row_ask_id_ask')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_return_row_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['submission_id'], ['return_submission.id'], name=op.f('fk_return_row_submission_id_return_submission')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_row')),
    sa.UniqueConstraint('submission_id', 'ask_id', name=op.f('uq_return_row_submission_id_ask_id')),
    sa.UniqueConstraint('submission_id', 'position', name=op.f('uq_return_row_submission_id_position'))
    )


def downgrade() -> None:
    op.drop_table('return_row')
    with op.batch_alter_table('return_decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_return_decision_person_id'))

    op.drop_table('return_decision')
    with op.batch_alter_table('return_submission', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_return_submission_person_id'))
        batch_op.drop_index('ix_return_submission_organisation')

    op.drop_table('return_submission')
    with op.batch_alter_table('return_control', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_return_control_person_id'))

    op.drop_table('return_control')
    with op.batch_alter_table('return_check', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_return_check_return_id'))
        batch_op.drop_index(batch_op.f('ix_return_check_person_id'))

    op.drop_table('return_check')
    with op.batch_alter_table('return_cadence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_return_cadence_person_id'))
        batch_op.drop_index('ix_return_cadence_organisation')

    op.drop_table('return_cadence')
    op.drop_table('return_book')
    op.drop_table('board_return')
