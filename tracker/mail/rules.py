"""What becomes of a message after each answer a mail server can give; plain Python, no network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(minutes=20)
"""How long a claimed message belongs to one sender; a sender that dies gives it back by then."""

SHORTEST_LEASE_LEFT = timedelta(minutes=10)
"""With less lease than this it is renewed before the next message. It outlasts the slowest single message: a
new connection and a time-out at every step come to seven minutes."""

FIRST_WAIT = timedelta(hours=4)
LONGEST_WAIT = timedelta(hours=24)
MOST_ATTEMPTS = 8
"""4 + 8 + 16 + 24 + 24 + 24 + 24 hours: five days and a little, as long as mail servers keep trying."""

WAIT_AFTER_SILENCE = timedelta(minutes=15)
MOST_SILENCES = 3
"""A message handed over without an answer may have arrived, so it is offered at most this often."""


FAILURES_TO_REST = 3
"""So many times in a row that the server was not there, or fell silent, and it is left alone for a while."""
FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)


class MessageState(StrEnum):
    """Where a message stands: waiting, handed over, given up, or turned away for good by whoever takes its mail."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class Answer(StrEnum):
    """How an attempt to deliver ended."""

    DELIVERED = "delivered"  # 2xx after the message
    TRY_LATER = "try_later"  # 4xx: this message, not now
    REFUSED = "refused"  # 5xx, or an address that cannot be one: this message, never
    VOID = "void"  # nobody to tell any more, or nothing that its link would open: never offered
    UNANSWERED = "unanswered"  # the connection ended after the message was handed over and before the answer
    HUNG_UP = "hung_up"  # the server ended the connection over this message, twice, and before it was handed over
    UNREACHABLE = "unreachable"  # the server was not there, so no message was offered at all


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is written to the outbox: the state, how long to wait (None: as before), and the two counts."""

    state: MessageState
    wait: timedelta | None
    attempts: int
    silences: int


def next_step(answer: Answer, *, attempts: int, silences: int) -> NextStep:
    """What becomes of a message, from the answer and from what was tried before.

    An unreachable server has been offered nothing: no message is at fault, so no attempt is counted and no
    wait set, and the first pass after the server is back delivers everything.
    """
    if answer is Answer.UNREACHABLE:
        return NextStep(MessageState.QUEUED, None, attempts, silences)
    attempts += 1
    if answer is Answer.DELIVERED:
        return NextStep(MessageState.SENT, None, attempts, silences)
    if answer is Answer.REFUSED:
        return NextStep(MessageState.BOUNCED, None, attempts, silences)
    if answer is Answer.UNANSWERED:
        silences += 1
        if silences < MOST_SILENCES:
            return NextStep(MessageState.QUEUED, WAIT_AFTER_SILENCE, attempts, silences)
    elif answer in (Answer.TRY_LATER, Answer.HUNG_UP) and attempts < MOST_ATTEMPTS:
        is_first = answer is Answer.HUNG_UP and attempts == 1
        return NextStep(
            MessageState.QUEUED, WAIT_AFTER_SILENCE if is_first else wait_after(attempts), attempts, silences
        )
    return NextStep(MessageState.FAILED, None, attempts, silences)


def wait_after(attempts: int) -> timedelta:
    """How long a message waits after its n-th "try later": at least 4 hours, doubling, at most a day.

    >>> [wait_after(attempts).total_seconds() / 3600 for attempts in (1, 2, 3, 4, 50)]
    [4.0, 8.0, 16.0, 24.0, 24.0]
    """
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Health:
    """How the server has fared: failures in a row, since when and until when it is left alone, how often by now."""

    failures: int = 0
    opened_at: datetime | None = None
    rests_until: datetime | None = None
    rests: int = 0

    def may_be_tried(self, now: datetime) -> bool:
        """Whether a message may go: the server is not left alone, or its rest is over and one is to try it."""
        return self.rests_until is None or self.rests_until <= now


def after_failure(health: Health, now: datetime, *, was_trial: bool) -> Health:
    """What a failure of the server leads to: the third in a row opens the circuit, a trial that fails keeps it open.

    Who was under way when another process opened it makes the rest no longer.
    """
    failures = health.failures + 1
    if health.opened_at is None:
        if failures < FAILURES_TO_REST:
            return Health(failures)
        return Health(failures, now, now + FIRST_REST, 1)
    if not was_trial and not health.may_be_tried(now):
        return Health(failures, health.opened_at, health.rests_until, health.rests)
    return Health(failures, health.opened_at, now + rest_after(health.rests), health.rests + 1)


def rest_after(rests: int) -> timedelta:
    """How long a server is left alone that has been left alone so often: five minutes, doubling, at most an hour.

    >>> [int(rest_after(rests).total_seconds() / 60) for rests in (0, 1, 2, 3, 4, 50)]
    [5, 10, 20, 40, 60, 60]
    """
    return min(FIRST_REST * (1 << min(rests, 10)), LONGEST_REST)
