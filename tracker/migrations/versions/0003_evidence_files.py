"""Evidence may be a link, a note or a file, has versions, may expire, and is checked by others.

Every row that there was is a link, and the first version of its piece. Going down, notes, files and later versions are
lost: the tables before knew links only.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
import tracker.db


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
KINDS = sa.Enum('link', 'note', 'file', name='evidence_kind', native_enum=False, create_constraint=True, length=40)
FILE_TYPES = sa.Enum('pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'png', 'jpeg', name='file_type', native_enum=False, create_constraint=True, length=40)
FILLED = {'number': '1', 'edits': '0', 'kind': 'link', 'title': '', 'note': '', 'file_name': '', 'size': '0', 'sha256': ''}


def upgrade() -> None:
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.add_column(sa.Column('first_id', ID, nullable=True))
        batch_op.add_column(sa.Column('number', sa.Integer(), nullable=False, server_default=FILLED['number']))
        batch_op.add_column(sa.Column('edits', sa.Integer(), nullable=False, server_default=FILLED['edits']))
        batch_op.add_column(sa.Column('kind', KINDS, nullable=False, server_default=FILLED['kind']))
        batch_op.add_column(sa.Column('title', sa.String(length=200), nullable=False, server_default=FILLED['title']))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=False, server_default=FILLED['note']))
        batch_op.add_column(sa.Column('file_name', sa.String(length=150), nullable=False, server_default=FILLED['file_name']))
        batch_op.add_column(sa.Column('file_type', FILE_TYPES, nullable=True))
        batch_op.add_column(sa.Column('size', sa.Integer(), nullable=False, server_default=FILLED['size']))
        batch_op.add_column(sa.Column('sha256', sa.String(length=64), nullable=False, server_default=FILLED['sha256']))
        batch_op.add_column(sa.Column('storage_key', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('starts_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('submission_key', sa.String(length=36), nullable=True))

    with op.batch_alter_table('evidence', schema=None) as batch_op:
        for name in FILLED:
            batch_op.alter_column(name, server_default=None)
        batch_op.create_foreign_key(batch_op.f('fk_evidence_first_id_evidence'), 'evidence', ['first_id'], ['id'])
        batch_op.create_unique_constraint(batch_op.f('uq_evidence_first_id_number'), ['first_id', 'number'])
        batch_op.create_unique_constraint(batch_op.f('uq_evidence_storage_key'), ['storage_key'])
        batch_op.create_unique_constraint(batch_op.f('uq_evidence_submission_key'), ['submission_key'])
        batch_op.create_check_constraint(batch_op.f('ck_evidence_first_has_number_one'), '(first_id IS NULL) = (number = 1)')
        batch_op.create_check_constraint(batch_op.f('ck_evidence_later_version_has_a_day'), '(first_id IS NULL) = (starts_on IS NULL)')
        batch_op.create_check_constraint(batch_op.f('ck_evidence_file_has_a_key'), "(kind = 'file') = (storage_key IS NOT NULL)")
        batch_op.create_check_constraint(batch_op.f('ck_evidence_file_has_a_type'), "(kind = 'file') = (file_type IS NOT NULL)")

    op.create_table('evidence_check',
    sa.Column('evidence_id', ID, nullable=False),
    sa.Column('true_on', sa.Date(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('person_id', ID, nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('body_id', ID, nullable=True),
    sa.Column('submission_key', sa.String(length=36), nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['organisation.id'], name=op.f('fk_evidence_check_body_id_organisation')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_check_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_evidence_check_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_check')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_evidence_check_submission_key'))
    )
    with op.batch_alter_table('evidence_check', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_check_evidence_id'), ['evidence_id'], unique=False)

    op.create_table('evidence_expiry',
    sa.Column('evidence_id', ID, nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('recorded_at', tracker.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('superseded_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('told_at', tracker.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('person_id', ID, nullable=True),
    sa.Column('submission_key', sa.String(length=36), nullable=True),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_expiry_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_evidence_expiry_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_expiry')),
    sa.UniqueConstraint('submission_key', name=op.f('uq_evidence_expiry_submission_key'))
    )
    with op.batch_alter_table('evidence_expiry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_expiry_evidence_id'), ['evidence_id'], unique=False)
        batch_op.create_index('ix_evidence_expiry_untold', ['told_at', 'expires_on'], unique=False)
        batch_op.create_index('uq_evidence_expiry_current', ['evidence_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))


def downgrade() -> None:
    op.drop_table('evidence_expiry')
    op.drop_table('evidence_check')
    op.execute("DELETE FROM evidence_use WHERE evidence_id IN (SELECT id FROM evidence WHERE kind <> 'link')")
    op.execute("DELETE FROM evidence WHERE first_id IS NOT NULL")
    op.execute("DELETE FROM evidence WHERE kind <> 'link'")
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        for name in ('file_has_a_type', 'file_has_a_key', 'later_version_has_a_day', 'first_has_number_one', 'file_type', 'evidence_kind'):
            batch_op.drop_constraint(batch_op.f(f'ck_evidence_{name}'), type_='check')
        for name in ('submission_key', 'storage_key', 'first_id_number'):
            batch_op.drop_constraint(batch_op.f(f'uq_evidence_{name}'), type_='unique')
        batch_op.drop_constraint(batch_op.f('fk_evidence_first_id_evidence'), type_='foreignkey')
        for name in ('submission_key', 'starts_on', 'storage_key', 'file_type', *reversed(FILLED), 'first_id'):
            batch_op.drop_column(name)
