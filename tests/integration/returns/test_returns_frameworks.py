"""A return is offered the frameworks that are tracked, and none that would leave it with no rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import tell
from flask.testing import FlaskClient
from integration.returns.returning import (
    CHANGE,
    CONTROL,
    ONE,
    START,
    begin,
    count,
    day,
    main_of,
    opened,
    send,
    start,
    state_of,
    text_of,
)

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.db import transaction
from tracker.progress import adoptions
from tracker.progress.queries import find_adoption
from tracker.returns.models import BoardReturn

NOW = {"as_at": "3 3 2025", "meeting_on": "5 3 2025"}


@pytest.fixture
def later() -> Iterator[None]:
    """The third of March 2025, when the second framework is in force."""
    with clock.frozen(datetime(2025, 3, 3, 12, tzinfo=UTC)):
        yield


def days(**typed: str) -> dict[str, str]:
    return {name: value for field, on in (NOW | typed).items() for name, value in day(field, on).items()}


def offered(client: FlaskClient, path: str = START) -> list[str]:
    select = re.search(r'<select[^>]*name="framework".*?</select>', text_of(client.get(path)), re.DOTALL)
    assert select is not None
    return re.findall(r'value="([^"]*)"', select.group())


def adopt(lead: Viewer) -> None:
    with transaction():
        adoptions.adopt_framework(tell.item(lead, "6.1").organisation, "rcp-2024", lead, "lead")


def test_a_framework_that_does_not_hold_yet_is_not_offered_and_not_taken(robin: FlaskClient) -> None:
    assert offered(robin) == ["", "1"]
    fields = opened(robin, START)
    answer = robin.post(START, data=fields | CONTROL | {"framework": "2"})
    assert "What it covers: choose one of the answers that are offered" in text_of(answer)
    assert "Quality committee" in text_of(answer)
    assert count(BoardReturn) == 0
    assert start(robin, framework="1").location == ONE


@pytest.mark.usefixtures("later")
def test_a_framework_that_holds_is_offered_from_the_day_on_which_it_is_adopted(enter, lead: Viewer) -> None:
    robin = enter(Role.LEAD)
    assert offered(robin) == ["", "1"]
    adopt(lead)
    assert offered(robin) == ["", "1", "2"]
    answer = start(robin, framework="2", **days(as_at="2 3 2025"))
    assert "(derived): not tracked on 2 March 2025. Choose another or change the day" in main_of(answer)
    assert "Quality committee" in text_of(answer)
    assert count(BoardReturn) == 0
    assert start(robin, framework="2", **days()).location == ONE
    assert state_of() == ("draft", 1, 1)


@pytest.mark.usefixtures("later")
def test_a_return_of_a_framework_that_was_left_since_keeps_it_for_its_day(enter, lead: Viewer) -> None:
    adopt(lead)
    with clock.frozen(datetime(2025, 3, 10, 12, tzinfo=UTC)):
        begin(lead, framework_id=2)
        begin(lead, framework_id=1)
    with clock.frozen(datetime(2025, 3, 20, 12, tzinfo=UTC)):
        with transaction():
            organisation = tell.item(lead, "6.1").organisation
            adopted = find_adoption(organisation.organisation_id, "rcp-2024", clock.today())
            assert adopted is not None
            adoptions.leave_framework(organisation, adopted.adoption_id, lead, "lead")
        robin = enter(Role.LEAD)
        assert offered(robin) == ["", "1"]
        assert offered(robin, CHANGE) == ["", "1", "2"]
        fields = days(as_at="10 3 2025", meeting_on="25 3 2025")
        assert send(robin, CHANGE, CONTROL, framework="2", **fields).location == ONE
        answer = send(robin, CHANGE, CONTROL, framework="2", **days(as_at="20 3 2025", meeting_on="25 3 2025"))
        assert "not tracked on 20 March 2025" in main_of(answer)
