"""The settings of the service, read once from the environment; it knows no feature and opens nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

CHECKOUT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsError(click.ClickException):
    """The environment does not describe a service that can start; the message names every setting at fault.

    On the command line it is printed as it stands, with exit code 1; a server that imports wsgi.py fails with it.
    """


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Settings:
    """One value for each row of README's settings table."""

    environment: Environment
    database_url: str
    database_owner_url: str
    secret_key: str
    base_url: str
    trusted_hosts: tuple[str, ...]
    pinned_today: date | None
    mail: str
    mail_from: str
    log_level: str

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check every setting.

        Raises SettingsError with one sentence for each setting that is missing or wrong, all of them at once.
        """
        faults: list[str] = []
        environment = _environment(environ, faults)
        in_production = environment is Environment.PRODUCTION
        if in_production:
            faults.extend(
                f"{name} is missing: production needs it."
                for name in (
                    "DATABASE_URL",
                    "SECRET_KEY",
                    "TRACKER_BASE_URL",
                    "TRUSTED_HOSTS",
                    "MAIL",
                    "MAIL_FROM",
                )
                if not environ.get(name)
            )
        database_url = _database_url(environ, "DATABASE_URL", default_database_url(), faults)
        settings = cls(
            environment=environment,
            database_url=database_url,
            database_owner_url=_database_url(environ, "DATABASE_OWNER_URL", database_url, faults),
            secret_key=_secret_key(environ, in_production, faults),
            base_url=_base_url(environ, in_production, faults),
            trusted_hosts=tuple(h.strip() for h in environ.get("TRUSTED_HOSTS", "").split(",") if h.strip()),
            pinned_today=_pinned_today(environ, in_production, faults),
            mail=_mail(environ, faults),
            mail_from=environ.get("MAIL_FROM") or "Health inequalities action tracker <tracker@localhost>",
            log_level=_log_level(environ, faults),
        )
        if faults:
            raise SettingsError("The settings need mending:\n" + "\n".join(f"- {fault}" for fault in faults))
        return settings


def default_database_url() -> str:
    """SQLite in the folder ``instance/`` beside a checkout, or below the working folder when installed."""
    home = CHECKOUT if (CHECKOUT / "pyproject.toml").exists() else Path.cwd()
    return f"sqlite:///{home / 'instance' / 'tracker.sqlite3'}"


def driver_url(url: str) -> str:
    """Name the PostgreSQL driver that the lock file pins, so that plain ``postgresql://`` addresses work.

    >>> driver_url("postgres://tracker@localhost/tracker")
    'postgresql+psycopg://tracker@localhost/tracker'
    >>> driver_url("sqlite:///tracker.sqlite3")
    'sqlite:///tracker.sqlite3'
    """
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _environment(environ: Mapping[str, str], faults: list[str]) -> Environment:
    given = environ.get("TRACKER_ENV") or Environment.DEVELOPMENT.value
    try:
        return Environment(given)
    except ValueError:
        faults.append(f'TRACKER_ENV is "{given}": write development or production.')
        return Environment.PRODUCTION


def _database_url(environ: Mapping[str, str], name: str, default: str, faults: list[str]) -> str:
    """The address of a database that the service knows how to use. The fault leaves it out: it may hold a password."""
    given = environ.get(name)
    if not given:
        return default
    url = driver_url(given)
    try:
        parts = make_url(url)
        # SQLite without a file would be a database in memory, gone with the process.
        is_usable = parts.drivername == "postgresql+psycopg" or (url.startswith("sqlite:///") and bool(parts.database))
    except (ArgumentError, ValueError):
        is_usable = False
    if not is_usable:
        faults.append(
            f"{name} is not the address of a database that can be used: write postgresql://user:password@host/database "
            "(or postgres://…), or sqlite:///file."
        )
        return default
    return url


def _secret_key(environ: Mapping[str, str], in_production: bool, faults: list[str]) -> str:
    given = environ.get("SECRET_KEY", "")
    if given and in_production and (len(given) < SHORTEST_SECRET or len(set(given)) < 10):
        faults.append(
            f"SECRET_KEY is weak: use at least {SHORTEST_SECRET} random characters, for example the output of "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    # No built-in default: a development run without a secret gets one of its own, which dies with it.
    return given or secrets.token_urlsafe(48)


def _base_url(environ: Mapping[str, str], in_production: bool, faults: list[str]) -> str:
    given = (environ.get("TRACKER_BASE_URL") or "http://127.0.0.1:5000").rstrip("/")
    address = urlsplit(given)
    if address.scheme not in ("http", "https") or not address.netloc:
        faults.append(f'TRACKER_BASE_URL is "{given}": write a whole address such as https://tracker.example.nhs.uk.')
    elif in_production and address.scheme != "https":
        faults.append("TRACKER_BASE_URL must start with https:// in production.")
    return given


def _pinned_today(environ: Mapping[str, str], in_production: bool, faults: list[str]) -> date | None:
    given = environ.get("TRACKER_TODAY")
    if not given:
        return None
    if in_production:
        faults.append("TRACKER_TODAY pins the date for a demonstration and is refused in production: remove it.")
    try:
        return date.fromisoformat(given)
    except ValueError:
        faults.append(f'TRACKER_TODAY is "{given}": write a date as YYYY-MM-DD, for example 2020-11-02.')
        return None


def _mail(environ: Mapping[str, str], faults: list[str]) -> str:
    given = environ.get("MAIL") or "console"
    if given != "console" and not given.startswith(("smtp://", "smtps://")):
        faults.append('MAIL must be "console", smtp://user:password@host:port or smtps://user:password@host:port.')
    return given


def _log_level(environ: Mapping[str, str], faults: list[str]) -> str:
    given = (environ.get("LOG_LEVEL") or "INFO").upper()
    if given not in LOG_LEVELS:
        faults.append(f'LOG_LEVEL is "{given}": write one of {", ".join(LOG_LEVELS)}.')
    return given
