"""Nobody makes an ask look better than it is: by an earlier day, by a plan without an end, by evidence that is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import make
import pytest
import sqlalchemy as sa
import tell

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.db import session, transaction
from tracker.evidence.models import EvidenceUse
from tracker.evidence.queries import newest_evidence
from tracker.frameworks.catalogue import read_catalogue
from tracker.progress import items, queries
from tracker.progress.concerns import Concerns, concerns_of
from tracker.progress.rows import Standing
from tracker.progress.rules import Applicability

TODAY = date(2020, 11, 2)
PAPER = "https://board.example/paper"


@pytest.mark.parametrize(("done_on", "is_taken"), [(date(2020, 10, 10), True), (date(2020, 10, 11), False)])
def test_what_was_done_later_is_not_claimed_for_an_earlier_day(
    world: make.World, lead: Viewer, done_on: date, is_taken: bool
) -> None:
    said = {"true_on": date(2020, 10, 10), "backdating_reason": "Reported late", "evidence_url": PAPER}
    if is_taken:
        assert tell.say(lead, "2.2", "complete_claimed", completed_on=done_on, **said)
        return
    with pytest.raises(items.MoveNotAllowed, match="must be 10 October 2020 or before"):
        tell.say(lead, "2.2", "complete_claimed", completed_on=done_on, **said)


def test_a_correction_does_not_claim_what_was_done_later_either(world: make.World, lead: Viewer) -> None:
    with clock.frozen(datetime(2020, 10, 10, 9, tzinfo=UTC)):
        tell.say(lead, "2.2", "complete_claimed", completed_on=date(2020, 10, 9), evidence_url=PAPER)
    entry_id = queries.get_standing(world.north_trust, tell.item(lead, "2.2").ask.ask_id, TODAY).entry_id
    assert entry_id is not None
    with pytest.raises(items.MoveNotAllowed, match="must be 10 October 2020 or before"):
        tell.correct(lead, "2.2", entry_id, "complete_claimed", completed_on=date(2020, 10, 11))


@pytest.mark.parametrize(("recovery_on", "is_taken"), [(date(2021, 11, 2), True), (date(2021, 11, 3), False)])
def test_a_plan_that_ends_in_more_than_a_year_keeps_nothing_on_track(
    world: make.World, lead: Viewer, recovery_on: date, is_taken: bool
) -> None:
    if is_taken:
        assert tell.say(lead, "2.2", "on_track", recovery_on=recovery_on)
        return
    with pytest.raises(items.MoveNotAllowed, match="in more than 365 days"):
        tell.say(lead, "2.2", "on_track", recovery_on=recovery_on)
    assert tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=recovery_on)


def test_an_assured_ask_whose_evidence_was_taken_away_says_so(world: make.World, lead: Viewer, region: Viewer) -> None:
    tell.say(lead, "2.2", "complete_claimed", evidence_url=PAPER)
    tell.decide(region, "2.2", is_assured=True)
    assert not lacks_evidence(lead)
    with transaction():
        session().execute(sa.delete(EvidenceUse))
    assert lacks_evidence(lead)


@pytest.mark.parametrize(
    ("applicability", "is_told"),
    [(Applicability.APPLIES, True), (Applicability.OPTIONAL, False), (Applicability.TO_CONFIRM, False)],
)
def test_no_date_speaks_against_an_ask_that_does_not_count(
    world: make.World, lead: Viewer, applicability: Applicability, is_told: bool
) -> None:
    tell.say(lead, "2.2", "on_track", recovery_on=TODAY + timedelta(days=30))
    about, standing = where(lead)
    expected_late = {"deadline_on": TODAY, "forecast_on": TODAY + timedelta(days=1)}
    told = _concerns(about, replace(standing, applicability=applicability, **expected_late))
    assert bool(told.contradiction) is is_told


def lacks_evidence(lead: Viewer) -> bool:
    about, standing = where(lead)
    return _concerns(about, standing).lacks_evidence


def where(lead: Viewer) -> tuple[items.Item, Standing]:
    about = tell.item(lead, "2.2")
    return about, queries.get_standing(about.organisation.organisation_id, about.ask.ask_id, TODAY)


def _concerns(about: items.Item, standing: Standing) -> Concerns:
    evidence_on = newest_evidence(about.organisation.organisation_id, TODAY).get(about.ask.ask_id)
    scale = read_catalogue().scale_of(about.ask)
    return concerns_of(about.ask, scale, standing, evidence_on, has_lead=False, as_at=TODAY)
