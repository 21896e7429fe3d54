"""Correcting and withdrawing what one said: a new entry, words out of sight, and of two at once exactly one wins."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.comments.commenting import PAGE, mentions, opened, say, stored, text_of, withdrawn
from integration.mail.awaited import digests, fates, waiting

from tracker.accounts.models import Person
from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.comments.models import Comment
from tracker.db import session
from tracker.mail.topics import ReminderState, Topic

Enter = Callable[..., FlaskClient]
CORRECT, WITHDRAW = f"{PAGE}/1/correct", f"{PAGE}/1/withdraw"


@pytest.fixture
def said(robin: FlaskClient) -> FlaskClient:
    """Robin, who has said something."""
    say(robin, "Thirty wards")
    return robin


def test_a_correction_is_an_entry_of_its_own_that_names_what_it_corrects(said: FlaskClient, sam: FlaskClient) -> None:
    say(sam, "Thank you")
    form = text_of(said.get(CORRECT))
    assert "Thirty wards" in form.split("<textarea", 1)[1]
    answer = say(said, "Thirteen wards", path=CORRECT)
    assert answer.location == f"{PAGE}/3"
    first, _, third = stored()
    assert (first.text, first.corrects_id) == ("Thirty wards", None), "nothing is overwritten"
    assert (third.text, third.corrects_id, third.first_id) == ("Thirteen wards", 1, 1)
    page = text_of(sam.get(PAGE))
    assert page.index("Thirty wards") < page.index("Thank you") < page.index("Thirteen wards")
    assert f'This was corrected: <a class="nhsuk-link" href="{PAGE}/3"' in page
    assert f'This corrects <a class="nhsuk-link" href="{PAGE}/1"' in page


def test_a_correction_can_be_corrected_and_only_the_last_wording_can(said: FlaskClient) -> None:
    say(said, "Thirteen wards", path=CORRECT)
    say(said, "Fourteen wards", path=f"{PAGE}/2/correct")
    assert [(each.corrects_id, each.first_id) for each in stored()] == [(None, None), (1, 1), (2, 1)]
    page = text_of(said.get(PAGE))
    assert f"{PAGE}/3/correct" in page
    assert f"{PAGE}/1/correct" not in page
    assert f"{PAGE}/2/correct" not in page


@pytest.mark.parametrize("path", [CORRECT, WITHDRAW])
def test_nobody_else_changes_what_somebody_said(said: FlaskClient, sam: FlaskClient, enter: Enter, path: str) -> None:
    colleague = enter(Role.CONTRIBUTOR)
    for client in (sam, colleague):
        assert client.get(path).status_code == 403
        sent = opened(client) | {"text": "Not mine", "version": "1"}
        assert client.post(path, data=sent).status_code == 403
    assert [each.text for each in stored()] == ["Thirty wards"]
    assert withdrawn() == []
    assert f"{PAGE}/1/correct" not in text_of(sam.get(PAGE))


def test_a_correction_that_says_the_same_is_sent_back(said: FlaskClient) -> None:
    answer = say(said, "Thirty wards", path=CORRECT)
    assert answer.status_code == 200
    assert text_of(answer).count("The comment says this already. Change it, or go back.") >= 2
    assert len(stored()) == 1


def test_of_two_corrections_one_wins_and_the_other_gets_409_with_both_texts(said: FlaskClient) -> None:
    first, second = opened(said, CORRECT), opened(said, CORRECT)
    assert said.post(CORRECT, data=first | {"text": "Thirteen wards"}).status_code == 302
    late = said.post(CORRECT, data=second | {"text": "Fifteen wards"})
    assert late.status_code == 409
    page = text_of(late)
    assert "You corrected this comment in another window meanwhile." in page
    assert "Thirteen wards" in page.split("<textarea", 1)[0]
    assert "Fifteen wards" in page.split("<textarea", 1)[1]
    assert [each.text for each in stored()] == ["Thirty wards", "Thirteen wards"]
    again = dict(second) | {"text": "Fifteen wards", "version": "2"}
    assert 'name="version" type="hidden" value="2"' in page
    assert said.post(CORRECT, data=again).status_code == 302
    assert [(each.text, each.corrects_id) for each in stored()][2] == ("Fifteen wards", 2)


def test_a_correction_that_is_sent_twice_is_saved_once(said: FlaskClient) -> None:
    form = opened(said, CORRECT) | {"text": "Thirteen wards"}
    assert said.post(CORRECT, data=form).location == f"{PAGE}/2"
    assert said.post(CORRECT, data=form).location == PAGE
    assert len(stored()) == 2


def test_whoever_was_told_of_the_first_wording_is_not_told_of_its_correction(
    robin: FlaskClient, sam: FlaskClient, enter: Enter
) -> None:
    kit = enter(Role.CONTRIBUTOR, name="Kit Larkin")
    say(robin, "Thirty wards @Sam")
    say(robin, "Thirteen wards @Sam @Kit", path=CORRECT)
    sam_id, kit_id = sam.person_id, kit.person_id  # type: ignore[attr-defined]
    assert set(mentions()) == {(1, sam_id), (2, sam_id), (2, kit_id)}
    assert [each.person_id for each in waiting()] == [sam_id, kit_id]


def test_the_form_of_a_correction_has_those_ticked_who_are_mentioned(robin: FlaskClient, sam: FlaskClient) -> None:
    say(robin, "Thirty wards", sam.person_id)  # type: ignore[attr-defined]
    form = robin.get(CORRECT).get_data(as_text=True)
    box = form.split(f'value="{sam.person_id}"', 1)[1].split(">", 1)[0]  # type: ignore[attr-defined]
    assert "checked" in box


def test_a_withdrawn_comment_shows_that_it_was_and_no_word_of_it(said: FlaskClient, sam: FlaskClient) -> None:
    assert "Thirty wards" in text_of(said.get(WITHDRAW))
    assert said.post(WITHDRAW, data=opened(said, WITHDRAW)).location == f"{PAGE}/1"
    for client in (said, sam):
        page = text_of(client.get(PAGE))
        assert "Withdrawn by who wrote it at 12:00 on 2 November 2020." in page
        assert "Thirty wards" not in page
        assert f"{PAGE}/1/correct" not in page
    assert stored()[0].text == "Thirty wards", "the row stands; only forgetting a person touches words"
    (entry,) = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "comment withdrawn"))
    assert entry.after == {"comment": 1, "wordings": 1}


def test_withdrawing_takes_every_wording_out_of_sight(said: FlaskClient, sam: FlaskClient) -> None:
    say(said, "Thirteen wards", path=CORRECT)
    path = f"{PAGE}/2/withdraw"
    said.post(path, data=opened(said, path))
    assert withdrawn() == [1, 2]
    page = text_of(sam.get(PAGE))
    assert "Thirty" not in page
    assert "Thirteen" not in page


def test_whom_a_comment_named_that_was_withdrawn_before_the_digest_is_not_led_to_nothing(
    robin: FlaskClient, sam: FlaskClient
) -> None:
    sam_id: int = sam.person_id  # type: ignore[attr-defined]
    say(robin, "Thirty wards @Sam")
    say(robin, "Something else @Sam")
    robin.post(WITHDRAW, data=opened(robin, WITHDRAW))
    assert [each.kind for each in waiting()] == ["mention_2"]
    assert fates()[0] == (sam_id, Topic.MENTION, ReminderState.SUPPRESSED, "The comment was withdrawn")
    assert f"{PAGE}/1" not in digests()[sam_id].body


def test_withdrawing_twice_writes_once(said: FlaskClient) -> None:
    form = opened(said, WITHDRAW)
    first, second = [said.post(WITHDRAW, data=form, follow_redirects=True) for _ in range(2)]
    assert withdrawn() == [1]
    assert "nhsuk-notification-banner--success" in text_of(first)
    assert "This comment was withdrawn already. Nothing was changed." in text_of(second)
    assert "nhsuk-notification-banner--success" not in text_of(second)


def test_a_comment_that_was_corrected_meanwhile_is_not_withdrawn_unseen(said: FlaskClient) -> None:
    form = opened(said, WITHDRAW)
    say(said, "Thirteen wards", path=CORRECT)
    late = said.post(WITHDRAW, data=form)
    assert late.status_code == 409
    assert "Thirteen wards" in text_of(late)
    assert withdrawn() == []


def test_a_comment_that_was_withdrawn_meanwhile_is_not_corrected_and_the_text_is_kept(said: FlaskClient) -> None:
    form = opened(said, CORRECT)
    said.post(WITHDRAW, data=opened(said, WITHDRAW))
    late = said.post(CORRECT, data=form | {"text": "Thirteen wards"})
    assert late.status_code == 409
    page = text_of(late)
    assert "This comment was withdrawn already." in page
    assert "Thirteen wards" in page.split("<textarea", 1)[1]
    assert len(stored()) == 1
    assert said.get(CORRECT).status_code == 302
    assert "You withdrew this comment" in text_of(said.get(WITHDRAW))


def test_somebody_who_was_forgotten_is_a_former_colleague(app: Flask, said: FlaskClient, sam: FlaskClient) -> None:
    say(sam, "I agree", said.person_id)  # type: ignore[attr-defined]
    session().execute(sa.update(Person).where(Person.id == said.person_id).values(name=""))  # type: ignore[attr-defined]
    session().commit()
    page = text_of(sam.get(PAGE))
    assert "A former colleague, Health inequalities lead" in page
    assert "Mentions a former colleague" in page


def test_the_database_lets_a_comment_be_corrected_once(app: Flask, said: FlaskClient) -> None:
    say(said, "Thirteen wards", path=CORRECT)
    twin = {column.name: getattr(stored()[1], column.name) for column in Comment.__table__.columns}
    twin |= {"id": 9, "submission_key": "another"}
    with pytest.raises(sa.exc.IntegrityError):
        session().execute(sa.insert(Comment).values(twin))
    session().rollback()
