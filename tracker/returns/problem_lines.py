"""Every problem that a check finds as a sentence with a link to the page where it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import url_for

from tracker.progress.rules import RECOVERY_DAYS
from tracker.returns.rows import Problem
from tracker.returns.rules import OLD_AFTER_DAYS, STALE_AFTER_DAYS, ProblemKind
from tracker.web.wording import day, in_words, plural


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """What is wrong, and the link that leads to where it is mended; the link's words say what one does there."""

    sentence: str
    href: str
    link: str


def problem_lines(
    problems: Sequence[Problem], code: str, number: int, lead_ask: tuple[str, str] | None
) -> list[ProblemLine]:
    """The problems of one return; ``lead_ask`` names the ask, by framework and ref, where its lead is named.

    What came since the day of a return is mended in one place, so that its asks have one line together.
    """
    lines = []
    for kind, alike in groupby(problems, key=lambda problem: problem.kind):
        if kind in _SINCE:
            lines.append(_since(kind, list(alike), code, number))
        elif kind in _OF_THE_DAY:
            lines += [_of_the_day(problem, code, number) for problem in alike]
        else:
            lines += [_line(problem, code, lead_ask) for problem in alike]
    return lines


_OF_THE_DAY = (ProblemKind.BEFORE_APPROVED, ProblemKind.OLD_DAY)
_SINCE = {
    ProblemKind.OVERDUE_SINCE: ("ask has become overdue since", "asks have become overdue since"),
    ProblemKind.WORSE_SINCE: ("ask has a worse status than on", "asks have a worse status than on"),
}


def _since(kind: ProblemKind, problems: Sequence[Problem], code: str, number: int) -> ProblemLine:
    how_many, refs = plural(len(problems), *_SINCE[kind]), in_words([each.ask_ref for each in problems])
    sentence = f"{how_many} {day(problems[0].on)}: {refs}. The board will be told so."
    return ProblemLine(sentence, url_for("returns.change", code=code, number=number), "Change the day that it tells of")


def _of_the_day(problem: Problem, code: str, number: int) -> ProblemLine:
    """What is wrong with the day that the return itself tells of."""
    href, on = url_for("returns.change", code=code, number=number), day(problem.on)
    if problem.kind is ProblemKind.OLD_DAY:
        sentence = f"This return tells of {on}, more than {OLD_AFTER_DAYS} days ago. The board will be told so."
    else:
        sentence = (
            f"The board has approved return {problem.return_number}, as at {on}, and this return tells of a day before."
        )
    return ProblemLine(sentence, href, "Change the day that it tells of")


IN_SHORT = {
    ProblemKind.OLD_DAY: f"It tells of a day more than {OLD_AFTER_DAYS} days before it was submitted",
    ProblemKind.OVERDUE_SINCE: "{asks} became overdue after the day that it tells of",
    ProblemKind.WORSE_SINCE: "{asks} had a worse status after the day that it tells of",
    ProblemKind.NO_LEAD: "No executive lead was in post",
    ProblemKind.TO_CONFIRM: "It was not known which services the organisation runs",
    ProblemKind.NO_UPDATE: "No update yet",
    ProblemKind.STALE: f"Not updated or confirmed for more than {STALE_AFTER_DAYS} days",
    ProblemKind.RECOVERY_PASSED: "The day by which it was to be back on track had passed",
    ProblemKind.FORECAST_PASSED: "The day on which it was expected to be done had passed",
    ProblemKind.OVERDUE_NO_PLAN: "Past its date, with no day by which it will be back",
    ProblemKind.ASSURED_NO_EVIDENCE: "Assured as complete, with no evidence for it that still counts",
    ProblemKind.NOBODY_IN_POST: "Said to be complete, with nobody in post",
    ProblemKind.SET_ASIDE_LATE: "Became not applicable after its date",
}


def warnings_in_short(warnings: Sequence[str]) -> list[str]:
    """What a return was submitted with, for its board: the asks that have the same warning in one line.

    >>> warnings_in_short(["no_lead", "no_update 8ua-2020/1.1", "no_update 8ua-2020/1.2", "of_later 8ua-2020/1.2"])
    ['No executive lead was in post', 'No update yet: 1.1 and 1.2', 'Of later: 1.2']
    >>> warnings_in_short(["overdue_since 8ua-2020/2.2"])
    ['1 ask became overdue after the day that it tells of: 2.2']
    """
    asks: dict[str, list[str]] = {}
    for warning in warnings:
        kind, _, item = warning.partition(" ")
        asks.setdefault(kind, []).append(item.rpartition("/")[2])
    lines = []
    for kind, refs in asks.items():
        known = IN_SHORT.get(ProblemKind(kind)) if kind in set(ProblemKind) else None
        named = in_words([ref for ref in refs if ref])
        words = (known or kind.replace("_", " ").capitalize()).replace("{asks}", plural(len(refs), "ask"))
        lines.append(f"{words}: {named}" if named else words)
    return lines


def _line(problem: Problem, code: str, lead_ask: tuple[str, str] | None) -> ProblemLine:
    kind, on = problem.kind, day(problem.on)
    whole = {
        ProblemKind.NOTHING_TRACKED: "Nothing of what this return covers was tracked on that day.",
        ProblemKind.NO_LEAD: "No executive lead was in post on that day.",
        ProblemKind.TO_CONFIRM: f"{plural(problem.count, 'ask depends', 'asks depend')} on the services you run, "
        "and we do not know which you run.",
    }
    if kind in whole:
        href, link = _where(kind, code, lead_ask)
        return ProblemLine(whole[kind], href, link)
    sentence = {
        ProblemKind.NO_RECOVERY_PLAN: f"is said to be on track, but its date of {on} has passed and there is no day by "
        "which it will be back.",
        ProblemKind.FORECAST_LATE: f"is said to be on track, but is expected to be done on {on}, after its date.",
        ProblemKind.RECOVERY_FAR: f"is said to be on track, but its date has passed and it will be back only by {on}, "
        f"in more than {RECOVERY_DAYS} days.",
        ProblemKind.NO_EVIDENCE: "is claimed as complete, but there is no evidence for it that still counts.",
        ProblemKind.NO_REASON: "has a status that needs a reason, and none is given.",
        ProblemKind.NO_RECOVERY_DATE: "has a status that needs a day by which it will be back, and none is given.",
        ProblemKind.NO_UPDATE: "has no update yet.",
        ProblemKind.STALE: f"was last updated or confirmed on {on}, more than {STALE_AFTER_DAYS} days before.",
        ProblemKind.RECOVERY_PASSED: f"was to be back on track by {on}, which has passed.",
        ProblemKind.FORECAST_PASSED: f"was expected to be done on {on}, which has passed.",
        ProblemKind.OVERDUE_NO_PLAN: f"is past its date of {on}, and there is no day by which it will be back.",
        ProblemKind.ASSURED_NO_EVIDENCE: "is assured as complete, but there is no evidence for it that still counts.",
        ProblemKind.NOBODY_IN_POST: "is said to be complete, but nobody is in post.",
        ProblemKind.SET_ASIDE_LATE: f"became not applicable after its date ({on}).",
    }[kind]
    if kind in (ProblemKind.NO_EVIDENCE, ProblemKind.ASSURED_NO_EVIDENCE):
        href = url_for("evidence.add", code=code, ask=f"{problem.framework}/{problem.ask_ref}")
        link = f"Add evidence for ask {problem.ask_ref}"
    elif kind in (ProblemKind.NOBODY_IN_POST, ProblemKind.SET_ASIDE_LATE):
        href = url_for("progress.ask", code=code, framework=problem.framework, ref=problem.ask_ref)
        link = f"See ask {problem.ask_ref}"
    else:
        href = url_for("progress.update", code=code, framework=problem.framework, ref=problem.ask_ref)
        link = f"Update ask {problem.ask_ref}"
    ask = f"{'Today, ask' if problem.is_today else 'Ask'} {problem.ask_ref} ({problem.wording})"
    return ProblemLine(f"{ask} {sentence}", href, link)


def _where(kind: ProblemKind, code: str, lead_ask: tuple[str, str] | None) -> tuple[str, str]:
    if kind is ProblemKind.TO_CONFIRM:
        return url_for("progress.services", code=code), "Tell us which services you run"
    if kind is ProblemKind.NO_LEAD and lead_ask is not None:
        framework, ref = lead_ask
        return url_for("progress.ask", code=code, framework=framework, ref=ref), "Name the executive lead"
    return url_for("progress.organisation", code=code), "See what is tracked"
