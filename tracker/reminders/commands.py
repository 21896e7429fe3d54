"""``flask reminders``: one pass by hand or from cron, and the process that makes one a day."""

from __future__ import annotations

import re
import sys
from datetime import date

import click
from flask import current_app

from tracker import clock
from tracker.cli import CommandGroup
from tracker.config import Settings
from tracker.reminders import schedule
from tracker.reminders.rules import PASS_AT
from tracker.reminders.sending import send_waiting
from tracker.reminders.service import PassOutcome, preview, send_reminders
from tracker.reminders.working_days import is_working_day, last_day_off_after
from tracker.web.wording import thousands

SHOW_EVERY = 500
YEARS = range(2000, 2200)

reminders_cli = CommandGroup("reminders", help="Reminders of due dates, one digest for each person.")


@reminders_cli.command("send")
@click.option("--on", "day", metavar="DATE", help="The day to make the pass for, YYYY-MM-DD; today if left out.")
@click.option("--dry-run", is_flag=True, help="Print who would be told what; write nothing, send nothing.")
@click.option(
    "--working-days",
    is_flag=True,
    help="Decide as the scheduler does: nothing on days off, and before them what falls on them.",
)
def send(day: str | None, dry_run: bool, working_days: bool) -> None:
    """Make one pass: put a digest in the outbox for each person who has something due, then send what waits.

    Running it again sends nothing twice, and a day that was missed is caught up in one mail. Nobody gets more than
    one digest a day. With --on, deadlines are judged on that day; the people are those who hold an account today.

    \b
    The last line is "queued N, sent N, already N, failed N":
      queued   people for whom this pass put a digest in the outbox
      sent     messages delivered during this pass, older waiting ones included
      already  people with something due, all of which they had been told before
      failed   messages tried in this pass and not delivered; those worth another
               try stay in the outbox (with --dry-run: always 0)
    """
    on = clock.today() if day is None else parse_day(day)
    settings: Settings = current_app.extensions["settings"]
    ahead_to = last_day_off_after(on) if working_days else on
    if dry_run:
        _show_plan(on, settings, ahead_to)
        return
    if working_days and not is_working_day(on):
        waiting = send_waiting(settings)
        outcome = PassOutcome(sent=waiting.sent, failed=waiting.failed, trouble=waiting.trouble)
    else:
        outcome = send_reminders(on, settings, ahead_to=ahead_to, on_progress=_show_progress)
    if outcome.trouble:
        click.echo(f"{outcome.trouble} What waits stays in the outbox and goes with the next pass.", err=True)
    elif outcome.failed:
        click.echo("Some messages were not delivered; the log says why for each.", err=True)
    click.echo(str(outcome))
    if outcome.trouble:
        # Nothing is lost, but whoever runs this from cron should hear of it.
        sys.exit(1)


@reminders_cli.command("run")
def run() -> None:
    """The process beside the web service: reminders, mail, and each night's upkeep; until stopped (SIGTERM or Ctrl-C).

    It makes the pass of each working day at 08:00 London time, and started later today's at once. Every minute it
    sends what waits in the outbox, invitations and password links among it. Each night at 02:30 it seals the audit and
    clears what is kept no longer.
    Several may run at the same time: nothing goes out twice.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    schedule.run(app, on_ready=lambda: click.echo(f"Reminders go out at {PASS_AT:%H:%M}, London time."))
    click.echo("Reminders have stopped.")


def parse_day(text: str) -> date:
    """A day as people type it to a command; a ClickException with one sentence where it is none."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise click.ClickException(
            f'"{text}" is not a date: write a real day as YYYY-MM-DD, for example 2020-11-02.'
        ) from fault
    if day.year not in YEARS:
        raise click.ClickException(f'"{text}" is out of range: write a day from {YEARS[0]} to {YEARS[-1]}.')
    return day


def _show_plan(on: date, settings: Settings, ahead_to: date) -> None:
    queued = already = 0
    for planned in preview(on, settings, ahead_to=ahead_to):
        if planned.subject is None:
            already += 1
            continue
        queued += 1
        click.echo(f"Person {planned.person_id} ({', '.join(planned.organisation_codes)}): {planned.subject}")
        for line in planned.lines:
            click.echo(f"  {line}")
    click.echo("This was a dry run: nothing was written or sent. A pass would do this:")
    click.echo(str(PassOutcome(queued=queued, already=already)))


def _show_progress(what: str, done: int) -> None:
    if done and done % SHOW_EVERY == 0:
        click.echo(f"{thousands(done)} {what}", err=True)
