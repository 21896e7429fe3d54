"""Draws claims at random, the riskier ones more often, so that anybody with the seed draws the same; plain Python.

Each claim gets a number of its own from the seed and its name, so the order in which claims are listed does not matter
and a claim more changes nobody else's number. Method: Efraimidis and Spirakis, "Weighted random sampling with a
reservoir", 2006: of u to the power of 1 / weight the largest are taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from math import log
from types import MappingProxyType

LARGEST_SAMPLE = 100
LONGEST_SEED = 40
VERY_LATE_DAYS = 30


class Risk(StrEnum):
    """What makes a claim worth a second look."""

    LATE = "late"
    VERY_LATE = "very_late"
    BACK_DATED = "back_dated"
    ONLY_NOTES = "only_notes"
    SENT_BACK = "sent_back"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Risk.LATE: f"Done up to {VERY_LATE_DAYS} days late",
    Risk.VERY_LATE: f"Done more than {VERY_LATE_DAYS} days late",
    Risk.BACK_DATED: "Claimed long after it was done, or back-dated",
    Risk.ONLY_NOTES: "No link or file as evidence",
    Risk.SENT_BACK: "Sent back before",
    Risk.LAPSED: "Assured before, and lapsed",
}

POINTS: Mapping[Risk, int] = MappingProxyType(
    {
        Risk.LATE: 1,
        Risk.VERY_LATE: 2,
        Risk.BACK_DATED: 2,
        Risk.ONLY_NOTES: 2,
        Risk.SENT_BACK: 2,
        Risk.LAPSED: 1,
    }
)
"""What each adds to the weight 1 that every claim has: a claim of weight 3 is drawn first three times as often."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One claim that may be drawn: its name ("XN1/8ua-2020/2.3", the entry that counts) and what is risky about it."""

    name: str
    entry_id: int
    risks: frozenset[Risk]

    @property
    def weight(self) -> int:
        return weight_of(self.risks)


def weight_of(risks: Collection[Risk]) -> int:
    """How often a claim is drawn, against one with nothing risky about it.

    >>> weight_of([]), weight_of([Risk.BACK_DATED, Risk.LATE])
    (1, 4)
    """
    return 1 + sum(POINTS[risk] for risk in set(risks))


def risks_of(
    *, days_late: int, is_back_dated: bool, has_more_than_notes: bool, was_sent_back: bool, has_lapsed: bool
) -> frozenset[Risk]:
    """What is risky about a claim, from what is recorded of it.

    >>> facts = dict(is_back_dated=False, has_more_than_notes=True, was_sent_back=False, has_lapsed=False)
    >>> [sorted(risks_of(days_late=days, **facts)) for days in (0, 1, 30, 31)] == [
    ...     [], [Risk.LATE], [Risk.LATE], [Risk.VERY_LATE]]
    True
    """
    found = {
        Risk.LATE: 0 < days_late <= VERY_LATE_DAYS,
        Risk.VERY_LATE: days_late > VERY_LATE_DAYS,
        Risk.BACK_DATED: is_back_dated,
        Risk.ONLY_NOTES: not has_more_than_notes,
        Risk.SENT_BACK: was_sent_back,
        Risk.LAPSED: has_lapsed,
    }
    return frozenset(risk for risk, is_so in found.items() if is_so)


def draw(candidates: Iterable[Candidate], size: int, seed: str) -> list[Candidate]:
    """So many of them, the first drawn first; all of them where there are no more."""
    return sorted(candidates, key=lambda each: (_lot(each, seed), each.name))[:size]


def fingerprint(candidates: Iterable[Candidate]) -> str:
    """The SHA-256 of who could be drawn and how heavily: whoever draws from the same gets the same."""
    lines = sorted(f"{each.name} {each.entry_id} {each.weight}" for each in candidates)
    return sha256("\n".join(lines).encode()).hexdigest()


def _lot(candidate: Candidate, seed: str) -> float:
    """The smaller, the sooner it is drawn: an exponential waiting time at the rate of the weight."""
    digest = sha256(f"{seed}\n{candidate.name}\n{candidate.entry_id}".encode()).digest()
    share = (int.from_bytes(digest[:8]) + 1) / (2**64 + 1)
    return -log(share) / candidate.weight
