"""Which services an organisation runs: what an answer takes out of tracking needs a reason; nothing goes quietly."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskClient
from integration.at_browsers import enter, robin
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.audit.models import AuditEntry
from tracker.db import database, session, transaction
from tracker.frameworks.rules import Service
from tracker.organisations.models import OrganisationService
from tracker.organisations.queries import get_open_organisation, service_answers
from tracker.organisations.service import record_service
from tracker.progress import queries, service_asks
from tracker.progress.answering_services import Answers, ChangedMeanwhile, answer_services

__all__ = ["enter", "robin"]

Enter = Callable[..., FlaskClient]
PAGE = "/organisations/XN1"
SERVICES, ASK = f"{PAGE}/services", f"{PAGE}/8ua-2020/4.4"
TODAY = date(2020, 11, 2)
NEEDS = (
    "Enter why your organisation does not provide maternity services: ask 4.4 would go out of tracking, and something "
    "was said of it"
)
WHY = "Maternity moved to the Downs hospitals"


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def opened(client: FlaskClient) -> dict[str, str]:
    page = client.get(SERVICES).get_data(as_text=True).split("<main", 1)[1]
    return dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', page))


def answer(client: FlaskClient, **said: str) -> TestResponse:
    return client.post(SERVICES, data=opened(client) | said)


def answers(world: make.World, on: date = TODAY) -> dict[Service, bool]:
    session().rollback()
    return service_answers(world.north_trust, on)


def rows() -> list[tuple[str, bool, str, bool]]:
    """What is stored: service, answer, reason, and whether it is known still."""
    session().rollback()
    stored = session().scalars(sa.select(OrganisationService).order_by(OrganisationService.id))
    return [(row.service.value, row.is_provided, row.reason, row.superseded_at is None) for row in stored]


@pytest.fixture
def off_track(robin: FlaskClient, lead: Viewer) -> FlaskClient:
    """A trust that runs maternity services and has said that 4.4 is off track."""
    answer(robin, maternity="yes")
    tell.say(lead, "4.4", "off_track", reason="Two teams away", recovery_on=date(2021, 2, 1))
    return robin


def test_an_ask_of_which_something_was_said_goes_out_of_tracking_only_for_a_reason(
    off_track: FlaskClient, world: make.World
) -> None:
    refused = answer(off_track, maternity="no", mental_health="yes")
    assert refused.status_code == 200
    page = text_of(refused)
    assert NEEDS in page
    assert 'href="#maternity_reason"' in page, "the summary leads to where the reason is written"
    assert answers(world) == {Service.MATERNITY: True}, "none of the answers of a refused form is written"
    assert off_track.get(ASK).status_code == 200
    assert answer(off_track, maternity="no", maternity_reason=WHY).status_code == 302
    assert answers(world) == {Service.MATERNITY: False}
    assert ("maternity", False, WHY, True) in rows()
    page = text_of(off_track.get(SERVICES))
    assert "because your organisation says that it does not provide maternity services" in page
    assert re.search(r"<li>4\.4 [^<]*\(what was said of it is kept\)</li>", page)
    assert off_track.get(ASK).status_code == 404


def test_a_reason_of_blanks_is_none(off_track: FlaskClient, world: make.World) -> None:
    assert NEEDS in text_of(answer(off_track, maternity="no", maternity_reason="  \n "))
    assert answers(world) == {Service.MATERNITY: True}


def test_a_reason_for_another_service_is_none_for_this(off_track: FlaskClient, world: make.World) -> None:
    assert NEEDS in text_of(answer(off_track, maternity="no", mental_health="no", mental_health_reason="Not ours"))
    assert answers(world) == {Service.MATERNITY: True}


def test_yes_again_brings_back_what_was_said(off_track: FlaskClient, world: make.World) -> None:
    answer(off_track, maternity="no", maternity_reason=WHY)
    assert answer(off_track, maternity="yes", maternity_reason="Not kept: a yes needs none").status_code == 302
    assert "Two teams away" in text_of(off_track.get(ASK))
    page = text_of(off_track.get(SERVICES))
    assert "Out of tracking" not in page
    assert "Not kept" not in page
    assert WHY in page, "why it was no stays readable"


def test_where_nothing_was_said_no_reason_is_asked_for_and_what_is_given_is_kept(
    robin: FlaskClient, world: make.World
) -> None:
    answer(robin, maternity="yes", mental_health="yes")
    assert answer(robin, maternity="no", mental_health="no", mental_health_reason="Another trust").status_code == 302
    assert answers(world) == {Service.MATERNITY: False, Service.MENTAL_HEALTH: False}
    assert [row[2] for row in rows() if row[3] and not row[1]] == ["", "Another trust"]


def test_a_first_no_that_takes_away_what_was_said_needs_a_reason_too(
    robin: FlaskClient, lead: Viewer, world: make.World
) -> None:
    """The first answer has always held, so that the ask would be gone for every day."""
    tell.say(lead, "4.4", "not_started")
    assert NEEDS in text_of(answer(robin, maternity="no"))
    assert answers(world) == {}


def test_a_target_is_something_that_was_said(robin: FlaskClient, lead: Viewer) -> None:
    answer(robin, maternity="yes")
    tell.agree(lead, "4.4", date(2021, 3, 1))
    assert NEEDS in text_of(answer(robin, maternity="no"))


def test_every_ask_that_goes_is_named(robin: FlaskClient, lead: Viewer) -> None:
    answer(robin, mental_health="yes")
    here = get_open_organisation("XN1")
    refs = [each.ask.ref for each in service_asks.service_asks_of(here, TODAY) if each.service is Service.MENTAL_HEALTH]
    assert len(refs) == 2
    for ref in refs:
        tell.say(lead, ref, "not_started")
    page = text_of(answer(robin, mental_health="no"))
    assert f"asks {refs[0]} and {refs[1]} would go out of tracking, and something was said of them" in page


def test_what_depends_on_a_service_is_what_the_answer_takes_away(world: make.World) -> None:
    """The twin of the rule of standings: the asks named here are those that leave it."""
    here = get_open_organisation("XN1")
    for service in Service:
        with transaction():
            record_service(world.north_trust, service, True)
        before = queries.tracked_asks(here, TODAY)
        with transaction():
            record_service(world.north_trust, service, False)
        gone = before - queries.tracked_asks(here, TODAY)
        named = {each.ask.ask_id for each in service_asks.service_asks_of(here, TODAY) if each.service is service}
        assert gone == named != set()


def test_the_page_tells_who_answered_what_when_and_why_newest_first(
    off_track: FlaskClient, enter: Enter, world: make.World
) -> None:
    with clock.frozen(datetime(2020, 11, 5, 9, 30, tzinfo=UTC)):
        kim = enter(Role.CONTRIBUTOR, name="Kim Dale", email="kim@example.nhs.uk")
        answer(kim, maternity="no", maternity_reason=WHY)
        page = text_of(kim.get(SERVICES))
    told = re.findall(r"<p>([^<]* answered [^<]*)</p>", page)
    assert told == [
        "09:30 on 5 November 2020: Kim Dale, Contributor, answered maternity services: no.",
        "12:00 on 2 November 2020: Robin Ashdown, Health inequalities lead, answered maternity services: yes.",
    ]
    assert WHY in page
    assert "Who said so is not recorded" not in page, "that the yes ended on the day before is no answer of anybody"
    assert answers(world, date(2020, 11, 4)) == {Service.MATERNITY: True}, "the days before stay as they were"


def test_an_answer_of_nobody_and_of_somebody_forgotten_is_told_without_a_name(
    robin: FlaskClient, enter: Enter, world: make.World
) -> None:
    with transaction():
        record_service(world.north_trust, Service.MATERNITY, True)
    kim = enter(Role.CONTRIBUTOR, name="Kim Dale", email="kim@example.nhs.uk")
    answer(kim, mental_health="yes")
    session().execute(sa.text("UPDATE person SET name = '' WHERE name = 'Kim Dale'"))
    session().commit()
    page = text_of(robin.get(SERVICES))
    assert "recorded maternity services: yes. Who said so is not recorded." in page
    assert "A former colleague, Contributor, answered mental health services: yes." in page


def test_the_audit_has_who_and_when_and_not_the_reason(off_track: FlaskClient) -> None:
    answer(off_track, maternity="no", maternity_reason=WHY)
    entries = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "service recorded")).all()
    assert [(entry.person_id, entry.role) for entry in entries] == [(off_track.person_id, "lead")] * 2  # type: ignore[attr-defined]
    assert WHY not in str([(entry.before, entry.after, entry.subject) for entry in entries])


def test_a_form_that_is_sent_twice_is_written_once(off_track: FlaskClient) -> None:
    sent = opened(off_track) | {"maternity": "no", "maternity_reason": WHY}
    assert off_track.post(SERVICES, data=sent).status_code == 302
    before = rows()
    again = off_track.post(SERVICES, data=sent, follow_redirects=True)
    assert "recorded already, so nothing was saved" in text_of(again)
    assert rows() == before


def test_of_two_who_answer_the_second_sees_both_answers_and_may_save_knowingly(
    off_track: FlaskClient, enter: Enter, world: make.World
) -> None:
    kim = enter(Role.CONTRIBUTOR, name="Kim Dale", email="kim@example.nhs.uk")
    late = opened(kim) | {"maternity": "no", "maternity_reason": "Kim says it closed", "mental_health": "no"}
    answer(off_track, maternity="yes", mental_health="yes")
    overtaken = kim.post(SERVICES, data=late)
    assert overtaken.status_code == 409
    page = text_of(overtaken)
    assert "Somebody else answered while you were writing." in page
    assert "Mental health services: Yes" in page
    assert "Kim says it closed" in page
    assert answers(world) == {Service.MATERNITY: True, Service.MENTAL_HEALTH: True}
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version is not None
    assert kim.post(SERVICES, data=late | {"version": version.group(1)}).status_code == 302
    assert answers(world) == {Service.MATERNITY: False, Service.MENTAL_HEALTH: False}


def test_of_two_at_the_same_moment_exactly_one_is_written(app: Flask, lead: Viewer, world: make.World) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("In-memory SQLite has one connection; two threads at once are shown on PostgreSQL.")
    start, outcomes = threading.Barrier(2), []

    def say(is_provided: bool) -> None:
        with app.app_context():
            said = Answers({Service.MATERNITY: is_provided}, {}, 0, f"key {is_provided}")
            start.wait(timeout=10)
            try:
                with transaction():
                    outcomes.append(answer_services(get_open_organisation("XN1"), said, lead, "lead"))
            except ChangedMeanwhile:
                outcomes.append("overtaken")
            finally:
                database.session.remove()

    session().commit()
    threads = [threading.Thread(target=say, args=(each,)) for each in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(map(str, outcomes)) == ["True", "overtaken"]
    assert len(rows()) == 1
