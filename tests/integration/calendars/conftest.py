"""What tests of calendars share with those of hardening: applications whose throttles bite early."""

from __future__ import annotations

from integration.hardening.conftest import another_app, only

__all__ = ["another_app", "only"]
