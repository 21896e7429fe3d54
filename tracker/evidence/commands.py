"""``flask evidence``: removes what broken uploads left behind, and lets expired evidence lapse."""

from __future__ import annotations

from datetime import timedelta

import click

from tracker import clock
from tracker.audit import service as audit
from tracker.cli import CommandGroup
from tracker.db import transaction
from tracker.evidence import expiring, storage
from tracker.evidence.queries import keys_of_rows

evidence_cli = CommandGroup("evidence", help="Files, links and notes that statuses rest on.")


@evidence_cli.command("sweep")
@click.option("--older-than", "hours", type=click.IntRange(1), default=24, show_default=True, metavar="HOURS")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def sweep(hours: int, dry_run: bool) -> None:
    """Remove files that no entry tells of and that are older than HOURS: what uploads left that broke off.

    A younger file may belong to an upload that is under way, and stays. Exits 1 naming entries whose file is missing.
    """
    try:
        # The store first: a file that is added in between has a row by the time the rows are read.
        there = set(storage.store().keys())
        known = keys_of_rows()
        before = clock.real_now() - timedelta(hours=hours)
        stray = {key for key in there if key not in known}
        old = {key for key in stray if storage.written_at(key) < before}
        if not dry_run:
            for key in sorted(old):
                storage.store().remove(key)
    except storage.StorageUnavailable as fault:
        raise click.ClickException("The store of evidence cannot be used. Check EVIDENCE_URL.") from fault
    if old and not dry_run:
        with transaction():
            audit.record(verb="evidence files swept", subject="files without an entry", after={"removed": len(old)})
    missing = sorted(known[key] for key in known if key not in there)
    would = "would remove" if dry_run else "removed"
    click.echo(
        f"{would} {len(old)}, kept {len(there) - len(stray)}, too new {len(stray) - len(old)}, missing {len(missing)}"
    )
    if missing:
        raise click.ClickException(f"The file is missing of evidence {', '.join(map(str, missing))}.")


@evidence_cli.command("expire")
def expire() -> None:
    """Let evidence that has expired lapse, and tell those statuses that rest on it. Each piece is told once."""
    told = 0
    while True:
        with transaction():
            lapsed = expiring.let_expire()
        if not lapsed:
            break
        told += lapsed
    click.echo(f"expired {told}")
