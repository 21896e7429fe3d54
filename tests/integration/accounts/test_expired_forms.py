"""A form that comes too late, without its token or twice: what was typed is kept, and nothing is saved unseen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskClient

from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import session
from tracker.progress.models import ProgressEntry

Later = Callable[..., AbstractContextManager[None]]
FieldsOf = Callable[..., dict[str, list[str]]]

PAGE = "/organisations/XN1/8ua-2020/2.2/update"
NARRATIVE = 'Weekly split by ward.\nSecond line, with <b>marks</b> & "quotes".'
EXPIRED = "we could not be sure it was you. Check what you typed and save again."


@pytest.fixture
def inside(client: FlaskClient, robin: str) -> FlaskClient:
    """A browser in which the lead of XN1 has signed in."""
    make.enter(client, robin)
    return client


@pytest.fixture
def typed(inside: FlaskClient, fields_of: FieldsOf) -> dict[str, list[str]]:
    """The update form as the lead has filled it in, ready to be sent."""
    fields = fields_of(inside.get(PAGE).text)
    fields |= {"status": ["not_started"], "narrative": [NARRATIVE], "next_step": ["Report to the board"]}
    fields |= {"next_step_on-day": ["30"], "next_step_on-month": ["11"], "next_step_on-year": ["2020"]}
    return fields


def entries() -> list[tuple[str, str, str]]:
    rows = session().execute(
        sa.select(ProgressEntry.status_code, ProgressEntry.narrative, ProgressEntry.next_step).order_by(
            ProgressEntry.id
        )
    )
    return [tuple(row) for row in rows]


SAVED = [("not_started", NARRATIVE, "Report to the board")]


def assert_kept(fields: dict[str, list[str]]) -> None:
    """The page shows all that was typed, as one who saves again would send it."""
    assert fields["status"] == ["not_started"]
    assert [text.replace("\r\n", "\n") for text in fields["narrative"]] == [NARRATIVE]
    assert fields["next_step"] == ["Report to the board"]
    assert [fields[f"next_step_on-{part}"] for part in ("day", "month", "year")] == [["30"], ["11"], ["2020"]]


def test_a_form_sent_after_the_sign_in_ran_out_is_kept_through_the_sign_in_and_saved_after_a_look(
    inside: FlaskClient, robin: str, typed: dict[str, list[str]], fields_of: FieldsOf, later: Later
) -> None:
    with later(minutes=61):
        refused = inside.post(PAGE, data=typed)
        assert refused.status_code == 307
        asked = inside.post(refused.location, data=typed)
        assert asked.status_code == 401
        assert "What you typed is kept" in asked.text
        # A wrong password on the way loses nothing either.
        again = fields_of(asked.text, "/sign-in") | {"email": [robin], "password": ["wrong"]}
        asked = inside.post("/sign-in", data=again)
        assert asked.status_code == 200
        entered = inside.post(
            "/sign-in", data=fields_of(asked.text, "/sign-in") | {"email": [robin], "password": [make.PASSWORD]}
        )
        assert entered.status_code == 200
        assert "Go on to what you typed" in entered.text
        assert entries() == []
        shown = inside.post(PAGE, data=fields_of(entered.text, PAGE))
        assert shown.status_code == 200
        assert EXPIRED in shown.text
        assert entries() == []
        assert_kept(fields_of(shown.text))
        saved = inside.post(PAGE, data=fields_of(shown.text))
        assert saved.status_code == 302
        assert entries() == SAVED


def test_a_form_of_choices_is_kept_in_the_same_way(inside: FlaskClient, robin: str, fields_of: FieldsOf) -> None:
    page = "/organisations/XN1/services"
    filled = fields_of(inside.get(page).text) | {"maternity": ["yes"], "mental_health": ["no"]}
    outside = inside.application.test_client()
    asked = outside.post(page, data=filled, follow_redirects=True)
    entered = outside.post(
        "/sign-in", data=fields_of(asked.text, "/sign-in") | {"email": [robin], "password": [make.PASSWORD]}
    )
    shown = outside.post(page, data=fields_of(entered.text, page))
    assert EXPIRED in shown.text
    again = fields_of(shown.text)
    assert (again["maternity"], again["mental_health"]) == (["yes"], ["no"])
    assert outside.post(page, data=again).status_code == 302


@pytest.mark.parametrize("token", ["missing", "forged", "of somebody else", "too old"])
def test_a_form_without_a_good_token_comes_back_as_it_was_typed_and_nothing_is_written(
    app: Flask,
    inside: FlaskClient,
    typed: dict[str, list[str]],
    fields_of: FieldsOf,
    tables: Callable[[], object],
    token: str,
) -> None:
    before = tables()
    sent = dict(typed)
    if token == "missing":
        del sent["csrf_token"]
    elif token == "forged":
        sent["csrf_token"] = ["made-up"]
    elif token == "of somebody else":
        sent["csrf_token"] = [make.csrf_token(app.test_client(), "/sign-in")]
    else:
        app.config["WTF_CSRF_TIME_LIMIT"] = -1
    answer = inside.post(PAGE, data=sent)
    app.config["WTF_CSRF_TIME_LIMIT"] = 4 * 60 * 60
    assert answer.status_code == 200
    assert EXPIRED in answer.text
    assert tables() == before
    again = fields_of(answer.text)
    assert_kept(again)
    assert inside.post(PAGE, data=again).status_code == 302
    assert entries() == SAVED


def test_a_form_sent_twice_is_saved_once_and_says_so(inside: FlaskClient, typed: dict[str, list[str]]) -> None:
    assert inside.post(PAGE, data=typed).location == "/organisations/XN1"
    assert "Your update is saved." in inside.get("/organisations/XN1").text
    assert inside.post(PAGE, data=typed).location == "/organisations/XN1"
    assert "This update was saved already. Nothing was saved twice." in inside.get("/organisations/XN1").text
    assert entries() == SAVED


def test_a_form_that_somebody_else_overtook_during_the_sign_in_comes_back_with_theirs_beside_it(
    inside: FlaskClient,
    robin: str,
    world: make.World,
    typed: dict[str, list[str]],
    fields_of: FieldsOf,
    later: Later,
) -> None:
    colleague = make.person(Role.CONTRIBUTOR, world.north_trust)
    with later(minutes=61):
        asked = inside.post(PAGE, data=typed, follow_redirects=True)
        tell.say(
            Viewer(colleague, "Alex Fell", (HeldRole(Role.CONTRIBUTOR, world.north_trust, "XN1"),)),
            "2.2",
            "at_risk",
            narrative="Theirs",
            reason="Staffing",
        )
        entered = inside.post(
            "/sign-in", data=fields_of(asked.text, "/sign-in") | {"email": [robin], "password": [make.PASSWORD]}
        )
        overtaken = inside.post(PAGE, data=fields_of(entered.text, PAGE))
        assert overtaken.status_code == 409
        assert "Somebody else saved this ask" in overtaken.text
        assert "Theirs" in overtaken.text
        assert_kept(fields_of(overtaken.text))
        assert [entry[1] for entry in entries()] == ["Theirs"]
        assert inside.post(PAGE, data=fields_of(overtaken.text)).status_code == 302
        assert [entry[1] for entry in entries()] == ["Theirs", NARRATIVE]


def test_another_site_cannot_have_its_post_saved_by_the_sign_in(
    app: Flask, robin: str, tables: Callable[[], object], fields_of: FieldsOf
) -> None:
    """The way through the sign-in page must not turn a stranger's form into one with a good token."""
    victim = app.test_client()
    before = tables()
    forged = {"status": ["not_started"], "narrative": ["Not mine"], "version": ["0"], "csrf_token": ["anything"]}
    asked = victim.post(PAGE, data=forged, follow_redirects=True)
    entered = victim.post(
        "/sign-in", data=fields_of(asked.text, "/sign-in") | {"email": [robin], "password": [make.PASSWORD]}
    )
    shown = victim.post(PAGE, data=fields_of(entered.text, PAGE))
    assert EXPIRED in shown.text
    assert tables() == before


def test_somebody_else_who_signs_in_on_the_way_saves_nothing_of_it(
    app: Flask, world: make.World, robin: str, fields_of: FieldsOf, tables: Callable[[], object]
) -> None:
    make.person(Role.LEAD, world.south_trust, email="alex@example.nhs.uk")
    before = tables()
    browser = app.test_client()
    asked = browser.post(PAGE, data={"status": "not_started", "narrative": NARRATIVE}, follow_redirects=True)
    entered = browser.post(
        "/sign-in",
        data=fields_of(asked.text, "/sign-in") | {"email": ["alex@example.nhs.uk"], "password": [make.PASSWORD]},
    )
    assert browser.post(PAGE, data=fields_of(entered.text, PAGE)).status_code == 404
    assert tables() == before


def test_what_is_kept_goes_to_a_page_of_our_own_only(app: Flask, robin: str, fields_of: FieldsOf) -> None:
    browser = app.test_client()
    asked = browser.post("/sign-in/resume?next=//elsewhere.example/", data={"narrative": "Mine"})
    entered = browser.post(
        "/sign-in", data=fields_of(asked.text, "/sign-in") | {"email": [robin], "password": [make.PASSWORD]}
    )
    assert 'action="/"' in entered.text
    assert "elsewhere" not in entered.text


def test_sending_a_form_without_a_sign_in_writes_nothing(app: Flask, tables: Callable[[], object], robin: str) -> None:
    before = tables()
    asked = app.test_client().post(PAGE, data={"narrative": NARRATIVE}, follow_redirects=True)
    assert asked.status_code == 401
    assert asked.request.path == "/sign-in/resume"
    assert tables() == before
