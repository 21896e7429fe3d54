from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.mail.rules import (
    LEASE,
    MOST_ATTEMPTS,
    MOST_SILENCES,
    SHORTEST_LEASE_LEFT,
    WAIT_AFTER_SILENCE,
    Answer,
    Health,
    MessageState,
    NextStep,
    after_failure,
    next_step,
    wait_after,
)
from tracker.mail.smtp import SECONDS_TO_WAIT, SECONDS_TO_WAIT_FOR_THE_LAST_WORD

QUEUED, SENT, FAILED, BOUNCED = (
    MessageState.QUEUED,
    MessageState.SENT,
    MessageState.FAILED,
    MessageState.BOUNCED,
)
NOW = datetime(2020, 11, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("answer", "attempts", "silences", "expected"),
    [
        (Answer.DELIVERED, 0, 0, NextStep(SENT, None, 1, 0)),
        (Answer.DELIVERED, 7, 2, NextStep(SENT, None, 8, 2)),
        (Answer.REFUSED, 0, 0, NextStep(BOUNCED, None, 1, 0)),
        (Answer.REFUSED, 3, 1, NextStep(BOUNCED, None, 4, 1)),
        (Answer.VOID, 0, 0, NextStep(FAILED, None, 1, 0)),
        (Answer.TRY_LATER, 0, 0, NextStep(QUEUED, timedelta(hours=4), 1, 0)),
        (Answer.HUNG_UP, 0, 0, NextStep(QUEUED, WAIT_AFTER_SILENCE, 1, 0)),
        (Answer.HUNG_UP, 1, 0, NextStep(QUEUED, timedelta(hours=8), 2, 0)),
        (Answer.HUNG_UP, MOST_ATTEMPTS - 1, 0, NextStep(FAILED, None, MOST_ATTEMPTS, 0)),
        (Answer.TRY_LATER, 1, 0, NextStep(QUEUED, timedelta(hours=8), 2, 0)),
        (Answer.TRY_LATER, MOST_ATTEMPTS - 2, 0, NextStep(QUEUED, timedelta(hours=24), MOST_ATTEMPTS - 1, 0)),
        (Answer.TRY_LATER, MOST_ATTEMPTS - 1, 0, NextStep(FAILED, None, MOST_ATTEMPTS, 0)),
        (Answer.UNANSWERED, 0, 0, NextStep(QUEUED, WAIT_AFTER_SILENCE, 1, 1)),
        (Answer.UNANSWERED, 6, MOST_SILENCES - 2, NextStep(QUEUED, WAIT_AFTER_SILENCE, 7, MOST_SILENCES - 1)),
        (Answer.UNANSWERED, 2, MOST_SILENCES - 1, NextStep(FAILED, None, 3, MOST_SILENCES)),
        (Answer.UNREACHABLE, 0, 0, NextStep(QUEUED, None, 0, 0)),
        (Answer.UNREACHABLE, 99, 0, NextStep(QUEUED, None, 99, 0)),
    ],
)
def test_what_becomes_of_a_message(answer: Answer, attempts: int, silences: int, expected: NextStep) -> None:
    assert next_step(answer, attempts=attempts, silences=silences) == expected


def test_waits_never_shrink_and_stay_between_four_hours_and_a_day() -> None:
    waits = [wait_after(attempts) for attempts in range(1, 60)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(hours=4), timedelta(hours=24))


def test_a_lease_outlasts_the_slowest_message() -> None:
    steps = 3 * SECONDS_TO_WAIT + SECONDS_TO_WAIT_FOR_THE_LAST_WORD  # sender, recipient, DATA; the last word
    connecting = 7 * SECONDS_TO_WAIT  # connection, greeting, EHLO, STARTTLS, EHLO, two steps of a sign-in
    assert timedelta(seconds=steps + connecting) < SHORTEST_LEASE_LEFT < LEASE


OPEN = Health(3, NOW, NOW + 5 * MINUTE, 1)


@pytest.mark.parametrize(
    ("before", "at", "was_trial", "after"),
    [
        (Health(), NOW, False, Health(1)),
        (Health(1), NOW, False, Health(2)),
        (Health(2), NOW, False, OPEN),
        (OPEN, NOW + MINUTE, False, Health(4, NOW, NOW + 5 * MINUTE, 1)),
        (OPEN, NOW + 5 * MINUTE, True, Health(4, NOW, NOW + 15 * MINUTE, 2)),
        (Health(4, NOW, NOW + 15 * MINUTE, 2), NOW + 15 * MINUTE, True, Health(5, NOW, NOW + 35 * MINUTE, 3)),
        (Health(9, NOW, NOW + 15 * MINUTE, 9), NOW + 15 * MINUTE, True, Health(10, NOW, NOW + 75 * MINUTE, 10)),
        # A trial holds its row for longer than the rest that it ends.
        (OPEN, NOW + 4 * MINUTE, True, Health(4, NOW, NOW + 14 * MINUTE, 2)),
    ],
)
def test_what_a_failure_of_the_server_leads_to(before: Health, at: datetime, was_trial: bool, after: Health) -> None:
    assert after_failure(before, at, was_trial=was_trial) == after


@pytest.mark.parametrize(
    ("health", "at", "may"),
    [
        (Health(), NOW, True),
        (Health(2), NOW, True),
        (OPEN, NOW + 5 * MINUTE - timedelta(seconds=1), False),
        (OPEN, NOW + 5 * MINUTE, True),
    ],
)
def test_when_a_server_may_be_tried(health: Health, at: datetime, may: bool) -> None:
    assert health.may_be_tried(at) is may
