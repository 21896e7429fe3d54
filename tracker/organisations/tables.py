"""Turns the bytes of a file into rows of text, or refuses them with a sentence; knows no kind of file."""

from __future__ import annotations

import csv
import io

from tracker.organisations.statements import FileRefused

LARGEST_FILE = 100 * 1024 * 1024
"""A hundred times the largest ODS file: more is a mistake, and reading it would only fill the memory."""

BOM = b"\xef\xbb\xbf"

_TAKEN = "What is taken is a CSV file from ODS: etr, eccg, epraccur, epcmem, a practice map, or a headed list."

_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip file or a workbook (xlsx, ods)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (xls)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"<", "a web page or XML"),
)

Row = tuple[int, list[str]]
"""A row's number, as a spreadsheet shows it, and its cells."""


def read_table(file_name: str, content: bytes) -> list[Row]:
    """Every row that is not blank, with its number; UTF-8 (with or without BOM) or Windows-1252."""
    text = _decoded(file_name, content)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
    except csv.Error as error:
        raise FileRefused(
            f"{file_name}, row {number + 1}: this row is not CSV ({error}). "
            "Look for a quotation mark that is not closed, or not doubled, and save the file again."
        ) from error
    if not rows:
        raise FileRefused(f"{file_name} has no rows. Download it again.")
    if all(len(cells) == 1 for _, cells in rows):
        raise FileRefused(f"{file_name} has only one column: its values must be separated by commas. {_TAKEN}")
    return rows


def too_large(file_name: str) -> FileRefused:
    """The refusal of a file that is too large to be one of ODS."""
    size = LARGEST_FILE // 1024 // 1024
    return FileRefused(f"{file_name} is larger than {size} MB, which no ODS file is. Check that it is the right one.")


def _decoded(file_name: str, content: bytes) -> str:
    if not content.removeprefix(BOM).strip():
        raise FileRefused(f"{file_name} is empty. Download it again.")
    if len(content) > LARGEST_FILE:
        raise too_large(file_name)
    _refuse_other_formats(file_name, content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            f"{file_name}, line {line}: a character is neither UTF-8 nor Windows-1252. Save the file as CSV UTF-8."
        ) from error


def _refuse_other_formats(file_name: str, content: bytes) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(f"{file_name} is in UTF-16. Save it as CSV UTF-8 and import that.")
    start = content.removeprefix(BOM).lstrip()
    for signature, what in _SIGNATURES:
        if start.startswith(signature):
            raise FileRefused(f"{file_name} is {what}. {_TAKEN}")
    if start.startswith((b"{", b"[")):
        raise FileRefused(f"{file_name} is JSON (ODS ORD or FHIR), which is not taken yet. {_TAKEN}")
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise FileRefused(
            f"{file_name}, line {line}: there is a NUL byte, so this is no text file, or it is damaged. "
            "Download it again."
        )
