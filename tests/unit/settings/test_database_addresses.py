"""The address of a database is checked before anything opens it, and never repeated: it may hold a password."""

from __future__ import annotations

import pytest

from tracker.config import Settings, SettingsError


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_OWNER_URL"])
@pytest.mark.parametrize(
    "address",
    [
        "mysql://tracker:kingfisher@db.example/tracker",
        "postgresql+psycopg2://tracker:kingfisher@db.example/tracker",
        "postgresql://tracker:kingfisher@db.example:port/tracker",
        "sqlite://kingfisher.sqlite3",
        "sqlite:///",
        "kingfisher.sqlite3",
        "kingfisher",
    ],
)
def test_an_address_that_cannot_be_used_is_a_sentence_without_the_address(name: str, address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: address})
    first, *faults = str(caught.value).splitlines()
    assert first == "The settings need mending:"
    (fault,) = faults
    assert fault.startswith(f"- {name} is not the address of a database that can be used: write postgresql://")
    assert "kingfisher" not in fault


@pytest.mark.parametrize(
    ("address", "used"),
    [
        ("postgres://tracker@db.example/tracker", "postgresql+psycopg://tracker@db.example/tracker"),
        ("postgresql://tracker@db.example/tracker", "postgresql+psycopg://tracker@db.example/tracker"),
        ("postgresql+psycopg:///tracker?host=/run/pg", "postgresql+psycopg:///tracker?host=/run/pg"),
        ("postgresql:///?host=/run/pg", "postgresql+psycopg:///?host=/run/pg"),
        ("postgresql://db.example", "postgresql+psycopg://db.example"),
        ("sqlite:///tracker.sqlite3", "sqlite:///tracker.sqlite3"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
    ],
)
def test_the_addresses_that_can_be_used_name_the_driver(address: str, used: str) -> None:
    settings = Settings.from_environment({"DATABASE_URL": address})
    assert (settings.database_url, settings.database_owner_url) == (used, used)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"DATABASE_URL": "mysql://x", "MAIL": "ftp://x", "LOG_LEVEL": "loud"})
    assert [line.split()[1] for line in str(caught.value).splitlines()[1:]] == ["DATABASE_URL", "MAIL", "LOG_LEVEL"]
