"""``flask frameworks load`` and ``list`` as a person at a terminal meets them."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner

from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.frameworks import queries


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the eight actions, to be edited."""
    file = tmp_path / "corrected.toml"
    file.write_bytes((resources.files("tracker.frameworks") / "data" / "8ua-2020.toml").read_bytes())
    return file


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def _audited() -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0


def test_the_built_in_frameworks_are_loaded_in_order_and_once(runner: FlaskCliRunner) -> None:
    first = runner.invoke(args=["frameworks", "load"])
    assert (first.exit_code, first.output) == (
        0,
        "8ua-2020: created, 8 actions, 25 asks.\nrcp-2024: created, 5 actions, 15 asks.\n",
    )
    second = runner.invoke(args=["frameworks", "load"])
    assert (second.exit_code, second.output) == (
        0,
        "8ua-2020: unchanged, 8 actions, 25 asks.\nrcp-2024: unchanged, 5 actions, 15 asks.\n",
    )
    assert _audited() == 2


def test_a_corrected_copy_is_applied_and_each_change_is_said(runner: FlaskCliRunner, copy: Path) -> None:
    runner.invoke(args=["frameworks", "load"])
    _edit(copy, "Listen better to communities", "Listen to communities, and act")
    _edit(copy, 'national_date = "2020-09-21"', 'national_date = "2020-09-30"')
    result = runner.invoke(args=["frameworks", "load", str(copy)])
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [
            "8ua-2020: changed, 8 actions, 25 asks, 2 changes (revision 2).",
            '  8ua-2020/6.1: national date was "2020-09-21", now "2020-09-30".',
            '  8ua-2020/8.2: wording was "Listen better to communities", now "Listen to communities, and act".',
        ],
    )
    assert _audited() == 4
    again = runner.invoke(args=["frameworks", "load", str(copy)])
    assert again.output == "8ua-2020: unchanged, 8 actions, 25 asks.\n"


def test_a_faulty_copy_is_refused_whole_with_every_fault(runner: FlaskCliRunner, copy: Path) -> None:
    runner.invoke(args=["frameworks", "load"])
    _edit(copy, "Listen better to communities", "This would be a good correction")
    _edit(copy, 'national_date = "2020-09-21"', 'national_date = "2021-02-31"')
    _edit(copy, 'ref = "8.3"', 'ref = "8.2"')
    _edit(copy, 'label = "Mental health"', 'label = "Mental health"\nname = "x"')
    result = runner.invoke(args=["frameworks", "load", str(copy)])
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "corrected.toml, action 5, name",
        "corrected.toml, ask 6.1, national_date",
        "corrected.toml, ask 8.2, ref",
        "Error",
    ]
    assert lines[-1] == "Error: Nothing was loaded: 3 faults to mend."
    assert queries.get_ask("8ua-2020", "8.2").wording == "Listen better to communities"
    assert _audited() == 2


def test_a_file_that_is_not_there_is_one_plain_sentence(runner: FlaskCliRunner, tmp_path: Path) -> None:
    result = runner.invoke(args=["frameworks", "load", str(tmp_path / "nowhere.toml")])
    assert result.exit_code == 1
    assert "nowhere.toml: there is no such file." in result.stderr
    assert "Traceback" not in result.output


def test_a_correction_that_would_break_history_is_refused_with_its_reason(runner: FlaskCliRunner, copy: Path) -> None:
    runner.invoke(args=["frameworks", "load"])
    _edit(copy, 'ref = "8.4"\naction = "8"', 'ref = "8.4"\naction = "7"')
    result = runner.invoke(args=["frameworks", "load", str(copy)])
    assert result.exit_code == 1
    assert '8ua-2020, ask 8.4, action: it belongs to action "8"' in result.stderr


def test_the_list_says_how_to_begin_and_then_what_there_is(runner: FlaskCliRunner) -> None:
    empty = runner.invoke(args=["frameworks", "list"])
    assert empty.output == 'No framework is loaded yet. Run "flask frameworks load".\n'
    runner.invoke(args=["frameworks", "load"])
    full = runner.invoke(args=["frameworks", "list"])
    first, second = full.output.splitlines()
    assert first == (
        "8ua-2020: Eight urgent actions to address health inequalities; automatic, in effect from 31 July 2020, "
        "25 asks, revision 1."
    )
    assert second == (
        "rcp-2024: RCP strategic steps on health inequalities (derived); adopted, in effect from "
        "16 December 2024, 15 asks, revision 1."
    )


@pytest.mark.parametrize("command", [["--help"], ["load", "--help"], ["list", "--help"]])
def test_each_command_explains_itself(runner: FlaskCliRunner, command: list[str]) -> None:
    result = runner.invoke(args=["frameworks", *command])
    assert result.exit_code == 0
    assert "Usage:" in result.output
