"""Reads the headed files (regions, systems, CCGs, trusts, practice map) by the names of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.cells import Cells
from tracker.organisations.gathering import Gathering
from tracker.organisations.headed_rows import READERS, Record
from tracker.organisations.rules import LinkKind
from tracker.organisations.statements import FileKind, FileRefused, Reading
from tracker.organisations.tables import Row

REQUIRED: Mapping[FileKind, tuple[str, ...]] = {
    FileKind.PRACTICE_MAP: (
        "practice_code",
        "practice_name",
        "pcn_code",
        "pcn_name",
        "ccg_code",
        "ccg_name",
        "stp_code",
        "stp_name",
        "comm_region_code",
        "comm_region_name",
    ),
    FileKind.TRUSTS: ("ods_code", "name", "stp_ods", "region_ods", "open_date"),
    FileKind.CCGS: ("ccg_ods", "ccg_name", "stp_ods", "region_ods"),
    FileKind.SYSTEMS: ("stp_ods", "stp_name", "region_ods"),
    FileKind.REGIONS: ("region_ods", "region_name"),
}
"""The columns by which each kind is known, richest first: a list of trusts also has the columns of regions."""

_SUCCESSIONS = ({"old_code", "new_code"}, {"predecessor", "successor"})
_LATER_HISTORY = ({"stp_name_2020", "icb_name_2022"}, {"legal_start", "gss"})
_ON_ANY_FILE = {"name", "open_date"}  # An etr with a row of headings has these too.
_SINGLE_PARENTS = frozenset({OrganisationType.CCG, OrganisationType.SYSTEM, OrganisationType.REGION})


def normal_heading(cell: str) -> str:
    """A heading as it is compared: without spaces at its ends, in small letters, words joined by underscores."""
    return "_".join(cell.strip().lower().split())


def is_heading_row(cells: list[str]) -> bool:
    """Whether a row holds headings of a kind of file that is known by its headings."""
    headings = {normal_heading(cell) for cell in cells}
    known = set().union(*REQUIRED.values(), *_SUCCESSIONS, *_LATER_HISTORY) - _ON_ANY_FILE
    return len(headings & known) >= 2


def recognise(file_name: str, cells: list[str]) -> FileKind:
    """The kind of a headed file, by its headings."""
    headings = [normal_heading(cell) for cell in cells]
    present = set(headings)
    if any(wanted <= present for wanted in _SUCCESSIONS):
        raise FileRefused(f"{file_name} is a list of successions, which is not taken yet.")
    if any(wanted <= present for wanted in _LATER_HISTORY):
        raise FileRefused(f"{file_name} is a list of later changes to systems, which is not taken yet.")
    repeated = sorted({heading for heading in headings if heading and headings.count(heading) > 1})
    if repeated:
        raise FileRefused(f"{file_name} has the column {repeated[0]} twice. Remove the one that is not wanted.")
    for kind, wanted_columns in REQUIRED.items():
        if present >= set(wanted_columns):
            return kind
    nearest = max(REQUIRED, key=lambda kind: len(present & set(REQUIRED[kind])) / len(REQUIRED[kind]))
    missing = [column for column in REQUIRED[nearest] if column not in present]
    raise FileRefused(
        f"{file_name} looks like a {nearest.label}, but the column {missing[0]} is missing. "
        "Add it, or download the file again."
    )


def read_headed(file_name: str, sha256: str, rows: list[Row]) -> Reading:
    """Read a headed file whole; the order of its columns does not matter, and columns not known are passed over."""
    _, heading_cells = rows[0]
    kind = recognise(file_name, heading_cells)
    headings = [normal_heading(cell) for cell in heading_cells]
    columns = {heading: f"{number} ({heading})" for number, heading in enumerate(headings, start=1) if heading}
    cells = Cells(file_name, columns)
    link_columns = _link_columns(kind, columns)
    gathering = Gathering(cells, link_columns)
    reader = READERS[kind]
    dated_on: date | None = None
    extract_dates: set[str] = set()
    for row, values in rows[1:]:
        record = _record(cells, row, headings, values)
        if record is None:
            continue
        if (extracted := record.get("extract_date", "")) and extracted not in extract_dates:
            extract_dates.add(extracted)
            day = cells.extract_day(row, "extract_date", extracted)
            if dated_on is None:
                dated_on = day
            elif day is not None and day != dated_on:
                cells.fail(
                    row,
                    "extract_date",
                    extracted,
                    "is not the date of the rows above",
                    "One file has one date: split it in two.",
                )
        reader(cells, gathering, row, record)
    statements = gathering.statements(single_parents=_SINGLE_PARENTS)
    if len(rows) == 1:
        raise FileRefused(f"{file_name} has headings but no rows. Download it again.")
    return Reading(
        file_name=file_name,
        kind=kind,
        sha256=sha256,
        row_count=len(rows) - 1,
        statements=statements,
        columns=link_columns,
        dated_on=dated_on,
        latest_date=cells.latest_date,
        left_out=tuple(gathering.left_out),
        errors=tuple(cells.errors),
        notes=tuple(gathering.notes),
    )


def _record(cells: Cells, row: int, headings: list[str], values: list[str]) -> Record | None:
    if len(values) != len(headings):
        extra = values[len(headings) :]
        if len(values) < len(headings) or any(value.strip() for value in extra):
            cells.fail(
                row,
                "1",
                values[0],
                f"begins a row of {len(values)} values under {len(headings)} headings",
                "Put a value that holds a comma in quotation marks, or add the values that are missing.",
            )
            return None
    return {heading: value.strip() for heading, value in zip(headings, values, strict=False)}


def _link_columns(kind: FileKind, columns: Mapping[str, str]) -> Mapping[str, str]:
    """Where each fact stands in this file, for the errors that only show against what is known."""
    named = {
        FileKind.PRACTICE_MAP: {
            "code": "practice_code",
            LinkKind.REGION: "comm_region_code",
            LinkKind.SYSTEM: "stp_code",
            LinkKind.COMMISSIONER: "ccg_code",
            LinkKind.PCN: "pcn_code",
        },
        FileKind.TRUSTS: {"code": "ods_code", "closed_on": "later_close_date"},
        FileKind.CCGS: {"code": "ccg_ods"},
        FileKind.SYSTEMS: {"code": "stp_ods"},
        FileKind.REGIONS: {"code": "region_ods"},
    }[kind]
    shared = {LinkKind.REGION: "region_ods", LinkKind.SYSTEM: "stp_ods"}
    return {str(fact): columns.get(column, column) for fact, column in (shared | named).items()}
