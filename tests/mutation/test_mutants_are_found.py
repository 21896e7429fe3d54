"""The mutation check finds every mark, scope filter and audit entry, so that it cannot pass one by in silence."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutation.calls import read_calls
from mutation.equivalent import EQUIVALENT
from mutation.mutants import find_mutants
from mutation.sources import Mutant
from mutation.subsets import stages_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def mutants() -> list[Mutant]:
    return find_mutants(ROOT)


def lines_with(pattern: str) -> Iterator[tuple[str, int]]:
    """Where a pattern stands in the code of the tracker, in neither a comment nor a docstring's example."""
    for path in sorted((ROOT / "tracker").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(pattern, line) and not re.match(r"\s*(#|def |>>>|\.\.\.|[A-Z\"].*``)", line):
                yield str(path.relative_to(ROOT)), number


def places(mutants: list[Mutant], *kinds: str) -> set[tuple[str, int]]:
    return {(mutant.path, mutant.line) for mutant in mutants if mutant.kind in kinds}


def test_every_mark_on_a_view_is_taken_away(mutants: list[Mutant]) -> None:
    marks = set(lines_with(r"^\s*@requires\("))
    assert len(marks) > 20
    assert places(mutants, "mark-removed") == marks
    signed_in = set(lines_with(r"^\s*@requires\(Permission\.SIGNED_IN\)"))
    assert places(mutants, "mark-weakened") == marks - signed_in


def test_every_entry_of_the_audit_is_taken_away(mutants: list[Mutant]) -> None:
    entries = set(lines_with(r"\baudit\.record\("))
    assert len(entries) > 20
    assert entries <= places(mutants, "audit")


def test_every_scope_filter_is_taken_away(mutants: list[Mutant]) -> None:
    filters = set(lines_with(r"\bin_scope\(|\.scope\(|\.covers\(|\bfind_(power|grantor|held_role)\("))
    assert len(filters) > 15
    assert filters <= places(mutants, "scope")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tracker/accounts/viewers.py", "SignInSession.ended_at.is_(None)"),
        ("tracker/accounts/viewers.py", "SignInSession.step == SessionStep.OPEN"),
        ("tracker/accounts/viewers.py", "Account.is_active"),
        ("tracker/accounts/viewers.py", "Membership.ended_at.is_(None)"),
        ("tracker/accounts/viewers.py", "row.organisation_id is None or row.life_id is not None"),
        ("tracker/accounts/access.py", "now - open_session.last_seen_at > sessions.idle_limit(viewer.roles)"),
        ("tracker/accounts/access.py", "open_session.second_factor_at is None"),
        ("tracker/accounts/rules.py", "role in GRANTS.get(held.role, ())"),
    ],
)
def test_what_ends_a_session_or_a_right_is_taken_away(mutants: list[Mutant], path: str, text: str) -> None:
    assert any(mutant.path == path and mutant.text == text for mutant in mutants)


def test_a_file_with_a_mutant_is_still_python_and_another_file(mutants: list[Mutant]) -> None:
    for path in {mutant.path for mutant in mutants}:
        source = (ROOT / path).read_text(encoding="utf-8")
        before = ast.dump(ast.parse(source))
        for mutant in mutants:
            if mutant.path == path:
                assert ast.dump(ast.parse(mutant.applied_to(source))) != before, mutant.name


def test_every_mutant_has_a_name_of_its_own_and_tests_that_are_asked(mutants: list[Mutant]) -> None:
    assert [name for name, times in Counter(mutant.name for mutant in mutants).items() if times > 1] == []
    for mutant in {(mutant.kind, mutant.path): mutant for mutant in mutants}.values():
        stages = stages_of(mutant, ROOT / "tests", {})
        assert stages, mutant.name
        assert all((ROOT / "tests" / name).exists() for stage in stages for name in stage), mutant.name


def test_tests_that_call_the_function_are_asked_first_as_long_as_they_are_quick(mutants: list[Mutant]) -> None:
    mutant = next(each for each in mutants if each.kind == "owner")
    noted = [(1.0, "tests/unit/a.py::quick"), (2.0, "tests/unit/b.py::slower"), (58.0, "tests/unit/c.py::too_slow")]
    calls = {f"{mutant.path}::{mutant.where}": noted, "tracker/clock.py::now": [(0.1, "tests/unit/d.py::elsewhere")]}
    first, *then = stages_of(mutant, ROOT / "tests", calls)
    assert first == ["unit/a.py::quick", "unit/b.py::slower"]
    assert then == stages_of(mutant, ROOT / "tests", {})


def test_who_calls_what_is_written_down_and_read(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-p", "mutation.calls"]
    subprocess.run(
        [*command, "tests/unit/accounts/test_common_passwords.py", "-k", "no_kind_of_character"],
        cwd=ROOT,
        env={**os.environ, "TRACKER_CALLS": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    calls = read_calls(tmp_path)
    assert all("test_common_passwords" in test for _, test in calls["tracker/accounts/guessable.py::is_guessable"])
    assert not any("tests" in function for function in calls)


def test_what_is_said_to_change_nothing_is_there(mutants: list[Mutant]) -> None:
    assert set(EQUIVALENT) <= {mutant.name for mutant in mutants}
