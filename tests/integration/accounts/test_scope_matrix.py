"""The table of who may see and do what, executed: every address × every role × every relation to the organisation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts.table_asked import ENDS_SESSIONS, SAVES_NOTHING, Asking, token_of
from integration.accounts.table_examples import ABOUT_NO_PLACE, Targets

from tracker import clock
from tracker.accounts.access_table import NOBODY, WHO, Answer, Row, Where, read_table
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import session

# A day on which the second framework can be adopted. Ask 2.2 has no update yet, 2.3 waits for a decision on its claim.
TODAY = datetime(2025, 1, 20, 12, tzinfo=UTC)
TELL_SCOPES_APART = {Where.OWN, Where.SAME_SYSTEM, Where.SAME_REGION, Where.FOREIGN}
ABOUT_ONE_SITUATION = {
    ("GET", "/organisations/{code}/8ua-2020/9.9"),
    ("GET", "/organisations/{code}/adopt/8ua-2020"),
}
"""Addresses that are asked for the own organisation only: what is not there is not there in the others either."""
REFUSED = {Answer.NO, Answer.HIDDEN, Answer.SIGN_IN, Answer.DECLINED}
serial = count()

READ_AS = [*(("sqlite", who) for who in WHO), ("postgresql", "region")]
SENT_AS = [*READ_AS, ("postgresql", "system")]
"""Everybody on SQLite, and on PostgreSQL those whose scopes differ in kind: the statements are the same."""


def rows() -> list[Row]:
    return [row for group in read_table() for row in group.rows]


@pytest.fixture
def claims(country: object, world: make.World) -> None:
    """In every organisation somebody has claimed ask 2.3."""
    for code in ("XN1", "XN3", "XN2", "XS1", "QN1"):
        body = tell.get_open_organisation(code).organisation_id
        author = make.person(Role.LEAD, body, email=f"author{next(serial)}@example.nhs.uk")
        viewer = Viewer(author, "Robin Ashdown", (HeldRole(Role.LEAD, body, code),))
        tell.say(viewer, "2.3", "complete_claimed", code=code, evidence_url="https://example.nhs.uk/plan")


def test_the_table_has_every_address_of_the_service(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    addresses = {(row.address.method, row.address.path.partition("?")[0]) for row in rows()} - {("GET", "/nowhere")}
    asked = {(adapter.match(re.sub(r"{\w+}", "1", path), method)[0], method) for method, path in addresses}
    there = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert asked == there


def test_an_address_about_an_organisation_has_all_the_places_that_tell_scopes_apart() -> None:
    places: dict[tuple[str, str], set[Where]] = {}
    for row in rows():
        places.setdefault((row.address.method, row.address.path), set()).add(row.where)
    for address, there in places.items():
        if there != {Where.ANY} and address not in ABOUT_ONE_SITUATION:
            assert there >= TELL_SCOPES_APART, address
        names = set(re.findall(r"{(\w+)}", address[1])) - ABOUT_NO_PLACE
        assert bool(names) is (there != {Where.ANY}), f"{address} says about whom it is, or not, in two ways."


def test_no_address_and_no_place_of_it_stands_in_the_table_twice() -> None:
    there = Counter((row.address.method, row.address.path, row.where) for row in rows())
    assert [row for row, times in there.items() if times > 1] == []
    assert len({group.title for group in read_table()}) == len(read_table())


@pytest.mark.usefixtures("claims")
@pytest.mark.parametrize(("database_url", "who"), READ_AS, indirect=["database_url"])
def test_everybody_gets_what_the_table_says_and_whoever_is_refused_writes_nothing(
    enter: Callable[[str], FlaskClient], who: str, tables: Callable[[], object]
) -> None:
    with clock.frozen(TODAY):
        client = enter(who)
        token, targets = token_of(client, who), Targets(getattr(client, "person_id", None))
        askings = [Asking.of(row, targets) for row in rows()]
        before, wrong = tables(), []
        for asking in askings:
            if asking.row.address.method == "POST" and asking.row.answers[who] not in REFUSED:
                continue
            answer = asking.ask(client, token)
            if answer.status_code != asking.row.status_for(who):
                wrong.append(asking.said(who, answer.status_code))
            elif asking.row.answers[who] is Answer.SIGN_IN and answer.status_code != 401:
                assert answer.location.startswith("/sign-in"), asking.path
        assert tables() == before, "A GET, or a post that was refused, has written."
        assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("claims")
@pytest.mark.parametrize(("database_url", "who"), SENT_AS, indirect=["database_url"])
def test_everybody_may_send_the_forms_that_are_theirs_and_what_they_save_is_saved(
    enter: Callable[[str], FlaskClient], who: str, tables: Callable[[], object]
) -> None:
    """One person sends them all, but those that end sessions, which are sent by somebody fresh."""
    with clock.frozen(TODAY):
        shared, wrong = enter(who), list[str]()
        token = token_of(shared, who)
        for row in rows():
            if row.address.method != "POST" or row.answers[who] in REFUSED:
                continue
            is_last = row.address.path in ENDS_SESSIONS
            client = enter(who) if is_last else shared
            asking = Asking.of(row, Targets(getattr(client, "person_id", None)))
            sent_with, before = token_of(client, who) if is_last else token, tables()
            got = asking.ask(client, sent_with).status_code
            if got != row.status_for(who):
                wrong.append(asking.said(who, got))
            saves = row.answers[who] is Answer.YES and row.address.path not in SAVES_NOTHING
            if (tables() != before) is not saves:
                wrong.append(f"{asking.said(who, got)}: it {'saved nothing' if saves else 'saved something'}.")
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("claims")
@pytest.mark.parametrize("how", ["role ended", "switched off"])
@pytest.mark.parametrize(
    ("database_url", "who"), [("sqlite", "lead"), ("sqlite", "administrator")], indirect=["database_url"]
)
def test_somebody_whose_right_is_gone_is_nobody_at_every_address_with_the_cookie_they_still_have(
    enter: Callable[[str], FlaskClient], who: str, how: str, tables: Callable[[], object]
) -> None:
    """Only the row is changed here, and the session left open: the next request must find out by itself."""
    with clock.frozen(TODAY):
        client = enter(who)
        person_id: int = client.person_id  # type: ignore[attr-defined]
        token, targets = token_of(client, who), Targets(person_id)
        askings = [Asking.of(row, targets) for row in rows() if row.answers[NOBODY] in REFUSED]
        change = {
            "role ended": sa.update(Membership).where(Membership.person_id == person_id).values(ended_at=make.LONG_AGO),
            "switched off": sa.update(Account).where(Account.person_id == person_id).values(is_active=False),
        }[how]
        session().execute(change)
        session().commit()
        before = tables()
        got = {asking: asking.ask(client, token).status_code for asking in askings}
        wrong = [asking.said(NOBODY, code) for asking, code in got.items() if code != asking.row.status_for(NOBODY)]
        assert not wrong, "\n".join(wrong)
        assert tables() == before


def test_a_role_in_one_organisation_gives_no_power_in_another_where_the_same_person_has_a_lesser_role(
    client: FlaskClient, world: make.World, tables: Callable[[], object]
) -> None:
    """The lead of XN1 is a board member of XS1: reads both, changes and manages the first only."""
    person_id = make.person(Role.LEAD, world.north_trust, email="both@example.nhs.uk")
    make.also(person_id, Role.BOARD, world.south_trust)
    make.enter(client, "both@example.nhs.uk")
    token, targets = token_of(client, "lead"), Targets(person_id)
    own, foreign = "/organisations/XN1", "/organisations/XS1"
    there = {code: targets.stand_in("person", code) for code in ("XN1", "XS1")}
    reads = {own: 200, foreign: 200, f"{own}/8ua-2020/2.2": 200, f"{foreign}/8ua-2020/2.2": 200}
    changes = {
        f"{own}/8ua-2020/2.2/update": 200,
        f"{foreign}/8ua-2020/2.2/update": 403,
        f"{own}/services": 200,
        f"{foreign}/services": 403,
        f"/people/{there['XN1']}": 200,
        f"/people/{there['XS1']}": 404,
    }
    for path, status in (reads | changes).items():
        assert client.get(path).status_code == status, path
    before = tables()
    for path, status in changes.items():
        if status != 200:
            assert client.post(path, data={"csrf_token": token, "maternity": "yes"}).status_code in (403, 404, 405)
    assert tables() == before
