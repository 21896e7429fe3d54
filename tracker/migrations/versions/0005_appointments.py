"""Appointments: each change to who answers for what, by whom and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import tracker.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


BIG_ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = tracker.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table('appointment_change',
    sa.Column('organisation_id', BIG_ID, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('appointed', 'corrected', 'ended', 'withdrawn', 'handed_over', name='change_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recorded_at', INSTANT, nullable=False),
    sa.Column('person_id', BIG_ID, nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=True),
    sa.Column('id', BIG_ID, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appointment_change_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_appointment_change_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment_change')),
    sa.UniqueConstraint('organisation_id', 'number', name=op.f('uq_appointment_change_organisation_id_number')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_appointment_change_submission_key'))
    )
    with op.batch_alter_table('appointment_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appointment_change_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('change_id', BIG_ID, nullable=True))
        batch_op.add_column(sa.Column('superseded_by_id', BIG_ID, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_appointment_change_id_appointment_change'), 'appointment_change', ['change_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_appointment_superseded_by_id_appointment_change'), 'appointment_change', ['superseded_by_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_appointment_owners_have_an_ask'), "(role = 'ask_owner') = (ask_id IS NOT NULL)")


def downgrade() -> None:
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_appointment_owners_have_an_ask'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_appointment_superseded_by_id_appointment_change'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_appointment_change_id_appointment_change'), type_='foreignkey')
        batch_op.drop_column('superseded_by_id')
        batch_op.drop_column('change_id')

    with op.batch_alter_table('appointment_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appointment_change_person_id'))

    op.drop_table('appointment_change')
