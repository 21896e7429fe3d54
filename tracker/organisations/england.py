"""Which rows of an ODS file lie outside England, and which values mean "none"; plain Python."""

from __future__ import annotations

OUTSIDE_ENGLAND_REGIONS = frozenset({"W00", "Y99"})
OUTSIDE_ENGLAND_SYSTEMS = frozenset({"Q99"})
UNALLOCATED_PCNS = frozenset({"", "U"})
"""A practice map writes "U" for a practice that is in no PCN, which is no error."""


def outside_england(region: str, system: str) -> str | None:
    """Why a row is outside England, or None. W00, Q99, Y99 and blank regions are Wales and others (ODS files).

    >>> outside_england("Y56", "QMF") is None
    True
    >>> outside_england("W00", "Q99")
    'outside England (region W00)'
    """
    if not region:
        return "outside England (no region)"
    if region in OUTSIDE_ENGLAND_REGIONS:
        return f"outside England (region {region})"
    if system in OUTSIDE_ENGLAND_SYSTEMS:
        return f"outside England (system {system})"
    return None
