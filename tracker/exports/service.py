"""Makes the bytes of a report from what was read; knows no request."""

from __future__ import annotations

from reports.rows import About
from tracker import clock
from tracker.exports.queries import Wanted, progress_report
from tracker.exports.rows import scale_entries
from tracker.frameworks.queries import list_frameworks
from tracker.web.wording import day

TITLE = "Progress on health inequalities"
NOTES = (
    (
        "Overdue is judged on the agreed target where there is one, else on the national date, from the day after "
        "it. Only open asks can be overdue; an ask that is claimed as complete is not open."
    ),
    "No update means that nobody has recorded anything. It is not the same as off track.",
    (
        "Applicability to confirm means that nobody has said yet whether the organisation runs the service the ask "
        "is about. Such asks are outside every count."
    ),
    "The asks are worded from public documents. The source of each is shown on its page in the tracker.",
)


def progress_workbook(wanted: Wanted, *, contact: str, state: str = "draft") -> bytes:
    """The progress workbook (xlsx) of what is wanted."""
    from reports.progress import build_workbook  # Here: pandas costs every start 0.7 s and 50 MB.

    report = progress_report(wanted)
    frameworks = [
        framework
        for framework in list_frameworks(wanted.known_at)
        if wanted.framework in (None, framework.code) and framework.is_in_effect(wanted.as_at)
    ]
    pinned = clock.pinned_day()
    about = About(
        title=TITLE,
        scope=wanted.place_name,
        as_at=wanted.as_at,
        known_at=wanted.known_at or clock.now(),
        version="1",
        state="final" if state == "final" else "draft",
        contact=contact,
        includes_names=wanted.includes_names,
        frameworks=tuple((framework.code, framework.title) for framework in frameworks),
        notes=NOTES,
        sources=tuple(source.title for framework in frameworks for source in framework.sources),
        pinned_note=f"Demonstration on {day(pinned)} with fictional organisations." if pinned else "",
    )
    scale = scale_entries(report.catalogue, {framework.code for framework in frameworks})
    return build_workbook(report.rows, scale, about)


def progress_csv(wanted: Wanted) -> bytes:
    """The rows of the Detail sheet as csv."""
    from reports.progress_csv import build_csv

    return build_csv(progress_report(wanted).rows)
