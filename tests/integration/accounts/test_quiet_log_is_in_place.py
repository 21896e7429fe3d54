"""The application itself keeps one-time links out of the log: nobody has to remember a setting."""

from __future__ import annotations

import logging

import pytest
from conftest import make_settings

from tracker.accounts.quiet_log import LOGGERS, WithoutLinks
from tracker.app import create_app
from tracker.db import database


def test_the_application_puts_the_filter_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LOGGERS:
        monkeypatch.setattr(logging.getLogger(name), "filters", [])
    app = create_app(make_settings("sqlite:///:memory:"))
    with app.app_context():
        database.engine.dispose()
    for name in LOGGERS:
        (one,) = logging.getLogger(name).filters
        assert isinstance(one, WithoutLinks)
