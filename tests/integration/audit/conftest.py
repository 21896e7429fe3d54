"""What tests of the audit share: cheap passwords, the fields of a form, and the newest entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa
from flask import Flask
from integration.accounts.conftest import fields_of

from tracker.audit.models import AuditEntry
from tracker.db import session

__all__ = ["fields_of"]


@pytest.fixture
def entries(app: Flask) -> Callable[[str], Sequence[AuditEntry]]:
    """Every entry with a verb, the oldest first."""

    def read(verb: str) -> Sequence[AuditEntry]:
        session().rollback()
        return session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)).all()

    return read
