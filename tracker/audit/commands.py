"""``flask audit verify``: recomputes every chain and says where one is broken."""

from __future__ import annotations

import click

from tracker.audit import queries
from tracker.cli import CommandGroup

audit_cli = CommandGroup("audit", help="The record of who changed what.")


@audit_cli.command("verify")
def verify() -> None:
    """Check that no audit entry was changed, removed or put in between. Exits 1 naming each broken chain."""
    chains, entries, faults = queries.verify_chains()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} of {chains} audit chains are broken.")
    click.echo(f"{entries} entries in {chains} chains: every one follows from the one before it.")
