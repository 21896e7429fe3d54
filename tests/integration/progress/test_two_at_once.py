"""Two who edit one ask at once, and one who sends a form twice: nobody's text is lost, and everything is saved once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.progress.standing_there import adoption

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.appointments.models import Appointment
from tracker.db import session
from tracker.frameworks.models import Framework
from tracker.progress.models import Adoption, ProgressEntry

PAGE = "/organisations/XN1/8ua-2020"
HIDDEN = re.compile(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"')
THEIRS = "Somebody else saved this ask while you were writing."


def opened(client: FlaskClient, path: str) -> dict[str, str]:
    """What the form on a page carries, as somebody finds it who opens it now."""
    return dict(HIDDEN.findall(client.get(path).get_data(as_text=True).split("<main", 1)[1])) | {"submit": "yes"}


def on(name: str, day: date) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def entries() -> int:
    return session().scalar(sa.select(sa.func.count(ProgressEntry.id))) or 0


def named(client: FlaskClient, name: str) -> dict[str, str]:
    """The form of ask 6.1 with another lead and the status left."""
    form = opened(client, f"{PAGE}/6.1/update")
    lead = {"lead_name": name, "lead_job_title": "Medical Director", "lead_email": "m.d@example.nhs.uk"}
    return form | lead | {"status": "keep"} | on("lead_from", date(2020, 11, 1))


@pytest.fixture
def assured(lead: Viewer, region: Viewer) -> None:
    tell.say(
        lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper", narrative="Named in September"
    )
    tell.decide(region, "6.1", is_assured=True)


@pytest.mark.usefixtures("assured")
def test_of_two_who_name_another_lead_the_second_sees_the_first(as_lead: FlaskClient) -> None:
    first, second = named(as_lead, "Kit Larkin"), named(as_lead, "Jo Marsh")
    said = {"narrative": "Named in September"}
    assert as_lead.post(f"{PAGE}/6.1/update", data=first | said).status_code == 302
    answer = as_lead.post(f"{PAGE}/6.1/update", data=second | said)
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert THEIRS in page
    assert "Kit Larkin, Medical Director" in page
    assert "Jo Marsh, Medical Director" in page
    assert session().scalar(sa.select(sa.func.count(Appointment.id))) == 1


@pytest.mark.usefixtures("assured")
def test_the_same_lead_sent_twice_is_named_once(as_lead: FlaskClient) -> None:
    form = named(as_lead, "Kit Larkin") | {"narrative": "Named in September"}
    assert [as_lead.post(f"{PAGE}/6.1/update", data=form).status_code for _ in range(2)] == [302, 302]
    assert "Nothing was saved twice" in unescape(as_lead.get("/organisations/XN1").text)
    assert session().scalar(sa.select(sa.func.count(Appointment.id))) == 1


@pytest.mark.usefixtures("assured")
def test_words_typed_beside_a_status_that_is_left_are_not_dropped(as_lead: FlaskClient) -> None:
    answer = as_lead.post(f"{PAGE}/6.1/update", data=named(as_lead, "Kit Larkin") | {"narrative": "Much was done"})
    page = unescape(answer.text)
    assert "You changed what is said beside the status, which would be lost" in page
    assert "Much was done" in page
    assert session().scalar(sa.select(sa.func.count(Appointment.id))) == 0


def test_an_update_after_a_colleague_has_claimed_is_shown_beside_the_claim(as_lead: FlaskClient, lead: Viewer) -> None:
    form = opened(as_lead, f"{PAGE}/2.2/update") | {"status": "at_risk", "reason": "Why", "narrative": "My own words"}
    tell.say(lead, "2.2", "complete_claimed", evidence_url="https://board.example/paper", narrative="Claimed meanwhile")
    answer = as_lead.post(f"{PAGE}/2.2/update", data=form)
    page = unescape(answer.text)
    assert answer.status_code == 409
    for said in (THEIRS, "Claimed meanwhile", "My own words", "At risk", "Complete, claimed"):
        assert said in page, said
    assert entries() == 1


def test_of_two_who_correct_one_entry_the_second_sees_the_first_and_can_put_theirs_after_it(
    as_lead: FlaskClient, lead: Viewer
) -> None:
    tell.say(lead, "1.1", "at_risk", reason="Why", recovery_on=date(2021, 1, 1), narrative="First")
    entry_id = session().scalars(sa.select(ProgressEntry.id)).one()
    path = f"{PAGE}/1.1/history/{entry_id}"
    said = {"status": "not_started", "backdating_reason": "A slip"}
    first, second = opened(as_lead, path), opened(as_lead, path)
    assert as_lead.post(path, data=first | said | {"narrative": "Corrected by one"}).status_code == 302
    answer = as_lead.post(path, data=second | said | {"narrative": "Corrected by another"})
    page = unescape(answer.text)
    assert answer.status_code == 409
    assert "Corrected by one" in page
    assert "Corrected by another" in page
    again = re.search(r'action="([^"]*/history/\d+)"', page)
    assert again is not None
    form = dict(HIDDEN.findall(page.split("<main", 1)[1])) | {"submit": "yes"} | said
    assert as_lead.post(again.group(1), data=form | {"narrative": "Both of us"}).status_code == 302
    assert "Both of us" in as_lead.get(f"{PAGE}/1.1").text
    assert entries() == 3


def test_a_correction_sent_twice_is_saved_once(as_lead: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "1.1", "not_started", narrative="First")
    path = f"{PAGE}/1.1/history/{session().scalars(sa.select(ProgressEntry.id)).one()}"
    form = opened(as_lead, path) | {"status": "not_started", "backdating_reason": "A slip", "narrative": "Second"}
    assert [as_lead.post(path, data=form).status_code for _ in range(2)] == [302, 302]
    assert entries() == 2


def test_confirming_what_somebody_changed_meanwhile_shows_what_stands_now(as_lead: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(datetime(2020, 10, 1, 9, tzinfo=UTC)):
        tell.say(lead, "1.1", "not_started", narrative="We begin in November")
    form = opened(as_lead, f"{PAGE}/1.1/confirm")
    with clock.frozen(datetime(2020, 10, 20, 9, tzinfo=UTC)):
        tell.say(lead, "1.1", "at_risk", reason="Why", recovery_on=date(2021, 1, 1), narrative="It has begun")
    answer = as_lead.post(f"{PAGE}/1.1/confirm", data=form)
    assert answer.status_code == 409
    assert "It has begun" in unescape(answer.text)
    assert "Confirm it if it is true" in unescape(answer.text)


def test_adopting_and_leaving_twice_leads_back_both_times(as_lead: FlaskClient) -> None:
    with clock.frozen(datetime(2025, 2, 3, 12, tzinfo=UTC)):
        make.enter(as_lead, "lead.5@example.nhs.uk")
        for page in ("rcp-2024", "rcp-2024/end"):
            path = f"/organisations/XN1/adopt/{page}"
            form = opened(as_lead, path)
            assert [as_lead.post(path, data=form).status_code for _ in range(2)] == [302, 302], page
    assert session().scalar(sa.select(sa.func.count(Adoption.id))) == 1


def test_what_is_for_everybody_is_not_adopted_by_a_form_that_was_made_up(as_lead: FlaskClient) -> None:
    adoption("XN1", "rcp-2024")
    form = opened(as_lead, f"{PAGE}/1.1/update")
    assert as_lead.post("/organisations/XN1/adopt/8ua-2020", data=form).status_code == 404
    assert as_lead.post("/organisations/XN1/adopt/8ua-2020/end", data=form).status_code == 404
    automatic = sa.select(Framework.id).where(Framework.code == "8ua-2020")
    assert session().scalar(sa.select(Adoption.id).where(Adoption.framework_id.in_(automatic))) is None
