"""``flask organisations import`` and ``track``: reads files, says what changes, and applies it or nothing."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date
from pathlib import Path

import click

from tracker.cli import CommandGroup
from tracker.db import transaction
from tracker.frameworks import effects
from tracker.frameworks.rules import OrganisationType
from tracker.organisations import importing, service
from tracker.organisations.files import read_file
from tracker.organisations.outcomes import DEFAULT_ALLOWED_CLOSURES, Outcome, differences
from tracker.organisations.rules import MAY_BE_TRACKED, OrganisationError
from tracker.organisations.statements import FileRefused, Reading
from tracker.organisations.tables import LARGEST_FILE, too_large

organisations_cli = CommandGroup(
    "organisations", help="Organisations: import from ODS files, and which types are tracked."
)

ERRORS_SHOWN = 100
ROWS_SHOWN = 5


class Percent(click.ParamType[float]):
    """A share between 0 and 100, with or without its sign."""

    name = "percent"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            share = float(str(value).strip().removesuffix("%"))
        except ValueError:
            share = -1.0
        if not 0 <= share <= 100:
            raise click.ClickException(f'"{value}" is not a share: give --allow-closures a number from 0 to 100.')
        return share


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError as error:
            raise click.ClickException(
                f'"{value}" is not a day of the calendar: write --effective-on as YYYY-MM-DD, for example 2022-03-31.'
            ) from error


@organisations_cli.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="List what would change, and change nothing.")
@click.option(
    "--allow-closures",
    type=Percent(),
    default=DEFAULT_ALLOWED_CLOSURES,
    show_default=True,
    metavar="PERCENT",
    help="Refuse to close more than this share of the open organisations of any type.",
)
@click.option(
    "--effective-on",
    type=Day(),
    metavar="DATE",
    help="The day from which changes hold that carry no date (default: the file's own date, else today).",
)
def import_files(files: tuple[Path, ...], dry_run: bool, allow_closures: float, effective_on: date | None) -> None:
    """Import organisations from ODS files, recognised by their content, in any order.

    Absence never closes anything. If one value is wrong, nothing is imported and every wrong value is listed.
    """
    readings = _read(files)
    try:
        if dry_run:
            run = importing.plan_import(readings, effective_on=effective_on)
        else:
            with transaction():
                importing.lock_imports()
                run = importing.plan_import(readings, effective_on=effective_on)
                importing.refuse_mass_closure(run, allowed_percent=allow_closures)
                if changing := _changing(run):
                    click.echo(f"Writing {changing:,} organisations...", err=True)
                importing.apply_import(run, allowed_percent=allow_closures)
                effects.tell()
    except importing.ImportRefused as refusal:
        for error in refusal.errors[:ERRORS_SHOWN]:
            click.echo(str(error), err=True)
        if len(refusal.errors) > ERRORS_SHOWN:
            click.echo(f"... and {len(refusal.errors) - ERRORS_SHOWN:,} more.", err=True)
        raise click.ClickException(str(refusal)) from refusal
    _tell_files(run)
    if dry_run:
        _list_classes(run)
        if (refusal_sentence := importing.mass_closure(run, allow_closures)) is not None:
            click.echo(f"Without --dry-run this is refused. {refusal_sentence}")
        click.echo("Dry run: nothing was changed.")
    click.echo(run.line)


@organisations_cli.command("track")
@click.argument("organisation_type", metavar="TYPE")
@click.option("--off", is_flag=True, help="Stop tracking the type; what was recorded stays.")
def track(organisation_type: str, off: bool) -> None:
    """Track a type of organisation (practice, pcn, trust, ccg, icb, system), or stop with --off."""
    try:
        chosen = OrganisationType(organisation_type.strip().lower().replace("-", "_"))
    except ValueError as error:
        known = ", ".join(sorted(MAY_BE_TRACKED))
        raise click.ClickException(f'"{organisation_type}" is not a type. Write one of {known}.') from error
    try:
        with transaction():
            has_changed = service.track(chosen, not off)
            effects.tell()
    except OrganisationError as error:
        raise click.ClickException(str(error)) from error
    state = "not tracked" if off else "tracked"
    click.echo(f"{chosen.label}: {'now' if has_changed else 'already'} {state}.")


def _read(files: tuple[Path, ...]) -> list[Reading]:
    readings = []
    with click.progressbar(files, label="Reading", file=sys.stderr) as paths:
        for path in paths:
            try:
                if path.stat().st_size > LARGEST_FILE:
                    raise too_large(path.name)
                content = path.read_bytes()
            except FileNotFoundError as error:
                raise click.ClickException(f"There is no file {path}.") from error
            except IsADirectoryError as error:
                raise click.ClickException(f"{path} is a folder: name the files in it.") from error
            except OSError as error:
                raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from error
            except FileRefused as error:
                raise click.ClickException(str(error)) from error
            try:
                readings.append(read_file(path.name, content))
            except FileRefused as error:
                raise click.ClickException(str(error)) from error
    return readings


def _changing(run: importing.ImportRun) -> int:
    return sum(
        len(codes) for outcome, codes in run.classes.items() if outcome not in (Outcome.UNCHANGED, Outcome.MISSING)
    )


def _tell_files(run: importing.ImportRun) -> None:
    """A line for each file, what of it was left out and why, and what was noticed on the way."""
    for reading, day in run.plan.readings:
        click.echo(f"{reading.file_name}: {reading.kind.label}, {reading.row_count:,} rows, as on {day.isoformat()}")
        by_reason: dict[str, list[int]] = {}
        for left_out in reading.left_out:
            by_reason.setdefault(left_out.reason, []).append(left_out.row)
        for reason, rows in by_reason.items():
            shown = ", ".join(str(row) for row in rows[:ROWS_SHOWN]) + (", ..." if len(rows) > ROWS_SHOWN else "")
            click.echo(f"  left out {len(rows):,}, {reason}: rows {shown}")
        for note in reading.notes:
            click.echo(f"  {note}")
    for note in run.plan.notes:
        click.echo(note)
    types = Counter(run.plan.after[code].types[-1].value.label for code in run.classes[Outcome.NEW])
    if types:
        click.echo("New by type: " + ", ".join(f"{number:,} {label}" for label, number in types.most_common()) + ".")


def _list_classes(run: importing.ImportRun) -> None:
    for outcome in Outcome:
        codes = run.classes[outcome]
        if outcome is Outcome.UNCHANGED or not codes:
            continue
        click.echo(f"{outcome.capitalize()}: {len(codes):,}")
        for code in codes:
            after = run.plan.after[code]
            words = "; ".join(differences(run.plan.before.get(code), after))
            click.echo(f"  {code} {after.names[-1].value}" + (f": {words}" if words else ""))
