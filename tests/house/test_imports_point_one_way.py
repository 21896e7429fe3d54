"""The import contracts of pyproject.toml hold, and there are contracts to hold."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports


def test_every_import_contract_holds(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    code = lint_imports(config_filename=str(root / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_every_package_of_the_tracker_has_its_row(root: Path) -> None:
    contract = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    rows = {name.strip().removeprefix("tracker.") for layer in contract["layers"] for name in layer.split("|")}
    packages = {path.parent.name for path in (root / "tracker").glob("*/__init__.py")}
    assert packages <= rows
