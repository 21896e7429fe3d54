"""Mutants that no test can tell from the service as it is, each with the reason why it changes nothing."""

from __future__ import annotations

EQUIVALENT: dict[str, str] = {}
