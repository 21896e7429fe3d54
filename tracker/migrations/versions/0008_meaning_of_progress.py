"""Forecasts, blocks, back-dated entries, corrections and confirmations; targets that the region is asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None



def upgrade() -> None:
    with op.batch_alter_table("progress_entry") as batch:
        batch.add_column(sa.Column("forecast_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("blocked_by", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("backdating_reason", sa.Text(), server_default="", nullable=False))
        batch.add_column(sa.Column("corrects_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch.create_foreign_key(
            op.f("fk_progress_entry_corrects_id_progress_entry"), "progress_entry", ["corrects_id"], ["id"]
        )
        batch.create_index("ix_progress_entry_corrects_id", ["corrects_id"])
    with op.batch_alter_table("progress") as batch:
        batch.add_column(sa.Column("confirmed_on", sa.Date(), nullable=True))
    op.create_table(
        "confirmation",
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("true_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", tracker.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name=op.f("fk_confirmation_ask_id_ask")),
        sa.ForeignKeyConstraint(["entry_id"], ["progress_entry.id"], name=op.f("fk_confirmation_entry_id_progress_entry")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_confirmation_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_confirmation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index("ix_confirmation_item", "confirmation", ["organisation_id", "ask_id", "true_on", "id"])
    op.create_table(
        "target_request",
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.String(length=200), nullable=False),
        sa.Column("true_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", tracker.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "accepted",
                "declined",
                "withdrawn",
                name="target_decision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("decision_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_at", tracker.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_role", sa.String(length=40), server_default="", nullable=False),
        sa.Column("decided_body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name=op.f("fk_target_request_ask_id_ask")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_target_request_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_target_request_person_id_person")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_target_request_decided_by_id_person")),
        sa.ForeignKeyConstraint(
            ["decided_body_id"], ["organisation.id"], name=op.f("fk_target_request_decided_body_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_request")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_target_request_submission_key")),
    )
    op.create_index(
        "uq_target_request_open",
        "target_request",
        ["organisation_id", "ask_id"],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
        sqlite_where=sa.text("decision IS NULL"),
    )
    op.create_index(
        "uq_adoption_open",
        "adoption",
        ["organisation_id", "framework_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL AND ends_on IS NULL"),
        sqlite_where=sa.text("superseded_at IS NULL AND ends_on IS NULL"),
    )
    with op.batch_alter_table("target") as batch:
        batch.add_column(sa.Column("agreed_by", sa.String(length=200), server_default="", nullable=False))
        batch.add_column(sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch.add_column(sa.Column("submission_key", sa.String(length=36), nullable=True))
        batch.create_foreign_key(op.f("fk_target_request_id_target_request"), "target_request", ["request_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_target_submission_key"), ["submission_key"])


def downgrade() -> None:
    op.drop_index("uq_adoption_open", table_name="adoption")
    with op.batch_alter_table("target") as batch:
        batch.drop_constraint(op.f("fk_target_request_id_target_request"), type_="foreignkey")
        batch.drop_constraint(op.f("uq_target_submission_key"), type_="unique")
        batch.drop_column("submission_key")
        batch.drop_column("request_id")
        batch.drop_column("agreed_by")
    op.drop_table("target_request")
    op.drop_table("confirmation")
    with op.batch_alter_table("progress") as batch:
        batch.drop_column("confirmed_on")
    with op.batch_alter_table("progress_entry") as batch:
        batch.drop_index("ix_progress_entry_corrects_id")
        batch.drop_constraint(op.f("fk_progress_entry_corrects_id_progress_entry"), type_="foreignkey")
        for name in ("corrects_id", "backdating_reason", "blocked_by", "review_on", "forecast_on"):
            batch.drop_column(name)
