"""A calendar shows what its owner may see at that moment, and ends for good with the role it was made through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskClient
from integration.appointments import in_post
from integration.calendars.reading import (
    calendar_row,
    entries,
    made_by,
    make_one,
    organisations_in,
    read,
    status,
)
from integration.evidence import standing
from integration.returns import returning

from tracker import clock
from tracker.accounts import service as accounts
from tracker.accounts.models import Account, Membership
from tracker.accounts.queries import find_account_of_person
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.audit.models import AuditEntry
from tracker.calendars.models import CalendarFeed
from tracker.db import session, transaction
from tracker.evidence import service as evidence
from tracker.evidence.rows import NewVersion
from tracker.evidence.rules import EvidenceKind
from tracker.organisations.models import OrganisationLife, OrganisationLink
from tracker.organisations.rules import LinkKind
from tracker.people.personal_data_forget import forget_person
from tracker.web.throttle import Throttle


@pytest.fixture
def made(client: FlaskClient, world: make.World) -> str:
    """A calendar of XN1 that its lead made."""
    return made_by(client, Role.LEAD, world.north_trust, "organisation", "XN1")


def lead(world: make.World) -> int:
    return make.person(Role.LEAD, world.north_trust)


def role_of(person_id: int) -> int:
    found = sa.select(Membership.id).where(Membership.person_id == person_id, Membership.ended_at.is_(None))
    return session().scalars(found).one()


def left() -> int:
    session().rollback()
    return session().scalar(sa.select(sa.func.count(CalendarFeed.id))) or 0


@pytest.mark.parametrize(
    ("role", "of", "organisation", "shown"),
    [
        (Role.LEAD, "organisation", "XN1", {"XN1"}),
        (Role.LEAD, "mine", "", {"XN1"}),
        (Role.BOARD, "organisation", "XN1", {"XN1"}),
        (Role.SYSTEM, "mine", "", {"QN1"}),
        (Role.SYSTEM, "organisation", "XN1", {"XN1"}),
        (Role.REGION, "YN1", "", {"XN1", "0N1", "QN1"}),
        (Role.REGION, "organisation", "0N1", {"0N1"}),
        (Role.NATIONAL, "YS1", "", {"XS1", "QS1"}),
    ],
)
def test_no_other_organisation_is_in_it(
    client: FlaskClient, world: make.World, role: Role, of: str, organisation: str, shown: set[str]
) -> None:
    bodies = {Role.SYSTEM: world.north_system, Role.REGION: world.north_region, Role.NATIONAL: None}
    path = made_by(client, role, bodies.get(role, world.north_trust), of, organisation)
    assert organisations_in(entries(client, path)) == shown


def test_no_date_of_any_kind_of_another_organisation_is_in_it(client: FlaskClient, world: make.World) -> None:
    for code, body in (("XS1", world.south_trust), ("0N1", world.north_ccg)):
        of_code = Viewer(make.person(Role.LEAD, body), "", (HeldRole(Role.LEAD, body, code),))
        tell.say(of_code, "8.1", "not_started", code=code, review_on=date(2020, 12, 1))
        with transaction():
            until = NewVersion(EvidenceKind.NOTE, "Plan", date(2020, 9, 14), note="x", expires_on=date(2021, 2, 1))
            actor = standing._actor(of_code.person_id, code)
            evidence.add(actor, until, None, {standing.ask_id("8.1"): "8ua-2020/8.1"}, str(uuid4()))
            returning.story(of_code, of_code, "cadence", code)
    shown = {
        made_by(client, Role.NATIONAL, None, "organisation", "XS1"): {"XS1"},
        made_by(client, Role.LEAD, world.north_trust, "organisation", "XN1"): {"XN1"},
        made_by(client, Role.REGION, world.north_region, "YN1"): {"XN1", "0N1", "QN1"},
    }
    for path, codes in shown.items():
        found = entries(client, path)
        assert organisations_in(found) == codes
        kinds = {name.rpartition("/")[2] for name in found}
        assert kinds == ({"deadline"} if codes == {"XN1"} else {"deadline", "review", "evidence", "return"})


def test_an_owner_who_does_not_lead_sees_the_asks_that_are_theirs(client: FlaskClient, world: make.World) -> None:
    path = made_by(client, Role.CONTRIBUTOR, world.north_trust, "mine")
    assert entries(client, path) == {}
    person_id = make.person(Role.CONTRIBUTOR, world.north_trust)
    in_post.owner_row(person_id, "XN1")
    # An ask of an organisation in which they may not update is not theirs to do anything about.
    in_post.owner_row(person_id, "XS1")
    assert set(entries(client, path)) == {"XN1/8ua-2020/2.2/deadline"}


def test_what_somebody_answers_for_follows_the_roles_that_they_have(client: FlaskClient, world: make.World) -> None:
    path = made_by(client, Role.LEAD, world.north_trust, "mine")
    make.also(lead(world), Role.LEAD, world.south_trust)
    assert organisations_in(entries(client, path)) == {"XN1", "XS1"}
    with transaction():
        accounts.end_membership(session().scalars(sa.select(sa.func.max(Membership.id))).one())
    assert organisations_in(entries(client, path)) == {"XN1"}


def test_it_is_dead_once_the_role_has_ended_and_the_same_role_anew_does_not_revive_it(
    client: FlaskClient, world: make.World, made: str
) -> None:
    person_id = lead(world)
    with transaction():
        accounts.end_membership(role_of(person_id))
    assert (status(client, made), left()) == (404, 0)
    with transaction():
        account = find_account_of_person(person_id)
        assert account is not None
        accounts.grant_membership(account, Role.LEAD, "XN1")
    assert status(client, made) == 404


def test_the_end_of_another_role_leaves_it_alone(client: FlaskClient, world: make.World, made: str) -> None:
    make.also(lead(world), Role.BOARD, world.south_trust)
    with transaction():
        accounts.end_membership(session().scalars(sa.select(sa.func.max(Membership.id))).one())
    assert status(client, made) == 200


def test_a_calendar_hangs_on_one_role_even_where_another_shows_the_same(client: FlaskClient, world: make.World) -> None:
    path = made_by(client, Role.LEAD, world.north_trust, "organisation", "XN1")
    person_id = lead(world)
    first = role_of(person_id)
    make.also(person_id, Role.BOARD, world.north_trust)
    with transaction():
        accounts.end_membership(first)
    assert status(client, path) == 404


def test_it_is_dead_once_the_account_was_switched_off_and_stays_so(
    client: FlaskClient, world: make.World, made: str
) -> None:
    for is_on in (False, True):
        with transaction():
            account = find_account_of_person(lead(world))
            assert account is not None
            accounts.set_active(account, is_on)
        assert (status(client, made), left()) == (404, 0)


@pytest.mark.parametrize("how", ["role ended", "switched off"])
def test_rows_that_were_changed_by_hand_close_it_too(
    client: FlaskClient, world: make.World, made: str, how: str
) -> None:
    change = {
        "role ended": sa.update(Membership).where(Membership.person_id == lead(world)).values(ended_at=make.LONG_AGO),
        "switched off": sa.update(Account).where(Account.person_id == lead(world)).values(is_active=False),
    }[how]
    session().execute(change)
    session().commit()
    assert status(client, made) == 404


def test_forgetting_somebody_takes_every_calendar_of_theirs_away(
    client: FlaskClient, world: make.World, made: str
) -> None:
    calendar_row(lead(world))
    other, _ = calendar_row(make.person(Role.BOARD, world.north_trust))
    with transaction():
        forget_person(lead(world), reason="request")
    assert status(client, made) == 404
    session().rollback()
    assert session().scalars(sa.select(CalendarFeed.id)).all() == [other]


def test_a_body_that_has_closed_takes_its_calendars_along(client: FlaskClient, world: make.World) -> None:
    of_lead = made_by(client, Role.LEAD, world.north_trust, "mine")
    of_region = made_by(client.application.test_client(), Role.REGION, world.north_region, "organisation", "XN1")
    whole_region = make_another(client, "YN1", world)
    yesterday = clock.today().replace(day=1)
    life = sa.update(OrganisationLife).where(OrganisationLife.organisation_id == world.north_trust)
    session().execute(life.values(ends_on=yesterday))
    session().commit()
    assert status(client, of_lead) == 404
    assert status(client, of_region) == 404
    assert organisations_in(entries(client, whole_region)) == {"0N1", "QN1"}


def test_a_body_that_moves_out_of_a_region_is_read_there_no_more(client: FlaskClient, world: make.World) -> None:
    alone = made_by(client, Role.REGION, world.north_region, "organisation", "XN1")
    whole_region = make_one(client, "YN1")
    moved = sa.update(OrganisationLink).where(
        OrganisationLink.child_id == world.north_trust, OrganisationLink.link_kind == LinkKind.REGION
    )
    session().execute(moved.values(parent_id=world.south_region))
    session().commit()
    assert status(client, alone) == 404
    assert organisations_in(entries(client, whole_region)) == {"0N1", "QN1"}


def make_another(client: FlaskClient, of: str, world: make.World) -> str:
    browser = client.application.test_client()
    make.sign_in(browser, Role.REGION, world.north_region)
    return make_one(browser, of)


def test_an_address_that_opens_nothing_is_answered_as_any_page_that_is_not_there(
    client: FlaskClient, world: make.World, made: str
) -> None:
    with transaction():
        accounts.end_membership(role_of(lead(world)))
    answers = [read(client, path) for path in (made, "/calendars/made-up.ics", f"/calendars/{'x' * 43}.ics")]
    for answer in answers:
        assert answer.status_code == 404
        assert answer.mimetype == "text/html"
        assert "calendar" not in answer.text.lower()
    assert read(client, made.removesuffix(".ics")).status_code == 404


def test_reading_sets_no_cookie_writes_nothing_and_is_for_no_search_engine(
    client: FlaskClient, world: make.World, made: str
) -> None:
    session().commit()
    before = session().scalar(sa.select(sa.func.count(AuditEntry.id)))
    answer = read(client, made)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    session().rollback()
    assert session().scalar(sa.select(sa.func.count(AuditEntry.id))) == before


def test_whoever_guesses_addresses_is_paused_and_whoever_has_one_is_not_counted(
    another_app: Callable[..., Flask], only: Callable[..., Throttle], client: FlaskClient, made: str
) -> None:
    only("dead calendars from one address", most=2)
    guesser = another_app().test_client()
    assert [guesser.get(made).status_code for _ in range(4)] == [200] * 4
    answers = [guesser.get(f"/calendars/guess{number}.ics").status_code for number in range(4)]
    assert answers == [404, 404, 429, 429]
    assert guesser.get(made, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_one_calendar_that_is_read_too_often_waits_and_the_others_do_not(
    another_app: Callable[..., Flask], only: Callable[..., Throttle], client: FlaskClient, made: str
) -> None:
    only("readings of one calendar", most=2)
    other, reader = make_one(client, "mine"), another_app().test_client()
    assert [reader.get(made).status_code for _ in range(3)] == [200, 200, 429]
    assert reader.get(other).status_code == 200
