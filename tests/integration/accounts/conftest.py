"""What tests of access need: a country with neighbours, a way to fill in pages, and a picture of every table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import html5lib
import make
import pytest
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.rules import Role
from tracker.db import database, session
from tracker.frameworks.rules import OrganisationType
from tracker.schema import METADATA

XHTML = "{http://www.w3.org/1999/xhtml}"
WRITTEN_BY_READING = {"audit_chain", "audit_entry", "sign_in_session", "throttle_counter"}
"""The only tables that a GET may write."""
WRITTEN_BY_SIGNING_IN = {"last_signed_in_at", "totp_last_step"}
"""The columns of an account that say when it was last used; its own tests look at them."""

_SERIAL = count()

SELECTS = {
    table.name: (
        f"SELECT {', '.join(each.name for each in table.columns if each.name not in WRITTEN_BY_SIGNING_IN)} "
        f'FROM "{table.name}" ORDER BY id'
    )
    for table in METADATA.sorted_tables
    if table.name not in WRITTEN_BY_READING
}
Rows = dict[str, list[Any]]
Fields = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Country:
    """Ids around one trust (XN1): one body in its system, one in its region only, one in neither."""

    own: int
    system: int
    region: int
    same_system: int
    same_region: int
    foreign: int

    def body_of(self, role: Role) -> int | None:
        """The body in which the people of these tests hold a role."""
        return {Role.SYSTEM: self.system, Role.REGION: self.region, Role.NATIONAL: None, Role.ADMINISTRATOR: None}.get(
            role, self.own
        )


@pytest.fixture
def enter(app: Flask, country: Country) -> Callable[[str], FlaskClient]:
    """A fresh browser, of a fresh person (``person_id``) in the place of their role ("nobody" does not sign in)."""

    def browser(who: str) -> FlaskClient:
        client = app.test_client()
        if who != "nobody":
            address = f"{who}{next(_SERIAL)}@example.nhs.uk"
            client.person_id = make.person(Role(who), country.body_of(Role(who)), email=address)  # type: ignore[attr-defined]
            make.enter(client, address)
        return client

    return browser


@pytest.fixture
def country(world: make.World) -> Country:
    system = make.organisation("QN2", "Fells Health and Care", OrganisationType.SYSTEM, region=world.north_region)
    trust = make.organisation(
        "XN2", "Fells Hospitals NHS Trust", OrganisationType.TRUST, region=world.north_region, system=system
    )
    fellow = make.organisation(
        "XN3", "Becks Hospitals NHS Trust", OrganisationType.TRUST, region=world.north_region, system=world.north_system
    )
    session().commit()
    return Country(
        own=world.north_trust,
        system=world.north_system,
        region=world.north_region,
        same_system=fellow,
        same_region=trust,
        foreign=world.south_trust,
    )


@pytest.fixture
def robin(world: make.World) -> str:
    """The address of the lead of XN1."""
    make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    return "robin@example.nhs.uk"


@pytest.fixture
def tables(app: Flask) -> Callable[[], Rows]:
    """Everything that is stored, leaving out what a mere reader may write."""

    def read() -> Rows:
        session().rollback()
        with database.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                return {name: list(connection.exec_driver_sql(select).cursor) for name, select in SELECTS.items()}
            # As text and in one statement: a test may ask hundreds of times.
            parts = (f"(SELECT array_agg(t::text) FROM ({select}) t)" for select in SELECTS.values())
            row = connection.exec_driver_sql(f"SELECT {', '.join(parts)}").one()
            return {name: list(rows or ()) for name, rows in zip(SELECTS, row, strict=True)}

    return read


@pytest.fixture
def later() -> Callable[..., Any]:
    """A time after noon of the tests' day: ``with later(minutes=31): …``."""
    return lambda **by: clock.frozen(NOON + timedelta(**by))


@pytest.fixture
def fields_of() -> Callable[..., Fields]:
    """What a browser would send of one form of a page as it stands, by the form's address ("" for its own)."""
    return _fields_of


def _fields_of(html: str, action: str = "") -> Fields:
    root = html5lib.parse(html)
    (form,) = [form for form in root.iter(f"{XHTML}form") if (form.get("action") or "") == action]
    sent: Fields = {}
    for name, value in _values(form):
        sent.setdefault(name, []).append(value)
    return sent


def _values(form: Any) -> Iterator[tuple[str, str]]:
    for element in form.iter():
        kind, name = str(element.tag).removeprefix(XHTML), element.get("name")
        if not name:
            continue
        if kind == "textarea":
            yield name, element.text or ""
        elif kind == "select":
            yield from ((name, o.get("value")) for o in element.iter(f"{XHTML}option") if o.get("selected") is not None)
        elif kind == "input" and element.get("type") in ("radio", "checkbox"):
            if element.get("checked") is not None:
                yield name, element.get("value")
        elif kind == "input":
            yield name, element.get("value") or ""
