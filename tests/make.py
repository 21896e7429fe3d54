"""Builds the fictional organisations, people and positions that tests are about; every name here is invented."""

from __future__ import annotations

import contextvars
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
import stored_rows
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts import passwords, vault, viewers
from tracker.accounts.access import SIGN_IN
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, Role, SessionStep
from tracker.accounts.tokens import token_hash
from tracker.db import session, transaction
from tracker.frameworks.commands import load_built_in_frameworks
from tracker.frameworks.rules import OrganisationType, Service
from tracker.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationLife,
    OrganisationLink,
    OrganisationName,
    OrganisationService,
)
from tracker.organisations.rules import LinkKind
from tracker.sign_in import service as sign_in_service
from tracker.sign_in import totp

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PASSWORD = "seven quiet herons"
AUTHENTICATOR = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The secret of every authenticator in the tests."""
_PASSWORD_HASH = passwords.hash_password(PASSWORD)


@dataclass(frozen=True, slots=True)
class World:
    """Ids of a small fictional part of the country: two regions, two systems, two trusts, a CCG."""

    north_region: int
    south_region: int
    north_system: int
    south_system: int
    north_trust: int
    south_trust: int
    north_ccg: int


def world() -> World:
    """Load the built-in frameworks and make the organisations of ``World``.

    Made once a run through the real loader and then copied, because thousands of tests begin with it: row by row, or
    in one piece into a database in memory that is still empty.
    """
    if not _SNAPSHOT:
        _SNAPSHOT.append((_made_world(), stored_rows.all_rows()))
        return _SNAPSHOT[0][0]
    before = stored_rows.as_bytes()
    if before is not None and before in _FILES:
        stored_rows.put_bytes(_FILES[before])
        return _SNAPSHOT[0][0]
    stored_rows.insert_rows(_SNAPSHOT[0][1])
    after = stored_rows.as_bytes()
    if before is not None and after is not None and not _FILES:
        _FILES[before] = after
    return _SNAPSHOT[0][0]


_SNAPSHOT: list[tuple[World, stored_rows.Rows]] = []
_FILES: dict[bytes, bytes] = {}
"""A database in memory with no row, and the same with the world in it."""


def _made_world() -> World:
    with clock.frozen(LONG_AGO):
        load_built_in_frameworks()
    north = organisation("YN1", "Northern Dales Region", OrganisationType.REGION)
    south = organisation("YS1", "Southern Downs Region", OrganisationType.REGION)
    north_system = organisation("QN1", "Dales Health and Care", OrganisationType.SYSTEM, region=north)
    south_system = organisation("QS1", "Downs Health and Care", OrganisationType.SYSTEM, region=south)
    made = World(
        north_region=north,
        south_region=south,
        north_system=north_system,
        south_system=south_system,
        north_trust=organisation(
            "XN1", "Dales Hospitals NHS Trust", OrganisationType.TRUST, region=north, system=north_system
        ),
        south_trust=organisation(
            "XS1", "Downs Hospitals NHS Trust", OrganisationType.TRUST, region=south, system=south_system
        ),
        north_ccg=organisation("0N1", "NHS Dales CCG", OrganisationType.CCG, region=north, system=north_system),
    )
    session().commit()
    return made


def organisation(
    code: str,
    name: str,
    organisation_type: OrganisationType,
    *,
    region: int | None = None,
    system: int | None = None,
    opened_on: date | None = None,
    closed_on: date | None = None,
    recorded_at: datetime = LONG_AGO,
) -> int:
    """One organisation with its name, type and links; its id."""
    made = Organisation(code=code, recorded_at=recorded_at)
    session().add(made)
    session().flush()
    session().add_all(
        [
            OrganisationLife(organisation_id=made.id, starts_on=opened_on, ends_on=closed_on, recorded_at=recorded_at),
            OrganisationName(
                organisation_id=made.id,
                published_name=name.upper(),
                display_name=name,
                recorded_at=recorded_at,
            ),
            OrganisationKind(organisation_id=made.id, organisation_type=organisation_type, recorded_at=recorded_at),
        ]
    )
    for kind, parent in ((LinkKind.REGION, region), (LinkKind.SYSTEM, system)):
        if parent is not None:
            session().add(OrganisationLink(child_id=made.id, parent_id=parent, link_kind=kind, recorded_at=recorded_at))
    session().flush()
    return made.id


def service_answer(organisation_id: int, service: Service, is_provided: bool) -> None:
    """Record whether an organisation runs a service."""
    session().add(
        OrganisationService(
            organisation_id=organisation_id, service=service, is_provided=is_provided, recorded_at=LONG_AGO
        )
    )
    session().commit()


def person(
    role: Role,
    organisation_id: int | None = None,
    *,
    email: str | None = None,
    name: str = "Robin Ashdown",
) -> int:
    """Somebody with an account, a password and one membership, made once; the person's id.

    Whoever needs a second factor has set one up, with the secret AUTHENTICATOR.
    """
    address = email or f"{role.value}.{organisation_id or 'all'}@example.nhs.uk"
    known = session().scalar(sa.select(Account.person_id).where(Account.sign_in_email == address))
    if known is not None:
        return known
    made = Person(name=name, contact_email=address, recorded_at=LONG_AGO)
    session().add(made)
    session().flush()
    session().add_all(
        [
            Account(
                person_id=made.id,
                sign_in_email=address,
                password_hash=_PASSWORD_HASH,
                is_active=True,
                created_at=LONG_AGO,
                totp_secret=vault.seal(AUTHENTICATOR) if role in NEEDS_SECOND_FACTOR else None,
                totp_confirmed_at=LONG_AGO if role in NEEDS_SECOND_FACTOR else None,
            ),
            Membership(person_id=made.id, role=role, organisation_id=organisation_id, granted_at=LONG_AGO),
        ]
    )
    session().commit()
    return made.id


def also(person_id: int, role: Role, organisation_id: int | None = None) -> None:
    """One membership more of somebody who was made before."""
    held = Membership(person_id=person_id, role=role, organisation_id=organisation_id, granted_at=LONG_AGO)
    session().add(held)
    session().commit()


def sign_in(client: FlaskClient, role: Role, organisation_id: int | None = None) -> None:
    """Sign a fresh person of this role in."""
    person(role, organisation_id)
    enter(client, f"{role.value}.{organisation_id or 'all'}@example.nhs.uk")


def sign_in_by_pages(client: FlaskClient, role: Role, organisation_id: int | None = None) -> None:
    """The same through the pages, for tests of what those leave behind."""
    person(role, organisation_id)
    enter_by_pages(client, f"{role.value}.{organisation_id or 'all'}@example.nhs.uk")


def enter(client: FlaskClient, email: str) -> None:
    """Sign somebody in by the service that the pages ask, with a code where one is needed; the pages have own tests."""
    if has_app_context():
        session().commit()
    token = contextvars.Context().run(_token_of_a_sign_in, client.application, email)
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie[SIGN_IN] = token


def _token_of_a_sign_in(app: Flask, email: str) -> str:
    with app.test_request_context("/sign-in", method="POST"), transaction():
        g.request_id = "of-a-test"
        first = sign_in_service.sign_in(email, PASSWORD, browser="a test")
        assert first.token is not None, f"{email} does not get in."
        if first.step is not SessionStep.SECOND_FACTOR:
            return first.token
        session().execute(sa.update(Account).where(Account.sign_in_email == email).values(totp_last_step=None))
        waiting = viewers.find_unfinished_sign_in(token_hash(first.token), started_since=LONG_AGO)
        assert waiting is not None
        code = totp.code_of(AUTHENTICATOR, totp.step_of(clock.real_now()))
        second = sign_in_service.give_code(waiting, code, browser="a test")
        assert second.token is not None, f"The code of {email} is wrong."
        return second.token


def enter_by_pages(client: FlaskClient, email: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page as a person would, and the page for the code where it comes."""
    response = client.post(
        "/sign-in", data={"csrf_token": csrf_token(client, "/sign-in"), "email": email, "password": password}
    )
    assert response.status_code == 302, response.get_data(as_text=True)
    if response.location.startswith("/sign-in/code"):
        give_code(client, email, response.location)


def give_code(client: FlaskClient, email: str, path: str = "/sign-in/code") -> None:
    """Give the code of AUTHENTICATOR; time stands still in tests, so a code taken before is forgotten first."""
    session().execute(sa.update(Account).where(Account.sign_in_email == email).values(totp_last_step=None))
    session().commit()
    code = totp.code_of(AUTHENTICATOR, totp.step_of(clock.real_now()))
    response = client.post(path, data={"csrf_token": csrf_token(client, path), "code": code})
    assert response.status_code == 302, response.get_data(as_text=True)


def csrf_token(client: FlaskClient, path: str) -> str:
    """The token of the first form on a page."""
    text = client.get(path).get_data(as_text=True)
    return text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
