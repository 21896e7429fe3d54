"""How often a board wants a return: the form, what is due next, and which returns settle which day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.returns.returning import (
    RETURNS,
    begin,
    count,
    day,
    decide,
    hand_over,
    main_of,
    opened,
    send,
    set_rhythm,
    text_of,
)

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import database
from tracker.returns.cadences import cadences, returns_due
from tracker.returns.due_rules import Due, Rhythm
from tracker.returns.models import ReturnCadence
from tracker.returns.rules import Decision

CADENCE = f"{RETURNS}/cadence"


def due_of(world, today: date) -> Due:
    return returns_due([world.north_trust], today)[world.north_trust]


def test_the_list_says_when_the_next_return_is_due(robin: FlaskClient, enter) -> None:
    assert "Next return due No dates are set yet" in main_of(robin.get(RETURNS))
    sent = {"how": "months", "every_months": "2", **day("first_on", "5 11 2020")}
    assert send(robin, CADENCE, sent).location == RETURNS
    page = main_of(robin.get(RETURNS))
    assert "Board return overdue" not in page
    assert "Next return due 5 November 2020 How often Every 2 months from 5 November 2020" in page
    with clock.frozen(datetime(2020, 11, 6, 9, tzinfo=UTC)):
        late = main_of(enter(Role.BOARD).get(RETURNS))
        assert "Board return overdue Next return due 5 November 2020, 1 day overdue" in late


def test_board_dates_are_typed_one_on_each_line_and_kept_in_order(robin: FlaskClient) -> None:
    typed = "7 January 2021\n\n2020-11-05\n 4/3/2021 \n7 Jan 2021"
    assert send(robin, CADENCE, {"how": "dates", "board_dates": typed}).status_code == 302
    page = main_of(robin.get(RETURNS))
    assert "Next return due 5 November 2020" in page
    assert "5 November 2020, 7 January 2021 and 4 March 2021" in page
    again = text_of(robin.get(CADENCE))
    assert re.search(r"<textarea[^>]*>(.*?)</textarea>", again, re.DOTALL)[1] == "\n".join(
        ["5 November 2020", "7 January 2021", "4 March 2021"]
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose when the board wants a return"),
        ({"how": "months", **day("first_on", "5 11 2020")}, "Choose how often"),
        ({"how": "months", "every_months": "5", **day("first_on", "5 11 2020")}, "choose one of the answers"),
        ({"how": "months", "every_months": "2"}, "Enter the next day on which a return is due"),
        ({"how": "months", "every_months": "2", **day("first_on", "1 11 2020")}, "must be due today or later"),
        ({"how": "dates", "board_dates": " \n "}, "Enter the dates of the board’s meetings"),
        ({"how": "dates", "board_dates": "5 November 2020\nsoon"}, "Line 2, “soon”, is not a date."),
        ({"how": "dates", "board_dates": "30 2 2021"}, "Line 1, “30 2 2021”, is not a date."),
        ({"how": "dates", "board_dates": "5 November 20200"}, "is not a date."),
        ({"how": "dates", "board_dates": "5 11 1021"}, "Line 1: enter a date between"),
        ({"how": "dates", "board_dates": "1 November 2020\n5 11 2020"}, "1 November 2020 has gone by."),
        (
            {"how": "dates", "board_dates": "\n".join(f"{n} 1 2021" for n in range(1, 26))},
            "Enter at most 24 dates. You have typed 25.",
        ),
    ],
)
def test_bad_input_gets_a_sentence_and_writes_nothing(robin: FlaskClient, sent: dict[str, str], sentence: str) -> None:
    answer = send(robin, CADENCE, sent)
    assert answer.status_code == 200
    assert sentence in main_of(answer)
    assert count(ReturnCadence) == 0


def test_today_and_the_most_dates_are_taken(robin: FlaskClient) -> None:
    dates = "\n".join(["2 11 2020", *(f"{n} 1 2021" for n in range(1, 24))])
    assert send(robin, CADENCE, {"how": "dates", "board_dates": dates}).status_code == 302
    assert "Next return due 2 November 2020 " in main_of(robin.get(RETURNS))


def test_a_return_settles_the_next_day_unless_it_is_sent_back(lead: Viewer, board: Viewer, world) -> None:
    set_rhythm(lead, Rhythm(2, date(2020, 11, 5)))
    number = begin(lead)
    assert due_of(world, date(2020, 11, 2)) == Due(date(2020, 11, 5), None)
    hand_over(lead, number)
    assert due_of(world, date(2020, 11, 6)) == Due(date(2021, 1, 5), None)
    decide(board, number, Decision.SENT_BACK, "More about wards")
    assert due_of(world, date(2020, 11, 6)) == Due(date(2020, 11, 5), 1)


def test_a_return_settles_the_day_of_the_meeting_that_it_names(lead: Viewer, world) -> None:
    with clock.frozen(datetime(2020, 10, 1, 9, tzinfo=UTC)):
        set_rhythm(lead, Rhythm(1, date(2020, 10, 5)))
    hand_over(lead, begin(lead))
    assert due_of(world, date(2020, 11, 6)) == Due(date(2020, 11, 5), 1), "It named none, and 5 October was missed."
    hand_over(lead, begin(lead, meeting_on=date(2020, 11, 5)))
    assert due_of(world, date(2020, 11, 6)) == Due(date(2020, 12, 5), None)


def test_an_approved_return_settles_its_day_as_well(lead: Viewer, board: Viewer, world) -> None:
    set_rhythm(lead, Rhythm(2, date(2020, 11, 5)))
    number = begin(lead)
    hand_over(lead, number)
    decide(board, number)
    assert due_of(world, date(2021, 1, 6)) == Due(date(2021, 1, 5), 1)


@pytest.mark.parametrize(
    ("at", "second", "next_on"),
    [
        # The clocks go back at 01:00 UTC on 25 October 2020: the London day of the 24th ends at 23:00 UTC, that of the
        # 25th at midnight UTC. Both dates are settled by a return of the second one's day, the first only before it.
        (datetime(2020, 10, 24, 22, 59, tzinfo=UTC), date(2020, 10, 25), date(2020, 10, 25)),
        (datetime(2020, 10, 24, 23, 1, tzinfo=UTC), date(2020, 10, 25), date(2020, 11, 25)),
        (datetime(2020, 10, 25, 23, 59, tzinfo=UTC), date(2020, 10, 26), date(2020, 10, 26)),
        (datetime(2020, 10, 26, 0, 1, tzinfo=UTC), date(2020, 10, 26), date(2020, 11, 25)),
    ],
)
def test_the_day_of_a_return_is_that_of_london(lead: Viewer, world, at: datetime, second: date, next_on: date) -> None:
    with clock.frozen(datetime(2020, 10, 1, 9, tzinfo=UTC)):
        set_rhythm(lead, Rhythm(None, None, (date(2020, 10, 20), second, date(2020, 11, 25))))
    with clock.frozen(at):
        hand_over(lead, begin(lead))
    assert due_of(world, date(2020, 10, 24)).next_on == next_on


def test_a_new_cadence_counts_from_what_is_still_to_come(lead: Viewer, world) -> None:
    hand_over(lead, begin(lead))
    with clock.frozen(datetime(2020, 11, 3, 9, tzinfo=UTC)):
        set_rhythm(lead, Rhythm(1, date(2020, 11, 30)))
        assert due_of(world, date(2020, 11, 3)) == Due(date(2020, 11, 30), None)
    with clock.frozen(datetime(2020, 11, 4, 9, tzinfo=UTC)):
        set_rhythm(lead, Rhythm(None, None, (date(2020, 12, 1),)))
    assert cadences([world.north_trust])[world.north_trust].rhythm == Rhythm(None, None, (date(2020, 12, 1),))
    assert count(ReturnCadence) == 2, "What was said before stays."


def test_what_is_due_of_many_organisations_takes_two_statements(lead: Viewer, world, app) -> None:
    south = Viewer(lead.person_id, "South", (HeldRole(Role.LEAD, world.south_trust, "XS1"),))
    set_rhythm(lead, Rhythm(2, date(2020, 11, 5)))
    set_rhythm(south, Rhythm(None, None, (date(2020, 10, 30),)), code="XS1")
    with statements_of(database.engine) as statements:
        found = returns_due([world.north_trust, world.south_trust, world.north_ccg], date(2020, 11, 2))
    assert found == {world.north_trust: Due(date(2020, 11, 5), None), world.south_trust: Due(date(2020, 10, 30), 3)}
    assert len([each for each in statements if "SELECT" in str(each)]) == 2


def test_the_form_starts_from_what_holds(enter, lead: Viewer) -> None:
    set_rhythm(lead, Rhythm(3, date(2020, 11, 30)))
    with clock.frozen(datetime(2020, 12, 7, 9, tzinfo=UTC)):
        robin = enter(Role.LEAD)
        page = robin.get(CADENCE).get_data(as_text=True)
        assert '<option value="3" selected>' in page
        boxes = [re.search(rf'name="first_on-{part}"[^>]*value="(\d+)"', page) for part in ("day", "month", "year")]
        assert [box and box[1] for box in boxes] == ["28", "2", "2021"]
        assert opened(robin, CADENCE)["version"] == "1"
