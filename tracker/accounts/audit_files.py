"""The audit as files: every entry that the page lists, in its order, read in batches so that memory stays flat.

A csv file goes out while it is read, because it may hold millions of entries; each batch has a database connection for
as long as it reads and no longer, however slow the download is. A workbook is made whole, so it is limited.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from flask import Flask, Response

from tracker import clock
from tracker.accounts import audit_presenters as presenters
from tracker.accounts import audit_queries as queries
from tracker.accounts.audit_rows import AuditFilters, AuditLine
from tracker.accounts.queries import names_of
from tracker.web.downloads import Cell, xlsx_response
from tracker.web.paging import Sort

MOST_IN_WORKBOOK = 20_000
"""Entries; more than anybody reads in Excel, and made in a few seconds."""


def csv_file(app: Flask, filters: AuditFilters, sort: Sort, *, up_to: int, with_names: bool) -> Response:
    """The list as csv (RFC 4180), of any length."""
    cells = _cells(app, filters, sort, up_to, with_names=with_names, longest=None)
    response = Response(_lines(cells), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{clock.today().isoformat()}.csv"'
    return response


def xlsx_file(app: Flask, filters: AuditFilters, sort: Sort, *, up_to: int, with_names: bool) -> Response:
    """The list as a workbook; the caller has asked ``fits_workbook``."""
    longest = presenters.LONGEST_IN_EXCEL
    cells = _cells(app, filters, sort, up_to, with_names=with_names, longest=longest)
    rows = (row for batch in cells for row in batch)
    return xlsx_response("audit", "Audit", presenters.CSV_HEADINGS, rows)


def fits_workbook(filters: AuditFilters) -> bool:
    return not queries.is_longer_than(MOST_IN_WORKBOOK, filters)


def _cells(
    app: Flask, filters: AuditFilters, sort: Sort, up_to: int, *, with_names: bool, longest: int | None
) -> Iterator[list[tuple[Cell, ...]]]:
    """The rows of the file, batch by batch; each is read in a context of its own, after which nothing stays open."""
    last: AuditLine | None = None
    while True:
        with app.app_context():
            batch = queries.next_batch(filters, sort, up_to=up_to, after=last)
            names = names_of(presenters.people_in(batch)) if with_names else None
        if not batch:
            return
        last = batch[-1]
        yield [presenters.file_cells(line, names, longest=longest) for line in batch]


def _lines(batches: Iterator[list[tuple[Cell, ...]]]) -> Iterator[str]:
    buffer = io.StringIO()
    write: Callable[[tuple[Cell, ...]], object] = csv.writer(buffer, lineterminator="\r\n").writerow
    write(presenters.CSV_HEADINGS)
    for batch in batches:
        for row in batch:
            write(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()
