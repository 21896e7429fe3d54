"""Comments on an ask: who reads and writes them, in which order, and what bad input gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa
from bench.running import statements_of
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient
from integration.comments.commenting import PAGE, opened, say, stored, text_of

from tracker import clock
from tracker.accounts.rules import HeldRole, Permission, Role, Viewer
from tracker.audit.models import AuditEntry
from tracker.comments import panels, queries, service
from tracker.comments.models import Comment
from tracker.comments.service import NewComment
from tracker.db import database, session, transaction
from tracker.organisations.queries import get_open_organisation

Enter = Callable[..., FlaskClient]


def test_what_the_lead_says_is_read_and_answered_by_the_region(robin: FlaskClient, sam: FlaskClient) -> None:
    answer = say(robin, "The split by ward is late.\nMay we have a week?")
    assert answer.status_code == 302
    assert answer.location == f"{PAGE}/1"
    assert robin.get(answer.location).location == f"{PAGE}?page=1#comment-1"
    with clock.frozen(NOON + timedelta(minutes=5)):
        say(sam, "A week is fine.")
    page = text_of(robin.get(PAGE))
    assert "The split by ward is late.\nMay we have a week?" in page
    assert "Robin Ashdown, Health inequalities lead, 12:00 on 2 November 2020" in page
    assert "Sam Fell, Regional team, 12:05 on 2 November 2020" in page
    assert page.index("The split by ward") < page.index("A week is fine."), "the oldest stands first"


def test_both_times_are_kept_and_the_role_through_which_it_was_said(sam: FlaskClient) -> None:
    say(sam, "Well done")
    (comment,) = stored()
    assert (comment.true_on, comment.recorded_at, comment.role) == (date(2020, 11, 2), NOON, "region")


@pytest.mark.parametrize(
    ("role", "code", "status"),
    [
        (Role.LEAD, "XN1", 200),
        (Role.CONTRIBUTOR, "XN1", 200),
        (Role.REGION, "XN1", 200),
        (Role.REGION, "QN1", 200),
        (Role.SYSTEM, "QN1", 200),
        (Role.SYSTEM, "XN1", 403),
        (Role.BOARD, "XN1", 403),
        (Role.NATIONAL, "XN1", 403),
        (Role.ADMINISTRATOR, "XN1", 403),
        (Role.LEAD, "XS1", 404),
        (Role.REGION, "XS1", 404),
        (Role.SYSTEM, "XS1", 404),
    ],
)
def test_only_who_may_comment_there_reads_and_writes(enter: Enter, role: Role, code: str, status: int) -> None:
    client = enter(role)
    path = PAGE.replace("XN1", code)
    assert client.get(path).status_code == status
    sent = {"csrf_token": make.csrf_token(client, "/organisations"), "text": "Hello", "submission_key": "a"}
    assert client.post(path, data=sent).status_code == (302 if status == 200 else status)
    assert len(stored()) == (1 if status == 200 else 0)


@pytest.mark.parametrize("path", [PAGE.replace("2.2", "9.9"), PAGE.replace("8ua-2020", "nothing"), f"{PAGE}/77"])
def test_an_ask_or_a_comment_that_does_not_exist_is_not_found(robin: FlaskClient, path: str) -> None:
    assert robin.get(path).status_code == 404


def test_a_comment_of_another_ask_is_not_found_under_this_one(robin: FlaskClient) -> None:
    say(robin, "Of 2.3", path=PAGE.replace("2.2", "2.3"))
    for view in ("", "/correct", "/withdraw"):
        assert robin.get(f"{PAGE}/1{view}").status_code == 404


def test_an_ask_that_is_not_asked_of_this_type_of_body_takes_no_comments(sam: FlaskClient) -> None:
    assert sam.get(PAGE.replace("XN1", "YN1")).status_code == 404


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter a comment"),
        ("   \n ", "Enter a comment"),
        ("kept " + "x" * 1996, "Comment must be 2,000 characters or fewer. You have typed 2,001."),
        ("kept \x07 bell", "Comment has a hidden character that cannot be kept, at line 1, character 6."),
        ("kept @Kim", "Nobody who can comment here is called “@Kim”."),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_saves_nothing(
    robin: FlaskClient, text: str, sentence: str
) -> None:
    answer = say(robin, text)
    page = text_of(answer)
    assert answer.status_code == 200
    assert page.count(sentence) >= 2, "the summary and the field say the same"
    assert "Error: " in page.split("</title>", 1)[0]
    if text.strip():
        assert "kept" in page.split("<textarea", 1)[1]
    assert stored() == []


def test_two_thousand_characters_are_taken(robin: FlaskClient) -> None:
    assert say(robin, "ü" * 2000).status_code == 302
    assert len(stored()[0].text) == 2000


def test_hostile_text_is_shown_as_it_was_typed(robin: FlaskClient, sam: FlaskClient) -> None:
    text = "<script>alert(1)</script> {{ 7 * 7 }} <b onclick=x>=1+1 &amp; “quotes” 'and' \"more\"</textarea>"
    say(robin, text)
    page = sam.get(PAGE)
    assert text in text_of(page)
    assert "<script>alert" not in page.get_data(as_text=True)
    assert "49" not in text_of(page).split('id="comment-1"', 1)[1].split("</li>", 1)[0]


def test_a_form_that_is_sent_twice_says_it_once(robin: FlaskClient) -> None:
    form = opened(robin) | {"text": "Once"}
    assert robin.post(PAGE, data=form).location == f"{PAGE}/1"
    robin.get(PAGE)
    assert robin.post(PAGE, data=form).location == PAGE
    assert "This was saved already. Nothing was saved twice." in text_of(robin.get(PAGE))
    assert len(stored()) == 1


def test_a_form_without_a_good_token_comes_back_as_it_was_typed(robin: FlaskClient) -> None:
    answer = robin.post(PAGE, data={"text": "Kept through it", "csrf_token": "forged"})
    assert answer.status_code == 200
    assert "Kept through it" in text_of(answer)
    assert stored() == []


def write(viewer: Viewer, many: int) -> None:
    with transaction():
        item = queries.get_item(get_open_organisation("XN1"), "8ua-2020", "2.2")
        for number in range(many):
            key = f"{viewer.person_id}-{number}-{len(stored_ids())}"
            service.add(item, NewComment(f"Comment {number}.", frozenset(), key), viewer)


def stored_ids() -> list[int]:
    return list(session().scalars(sa.select(Comment.id)))


def test_pages_hold_twenty_oldest_first_and_cost_as_many_statements_however_many_there_are(
    app: Flask, sam: FlaskClient, lead: Viewer
) -> None:
    write(lead, 2)
    sam.get(PAGE)
    with statements_of(database.engine) as few:
        sam.get(PAGE)
    write(lead, 43)
    with statements_of(database.engine) as many:
        first = text_of(sam.get(PAGE))
    assert len(few) == len(many) <= 10
    assert "Showing 1 to 20 of 45 comments" in first
    assert first.count('id="comment-') == 20
    assert "(page 1 of 3)" in first
    last = text_of(sam.get(f"{PAGE}?page=3"))
    assert last.count('id="comment-') == 5
    assert sam.get(f"{PAGE}/45").location == f"{PAGE}?page=3#comment-45"
    assert sam.get(f"{PAGE}/20").location == f"{PAGE}?page=1#comment-20"
    assert sam.get(f"{PAGE}/21").location == f"{PAGE}?page=2#comment-21"
    assert "Showing 1 to 20" in text_of(sam.get(f"{PAGE}?page=99")), "an unknown page is page 1"


def test_the_audit_says_that_and_never_what(robin: FlaskClient, sam: FlaskClient) -> None:
    say(robin, "Confidential matter of Sam Fell", sam.person_id)  # type: ignore[attr-defined]
    session().rollback()
    (entry,) = session().query(AuditEntry).filter(AuditEntry.verb == "comment added")
    assert (entry.subject, entry.role, entry.after) == ("XN1/8ua-2020/2.2", "lead", {"comment": 1, "mentioned": 1})
    everything = " ".join(str((each.subject, each.before, each.after)) for each in session().query(AuditEntry))
    assert "Confidential" not in everything
    assert "Fell" not in everything


def test_the_panel_of_an_ask_says_how_many_and_who_spoke_last_in_one_statement(
    app: Flask, robin: FlaskClient, sam: FlaskClient, lead: Viewer, region: Viewer
) -> None:
    organisation = get_open_organisation("XN1")
    ask = queries.get_item(organisation, "8ua-2020", "2.2").ask

    def panel(viewer: Viewer) -> panels.CommentsPanel | None:
        return panels.panel(organisation.organisation_id, ask.ask_id, viewer=viewer, place=organisation.place)

    assert panel(lead) == panels.CommentsPanel(0)
    say(robin, "One")
    say(sam, "Two")
    with statements_of(database.engine) as heard:
        assert panel(region) == panels.CommentsPanel(2, NOON, "Sam Fell")
    assert len(heard) == 1


@pytest.mark.parametrize("role", [Role.BOARD, Role.NATIONAL, Role.SYSTEM, Role.ADMINISTRATOR])
def test_the_panel_is_nothing_for_whoever_may_not_comment_there(
    app: Flask, world: make.World, robin: FlaskClient, role: Role
) -> None:
    say(robin, "Not for the board")
    body = {Role.BOARD: world.north_trust, Role.SYSTEM: world.north_system}.get(role)
    viewer = Viewer(99, "Reader", (HeldRole(role, body, "code"),))
    organisation = get_open_organisation("XN1")
    assert viewer.find_power(Permission.COMMENT, organisation.place) is None
    with statements_of(database.engine) as heard:
        assert panels.panel(organisation.organisation_id, 1, viewer=viewer, place=organisation.place) is None
    assert heard == []
