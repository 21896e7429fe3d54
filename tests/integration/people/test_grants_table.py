"""Every granter × every role × own, neighbouring and foreign bodies, through the real forms: exactly what is granted.

What is expected is written out here once more, and not read from GRANTS: a slip there must turn this red.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.people.inviting import invitations, invite, roles_of

from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.db import session

Enter = Callable[..., FlaskClient]
Tables = Callable[[], object]

TRUSTS = {"own": "XN1", "same system": "XN3", "same region": "XN2", "foreign": "XS1", "none": ""}
SYSTEMS = {"own": "QN1", "same region": "QN2", "foreign": "QS1", "none": ""}
REGIONS = {"own": "YN1", "foreign": "YS1", "none": ""}
NOWHERE = {"own": "XN1", "none": ""}
PLACES = {
    Role.LEAD: TRUSTS,
    Role.CONTRIBUTOR: TRUSTS,
    Role.BOARD: TRUSTS,
    Role.SYSTEM: SYSTEMS,
    Role.REGION: REGIONS,
    Role.NATIONAL: NOWHERE,
    Role.ADMINISTRATOR: NOWHERE,
}
"""Where each role could be held, seen from XN1; no organisation for those that are held in none."""

REACHED = {"own", "same system", "same region"}
MAY_GIVE: dict[Role, dict[Role, set[str]]] = {
    # A lead who names no organisation means the only one they have.
    Role.LEAD: {Role.CONTRIBUTOR: {"own", "none"}, Role.BOARD: {"own", "none"}},
    Role.REGION: {Role.LEAD: REACHED},
    Role.ADMINISTRATOR: {
        Role.LEAD: {*REACHED, "foreign"},
        Role.CONTRIBUTOR: {*REACHED, "foreign"},
        Role.BOARD: {*REACHED, "foreign"},
        Role.SYSTEM: {"own", "same region", "foreign"},
        Role.REGION: {"own", "foreign"},
        Role.NATIONAL: {"none"},
        Role.ADMINISTRATOR: {"none"},
    },
}


ON_BOTH = [*(("sqlite", role) for role in Role), ("postgresql", Role.REGION), ("postgresql", Role.ADMINISTRATOR)]
"""Everybody on SQLite, and on PostgreSQL those who reach furthest: the statements are the same."""
as_each = pytest.mark.parametrize(("database_url", "granter"), ON_BOTH, indirect=["database_url"])


def cases() -> Iterator[tuple[Role, str, str]]:
    for role, places in PLACES.items():
        for relation, code in places.items():
            yield role, relation, code


@as_each
def test_every_role_is_given_by_exactly_those_of_the_table_within_their_reach(
    enter: Enter, tables: Tables, granter: Role
) -> None:
    client, wrong = enter(granter), []
    allowed = MAY_GIVE.get(granter, {})
    for number, (role, relation, code) in enumerate(cases()):
        before, address = tables(), f"person{number}@example.nhs.uk"
        if allowed:
            answer = invite(client, role, code, email=address)
        else:
            token = make.csrf_token(client, "/organisations")
            answer = client.post("/people/invite", data={"csrf_token": token, "email": address, "role": role.value})
        expected = relation in allowed.get(role, set())
        is_made = answer.status_code == 302
        if is_made is not expected or (answer.status_code == 200) is not (not expected and bool(allowed)):
            wrong.append(f"{granter} → {role}, {relation}: {answer.status_code}")
        if is_made:
            made = invitations()[-1]
            body = find_organisation_id(code or "XN1") if role in (Role.CONTRIBUTOR, Role.BOARD) or code else None
            assert (made.role, made.organisation_id) == (role, body)
        else:
            assert tables() == before, f"{granter} → {role}, {relation} has written."
        assert roles_of(address) == [], "Nobody holds a role before they accept."
    assert wrong == []


@as_each
def test_every_role_is_taken_away_by_exactly_those_of_the_table_within_their_reach(
    enter: Enter, tables: Tables, granter: Role
) -> None:
    client, serial, wrong = enter(granter), count(), []
    token = make.csrf_token(client, "/organisations")
    for role, relation, code in cases():
        if (code == "") is (role not in (Role.NATIONAL, Role.ADMINISTRATOR)):
            continue  # Nobody can hold such a role.
        address = f"holder{next(serial)}@example.nhs.uk"
        person_id = make.person(role, find_organisation_id(code) if code else None, email=address)
        membership_id = session().scalar(sa.select(Membership.id).where(Membership.person_id == person_id))
        before = tables()
        path = f"/people/{person_id}/roles/{membership_id}/remove"
        asked, done = client.get(path), client.post(path, data={"csrf_token": token})
        expected = relation in MAY_GIVE.get(granter, {}).get(role, set())
        if (done.status_code == 302) is not expected or asked.status_code != (200 if expected else done.status_code):
            wrong.append(f"{granter} ends {role}, {relation}: {asked.status_code}, {done.status_code}")
        if expected:
            assert roles_of(address) == []
        else:
            assert done.status_code in (403, 404)
            assert tables() == before, f"{granter} ends {role}, {relation} has written."
    assert wrong == []


@as_each
def test_the_page_offers_exactly_the_roles_that_may_be_given(enter: Enter, granter: Role) -> None:
    page = enter(granter).get("/people/invite")
    offered = {role for role in Role if f'name="role" type="radio" value="{role.value}"' in page.text}
    assert offered == set(MAY_GIVE.get(granter, {}))
    assert page.status_code == (200 if offered else 403)


def test_two_roles_of_one_person_do_not_lend_each_other_their_reach(
    enter: Enter, world: make.World, tables: Tables
) -> None:
    """The lead of a northern trust who is in the southern regional team gives each what that role may give there."""
    client = enter(Role.REGION, world.south_region)
    session().add(
        Membership(
            person_id=make.person(Role.REGION, world.south_region),
            role=Role.LEAD,
            organisation_id=world.north_trust,
            granted_at=make.LONG_AGO,
        )
    )
    session().commit()
    before = tables()
    assert "You cannot give this role in this organisation" in invite(client, Role.LEAD, "XN1").text
    assert "You cannot give this role in this organisation" in invite(client, Role.BOARD, "XS1").text
    assert "no open organisation" in invite(client, Role.LEAD, "XN3").text
    assert tables() == before
    assert invite(client, Role.BOARD, "XN1").status_code == 302
    assert invite(client, Role.LEAD, "XS1").status_code == 302


def test_what_is_expected_here_covers_every_role() -> None:
    assert set(PLACES) == set(Role)
