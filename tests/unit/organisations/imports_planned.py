"""How tests have an import planned: made-up lists, one after the other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tracker.organisations.files import read_file
from tracker.organisations.outcomes import Outcome, classify, counts_line, rejected_rows
from tracker.organisations.planning import Picture, Plan, Planner

Known = dict[str, Picture]
FILES = Path(__file__).parents[2] / "fixtures" / "organisations"
TODAY = date(2020, 11, 2)
LISTS = ("regions.csv", "systems.csv", "ccgs.csv", "trusts.csv")


def etr_row(
    code: str = "XT1",
    name: str = "DALES HOSPITALS NHS TRUST",
    region: str = "YX1",
    system: str = "QX1",
    opened: str = "20010401",
    closed: str = "",
) -> str:
    return f'{code},"{name}",{region},{system},,,,,,,{opened},{closed}' + "," * 12


def plan_of(
    known: Known,
    *files: str | tuple[str, str],
    today: date = TODAY,
    effective_on: date | None = None,
) -> Plan:
    """A plan from fixtures by name, or from (name, content)."""
    readings = [
        read_file(file, (FILES / file).read_bytes()) if isinstance(file, str) else read_file(file[0], file[1].encode())
        for file in files
    ]
    assert [str(error) for reading in readings for error in reading.errors] == []
    return Planner(known, today=today, effective_on=effective_on).plan(readings)


def line_of(plan: Plan) -> str:
    return counts_line(classify(plan), rejected_rows(plan))


def known_after(known: Known, *files: str | tuple[str, str], effective_on: date | None = None) -> Known:
    plan = plan_of(known, *files, effective_on=effective_on)
    assert [str(error) for error in plan.errors] == []
    return dict(plan.after)


def outcome_of(plan: Plan, code: str) -> Outcome:
    return next(outcome for outcome, codes in classify(plan).items() if code in codes)


def facts(known: Known) -> tuple[object, ...]:
    practice = known["X81001"]
    return practice.names, practice.types, practice.links, practice.ons_codes  # type: ignore[return-value]
