"""The ladder of escalation: what was raised, held and closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import tracker.db


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('chase',
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('body_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['organisation.id'], name=op.f('fk_chase_body_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_chase_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_chase')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_chase_submission_key'))
    )

    with op.batch_alter_table('chase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_chase_person_id'), ['person_id'], unique=False)

    op.create_table('escalation',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deadline_on', sa.Date(), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=True),
    sa.Column('told', sa.String(length=40), nullable=True),
    sa.Column('raised_on', sa.Date(), nullable=True),
    sa.Column('response_due_on', sa.Date(), nullable=True),
    sa.Column('is_answered', sa.Boolean(), nullable=False),
    sa.Column('quiet_until', sa.Date(), nullable=True),
    sa.Column('ending', sa.Enum('done', 'plan_accepted', 'not_needed', 'overtaken', name='ending', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closed_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('(closed_on IS NULL) = (closed_at IS NULL)', name=op.f('ck_escalation_closed_has_both_times')),
    sa.CheckConstraint('(closed_on IS NULL) = (ending IS NULL)', name=op.f('ck_escalation_closed_says_why')),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_escalation_ask_id_ask')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_escalation_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation'))
    )

    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.create_index('ix_escalation_item', ['organisation_id', 'ask_id', 'deadline_on'], unique=False)
        batch_op.create_index('uq_escalation_open', ['organisation_id', 'ask_id'], unique=True, postgresql_where=sa.text('closed_on IS NULL'), sqlite_where=sa.text('closed_on IS NULL'))

    op.create_table('escalation_event',
    sa.Column('escalation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('raised', 'answered', 'judged', 'held', 'closed', name='event_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=True),
    sa.Column('told', sa.String(length=40), nullable=True),
    sa.Column('response_due_on', sa.Date(), nullable=True),
    sa.Column('judgement', sa.Enum('enough', 'not_enough', 'no_response', name='judgement', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('quiet_until', sa.Date(), nullable=True),
    sa.Column('ending', sa.Enum('done', 'plan_accepted', 'not_needed', 'overtaken', name='ending', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('body_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=36), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(kind = 'closed') = (ending IS NOT NULL)", name=op.f('ck_escalation_event_closed_says_why')),
    sa.CheckConstraint("(kind = 'judged') = (judgement IS NOT NULL)", name=op.f('ck_escalation_event_judged_says_how')),
    sa.CheckConstraint("(kind = 'raised') = (level IS NOT NULL)", name=op.f('ck_escalation_event_raised_says_to_whom')),
    sa.CheckConstraint("(kind = 'raised') = (told IS NOT NULL)", name=op.f('ck_escalation_event_raised_says_who_was_told')),
    sa.CheckConstraint("(kind = 'raised') = (response_due_on IS NOT NULL)", name=op.f('ck_escalation_event_raised_says_until_when')),
    sa.CheckConstraint("kind <> 'held' OR quiet_until IS NOT NULL", name=op.f('ck_escalation_event_held_says_until_when')),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_escalation_event_ask_id_ask')),
    sa.ForeignKeyConstraint(['body_id'], ['organisation.id'], name=op.f('fk_escalation_event_body_id_organisation')),
    sa.ForeignKeyConstraint(['escalation_id'], ['escalation.id'], name=op.f('fk_escalation_event_escalation_id_escalation')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_escalation_event_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_escalation_event_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation_event')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_escalation_event_submission_key'))
    )

    with op.batch_alter_table('escalation_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_escalation_event_escalation_id'), ['escalation_id'], unique=False)
        batch_op.create_index('ix_escalation_event_item', ['organisation_id', 'ask_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_escalation_event_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('escalation_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_escalation_event_person_id'))
        batch_op.drop_index('ix_escalation_event_item')
        batch_op.drop_index(batch_op.f('ix_escalation_event_escalation_id'))

    op.drop_table('escalation_event')

    with op.batch_alter_table('escalation', schema=None) as batch_op:
        batch_op.drop_index('uq_escalation_open', postgresql_where=sa.text('closed_on IS NULL'), sqlite_where=sa.text('closed_on IS NULL'))
        batch_op.drop_index('ix_escalation_item')

    op.drop_table('escalation')

    with op.batch_alter_table('chase', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_chase_person_id'))

    op.drop_table('chase')
