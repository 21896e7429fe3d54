"""Plans and applies an import of organisations: all of it, or nothing and every error. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.organisations import storage
from tracker.organisations.models import OrganisationImport
from tracker.organisations.namesakes import namesakes
from tracker.organisations.outcomes import (
    ClosureShare,
    Outcome,
    classify,
    closure_shares,
    counts_line,
    rejected_rows,
)
from tracker.organisations.planning import Plan, Planner
from tracker.organisations.rules import OrganisationError
from tracker.organisations.statements import Reading, RowError

IMPORT_LOCK = 4_020_921
"""The number of the advisory lock that keeps two imports on PostgreSQL apart (any number that nobody else uses)."""


class ImportRefused(OrganisationError):
    """An import that was not applied, with every row that is wrong."""

    def __init__(self, sentence: str, errors: Sequence[RowError] = ()) -> None:
        super().__init__(sentence)
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import, planned: what it would do to whom. Nothing is written until ``apply_import``."""

    plan: Plan
    classes: Mapping[Outcome, tuple[str, ...]]
    closures: tuple[ClosureShare, ...]
    rejected: int
    stored: storage.Stored
    effective_on: date | None

    @property
    def line(self) -> str:
        return counts_line(self.classes, self.rejected)

    @property
    def counts(self) -> dict[str, int]:
        return {str(outcome): len(codes) for outcome, codes in self.classes.items()} | {"rejected": self.rejected}


def plan_import(readings: Sequence[Reading], *, effective_on: date | None = None) -> ImportRun:
    """Work out what these files change. Raises ImportRefused where a row is wrong: then none of it is applied.

    All or nothing, because a file with one broken row may be broken in others that still look sound.
    """
    stored = storage.load()
    plan = Planner(stored.pictures, today=clock.today(), effective_on=effective_on).plan(readings)
    errors = [*(error for reading in readings for error in reading.errors), *plan.errors, *namesakes(plan)]
    if errors:
        files = len({error.file_name for error in errors})
        rows = "1 value is wrong" if len(errors) == 1 else f"{len(errors):,} values are wrong"
        where = "" if files == 1 else f" in {files} files"
        raise ImportRefused(f"Nothing was imported: {rows}{where}. Mend what is listed and run it again.", errors)
    classes = classify(plan)
    return ImportRun(
        plan=plan,
        classes=classes,
        closures=tuple(closure_shares(plan, classes, clock.today())),
        rejected=rejected_rows(plan),
        stored=stored,
        effective_on=effective_on,
    )


def mass_closure(run: ImportRun, allowed_percent: float) -> str | None:
    """The sentence that refuses a run which closes more than a share of the open bodies of a type, or None."""
    if not run.closures or run.closures[0].percent <= allowed_percent:
        return None
    worst = run.closures[0]
    return (
        f"This run would close {worst.closing:,} of the {worst.open_before:,} open organisations of the type "
        f"{worst.organisation_type.label} ({worst.percent:.1f}%), and at most {allowed_percent:g}% is allowed. "
        f"If that is right, run it again with --allow-closures {_rounded_up(worst.percent)}."
    )


def refuse_mass_closure(run: ImportRun, *, allowed_percent: float) -> None:
    """Raise ImportRefused where a run closes more than is allowed, so that nobody is told that it is being written."""
    if (refusal := mass_closure(run, allowed_percent)) is not None:
        raise ImportRefused(f"Nothing was imported. {refusal}")


def _rounded_up(percent: float) -> int:
    return int(-(-percent // 1))


def apply_import(run: ImportRun, *, allowed_percent: float, by: int | None = None) -> None:
    """Write what a run changes, and that it happened; a run that changes nothing writes nothing."""
    refuse_mass_closure(run, allowed_percent=allowed_percent)
    changed = [picture for code, picture in run.plan.after.items() if run.plan.before.get(code) != picture]
    if not changed:
        return
    recorded_at = clock.now()
    storage.save(run.stored, changed, recorded_at)
    files: list[Any] = [
        {"name": reading.file_name, "kind": str(reading.kind), "sha256": reading.sha256, "effective_on": str(day)}
        for reading, day in run.plan.readings
    ]
    session().add(
        OrganisationImport(recorded_at=recorded_at, effective_on=run.effective_on, files=files, counts=dict(run.counts))
    )
    # One entry for the run: what changed about each organisation is in its own dated facts, with this instant.
    told = (Outcome.CLOSED, Outcome.REOPENED, Outcome.RENAMED, Outcome.CHANGED)
    audit.record(
        verb="organisations imported",
        subject="organisations",
        by=by,
        after={
            "files": files,
            "counts": run.counts,
            **{str(outcome): list(run.classes[outcome]) for outcome in told},
        },
    )


def lock_imports() -> None:
    """Let one import run at a time. SQLite has one writer anyway."""
    if session().get_bind().dialect.name == "postgresql":
        session().execute(sa.select(sa.func.pg_advisory_xact_lock(IMPORT_LOCK)))
