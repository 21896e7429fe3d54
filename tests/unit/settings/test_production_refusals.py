"""Production refuses to start with a weak or missing secret, debug, a pinned date, mail on the screen, http."""

from __future__ import annotations

import secrets

import pytest

from tracker.config import Settings, SettingsError
from tracker.production import is_weak

GOOD = {
    "TRACKER_ENV": "production",
    "DATABASE_URL": "postgresql://db.example/tracker?sslmode=verify-full",
    "SECRET_KEY": "Zq3vB8xk1LrT0ypW5uJmE9dHsG4cNfA7",
    "TRACKER_BASE_URL": "https://tracker.example.nhs.uk",
    "TRUSTED_HOSTS": "tracker.example.nhs.uk",
    "MAIL": "smtps://user:word@mail.example:465",
    "MAIL_FROM": "tracker@tracker.example.nhs.uk",
}


def faults(**changes: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({**GOOD, **changes})
    first, *lines = str(caught.value).splitlines()
    assert first == "The settings need mending:"
    return [line.removeprefix("- ") for line in lines]


def test_good_settings_are_taken() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.is_production
    assert settings.secret_key == GOOD["SECRET_KEY"]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "Zq3vB8xk1LrT0ypW5uJmE9dHsG4cNf", "SECRET_KEY is weak"),
        ("SECRET_KEY", "ab" * 40, "SECRET_KEY is weak"),
        ("SECRET_KEY", "please-change-me-Zq3vB8xk1LrT0ypW5u", "SECRET_KEY is weak"),
        ("SECRET_KEY", "my-Secret-key-Zq3vB8xk1LrT0ypW5uJmE9", "SECRET_KEY is weak"),
        ("SECRET_KEY", "Zq3vB8xk1LrT0ypW5uJm00000000000000", "SECRET_KEY is weak"),
        ("SECRET_KEY", "0123456789abcdefghijklmnopqrstuvwxyz", "SECRET_KEY is weak"),
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("SECRET_KEY_FALLBACKS", f"{GOOD['SECRET_KEY']},short", "SECRET_KEY_FALLBACKS holds a weak secret (number 2)"),
        ("FLASK_DEBUG", "1", "FLASK_DEBUG is on"),
        ("FLASK_DEBUG", "true", "FLASK_DEBUG is on"),
        ("TRACKER_TODAY", "2020-11-02", "TRACKER_TODAY pins the date"),
        ("TRACKER_BASE_URL", "http://tracker.example.nhs.uk", "TRACKER_BASE_URL must start with https://"),
        ("TRACKER_BASE_URL", "https://elsewhere.example", "TRUSTED_HOSTS leaves out elsewhere.example"),
        ("TRACKER_BASE_URL", "https://us:word@tracker.example.nhs.uk", "TRACKER_BASE_URL is not the address of a site"),
        ("TRACKER_BASE_URL", "https://tracker.example.nhs.uk/at?q=1", "TRACKER_BASE_URL is not the address of a site"),
        ("TRACKER_BASE_URL", "https://tracker.example.nhs.uk/#top", "TRACKER_BASE_URL is not the address of a site"),
        ("TRUSTED_HOSTS", "", "TRUSTED_HOSTS is missing"),
        ("TRUSTED_HOSTS", "tracker.example.nhs.uk,.uk", 'TRUSTED_HOSTS holds ".uk"'),
        ("MAIL", "smtps://", 'MAIL must be "console", smtp://'),
        ("MAIL", "smtps://mail.example:port", 'MAIL must be "console", smtp://'),
        ("MAIL_FROM", "notanaddress", "MAIL_FROM is not an address"),
        ("MAIL_FROM", "Tracker <tracker@example.nhs.uk>\r\nBcc: all@example.nhs.uk", "MAIL_FROM is not an address"),
        ("MAIL", "console", 'MAIL is "console"'),
        ("MAIL", "", "MAIL is missing"),
        ("MAIL_FROM", "", "MAIL_FROM is missing"),
        ("DATABASE_URL", "", "DATABASE_URL is missing"),
        ("OIDC_ISSUER", "https://id.example", "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together"),
        ("DATABASE_URL", "postgresql://us:word@db.example/tracker", "DATABASE_URL reaches a database on another"),
        ("DATABASE_URL", "postgres://db.example/tracker?sslmode=prefer", "DATABASE_URL reaches a database on another"),
        ("DATABASE_URL", "postgresql:///tracker?host=db.example", "DATABASE_URL reaches a database on another"),
        ("DATABASE_OWNER_URL", "postgresql://db.example/tracker", "DATABASE_OWNER_URL reaches a database on another"),
        ("THROTTLE_URL", "redis://:word@redis.example:6379", "THROTTLE_URL reaches a Redis on another machine"),
        ("MAIL", "smtp://us:word@mail.example:587", "MAIL reaches a server on another machine"),
        ("NOTIFY_URL", "http://notify.example", "NOTIFY_URL reaches a server on another machine without TLS"),
        ("THROTTLE_URL", "memory://", "THROTTLE_URL must start with redis://"),
    ],
)
def test_each_fault_is_one_sentence_that_names_the_setting(name: str, value: str, says: str) -> None:
    (fault,) = faults(**{name: value})
    assert fault.startswith(says)
    assert fault.endswith((".", "…"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://db.example/tracker?sslmode=require"),
        ("DATABASE_URL", "postgresql://127.0.0.1:5433/tracker"),
        ("DATABASE_URL", "postgresql://localhost/tracker"),
        ("DATABASE_URL", "postgresql:///tracker?host=/var/run/postgresql"),
        ("DATABASE_URL", "sqlite:////srv/tracker/tracker.sqlite3"),
        ("THROTTLE_URL", "rediss://:word@redis.example:6380"),
        ("THROTTLE_URL", "redis://localhost:6379"),
        ("MAIL", "smtp://us:word@mail.example:587?starttls=required"),
        ("MAIL", "smtp://127.0.0.1:25"),
    ],
)
def test_a_server_is_reached_with_tls_or_on_this_machine(name: str, value: str) -> None:
    assert Settings.from_environment({**GOOD, name: value})


@pytest.mark.parametrize("hosts", ["https://tracker.example.nhs.uk", "*", "tracker.example.nhs.uk:443", "a b"])
def test_a_trusted_host_is_a_name_and_nothing_else(hosts: str) -> None:
    assert faults(TRUSTED_HOSTS=f"tracker.example.nhs.uk,{hosts}") == [
        f'TRUSTED_HOSTS holds "{hosts}": write names such as tracker.example.nhs.uk, without https:// or port, '
        "separated by commas."
    ]


@pytest.mark.parametrize("hosts", ["tracker.example.nhs.uk", ".example.nhs.uk", "Tracker.Example.NHS.uk, 127.0.0.1"])
def test_names_of_hosts_may_be_written_in_their_usual_ways(hosts: str) -> None:
    given = {**GOOD, "TRUSTED_HOSTS": hosts.lower()}
    assert Settings.from_environment(given).trusted_hosts


def test_every_fault_of_production_is_told_at_once_and_no_secret_is_repeated() -> None:
    told = faults(
        SECRET_KEY="kingfisher",
        SECRET_KEY_FALLBACKS="heron,egret",
        FLASK_DEBUG="1",
        TRACKER_TODAY="2020-11-02",
        TRACKER_BASE_URL="http://elsewhere.example",
        MAIL="console",
        DATABASE_URL="",
    )
    assert {fault.split()[0] for fault in told} == {
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "FLASK_DEBUG",
        "TRACKER_TODAY",
        "TRACKER_BASE_URL",
        "TRUSTED_HOSTS",
        "MAIL",
        "DATABASE_URL",
    }
    assert not any(secret in "".join(told) for secret in ("kingfisher", "heron", "egret"))


@pytest.mark.parametrize(
    "changes", [{"SECRET_KEY": "short"}, {"FLASK_DEBUG": "1"}, {"TRACKER_TODAY": "2020-11-02"}, {"MAIL": "console"}]
)
def test_development_takes_what_production_refuses(changes: dict[str, str]) -> None:
    assert Settings.from_environment(changes)


@pytest.mark.parametrize("off", ["0", "false", "No", ""])
def test_debug_that_is_off_is_off(off: str) -> None:
    assert Settings.from_environment({**GOOD, "FLASK_DEBUG": off})


def test_a_secret_of_our_own_recipe_is_never_called_weak() -> None:
    assert not any(is_weak(secrets.token_urlsafe(48)) for _ in range(2000))
