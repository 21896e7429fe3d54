"""Tables of measures: readings, baselines and targets, and what an organisation measures of its own accord.

A measure is named by its key: one of the package's files, or "own-3" for the third that an organisation added itself.
Rows are added, never changed; only the wording of an own measure is superseded by its correction.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.measures.rules import Direction, ReadingKind, Unit

OWN_MEASURES = "own"


class OwnMeasure(Base):
    """A measure that an organisation added for itself. A correction of its words is a new row with the same key."""

    __tablename__ = "own_measure"
    __table_args__ = (
        sa.Index(
            "uq_own_measure_known",
            "organisation_id",
            "measure_code",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    measure_code: Mapped[str] = mapped_column(sa.String(40))
    ask_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ask.id"))
    name: Mapped[str] = mapped_column(sa.String(200))
    numerator_words: Mapped[str] = mapped_column(sa.String(200))
    denominator_words: Mapped[str] = mapped_column(sa.String(200), default="")
    unit: Mapped[Unit] = mapped_column(stored_enum(Unit))
    direction: Mapped[Direction] = mapped_column(stored_enum(Direction))
    counts_people: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40), default="")
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class MeasureHead(Base):
    """How often something was said about one measure of one organisation: locked while more is said.

    The row whose key is OWN_MEASURES counts the measures that the organisation added itself.
    """

    __tablename__ = "measure_head"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "measure_code"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    measure_code: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[int] = mapped_column(default=0)


class MeasureReading(Base):
    """What was counted in a period. Rows are added, never changed: a correction names the reading that it corrects.

    ``period_end`` is the day on which it was true. A withdrawal keeps the period of what it takes out, and no counts.
    """

    __tablename__ = "measure_reading"
    __table_args__ = (
        sa.Index("ix_measure_reading_item", "organisation_id", "measure_code", "period_end", "id"),
        sa.CheckConstraint("(kind = 'reading') = (corrects_id IS NULL)", name="corrections_name_what_they_correct"),
        sa.CheckConstraint("(kind = 'withdrawal') = (numerator IS NULL)", name="only_withdrawals_have_no_counts"),
        sa.CheckConstraint("numerator >= 0", name="numerator_is_a_count"),
        sa.CheckConstraint("denominator > 0", name="denominator_is_not_nothing"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    measure_code: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[ReadingKind] = mapped_column(stored_enum(ReadingKind))
    period_end: Mapped[date]
    numerator: Mapped[int | None]
    denominator: Mapped[int | None]
    is_rounded: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("measure_reading.id"), unique=True)
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40), default="")
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class MeasureAim(Base):
    """Where an organisation starts from and what it wants to reach, from a day on. Rows are added, never changed.

    The baseline is one of its readings, with whatever corrects that; the target is in tenths. Either may be empty.
    """

    __tablename__ = "measure_aim"
    __table_args__ = (sa.Index("ix_measure_aim_item", "organisation_id", "measure_code", "true_on", "id"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    measure_code: Mapped[str] = mapped_column(sa.String(40))
    baseline_id: Mapped[int | None] = mapped_column(sa.ForeignKey("measure_reading.id"))
    target_tenths: Mapped[int | None] = mapped_column(sa.BigInteger)
    target_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40), default="")
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)
