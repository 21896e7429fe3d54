"""The page of an organisation: what is late by which name, what is not to be believed as it stands, where more is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.comments.talking import barrier_row

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.db import session, transaction
from tracker.evidence.models import Evidence, EvidenceExpiry
from tracker.organisations.queries import get_open_organisation
from tracker.returns import cadences
from tracker.returns.acts import Act
from tracker.returns.due_rules import Rhythm

PAGE = "/organisations/XN1"
LEAD = "lead.5@example.nhs.uk"
"""The lead of XN1, as ``make.sign_in`` names them."""


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


def again(client: FlaskClient) -> FlaskClient:
    """The same person in another browser, as a session does not outlive the days between."""
    browser = client.application.test_client()
    make.enter(browser, LEAD)
    return browser


def summary(client: FlaskClient, path: str = PAGE) -> dict[str, str]:
    """The rows above the asks, by their names."""
    page = client.get(path).get_data(as_text=True)
    rows = re.findall(r'summary-list__key">([^<]*)</dt>\s*<dd[^>]*>(.*?)</dd>', page, re.DOTALL)
    return {key: " ".join(unescape(re.sub(r"<[^>]+>", "", value)).split()) for key, value in rows}


def hint(client: FlaskClient, ref: str) -> str:
    page = client.get(PAGE).get_data(as_text=True)
    found = re.search(rf'8ua-2020/{re.escape(ref)}">.*?task-list__hint">([^<]*)<', page, re.DOTALL)
    assert found is not None
    return unescape(found.group(1))


def expire_everything(on: date) -> None:
    for evidence_id in session().scalars(sa.select(Evidence.id)):
        session().add(EvidenceExpiry(evidence_id=evidence_id, expires_on=on, recorded_at=clock.now()))
    session().commit()


def test_what_is_late_is_counted_by_its_own_name(as_lead: FlaskClient, lead: Viewer) -> None:
    """Four asks are past their national dates; one of them has a target to come, another one that passed."""
    assert summary(as_lead)["National date missed"] == "4 asks"
    tell.agree(lead, "8.1", date(2020, 12, 1))
    with clock.frozen(noon(2020, 10, 1)):
        tell.agree(lead, "2.2", date(2020, 11, 1))
    rows = summary(as_lead)
    assert rows["Overdue"] == "3 asks"
    assert rows["National date missed"] == "4 asks"
    assert rows["Past its target"] == "1 ask"
    assert "Past its target. National date missed" in hint(as_lead, "2.2")
    assert "Past its target" not in hint(as_lead, "8.1")


def test_nothing_late_is_named_where_nothing_is(as_lead: FlaskClient) -> None:
    with clock.frozen(noon(2020, 9, 21)):
        as_lead = again(as_lead)
        rows = summary(as_lead)
    assert rows["Overdue"] == "Nothing is overdue"
    assert not {"National date missed", "Past its target"} & set(rows)


def test_a_claim_whose_evidence_has_expired_says_so(as_lead: FlaskClient, lead: Viewer) -> None:
    words = "No evidence stands behind this now"
    tell.say(lead, "2.2", "complete_claimed", evidence_url="https://board.example/paper")
    assert words not in summary(as_lead)
    expire_everything(date(2020, 11, 2))
    assert words not in hint(as_lead, "2.2"), "The day itself is a good day."
    session().execute(sa.update(EvidenceExpiry).values(expires_on=date(2020, 11, 1)))
    session().commit()
    assert summary(as_lead)[words] == "1 ask"
    assert words in hint(as_lead, "2.2")
    assert words in as_lead.get(f"{PAGE}/8ua-2020/2.2").get_data(as_text=True)


def test_an_open_ask_needs_no_evidence(as_lead: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "2.2", "at_risk", reason="Why", recovery_on=date(2021, 1, 1))
    assert "No evidence stands behind this now" not in summary(as_lead)


@pytest.mark.parametrize(("day", "is_old"), [(2, False), (3, True)])
def test_evidence_of_a_claim_is_old_from_the_day_after_twelve_months(
    as_lead: FlaskClient, lead: Viewer, day: int, is_old: bool
) -> None:
    tell.say(lead, "2.2", "complete_claimed", evidence_url="https://board.example/paper")
    with clock.frozen(noon(2021, 11, day)):
        as_lead = again(as_lead)
        assert ("Evidence older than 12 months" in summary(as_lead)) is is_old
        assert ("Evidence older than 12 months" in hint(as_lead, "2.2")) is is_old


def test_a_review_is_due_from_the_day_after_until_somebody_looked(as_lead: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "1.1", "at_risk", reason="Why", recovery_on=date(2021, 3, 1), review_on=date(2020, 11, 20))
    with clock.frozen(noon(2020, 11, 20)):
        as_lead = again(as_lead)
        assert "Past its review date" not in summary(as_lead)
    with clock.frozen(noon(2020, 11, 21)):
        as_lead = again(as_lead)
        assert summary(as_lead)["Past its review date"] == "1 ask"
        assert tell.confirm(lead, "1.1")
        assert "Past its review date" not in summary(as_lead)


def test_barriers_are_counted_where_there_are_some(as_lead: FlaskClient, lead: Viewer) -> None:
    assert "Barriers and enablers" not in summary(as_lead)
    barrier_row(lead.person_id, "XN1")
    assert summary(as_lead)["Barriers and enablers"].startswith("1 open barrier, 0 enablers")


@pytest.mark.parametrize("where", ["returns", "in-post", "evidence", "measures", "barriers"])
def test_every_register_of_the_organisation_is_one_click_away(as_lead: FlaskClient, where: str) -> None:
    page = as_lead.get(PAGE).get_data(as_text=True)
    links = re.search(r'<ul class="nhsuk-list app-links">(.*?)</ul>', page, re.DOTALL)
    assert links is not None
    assert f'href="{PAGE}/{where}"' in links.group(1)
    assert as_lead.get(f"{PAGE}/{where}").status_code == 200


def test_the_next_return_is_there_and_has_its_own_name_when_it_is_late(as_lead: FlaskClient, lead: Viewer) -> None:
    assert not {"Next board return", "Board return overdue"} & set(summary(as_lead))
    with clock.frozen(noon(2020, 10, 1)), transaction():
        act = Act(get_open_organisation("XN1"), lead, "lead", "a-form", 0)
        cadences.set_cadence(act, Rhythm(None, None, (date(2020, 11, 2), date(2020, 12, 7))))
    assert summary(as_lead)["Next board return"] == "2 November 2020"
    with clock.frozen(noon(2020, 11, 3)):
        rows = summary(again(as_lead))
    assert rows["Board return overdue"] == "1 day, due on 2 November 2020"
    assert "Next board return" not in rows


def test_what_others_block_is_said_beside_the_status_while_it_is_open(as_lead: FlaskClient, lead: Viewer) -> None:
    waiting = {"reason": "Why", "recovery_on": date(2021, 1, 1), "blocked_by": "The supplier of the outpatient system"}
    tell.say(lead, "2.2", "off_track", **waiting)
    assert "Blocked by others: The supplier of the outpatient system" in hint(as_lead, "2.2")
    tell.say(lead, "2.2", "complete_claimed", evidence_url="https://board.example/paper")
    assert "Blocked by others" not in hint(as_lead, "2.2")
