"""Empties the outbox: messages leave one by one, each exactly once; ``outbox.py`` puts them in.

It knows no feature: whom a message is for is a person's id, and a callable says where that person is reached.
``send_due`` opens transactions of its own, against the habit of services, because each message that left must
be written down before the next one goes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import escape

from tracker import clock
from tracker.clock import LONDON
from tracker.db import transaction
from tracker.mail import channel
from tracker.mail.fate import Fate, ServerUnreachableError
from tracker.mail.holding import Claimed, Hold, count_due
from tracker.mail.letters import Email
from tracker.mail.outbox import LINK_MARK
from tracker.mail.rules import Answer, Health, MessageState, next_step
from tracker.mail.senders import Line, Sender

log = logging.getLogger(__name__)

BATCH = 100

Addresses = Callable[[Collection[int]], Mapping[int, str]]
"""Says where each of these people is reached; who is left out has no address any more."""

Links = Callable[[str], str | None]
"""Makes the address of a one-time link from what it is for; None where that is void by now."""


Recipients = Callable[[str], str | None]
"""Where a message goes whose link is to be proven at another address; None where that is the person's own."""


def no_links(link_for: str) -> str | None:
    """For outboxes without one-time links: whatever asks for one is void."""
    return None


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What one emptying of the outbox did; ``trouble`` is a sentence about the server, if it was the server."""

    sent: int = 0
    failed: int = 0
    trouble: str = ""


def send_due(
    sender: Sender,
    addresses: Addresses,
    *,
    mail_from: str,
    links: Links = no_links,
    recipients: Recipients = no_links,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int], None] = lambda done: None,
) -> SendOutcome:
    """Send what waits in the outbox, batch by batch, until nothing is due, the server is gone or we stop.

    Several may run at once: each message is claimed by one. A process that dies gives its messages back when
    the lease ends; the one it was sending may go twice, with the same Message-ID.
    """
    run = _Run(sender, addresses, links, recipients, mail_from, should_stop, on_progress)
    while run.send_a_batch():
        pass
    return SendOutcome(run.sent, run.failed, run.trouble)


class _Run:
    """One emptying of the outbox: what we hold of it, how the server fares, how far we came."""

    def __init__(
        self,
        sender: Sender,
        addresses: Addresses,
        links: Links,
        recipients: Recipients,
        mail_from: str,
        should_stop: Callable[[], bool],
        on_progress: Callable[[int], None],
    ) -> None:
        self._sender = sender
        self._addresses = addresses
        self._links = links
        self._recipients = recipients
        self._mail_from = mail_from
        self._should_stop = should_stop
        self._on_progress = on_progress
        self._hold = Hold()
        self._health = Health()
        self._is_trial = False
        self._answered_at: datetime | None = None
        self._taken_at: datetime | None = None
        self.sent = 0
        self.failed = 0
        self.trouble = ""

    def send_a_batch(self) -> bool:
        """Claim some messages and send them over one line; whether there may be more to do."""
        if self._should_stop():
            return False
        with transaction():
            batch = self._claim()
            addresses = self._addresses([message.person_id for message in batch]) if batch else {}
        if not batch:
            return False
        failure = ""
        try:
            with self._sender.line() as line, self._hold.writing():
                failure = self._send_over(line, batch, addresses)
        except ServerUnreachableError as fault:
            failure = str(fault)
        finally:
            # Whatever ended the batch, what was not offered is free again at once and not after the lease.
            self._end_batch(failure)
        if failure:
            self.trouble = self.trouble or failure
            log.warning("%s What waits in the outbox goes with the next pass.", failure)
        if self.trouble:
            self.failed += count_due()
        return not self.trouble

    def _claim(self) -> list[Claimed]:
        """Messages to send, unless the server is left alone; where its rest is over, one sender makes a trial."""
        self._health = channel.health()
        if not self._health.may_be_tried(clock.real_now()):
            return self._leave_alone()
        batch = self._hold.claim(BATCH)
        self._is_trial = bool(batch) and self._health.opened_at is not None
        if self._is_trial and not channel.take_trial(self._health):
            self._hold.give_back()
            self._is_trial = False
            return self._leave_alone()
        return batch

    def _leave_alone(self) -> list[Claimed]:
        waiting = count_due()
        if waiting:
            self.failed += waiting
            self.trouble = _left_alone(channel.channel_state())
        return []

    def _send_over(self, line: Line, batch: Sequence[Claimed], addresses: Mapping[int, str]) -> str:
        """Send one message after the other; a sentence where the server is not there, and nothing at the end."""
        for message in batch:
            if self._should_stop():
                return ""
            if not self._still_holds(message):
                continue
            fate = self._send_one(line, message, addresses.get(message.person_id))
            if fate.answer is Answer.UNREACHABLE:
                return fate.reason
            self._write_down(message, fate)
            self._on_progress(self.sent + self.failed)
            if self.trouble:
                return ""
        return ""

    def _still_holds(self, message: Claimed) -> bool:
        """Renew the lease of the whole batch when it runs short; whether this message is ours still."""
        if self._hold.lease_is_long():
            return True
        with transaction():
            return self._hold.renew(message)

    def _send_one(self, line: Line, message: Claimed, address: str | None) -> Fate:
        if address is None:
            return Fate(Answer.VOID, "There is no address for this person any more.", is_of_server=False)
        try:
            address = self._elsewhere(message, address)
            texts = self._whole_texts(message)
            if texts is None:
                return Fate(Answer.VOID, "What its link would open is void by now.", is_of_server=False)
            return line.send(
                Email(
                    message.message_id,
                    self._mail_from,
                    address,
                    message.subject,
                    *texts,
                    may_have_left=message.may_have_left,
                )
            )
        except Exception as fault:  # One message that cannot be sent must not hold up everybody else's.
            # The traceback stays out of the log: it could hold an address.
            log.error("Message %s could not be sent: %s", message.id, type(fault).__name__)
            return Fate(Answer.UNANSWERED, f"The sender failed: {type(fault).__name__}.", is_of_server=False)

    def _elsewhere(self, message: Claimed, address: str) -> str:
        """The person's address, or the one at which the message's link is to be proven."""
        if message.link_for is None:
            return address
        with transaction():
            elsewhere = self._recipients(message.link_for)
        return address if elsewhere is None else elsewhere

    def _whole_texts(self, message: Claimed) -> tuple[str, str | None] | None:
        """Text and HTML with the one-time link, made now and stored nowhere; None where it would open nothing."""
        if message.link_for is None:
            return message.body, message.html
        with transaction():
            link = self._links(message.link_for)
        if link is None:
            return None
        html = None if message.html is None else message.html.replace(LINK_MARK, str(escape(link)))
        return message.body.replace(LINK_MARK, link), html

    def _write_down(self, message: Claimed, fate: Fate) -> None:
        """What became of a message, and then what that says of the server, before the next message goes."""
        step = next_step(fate.answer, attempts=message.attempts, silences=message.silences)
        if step.state is MessageState.SENT:
            self.sent += 1
        else:
            self.failed += 1
            log.warning("Message %s to person %s: %s", message.id, message.person_id, fate.reason)
        self._hold.record_fate(message, step, fate)
        if fate.is_of_server and fate.answer in (Answer.UNANSWERED, Answer.HUNG_UP):
            with transaction():
                self._has_failed(fate.reason)
        elif fate.is_of_server:
            self._has_answered(fate.answer)

    def _has_failed(self, reason: str) -> None:
        self._say_that_it_answered()
        self._health = channel.has_failed(reason, was_trial=self._is_trial)
        self._is_trial = False
        if self._health.opened_at is not None:
            self.trouble = _left_alone(channel.channel_state())

    def _has_answered(self, answer: Answer) -> None:
        """Remember that the server answers, for the end of the batch; where it was thought ill, say so at once."""
        self._answered_at = clock.real_now()
        if answer is Answer.DELIVERED:
            self._taken_at = self._answered_at
        if self._health.failures:
            with transaction():
                self._say_that_it_answered()
            self._health = Health()
            self._is_trial = False

    def _say_that_it_answered(self) -> None:
        if self._answered_at is not None:
            channel.has_answered(self._taken_at or self._answered_at, has_taken=self._taken_at is not None)
        self._answered_at = self._taken_at = None

    def _end_batch(self, failure: str) -> None:
        with transaction():
            self._hold.give_back()
            if failure:
                self._has_failed(failure)
            else:
                self._say_that_it_answered()
            if self._is_trial:
                # Nothing was heard of the server, so whoever has a message next makes the trial.
                channel.give_trial_back(self._health)
                self._is_trial = False


def _left_alone(state: channel.ChannelState) -> str:
    """Why nothing goes, in a sentence or two."""
    until = "a trial has ended" if state.rests_until is None else f"{state.rests_until.astimezone(LONDON):%H:%M}"
    return f"The mail server failed {state.failures} times in a row and is left alone until {until}. {state.why}"
