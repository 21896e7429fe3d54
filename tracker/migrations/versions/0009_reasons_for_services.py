"""Who said whether an organisation runs a service, in which role and why, and by which form."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("organisation_service") as batch:
        batch.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("person_id", BIG_ID, nullable=True))
        batch.add_column(sa.Column("role", sa.String(length=40), server_default="", nullable=False))
        batch.add_column(sa.Column("submission_key", sa.String(length=36), nullable=True))
        batch.create_foreign_key(op.f("fk_organisation_service_person_id_person"), "person", ["person_id"], ["id"])
        batch.create_index(op.f("ix_organisation_service_person_id"), ["person_id"])


def downgrade() -> None:
    with op.batch_alter_table("organisation_service") as batch:
        batch.drop_index(op.f("ix_organisation_service_person_id"))
        batch.drop_constraint(op.f("fk_organisation_service_person_id_person"), type_="foreignkey")
        for name in ("submission_key", "role", "person_id", "reason"):
            batch.drop_column(name)
