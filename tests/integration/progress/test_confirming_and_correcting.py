"""No change, still true; said later than it was true; put right afterwards: all by rows that are added."""

from __future__ import annotations

from datetime import UTC, date, datetime

import make
import pytest
import sqlalchemy as sa
import tell

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction
from tracker.frameworks.rules import StatusClass
from tracker.progress import items, queries, service
from tracker.progress.models import Confirmation, ProgressEntry
from tracker.progress.rows import Standing


def at(day: int, month: int = 9, hour: int = 9) -> datetime:
    return datetime(2020, month, day, hour, tzinfo=UTC)


def standing(world: make.World, ref: str, on: date, known_at: datetime | None = None) -> Standing:
    return queries.get_standing(world.north_trust, ask_id(ref), on, known_at)


def ask_id(ref: str) -> int:
    ask = tell.read_catalogue().find_ask("8ua-2020", ref)
    assert ask is not None
    return ask.ask_id


def entries() -> list[ProgressEntry]:
    return list(session().scalars(sa.select(ProgressEntry).order_by(ProgressEntry.id)))


def test_a_confirmation_dates_what_was_said_and_says_nothing_new(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "2.2", "at_risk", reason="Why", recovery_on=None)
    with clock.frozen(at(10)):
        assert tell.confirm(lead, "2.2")
        now = standing(world, "2.2", date(2020, 9, 10))
        assert (now.updated_on, now.confirmed_on, now.last_true_on) == (
            date(2020, 9, 3),
            date(2020, 9, 10),
            date(2020, 9, 10),
        )
        assert now.status_class is StatusClass.AT_RISK
    assert len(entries()) == 1
    audited = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "status confirmed")).one()
    assert (audited.after or {})["entry"] == entries()[0].id


def test_it_is_confirmed_once_a_day_and_not_on_the_day_it_was_said(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "2.2", "not_started")
        assert not tell.confirm(lead, "2.2")
    with clock.frozen(at(4)):
        assert [tell.confirm(lead, "2.2") for _ in range(3)] == [True, False, False]
    assert session().scalar(sa.select(sa.func.count(Confirmation.id))) == 1


def test_a_confirmation_ends_with_the_next_word(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "2.2", "not_started")
    with clock.frozen(at(4)):
        tell.confirm(lead, "2.2")
    with clock.frozen(at(4, hour=12)):
        tell.say(lead, "2.2", "at_risk", reason="Why")
    for known_at in (None, at(5)):
        with clock.frozen(at(5)):
            assert standing(world, "2.2", date(2020, 9, 5), known_at).confirmed_on is None
    before = standing(world, "2.2", date(2020, 9, 5), at(4, hour=10))
    assert (before.confirmed_on, before.status_class) == (date(2020, 9, 4), StatusClass.NOT_STARTED)


def test_what_its_own_dates_speak_against_is_not_confirmed(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "8.1", "on_track", recovery_on=None)
    about, version = tell.item(lead, "8.1"), queries.version_of(world.north_trust, ask_id("8.1"))
    sentence = "cannot be on track without a date"
    with clock.frozen(at(22)), pytest.raises(items.MoveNotAllowed, match=sentence), transaction():
        service.confirm_status(about, version)
    assert session().scalar(sa.select(sa.func.count(Confirmation.id))) == 0


def test_whoever_confirms_what_somebody_changed_meanwhile_is_told(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "2.2", "not_started")
        seen = queries.version_of(world.north_trust, ask_id("2.2"))
        tell.say(lead, "2.2", "at_risk", reason="Why")
    with clock.frozen(at(4)), pytest.raises(items.ChangedMeanwhile), transaction():
        service.confirm_status(tell.item(lead, "2.2"), seen)


def test_overdue_on_track_without_a_plan_counts_as_off_track_from_the_day_after(
    world: make.World, lead: Viewer
) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "8.1", "on_track", recovery_on=None)
    for day, counted in ((21, StatusClass.ON_COURSE), (22, StatusClass.OFF_COURSE)):
        with clock.frozen(at(day)):
            for known_at in (None, clock.now()):
                found = standing(world, "8.1", date(2020, 9, day), known_at)
                assert (found.status_class, found.said_class) == (counted, StatusClass.ON_COURSE)
    with clock.frozen(at(22)), pytest.raises(items.MoveNotAllowed, match="due by 21 September 2020"):
        tell.say(lead, "8.1", "on_track", recovery_on=None)
    with clock.frozen(at(22)):
        tell.say(lead, "8.1", "on_track", recovery_on=date(2020, 10, 1))
        assert standing(world, "8.1", date(2020, 9, 22)).status_class is StatusClass.ON_COURSE
    with clock.frozen(at(2, month=10)):
        assert standing(world, "8.1", date(2020, 10, 2)).status_class is StatusClass.OFF_COURSE


def test_a_forecast_after_the_deadline_is_not_on_track(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        with pytest.raises(items.MoveNotAllowed, match="done after 21 September 2020"):
            tell.say(lead, "8.1", "on_track", recovery_on=None, forecast_on=date(2020, 9, 22))
        tell.say(lead, "8.1", "at_risk", reason="Why", forecast_on=date(2020, 9, 22), blocked_by="The council")
    (entry,) = entries()
    assert (entry.forecast_on, entry.blocked_by) == (date(2020, 9, 22), "The council")


def test_what_is_said_later_than_it_was_true_is_marked_and_counts_from_its_day(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(10)):
        with pytest.raises(items.MoveNotAllowed, match="reason why this is recorded later"):
            tell.say(lead, "2.2", "at_risk", reason="Why", true_on=date(2020, 9, 7))
        tell.say(
            lead, "2.2", "at_risk", reason="Why", true_on=date(2020, 9, 7), backdating_reason="The lead was on leave"
        )
    (entry,) = entries()
    assert (entry.true_on, entry.recorded_at, entry.backdating_reason) == (
        date(2020, 9, 7),
        at(10),
        "The lead was on leave",
    )
    with clock.frozen(at(11)):
        assert standing(world, "2.2", date(2020, 9, 6)).status_class is StatusClass.NO_UPDATE
        assert standing(world, "2.2", date(2020, 9, 7)).status_class is StatusClass.AT_RISK
        assert standing(world, "2.2", date(2020, 9, 7), at(9)).status_class is StatusClass.NO_UPDATE


@pytest.mark.parametrize("day", [date(2020, 7, 30), date(2020, 9, 1), date(2020, 9, 11)])
def test_nothing_is_said_of_a_day_before_the_last_entry_or_ahead(world: make.World, lead: Viewer, day: date) -> None:
    with clock.frozen(at(2)):
        tell.say(lead, "2.2", "not_started")
    with clock.frozen(at(10)), pytest.raises(items.MoveNotAllowed, match="The day on which this was true must be"):
        tell.say(lead, "2.2", "at_risk", reason="Why", true_on=day, backdating_reason="Late")
    assert len(entries()) == 1


def test_a_correction_names_what_it_corrects_and_leaves_what_was_known_before(world: make.World, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "2.2", "not_started", narrative="Nothing yet")
    with clock.frozen(at(5)):
        tell.say(lead, "2.2", "at_risk", reason="Why")
    first, second = entries()
    with clock.frozen(at(8)):
        tell.correct(lead, "2.2", first.id, "off_track", narrative="It had begun", recovery_on=date(2020, 12, 1))
        assert standing(world, "2.2", date(2020, 9, 8)).entry_id == second.id
        assert standing(world, "2.2", date(2020, 9, 4)).status_class is StatusClass.OFF_COURSE
        assert standing(world, "2.2", date(2020, 9, 4), at(7)).status_class is StatusClass.NOT_STARTED
        tell.correct(lead, "2.2", second.id, "not_started", narrative="Not yet")
        assert standing(world, "2.2", date(2020, 9, 8)).status_class is StatusClass.NOT_STARTED
        again = entries()[-1]
        tell.correct(lead, "2.2", again.id, "at_risk", reason="Because")
    last = entries()[-1]
    assert (last.corrects_id, last.true_on) == (second.id, date(2020, 9, 5))
    with clock.frozen(at(9)):
        assert standing(world, "2.2", date(2020, 9, 9)).entry_id == last.id
    verbs = session().scalars(
        sa.select(AuditEntry.verb).where(AuditEntry.subject.like("XN1/%")).order_by(AuditEntry.id)
    )
    assert list(verbs) == ["status update", "status update", *["entry corrected"] * 3]


def test_only_what_counts_still_and_is_ones_own_is_corrected(world: make.World, lead: Viewer, region: Viewer) -> None:
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    claim = entries()[-1]
    with pytest.raises(items.MoveNotAllowed):
        tell.correct(lead, "6.1", claim.id, "not_started")
    tell.correct(lead, "6.1", claim.id, "complete_claimed", narrative="The right paper")
    with pytest.raises(items.MoveNotAllowed):
        tell.correct(lead, "6.1", claim.id, "complete_claimed", narrative="Again from the old page")
    corrected = entries()[-1]
    tell.decide(region, "6.1", is_assured=True)
    assured = entries()[-1]
    tell.say(lead, "2.2", "not_started")
    elsewhere = entries()[-1]
    for entry_id in (corrected.id, assured.id, elsewhere.id, 10**6):
        with pytest.raises(items.MoveNotAllowed):
            tell.correct(lead, "6.1", entry_id, "complete_claimed")
    assert standing(world, "6.1", clock.today()).status_class is StatusClass.DONE_ASSURED


def test_a_returned_claim_goes_back_to_the_plan_it_had(world: make.World, lead: Viewer, region: Viewer) -> None:
    tell.say(lead, "6.1", "off_track", reason="Why", recovery_on=date(2020, 12, 1), blocked_by="The board")
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    tell.decide(region, "6.1", is_assured=False, reason="No name in the paper")
    last = entries()[-1]
    assert (last.status_code, last.recovery_on, last.blocked_by) == ("off_track", date(2020, 12, 1), "The board")
