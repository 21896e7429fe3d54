"""``flask frameworks``: loads frameworks from data files and lists those that are loaded."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli import CommandGroup
from tracker.db import transaction
from tracker.frameworks import effects, service
from tracker.frameworks.definition import DefinitionError
from tracker.frameworks.files import built_in_definitions, read_definition
from tracker.frameworks.presenters import outcome_lines
from tracker.frameworks.queries import list_asks, list_frameworks
from tracker.web.wording import day, plural

frameworks_cli = CommandGroup("frameworks", help="What is tracked: frameworks, their asks and their status words.")


def load_built_in_frameworks() -> tuple[service.LoadOutcome, ...]:
    """Load or bring up to date every framework of the package, in the caller's transaction."""
    return tuple(service.load_definition(definition) for definition in built_in_definitions())


@frameworks_cli.command("load")
@click.argument("file", required=False)
def load(file: str | None) -> None:
    """Load the framework in FILE, or the built-in ones where no FILE is given.

    Loading the same again changes nothing. A corrected wording or date is applied and audited, and what was
    known before is kept. A file with a fault is refused whole, with every fault named.
    """
    try:
        definitions = built_in_definitions() if file is None else (read_definition(Path(file)),)
        with transaction():
            outcomes = [service.load_definition(definition) for definition in definitions]
            effects.tell()
    except DefinitionError as error:
        for fault in error.faults:
            click.echo(fault, err=True)
        raise click.ClickException(f"Nothing was loaded: {plural(len(error.faults), 'fault')} to mend.") from None
    for outcome in outcomes:
        for line in outcome_lines(outcome):
            click.echo(line)


@frameworks_cli.command("list")
def list_() -> None:
    """List the frameworks that are loaded, how organisations come to them and how many asks they hold."""
    frameworks = list_frameworks()
    if not frameworks:
        click.echo('No framework is loaded yet. Run "flask frameworks load".')
    for framework in frameworks:
        asks = plural(len(list_asks(framework.code)), "ask")
        click.echo(
            f"{framework.code}: {framework.title}; {framework.enrolment.value}, in effect from "
            f"{day(framework.effective_from)}, {asks}, revision {framework.revision_number}."
        )
