"""Times two things against each other in alternating pairs and prints what came of it; knows nothing of the tracker."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Pairs:
    """Medians of both sides in milliseconds, and the median of the ratios of the pairs."""

    ours: float
    limit: float
    ratio: float


def in_pairs(
    ours: Callable[[], object],
    bare: Callable[[], object],
    *,
    pairs: int,
    warm_ups: int = 2,
    timer: Callable[[], float] = perf_counter,
) -> Pairs:
    """Run both by turns, so that whatever else the machine does falls on both alike.

    Which of the two goes first changes from pair to pair. The median of the ratios of the pairs is less moved by a
    machine that slows down half-way than the ratio of the medians.
    """
    for _ in range(warm_ups):
        ours()
        bare()
    gc.collect()
    taken: list[tuple[float, float]] = []
    for number in range(pairs):
        if number % 2:
            second, first = _time(bare, timer), _time(ours, timer)
        else:
            first, second = _time(ours, timer), _time(bare, timer)
        taken.append((first, second))
    return Pairs(
        ours=1000 * median(first for first, _ in taken),
        limit=1000 * median(second for _, second in taken),
        ratio=median(first / second for first, second in taken),
    )


def _time(call: Callable[[], object], timer: Callable[[], float]) -> float:
    before = timer()
    call()
    return timer() - before


class Scoreboard:
    """Prints one line for each figure and remembers whether all were within their limits."""

    def __init__(self) -> None:
        self.is_ok = True

    def ratio(self, what: str, pairs: Pairs, at_most: float) -> None:
        """One line of: what, ours, the limit measured in the same run, their ratio, and the verdict."""
        verdict = self._verdict(pairs.ratio <= at_most)
        print(
            f"{what}: ours {pairs.ours:.1f} ms, limit {pairs.limit:.1f} ms, ratio {pairs.ratio:.2f}, "
            f"at most {at_most:g}: {verdict}",
            flush=True,
        )

    def figure(self, what: str, value: float, unit: str, at_most: float) -> None:
        """One line of: what, the figure, and the verdict."""
        verdict = self._verdict(value <= at_most)
        print(f"{what}: {value:,.4g} {unit}, at most {at_most:g}: {verdict}".replace(" ,", ","), flush=True)

    def same(self, what: str, values: dict[str, int]) -> None:
        """One line that says whether several counts are one."""
        told = ", ".join(f"{value} {where}" for where, value in values.items())
        print(f"{what}: {told}, the same: {self._verdict(len(set(values.values())) == 1)}", flush=True)

    @property
    def exit_code(self) -> int:
        return 0 if self.is_ok else 1

    def _verdict(self, is_within: bool) -> str:
        self.is_ok = self.is_ok and is_within
        return "ok" if is_within else "over"
