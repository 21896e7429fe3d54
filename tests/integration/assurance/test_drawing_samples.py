"""A sample of claims through its pages: what it weighs, that it can be drawn again, and whose it is."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa
import tell
from conftest import NOON
from flask.testing import FlaskClient
from integration.assurance.assuring import claim, hidden, note, text_of

from tracker import clock
from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.rules import Role, Viewer
from tracker.assurance.models import SampleCandidate
from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.progress.models import ProgressEntry

SAMPLES = "/review/assurance/samples"


def draw(client: FlaskClient, size: str, seed: str = "") -> str:
    """Draw a sample; the address of its page."""
    answer = client.post(SAMPLES, data=hidden(client, SAMPLES) | {"size": size, "seed": seed})
    assert answer.status_code == 302, text_of(answer)
    return str(answer.location)


def weights() -> dict[str, tuple[int, str]]:
    session().rollback()
    rows = session().execute(sa.select(SampleCandidate.name, SampleCandidate.weight, SampleCandidate.risks))
    return {name.rpartition("/")[2]: (weight, risks) for name, weight, risks in rows}


def test_a_sample_weighs_risk_as_it_says_and_the_same_seed_draws_the_same(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    make.enter(client, f"region.{world.north_region}@example.nhs.uk")
    refused = client.post(SAMPLES, data=hidden(client, SAMPLES) | {"size": "0"})
    assert "a whole number from 1 to 100" in text_of(refused)
    refused = client.post(SAMPLES, data=hidden(client, SAMPLES) | {"size": "3"})
    assert "No claim waits for you" in text_of(refused)
    fresh = {"backdating_reason": "", "completed_on": date(2020, 11, 2), "evidence_url": "https://example.nhs.uk/a"}
    tell.say(lead, "1.3", "complete_claimed", **fresh)
    tell.say(lead, "2.2", "complete_claimed", **fresh)
    note(lead, "7.1")
    tell.say(lead, "7.1", "complete_claimed", completed_on=date(2020, 11, 2), backdating_reason="")
    claim(lead, "2.3")
    tell.decide(region, "2.3", is_assured=False, reason="No name in it")
    claim(lead, "2.3")
    claim(lead, "3.4")
    tell.decide(region, "3.4", is_assured=True)
    note(lead, "3.4")
    page = draw(client, "3", "seven")
    assert weights() == {
        "1.3": (1, ""),
        "2.2": (2, "late"),
        "7.1": (3, "only_notes"),
        "2.3": (5, "back_dated,sent_back"),
        "3.4": (4, "back_dated,lapsed"),
    }
    text = text_of(client.get(page))
    assert "3 of 5 claims that waited" in text
    assert "The same claims" in text
    with clock.frozen(NOON + timedelta(minutes=5)):
        again = draw(client, "3", "seven")
    files = [client.get(f"{each}/claims.csv").get_data(as_text=True) for each in (page, again)]
    assert files[0] == files[1]
    assert len(list(csv.DictReader(io.StringIO(files[0], newline="")))) == 3
    assert client.get(f"{page}/claims.xlsx").status_code == 200
    said = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "claims sampled")).first()
    assert said is not None
    assert said.after is not None
    assert (said.after["of"], len(said.after["drawn"])) == (5, 3)
    assert "seven" not in str(said.after), "What somebody typed freely stands in no audit."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sample_is_of_the_team_that_drew_it(client: FlaskClient, world: make.World, lead: Viewer) -> None:
    claim(lead)
    make.sign_in(client, Role.REGION, world.north_region)
    page = draw(client, "10")
    assert "1 of 1 claims" in text_of(client.get(page))
    assert page in text_of(client.get(SAMPLES))
    other = client.application.test_client()
    make.sign_in(other, Role.REGION, world.south_region)
    assert other.get(page).status_code == 404
    assert page not in text_of(other.get(SAMPLES))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_is_of_two_teams_draws_for_one_of_them_from_what_that_team_may_see(
    client: FlaskClient, world: make.World, lead: Viewer
) -> None:
    claim(lead)
    person_id = make.person(Role.REGION, world.north_region, email="both@example.nhs.uk")
    make.also(person_id, Role.SYSTEM, find_organisation_id("QS1"))
    make.enter(client, "both@example.nhs.uk")
    sent = hidden(client, SAMPLES) | {"size": "3"}
    assert "Choose the team that you draw for" in text_of(client.post(SAMPLES, data=sent))
    refused = client.post(SAMPLES, data=sent | {"body": "QS1"})
    assert "No claim waits for you" in text_of(refused), "The claim is the region's to see, and not that system's."
    page = client.post(SAMPLES, data=hidden(client, SAMPLES) | {"size": "3", "body": "YN1"}).location
    colleague = client.application.test_client()
    make.sign_in(colleague, Role.REGION, world.north_region)
    assert "1 of 1 claims" in text_of(colleague.get(page))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_claim_that_counts_is_weighed_and_not_one_before_it_nor_the_reason_of_a_correction(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    fresh = {"backdating_reason": "", "completed_on": date(2020, 11, 2), "evidence_url": "https://example.nhs.uk/a"}
    claim(lead, "2.3")
    tell.decide(region, "2.3", is_assured=False, reason="No name in it")
    tell.say(lead, "2.3", "complete_claimed", **fresh)
    tell.say(lead, "1.3", "complete_claimed", **fresh)
    claimed = session().scalars(sa.select(ProgressEntry.id).order_by(ProgressEntry.id.desc()).limit(1)).one()
    tell.correct(lead, "1.3", claimed, "complete_claimed", completed_on=date(2020, 11, 2), backdating_reason="A typo")
    make.enter(client, f"region.{world.north_region}@example.nhs.uk")
    draw(client, "3")
    assert {ref: "back_dated" in risks for ref, (_, risks) in weights().items()} == {"2.3": False, "1.3": False}
