"""``flask audit``: seals the chains, recomputes every one of them, and says where one is broken."""

from __future__ import annotations

import re

import click

from tracker.audit import queries, service
from tracker.cli import CommandGroup
from tracker.db import transaction

audit_cli = CommandGroup("audit", help="The record of who changed what.")


@audit_cli.command("verify")
@click.option("--seal", "kept", metavar="HASH", help="The hash of a seal that was kept elsewhere; it must be there.")
def verify(kept: str | None) -> None:
    """Check that no audit entry was changed, removed or put in between. Exits 1 naming each broken chain.

    Somebody who can write to the database could put a whole new audit in the place of this one. The hash of a seal
    that was kept outside of the service tells: give it with --seal.
    """
    wanted = _hash(kept)
    chains, entries, faults = queries.verify_chains(on_progress=_show_progress)
    seals, faults_of_seals = queries.verify_seals()
    number = queries.find_seal(wanted) if wanted else None
    for fault in [*faults, *faults_of_seals]:
        click.echo(fault, err=True)
    if wanted and number is None:
        click.echo("The seal you kept is not among the seals: this is not the audit that it was made over.", err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} of {chains} audit chains are broken.")
    if faults_of_seals or (wanted and number is None):
        raise click.ClickException("The audit is not what was sealed.")
    click.echo(f"{entries} entries in {chains} chains: every one follows from the one before it.")
    click.echo(f"Seals: {seals}. Every chain is still what was sealed." if seals else "There is no seal yet.")
    if number is not None:
        click.echo(f"The seal you kept is seal {number}.")


@audit_cli.command("seal")
def seal() -> None:
    """Seal the chains that have grown since the last seal, and print the hash to keep outside of the service."""
    with transaction():
        sealed = service.seal_chains()
    if sealed is None:
        click.echo("There is nothing to seal yet: nothing was ever recorded.")
        return
    if sealed.chains:
        click.echo(f"Seal {sealed.number} is made; chains that had grown: {sealed.chains}. Keep its hash elsewhere:")
    else:
        click.echo(f"Nothing was recorded since seal {sealed.number}. Its hash is still:")
    click.echo(sealed.seal_hash)


def _hash(given: str | None) -> str | None:
    if given is None:
        return None
    if not re.fullmatch(r"[0-9a-f]{64}", given.strip().lower()):
        raise click.ClickException("That is not the hash of a seal: it has 64 digits and letters from a to f.")
    return given.strip().lower()


def _show_progress(entries: int) -> None:
    click.echo(f"{entries:,} entries checked", err=True)
