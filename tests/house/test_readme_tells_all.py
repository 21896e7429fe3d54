"""README names every setting and every command, and none that does not exist."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
from flask import Flask

from tracker.config import Settings, SettingsError

OF_FLASK = {"limiter", "routes", "run", "shell"}
USED_OF_MIGRATE = {"db upgrade", "db downgrade"}
"""Flask-Migrate brings many more, for those who change tables."""


def first_column(root: Path, section: str) -> list[str]:
    """The first cells of the table below a heading of README, without its head."""
    text = (root / "README.md").read_text()
    assert f"\n## {section}\n" in text, f"README has no section {section}."
    below = text.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    rows = [re.split(r"(?<!\\)\|", line)[1].strip() for line in below.splitlines() if line.startswith("|")]
    assert len(rows) > 2, f"README's section {section} has no table."
    return rows[2:]


class Recorder(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **given: str) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


def settings_read() -> set[str]:
    """Every setting that the service reads, in development and in production."""
    asked: set[str] = set()
    for environ in (Recorder(), Recorder(TRACKER_ENV="production")):
        # Production with nothing set cannot start, but what it asked for is all that is wanted here.
        with contextlib.suppress(SettingsError):
            Settings.from_environment(environ)
        asked |= environ.asked
    return asked


def test_the_settings_table_has_exactly_the_settings_that_are_read(root: Path) -> None:
    rows = first_column(root, "Settings")
    assert all(re.fullmatch(r"`[A-Z_]+`", row) for row in rows), rows
    told = [row.strip("`") for row in rows]
    assert sorted(told) == sorted(settings_read())


def test_every_setting_is_read_in_one_place(root: Path) -> None:
    """Only the wiring reads the environment, and hands it to ``config``; the demonstration sets some of its own."""
    reading = {
        str(path.relative_to(root))
        for folder in ("tracker", "reports")
        for path in (root / folder).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b|\bfrom os import\b", path.read_text())
    }
    assert reading == {"tracker/app.py", "tracker/demo/commands.py"}


def commands(app: Flask) -> Iterator[tuple[str, click.Command]]:
    """Every command of ours as it is typed after ``flask``."""
    entries = {entry.name: entry.load() for entry in entry_points(group="flask.commands")}
    for name, command in {**entries, **app.cli.commands}.items():
        if name not in OF_FLASK:
            yield from _leaves(name, command)


def _leaves(typed: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _leaves(f"{typed} {name}", inner)
    elif not typed.startswith("db ") or typed in USED_OF_MIGRATE:
        yield typed, command


def commands_told(root: Path) -> dict[str, str]:
    """The commands of README's table: the words before the first argument, and the whole of what is written."""
    told = {}
    for row in first_column(root, "Commands"):
        for written in re.findall(r"`flask ([^`]+)`", row):
            words = re.match(r"[a-z][a-z-]*( [a-z][a-z-]*)*", written)
            assert words, written
            told[words.group()] = written
    return told


def test_the_commands_table_has_exactly_the_commands_that_exist(wired: Flask, root: Path) -> None:
    assert sorted(commands_told(root)) == sorted(typed for typed, _ in commands(wired))


def test_every_option_that_readme_shows_exists(wired: Flask, root: Path) -> None:
    there = dict(commands(wired))
    for typed, written in commands_told(root).items():
        options = {
            option for parameter in there[typed].params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert set(re.findall(r"--[a-z-]+", written)) <= options, typed


def test_every_command_says_what_it_does(wired: Flask) -> None:
    for typed, command in commands(wired):
        assert command.get_short_help_str(), typed


def test_every_file_that_readme_names_is_there(root: Path) -> None:
    text = (root / "README.md").read_text()
    for path in re.findall(r"`((?:tracker|reports|templates|tests|static)/[\w./*-]*)`", text):
        assert list(root.glob(path.rstrip("/"))), path


def test_the_first_line_that_names_the_demonstration_is_the_set_up_command(root: Path) -> None:
    first = next(line for line in (root / "README.md").read_text().splitlines() if "flask demo" in line)
    assert first.strip("` ").startswith("python3 -m venv .venv && ")
    assert first.strip("` ").endswith(".venv/bin/flask demo")


def test_the_changelog_tells_of_this_version(root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"^## {re.escape(version)}\b", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
