"""progress.csv: one line for each organisation and ask, for machines; it must not know Excel.

RFC 4180: a header, CRLF, the same number of fields in each line; UTF-8 without a byte order mark, so that the first
name
is `region_code` to any reader; ISO dates; an empty field where there is nothing.

Text is faithful: a narrative that starts with "=" is written as typed. An apostrophe in front would change the data for
every script that reads the file and could not be told from one that was typed. A csv holds no formulas; whoever opens
it
in a spreadsheet should import it as text, and the workbook, where text is marked as text, is the copy for people.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO, TextIOWrapper
from operator import attrgetter
from typing import BinaryIO

from reports.rows import PROGRESS_FIELDS, ProgressRow

_read = attrgetter(*PROGRESS_FIELDS)


def write_csv(rows: Iterable[ProgressRow], *, to: BinaryIO) -> None:
    """Write the file as the rows come; `to` stays open."""
    # A lone surrogate, which UTF-8 cannot hold, is spelled out and not dropped.
    text = TextIOWrapper(to, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(PROGRESS_FIELDS)
    writer.writerows(map(_fields, rows))
    text.flush()
    text.detach()


def build_csv(rows: Iterable[ProgressRow]) -> bytes:
    to = BytesIO()
    write_csv(rows, to=to)
    return to.getvalue()


def _fields(row: ProgressRow) -> Iterator[object]:
    # The writer itself turns None into an empty field, and leaves numbers bare.
    for value in _read(row):
        yield value.isoformat() if isinstance(value, date) else value
