"""Where every organisation stands today, kept for lists of a country; the views of lists that people save."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_now",
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("published_name", sa.String(length=300), nullable=False),
        sa.Column(
            "organisation_type",
            sa.Enum(
                "trust",
                "ccg",
                "icb",
                "system",
                "pcn",
                "practice",
                "region",
                "sub_icb_location",
                "commissioning_hub",
                "csu",
                "national_body",
                "other",
                name="organisation_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("system_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("system_code", sa.String(length=20), nullable=True),
        sa.Column("system_name", sa.String(length=300), nullable=True),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("region_code", sa.String(length=20), nullable=True),
        sa.Column("region_name", sa.String(length=300), nullable=True),
        sa.Column("sort_name", sa.String(length=300), nullable=False),
        sa.Column("sort_system", sa.String(length=300), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_organisation_now_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["organisation.id"], name=op.f("fk_organisation_now_region_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["system_id"], ["organisation.id"], name=op.f("fk_organisation_now_system_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_now")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_organisation_now_organisation_id")),
    )
    op.create_index("ix_organisation_now_system_id", "organisation_now", ["system_id"])
    op.create_index("ix_organisation_now_region_id", "organisation_now", ["region_id"])
    op.create_index("ix_organisation_now_sort_name", "organisation_now", ["sort_name", "code"])
    op.create_index("ix_organisation_now_sort_system", "organisation_now", ["sort_system", "code"])
    op.create_table(
        "standing_now",
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ask_place", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("region_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("system_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("late_on", sa.Date(), nullable=True),
        sa.Column("national_on", sa.Date(), nullable=True),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("updated_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("evidence_on", sa.Date(), nullable=True),
        sa.Column(
            "status_class",
            sa.Enum(
                "off_course",
                "at_risk",
                "no_update",
                "not_started",
                "on_course",
                "done_claimed",
                "done_assured",
                "not_applicable",
                name="counted_class",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "said_class",
            sa.Enum(
                "off_course",
                "at_risk",
                "no_update",
                "not_started",
                "on_course",
                "done_claimed",
                "done_assured",
                "not_applicable",
                name="status_class",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "applicability",
            sa.Enum(
                "applies",
                "optional",
                "to_confirm",
                name="applicability",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "organisation_type",
            sa.Enum(
                "trust",
                "ccg",
                "icb",
                "system",
                "pcn",
                "practice",
                "region",
                "sub_icb_location",
                "commissioning_hub",
                "csu",
                "national_body",
                "other",
                name="organisation_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_now")),
        sa.UniqueConstraint("organisation_id", "ask_id", name=op.f("uq_standing_now_organisation_id_ask_id")),
    )
    _index_standings()
    op.create_index(
        "ix_standing_now_counted",
        "standing_now",
        ["region_id", "system_of", "ask_id", "status_class", "applicability", "is_overdue", "organisation_type"],
    )
    op.create_table(
        "kept_day",
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("made_at", tracker.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_day")),
    )
    op.create_table(
        "saved_view",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "page",
            sa.Enum(
                "overdue", "grid", "charts", name="view_page", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("body_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_at", tracker.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", tracker.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submission_key", sa.String(length=36), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["organisation.id"], name=op.f("fk_saved_view_body_id_organisation")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_saved_view_submission_key")),
    )
    op.create_index("ix_saved_view_body_id", "saved_view", ["body_id", "is_shared"])
    op.create_index(op.f("ix_saved_view_person_id"), "saved_view", ["person_id"])


def _index_standings() -> None:
    """See ``tracker.progress.kept_models``: wide indexes for SQLite, narrow ones for PostgreSQL."""
    if op.get_bind().dialect.name == "postgresql":
        for columns in (
            ["late_on", "code", "ask_place"],
            ["region_id", "late_on"],
            ["organisation_id", "status_class", "applicability", "ask_id"],
        ):
            op.create_index(f"ix_standing_now_{columns[0]}", "standing_now", columns)
        return
    filtered_by = [
        *("code", "ask_place", "late_on", "organisation_id", "ask_id", "status_class", "applicability"),
        *("organisation_type", "system_of", "is_overdue", "confirmed_on", "is_open", "target_on", "national_on"),
        *("review_on", "evidence_on", "updated_on"),
    ]
    for leading in (["late_on"], ["region_id", "late_on"], ["organisation_id"], ["updated_on"]):
        rest = [name for name in filtered_by if name not in leading]
        op.create_index(f"ix_standing_now_all_by_{leading[0]}", "standing_now", [*leading, *rest])


def downgrade() -> None:
    op.drop_table("saved_view")
    op.drop_table("kept_day")
    op.drop_table("standing_now")
    op.drop_table("organisation_now")
