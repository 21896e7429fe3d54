"""What an assurer saw when they signed off, and when that lapsed; what was asked of claims, and samples of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = {True: ("update", "assured", "returned", "lapsed"), False: ("update", "assured", "returned")}


def _let_kinds(has_lapsed: bool) -> None:
    """Change which kinds an entry may have."""
    with op.batch_alter_table("progress_entry") as batch:
        batch.drop_constraint(op.f("ck_progress_entry_entry_kind"), type_="check")
        listed = ", ".join(f"'{kind}'" for kind in KINDS[has_lapsed])
        batch.create_check_constraint(op.f("ck_progress_entry_entry_kind"), f"kind IN ({listed})")


def upgrade() -> None:
    _let_kinds(has_lapsed=True)
    op.create_table('claim_sample',
    sa.Column('seed', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('population', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('body_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['organisation.id'], name=op.f('fk_claim_sample_body_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_claim_sample_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_sample')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_claim_sample_submission_key'))
    )
    op.create_index(op.f('ix_claim_sample_body_id'), 'claim_sample', ['body_id'], unique=False)
    op.create_index(op.f('ix_claim_sample_person_id'), 'claim_sample', ['person_id'], unique=False)
    op.create_table('claim_question',
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('body_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['organisation.id'], name=op.f('fk_claim_question_body_id_organisation')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_claim_question_comment_id_comment')),
    sa.ForeignKeyConstraint(['entry_id'], ['progress_entry.id'], name=op.f('fk_claim_question_entry_id_progress_entry')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_claim_question_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_question')),
    sa.UniqueConstraint('comment_id', name=op.f('uq_claim_question_comment_id')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_claim_question_submission_key'))
    )
    op.create_index(op.f('ix_claim_question_entry_id'), 'claim_question', ['entry_id'], unique=False)
    op.create_index(op.f('ix_claim_question_person_id'), 'claim_question', ['person_id'], unique=False)
    op.create_table('sample_candidate',
    sa.Column('sample_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('risks', sa.String(length=100), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['progress_entry.id'], name=op.f('fk_sample_candidate_entry_id_progress_entry')),
    sa.ForeignKeyConstraint(['sample_id'], ['claim_sample.id'], name=op.f('fk_sample_candidate_sample_id_claim_sample')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sample_candidate')),
    sa.UniqueConstraint('sample_id', 'entry_id', name=op.f('uq_sample_candidate_sample_id_entry_id'))
    )
    op.create_table('sign_off',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lead_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('body_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_sign_off_ask_id_ask')),
    sa.ForeignKeyConstraint(['body_id'], ['organisation.id'], name=op.f('fk_sign_off_body_id_organisation')),
    sa.ForeignKeyConstraint(['claim_id'], ['progress_entry.id'], name=op.f('fk_sign_off_claim_id_progress_entry')),
    sa.ForeignKeyConstraint(['content_id'], ['ask_content.id'], name=op.f('fk_sign_off_content_id_ask_content')),
    sa.ForeignKeyConstraint(['entry_id'], ['progress_entry.id'], name=op.f('fk_sign_off_entry_id_progress_entry')),
    sa.ForeignKeyConstraint(['lead_id'], ['appointment.id'], name=op.f('fk_sign_off_lead_id_appointment')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_sign_off_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_off_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_sign_off_entry_id'))
    )
    op.create_index('ix_sign_off_item', 'sign_off', ['organisation_id', 'ask_id', 'id'], unique=False)
    op.create_index(op.f('ix_sign_off_person_id'), 'sign_off', ['person_id'], unique=False)
    op.create_table('sign_off_evidence',
    sa.Column('sign_off_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['sign_off_id'], ['sign_off.id'], name=op.f('fk_sign_off_evidence_sign_off_id_sign_off')),
    sa.ForeignKeyConstraint(['version_id'], ['evidence.id'], name=op.f('fk_sign_off_evidence_version_id_evidence')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off_evidence')),
    sa.UniqueConstraint('sign_off_id', 'version_id', name=op.f('uq_sign_off_evidence_sign_off_id_version_id'))
    )
    op.create_table('sign_off_lapse',
    sa.Column('sign_off_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cause', sa.Enum('status_moved', 'evidence_added', 'evidence_replaced', 'evidence_withdrawn', 'evidence_expired', 'lead_changed', 'ask_reworded', name='lapse_cause', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['progress_entry.id'], name=op.f('fk_sign_off_lapse_entry_id_progress_entry')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_sign_off_lapse_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_off_lapse_person_id_person')),
    sa.ForeignKeyConstraint(['sign_off_id'], ['sign_off.id'], name=op.f('fk_sign_off_lapse_sign_off_id_sign_off')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_off_lapse')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_sign_off_lapse_entry_id')),
    sa.UniqueConstraint('sign_off_id', name=op.f('uq_sign_off_lapse_sign_off_id'))
    )
    op.create_index(op.f('ix_sign_off_lapse_person_id'), 'sign_off_lapse', ['person_id'], unique=False)


def downgrade() -> None:
    op.drop_table("sign_off_lapse")
    op.drop_table("sign_off_evidence")
    op.drop_table("sign_off")
    op.drop_table("sample_candidate")
    op.drop_table("claim_question")
    op.drop_table("claim_sample")
    # Before there were lapses the organisation's own claim stood there.
    op.execute("UPDATE progress_entry SET kind = 'update' WHERE kind = 'lapsed'")
    _let_kinds(has_lapsed=False)
