"""The import contracts of pyproject.toml hold, and there are contracts to hold."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path


def test_every_import_contract_holds(root: Path) -> None:
    # In a process of its own: import-linter sets up logging for all, and switches off every logger there was.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Contracts: " in run.stdout


def test_every_package_of_the_tracker_has_its_row(root: Path) -> None:
    contract = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    rows = {name.strip().removeprefix("tracker.") for layer in contract["layers"] for name in layer.split("|")}
    packages = {path.parent.name for path in (root / "tracker").glob("*/__init__.py")}
    assert packages <= rows
