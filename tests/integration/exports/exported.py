"""How tests of downloads write them by the command and read their rows."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import tell
from flask.testing import FlaskCliRunner

from tracker.accounts.rules import Viewer
from tracker.appointments import leads
from tracker.db import transaction

Row = dict[str, str]


def written(runner: FlaskCliRunner, tmp_path: Path, *options: str) -> list[Row]:
    to = tmp_path / "progress.csv"
    result = runner.invoke(args=["exports", "write", "progress", "--to", str(to), *options])
    assert result.exit_code == 0, result.output
    return read_csv(to.read_bytes())


def read_csv(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def sheet_rows(workbook: Any, name: str) -> list[tuple[Any, ...]]:
    return [row for row in workbook[name].iter_rows(values_only=True) if any(cell is not None for cell in row)]


def name_lead(lead: Viewer) -> None:
    with transaction():
        details = leads.LeadDetails("Nobody Else", "Chief Nurse", "n.else@example.nhs.uk", date(2020, 9, 1), None)
        leads.name_lead(tell.item(lead, "6.1").organisation, details, lead, "lead")
