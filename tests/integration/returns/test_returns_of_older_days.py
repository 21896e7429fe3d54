"""A return of an older day hides nothing: not what the board was told since, not what is wrong now, not its age."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.returns.returning import (
    CHANGE,
    CHECK,
    CONTROL,
    DECIDE,
    ONE,
    RETURNS,
    START,
    act,
    approved,
    begin,
    change,
    check,
    control,
    count,
    day,
    decide,
    hand_over,
    main_of,
    opened,
    send,
    start,
    text_of,
)

from tracker import clock
from tracker.accounts.rules import Permission, Viewer
from tracker.db import session, transaction
from tracker.evidence.models import EvidenceUse
from tracker.progress.models import ProgressEntry
from tracker.returns import handing_over, queries
from tracker.returns.acts import BeforeApproved, Blocked, MeetingTooFar
from tracker.returns.models import BoardReturn, ReturnControl, ReturnSubmission
from tracker.returns.rules import Decision, ProblemKind, ReturnState

TODAY = date(2020, 11, 2)
SENTENCE = "The board has approved return 1, as at 2 November 2020. Enter 2 November 2020 or a later day"


def at(*parts: int) -> datetime:
    return datetime(*parts, 9, tzinfo=UTC)  # type: ignore[arg-type]


def found_by(number: int, lead: Viewer) -> list[tuple[ProblemKind, str, bool]]:
    """What the check refuses a return for."""
    with pytest.raises(Blocked) as refused:
        check(lead, number)
    session().rollback()
    return [(each.kind, each.ask_ref, each.is_today) for each in refused.value.problems]


def test_a_return_of_a_day_before_the_approved_one_is_refused_and_of_the_same_day_taken(
    robin: FlaskClient, lead: Viewer, board: Viewer
) -> None:
    approved(lead, board)
    answer = start(robin, **day("as_at", "1 11 2020"))
    assert SENTENCE in text_of(answer)
    assert "Quality committee" in text_of(answer)
    assert count(BoardReturn) == 1
    assert start(robin).location == f"{RETURNS}/2"
    change_of_2 = f"{RETURNS}/2/change"
    assert SENTENCE in text_of(send(robin, change_of_2, CONTROL, **day("as_at", "1 11 2020")))
    assert count(ReturnControl) == 2


@pytest.mark.parametrize(
    ("was", "now", "is_taken"),
    [(None, 1, False), (1, None, False), (1, 1, False), (1, 2, True), (None, 2, False)],
)
def test_only_what_covers_some_of_the_same_stands_in_the_way(
    lead: Viewer, board: Viewer, was: int | None, now: int | None, is_taken: bool
) -> None:
    approved(lead, board, framework_id=was)
    if is_taken:
        begin(lead, framework_id=now, as_at=date(2020, 11, 1))
        return
    with pytest.raises(BeforeApproved):
        begin(lead, framework_id=now, as_at=date(2020, 11, 1))


def test_what_the_board_has_not_approved_stands_in_no_ones_way(lead: Viewer, board: Viewer) -> None:
    number = begin(lead)
    hand_over(lead, number)
    begin(lead, as_at=date(2020, 11, 1))
    decide(board, number, Decision.SENT_BACK, "More about wards")
    change(lead, 2, as_at=date(2020, 10, 31))


def test_the_service_refuses_the_same_days(lead: Viewer, board: Viewer) -> None:
    approved(lead, board)
    with pytest.raises(BeforeApproved):
        begin(lead, as_at=date(2020, 11, 1))
    session().rollback()
    with pytest.raises(MeetingTooFar):
        begin(lead, meeting_on=date(2021, 11, 3))
    session().rollback()
    assert count(BoardReturn) == 1
    number = begin(lead, meeting_on=date(2021, 11, 2))
    with pytest.raises(BeforeApproved):
        change(lead, number, as_at=date(2020, 11, 1))
    session().rollback()
    with pytest.raises(MeetingTooFar):
        change(lead, number, meeting_on=date(2021, 11, 3))
    session().rollback()
    assert count(ReturnControl) == 2


def test_what_is_approved_while_the_form_is_on_its_way_is_told_on_the_form(
    robin: FlaskClient, lead: Viewer, board: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(lead, board)
    begin(lead, framework_id=1)
    monkeypatch.setattr("tracker.returns.work_routes.approved_days", lambda _organisation_id: [])
    for path in (START, f"{RETURNS}/2/change"):
        answer = send(robin, path, CONTROL, **day("as_at", "1 11 2020"))
        assert answer.status_code == 200
        assert SENTENCE in text_of(answer)
        assert "Quality committee" in text_of(answer)
    assert (count(BoardReturn), count(ReturnControl)) == (2, 2)


def test_a_draft_that_a_later_approved_return_has_overtaken_is_blocked_with_a_link_to_its_day(
    robin: FlaskClient, lead: Viewer, board: Viewer
) -> None:
    begin(lead, as_at=date(2020, 11, 1), framework_id=1)
    check(lead, 1)
    approved(lead, board)
    with pytest.raises(Blocked), transaction():
        handing_over.submit_return(act(lead, Permission.SUBMIT_RETURNS, 1), 1)
    session().rollback()
    assert found_by(1, lead) == [(ProblemKind.BEFORE_APPROVED, "", False)]
    page = text_of(robin.get(CHECK))
    assert "The board has approved return 2, as at 2 November 2020, and this return tells of a day before." in page
    assert f'href="{CHANGE}">Change the day that it tells of' in page
    change(lead, 1, framework_id=1)
    hand_over(lead, 1)


@pytest.mark.parametrize(("meeting_on", "is_taken"), [("2 11 2021", True), ("3 11 2021", False)])
def test_a_meeting_is_within_twelve_months(robin: FlaskClient, meeting_on: str, is_taken: bool) -> None:
    answer = start(robin, **day("meeting_on", meeting_on))
    assert (answer.status_code == 302) is is_taken
    assert ("The meeting must be within the next 12 months" in text_of(answer)) is not is_taken


@pytest.fixture
def on_track(lead: Viewer) -> None:
    """That ask 2.2, due on 31 October, is on track, as somebody said before that day, with no day to be back."""
    with clock.frozen(at(2020, 10, 10)):
        tell.say(lead, "2.2", "on_track", recovery_on=None)


@pytest.mark.parametrize(
    ("as_at", "is_today"), [(TODAY, False), (date(2020, 11, 1), False), (date(2020, 10, 31), True)]
)
@pytest.mark.usefixtures("on_track")
def test_what_is_contradictory_today_blocks_a_return_of_whatever_day_and_is_said_once(
    lead: Viewer, as_at: date, is_today: bool
) -> None:
    assert found_by(begin(lead, as_at=as_at), lead) == [(ProblemKind.NO_RECOVERY_PLAN, "2.2", is_today)]


@pytest.mark.usefixtures("on_track")
def test_it_is_mended_where_the_link_leads(robin: FlaskClient, lead: Viewer) -> None:
    start(robin, **day("as_at", "31 10 2020"))
    page = text_of(robin.get(CHECK))
    assert "Everything that was found, as at 31 October 2020 and as things stand today." in page
    assert "Today, ask 2.2 (" in page
    assert "is said to be on track, but its date of 31 October 2020 has passed" in page
    assert 'href="/organisations/XN1/8ua-2020/2.2/update"' in page
    assert "Mark as checked" not in page
    tell.say(lead, "2.2", "on_track", recovery_on=date(2020, 12, 15))
    hand_over(lead, 1)


@pytest.mark.usefixtures("on_track")
def test_on_the_last_day_nothing_is_contradictory_yet_and_years_later_it_still_is(lead: Viewer, board: Viewer) -> None:
    with clock.frozen(at(2020, 10, 31)):
        hand_over(lead, begin(lead, as_at=date(2020, 10, 30)))
        decide(board, 1)
    with clock.frozen(at(2026, 11, 2)):
        number = begin(lead, as_at=date(2020, 10, 30))
        assert found_by(number, lead) == [(ProblemKind.NO_RECOVERY_PLAN, "2.2", True)]


def test_a_claim_whose_evidence_ended_since_blocks_too(lead: Viewer) -> None:
    tell.say(lead, "2.3", "complete_claimed", evidence_url="https://board.example.nhs.uk/paper")

    def evidence_until(ends_on: date | None) -> None:
        session().execute(sa.update(EvidenceUse).values(starts_on=date(2020, 9, 1), ends_on=ends_on))
        session().commit()

    session().execute(sa.update(ProgressEntry).values(true_on=date(2020, 9, 20), recorded_at=at(2020, 9, 20)))
    number = begin(lead, as_at=date(2020, 10, 30))
    evidence_until(date(2020, 11, 1))
    assert found_by(number, lead) == [(ProblemKind.NO_EVIDENCE, "2.3", True)]
    evidence_until(date(2020, 10, 29))
    assert found_by(number, lead) == [(ProblemKind.NO_EVIDENCE, "2.3", False)]
    evidence_until(None)
    check(lead, number)


def test_a_check_of_today_says_nothing_of_another_day(robin: FlaskClient) -> None:
    start(robin)
    assert "Everything that was found, as at 2 November 2020." in text_of(robin.get(CHECK))


@pytest.mark.parametrize(("as_at", "is_old"), [("2 10 2020", False), ("1 10 2020", True)])
def test_a_return_of_a_day_long_ago_warns_and_the_board_is_told(
    robin: FlaskClient, ruth: FlaskClient, lead: Viewer, as_at: str, is_old: bool
) -> None:
    start(robin, **day("as_at", as_at))
    page = text_of(robin.get(CHECK))
    assert ("This return tells of 1 October 2020, more than 31 days ago. The board will be told so." in page) is is_old
    hand_over(lead, 1)
    for path in (DECIDE, ONE):
        told = "It tells of a day more than 31 days before it was submitted" in main_of(ruth.get(path))
        assert told is is_old


def test_the_age_of_a_return_is_that_of_the_day_of_its_submission(lead: Viewer) -> None:
    with clock.frozen(at(2020, 11, 1)):
        number = begin(lead, as_at=date(2020, 10, 1))
        check(lead, number)
    with transaction():
        handing_over.submit_return(act(lead, Permission.SUBMIT_RETURNS, number), number)
    submitted = session().scalars(sa.select(ReturnSubmission.id)).one()
    assert "old_day" in queries.snapshot_of(submitted).heading.warnings
    assert queries.get_return(board_of(number), number, frozenset(ReturnState)).control == control(
        as_at=date(2020, 10, 1)
    )


def board_of(number: int) -> int:
    return session().scalars(sa.select(BoardReturn.organisation_id).where(BoardReturn.number == number)).one()


def test_a_form_that_was_opened_before_keeps_what_was_typed(robin: FlaskClient, lead: Viewer, board: Viewer) -> None:
    fields = opened(robin, START)
    approved(lead, board)
    answer = robin.post(START, data=fields | CONTROL | day("as_at", "31 10 2020"))
    assert SENTENCE in text_of(answer)
    assert 'value="31"' in text_of(answer)
