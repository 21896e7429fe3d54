"""``flask exports write progress``: a workbook without a browser."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app

from tracker import clock
from tracker.accounts.rules import Scope
from tracker.audit import service as audit
from tracker.cli import CommandGroup
from tracker.db import transaction
from tracker.exports import queries, service
from tracker.frameworks.queries import list_frameworks
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.rules import clean_code
from tracker.web.wording import plural

exports_cli = CommandGroup("exports", help="Progress as files.")
MADE_NOW = (".xlsx", ".csv")


@exports_cli.group("write")
def write() -> None:
    """Write a file without a browser."""


@write.command("progress")
@click.option(
    "--to", "to", required=True, type=click.Path(dir_okay=False, path_type=Path), help="FILE.xlsx or FILE.csv"
)
@click.option("--as-at", metavar="DATE", help="The end of this London day, as YYYY-MM-DD (default: today).")
@click.option("--known-at", metavar="INSTANT", help="Leave out what was recorded later, as 2020-11-02T17:00 (London).")
@click.option("--organisation", metavar="CODE", help="One organisation.")
@click.option("--system", metavar="CODE", help="One system and its members.")
@click.option("--region", metavar="CODE", help="One region and everything in it.")
@click.option("--framework", metavar="CODE", help="One framework, such as 8ua-2020 (default: all).")
@click.option("--names", is_flag=True, help="Include the names of leads and of who updated.")
def progress(
    to: Path,
    as_at: str | None,
    known_at: str | None,
    organisation: str | None,
    system: str | None,
    region: str | None,
    framework: str | None,
    names: bool,
) -> None:
    """Write the progress workbook (xlsx) or its detail rows (csv). An existing file is replaced whole or not at all."""
    if to.suffix.lower() not in MADE_NOW:
        raise click.ClickException(f'"{to.name}" is of no kind that is made: end the name in .xlsx or .csv.')
    codes = [code for code in (organisation, system, region) if code]
    if len(codes) > 1:
        raise click.ClickException("Name one of --organisation, --system and --region, not several.")
    if framework and framework not in {each.code for each in list_frameworks()}:
        raise click.ClickException(f'There is no framework "{framework}": see flask frameworks list.')
    day = _day(as_at)
    place, name = queries.EVERYWHERE, "England"
    for code, option, types in (
        (organisation, "--organisation", ()),
        (system, "--system", (OrganisationType.SYSTEM, OrganisationType.ICB)),
        (region, "--region", (OrganisationType.REGION,)),
    ):
        if code:
            place, name = _place(code, option, types, day)
    wanted = queries.Wanted(
        within=queries.EVERYWHERE,
        place=place,
        place_name=name,
        as_at=day,
        known_at=_instant(known_at),
        framework=framework,
        includes_names=names,
    )
    made = service.make_progress(to.suffix.lower()[1:], wanted, contact=current_app.extensions["settings"].mail_from)
    with transaction():
        # Recorded first: what cannot be written down does not leave the service.
        audit.record(
            verb="progress exported",
            subject=name,
            organisation_code=clean_code(codes[0]) if codes else None,
            after={"file": to.suffix.lower()[1:], "names": names}
            | {field: value for field, value in service.filters_of(wanted, made).items() if value is not None},
        )
        _replace(to, made.content)
    click.echo(f"{to} is written: {name}, as at {day.isoformat()}, {plural(made.row_count, 'row')}.")
    if not made.row_count:
        reason = ", or was recorded after the instant of --known-at" if known_at else ""
        click.echo(f"It has no rows: nothing was tracked there on that day{reason}.")


def _place(code: str, option: str, types: tuple[OrganisationType, ...], day: date) -> tuple[Scope, str]:
    place = queries.find_place(code, queries.EVERYWHERE, day)
    if place is None:
        raise click.ClickException(
            f'There was no organisation with the code "{code}" on {day.isoformat()}: check the code and the date.'
        )
    if types and place.organisation_type not in types:
        kind = place.organisation_type.label
        raise click.ClickException(f"{code} is not for {option}: {place.name} is of the type {kind}.")
    return place.scope, place.name


def _day(text: str | None) -> date:
    if text is None:
        return clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f'"{text}" is not a date: write it as YYYY-MM-DD, for example 2020-09-21.') from None
    if day > clock.today():
        raise click.ClickException(f"{text} is in the future: a report is as at today or a day in the past.")
    return day


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(
            f'"{text}" is not an instant: write it as YYYY-MM-DDTHH:MM, for example 2020-11-02T17:00.'
        ) from None
    instant = instant if instant.tzinfo else instant.replace(tzinfo=clock.LONDON)
    if instant > clock.now():
        raise click.ClickException(f"{text} is in the future: nobody knows yet what will have been recorded.")
    return instant


def _replace(to: Path, content: bytes) -> None:
    """Write beside and rename, so that a crash half-way leaves the old file."""
    beside = to.with_name(f".{to.name}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, to)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise click.ClickException(f"{to} cannot be written: {fault.strerror}.") from fault
