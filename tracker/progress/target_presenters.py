"""What the pages say about a target: the dates of an ask, how far they slipped, who agreed what; reads no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.presenters import national_date
from tracker.frameworks.rules import StatusClass, national_deadline
from tracker.progress.date_rules import DateOutcome, Slippage, TargetStep, outcome_of, slippage, step_for_target
from tracker.progress.rows import AgreedTarget, Standing, TargetAsked, TargetsTold
from tracker.web.wording import day, day_and_time, plural


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One revision as a sentence, and what was written."""

    sentence: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TargetPage:
    """The dates of an ask before somebody changes one."""

    rows: tuple[dict[str, str], ...]
    lines: tuple[TargetLine, ...]
    who_decides: str
    waiting: TargetAsked | None


def target_page(ask: AskFacts, standing: Standing, told: TargetsTold, today: date) -> TargetPage:
    """Put together what is known of an ask's dates."""
    return TargetPage(
        rows=tuple(date_rows(ask, standing, told, today)),
        lines=target_lines(told),
        who_decides=_who_decides(ask, standing, today),
        waiting=told.waiting,
    )


def date_rows(
    ask: AskFacts, standing: Standing, told: TargetsTold, today: date, *, set_aside_on: date | None = None
) -> list[dict[str, str]]:
    """The national date with what became of it, the target, how far it slipped, and what is asked of the region.

    ``set_aside_on`` is the day from which it has been not applicable, where it is.
    """
    national_on = national_deadline(ask.date_kind, ask.national_on)
    rows = []
    if not ask.is_adopted:
        words = national_date(ask.date_kind, ask.national_on, ask.precision, ask.season)
        rows.append(
            {"key": "National date", "value": f"{words}{outcome_words(national_on, standing, today, set_aside_on)}"}
        )
    if standing.target_on is not None:
        met = outcome_words(standing.target_on, standing, today, set_aside_on)
        rows.append({"key": "Agreed target", "value": f"{day(standing.target_on)}{met}"})
    if told.agreed:
        slipped = slippage([each.target_on for each in told.agreed], national_on)
        rows.append({"key": "Slippage", "value": slippage_words(slipped)})
    if told.waiting is not None:
        wanted = day(told.waiting.wanted_on) if told.waiting.wanted_on else "no target any more"
        rows.append({"key": "Asked of the region", "value": f"{wanted}, since {day(told.waiting.true_on)}"})
    return rows


def outcome_words(on: date | None, standing: Standing, today: date, set_aside_on: date | None) -> str:
    """What became of a date, to stand behind it: ", met on time", ", met 3 days late", ", not met for 12 days"."""
    completed_on = standing.completed_on if standing.said_class.is_done else None
    if standing.said_class is StatusClass.NOT_APPLICABLE and set_aside_on is not None:
        _, missed = outcome_of(on, None, set_aside_on)
        return f", missed by {plural(missed, 'day')} when it was made not applicable" if missed else ""
    if not standing.said_class.is_open and completed_on is None:
        return ""
    outcome, days = outcome_of(on, completed_on, today)
    claimed_late = 0
    if on is not None and standing.said_class is StatusClass.DONE_CLAIMED and standing.updated_on is not None:
        claimed_late = max(0, (standing.updated_on - on).days)
    return {
        DateOutcome.MET: f", met on time, claimed {plural(claimed_late, 'day')} after it"
        if claimed_late
        else ", met on time",
        DateOutcome.MET_LATE: f", met {plural(days, 'day')} late",
        DateOutcome.NOT_MET: f", not met for {plural(days, 'day')}",
        DateOutcome.NOT_DUE: "",
    }[outcome]


def slippage_words(slipped: Slippage) -> str:
    """How far and how often a target moved.

    >>> slippage_words(Slippage(31, 2)), slippage_words(Slippage(-5, 1)), slippage_words(Slippage(0, 0))
    ('31 days later than first agreed, moved 2 times', '5 days sooner than first agreed, moved once', 'Never moved')
    >>> slippage_words(Slippage(92, 0, is_from_national=True))
    '92 days later than the national date, never moved'
    """
    if not slipped.revisions and not slipped.is_from_national:
        return "Never moved"
    often = {0: "never moved", 1: "moved once"}.get(slipped.revisions, f"moved {slipped.revisions} times")
    if not slipped.days:
        return f"{'On the national date' if slipped.is_from_national else 'As first agreed'}, {often}"
    than = "later" if slipped.days > 0 else "sooner"
    first = "the national date" if slipped.is_from_national else "first agreed"
    return f"{plural(abs(slipped.days), 'day')} {than} than {first}, {often}"


def target_lines(told: TargetsTold) -> tuple[TargetLine, ...]:
    """Every revision and every request, the newest first."""
    return tuple(line for *_, line in sorted(target_events(told), key=lambda each: each[:2], reverse=True))


def target_events(told: TargetsTold) -> list[tuple[date, datetime, TargetLine]]:
    """The same, each with the day it was true on and the instant it was recorded at."""
    lines = [(each.true_on, each.recorded_at, agreed_line(each)) for each in told.agreed]
    lines += [(each.true_on, each.recorded_at, _asked_line(each)) for each in told.asked]
    return lines


def agreed_line(target: AgreedTarget) -> TargetLine:
    """One target that was agreed, as a sentence."""
    who = target.person_name or "Somebody whose details were removed"
    done = f"set the target to {day(target.target_on)}" if target.target_on else "withdrew the target"
    if target.is_asked:
        done = (
            f"accepted {day(target.target_on)} as the target"
            if target.target_on
            else "accepted that there is no target"
        )
    # Why it was asked for and who agreed stands with the request.
    details = () if target.is_asked else _details(target.reason, target.agreed_by)
    return TargetLine(f"{day_and_time(target.recorded_at)}: {who} {done}", details)


def _asked_line(asked: TargetAsked) -> TargetLine:
    who = asked.person_name or "Somebody whose details were removed"
    wanted = day(asked.wanted_on) if asked.wanted_on else "no target"
    became = {
        "": "which waits for the region",
        "accepted": f"which the region accepted on {day(asked.decided_on)}",
        "declined": f"which the region declined on {day(asked.decided_on)}",
        "withdrawn": "and withdrew it",
    }[asked.decision]
    details = _details(asked.reason, asked.agreed_by)
    if asked.decision_reason:
        details = (*details, ("The region’s reason", asked.decision_reason))
    return TargetLine(f"{day_and_time(asked.recorded_at)}: {who} asked for {wanted}, {became}", details)


def _details(reason: str, agreed_by: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in (("Reason", reason), ("Agreed by", agreed_by)) if value)


def _who_decides(ask: AskFacts, standing: Standing, today: date) -> str:
    """What happens to a new target, said before it is typed."""
    national_on = national_deadline(ask.date_kind, ask.national_on)
    step = step_for_target(None, present_on=standing.target_on, national_on=national_on, today=today)
    if step is TargetStep.ASK_REGION:
        return "The target has passed, so your region decides on another."
    if national_on is not None and not ask.is_adopted:
        return f"You agree a target up to the national date, {day(national_on)}. Your region decides on a later one."
    return "You agree the target yourselves."
