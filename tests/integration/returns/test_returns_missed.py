"""What is overdue does not vanish: not by a far meeting, not by other dates, not by a return of one framework."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.returns.returning import (
    RETURNS,
    act,
    begin,
    check,
    count,
    day,
    decide,
    hand_over,
    main_of,
    opened,
    send,
    set_rhythm,
    submissions,
    text_of,
)

from tracker import clock
from tracker.accounts.rules import Permission, Role, Viewer
from tracker.db import session, transaction
from tracker.organisations.queries import get_open_organisation
from tracker.progress.adoptions import adopt_framework
from tracker.returns import cadences
from tracker.returns.cadences import ReasonNeeded, returns_due
from tracker.returns.due_rules import Due, Rhythm
from tracker.returns.models import ReturnCadence
from tracker.returns.rules import Decision

CADENCE = f"{RETURNS}/cadence"
NEXT_YEAR = {"how": "months", "every_months": "2", **day("first_on", "5 1 2021")}
MISSED = "Missed: due 21 October 2020"
MARK = "Board return overdue"


def at(*parts: int) -> datetime:
    return datetime(*parts, 9, tzinfo=UTC)  # type: ignore[arg-type]


def due_of(world, today: date) -> Due:
    return returns_due([world.north_trust], today)[world.north_trust]


@pytest.fixture
def overdue(lead: Viewer) -> None:
    """A monthly cadence whose first day, 21 October 2020, has gone by without a return."""
    with clock.frozen(at(2020, 10, 1)):
        set_rhythm(lead, Rhythm(1, date(2020, 10, 21)))


@pytest.mark.usefixtures("overdue")
def test_a_far_meeting_settles_what_was_missed_and_one_day_and_only_once_it_is_handed_in(lead: Viewer, world) -> None:
    before = Due(date(2020, 10, 21), 12)
    number = begin(lead, meeting_on=date(2021, 11, 2))
    check(lead, number)
    assert due_of(world, date(2020, 11, 2)) == before
    hand_over(lead, number)
    assert due_of(world, date(2020, 11, 22)) == Due(date(2020, 12, 21), None)
    assert due_of(world, date(2020, 12, 22)) == Due(date(2020, 12, 21), 1)


@pytest.mark.usefixtures("overdue")
def test_other_dates_need_a_reason_and_leave_what_was_overdue_missed_until_a_return_is_handed_in(
    robin: FlaskClient, lead: Viewer, board: Viewer
) -> None:
    refused = send(robin, CADENCE, NEXT_YEAR, reason=" ")
    assert "Enter why it is changed" in text_of(refused)
    assert "What is overdue when you change it stays missed until a return is submitted." in main_of(refused)
    assert count(ReturnCadence) == 1
    assert send(robin, CADENCE, NEXT_YEAR, reason="Our board meets every two months now").location == RETURNS
    page = main_of(robin.get(RETURNS))
    assert f"{MARK} Next return due 5 January 2021. {MISSED} How often Every 2 months from 5 January 2021" in page
    assert "Robin Ashdown, Health inequalities lead, set: Every 2 months from 5 January 2021." in page
    assert "Why: Our board meets every two months now" in page
    assert page.index("set: Every 2 months") < page.index("set: Every month")
    summary = main_of(robin.get("/organisations/XN1"))
    assert f"{MARK} Next due on 5 January 2021. {MISSED}" in summary
    # What is handed in ends it, and what is sent back does not.
    hand_over(lead, begin(lead))
    for path in (RETURNS, "/organisations/XN1"):
        page = main_of(robin.get(path))
        assert [words for words in (MISSED, MARK) if words in page] == []
    decide(board, 1, Decision.SENT_BACK, "More about wards")
    assert f"{MARK} Next return due 5 January 2021. {MISSED}" in main_of(robin.get(RETURNS))


@pytest.mark.usefixtures("overdue")
def test_what_is_overdue_again_is_said_beside_what_was_missed(robin: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(at(2020, 10, 30)):
        set_rhythm(lead, Rhythm(None, None, (date(2020, 11, 1),)))
    assert f"Next return due 1 November 2020, 1 day overdue. {MISSED}" in main_of(robin.get(RETURNS))
    assert f"{MARK} 1 day, due on 1 November 2020. {MISSED}" in main_of(robin.get("/organisations/XN1"))


@pytest.mark.parametrize(("on", "missed_on"), [(21, None), (22, date(2020, 10, 21))])
@pytest.mark.usefixtures("overdue")
def test_on_the_due_day_itself_nothing_is_missed_yet(lead: Viewer, world, on: int, missed_on: date | None) -> None:
    with clock.frozen(at(2020, 10, on)):
        set_rhythm(lead, Rhythm(2, date(2021, 1, 5)))
    assert due_of(world, date(2020, 11, 2)) == Due(date(2021, 1, 5), None, missed_on)


def test_the_day_on_which_dates_are_set_is_that_of_london(lead: Viewer, world) -> None:
    with clock.frozen(at(2020, 7, 1)):
        set_rhythm(lead, Rhythm(1, date(2020, 7, 21)))
    # 23:30 UTC on 21 July is 22 July in London.
    with clock.frozen(datetime(2020, 7, 21, 23, 30, tzinfo=UTC)):
        set_rhythm(lead, Rhythm(2, date(2021, 1, 5)))
    assert due_of(world, date(2020, 11, 2)).missed_on == date(2020, 7, 21)


def test_the_first_dates_need_no_reason_and_all_others_do(robin: FlaskClient) -> None:
    assert "Why is it changed?" not in text_of(robin.get(CADENCE))
    assert send(robin, CADENCE, NEXT_YEAR, reason="Unasked").status_code == 302
    assert "How often it was due before" not in text_of(robin.get(RETURNS))
    assert "Why is it changed?" in text_of(robin.get(CADENCE))
    assert "Enter why it is changed" in text_of(send(robin, CADENCE, NEXT_YEAR))
    assert send(robin, CADENCE, NEXT_YEAR, reason="It meets less often").status_code == 302
    reasons = session().scalars(sa.select(ReturnCadence.reason).order_by(ReturnCadence.id))
    assert list(reasons) == ["", "It meets less often"]


def test_the_service_asks_for_the_reason_too(lead: Viewer) -> None:
    set_rhythm(lead, Rhythm(1, date(2020, 11, 5)), reason="")
    with pytest.raises(ReasonNeeded):
        set_rhythm(lead, Rhythm(2, date(2020, 11, 5)), reason=" ")
    session().rollback()
    assert count(ReturnCadence) == 1


def test_who_is_overtaken_as_they_set_the_first_dates_says_why_theirs_are_other(robin: FlaskClient, enter) -> None:
    kim = enter(Role.LEAD, name="Kim Marsh", email="kim@example.nhs.uk")
    fields = opened(kim, CADENCE)
    assert send(robin, CADENCE, NEXT_YEAR).status_code == 302
    late = kim.post(CADENCE, data=fields | NEXT_YEAR | {"every_months": "3"})
    assert late.status_code == 409
    assert "Why is it changed?" in text_of(late)
    again = fields | NEXT_YEAR | {"every_months": "3", "version": "1"}
    assert "Enter why it is changed" in text_of(kim.post(CADENCE, data=again))
    assert kim.post(CADENCE, data=again | {"reason": "Every third month is right"}).status_code == 302


def take_up_another(lead: Viewer, on: datetime) -> None:
    with clock.frozen(on), transaction():
        adopt_framework(get_open_organisation("XN1"), "rcp-2024", lead, "lead")


@pytest.mark.parametrize(
    ("adopted_on", "framework_id", "as_at", "settles"),
    [
        # The one framework that is tracked is everything; of two it is not, and everything always is.
        (None, 1, date(2025, 1, 10), True),
        (None, None, date(2025, 1, 10), True),
        (date(2025, 1, 3), 1, date(2025, 1, 10), False),
        (date(2025, 1, 3), None, date(2025, 1, 10), True),
        # A return of a day before the second was taken up, and of the day itself.
        (date(2025, 1, 9), 1, date(2025, 1, 8), False),
        (date(2025, 1, 10), 1, date(2025, 1, 10), False),
    ],
)
def test_a_return_of_one_framework_of_several_settles_no_date(
    lead: Viewer, world, adopted_on: date | None, framework_id: int | None, as_at: date, settles: bool
) -> None:
    with clock.frozen(at(2025, 1, 2)):
        set_rhythm(lead, Rhythm(1, date(2025, 1, 5)))
    if adopted_on is not None:
        take_up_another(lead, at(adopted_on.year, adopted_on.month, adopted_on.day))
    with clock.frozen(at(2025, 1, 10)):
        hand_over(lead, begin(lead, framework_id=framework_id, as_at=as_at))
    assert submissions()[0].covers_all is settles
    assert due_of(world, date(2025, 1, 10)) == (Due(date(2025, 2, 5), None) if settles else Due(date(2025, 1, 5), 5))


def test_what_is_taken_up_afterwards_does_not_undo_what_was_settled(lead: Viewer, world) -> None:
    with clock.frozen(at(2025, 1, 2)):
        set_rhythm(lead, Rhythm(1, date(2025, 1, 5)))
        hand_over(lead, begin(lead, framework_id=1))
    take_up_another(lead, at(2025, 1, 3))
    assert due_of(world, date(2025, 1, 10)) == Due(date(2025, 2, 5), None)


@pytest.mark.usefixtures("overdue")
def test_a_return_of_one_framework_does_not_end_what_was_missed(lead: Viewer, world) -> None:
    with clock.frozen(at(2025, 1, 2)):
        set_rhythm(lead, Rhythm(2, date(2025, 6, 5)))
    take_up_another(lead, at(2025, 1, 3))
    with clock.frozen(at(2025, 1, 4)):
        hand_over(lead, begin(lead, framework_id=1))
        assert due_of(world, date(2025, 1, 4)) == Due(date(2025, 6, 5), None, date(2020, 10, 21))
        hand_over(lead, begin(lead))
        assert due_of(world, date(2025, 1, 4)).missed_on is None


def test_a_form_of_the_cadence_that_says_nothing_of_what_it_replaces_is_told_of_it(lead: Viewer) -> None:
    set_rhythm(lead, Rhythm(1, date(2020, 11, 5)))
    with transaction(), pytest.raises(cadences.CadenceChangedMeanwhile):
        cadences.set_cadence(act(lead, Permission.SUBMIT_RETURNS), Rhythm(2, date(2020, 11, 5)), "")
