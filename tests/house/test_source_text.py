"""What must not stand in any file of ours, and how long a file may be."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Files = Callable[..., Iterator[Path]]

CODE = ("tracker", "reports")
EVERYTHING = (
    *CODE,
    "templates",
    "static",
    "tests",
    "README.md",
    "CHANGELOG.md",
    "pyproject.toml",
    "package.json",
    "package-lock.json",
    "requirements.lock",
    "requirements-test.lock",
    "hatch_build.py",
    "wsgi.py",
    ".ci",
    ".npmrc",
)
TEXT = (
    ".py",
    ".html",
    ".jinja",
    ".txt",
    ".css",
    ".js",
    ".md",
    ".toml",
    ".json",
    ".lock",
    ".csv",
    ".ini",
    ".mako",
    "run",
    "rc",
)
LONGEST = 300

# Each word is put together here, so that this file does not break its own rules.
LATER = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "HA" + "CK")) + r")\b")
MACHINE = re.compile(
    r"(?<![\w.:/])/(" + "|".join(("ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk")) + r")/\w|\b[A-Z]:\\Us" + "ers"
)
HOSTS = re.compile(
    "|".join(("files.python" + "hosted", "registry" + r"\.npmjs", r"pypi\.org/" + "simple", "npm" + r"\.pkg"))
)
NOW = re.compile(
    r"\b(datetime|date)\.(now|utcnow|today)\(|\btime\.(time|localtime|gmtime)\(|\bfunc\.(now|current_\w+)\(|"
    r"CURRENT_TIMESTAMP|\bTimestamp\.(now|today)\("
)


def found_in(paths: Iterator[Path], pattern: re.Pattern[str], root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    for pattern, line in (
        (LATER, "# TO" + "DO: later"),
        (MACHINE, "open('/ho" + "me/robin/data')"),
        (HOSTS, "https://files.python" + "hosted.org/x"),
        (NOW, "datetime.now(UTC)"),
        (NOW, "date.today()"),
        (NOW, "sa.func.now()"),
    ):
        bad.write_text(line)
        assert found_in(iter([bad]), pattern, tmp_path)


def test_every_kind_of_file_is_searched(files: Files) -> None:
    ends = {path.suffix or path.name for path in files(*EVERYTHING, ends=TEXT)}
    assert {".py", ".html", ".txt", ".css", ".toml", ".lock", ".md", ".csv"} <= ends


def test_nothing_is_left_for_later(files: Files, root: Path) -> None:
    assert found_in(files(*EVERYTHING, ends=TEXT), LATER, root) == []


def test_no_file_names_a_folder_of_one_machine(files: Files, root: Path) -> None:
    assert found_in(files(*EVERYTHING, ends=TEXT), MACHINE, root) == []


def test_no_file_names_a_download_host_of_a_package_registry(files: Files, root: Path) -> None:
    assert found_in(files(*EVERYTHING, ends=TEXT), HOSTS, root) == []


def test_only_the_clock_reads_the_time(files: Files, root: Path) -> None:
    readers = found_in(files(*CODE), NOW, root)
    assert [reader.partition(":")[0] for reader in readers] == ["tracker/clock.py"], readers


def test_reports_and_rules_are_told_the_day_and_do_not_ask_for_it(files: Files, root: Path) -> None:
    asking = re.compile(r"\bclock\.(today|now|real_now)\b|\bclock import .*\b(today|now|real_now)\b|\bimport clock\b")
    paths = [path for path in files(*CODE) if path.name == "rules.py" or path.is_relative_to(root / "reports")]
    assert found_in(iter(paths), asking, root) == []


def test_no_file_has_grown_a_second_idea(files: Files, root: Path) -> None:
    paths = [path for path in files(*CODE, "templates", ends=(".py", ".html", ".txt")) if "versions" not in path.parts]
    # The access table is one idea, however many addresses there are.
    paths = [path for path in paths if path.name != "access_table.txt"]
    long = {
        str(path.relative_to(root)): lines for path in paths if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_every_module_opens_by_saying_what_it_is_for(files: Files, root: Path) -> None:
    for path in files(*CODE):
        if "versions" not in path.parts:
            assert ast.get_docstring(ast.parse(path.read_text())), path.relative_to(root)


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_file_is_named_after_nothing(files: Files, name: str) -> None:
    assert [path for path in files(*CODE, "tests") if path.stem == name] == []


def test_no_template_marks_text_as_safe(files: Files, root: Path) -> None:
    pattern = re.compile(r"\|\s*safe\b|autoescape\s+false")
    assert found_in(files("templates", ends=(".html", ".txt", ".jinja")), pattern, root) == []


def test_only_transaction_commits(files: Files, root: Path) -> None:
    """A service that commits would tear a change from its audit entry."""
    pattern = re.compile(r"\.commit\(\)")
    allowed = {"tracker/db.py"}
    found = [line for line in found_in(files(*CODE), pattern, root) if line.partition(":")[0] not in allowed]
    assert found == []


def test_services_and_queries_open_no_transaction(files: Files, root: Path) -> None:
    pattern = re.compile(r"\bwith transaction\(\)")
    below = {"queries.py", "rules.py", "models.py", "forms.py", "presenters.py", "rows.py"}
    assert found_in((path for path in files(*CODE) if path.name in below), pattern, root) == []
