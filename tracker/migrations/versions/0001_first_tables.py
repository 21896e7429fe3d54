"""first tables"""

from __future__ import annotations

import sqlalchemy as sa
import tracker.db
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_chain',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('length', sa.Integer(), nullable=False),
    sa.Column('head_hash', sa.String(length=64), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_chain')),
    sa.UniqueConstraint('name', name=op.f('uq_audit_chain_name'))
    )
    op.create_table('framework',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework')),
    sa.UniqueConstraint('code', name=op.f('uq_framework_code'))
    )
    op.create_table('organisation',
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('code', name=op.f('uq_organisation_code'))
    )
    op.create_table('organisation_import',
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_import'))
    )
    op.create_table('person',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('contact_email', sa.String(length=254), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('forgotten_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_table('tracking_choice',
    sa.Column('organisation_type', sa.Enum('trust', 'ccg', 'icb', 'system', 'pcn', 'practice', 'region', 'sub_icb_location', 'commissioning_hub', 'csu', 'national_body', 'other', name='organisation_type', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_tracked', sa.Boolean(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tracking_choice'))
    )
    op.create_table('account',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sign_in_email', sa.String(length=254), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('failed_sign_ins', sa.Integer(), nullable=False),
    sa.Column('locked_until', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('person_id', name=op.f('uq_account_person_id')),
    sa.UniqueConstraint('sign_in_email', name=op.f('uq_account_sign_in_email'))
    )
    op.create_table('action',
    sa.Column('framework_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_action_framework_id_framework')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action')),
    sa.UniqueConstraint('framework_id', 'number', name=op.f('uq_action_framework_id_number'))
    )
    op.create_table('adoption',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('framework_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_adoption_framework_id_framework')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_adoption_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_adoption_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adoption'))
    )
    with op.batch_alter_table('adoption', schema=None) as batch_op:
        batch_op.create_index('ix_adoption_organisation', ['organisation_id', 'framework_id', 'superseded_at'], unique=False)

    op.create_table('audit_entry',
    sa.Column('chain_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('verb', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.Column('request_id', sa.String(length=64), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('entry_hash', sa.String(length=64), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['chain_id'], ['audit_chain.id'], name=op.f('fk_audit_entry_chain_id_audit_chain')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_audit_entry_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry')),
    sa.UniqueConstraint('chain_id', 'number', name=op.f('uq_audit_entry_chain_id_number'))
    )
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.create_index('ix_audit_entry_person_id', ['person_id'], unique=False)

    op.create_table('evidence',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('url', sa.String(length=2000), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_evidence_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_evidence_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('framework_revision',
    sa.Column('framework_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('issuer', sa.String(length=200), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('effective_to', sa.Date(), nullable=True),
    sa.Column('enrolment', sa.Enum('automatic', 'adopted', name='enrolment', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('supersedes_code', sa.String(length=40), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_framework_revision_framework_id_framework')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_framework_revision')),
    sa.UniqueConstraint('framework_id', 'number', name=op.f('uq_framework_revision_framework_id_number'))
    )
    with op.batch_alter_table('framework_revision', schema=None) as batch_op:
        batch_op.create_index('uq_framework_revision_current', ['framework_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.create_table('membership',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.Enum('lead', 'contributor', 'board', 'system', 'region', 'national', 'administrator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('granted_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('granted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ended_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(organisation_id IS NULL) = (role IN ('national', 'administrator'))", name=op.f('ck_membership_body_fits_role')),
    sa.ForeignKeyConstraint(['granted_by_id'], ['person.id'], name=op.f('fk_membership_granted_by_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_membership_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_organisation_current', ['organisation_id', 'ended_at'], unique=False)
        batch_op.create_index('ix_membership_person_current', ['person_id', 'ended_at'], unique=False)

    op.create_table('organisation_kind',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_type', sa.Enum('trust', 'ccg', 'icb', 'system', 'pcn', 'practice', 'region', 'sub_icb_location', 'commissioning_hub', 'csu', 'national_body', 'other', name='organisation_type', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('source', sa.Enum('ods', 'manual', name='fact_source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_kind_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_kind'))
    )
    with op.batch_alter_table('organisation_kind', schema=None) as batch_op:
        batch_op.create_index('ix_organisation_kind_organisation', ['organisation_id', 'superseded_at'], unique=False)

    op.create_table('organisation_life',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('close_said_by', sa.String(length=40), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('source', sa.Enum('ods', 'manual', name='fact_source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_life_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_life'))
    )
    with op.batch_alter_table('organisation_life', schema=None) as batch_op:
        batch_op.create_index('ix_organisation_life_organisation', ['organisation_id', 'superseded_at'], unique=False)

    op.create_table('organisation_link',
    sa.Column('child_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('link_kind', sa.Enum('region', 'system', 'commissioner', 'pcn', name='link_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_overridden', sa.Boolean(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('source', sa.Enum('ods', 'manual', name='fact_source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['organisation.id'], name=op.f('fk_organisation_link_child_id_organisation')),
    sa.ForeignKeyConstraint(['parent_id'], ['organisation.id'], name=op.f('fk_organisation_link_parent_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_link'))
    )
    with op.batch_alter_table('organisation_link', schema=None) as batch_op:
        batch_op.create_index('ix_organisation_link_child', ['child_id', 'link_kind', 'superseded_at'], unique=False)
        batch_op.create_index('ix_organisation_link_parent', ['parent_id', 'link_kind', 'superseded_at'], unique=False)

    op.create_table('organisation_name',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('published_name', sa.String(length=200), nullable=False),
    sa.Column('display_name', sa.String(length=200), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('source', sa.Enum('ods', 'manual', name='fact_source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_name_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_name'))
    )
    with op.batch_alter_table('organisation_name', schema=None) as batch_op:
        batch_op.create_index('ix_organisation_name_organisation', ['organisation_id', 'superseded_at'], unique=False)

    op.create_table('organisation_ons_code',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ons_code', sa.String(length=9), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('source', sa.Enum('ods', 'manual', name='fact_source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_ons_code_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_ons_code'))
    )
    with op.batch_alter_table('organisation_ons_code', schema=None) as batch_op:
        batch_op.create_index('ix_organisation_ons_code_organisation', ['organisation_id', 'superseded_at'], unique=False)

    op.create_table('organisation_service',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service', sa.Enum('maternity', 'mental_health', name='service', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_provided', sa.Boolean(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('source', sa.Enum('ods', 'manual', name='fact_source', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_organisation_service_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_service'))
    )
    with op.batch_alter_table('organisation_service', schema=None) as batch_op:
        batch_op.create_index('ix_organisation_service_organisation', ['organisation_id', 'superseded_at'], unique=False)

    op.create_table('outbox_message',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('queued', 'sent', 'failed', name='message_state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('queued_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('not_before', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('silences', sa.Integer(), nullable=False),
    sa.Column('claimed_until', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.String(length=36), nullable=True),
    sa.Column('sent_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_outbox_message_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('message_id', name=op.f('uq_outbox_message_message_id'))
    )
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_message_due', ['state', 'not_before'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_message_person_id'), ['person_id'], unique=False)

    op.create_table('sign_in_session',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('started_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_session_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_session_token_hash'))
    )
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_session_person', ['person_id', 'ended_at'], unique=False)

    op.create_table('action_content',
    sa.Column('revision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('action_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_content_action_id_action')),
    sa.ForeignKeyConstraint(['revision_id'], ['framework_revision.id'], name=op.f('fk_action_content_revision_id_framework_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_content')),
    sa.UniqueConstraint('revision_id', 'action_id', name=op.f('uq_action_content_revision_id_action_id'))
    )
    op.create_table('ask',
    sa.Column('framework_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('action_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ref', sa.String(length=20), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_ask_action_id_action')),
    sa.ForeignKeyConstraint(['framework_id'], ['framework.id'], name=op.f('fk_ask_framework_id_framework')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask')),
    sa.UniqueConstraint('framework_id', 'ref', name=op.f('uq_ask_framework_id_ref'))
    )
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ask_action_id'), ['action_id'], unique=False)

    op.create_table('password_link',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('expires_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_password_link_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_password_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_password_link_token_hash'))
    )
    with op.batch_alter_table('password_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_password_link_account_id'), ['account_id'], unique=False)

    op.create_table('scale_status',
    sa.Column('revision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('definition', sa.Text(), nullable=False),
    sa.Column('colour', sa.String(length=20), nullable=False),
    sa.Column('status_class', sa.Enum('off_course', 'at_risk', 'no_update', 'not_started', 'on_course', 'done_claimed', 'done_assured', 'not_applicable', name='status_class', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('needs_reason', sa.Boolean(), nullable=False),
    sa.Column('needs_recovery_date', sa.Boolean(), nullable=False),
    sa.Column('needs_evidence', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['revision_id'], ['framework_revision.id'], name=op.f('fk_scale_status_revision_id_framework_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scale_status')),
    sa.UniqueConstraint('revision_id', 'code', name=op.f('uq_scale_status_revision_id_code'))
    )
    op.create_table('appointment',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.Enum('executive_lead', 'deputy', 'ask_owner', name='appointment_role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('job_title', sa.String(length=200), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_appointment_ends_after_start')),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_appointment_ask_id_ask')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_appointment_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_appointment_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment'))
    )
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.create_index('ix_appointment_organisation', ['organisation_id', 'role', 'superseded_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_appointment_person_id'), ['person_id'], unique=False)

    op.create_table('ask_content',
    sa.Column('revision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('audience', sa.String(length=100), nullable=False),
    sa.Column('scope_note', sa.Text(), nullable=False),
    sa.Column('date_kind', sa.Enum('by', 'from', 'season', 'ongoing', name='date_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('national_on', sa.Date(), nullable=True),
    sa.Column('precision', sa.Enum('day', 'month', name='date_precision', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('season', sa.String(length=40), nullable=False),
    sa.Column('date_note', sa.Text(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('measure_target', sa.String(length=200), nullable=False),
    sa.Column('evidence_expected', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_urls', sa.JSON(), nullable=False),
    sa.Column('confidence', sa.Enum('easy_read', 'sourced', 'provisional', 'derived', name='confidence', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('alternates', sa.JSON(), nullable=False),
    sa.Column('records_lead', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_ask_content_ask_id_ask')),
    sa.ForeignKeyConstraint(['revision_id'], ['framework_revision.id'], name=op.f('fk_ask_content_revision_id_framework_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask_content')),
    sa.UniqueConstraint('revision_id', 'ask_id', name=op.f('uq_ask_content_revision_id_ask_id'))
    )
    with op.batch_alter_table('ask_content', schema=None) as batch_op:
        batch_op.create_index('ix_ask_content_ask_id', ['ask_id'], unique=False)

    op.create_table('evidence_use',
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_evidence_use_ask_id_ask')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_use_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_evidence_use_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_use'))
    )
    with op.batch_alter_table('evidence_use', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_use_evidence_id'), ['evidence_id'], unique=False)
        batch_op.create_index('ix_evidence_use_item', ['organisation_id', 'ask_id', 'superseded_at'], unique=False)

    op.create_table('ledger_entry',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('deadline_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_ledger_entry_ask_id_ask')),
    sa.ForeignKeyConstraint(['message_id'], ['outbox_message.id'], name=op.f('fk_ledger_entry_message_id_outbox_message')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_ledger_entry_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ledger_entry_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
    sa.UniqueConstraint('person_id', 'organisation_id', 'ask_id', 'kind', 'deadline_on', name=op.f('uq_ledger_entry_person_id_organisation_id_ask_id_kind_deadline_on'))
    )
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.create_index('ix_ledger_entry_item', ['organisation_id', 'ask_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_message_id'), ['message_id'], unique=False)

    op.create_table('progress_entry',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('update', 'assured', 'returned', name='entry_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('status_code', sa.String(length=40), nullable=False),
    sa.Column('status_class', sa.Enum('off_course', 'at_risk', 'no_update', 'not_started', 'on_course', 'done_claimed', 'done_assured', 'not_applicable', name='status_class', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('narrative', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('recovery_on', sa.Date(), nullable=True),
    sa.Column('next_step', sa.Text(), nullable=False),
    sa.Column('next_step_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('body_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submission_key', sa.String(length=36), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("status_class <> 'no_update'", name=op.f('ck_progress_entry_no_update_is_never_stored')),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_progress_entry_ask_id_ask')),
    sa.ForeignKeyConstraint(['body_id'], ['organisation.id'], name=op.f('fk_progress_entry_body_id_organisation')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_progress_entry_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_progress_entry_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_progress_entry')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_progress_entry_submission_key'))
    )
    with op.batch_alter_table('progress_entry', schema=None) as batch_op:
        batch_op.create_index('ix_progress_entry_item', ['organisation_id', 'ask_id', 'true_on', 'id'], unique=False)

    op.create_table('target',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_target_ask_id_ask')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_target_organisation_id_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_target_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target'))
    )
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.create_index('ix_target_item', ['organisation_id', 'ask_id', 'true_on', 'id'], unique=False)

    op.create_table('ask_scope',
    sa.Column('content_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_type', sa.Enum('trust', 'ccg', 'icb', 'system', 'pcn', 'practice', 'region', 'sub_icb_location', 'commissioning_hub', 'csu', 'national_body', 'other', name='organisation_type', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('service', sa.Enum('maternity', 'mental_health', name='service', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('is_optional', sa.Boolean(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['content_id'], ['ask_content.id'], name=op.f('fk_ask_scope_content_id_ask_content')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask_scope')),
    sa.UniqueConstraint('content_id', 'organisation_type', name=op.f('uq_ask_scope_content_id_organisation_type'))
    )
    op.create_table('progress',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status_class', sa.Enum('off_course', 'at_risk', 'no_update', 'not_started', 'on_course', 'done_claimed', 'done_assured', 'not_applicable', name='status_class', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('target_on', sa.Date(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_progress_ask_id_ask')),
    sa.ForeignKeyConstraint(['entry_id'], ['progress_entry.id'], name=op.f('fk_progress_entry_id_progress_entry')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_progress_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_progress')),
    sa.UniqueConstraint('organisation_id', 'ask_id', name=op.f('uq_progress_organisation_id_ask_id'))
    )
    with op.batch_alter_table('progress', schema=None) as batch_op:
        batch_op.create_index('ix_progress_ask', ['ask_id', 'status_class'], unique=False)

    # Autogenerate on SQLite leaves out indexes on expressions.
    op.create_index(
        'uq_membership_current',
        'membership',
        ['person_id', 'role', sa.text('coalesce(organisation_id, 0)')],
        unique=True,
        sqlite_where=sa.text('ended_at IS NULL'),
        postgresql_where=sa.text('ended_at IS NULL'),
    )


def downgrade() -> None:
    op.drop_index('uq_membership_current', table_name='membership')
    with op.batch_alter_table('progress', schema=None) as batch_op:
        batch_op.drop_index('ix_progress_ask')

    op.drop_table('progress')
    op.drop_table('ask_scope')
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_index('ix_target_item')

    op.drop_table('target')
    with op.batch_alter_table('progress_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_progress_entry_item')

    op.drop_table('progress_entry')
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_entry_message_id'))
        batch_op.drop_index('ix_ledger_entry_item')

    op.drop_table('ledger_entry')
    with op.batch_alter_table('evidence_use', schema=None) as batch_op:
        batch_op.drop_index('ix_evidence_use_item')
        batch_op.drop_index(batch_op.f('ix_evidence_use_evidence_id'))

    op.drop_table('evidence_use')
    with op.batch_alter_table('ask_content', schema=None) as batch_op:
        batch_op.drop_index('ix_ask_content_ask_id')

    op.drop_table('ask_content')
    with op.batch_alter_table('appointment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appointment_person_id'))
        batch_op.drop_index('ix_appointment_organisation')

    op.drop_table('appointment')
    op.drop_table('scale_status')
    with op.batch_alter_table('password_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_password_link_account_id'))

    op.drop_table('password_link')
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ask_action_id'))

    op.drop_table('ask')
    op.drop_table('action_content')
    with op.batch_alter_table('sign_in_session', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_session_person')

    op.drop_table('sign_in_session')
    with op.batch_alter_table('outbox_message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_message_person_id'))
        batch_op.drop_index('ix_outbox_message_due')

    op.drop_table('outbox_message')
    with op.batch_alter_table('organisation_service', schema=None) as batch_op:
        batch_op.drop_index('ix_organisation_service_organisation')

    op.drop_table('organisation_service')
    with op.batch_alter_table('organisation_ons_code', schema=None) as batch_op:
        batch_op.drop_index('ix_organisation_ons_code_organisation')

    op.drop_table('organisation_ons_code')
    with op.batch_alter_table('organisation_name', schema=None) as batch_op:
        batch_op.drop_index('ix_organisation_name_organisation')

    op.drop_table('organisation_name')
    with op.batch_alter_table('organisation_link', schema=None) as batch_op:
        batch_op.drop_index('ix_organisation_link_parent')
        batch_op.drop_index('ix_organisation_link_child')

    op.drop_table('organisation_link')
    with op.batch_alter_table('organisation_life', schema=None) as batch_op:
        batch_op.drop_index('ix_organisation_life_organisation')

    op.drop_table('organisation_life')
    with op.batch_alter_table('organisation_kind', schema=None) as batch_op:
        batch_op.drop_index('ix_organisation_kind_organisation')

    op.drop_table('organisation_kind')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index('ix_membership_person_current')
        batch_op.drop_index('ix_membership_organisation_current')

    op.drop_table('membership')
    with op.batch_alter_table('framework_revision', schema=None) as batch_op:
        batch_op.drop_index('uq_framework_revision_current', sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))

    op.drop_table('framework_revision')
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_evidence_organisation_id'))

    op.drop_table('evidence')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_entry_person_id')

    op.drop_table('audit_entry')
    with op.batch_alter_table('adoption', schema=None) as batch_op:
        batch_op.drop_index('ix_adoption_organisation')

    op.drop_table('adoption')
    op.drop_table('action')
    op.drop_table('account')
    op.drop_table('tracking_choice')
    op.drop_table('person')
    op.drop_table('organisation_import')
    op.drop_table('organisation')
    op.drop_table('framework')
    op.drop_table('audit_chain')
