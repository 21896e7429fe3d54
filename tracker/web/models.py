"""The table of the throttle: how often something was tried within a window of time; it knows no account."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class ThrottleCounter(Base):
    """The tries counted under one key until an instant. The key is a hash: it tells no address and no account."""

    __tablename__ = "throttle_counter"

    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    tries: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
