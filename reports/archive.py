"""The zip that a workbook is: the same bytes for the same parts, and rows joined into their sheets; it must not know
cells.

A zip stamps each member with the time and the machine; those are fixed here. It takes the place of the archive that
openpyxl would open for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EARLIEST_A_ZIP_CAN_SAY = (1980, 1, 1, 0, 0, 0)
_MADE_ON_UNIX = 3
_ORDINARY_FILE = 0o644 << 16
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"')
_END_OF_ROWS = b"</sheetData>"


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a table, as SpreadsheetML, how many bytes they take, and the range that the sheet covers with
    them.
    """

    covers: str
    size: int
    rows_xml: Iterable[bytes]


class WorkbookArchive(ZipFile):
    """A zip for openpyxl to write into, which adds to the parts named in `rows` the rows they belong to."""

    def __init__(self, to: BinaryIO, rows: Mapping[str, SheetRows]) -> None:
        super().__init__(to, "w", ZIP_DEFLATED, allowZip64=True)
        self._rows = rows

    def writestr(  # type: ignore[override]  # openpyxl gives whole parts, as text or bytes
        self,
        zinfo_or_arcname: str | ZipInfo,
        data: str | bytes | bytearray | memoryview,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        super().writestr(_member(name), data, compress_type, compresslevel)

    def write(  # type: ignore[override]  # openpyxl names both the file and the member, always as text
        self,
        filename: str,
        arcname: str,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        with open(filename, "rb") as part:
            whole = part.read()
        sheet_rows = self._rows.get(arcname)
        if sheet_rows is None:
            self.writestr(arcname, whole, compress_type, compresslevel)
            return
        whole = _DIMENSION.sub(f'<dimension ref="{sheet_rows.covers}"'.encode(), whole, count=1)
        before, end_of_rows, after = whole.partition(_END_OF_ROWS)
        if not end_of_rows:
            raise ValueError(f"{arcname} has no rows to add to.")
        entry = _member(arcname)
        # Told beforehand, so that only a part over 2 GB takes the form of zip that old readers do not know.
        entry.file_size = len(whole) + sheet_rows.size
        with self.open(entry, "w") as member:
            member.write(before)
            for chunk in sheet_rows.rows_xml:
                member.write(chunk)
            member.write(end_of_rows + after)


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, _EARLIEST_A_ZIP_CAN_SAY)
    member.compress_type = ZIP_DEFLATED
    member.create_system = _MADE_ON_UNIX
    member.external_attr = _ORDINARY_FILE
    return member
