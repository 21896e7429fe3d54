"""Lists as files: the same rows as a page, in csv and xlsx; it must not know what is listed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from flask import Response

from tracker import clock

Cell = str | int | date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_response(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, as_at: date | None = None
) -> Response:
    """A csv file as an attachment (RFC 4180): UTF-8, CRLF, ISO dates, one row of headings, empty for nothing.

    The name gets the day (today unless told of which), so that two downloads can be told apart. Rows are read before
    the first byte goes out, so that an error becomes a page and never half a file.
    """
    content = "".join(_lines([headings, *rows]))
    response = Response(content, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{_day(as_at)}.csv"'
    return response


def xlsx_response(
    name: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, as_at: date | None = None
) -> Response:
    """The same rows as a workbook of one sheet, for people."""
    # Loaded on the first download only: openpyxl and pandas take longer to load than all the rest.
    from reports.listing import Listing, build_listing

    listing = Listing(title=title, fields=tuple(headings), as_at=as_at or clock.today(), known_at=clock.now())
    response = Response(build_listing(listing, rows), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{_day(as_at)}.xlsx"'
    return response


def _day(as_at: date | None) -> str:
    return (as_at or clock.today()).isoformat()


def _lines(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else cell.isoformat() if isinstance(cell, date) else cell for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
