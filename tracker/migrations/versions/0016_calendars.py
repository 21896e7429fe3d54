"""Calendars of people: what each is of, and the role through which it was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_feed',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('membership_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('calendar_of', sa.Enum('organisation', 'region', 'person', name='calendar_of', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('made_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(organisation_id IS NULL) = (calendar_of = 'person')", name=op.f('ck_calendar_feed_body_fits_calendar')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_calendar_feed_membership_id_membership')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_calendar_feed_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_calendar_feed_submission_key')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_calendar_feed_token_hash'))
    )
    op.create_index(op.f('ix_calendar_feed_person_id'), 'calendar_feed', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_table("calendar_feed")
