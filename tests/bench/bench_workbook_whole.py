"""Times the workbook of the whole country, read from the database and written, against a bare writer of its cells."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import BytesIO
from statistics import median
from time import process_time
from typing import Any

from bench.country_progress import TODAY
from bench.measuring import Pairs, Scoreboard, in_pairs
from bench.running import country_on
from openpyxl import Workbook, load_workbook

from tracker.exports.queries import EVERYWHERE, Wanted, progress_report
from tracker.exports.service import make_progress

ORGANISATIONS = 353
PAIRS = 3
AT_MOST_TIMES = 1.3

Sheets = Sequence[tuple[str, Sequence[Sequence[Any]]]]


def main() -> int:
    board = Scoreboard()
    wanted = Wanted(within=EVERYWHERE, place=EVERYWHERE, place_name="England", as_at=TODAY)
    with country_on("SQLite", ORGANISATIONS) as (app, _, _url), app.app_context():
        sheets = _cells_of(make_progress("xlsx", wanted, contact="tracker@example.nhs.uk").content)
        cells = sum(len(row) for _, rows in sheets for row in rows)
        whole = in_pairs(
            lambda: make_progress("xlsx", wanted, contact="tracker@example.nhs.uk").content,
            lambda: _write_bare(sheets),
            pairs=PAIRS,
            warm_ups=0,
            timer=process_time,
        )
        reading = 1000 * median(_cpu_time_of_reading(wanted) for _ in range(PAIRS))
    what = f"workbook of {ORGANISATIONS} organisations and all asks ({cells:,} cells), CPU time"
    board.ratio(f"{what}, from the database to the bytes", whole, AT_MOST_TIMES)
    written = Pairs(whole.ours - reading, whole.limit, (whole.ours - reading) / whole.limit)
    board.ratio(f"{what}, without reading the database ({reading:.0f} ms)", written, AT_MOST_TIMES)
    return board.exit_code


def _cpu_time_of_reading(wanted: Wanted) -> float:
    before = process_time()
    for _row in progress_report(wanted).rows:
        pass
    return process_time() - before


def _cells_of(content: bytes) -> Sheets:
    """Every cell of a workbook, so that the bare writer writes exactly the same."""
    book = load_workbook(BytesIO(content), read_only=True)
    return [(sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)]) for sheet in book.worksheets]


def _write_bare(sheets: Sheets) -> bytes:
    """What openpyxl's write-only mode takes for the same cells: no styles, no widths, no checks."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


if __name__ == "__main__":
    sys.exit(main())
