"""Reads single rows of the headed files into statements, each kind with its own columns; plain Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.cells import Cells
from tracker.organisations.england import UNALLOCATED_PCNS, outside_england
from tracker.organisations.gathering import Gathering
from tracker.organisations.rules import LinkKind, clean_code
from tracker.organisations.statements import FileKind, Statement

Record = Mapping[str, str]
"""One row: its values by the normal form of their headings."""


def _read_region(cells: Cells, gathering: Gathering, row: int, record: Record) -> None:
    code = cells.code(row, "region_ods", record["region_ods"])
    name = cells.name(row, "region_name", record["region_name"])
    ons_code = cells.ons_code(row, "region_ons", record.get("region_ons", ""))
    if code and name:
        gathering.add(Statement(row, code, OrganisationType.REGION, name, ons_code=ons_code), "region_ods")


def _read_system(cells: Cells, gathering: Gathering, row: int, record: Record) -> None:
    code = cells.code(row, "stp_ods", record["stp_ods"])
    name = cells.name(row, "stp_name", record["stp_name"])
    region = cells.code(row, "region_ods", record["region_ods"])
    ons_code = cells.ons_code(row, "stp_ons", record.get("stp_ons", ""))
    if code and name and region:
        parents: dict[LinkKind, str | None] = {LinkKind.REGION: region}
        gathering.add(
            Statement(row, code, OrganisationType.SYSTEM, name, parents=parents, ons_code=ons_code), "stp_ods"
        )


def _read_ccg(cells: Cells, gathering: Gathering, row: int, record: Record) -> None:
    code = cells.code(row, "ccg_ods", record["ccg_ods"])
    name = cells.name(row, "ccg_name", record["ccg_name"])
    system = cells.code(row, "stp_ods", record["stp_ods"])
    region = cells.code(row, "region_ods", record["region_ods"])
    ons_code = cells.ons_code(row, "ccg_ons", record.get("ccg_ons", ""))
    if code and name and system and region:
        parents: dict[LinkKind, str | None] = {LinkKind.SYSTEM: system, LinkKind.REGION: region}
        gathering.add(Statement(row, code, OrganisationType.CCG, name, parents=parents, ons_code=ons_code), "ccg_ods")


def _read_trust(cells: Cells, gathering: Gathering, row: int, record: Record) -> None:
    code = cells.code(row, "ods_code", record["ods_code"])
    name = cells.name(row, "name", record["name"])
    reason = outside_england(clean_code(record["region_ods"]), clean_code(record["stp_ods"]))
    if reason:
        gathering.leave_out(row, code or record["ods_code"], reason)
        return
    region = cells.code(row, "region_ods", record["region_ods"])
    system = cells.code_or_none(row, "stp_ods", record["stp_ods"])
    opened_on = cells.day(row, "open_date", record["open_date"])
    close_column = "later_close_date" if "later_close_date" in record else "close_date"
    closed_on = cells.day(row, close_column, record.get(close_column, ""))
    if opened_on and closed_on and closed_on < opened_on:
        cells.fail(
            row,
            close_column,
            record[close_column],
            "is before the open date",
            "Correct one of the two dates.",
        )
        return
    if not (code and name and region):
        return
    parents: dict[LinkKind, str | None] = {LinkKind.REGION: region}
    if system:
        parents[LinkKind.SYSTEM] = system
    gathering.add(
        Statement(
            row,
            code,
            OrganisationType.TRUST,
            name,
            opened_on=opened_on,
            closed_on=closed_on,
            says_whether_closed=close_column in record,
            parents=parents,
        ),
        "ods_code",
    )
    if record.get("region_name"):
        _add_parent(cells, gathering, row, record, ("region_ods", "region_name", ""), OrganisationType.REGION, {})
    if system and record.get("stp_name"):
        above = {LinkKind.REGION: region}
        _add_parent(cells, gathering, row, record, ("stp_ods", "stp_name", ""), OrganisationType.SYSTEM, above)


def _read_practice(cells: Cells, gathering: Gathering, row: int, record: Record) -> None:
    code = cells.code(row, "practice_code", record["practice_code"])
    name = cells.name(row, "practice_name", record["practice_name"])
    reason = outside_england(clean_code(record["comm_region_code"]), clean_code(record["stp_code"]))
    if reason:
        gathering.leave_out(row, code or record["practice_code"], reason)
        return
    region = _add_parent(
        cells,
        gathering,
        row,
        record,
        ("comm_region_code", "comm_region_name", "ons_comm_region_code"),
        OrganisationType.REGION,
        {},
    )
    in_region = {LinkKind.REGION: region} if region else {}
    system = _add_parent(
        cells,
        gathering,
        row,
        record,
        ("stp_code", "stp_name", "ons_stp_code"),
        OrganisationType.SYSTEM,
        in_region,
    )
    in_system = in_region | ({LinkKind.SYSTEM: system} if system else {})
    ccg = _add_parent(
        cells,
        gathering,
        row,
        record,
        ("ccg_code", "ccg_name", "ons_ccg_code"),
        OrganisationType.CCG,
        in_system,
    )
    pcn: str | None = None
    if clean_code(record["pcn_code"]) not in UNALLOCATED_PCNS:
        in_ccg = in_system | ({LinkKind.COMMISSIONER: ccg} if ccg else {})
        pcn = _add_parent(cells, gathering, row, record, ("pcn_code", "pcn_name", ""), OrganisationType.PCN, in_ccg)
    if code and name and region and system and ccg:
        parents: dict[LinkKind, str | None] = {
            LinkKind.REGION: region,
            LinkKind.SYSTEM: system,
            LinkKind.COMMISSIONER: ccg,
            LinkKind.PCN: pcn,
        }
        gathering.add(Statement(row, code, OrganisationType.PRACTICE, name, parents=parents), "practice_code")


def _add_parent(
    cells: Cells,
    gathering: Gathering,
    row: int,
    record: Record,
    columns: tuple[str, str, str],
    organisation_type: OrganisationType,
    parents: Mapping[LinkKind, str],
) -> str | None:
    """Take a parent from its code, name and ONS columns; its code, or None where the row is in error."""
    code_column, name_column, ons_column = columns
    code = cells.code(row, code_column, record[code_column])
    name = cells.name(row, name_column, record[name_column])
    ons_code = cells.ons_code(row, ons_column, record.get(ons_column, ""))
    if code and name:
        gathering.add_parent(row, code, name, name_column, organisation_type, ons_code, parents)
        return code
    return None


READERS: Mapping[FileKind, Callable[[Cells, Gathering, int, Record], None]] = {
    FileKind.REGIONS: _read_region,
    FileKind.SYSTEMS: _read_system,
    FileKind.CCGS: _read_ccg,
    FileKind.TRUSTS: _read_trust,
    FileKind.PRACTICE_MAP: _read_practice,
}
