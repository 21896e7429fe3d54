"""What is typed wrongly, and settings that cannot be used, are plain words and exit code 1 on the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskCliRunner

from tracker.demo.commands import demo_command

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def database_url() -> str:
    """One database is enough: none of these commands reaches it."""
    return "sqlite:///:memory:"


def one_sentence(result: Result) -> str:
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    return line.removeprefix("Error: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["accounts", "add"], "Missing argument 'EMAIL'. See: "),
        (["accounts", "add", "a@example.nhs.uk", "--role", "lead"], "Missing option '--name'. See: "),
        (["accounts", "add", "a@example.nhs.uk", "--name", "A"], "Missing option '--role'. Choose from: lead, "),
        (["accounts", "add", "a@example.nhs.uk", "--name", "A", "--role", "chair"], "'chair' is not one of 'lead'"),
        (["accounts", "ad"], "No such command 'ad'."),
        (["accounts", "--bogus"], "No such option '--bogus'. See: "),
        (["frameworks", "list", "--bogus"], "No such option '--bogus'. See: "),
        (["frameworks", "list", "more"], "Got unexpected extra argument (more). See: "),
        (["organisations", "track"], "Missing argument 'TYPE'. See: "),
        (["exports", "write", "progress"], "Missing option '--to'. See: "),
    ],
)
def test_what_is_typed_wrongly_is_one_line_and_exit_1(runner: FlaskCliRunner, arguments: list[str], said: str) -> None:
    line = one_sentence(runner.invoke(args=arguments))
    assert said in line
    assert line.endswith(" --help") or "Did you mean" in line


@pytest.mark.parametrize(
    ("arguments", "said"), [(["--port", "many"], "'many' is not a valid integer"), (["--prt", "1"], "No such option")]
)
def test_the_demonstration_says_it_in_one_line_too(arguments: list[str], said: str) -> None:
    assert said in one_sentence(CliRunner().invoke(demo_command, arguments))


def test_a_group_without_a_command_shows_its_commands_and_exits_1(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["accounts"])
    assert result.exit_code == 1
    assert "People who may sign in." in result.output
    assert runner.invoke(args=["accounts", "--help"]).exit_code == 0


def start(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=kept | settings, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("arguments", [["frameworks", "list"], ["--help"]])
def test_settings_that_cannot_be_used_are_told_without_a_traceback(arguments: list[str]) -> None:
    done = start("-m", "flask", *arguments, MAIL="ftp://x", DATABASE_URL="mysql://x")
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "Error: The settings need mending:"
    assert [line.split()[1] for line in lines[1:]] == ["DATABASE_URL", "MAIL"]


def test_a_server_still_fails_to_start_with_the_same_words() -> None:
    done = start("-c", "import wsgi", MAIL="ftp://x", DATABASE_URL="sqlite:///:memory:")
    assert done.returncode == 1
    assert "SettingsError: The settings need mending:" in done.stderr
    assert '- MAIL must be "console"' in done.stderr
