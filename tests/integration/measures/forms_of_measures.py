"""Where the forms of measures are, and what they saved."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.db import session
from tracker.measures.models import MeasureAim, MeasureReading

LIST = "/organisations/0N1/measures"


CHECKS = f"{LIST}/ld-health-checks"


ADD = f"{CHECKS}/add"


AIM = f"{CHECKS}/baseline-and-target"


def readings() -> list[MeasureReading]:
    return list(session().scalars(sa.select(MeasureReading).order_by(MeasureReading.id)))


def aims() -> list[MeasureAim]:
    return list(session().scalars(sa.select(MeasureAim).order_by(MeasureAim.id)))
