"""A role counts while its body is open, by what is known now: on both sides of each edge, not by what was corrected."""

from __future__ import annotations

from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts import queries, service
from tracker.accounts.queries import roles_in_force
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.organisations.models import OrganisationLife

TODAY = NOON.date()
ONE = timedelta(days=1)


@pytest.fixture
def person_id(client: FlaskClient, world: make.World) -> int:
    """The lead of XN1, signed in."""
    make.sign_in(client, Role.LEAD, world.north_trust)
    return make.person(Role.LEAD, world.north_trust)


def lives(world: make.World, *rows: tuple[date | None, date | None, bool]) -> None:
    """Let these be all that was ever said of when XN1 is open: from, to, and whether it was corrected since."""
    session().execute(sa.delete(OrganisationLife).where(OrganisationLife.organisation_id == world.north_trust))
    session().add_all(
        OrganisationLife(
            organisation_id=world.north_trust,
            starts_on=starts_on,
            ends_on=ends_on,
            recorded_at=make.LONG_AGO,
            superseded_at=clock.now() if is_corrected else None,
        )
        for starts_on, ends_on, is_corrected in rows
    )
    session().commit()


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ([(None, None, False)], True),
        ([(TODAY, None, False)], True),
        ([(TODAY + ONE, None, False)], False),
        ([(None, TODAY, False)], True),
        ([(None, TODAY - ONE, False)], False),
        # What was corrected counts for nothing, in either direction.
        ([(None, None, True), (None, TODAY - ONE, False)], False),
        ([(None, TODAY - ONE, True), (None, None, False)], True),
        ([(None, None, True)], False),
        # Closed for a while and open again.
        ([(None, date(2020, 6, 30), False), (date(2020, 9, 1), None, False)], True),
        ([], False),
    ],
)
def test_a_role_counts_on_the_days_on_which_its_body_is_open(
    client: FlaskClient,
    world: make.World,
    person_id: int,
    rows: list[tuple[date | None, date | None, bool]],
    *,
    counts: bool,
) -> None:
    lives(world, *rows)
    assert [held.role for held in roles_in_force(person_id)] == ([Role.LEAD] if counts else [])
    answer = client.get("/account")
    assert answer.status_code == (200 if counts else 302)
    assert ("Health inequalities lead of" in answer.text) is counts


def test_a_role_that_somebody_else_holds_there_can_be_given_too(world: make.World) -> None:
    """Two leads of one trust; the second is not taken for the first, nor an administrator for another."""
    for role, code in ((Role.LEAD, "XN1"), (Role.ADMINISTRATOR, None)):
        for number in range(2):
            with transaction():
                account = service.add_account(email=f"{role}{number}@example.nhs.uk", name="Ann Dale")
                assert service.grant_membership(account, role, code)
                assert not service.grant_membership(account, role, code), "The same role is given once."


def test_addresses_are_told_of_those_asked_for_who_may_still_sign_in(world: make.World) -> None:
    one, other, off = (make.person(Role.LEAD, world.north_trust, email=f"{each}@example.nhs.uk") for each in "abc")
    with transaction():
        account = queries.find_account_of_person(off)
        assert account is not None
        account.is_active = False
    assert queries.addresses_of([one, off]) == {one: "a@example.nhs.uk"}
    assert queries.addresses_of([other]) == {other: "b@example.nhs.uk"}
