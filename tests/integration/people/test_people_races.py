"""Two who do the same, or the opposite, at the same moment, each with connections of their own, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import make
import pytest
import sqlalchemy as sa
from conftest import StrictClient
from flask import Flask
from integration.people.inviting import NEW, PASSWORD, invitations, invited, link_of, newest, roles_of, said

from tracker.accounts import queries, service
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import database, session, transaction
from tracker.people import queries as people_queries
from tracker.people.managing import remove_role
from tracker.people.personal_data_forget import forget_person
from tracker.people.service import accept_with_new_password, withdraw
from tracker.schema import METADATA

Deed = Callable[[], object]


@pytest.fixture
def shared_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database that several connections can open: a file for SQLite."""
    url = database_url if database_url.startswith("postgresql") else f"sqlite:///{tmp_path / 'tracker.sqlite3'}"
    app = create_app(Settings.from_environment({"DATABASE_URL": url, "LOG_LEVEL": "ERROR"}))
    app.testing = True
    app.test_client_class = StrictClient
    with app.app_context():
        METADATA.create_all(database.engine)
        with database.engine.begin() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(sa.delete(table))
        yield app
        database.session.remove()
        database.engine.dispose()


@pytest.fixture
def world(shared_app: Flask) -> make.World:
    return make.world()


@pytest.fixture
def at_once(shared_app: Flask) -> Callable[..., list[object]]:
    """Do each deed in a thread, a session and a transaction of its own; what each gave back or raised."""

    def run(*deeds: Deed) -> list[object]:
        start = Barrier(len(deeds))

        def do(deed: Deed) -> object:
            with shared_app.app_context():
                try:
                    start.wait(timeout=20)
                    with transaction():
                        return deed()
                except service.LastAdministrator as fault:
                    return fault
                finally:
                    database.session.remove()

        with ThreadPoolExecutor(len(deeds)) as threads:
            return list(threads.map(do, deeds))

    return run


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Callable[[object, str, int], None]:
    """Make every caller of a function wait until as many have come, or a while has passed: the worst moment there is.

    Where locks are right the others cannot come, and the first goes on after the while.
    """

    def meet(module: object, name: str, how_many: int) -> None:
        meeting, real = Barrier(how_many), getattr(module, name)

        def called(*arguments: object, **options: object) -> object:
            answer = real(*arguments, **options)
            with suppress(BrokenBarrierError):
                meeting.wait(timeout=1)
            return answer

        monkeypatch.setattr(module, name, called)

    return meet


def administrators() -> list[int]:
    """The ids of the people who are administrators and may sign in."""
    session().rollback()
    query = (
        sa.select(Membership.person_id)
        .join(Account, Account.person_id == Membership.person_id)
        .where(Membership.role == Role.ADMINISTRATOR, Membership.ended_at.is_(None), Account.is_active)
    )
    return list(session().scalars(query))


def end_role(person_id: int, role: Role = Role.ADMINISTRATOR) -> Deed:
    def deed() -> object:
        membership_id = session().scalar(
            sa.select(Membership.id).where(Membership.person_id == person_id, Membership.role == role)
        )
        assert membership_id is not None
        return service.end_membership(membership_id)

    return deed


def switch_off(person_id: int) -> Deed:
    def deed() -> object:
        account = queries.find_account_of_person(person_id)
        assert account is not None
        return service.set_active(account, False)

    return deed


def forget(person_id: int) -> Deed:
    return lambda: forget_person(person_id, reason="asked")


@pytest.mark.parametrize("first", [end_role, switch_off, forget])
@pytest.mark.parametrize("second", [end_role, switch_off, forget])
def test_two_administrators_who_remove_each_other_leave_one(
    world: make.World,
    at_once: Callable[..., list[object]],
    together: Callable[[object, str, int], None],
    first: Callable[[int], Deed],
    second: Callable[[int], Deed],
) -> None:
    """Ending a role, switching off an account and forgetting somebody are three ways to the same end."""
    one = make.person(Role.ADMINISTRATOR, email="one@example.nhs.uk")
    other = make.person(Role.ADMINISTRATOR, email="other@example.nhs.uk")
    together(queries, "lock_administrators", 2)
    outcomes = at_once(first(other), second(one))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastAdministrator", "bool"]
    assert len(administrators()) == 1


def test_four_administrators_who_all_go_at_once_leave_one(
    world: make.World, at_once: Callable[..., list[object]]
) -> None:
    people = [make.person(Role.ADMINISTRATOR, email=f"admin{number}@example.nhs.uk") for number in range(4)]
    outcomes = at_once(*(deed(person) for deed, person in zip((end_role, switch_off) * 2, people, strict=True)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastAdministrator", "bool", "bool", "bool"]
    assert len(administrators()) == 1


@pytest.mark.parametrize("deed", [end_role, switch_off, forget])
def test_two_administrators_who_remove_each_other_do_not_count_on_a_third_who_never_could_sign_in(
    world: make.World,
    at_once: Callable[..., list[object]],
    together: Callable[[object, str, int], None],
    deed: Callable[[int], Deed],
) -> None:
    one = make.person(Role.ADMINISTRATOR, email="one@example.nhs.uk")
    other = make.person(Role.ADMINISTRATOR, email="other@example.nhs.uk")
    third = make.person(Role.ADMINISTRATOR, email="third@example.nhs.uk")
    session().execute(sa.update(Account).where(Account.person_id == third).values(password_hash=None))
    session().commit()
    together(queries, "lock_administrators", 2)
    outcomes = at_once(deed(other), deed(one))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastAdministrator", "bool"]
    assert len(set(administrators()) - {third}) == 1


def test_an_inviter_who_loses_the_role_while_an_offer_of_theirs_is_taken_up_leaves_it_taken_or_void(
    shared_app: Flask, world: make.World, at_once: Callable[..., list[object]]
) -> None:
    """Two offers, of which the later is taken: each side changes both, and neither waits in a circle."""
    first = link_from_lead(shared_app, world)
    lead = make.person(Role.LEAD, world.north_trust)
    client = shared_app.test_client()
    make.sign_in(client, Role.LEAD, world.north_trust)
    token = invited(client, Role.BOARD).rpartition("/")[2]
    assert first
    membership_id = session().scalar(sa.select(Membership.id).where(Membership.person_id == lead))
    assert membership_id is not None
    session().rollback()
    at_once(
        lambda: accept_with_new_password(token, PASSWORD),
        lambda: remove_role(lead, membership_id, by=lead, by_role="administrator"),
    )
    assert all((each.accepted_at is None) is not (each.voided_at is None) for each in invitations())


def link_from_lead(app: Flask, world: make.World) -> str:
    client = app.test_client()
    make.sign_in(client, Role.LEAD, world.north_trust)
    return invited(client)


def test_the_same_link_accepted_twice_at_once_gives_one_role_and_one_entry(
    shared_app: Flask,
    world: make.World,
    at_once: Callable[..., list[object]],
    together: Callable[[object, str, int], None],
) -> None:
    """Through two links of one invitation too: a mail that was delivered twice."""
    first = link_from_lead(shared_app, world)
    second = link_of(newest().id)
    tokens = [link.rpartition("/")[2] for link in (first, first, second)]
    together(people_queries, "find_open_invitation", 3)
    outcomes = at_once(*(lambda token=token: accept_with_new_password(token, PASSWORD) for token in tokens))
    assert sorted(map(bool, outcomes)) == [False, False, True]
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust)]
    assert len(said("invitation accepted")) == len(said("membership granted")) == 1


def test_the_page_pressed_twice_at_once_gives_one_role(
    shared_app: Flask, world: make.World, at_once: Callable[..., list[object]]
) -> None:
    link = link_from_lead(shared_app, world)
    clients = [shared_app.test_client() for _ in range(2)]
    sent = [{"csrf_token": make.csrf_token(client, link), "password": PASSWORD} for client in clients]
    session().rollback()
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda pair: pair[0].post(link, data=pair[1]), zip(clients, sent, strict=True)))
    places = sorted(answer.location or "" for answer in answers)
    assert places in (["", "/sign-in"], sorted([link, "/sign-in"])), [answer.status for answer in answers]
    assert roles_of(NEW) == [(Role.CONTRIBUTOR, world.north_trust)]
    assert len(said("invitation accepted")) == 1


@pytest.mark.parametrize("how", ["withdrawn", "switched off", "demoted"])
def test_an_offer_that_is_taken_up_while_it_is_voided_is_one_or_the_other(
    shared_app: Flask,
    world: make.World,
    at_once: Callable[..., list[object]],
    together: Callable[[object, str, int], None],
    how: str,
) -> None:
    link = link_from_lead(shared_app, world)
    offer = newest()
    number, token = offer.id, link.rpartition("/")[2]
    person = queries.find_person_of_account(NEW)
    assert person is not None
    person_id = person.id
    if how == "demoted":
        session().add(
            Membership(
                person_id=person_id, role=Role.BOARD, organisation_id=world.south_trust, granted_at=make.LONG_AGO
            )
        )
        session().commit()
    session().rollback()
    void: dict[str, Deed] = {
        "withdrawn": lambda: withdraw(number, "XN1", by=person_id, by_role="lead"),
        "switched off": switch_off(person_id),
        "demoted": end_role(person_id, Role.BOARD),
    }
    together(people_queries, "find_open_invitation", 2)
    accepted, _ = at_once(lambda: accept_with_new_password(token, PASSWORD), void[how])
    (invitation,) = invitations()
    is_held = (Role.CONTRIBUTOR, world.north_trust) in roles_of(NEW)
    assert is_held is bool(accepted) is (invitation.accepted_at is not None)
    assert (invitation.accepted_at is None) is not (invitation.voided_at is None)


def test_the_same_new_address_invited_twice_at_once_is_one_account(
    shared_app: Flask, world: make.World, at_once: Callable[..., list[object]]
) -> None:
    def add() -> object:
        return service.add_account(email=NEW, name="Kim Marsh").id

    first, second = at_once(add, add)
    assert first == second
    assert len(said("account added")) == 1


def test_the_same_role_given_twice_at_once_is_held_once(
    shared_app: Flask, world: make.World, at_once: Callable[..., list[object]]
) -> None:
    make.person(Role.BOARD, world.south_trust, email=NEW)

    def give() -> object:
        account = queries.find_account_by_email(NEW)
        assert account is not None
        return service.grant_membership(account, Role.LEAD, "XN1")

    assert sorted(map(bool, at_once(give, give))) == [False, True]
    assert len(said("membership granted")) == 1
