"""What an entry of the register is linked to: asks and steps in force for this type of body, and what was before."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask.testing import FlaskClient
from integration.barriers.registering import (
    ADD,
    BARRIER,
    CHANGE,
    ONE,
    add,
    links,
    text_of,
)
from integration.barriers.test_closing_barriers import Enter

from tracker import clock
from tracker.accounts.rules import Role


def test_somebody_who_comes_from_an_ask_finds_it_ticked(robin: FlaskClient) -> None:
    form = text_of(robin.get(f"{ADD}?ask=8ua-2020/2.2"))
    assert re.search(r'value="8ua-2020/2.2"[^>]*checked', form)
    assert len(re.findall(r'name="asks"[^>]*checked', form)) == 1
    assert "checked" not in text_of(robin.get(f"{ADD}?ask=made/up")).split('name="asks"', 1)[1]


def test_only_asks_of_this_type_of_body_in_force_are_offered_and_what_is_linked_stays(
    enter: Enter, robin: FlaskClient
) -> None:
    trust = text_of(robin.get(ADD))
    assert 'value="8ua-2020/2.2"' in trust
    assert 'value="8ua-2020/3.2"' not in trust, "3.2 is asked of systems"
    assert 'value="8ua-2020/3.2"' in text_of(enter(Role.SYSTEM).get(ADD.replace("XN1", "QN1")))


def test_steps_can_be_linked_beside_asks_from_the_day_they_are_in_force(enter: Enter, robin: FlaskClient) -> None:
    assert "rcp-2024" not in text_of(robin.get(ADD))
    with clock.frozen(datetime(2024, 12, 16, 12, tzinfo=UTC)):
        lead = enter(Role.LEAD, name="Robin Ashdown", email="robin@example.nhs.uk")
        assert add(lead, BARRIER | {"asks": ["8ua-2020/2.2", "rcp-2024/S6"]}).status_code == 302
        assert 'href="/organisations/XN1/rcp-2024/S6"' in text_of(lead.get(ONE))
        assert links() == [(1, "2.2"), (1, "S6")]
    # What is linked stays to be chosen, whatever became of its framework.
    form = text_of(enter(Role.LEAD, email="robin@example.nhs.uk").get(CHANGE))
    assert re.search(r'value="rcp-2024/S6"[^>]*checked', form)
    assert 'value="rcp-2024/S7"' not in form
