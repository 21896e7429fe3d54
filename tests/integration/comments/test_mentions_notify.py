"""A mention tells one person once, in a digest that says where and never what; whom it means is never guessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.comments.commenting import PAGE, mentions, opened, say, stored, text_of
from integration.mail.awaited import News, digests, lines_of, waiting

from tracker import clock
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import POWERS, HeldRole, Permission, Reach, Role
from tracker.comments.commenters import commenters, still_commenting
from tracker.comments.rules import MOST_MENTIONED
from tracker.db import session
from tracker.mail.topics import Topic
from tracker.organisations.queries import get_open_organisation

Enter = Callable[..., FlaskClient]


def number(client: FlaskClient) -> int:
    person_id: int = client.person_id  # type: ignore[attr-defined]
    return person_id


def test_a_mention_waits_for_the_digest_which_says_where_and_never_what(robin: FlaskClient, sam: FlaskClient) -> None:
    say(robin, "Budget is gone, @Sam Fell, and this is confidential")
    assert mentions() == [(1, number(sam))]
    assert waiting() == [News(number(sam), Topic.MENTION, "mention_1", date(2020, 11, 2))]
    mail = digests()[number(sam)]
    assert "TO KNOW" in mail.body
    assert lines_of(mail, "2.2") == ["Somebody named you in a comment, and may wait for an answer"]
    for text in (mail.body, mail.html or ""):
        assert "http://127.0.0.1:5000/organisations/XN1/8ua-2020/2.2/comments/1" in text
        for word in ("Budget", "confidential", "Robin", "Ashdown"):
            assert word not in mail.subject + text
    assert "Mentions Sam Fell" in text_of(sam.get(PAGE))
    assert number(sam) not in digests(date(2020, 11, 3)), "It is said once."


def test_a_tick_tells_without_a_name_in_the_text(robin: FlaskClient, sam: FlaskClient) -> None:
    say(robin, "Please look", number(sam))
    assert [each.person_id for each in waiting()] == [number(sam)]


def test_a_name_and_a_tick_for_the_same_person_are_one_mention(robin: FlaskClient, sam: FlaskClient) -> None:
    say(robin, "@Sam, @sam fell: please look", number(sam))
    assert mentions() == [(1, number(sam))]
    assert len(waiting()) == 1


def test_a_double_submit_tells_once(robin: FlaskClient, sam: FlaskClient) -> None:
    form = opened(robin) | {"text": "@Sam please", "tell": []}
    for _ in range(2):
        assert robin.post(PAGE, data=form).status_code == 302
    assert len(stored()) == len(waiting()) == len(mentions()) == 1


def test_nobody_is_told_of_what_they_wrote_themselves(robin: FlaskClient, sam: FlaskClient) -> None:
    say(robin, "I, @Robin Ashdown, will do it")
    assert stored()
    assert mentions() == []
    assert waiting() == []
    form = text_of(robin.get(PAGE))
    assert "Sam Fell" in form
    assert "Robin Ashdown" not in form.split("Tell these people", 1)[1].split("</fieldset>", 1)[0]


def test_a_tick_for_oneself_or_for_a_stranger_is_refused(robin: FlaskClient, sam: FlaskClient, enter: Enter) -> None:
    board = enter(Role.BOARD, name="Bo Ard")
    for person_id in (number(robin), number(board), 99_999):
        answer = say(robin, "Please look", person_id)
        assert answer.status_code == 200
        assert "Somebody whom you ticked cannot comment here any more" in text_of(answer)
    assert stored() == []
    assert waiting() == []


def test_a_name_of_several_people_is_asked_about_and_a_tick_answers(
    robin: FlaskClient, sam: FlaskClient, enter: Enter
) -> None:
    other = enter(Role.CONTRIBUTOR, name="Sam Marsh", email="marsh@example.nhs.uk")
    asked = say(robin, "What does @Sam think?")
    assert asked.status_code == 200
    assert "“@Sam” may mean Sam Fell or Sam Marsh. Tick whom you mean below, or write the whole name" in text_of(asked)
    assert "What does @Sam think?" in text_of(asked)
    assert stored() == []
    say(robin, "What does @Sam think?", number(other))
    assert mentions() == [(1, number(other))]


def test_two_people_of_the_same_name_are_told_apart_by_ticks(robin: FlaskClient, enter: Enter) -> None:
    first = enter(Role.CONTRIBUTOR, name="Jo Hale", email="jo1@example.nhs.uk")
    second = enter(Role.CONTRIBUTOR, name="Jo Hale", email="jo2@example.nhs.uk")
    page = text_of(say(robin, "@Jo Hale, please"))
    assert "Several people are called Jo Hale." in page
    for each in (first, second):
        assert f"Contributor, XN1, since 1 January 2020 (number {number(each)})" in page
    say(robin, "@Jo Hale, please", number(second))
    assert mentions() == [(1, number(second))]


def test_somebody_whose_role_ends_between_page_and_save_is_not_told_and_the_text_is_kept(
    robin: FlaskClient, sam: FlaskClient
) -> None:
    form = opened(robin) | {"text": "For you, kept", "tell": [str(number(sam))]}
    session().execute(sa.update(Membership).where(Membership.person_id == number(sam)).values(ended_at=clock.now()))
    session().commit()
    answer = robin.post(PAGE, data=form)
    assert answer.status_code == 200
    assert "For you, kept" in text_of(answer)
    assert "Somebody whom you ticked cannot comment here any more and is not ticked now." in text_of(answer)
    assert stored() == []
    assert waiting() == []


def test_somebody_whose_role_ends_during_the_save_is_not_told_either(
    robin: FlaskClient, sam: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment after the form has looked, and before the service does."""
    monkeypatch.setattr("tracker.comments.service.still_commenting", lambda place, people: set())
    answer = say(robin, "For you, kept @Sam")
    assert "Sam Fell cannot comment here any more. Take the name out, then save again." in text_of(answer)
    assert "For you, kept @Sam" in text_of(answer)
    assert stored() == []
    assert waiting() == []


@pytest.mark.parametrize("loss", ["role ended", "account switched off", "organisation closed"])
def test_nobody_who_may_not_come_in_any_more_is_offered(
    app: Flask, world: make.World, robin: FlaskClient, sam: FlaskClient, loss: str
) -> None:
    place = get_open_organisation("XN1").place
    assert still_commenting(place, {number(robin), number(sam)}) == {number(robin), number(sam)}
    if loss == "role ended":
        session().execute(sa.update(Membership).where(Membership.person_id == number(sam)).values(ended_at=clock.now()))
    elif loss == "account switched off":
        session().execute(sa.update(Account).where(Account.person_id == number(sam)).values(is_active=False))
    else:
        closing = sa.text("UPDATE organisation_life SET ends_on = '2020-11-01' WHERE organisation_id = :id")
        session().execute(closing, {"id": world.north_region})
    assert [each.person_id for each in commenters(place)] == [number(robin)]
    assert still_commenting(place, {number(robin), number(sam)}) == {number(robin)}
    session().rollback()


def test_who_is_offered_is_who_the_rules_let_comment(app: Flask, world: make.World) -> None:
    """The SQL and its Python twin, over every role in every body, for every organisation."""
    bodies = {
        "XN1": world.north_trust,
        "XS1": world.south_trust,
        "QN1": world.north_system,
        "QS1": world.south_system,
        "YN1": world.north_region,
        "YS1": world.south_region,
    }
    held = []
    for role in Role:
        for code, body in {"": None}.items() if role in (Role.NATIONAL, Role.ADMINISTRATOR) else bodies.items():
            person_id = make.person(role, body, email=f"{role.value}.{code}@example.nhs.uk")
            held.append((person_id, HeldRole(role, body, code or None)))
    for code in bodies:
        place = get_open_organisation(code).place
        wanted = {person_id for person_id, role in held if role.reaches(Permission.COMMENT, place)}
        assert {each.person_id for each in commenters(place)} == wanted
        assert wanted
    assert Reach.EVERYWHERE not in {powers.get(Permission.COMMENT) for powers in POWERS.values()}


def test_a_comment_tells_twenty_people_and_no_more(robin: FlaskClient, world: make.World) -> None:
    people = [
        make.person(Role.CONTRIBUTOR, world.north_trust, email=f"many{each}@example.nhs.uk", name=f"Many Of{each}")
        for each in range(MOST_MENTIONED + 1)
    ]
    answer = say(robin, "To all", *people)
    assert "A comment can tell 20 people. You have named 21: take some names out" in text_of(answer)
    assert stored() == []
    say(robin, "To nearly all", *people[1:])
    assert len(waiting()) == MOST_MENTIONED
