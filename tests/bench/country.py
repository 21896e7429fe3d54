"""Makes a fictional country of any size straight in the tables, the same one each time; it must not know who measures.

``make_country(353)`` is as large as England was in 2020: 353 trusts and CCGs in 42 systems and 7 regions. Beyond that
the country grows by practices, which are then tracked. Everybody has taken up every framework; six items in ten have a
history of one to five entries, and the table ``progress`` says what the last of them says. All names are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, islice, product
from random import Random

import make
import sqlalchemy as sa
from bench.country_framework import wide_framework
from bench.country_progress import LONG_AGO, Body, insert, store_progress

from tracker.accounts import passwords, vault
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, Role
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.db import session
from tracker.evidence.models import Evidence
from tracker.frameworks.commands import load_built_in_frameworks
from tracker.frameworks.rules import OrganisationType, Service
from tracker.frameworks.service import load_definition
from tracker.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationLife,
    OrganisationLink,
    OrganisationName,
    OrganisationService,
    TrackingChoice,
)
from tracker.organisations.rules import FactSource, LinkKind
from tracker.progress.models import ProgressEntry

PASSWORD = "seven quiet herons"

TRUSTS_AND_CCGS, TRUSTS, SYSTEMS, REGIONS = 353, 218, 42, 7
PLACES = [
    f"{first}{last}"
    for last, first in product(
        ("dale", "ford", "wick", "combe", "mere", "hurst", "stow", "ley", "holme", "bourne", "thorpe", "well"),
        ("Alder", "Birch", "Cran", "Dun", "Elm", "Fern", "Gorse", "Hazel", "Ivy", "Juniper", "Kes", "Lark", "Marl"),
    )
]
PEOPLE = [f"{first} {last}" for first in ("Robin", "Sam", "Alex", "Jo", "Kit") for last in ("Ashdown", "Marsh", "Fell")]
JOB_TITLES = ("Director of Strategy", "Medical Director", "Chief Nurse", "Director of Public Health and Partnerships")


REGION_EMAIL, NATIONAL_EMAIL, LEAD_EMAIL = "region@example.nhs.uk", "national@example.nhs.uk", "lead@example.nhs.uk"


@dataclass(frozen=True, slots=True)
class Country:
    """Where to look in a country that was made."""

    organisations: int
    region_code: str
    system_code: str
    trust_code: str


def make_country(organisations: int, *, more_asks: int = 0) -> Country:
    """Fill an empty database that has its tables, and commit; call it inside an application context.

    ``more_asks`` are asked of everybody beside those of the built-in frameworks, of which a practice has fourteen.
    """
    random = Random(organisations)
    load_built_in_frameworks()
    if more_asks:
        load_definition(wide_framework(more_asks))
    session().flush()
    bodies = list(_bodies(organisations))
    _store_bodies(bodies, random)
    _store_people(bodies, random)
    store_progress(bodies, random)
    _mend_sequences()
    session().commit()
    trust = next(body for body in bodies if body.kind is OrganisationType.TRUST)
    by_id = {body.id: body for body in bodies}
    assert trust.region is not None
    assert trust.system is not None
    return Country(organisations, by_id[trust.region].code, by_id[trust.system].code, trust.code)


def _bodies(organisations: int) -> Iterator[Body]:
    """Regions, systems within them, and organisations within those, in turn; small countries have fewer of each."""
    ids, places = count(1), count()
    trusts_and_ccgs = min(organisations, TRUSTS_AND_CCGS)
    trusts = max(1, trusts_and_ccgs * TRUSTS // TRUSTS_AND_CCGS)
    regions = [
        Body(next(ids), f"YB{n}", f"{PLACES[-n]} and {PLACES[n]} Region", OrganisationType.REGION)
        for n in range(1, min(REGIONS, max(2, organisations // 50)) + 1)
    ]
    systems = [
        Body(next(ids), f"QB{n:02}", f"{PLACES[n]} and {PLACES[-n]} Partnership", OrganisationType.SYSTEM, region.id)
        for n, region in islice(_dealt(regions), min(SYSTEMS, max(3, organisations // 8)))
    ]
    yield from regions
    yield from systems
    for n, system in islice(_dealt(systems), organisations):
        place = PLACES[next(places) % len(PLACES)]
        if n <= trusts:
            code, name, kind = f"XB{n:03}", f"{place} University Hospitals NHS Foundation Trust", OrganisationType.TRUST
        elif n <= trusts_and_ccgs:
            code, name, kind = f"0B{n:03}", f"NHS {place} and {PLACES[-n % 50]} CCG", OrganisationType.CCG
        else:
            code, name, kind = f"ZB{n:05}", f"{place} Surgery {n}", OrganisationType.PRACTICE
        yield Body(next(ids), code, name, kind, system.region, system.id)


def _dealt(bodies: list[Body]) -> Iterator[tuple[int, Body]]:
    return ((n, bodies[(n - 1) % len(bodies)]) for n in count(1))


def _store_bodies(bodies: list[Body], random: Random) -> None:
    fact = {"source": FactSource.ODS, "recorded_at": LONG_AGO}
    insert(Organisation, ({"id": body.id, "code": body.code, "recorded_at": LONG_AGO} for body in bodies))
    insert(OrganisationLife, ({"organisation_id": body.id, **fact} for body in bodies))
    insert(
        OrganisationName,
        (
            {"organisation_id": body.id, "published_name": body.name.upper(), "display_name": body.name, **fact}
            for body in bodies
        ),
    )
    insert(OrganisationKind, ({"organisation_id": body.id, "organisation_type": body.kind, **fact} for body in bodies))
    insert(
        OrganisationLink,
        (
            {"child_id": body.id, "parent_id": parent, "link_kind": kind, "is_overridden": False, **fact}
            for body in bodies
            for kind, parent in ((LinkKind.REGION, body.region), (LinkKind.SYSTEM, body.system))
            if parent is not None
        ),
    )
    insert(
        OrganisationService,
        (
            {"organisation_id": body.id, "service": service, "is_provided": random.random() < 0.5, **fact}
            for body in bodies
            for service in Service
            if body.kind is OrganisationType.TRUST and random.random() < 0.8
        ),
    )
    if any(body.kind is OrganisationType.PRACTICE for body in bodies):
        practice = {"organisation_type": OrganisationType.PRACTICE, "is_tracked": True, "recorded_at": LONG_AGO}
        insert(TrackingChoice, [practice])


def _store_people(bodies: list[Body], random: Random) -> None:
    """Three people who sign in (ids 1 to 3), and a named lead in nine organisations of ten."""
    trust = next(body for body in bodies if body.kind is OrganisationType.TRUST)
    signing_in = (
        (1, Role.REGION, trust.region, REGION_EMAIL),
        (2, Role.NATIONAL, None, NATIONAL_EMAIL),
        (3, Role.LEAD, trust.id, LEAD_EMAIL),
    )
    led = [body for body in bodies if body.kind is not OrganisationType.REGION and random.random() < 0.9]
    emails = {number: email for number, _, _, email in signing_in}
    insert(
        Person,
        (
            {
                "id": number,
                "name": PEOPLE[number % len(PEOPLE)],
                "contact_email": emails.get(number, f"lead{number}@example.nhs.uk"),
                "recorded_at": LONG_AGO,
            }
            for number in range(1, 4 + len(led))
        ),
    )
    password = passwords.hash_password(PASSWORD)
    for number, role, body_id, email in signing_in:
        account = {"person_id": number, "sign_in_email": email, "password_hash": password, "created_at": LONG_AGO}
        if role in NEEDS_SECOND_FACTOR:
            account |= {"totp_secret": vault.seal(make.AUTHENTICATOR), "totp_confirmed_at": LONG_AGO}
        insert(Account, [{**account, "is_active": True, "failed_sign_ins": 0}])
        insert(Membership, [{"person_id": number, "role": role, "organisation_id": body_id, "granted_at": LONG_AGO}])
    insert(
        Appointment,
        (
            {
                "organisation_id": body.id,
                "person_id": number,
                "role": AppointmentRole.EXECUTIVE_LEAD,
                "job_title": random.choice(JOB_TITLES),
                "starts_on": date(2020, 9, 14),
                "recorded_at": LONG_AGO,
            }
            for number, body in enumerate(led, 4)
        ),
    )


def _mend_sequences() -> None:
    """Rows came with ids of their own; PostgreSQL must count on from them, and know how many there are."""
    if session().get_bind().dialect.name != "postgresql":
        return
    for model in (Organisation, Person, ProgressEntry, Evidence):
        table = model.__tablename__
        session().execute(sa.text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
    session().execute(sa.text("ANALYZE"))
