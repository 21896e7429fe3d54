"""Makes the bytes of a report from what was read; knows no request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from reports.rows import ProgressRow
from tracker import clock
from tracker.exports.queries import Wanted, progress_report
from tracker.exports.rows import scale_entries
from tracker.frameworks.queries import list_frameworks
from tracker.web.wording import day

TITLE = "Progress on health inequalities"
NOTES = (
    "The asks are worded from public documents. The source of each is shown on its page in the tracker.",
    "Asks that are optional for an organisation are left out until it says something of them.",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A file, and how many rows of detail it holds."""

    content: bytes
    row_count: int


class Counted:
    """Rows that are counted as they go by."""

    def __init__(self, rows: Iterable[ProgressRow]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[ProgressRow]:
        for row in self._rows:
            self.count += 1
            yield row


def make_progress(kind: str, wanted: Wanted, *, contact: str, is_demonstration: bool = False) -> Made:
    """The progress workbook ("xlsx") of what is wanted, or the rows of its Detail sheet ("csv")."""
    return _workbook(wanted, contact, is_demonstration) if kind == "xlsx" else _csv(wanted)


def filters_of(wanted: Wanted, made: Made) -> dict[str, str | int | date | None]:
    """What the audit keeps of a report: as at when, of what, and how many rows went out."""
    known_at = None if wanted.known_at is None else wanted.known_at.isoformat()
    return {"as_at": wanted.as_at, "known_at": known_at, "framework": wanted.framework, "rows": made.row_count}


def _workbook(wanted: Wanted, contact: str, is_demonstration: bool) -> Made:
    # Loaded on the first download only: pandas and openpyxl take longer to load than all the rest.
    from reports.progress import build_workbook
    from reports.rows import About

    report = progress_report(wanted)
    frameworks = [
        framework
        for framework in list_frameworks(wanted.known_at)
        if wanted.framework in (None, framework.code) and framework.is_in_effect(wanted.as_at)
    ]
    about = About(
        title=TITLE,
        scope=wanted.place_name,
        as_at=wanted.as_at,
        known_at=wanted.known_at or clock.now(),
        version="1",
        state="draft",
        contact=contact,
        includes_names=wanted.includes_names,
        frameworks=tuple((framework.code, framework.title) for framework in frameworks),
        notes=NOTES,
        sources=tuple(source.title for framework in frameworks for source in framework.sources),
        pinned_note=_pinned_note(is_demonstration),
    )
    scale = scale_entries(report.catalogue, {framework.code for framework in frameworks})
    rows = Counted(report.rows)
    return Made(build_workbook(rows, scale, about), rows.count)


def _csv(wanted: Wanted) -> Made:
    from reports.progress_csv import build_csv

    rows = Counted(progress_report(wanted).rows)
    return Made(build_csv(rows), rows.count)


def _pinned_note(is_demonstration: bool) -> str:
    """What a cover says where the date is not the real one, or the organisations are not."""
    pinned = clock.pinned_day()
    if is_demonstration:
        return "Demonstration with fictional organisations."
    return f"The date of the service is set to {day(pinned)}." if pinned else ""
