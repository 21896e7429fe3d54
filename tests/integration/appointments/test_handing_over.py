"""Handing over in one step: what moves on which day, what stays, who may, and what two at once come to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.appointments.posting import (
    IN_POST,
    TITLE,
    Sent,
    appoint,
    changes,
    day,
    hand_over,
    id_of,
    opened,
    send,
    stored,
    text_of,
)
from werkzeug.test import TestResponse

from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.appointments.queries import asks_owned_by
from tracker.appointments.rows import ToAppoint
from tracker.appointments.rules import AppointmentRole
from tracker.appointments.service import NotPossible, NotTheirs
from tracker.audit.models import AuditEntry
from tracker.db import session

Enter = Callable[..., FlaskClient]
SINCE = date(2020, 9, 1)
TODAY = date(2020, 11, 2)


@pytest.fixture
def kim(world: make.World) -> int:
    return make.person(Role.CONTRIBUTOR, world.north_trust, email="kim@example.nhs.uk", name="Kim Dale")


@pytest.fixture
def lou(world: make.World) -> int:
    return make.person(Role.CONTRIBUTOR, world.north_trust, email="lou@example.nhs.uk", name="Lou Fell")


def path_of(person_id: int) -> str:
    return f"{IN_POST}/hand-over/{person_id}"


def all_of(*names_and_asks: tuple[str, str | None]) -> list[str]:
    return [str(id_of(name, ref)) for name, ref in names_and_asks]


def test_everything_moves_in_one_step_and_the_time_before_stays(
    robin: FlaskClient, lead: Viewer, kim: int, lou: int
) -> None:
    appoint(lead, kim, "2.2", "7.1", since=SINCE)
    appoint(lead, kim, post=AppointmentRole.EXECUTIVE_LEAD, since=SINCE)
    page = text_of(robin.get(path_of(kim)))
    assert "Hand over from Kim Dale" in page
    assert page.count("checked") == 3, "all of it moves unless somebody says otherwise"
    assert "Since 1 September 2020" in page
    fields: Sent = {
        "who": str(lou),
        "job_title": "Chief Nurse",
        "what": all_of(("Kim Dale", "post"), ("Kim Dale", "2.2"), ("Kim Dale", "7.1")),
        "reason": "Kim goes to Leeds",
    }
    assert send(robin, path_of(kim), fields, day("on", "2 11 2020")).location == IN_POST
    last, first = date(2020, 11, 1), TODAY
    assert stored() == [
        ("Kim Dale", "ask_owner", "2.2", SINCE, last),
        ("Lou Fell", "ask_owner", "2.2", first, None),
        ("Kim Dale", "ask_owner", "7.1", SINCE, last),
        ("Lou Fell", "ask_owner", "7.1", first, None),
        ("Kim Dale", "executive_lead", None, SINCE, last),
        ("Lou Fell", "executive_lead", None, first, None),
    ]
    assert [(each.ask_id, each.since) for each in asks_owned_by(kim, TODAY)] == []
    assert [each.since for each in asks_owned_by(lou, TODAY)] == [first, first]
    page = text_of(robin.get(IN_POST))
    assert (
        f"handed over from Kim Dale to Lou Fell, Chief Nurse, on 2 November 2020: owner of ask 2.2 of “{TITLE}”, "
        f"owner of ask 7.1 of “{TITLE}” and executive lead." in page
    )
    assert "Kim goes to Leeds" in page
    assert changes()[-1] == (3, "handed_over")


def test_the_form_begins_with_the_first_day_on_which_all_of_it_can_move(
    robin: FlaskClient, lead: Viewer, kim: int, lou: int
) -> None:
    appoint(lead, kim, "2.2", since=date(2020, 11, 1))
    assert _day_shown(robin.get(path_of(kim))) == "2"
    appoint(lead, kim, "7.1", since=TODAY)
    assert _day_shown(robin.get(path_of(kim))) == "3"


def _day_shown(page: TestResponse) -> str:
    (box,) = re.findall(r"<input[^>]*name=\"on-day\"[^>]*>", text_of(page))
    (value,) = re.findall(r'value="(\d*)"', box)
    return value


def test_only_what_is_selected_moves(robin: FlaskClient, lead: Viewer, kim: int, lou: int) -> None:
    appoint(lead, kim, "2.2", "7.1", since=SINCE)
    fields: Sent = {"who": str(lou), "job_title": "Nurse", "what": all_of(("Kim Dale", "7.1"))}
    send(robin, path_of(kim), fields, day("on", "2 11 2020"))
    assert [each[0] for each in stored()] == ["Kim Dale", "Kim Dale", "Lou Fell"]
    assert stored()[0] == ("Kim Dale", "ask_owner", "2.2", SINCE, None)


def test_somebody_new_takes_over_and_needs_no_account(robin: FlaskClient, lead: Viewer, kim: int) -> None:
    appoint(lead, kim, "2.2", since=SINCE)
    fields: Sent = {
        "who": "new",
        "name": "Jo Beck",
        "email": "",
        "job_title": "Nurse",
        "what": all_of(("Kim Dale", None)),
    }
    send(robin, path_of(kim), fields, day("on", "2 11 2020"))
    assert stored()[1][0] == "Jo Beck"


def test_the_form_says_of_whom_nobody_would_be_reminded(
    robin: FlaskClient, lead: Viewer, world: make.World, kim: int, lou: int
) -> None:
    make.person(Role.BOARD, world.north_trust, name="Bo Ard")
    appoint(lead, ToAppoint(None, "Priya Ravensworth", "priya@example.nhs.uk"), "7.1", since=SINCE)
    appoint(lead, kim, "2.2", since=SINCE)
    page = text_of(robin.get(path_of(kim)))
    assert "Board member here since 1 January 2020. Gets no reminders: may not update here" in page
    assert "Has been appointed here. Gets no reminders: may not update here" in page
    assert "Contributor here since 1 January 2020\n" in page


def test_nothing_moves_in_another_organisation(world: make.World, lead: Viewer, kim: int, lou: int) -> None:
    south = Viewer(lead.person_id, lead.name, (*lead.held, HeldRole(Role.LEAD, world.south_trust, "XS1")))
    appoint(lead, kim, "2.2", since=SINCE)
    # They can be chosen in the south because they hold a role there too.
    make.person(Role.CONTRIBUTOR, world.south_trust, email="another@example.nhs.uk")
    session().execute(
        sa.text("UPDATE membership SET person_id = :kim WHERE organisation_id = :south"),
        {"kim": kim, "south": world.south_trust},
    )
    session().commit()
    appoint(south, kim, "2.2", since=SINCE, code="XS1")
    hand_over(lead, kim, lou, TODAY)
    assert [(each.organisation_code, each.since) for each in asks_owned_by(kim, TODAY)] == [("XS1", SINCE)]
    assert [(each.organisation_code, each.since) for each in asks_owned_by(lou, TODAY)] == [("XN1", TODAY)]


def test_a_known_last_day_goes_along_and_what_is_still_to_begin_moves_whole(lead: Viewer, kim: int, lou: int) -> None:
    appoint(lead, kim, "2.2", since=SINCE, until=date(2020, 12, 31))
    appoint(lead, kim, "7.1", since=date(2020, 12, 1))
    hand_over(lead, kim, lou, TODAY)
    assert stored() == [
        ("Kim Dale", "ask_owner", "2.2", SINCE, date(2020, 11, 1)),
        ("Lou Fell", "ask_owner", "2.2", TODAY, date(2020, 12, 31)),
        ("Lou Fell", "ask_owner", "7.1", date(2020, 12, 1), None),
    ]


@pytest.mark.parametrize(
    ("since", "until"),
    [(SINCE, date(2020, 10, 15)), (SINCE, None), (date(2020, 11, 5), None), (date(2020, 11, 5), date(2020, 11, 9))],
)
def test_whoever_owned_it_too_has_one_time_afterwards(
    lead: Viewer, kim: int, lou: int, since: date, until: date | None
) -> None:
    appoint(lead, kim, "2.2", since=SINCE)
    appoint(lead, lou, "2.2", since=since, until=until)
    hand_over(lead, kim, lou, TODAY)
    theirs = [(starts, ends) for name, _, _, starts, ends in stored() if name == "Lou Fell"]
    if until == date(2020, 10, 15):
        assert theirs == [(SINCE, until), (TODAY, None)]
    else:
        assert theirs == [(min(since, TODAY), None)]


@pytest.mark.parametrize(
    ("on", "until", "sentence"),
    [
        (SINCE, None, "Kim Dale began with some of this on 1 September 2020 and had it for at least that day."),
        (date(2020, 8, 31), None, "Choose a later day, or correct what was recorded."),
        (date(2020, 11, 10), date(2020, 11, 9), "Kim Dale leaves some of this on 9 November 2020."),
    ],
)
def test_a_day_on_which_it_was_not_theirs_is_refused_and_nothing_moves(
    lead: Viewer, kim: int, lou: int, on: date, until: date | None, sentence: str
) -> None:
    appoint(lead, kim, "2.2", "7.1", since=SINCE, until=until)
    before = stored()
    with pytest.raises(NotPossible, match=sentence.replace(".", r"\.")):
        hand_over(lead, kim, lou, on)
    assert stored() == before


def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    robin: FlaskClient, lead: Viewer, kim: int, lou: int
) -> None:
    appoint(lead, kim, "2.2", since=SINCE)
    good: Sent = {"who": str(lou), "job_title": "Nurse Typed", "what": all_of(("Kim Dale", None))} | day(
        "on", "2 11 2020"
    )
    for fields, sentence in (
        ({"who": ""}, "Choose who it is"),
        ({"who": str(kim)}, "Who takes over?: choose one of the answers that are offered"),
        ({"what": "999"}, "What moves?: choose one of the answers that are offered"),
        ({"job_title": ""}, "Enter the job title"),
        (day("on", ""), "Enter the day from which it is theirs"),
        (day("on", "25 10 2020"), "Enter why 25 October 2020, which is more than 7 days ago, is recorded only now"),
        (day("on", "1 9 2020") | {"reason": "Late"}, "Kim Dale began with some of this on 1 September 2020"),
    ):
        page = text_of(send(robin, path_of(kim), good, fields))
        assert sentence in page
        assert "Nurse Typed" in page or "job_title" in fields
    nothing = {key: value for key, value in good.items() if key != "what"}
    assert "Select at least one thing to hand over" in text_of(send(robin, path_of(kim), nothing))
    assert len(changes()) == 1


def test_a_contributor_gives_what_is_theirs_to_a_colleague_and_nothing_else(
    enter: Enter, lead: Viewer, world: make.World, lou: int
) -> None:
    browser = enter(Role.CONTRIBUTOR, email="kim@example.nhs.uk", name="Kim Dale")
    kim = browser.person_id  # type: ignore[attr-defined]
    appoint(lead, kim, "2.2", since=SINCE)
    appoint(lead, kim, post=AppointmentRole.DEPUTY, since=SINCE)
    appoint(lead, lou, "7.1", since=SINCE)
    make.person(Role.BOARD, world.north_trust, name="Bo Ard")
    page = text_of(browser.get(path_of(kim)))
    assert "Lou Fell" in page
    for hidden in ("Somebody else", "Bo Ard", "Deputy"):
        assert hidden not in page
    assert browser.get(path_of(lou)).status_code == 403
    fields: Sent = {"who": str(lou), "job_title": "Nurse", "what": all_of(("Kim Dale", "2.2"))}
    assert send(browser, path_of(kim), fields, day("on", "2 11 2020")).location == IN_POST
    assert ("Lou Fell", "ask_owner", "2.2", TODAY, None) in stored()
    assert ("Kim Dale", "deputy", None, SINCE, None) in stored()
    me = Viewer(kim, "Kim Dale", (HeldRole(Role.CONTRIBUTOR, world.north_trust, "XN1"),))
    with pytest.raises(NotTheirs):
        hand_over(me, lou, kim, TODAY)
    with pytest.raises(NotTheirs):
        appoint(me, ToAppoint(None, "Jo Beck", ""), "2.3")
    with pytest.raises(NotTheirs):
        appoint(me, lou, "2.3")
    with pytest.raises(NotPossible, match="Somebody owns one of these asks already"):
        appoint(me, kim, "7.1")
    with pytest.raises(NotTheirs):
        appoint(me, kim, post=AppointmentRole.DEPUTY)


def test_whoever_was_never_in_post_here_has_nothing_to_hand_over(robin: FlaskClient, lou: int) -> None:
    assert robin.get(path_of(lou)).status_code == 404
    assert robin.get(path_of(1_000_000)).status_code == 404


def test_two_browsers_that_hand_over_the_same_one_wins_and_the_other_sees_what_is_recorded(
    robin: FlaskClient, enter: Enter, lead: Viewer, kim: int, lou: int
) -> None:
    appoint(lead, kim, "2.2", since=SINCE)
    other = enter(Role.LEAD, name="Lee Marsh", email="lee@example.nhs.uk")
    fields: Sent = {"who": str(lou), "job_title": "Nurse", "what": all_of(("Kim Dale", None))} | day("on", "2 11 2020")
    late = opened(other, path_of(kim)) | fields | {"job_title": "What Lee typed"}
    send(robin, path_of(kim), fields)
    answer = other.post(path_of(kim), data=late)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "What Lee typed" in page
    assert "Lou Fell, Nurse, from 2 November 2020" in page
    assert len(changes()) == 2
    page = text_of(other.get(path_of(kim), follow_redirects=True))
    assert "That was changed since." in page
    assert "nhsuk-notification-banner--success" not in page


def test_a_double_click_hands_over_once(robin: FlaskClient, lead: Viewer, kim: int, lou: int) -> None:
    appoint(lead, kim, "2.2", since=SINCE)
    fields: Sent = {"who": str(lou), "job_title": "Nurse", "what": all_of(("Kim Dale", None))} | day("on", "2 11 2020")
    sent = opened(robin, path_of(kim)) | fields
    robin.post(path_of(kim), data=sent)
    assert "This was saved already." in text_of(robin.post(path_of(kim), data=sent, follow_redirects=True))
    assert len(changes()) == 2


def test_the_audit_says_from_which_number_to_which_and_no_name(lead: Viewer, kim: int, lou: int) -> None:
    appoint(lead, kim, "2.2", since=SINCE)
    hand_over(lead, kim, lou, TODAY)
    entry = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "appointments handed over")).one()
    assert (entry.subject, entry.before, entry.role) == (f"person {kim}", {"person": kim}, "lead")
    assert entry.after is not None
    assert (entry.after["person"], entry.after["on"]) == (lou, "2020-11-02")
