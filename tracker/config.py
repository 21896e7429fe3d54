"""The settings of the service, read once from the environment; it knows no feature and opens nothing."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import urlsplit

import click
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from tracker import mail_place
from tracker.evidence_place import evidence_endpoint, evidence_url
from tracker.instance import default_database_url, default_instance_folder
from tracker.production import HOST_NAME, faults_of_production, listed

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
    secret_key_fallbacks: tuple[str, ...]
    base_url: str
    trusted_hosts: tuple[str, ...]
    trusted_proxies: int
    throttle_url: str
    pinned_today: date | None
    mail: str
    mail_from: str
    notify_api_key: str = field(repr=False)
    notify_template: str
    notify_url: str
    contact: str
    evidence_url: str
    evidence_endpoint: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_domains: tuple[str, ...]
    oidc_claims: Mapping[str, str]
    oidc_name: str
    retention_months: int
    log_level: str

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def has_single_sign_on(self) -> bool:
        return bool(self.oidc_issuer)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, development_secret: str = "") -> Settings:
        """Read and check every setting. ``development_secret`` is used where none is set outside production.

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
            faults.extend(faults_of_production(environ))
        database_url = _database_url(environ, "DATABASE_URL", default_database_url(), faults)
        settings = cls(
            environment=environment,
            database_url=database_url,
            database_owner_url=_database_url(environ, "DATABASE_OWNER_URL", database_url, faults),
            # No built-in default: a run without a secret gets one of its own, which dies with it.
            secret_key=environ.get("SECRET_KEY") or development_secret or secrets.token_urlsafe(48),
            secret_key_fallbacks=listed(environ, "SECRET_KEY_FALLBACKS"),
            base_url=_base_url(environ, in_production, faults),
            trusted_hosts=_trusted_hosts(environ, faults),
            trusted_proxies=_number(environ, "TRUSTED_PROXIES", default=0, least=0, faults=faults),
            throttle_url=_throttle_url(environ, faults),
            pinned_today=_pinned_today(environ, in_production, faults),
            mail=mail_place.mail(environ, faults),
            mail_from=_mail_from(environ, faults),
            notify_api_key=mail_place.notify_api_key(environ, faults),
            notify_template=mail_place.notify_template(environ, faults),
            notify_url=mail_place.notify_url(environ, faults),
            contact=environ.get("CONTACT", "").strip(),
            evidence_url=evidence_url(environ, database_url, default_instance_folder(), faults),
            evidence_endpoint=evidence_endpoint(environ, faults),
            oidc_issuer=_oidc_issuer(environ, in_production, faults),
            oidc_client_id=environ.get("OIDC_CLIENT_ID", ""),
            oidc_client_secret=environ.get("OIDC_CLIENT_SECRET", ""),
            oidc_domains=tuple(domain.lower() for domain in listed(environ, "OIDC_DOMAINS", "nhs.net,nhs.uk")),
            oidc_claims=_oidc_claims(environ, faults),
            oidc_name=environ.get("OIDC_NAME") or "single sign-on",
            retention_months=_number(environ, "RETENTION_MONTHS", default=24, least=1, faults=faults),
            log_level=_log_level(environ, faults),
        )
        if faults:
            raise SettingsError("The settings need mending:\n" + "\n".join(f"- {fault}" for fault in faults))
        return settings


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


def _trusted_hosts(environ: Mapping[str, str], faults: list[str]) -> tuple[str, ...]:
    hosts = tuple(host.lower() for host in listed(environ, "TRUSTED_HOSTS"))
    for host in hosts:
        if not HOST_NAME.fullmatch(host) or (host.startswith(".") and "." not in host[1:]):
            faults.append(
                f'TRUSTED_HOSTS holds "{host}": write names such as tracker.example.nhs.uk, without https:// or port, '
                "separated by commas."
            )
    return hosts


def _base_url(environ: Mapping[str, str], in_production: bool, faults: list[str]) -> str:
    given = (environ.get("TRACKER_BASE_URL") or "http://127.0.0.1:5000").rstrip("/")
    address = urlsplit(given)
    is_plain = not (address.path or address.query or address.fragment or "@" in address.netloc)
    if address.scheme not in ("http", "https") or not address.hostname or not is_plain:
        faults.append(
            "TRACKER_BASE_URL is not the address of a site: write it like https://tracker.example.nhs.uk, with nothing "
            "behind the name and no user."
        )
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


def _throttle_url(environ: Mapping[str, str], faults: list[str]) -> str:
    """Where tries are counted; empty for the database. The fault leaves the address out: it may hold a password."""
    given = environ.get("THROTTLE_URL", "")
    if given and not given.startswith(("redis://", "rediss://")):
        faults.append("THROTTLE_URL must start with redis:// or rediss://; leave it out to count in the database.")
    return given


def _oidc_issuer(environ: Mapping[str, str], in_production: bool, faults: list[str]) -> str:
    given = (environ.get("OIDC_ISSUER") or "").rstrip("/")
    together = [name for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET") if environ.get(name)]
    if together and len(together) < 3:
        faults.append("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all three, or none.")
    address = urlsplit(given)
    if given and (address.scheme not in ("http", "https") or not address.netloc):
        faults.append(
            f'OIDC_ISSUER is "{given}": write the address of the provider, such as https://id.example.nhs.uk.'
        )
    elif given and in_production and address.scheme != "https":
        faults.append("OIDC_ISSUER must start with https:// in production.")
    return given


OIDC_CLAIMS = {"subject": "sub", "email": "email", "name": "name"}


def _oidc_claims(environ: Mapping[str, str], faults: list[str]) -> Mapping[str, str]:
    """Which claim of a provider says what: ``subject=oid,email=preferred_username``."""
    claims = dict(OIDC_CLAIMS)
    for pair in listed(environ, "OIDC_CLAIMS"):
        ours, _, theirs = (part.strip() for part in pair.partition("="))
        if ours not in OIDC_CLAIMS or not theirs:
            faults.append(
                f'OIDC_CLAIMS holds "{pair}": write pairs such as subject=oid,email=preferred_username '
                f"(known: {', '.join(OIDC_CLAIMS)})."
            )
        claims[ours] = theirs
    if claims["subject"] in ("email", "preferred_username", "upn"):
        faults.append(
            "OIDC_CLAIMS takes an address for the subject: name a claim that nobody can choose, as sub or oid."
        )
    return claims


def _number(environ: Mapping[str, str], name: str, *, default: int, least: int, faults: list[str]) -> int:
    given = environ.get(name) or str(default)
    if not given.isascii() or not given.isdigit() or int(given) < least:
        faults.append(f'{name} is "{given}": write a whole number of at least {least}.')
        return default
    return int(given)


def _mail_from(environ: Mapping[str, str], faults: list[str]) -> str:
    given = environ.get("MAIL_FROM") or "Health inequalities action tracker <tracker@localhost>"
    _, address = parseaddr(given)
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", address) or any(mark in given for mark in "\r\n"):
        faults.append("MAIL_FROM is not an address: write name@example.nhs.uk, or a name with the address in <>.")
    return given


def _log_level(environ: Mapping[str, str], faults: list[str]) -> str:
    given = (environ.get("LOG_LEVEL") or "INFO").upper()
    if given not in LOG_LEVELS:
        faults.append(f'LOG_LEVEL is "{given}": write one of {", ".join(LOG_LEVELS)}.')
    return given
