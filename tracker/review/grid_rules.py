"""How asks add up to a cell of the grid and cells to a roll-up; plain Python.

The meanings are the service's own ("Status" in README, "Decisions"): a cell is the worst class of its asks and how many
of them are done; ``tracker.progress.rules.roll_up`` says the same of one organisation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tracker.frameworks.rules import StatusClass

_WORST_FIRST = tuple(each for each in StatusClass if each is not StatusClass.NOT_APPLICABLE)
TROUBLED = frozenset({StatusClass.OFF_COURSE, StatusClass.AT_RISK})


@dataclass(frozen=True, slots=True)
class Tally:
    """How many asks that apply stand in each class, how many of them all are overdue, and of how many of those nothing
    was ever said.

    >>> two = Tally({StatusClass.NO_UPDATE: 1, StatusClass.DONE_CLAIMED: 2, StatusClass.NOT_APPLICABLE: 5}, overdue=1)
    >>> two.done, two.of, two.worst, (two + two).of
    (2, 3, <StatusClass.NO_UPDATE: 'no_update'>, 6)
    """

    classes: Mapping[StatusClass, int] = field(default_factory=lambda: MappingProxyType({}))
    overdue: int = 0
    silent: int = 0

    def __add__(self, other: Tally) -> Tally:
        return total((self, other))

    def of_class(self, status_class: StatusClass) -> int:
        return self.classes.get(status_class, 0)

    @property
    def done(self) -> int:
        return sum(number for each, number in self.classes.items() if each.is_done)

    @property
    def of(self) -> int:
        """Every ask that applies, those that are said not to be applicable left out."""
        return sum(number for each, number in self.classes.items() if each is not StatusClass.NOT_APPLICABLE)

    @property
    def worst(self) -> StatusClass | None:
        """None where nothing counts."""
        return next((each for each in _WORST_FIRST if self.classes.get(each)), None)

    @property
    def needs_help(self) -> int:
        """How many asks are off track, at risk, or overdue with no update. It orders a list of whom to help first, and
        is no mark.
        """
        return sum(self.of_class(each) for each in TROUBLED) + self.silent

    @property
    def parts(self) -> tuple[tuple[StatusClass, int], ...]:
        """Each class that has any, worst first."""
        return tuple((each, self.classes[each]) for each in _WORST_FIRST if self.classes.get(each))


NOTHING = Tally()


def total(tallies: Iterable[Tally]) -> Tally:
    classes: Counter[StatusClass] = Counter()
    overdue = silent = 0
    for tally in tallies:
        classes.update(tally.classes)
        overdue += tally.overdue
        silent += tally.silent
    return Tally({each: number for each, number in classes.items() if number}, overdue, silent)


def moved(now: Tally, then: Tally) -> str:
    """What became of "n of d" since another day, in words; "" where neither number changed.

    >>> moved(Tally({StatusClass.DONE_CLAIMED: 3}), Tally({StatusClass.DONE_CLAIMED: 1, StatusClass.AT_RISK: 1}))
    'was 1 of 2, 2 more done'
    """
    if (now.done, now.of) == (then.done, then.of):
        return ""
    more = now.done - then.done
    words = f"{abs(more):,} {'more' if more > 0 else 'fewer'} done" if more else "as many done"
    return f"was {then.done:,} of {then.of:,}, {words}"
