from __future__ import annotations

from datetime import timedelta

import pytest

from tracker.mail.rules import (
    LEASE,
    MOST_ATTEMPTS,
    MOST_SILENCES,
    SHORTEST_LEASE_LEFT,
    WAIT_AFTER_SILENCE,
    Answer,
    MessageState,
    NextStep,
    next_step,
    wait_after,
)
from tracker.mail.smtp import SECONDS_TO_WAIT, SECONDS_TO_WAIT_FOR_THE_LAST_WORD

QUEUED, SENT, FAILED = MessageState.QUEUED, MessageState.SENT, MessageState.FAILED


@pytest.mark.parametrize(
    ("answer", "attempts", "silences", "expected"),
    [
        (Answer.DELIVERED, 0, 0, NextStep(SENT, None, 1, 0)),
        (Answer.DELIVERED, 7, 2, NextStep(SENT, None, 8, 2)),
        (Answer.REFUSED, 0, 0, NextStep(FAILED, None, 1, 0)),
        (Answer.TRY_LATER, 0, 0, NextStep(QUEUED, timedelta(hours=4), 1, 0)),
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
