"""``flask people``: what is held about a person, how it is forgotten, and what goes by itself when its time is over."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from flask import current_app

from tracker.accounts.service import AccountError
from tracker.audit import service as audit
from tracker.cli import CommandGroup
from tracker.config import Settings
from tracker.db import transaction
from tracker.people import retention
from tracker.people.personal_data_export import FoundPerson, as_json, everything_about, find_people
from tracker.people.personal_data_forget import Holding, forget_person, holding_of, identity_of
from tracker.people.personal_data_traces import Trace, traces_of
from tracker.web.text import made_visible
from tracker.web.wording import plural, thousands

SHOW_EVERY = 500

people_cli = CommandGroup("people", help="What is held about a person.")
which_person = click.option(
    "--person",
    "numbers",
    type=int,
    multiple=True,
    metavar="N",
    help="Only the person with this number; may be repeated.",
)


@people_cli.command("export")
@click.argument("email")
@click.option(
    "--to", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file, not the screen."
)
@which_person
def export(email: str, file: Path | None, numbers: tuple[int, ...]) -> None:
    """Write everything held about whoever EMAIL belongs to, as JSON: the answer to a subject access request.

    A mailbox may be shared. If the address leads to several people, all are written, each with a number; --person
    leaves the others out. That an export was made is recorded.
    """
    with transaction():
        people = _chosen(email, numbers)
        text = as_json([everything_about(person.person_id) for person in people])
        for person in people:
            audit.record(verb="personal data exported", subject=f"person {person.person_id}")
        if file is not None:
            _write(file, text)
    if file is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    else:
        click.echo(f"Wrote {file}: {plural(len(people), 'person', 'people')}.")
    if len(people) > 1 and not numbers:
        click.echo(
            "The address leads to several people. Before you hand this over, make sure that they are one and the same, "
            "or choose with --person.",
            err=True,
        )


@people_cli.command("forget")
@click.argument("email")
@which_person
@click.option("--yes", is_flag=True, help="Do it without asking.")
def forget(email: str, numbers: tuple[int, ...], yes: bool) -> None:
    """Remove the name and address of whoever EMAIL belongs to, and every way in.

    Roles end, the account is emptied and switched off, mails to them are emptied or not sent. What they did stays in
    the history and in the audit, under a number. It cannot be undone.
    """
    people = _chosen(email, numbers)
    _refuse_strangers(people, numbers)
    if not yes:
        for person in people:
            click.echo(_warning(person, holding_of(person.person_id)))
        click.confirm("This cannot be undone. Go on?", abort=True)
    try:
        with transaction():
            # Searched before the names go: afterwards nobody could find them.
            traces = traces_of(identity_of(person.person_id for person in people))
            for person in people:
                forget_person(person.person_id, reason="request")
    except AccountError as fault:
        raise click.ClickException(f"Nothing was changed. {fault}") from fault
    click.echo(f"Forgotten: {', '.join(f'person {person.person_id}' for person in people)}.")
    _tell_traces(traces)


@people_cli.command("purge")
@click.option("--dry-run", is_flag=True, help="Count what would go; change nothing.")
def purge(dry_run: bool) -> None:
    """Forget people who have had no role for RETENTION_MONTHS, and clear used links, old sign-ins and texts of mails.

    The scheduler does the same once a day. It can be stopped and run again at any time. On PostgreSQL it works as the
    owner of the database (DATABASE_OWNER_URL).

    \b
    The last line counts:
      people          names and addresses removed: nobody with a role, a post or an open invitation since
      sign-ins        ended or timed out
      links           used, void or expired one-time links
      invitations     over for 90 days
      counted tries   of throttles whose time is over
      new addresses   of accounts, that nobody confirmed in time
      recovery codes  used ones
      mail texts      of mails that left, or were given up, 90 days ago
    """
    settings: Settings = current_app.extensions["settings"]
    with current_app.extensions["owner_context"]():
        if dry_run:
            outcome = retention.preview(settings.retention_months)
            click.echo("This was a dry run: nothing was changed. A purge would do this:")
        else:
            outcome = retention.purge(settings.retention_months, on_progress=_show_progress)
    if outcome.kept_as_last_administrator:
        click.echo("The last administrator was kept, although their time is over.", err=True)
    if outcome.traces:
        _tell_traces(outcome.traces)
    click.echo(str(outcome))


def _chosen(email: str, numbers: Sequence[int]) -> list[FoundPerson]:
    """The people an address leads to, or those of them whose numbers are given; a sentence where there are none."""
    found = find_people(email)
    if not found:
        raise click.ClickException(f'Nobody is held under "{made_visible(email)}": check the address.')
    strangers = set(numbers) - {person.person_id for person in found}
    if strangers:
        raise click.ClickException(
            f"Person {min(strangers)} is not held under this address. It leads to: {_listed(found)}."
        )
    return [person for person in found if not numbers or person.person_id in numbers]


def _refuse_strangers(people: Sequence[FoundPerson], numbers: Sequence[int]) -> None:
    """A mailbox may be shared: who has another name is forgotten only when named by number."""
    if len({" ".join(person.name.split()).casefold() for person in people}) > 1 and not numbers:
        raise click.ClickException(
            f"People with different names are held under this address: {_listed(people)}. "
            "Nothing was changed. Say who is meant with --person N; it may be repeated."
        )


def _listed(people: Iterable[FoundPerson]) -> str:
    return ", ".join(f'person {person.person_id} ("{made_visible(person.name)}")' for person in people)


def _warning(person: FoundPerson, held: Holding) -> str:
    ends = [
        "the account" if held.has_account else "",
        plural(held.roles, "role", "roles") if held.roles else "",
        f"{plural(held.mails_waiting, 'mail', 'mails')} not sent yet" if held.mails_waiting else "",
    ]
    ended = ", ".join(filter(None, ends))
    stays = (
        f" {plural(held.appointments, 'appointment', 'appointments')} will show no name." if held.appointments else ""
    )
    return (
        f'Person {person.person_id} ("{made_visible(person.name)}"): name and address will be removed.'
        f"{f' This ends: {ended}.' if ended else ''}{stays}"
    )


def _tell_traces(traces: Sequence[Trace]) -> None:
    """Places only: what stands there was typed by people, who decide about it."""
    if not traces:
        click.echo("No text that people typed holds the name.")
        return
    click.echo(
        f"{plural(len(traces), 'text', 'texts')} that people typed may still hold the name, the last name or the "
        "address. Look at each and decide:"
    )
    for trace in traces:
        click.echo(f"  {trace}")


def _write(file: Path, text: str) -> None:
    """For its owner's eyes only, and never over a file that is there."""
    try:
        with open(file, "xb", opener=lambda name, flags: os.open(name, flags, mode=0o600)) as new:
            new.write(text.encode())
    except FileExistsError as fault:
        raise click.ClickException(f"{file} is there already: name another file.") from fault
    except OSError as fault:
        raise click.ClickException(f"{file} cannot be written: {fault.strerror}.") from fault


def _show_progress(what: str, done: int) -> None:
    if done and done % SHOW_EVERY == 0:
        click.echo(f"{what}: {thousands(done)}", err=True)
