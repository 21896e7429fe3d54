"""Of two who appoint at once one wins and sees both; a form that is sent twice is saved once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from integration.appointments.posting import (
    APPOINT,
    IN_POST,
    LEAD,
    OWNER,
    changes,
    day,
    id_of,
    opened,
    send,
    stored,
    text_of,
)

from tracker.accounts.rules import Role

Enter = Callable[..., FlaskClient]


def test_a_double_click_saves_once(robin: FlaskClient) -> None:
    sent = opened(robin, APPOINT) | OWNER
    robin.post(APPOINT, data=sent)
    assert "This was saved already." in text_of(robin.post(APPOINT, data=sent, follow_redirects=True))
    path = f"{IN_POST}/{id_of('Kit Larkin')}/end"
    sent = opened(robin, path) | day("last_day", "31 10 2020")
    robin.post(path, data=sent)
    assert "This was saved already." in text_of(robin.post(path, data=sent, follow_redirects=True))
    assert changes() == [(1, "appointed"), (2, "ended")]


def test_of_two_who_change_at_once_one_wins_and_the_other_sees_both(robin: FlaskClient, enter: Enter) -> None:
    other = enter(Role.LEAD, name="Lee Marsh", email="lee@example.nhs.uk")
    late = opened(other, APPOINT) | LEAD | {"name": "Ben Second", "email": "ben@example.nhs.uk"}
    send(robin, APPOINT, LEAD)
    answer = other.post(APPOINT, data=late)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "Somebody else changed who answers for what while you were writing." in page
    assert "Executive lead: Priya Ravensworth, Medical Director, from 14 September 2020" in page
    assert 'value="Ben Second"' in page
    assert len(stored()) == 1
    # What is shown can be saved again, knowingly.
    again = dict(late) | day("starts_on", "1 11 2020") | {"version": "1"}
    assert other.post(APPOINT, data=again).status_code == 302
    assert len(stored()) == 2


def test_an_appointment_that_somebody_else_ended_meanwhile_is_not_changed(robin: FlaskClient, enter: Enter) -> None:
    send(robin, APPOINT, OWNER)
    path = f"{IN_POST}/{id_of('Kit Larkin')}/end"
    other = enter(Role.LEAD, name="Lee Marsh", email="lee@example.nhs.uk")
    late = opened(other, path) | day("last_day", "30 9 2020") | {"reason": "Left us"}
    send(robin, path, day("last_day", "31 10 2020"))
    answer = other.post(path, data=late)
    assert answer.status_code == 409
    assert "Left us" in text_of(answer)
    assert stored()[0][4] == date(2020, 10, 31)
    page = text_of(other.get(path, follow_redirects=True))
    assert "That was changed since." in page
    assert "nhsuk-notification-banner--success" not in page


def test_of_two_contributors_who_take_the_same_ask_one_has_it(enter: Enter) -> None:
    kim = enter(Role.CONTRIBUTOR, name="Kim Dale", email="kim@example.nhs.uk")
    lou = enter(Role.CONTRIBUTOR, name="Lou Fell", email="lou@example.nhs.uk")
    late = opened(lou, APPOINT) | OWNER | {"who": str(lou.person_id)}  # type: ignore[attr-defined]
    send(kim, APPOINT, OWNER, who=str(kim.person_id))  # type: ignore[attr-defined]
    assert lou.post(APPOINT, data=late).status_code == 409
    assert [name for name, *_ in stored()] == ["Kim Dale"]
