"""A fictional framework of many asks, so that every body of a country can be asked as much as is designed for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracker.frameworks.definition import ActionDefinition, Definition, ScopeDefinition
from tracker.frameworks.files import built_in_definition
from tracker.frameworks.rules import DateKind, DatePrecision, OrganisationType

ACTIONS = 8
TYPES = (OrganisationType.TRUST, OrganisationType.CCG, OrganisationType.SYSTEM, OrganisationType.PRACTICE)
DATES = (date(2021, 3, 31), date(2023, 3, 31), date(2024, 9, 30), date(2025, 3, 31), date(2025, 12, 31), None)


def wide_framework(asks: int) -> Definition:
    """So many asks of everybody, half of them with a date that has passed on the day the country is looked at."""
    eight = built_in_definition("8ua-2020")
    template = next(ask for ask in eight.asks if not ask.records_lead)
    return replace(
        eight,
        code="wide-2020",
        title="A wide framework",
        position=9,
        actions=tuple(ActionDefinition(str(n), f"Wide action {n}", f"Wide {n}") for n in range(1, ACTIONS + 1)),
        asks=tuple(
            replace(
                template,
                ref=f"{n % ACTIONS + 1}.{n // ACTIONS + 1}",
                action_number=str(n % ACTIONS + 1),
                wording=f"The wide thing of number {n} is done",
                scopes=tuple(ScopeDefinition(each) for each in TYPES),
                alternates=(),
                season="",
                **_dated(DATES[n % len(DATES)]),
            )
            for n in sorted(range(asks), key=lambda n: n % ACTIONS)
        ),
    )


def _dated(on: date | None) -> dict[str, object]:
    if on is None:
        return {"date_kind": DateKind.ONGOING, "national_on": None, "precision": None}
    return {"date_kind": DateKind.BY, "national_on": on, "precision": DatePrecision.DAY}
