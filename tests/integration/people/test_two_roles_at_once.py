"""Somebody who holds two roles acts through the one that reaches there, and an offer holds only where it fits."""

from __future__ import annotations

from datetime import timedelta

import make
import sqlalchemy as sa
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.models import Account, Invitation, Membership
from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.models import OrganisationKind
from tracker.people.queries import find_open_invitation
from tracker.progress.models import ProgressEntry


def test_whoever_is_a_lead_too_looks_after_accounts_as_an_administrator(client: FlaskClient, world: make.World) -> None:
    person_id = make.person(Role.ADMINISTRATOR, email="both@example.nhs.uk")
    held = session().scalars(sa.select(Membership).where(Membership.person_id == person_id)).one()
    session().delete(held)
    session().flush()
    for role, body in ((Role.LEAD, world.north_trust), (Role.ADMINISTRATOR, None)):
        session().add(Membership(person_id=person_id, role=role, organisation_id=body, granted_at=make.LONG_AGO))
    session().commit()
    other = make.person(Role.BOARD, world.north_trust)
    make.enter(client, "both@example.nhs.uk")
    path = f"/people/{other}/name"
    data = {"csrf_token": make.csrf_token(client, path), "name": "Kim Dale"}
    assert client.post(path, data=data).status_code == 302
    entry = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "name corrected")).one()
    assert entry.role == "administrator"


def test_the_lead_of_one_trust_who_watches_over_another_region_makes_no_lead_of_the_trust(
    client: FlaskClient, world: make.World
) -> None:
    """What may be given there is asked of the role that reaches there, never of the other one."""
    person_id = make.person(Role.REGION, world.south_region, email="both@example.nhs.uk")
    make.also(person_id, Role.LEAD, world.north_trust)
    make.enter(client, "both@example.nhs.uk")
    for role, organisation, is_taken in (("lead", "XN1", False), ("contributor", "XS1", False), ("board", "XN1", True)):
        data = {"csrf_token": make.csrf_token(client, "/people/invite"), "name": "Kim Dale", "role": role}
        answer = client.post(
            "/people/invite", data=data | {"email": f"{role}@example.nhs.uk", "organisation": organisation}
        )
        assert (answer.status_code == 302) is is_taken, (role, organisation)
    offered = session().execute(sa.select(Invitation.role, Invitation.organisation_id)).all()
    assert [tuple(row) for row in offered] == [(Role.BOARD, world.north_trust)]


def test_an_update_is_said_through_the_role_that_reaches_the_organisation(
    client: FlaskClient, world: make.World
) -> None:
    person_id = make.person(Role.REGION, world.south_region, email="both@example.nhs.uk")
    make.also(person_id, Role.LEAD, world.north_trust)
    make.enter(client, "both@example.nhs.uk")
    path = "/organisations/XN1/8ua-2020/2.2/update"
    data = {"csrf_token": make.csrf_token(client, path), "version": "0", "status": "not_started"}
    assert client.post(path, data=data).status_code == 302
    assert session().scalars(sa.select(ProgressEntry.role)).all() == ["lead"]


def test_an_offer_is_void_where_its_body_has_become_one_that_has_no_such_role(
    client: FlaskClient, world: make.World
) -> None:
    inviter = make.person(Role.ADMINISTRATOR)
    account = (
        session()
        .scalars(sa.select(Account).where(Account.person_id == make.person(Role.BOARD, world.south_trust)))
        .one()
    )
    made = Invitation(
        account_id=account.id,
        role=Role.LEAD,
        organisation_id=world.north_trust,
        invited_by_id=inviter,
        created_at=clock.real_now(),
        expires_at=clock.real_now() + timedelta(hours=48),
    )
    session().add(made)
    session().commit()
    assert find_open_invitation(made.id) is not None
    session().execute(
        sa.update(OrganisationKind)
        .where(OrganisationKind.organisation_id == world.north_trust)
        .values(organisation_type=OrganisationType.REGION)
    )
    session().commit()
    assert find_open_invitation(made.id) is None
