"""Says in which class each organisation of a plan falls, counts them, and judges mass closure; plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.planning import Picture, Plan
from tracker.organisations.statements import LINK_WORDS

DEFAULT_ALLOWED_CLOSURES = 10.0


class Outcome(StrEnum):
    """What a run does to one organisation; an organisation is in the first class that fits."""

    NEW = "new"
    CHANGED = "changed"
    RENAMED = "renamed"
    CLOSED = "closed"
    REOPENED = "reopened"
    UNCHANGED = "unchanged"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ClosureShare:
    """How many of the organisations of a type that are open in the database a run closes."""

    organisation_type: OrganisationType
    closing: int
    open_before: int

    @property
    def percent(self) -> float:
        return 100 * self.closing / self.open_before


def classify(plan: Plan) -> Mapping[Outcome, tuple[str, ...]]:
    """The codes in each class, in order. Absence makes "missing" and never closes anything."""
    classes: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for code in sorted(plan.mentioned | plan.after.keys()):
        after = plan.after.get(code)
        if after is None:
            continue
        before = plan.before.get(code)
        if before == after:
            if code in plan.mentioned:
                classes[Outcome.UNCHANGED].append(code)
            elif _is_missing(plan, after):
                classes[Outcome.MISSING].append(code)
        else:
            classes[_outcome(before, after)].append(code)
    return {outcome: tuple(codes) for outcome, codes in classes.items()}


def _outcome(before: Picture | None, after: Picture) -> Outcome:
    if before is None:
        return Outcome.NEW
    was, now = before.lives[-1].ends_on, after.lives[-1].ends_on
    if was is None and now is not None:
        return Outcome.CLOSED
    if was is not None and (now is None or len(after.lives) > len(before.lives)):
        return Outcome.REOPENED
    return Outcome.RENAMED if before.names != after.names else Outcome.CHANGED


def _is_missing(plan: Plan, picture: Picture) -> bool:
    """Open on the day of a file that lists every body of its type, and not in it."""
    for reading, day in plan.readings:
        if picture.is_open_on(day) and picture.type_on(day) in reading.kind.covers:
            return True
    return False


def counts_line(classes: Mapping[Outcome, tuple[str, ...]], rejected: int) -> str:
    """The line that scripts read (the contract's words, in the contract's order)."""
    counts = [f"{outcome} {len(classes[outcome])}" for outcome in Outcome]
    return ", ".join([*counts, f"rejected {rejected}"])


def rejected_rows(plan: Plan) -> int:
    """Rows that were left out, and rows in error."""
    in_error = {(error.file_name, error.row) for error in plan.errors}
    in_error |= {(error.file_name, error.row) for reading, _ in plan.readings for error in reading.errors}
    return len(in_error) + sum(len(reading.left_out) for reading, _ in plan.readings)


def closure_shares(plan: Plan, classes: Mapping[Outcome, tuple[str, ...]], today: date) -> list[ClosureShare]:
    """The share of each type that a run closes, largest first; only bodies open in the database count."""
    open_before: Counter[OrganisationType] = Counter()
    closing: Counter[OrganisationType] = Counter()
    closed = set(classes[Outcome.CLOSED])
    for picture in plan.before.values():
        organisation_type = picture.type_on(today)
        last = picture.lives[-1]
        if organisation_type is None or (last.ends_on is not None and last.ends_on < today):
            continue
        open_before[organisation_type] += 1
        if picture.code in closed:
            closing[organisation_type] += 1
    shares = [ClosureShare(kind, number, open_before[kind]) for kind, number in closing.items()]
    return sorted(shares, key=lambda share: share.percent, reverse=True)


def differences(before: Picture | None, after: Picture) -> list[str]:
    """What a run changes about one organisation, in words, for the dry run."""
    if before is None:
        return []
    words = []
    was, now = before.lives[-1], after.lives[-1]
    if before.names != after.names:
        words.append(f"{before.names[-1].value} is now {after.names[-1].value}")
    if was.ends_on != now.ends_on:
        words.append(f"close date {was.ends_on or 'none'} is now {now.ends_on or 'none'}")
    if was.starts_on != now.starts_on:
        words.append(f"open date {was.starts_on or 'none'} is now {now.starts_on or 'none'}")
    if before.types != after.types:
        words.append(f"type is now {after.types[-1].value.label}")
    for kind, word in LINK_WORDS.items():
        old, new = before.links.get(kind, ()), after.links.get(kind, ())
        if old != new:
            first = old[-1].value if old else "none"
            last = new[-1].value if new and new[-1].ends_on is None else "none"
            words.append(f"{word} {first} is now {last}")
    if before.ons_codes != after.ons_codes:
        words.append(f"ONS code is now {after.ons_codes[-1].value}")
    return words
