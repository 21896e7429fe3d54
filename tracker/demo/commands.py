"""``flask demo``: a fresh demonstration on SQLite, and how to sign in to it."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from datetime import date
from pathlib import Path

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url
from werkzeug.serving import run_simple

from tracker import clock
from tracker.app import create_app
from tracker.cli import PlainCommand
from tracker.config import Environment, Settings
from tracker.demo.mailing import mail_shown
from tracker.demo.story import INVITED, PEOPLE
from tracker.demo.telling import tell
from tracker.instance import default_database_url, kept_development_secret

DEMO_DAY = date(2020, 11, 2)
WORDS = (
    "amber", "badger", "candle", "copper", "fennel", "harbour", "juniper", "kettle", "lantern", "meadow",
    "orchard", "pebble", "quarry", "ribbon", "saffron", "thimble", "velvet", "willow",
)  # fmt: skip


@click.command("demo", cls=PlainCommand)
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True, help="The port on 127.0.0.1.")
@click.option("--no-serve", is_flag=True, help="Make the database and print how to sign in, and stop there.")
@click.option("--today", is_flag=True, help="Run it on the real date instead of 2 November 2020.")
def demo_command(port: int, no_serve: bool, today: bool) -> None:
    """Make a fresh demonstration with fictional organisations in every state, and serve it."""
    if os.environ.get("TRACKER_ENV") == Environment.PRODUCTION:
        raise click.ClickException("A demonstration is not made where TRACKER_ENV is production: unset it first.")
    if not no_serve and _is_taken(port):
        raise click.ClickException(f"Port {port} is taken by another program: choose another with --port.")
    database_url = _fresh_database()
    environ = {**os.environ, "DATABASE_URL": database_url, "TRACKER_BASE_URL": f"http://127.0.0.1:{port}"}
    # Nothing of a demonstration goes anywhere else, whatever is set for real work.
    environ["MAIL"] = "console"
    for name in ("DATABASE_OWNER_URL", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "TRACKER_TODAY"):
        environ.pop(name, None)
    if not today:
        environ["TRACKER_TODAY"] = DEMO_DAY.isoformat()
    app = create_app(Settings.from_environment(environ, development_secret=kept_development_secret()))
    app.extensions["is_demonstration"] = True
    password = "-".join(secrets.choice(WORDS) for _ in range(4))
    click.echo("Making the demonstration...", err=True)
    with app.app_context():
        logging.getLogger("alembic").setLevel(logging.WARNING)
        upgrade()
        tell(password, last_day=clock.today())
    _say_how_to_sign_in(port, password, database_url, None if today else DEMO_DAY)
    if not no_serve:
        _serve(app, port)


def _fresh_database() -> str:
    """An empty SQLite file of the demonstration's own, beside the one that real work would use."""
    usual = Path(str(make_url(default_database_url()).database))
    path = usual.with_name("demo.sqlite3")
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (path, path.with_name("demo.sqlite3-wal"), path.with_name("demo.sqlite3-shm")):
        leftover.unlink(missing_ok=True)
    return f"sqlite:///{path}"


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _say_how_to_sign_in(port: int, password: str, database_url: str, pinned: date | None) -> None:
    click.echo(f"The demonstration is at http://127.0.0.1:{port}")
    click.echo("Sign in with one of these addresses; all have the password " + password)
    for person in PEOPLE:
        place = f" of {person.code}" if person.code else ""
        click.echo(f"  {person.email:<38} {person.role.label}{place}")
    click.echo("Regional, national and administrator accounts are asked for a code too. Only a demonstration shows it.")
    click.echo(f"{INVITED.email} has been invited and has not answered yet.")
    pin = f"TRACKER_TODAY={pinned.isoformat()} " if pinned else ""
    click.echo("Commands run on the same data with, for example:")
    click.echo(f"  {pin}DATABASE_URL={database_url} .venv/bin/flask reminders send")


def _serve(app: Flask, port: int) -> None:
    click.echo("Mails (invitations, links to set a password) appear here instead of being sent.")
    click.echo("Press Ctrl+C to stop.", err=True)
    with mail_shown(app):
        run_simple("127.0.0.1", port, app, threaded=True)
