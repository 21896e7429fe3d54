"""The group every command belongs to: a database that is not there becomes a sentence; it knows no command."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError


class CommandGroup(AppGroup):
    """A group of commands of ``flask`` that says in one sentence when the database cannot be used."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as fault:
            first_line = str(fault.orig).strip().splitlines()[0] if fault.orig else "no reason was given"
            raise click.ClickException(
                f"The database cannot be used ({first_line}). Check DATABASE_URL, and run: flask db upgrade"
            ) from fault
