"""Reads single cells (codes, names, dates) of one file and collects what is wrong with them; plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from tracker.organisations.rules import clean_code, is_ods_code
from tracker.organisations.statements import RowError

LONGEST_NAME = 200
_ONS_CODE = re.compile(r"[A-Z][0-9]{8}")
_EXTRACT_DATE_FORMATS = ("%d-%b-%y", "%d%b%Y", "%d-%b-%Y", "%Y-%m-%d", "%d/%m/%Y", "%Y%m%d")


class Cells:
    """The reader of one file's cells. Every bad value becomes a RowError, so that one run shows them all."""

    def __init__(self, file_name: str, columns: Mapping[str, str]) -> None:
        self.file_name = file_name
        self.columns = columns
        self.errors: list[RowError] = []
        self.latest_date: date | None = None

    def fail(self, row: int, column: str, value: str, problem: str, mend: str) -> None:
        label = self.columns.get(column, column)
        self.errors.append(RowError(self.file_name, row, label, value, problem, mend))

    def code(self, row: int, column: str, value: str) -> str | None:
        """An ODS code that must be there."""
        code = clean_code(value)
        if is_ods_code(code):
            return code
        problem = "is empty" if not code else "is not an ODS code"
        self.fail(row, column, value, problem, "An ODS code is 3 to 10 capital letters and digits, for example X26.")
        return None

    def code_or_none(self, row: int, column: str, value: str) -> str | None:
        """An ODS code that may be left empty."""
        return self.code(row, column, value) if value.strip() else None

    def name(self, row: int, column: str, value: str) -> str | None:
        """A name exactly as published, but for spaces at its ends."""
        name = value.strip()
        if not name:
            self.fail(row, column, value, "is empty", "Give the organisation's name.")
        elif len(name) > LONGEST_NAME:
            self.fail(row, column, value, f"has {len(name)} characters", f"A name has at most {LONGEST_NAME}.")
        elif not name.replace("\xa0", " ").isprintable():  # A no-break space is a space that ODS did not mean.
            self.fail(
                row,
                column,
                value,
                "has a control character or a line break",
                "Remove it; a name is one line of plain text.",
            )
        else:
            return name
        return None

    def day(self, row: int, column: str, value: str) -> date | None:
        """A date written YYYYMMDD (or YYYY-MM-DD), or nothing."""
        text = value.strip()
        if not text:
            return None
        plain = text.replace("-", "") if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text
        if re.fullmatch(r"\d{8}", plain) and plain.isascii():
            try:
                day = date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
            except ValueError:
                self.fail(row, column, value, "is no day of the calendar", "Correct the day, month or year.")
                return None
            self.latest_date = day if self.latest_date is None else max(self.latest_date, day)
            return day
        self.fail(row, column, value, "is not a date", "Write it as YYYYMMDD, for example 20200401.")
        return None

    def extract_day(self, row: int, column: str, value: str) -> date | None:
        """The date of a practice map: "01-Sep-20" or "01Jan2022"."""
        for form in _EXTRACT_DATE_FORMATS:
            try:
                return datetime.strptime(value.strip(), form).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        self.fail(row, column, value, "is not a date", "Write it as 01-Sep-20 or 01Sep2020.")
        return None

    def ons_code(self, row: int, column: str, value: str) -> str | None:
        """A nine-character ONS (GSS) code, or nothing."""
        code = clean_code(value)
        if not code:
            return None
        if _ONS_CODE.fullmatch(code):
            return code
        self.fail(
            row,
            column,
            value,
            "is not an ONS code",
            "It is a letter and eight digits, for example E40000003.",
        )
        return None
