"""Reads the headerless ODS files: etr, eccg and epraccur with their 24 to 27 columns, and epcmem with its six."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import PurePath

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.cells import Cells
from tracker.organisations.england import outside_england
from tracker.organisations.gathering import Gathering
from tracker.organisations.rules import LinkKind, clean_code, is_ods_code
from tracker.organisations.statements import FileKind, FileRefused, Reading, Statement
from tracker.organisations.tables import Row
from tracker.organisations.timelines import Span, history

FEWEST, MOST = 24, 27
MEMBERSHIP_WIDTH = 6
SUCCESSION_WIDTH = 5

# Positions from nought, as in the ODS specification of the files (column 1 is the code).
CODE, NAME, REGION, SYSTEM, OPEN, CLOSE, STATUS, SUB_TYPE, COMMISSIONER, SETTING = (
    0,
    1,
    2,
    3,
    10,
    11,
    12,
    13,
    14,
    25,
)
MEMBER, PARENT, JOINED, LEFT = 0, 1, 3, 4

COLUMNS: Mapping[str, str] = {
    "code": "1 (code)",
    "name": "2 (name)",
    LinkKind.REGION: "3 (region)",
    LinkKind.SYSTEM: "4 (system)",
    "opened_on": "11 (open date)",
    "closed_on": "12 (close date)",
    "status": "13 (status)",
    "sub_type": "14 (sub-type)",
    LinkKind.COMMISSIONER: "15 (commissioner)",
}
MEMBERSHIP_COLUMNS: Mapping[str, str] = {
    "code": "1 (practice)",
    LinkKind.COMMISSIONER: "2 (parent)",
    "joined": "4 (joined)",
    "left": "5 (left)",
}

COMMISSIONING_HUB, SUB_ICB_LOCATION = "RO218", "RO319"
GP_PRACTICE_SETTING = "4"
_ROLE = re.compile(r"RO\d+")
_HEADING_WORDS = frozenset({"CODE", "ORGCODE", "ODSCODE"})


def is_membership(rows: list[Row]) -> bool:
    return _common_width(rows) == MEMBERSHIP_WIDTH


def is_succession(rows: list[Row]) -> bool:
    """Whether these are the five columns of succ and succarc: old, new, reason, date, indicator."""
    return _common_width(rows) == SUCCESSION_WIDTH and all(
        cells[2].strip().upper() in {"F", "O", "R"} for _, cells in rows[1:5] if len(cells) > 2
    )


def is_wide(rows: list[Row]) -> bool:
    return FEWEST <= _common_width(rows) <= MOST


def recognise(file_name: str, rows: list[Row]) -> FileKind:
    """Which of etr, eccg and epraccur this is: by the columns only one of them fills, then by what the names say.

    The name of the file is only asked when the content leaves it open.
    """
    rows = [(number, cells) for number, cells in rows if FEWEST <= len(cells) <= MOST]
    filled = {column: sum(1 for _, cells in rows if _cell(cells, column)) for column in (STATUS, COMMISSIONER, SETTING)}
    if any(_ROLE.search(_cell(cells, SUB_TYPE)) for _, cells in rows):
        return FileKind.ECCG
    if filled[COMMISSIONER] or filled[SETTING] or filled[STATUS]:
        return FileKind.EPRACCUR
    half = len(rows) / 2
    names = [_cell(cells, NAME).upper() for _, cells in rows]
    if sum("TRUST" in name for name in names) > half:
        return FileKind.ETR
    if sum("CCG" in name or "COMMISSIONING" in name for name in names) > half:
        return FileKind.ECCG
    stem = PurePath(file_name).stem.lower()
    for kind in (FileKind.EPRACCUR, FileKind.ECCG, FileKind.ETR):
        if stem.startswith(kind.value):
            return kind
    raise FileRefused(
        f"{file_name} could be etr, eccg or epraccur: its rows do not tell. "
        "Name it after what it is, for example etr.csv."
    )


def read_wide(file_name: str, sha256: str, rows: list[Row]) -> Reading:
    """Read etr, eccg or epraccur; a row of headings may stand first."""
    if _is_heading_row(rows[0][1], CODE, OPEN):
        rows = rows[1:]
    if not rows:
        raise FileRefused(f"{file_name} has headings but no rows. Download it again.")
    kind = recognise(file_name, rows)
    if kind is FileKind.EPRACCUR and not any(_cell(cells, SETTING) for _, cells in rows):
        raise FileRefused(
            f"{file_name} has no prescribing setting (column 26), which tells GP practices from other prescribers. "
            "Download the 27-column epraccur."
        )
    cells = Cells(file_name, COLUMNS)
    gathering = Gathering(cells, COLUMNS)
    reader = _READERS[kind]
    for row, values in rows:
        if FEWEST <= len(values) <= MOST:
            reader(cells, gathering, row, values)
        else:
            cells.fail(
                row,
                "code",
                values[0],
                f"begins a row of {len(values)} columns",
                f"A row has {FEWEST} to {MOST}: put a value that holds a comma in quotation marks.",
            )
    statements = gathering.statements(single_parents=frozenset())
    return Reading(
        file_name=file_name,
        kind=kind,
        sha256=sha256,
        row_count=len(rows),
        statements=statements,
        columns=COLUMNS,
        latest_date=cells.latest_date,
        left_out=tuple(gathering.left_out),
        errors=tuple(cells.errors),
        notes=tuple(gathering.notes),
    )


def _read_trust(cells: Cells, gathering: Gathering, row: int, values: list[str]) -> None:
    statement = _statement(cells, gathering, row, values, OrganisationType.TRUST)
    if statement is not None:
        gathering.add(statement, "code")


def _read_ccg(cells: Cells, gathering: Gathering, row: int, values: list[str]) -> None:
    roles = _cell(values, SUB_TYPE)
    if COMMISSIONING_HUB in roles:
        # A hub's region and system follow its postal address (34 of 35 are "in" West Yorkshire), so they are not taken.
        code = cells.code(row, "code", values[CODE])
        name = cells.name(row, "name", values[NAME])
        dates = _dates(cells, row, values)
        if code and name and dates:
            hub = OrganisationType.COMMISSIONING_HUB
            gathering.add(Statement(row, code, hub, name, *dates, says_whether_closed=True), "code")
        return
    kind = OrganisationType.SUB_ICB_LOCATION if SUB_ICB_LOCATION in roles else OrganisationType.CCG
    statement = _statement(cells, gathering, row, values, kind)
    if statement is not None:
        gathering.add(statement, "code")


def _read_practice(cells: Cells, gathering: Gathering, row: int, values: list[str]) -> None:
    setting, status = _cell(values, SETTING), _cell(values, STATUS).upper()
    code = clean_code(values[CODE])
    if setting != GP_PRACTICE_SETTING:
        gathering.leave_out(row, code, "not a GP practice (prescribing setting is not 4)")
        return
    if status not in {"A", "C", "D", "P", ""}:
        cells.fail(
            row,
            "status",
            status,
            "is not a status",
            "Write A (active), C (closed), D (dormant) or P (proposed).",
        )
        return
    if status == "P" and not _cell(values, OPEN):
        gathering.leave_out(row, code, "proposed, with no open date")
        return
    if status == "C" and not _cell(values, CLOSE):
        gathering.leave_out(row, code, "closed, with no close date")
        return
    statement = _statement(cells, gathering, row, values, OrganisationType.PRACTICE)
    if statement is not None:
        gathering.add(statement, "code")


def _statement(
    cells: Cells, gathering: Gathering, row: int, values: list[str], organisation_type: OrganisationType
) -> Statement | None:
    """What the shared columns of a row say, or None where it is left out or in error."""
    region, system = clean_code(values[REGION]), clean_code(values[SYSTEM])
    if reason := outside_england(region, system):
        gathering.leave_out(row, clean_code(values[CODE]), reason)
        return None
    code = cells.code(row, "code", values[CODE])
    name = cells.name(row, "name", values[NAME])
    dates = _dates(cells, row, values)
    parents: dict[LinkKind, str | None] = {}
    sound = True
    given = [(LinkKind.REGION, region), (LinkKind.SYSTEM, system)]
    if organisation_type is OrganisationType.PRACTICE:
        given.append((LinkKind.COMMISSIONER, _cell(values, COMMISSIONER)))
    for kind, value in given:
        if value:
            parents[kind] = cells.code(row, kind, value)
            sound = sound and parents[kind] is not None
    if not (code and name and dates and sound):
        return None
    return Statement(row, code, organisation_type, name, *dates, says_whether_closed=True, parents=parents)


def _dates(cells: Cells, row: int, values: list[str]) -> tuple[date | None, date | None] | None:
    before = len(cells.errors)
    opened_on = cells.day(row, "opened_on", values[OPEN])
    closed_on = cells.day(row, "closed_on", values[CLOSE])
    if opened_on and closed_on and closed_on < opened_on:
        cells.fail(row, "closed_on", values[CLOSE], "is before the open date", "Correct one of the two dates.")
    return None if len(cells.errors) > before else (opened_on, closed_on)


def read_memberships(file_name: str, sha256: str, rows: list[Row]) -> Reading:
    """Read epcmem: for each practice, its commissioners with the days on which it joined and left."""
    if _is_heading_row(rows[0][1], MEMBER, JOINED):
        rows = rows[1:]
    cells = Cells(file_name, MEMBERSHIP_COLUMNS)
    first_rows: dict[str, int] = {}
    spans: dict[str, list[Span[str]]] = {}
    for row, values in rows:
        if len(values) != MEMBERSHIP_WIDTH:
            cells.fail(row, "code", values[0], f"begins a row of {len(values)} columns", "A row of epcmem has six.")
            continue
        before = len(cells.errors)
        member = cells.code(row, "code", values[MEMBER])
        parent = cells.code(row, LinkKind.COMMISSIONER, values[PARENT])
        joined = cells.day(row, "joined", values[JOINED])
        left = cells.day(row, "left", values[LEFT])
        if joined and left and left < joined:
            cells.fail(row, "left", values[LEFT], "is before the day of joining", "Correct one of the two dates.")
        if member and parent and len(cells.errors) == before:
            first_rows.setdefault(member, row)
            spans.setdefault(member, []).append(Span(parent, joined, left))
    statements = tuple(
        Statement(first_rows[code], code, None, commissioners=history(memberships))
        for code, memberships in spans.items()
    )
    return Reading(
        file_name=file_name,
        kind=FileKind.EPCMEM,
        sha256=sha256,
        row_count=len(rows),
        statements=statements,
        columns=MEMBERSHIP_COLUMNS,
        latest_date=cells.latest_date,
        errors=tuple(cells.errors),
    )


def _is_heading_row(cells: list[str], code: int, day: int) -> bool:
    """Headings have words where rows have a date, and no code in the first column. A broken row has no words there."""
    if len(cells) <= day or not any(character.isalpha() for character in cells[day]):
        return False
    first = clean_code(cells[code])
    return first in _HEADING_WORDS or not is_ods_code(first)


def _common_width(rows: list[Row]) -> int:
    return Counter(len(cells) for _, cells in rows).most_common(1)[0][0]


def _cell(cells: list[str], position: int) -> str:
    return cells[position].strip() if position < len(cells) else ""


_READERS: Mapping[FileKind, Callable[[Cells, Gathering, int, list[str]], None]] = {
    FileKind.ETR: _read_trust,
    FileKind.ECCG: _read_ccg,
    FileKind.EPRACCUR: _read_practice,
}
