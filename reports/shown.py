"""What a sheet shows of a progress row, value by value, with words where there is nothing; it must not know how
cells are written.
"""

from __future__ import annotations

from operator import attrgetter

from reports.cell_text import CELL_LIMIT
from reports.columns import CODED_FIELDS, DETAIL_COLUMNS, LEFT_OUT, PERSONAL_FIELDS, gap_words
from reports.notes import Notes
from reports.row_xml import CellValue
from reports.rows import CLASS_WORDS, ProgressRow
from reports.wording import spelled

# Below half the limit no text can exceed it, whatever its characters; only longer ones are worth counting.
_SURELY_FITS = CELL_LIMIT // 2 - 100


class RowValues:
    """Reads chosen fields of a row as the sheet shows them. Names of people are left out here unless they were
    chosen.
    """

    def __init__(self, names: tuple[str, ...], notes: Notes, *, includes_names: bool) -> None:
        self._names = names
        self._read = attrgetter(*names)
        self._notes = notes
        self._hidden = () if includes_names else PERSONAL_FIELDS
        # What stands in a column where the stored word is not the word for people.
        self._special = frozenset(("status_class", "days_overdue", *CODED_FIELDS, *self._hidden)) & set(names)

    def of(self, row: ProgressRow) -> list[CellValue]:
        values: list[CellValue] = []
        for name, value in zip(self._names, self._read(row), strict=True):
            if name in self._special:
                values.append(self._special_value(name, value, row))
            elif value is None or (isinstance(value, str) and not value.strip()):
                values.append(gap_words(name, row))
            elif isinstance(value, str) and len(value) > _SURELY_FITS:
                values.append(self._notes.fit(value, _place(name, row)))
            else:
                values.append(value)
        return values

    def _special_value(self, name: str, value: CellValue | None, row: ProgressRow) -> CellValue:
        if name in self._hidden:
            return LEFT_OUT
        if name == "status_class":
            return CLASS_WORDS[str(value)]
        if name == "days_overdue":
            return value if value is not None and row.is_overdue else gap_words(name, row)
        return spelled(str(value)) or gap_words(name, row)


def _place(name: str, row: ProgressRow) -> str:
    heading = DETAIL_COLUMNS[name].heading
    return f"{heading}, {row.ods_code}, {row.framework} {row.ask_ref}"
