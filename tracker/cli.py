"""What every command shares: bad input and a database that is not there become a sentence; it knows no command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError


@contextmanager
def one_plain_sentence() -> Iterator[None]:
    """Turn what click says in several lines with exit code 2 into one line with exit code 1, as the contract has it."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError as fault:
        # A group named without a command shows its commands: that is more use than a sentence.
        fault.show()
        raise click.exceptions.Exit(1) from fault
    except click.UsageError as fault:
        said = " ".join(fault.format_message().split())
        stop = "" if said.endswith((".", "?", "!")) else "."
        ask = f" See: {fault.ctx.command_path} --help" if fault.ctx else ""
        raise click.ClickException(f"{said}{stop}{ask}") from fault


class PlainCommand(click.Command):
    """A command of its own, in no group, that says in one sentence what is wrong with its options."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with one_plain_sentence():
            return super().make_context(*args, **kwargs)


class CommandGroup(AppGroup):
    """A group of commands of ``flask`` that says in one sentence what is wrong with the input or the database."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with one_plain_sentence():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with one_plain_sentence():
                return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as fault:
            first_line = str(fault.orig).strip().splitlines()[0] if fault.orig else "no reason was given"
            raise click.ClickException(
                f"The database cannot be used ({first_line}). Check DATABASE_URL, and run: flask db upgrade"
            ) from fault
