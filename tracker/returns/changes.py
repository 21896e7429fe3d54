"""What changed at each ask between two returns, or a return and today, in words; it reads nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.frameworks.rules import StatusClass
from tracker.returns.rows import FrozenAsk
from tracker.web.wording import day, plural


@dataclass(frozen=True, slots=True)
class AskChange:
    """One ask of which something is different now, with a sentence for each difference, the weightiest first."""

    framework: str
    framework_title: str
    ask_ref: str
    ask: str
    status_before: str
    class_before: str
    status_now: str
    class_now: str
    sentences: tuple[str, ...]
    narrative: str
    """What is said now, where that is new."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed, and how many asks are as they were."""

    asks: tuple[AskChange, ...]
    unchanged: int

    @property
    def in_short(self) -> str:
        changed = plural(len(self.asks), "ask has changed", "asks have changed")
        same = plural(self.unchanged, "ask is as it was", "asks are as they were")
        return f"{changed}; {same}."


def changes_between(before: Sequence[FrozenAsk], now: Sequence[FrozenAsk]) -> Changes:
    """Ask by ask in the order of today, then what is no longer asked."""
    earlier = {ask.ask_id: ask for ask in before}
    later = {ask.ask_id for ask in now}
    pairs: list[tuple[FrozenAsk | None, FrozenAsk | None]] = [(earlier.get(ask.ask_id), ask) for ask in now]
    pairs += [(ask, None) for ask in before if ask.ask_id not in later]
    found = [_change(was, is_) for was, is_ in pairs]
    changed = tuple(each for each in found if each is not None)
    return Changes(changed, len(found) - len(changed))


NOT_ASKED = "Not asked"


def _change(was: FrozenAsk | None, now: FrozenAsk | None) -> AskChange | None:
    either = now or was
    if either is None:
        return None
    sentences = tuple(_sentences(was, now))
    narrative = now.progress if now and now.progress and (was is None or was.progress != now.progress) else ""
    if not sentences and not narrative:
        return None
    return AskChange(
        framework=either.framework,
        framework_title=either.framework_title,
        ask_ref=either.ask_ref,
        ask=either.ask,
        status_before=was.status if was else NOT_ASKED,
        class_before=_class(was),
        status_now=now.status if now else NOT_ASKED,
        class_now=_class(now),
        sentences=(*sentences, *_of_recording(was, now)),
        narrative=narrative,
    )


def _class(ask: FrozenAsk | None) -> str:
    return tag_class(ask) if ask else StatusClass.NOT_APPLICABLE.value


def tag_class(ask: FrozenAsk) -> str:
    """What colours the status of an ask: whether it applies, where that is not settled, else its class."""
    if ask.status == ask.applicability.label:
        return ask.applicability.value
    return ask.status_class.value


def _sentences(was: FrozenAsk | None, now: FrozenAsk | None) -> Iterator[str]:
    if was is None:
        yield "It was not in the return before."
        return
    if now is None:
        yield "It is no longer tracked here."
        return
    if was.status != now.status:
        yield f"The status went from {was.status} to {now.status}."
    yield from _of_assurance(was, now)
    yield from _of_lateness(was, now)
    yield from _of_target(was, now)
    yield from _of_days(was, now)
    if now.reason and was.reason != now.reason:
        yield f"Reason: {_as_sentence(now.reason)}"
    if now.blocked_by != was.blocked_by:
        yield f"It waits for others: {_as_sentence(now.blocked_by)}" if now.blocked_by else "It waits for nobody else."
    if now.next_step and was.next_step != now.next_step:
        yield f"Next step: {_as_sentence(now.next_step)}"


def _of_assurance(was: FrozenAsk, now: FrozenAsk) -> Iterator[str]:
    if was.status_class is now.status_class:
        if was.assurance != now.assurance and now.assurance:
            yield f"{now.assurance}."
        return
    if now.status_class is StatusClass.DONE_CLAIMED:
        yield "Newly claimed as complete; it is not assured yet."
    elif now.status_class is StatusClass.DONE_ASSURED:
        yield "Newly assured by another body."
    elif was.status_class.is_done:
        yield "The claim was sent back." if now.assurance else "It is open again."


def _of_lateness(was: FrozenAsk, now: FrozenAsk) -> Iterator[str]:
    if was.days_overdue is None and now.days_overdue is not None:
        yield f"Newly overdue, by {plural(now.days_overdue, 'day')}."
    elif was.days_overdue is not None and now.days_overdue is None:
        yield "No longer overdue."


def _of_target(was: FrozenAsk, now: FrozenAsk) -> Iterator[str]:
    more = now.target_revisions - was.target_revisions
    if was.target_on == now.target_on and more <= 0:
        return
    if now.target_on is None:
        yield f"The target of {day(was.target_on)} was taken back."
    elif was.target_on is None:
        yield f"A target was agreed: {day(now.target_on)}."
    elif was.target_on == now.target_on:
        yield f"The target was revised and is again {day(now.target_on)}."
    else:
        days = (now.target_on - was.target_on).days
        moved = f"{plural(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
        yield f"The target went from {day(was.target_on)} to {day(now.target_on)}, {moved}."
    if more > 0 and was.target_on is not None:
        yield f"The target was revised {_times(more)} since, {_times(now.target_revisions)} in all."


def _of_days(was: FrozenAsk, now: FrozenAsk) -> Iterator[str]:
    named: Iterable[tuple[str, date | None, date | None]] = (
        ("It is expected to be done on", was.forecast_on, now.forecast_on),
        ("It is to be back on track by", was.recovery_on, now.recovery_on),
        ("It was done on", was.completed_on, now.completed_on),
    )
    for words, before, after in named:
        if after is not None and before != after:
            yield f"{words} {day(after)}{f' and no longer {day(before)}' if before else ''}."


def recorded_late(ask: FrozenAsk) -> str:
    """That what is said was recorded on a later day than it is said of; "" where it was not, or where nobody knows."""
    if ask.recorded_on is None or ask.updated_on is None or ask.recorded_on <= ask.updated_on:
        return ""
    return f"Recorded on {day(ask.recorded_on)} for {day(ask.updated_on)}"


def _of_recording(was: FrozenAsk | None, now: FrozenAsk | None) -> Iterator[str]:
    """Said of what changed, and no change by itself."""
    if now is None or not recorded_late(now):
        return
    if was is None or (was.updated_on, was.recorded_on) != (now.updated_on, now.recorded_on):
        yield f"{recorded_late(now)}."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _as_sentence(text: str) -> str:
    """What somebody typed, with a full stop where it has none."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
