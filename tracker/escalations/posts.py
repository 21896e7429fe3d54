"""Who gets what is raised to a level of the ladder, and who instead where nobody is there; plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.escalations.rules import TO_ANSWERING, TO_NOBODY, Ladder, Level, Post


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who can be written to, with their name for the screen."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Filled:
    """Who is behind a post. ``named`` are in it by name, and cannot be written to here.

    ``stands_in`` says that nobody who is named can be written to, and that ``people`` hold the role that does its work.
    """

    people: tuple[Somebody, ...] = ()
    named: tuple[str, ...] = ()
    stands_in: bool = False


Posts = Mapping[Post, Filled]
NOBODY = Filled()


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who gets what is raised to ``level``: those of the lowest level from there up that has somebody.

    ``reached`` is None where no level has, so that whoever raises it has to tell them in another way.
    """

    level: Level
    wanted: Filled
    reached: Level | None
    people: tuple[Somebody, ...]
    stands_in: bool = False
    """Whether the people hold the role that does the work of the post that was reached, and not that post."""

    @property
    def is_passed_up(self) -> bool:
        """Whether the level itself has nobody, so that another gets it, or none does."""
        return self.reached is not self.level


def told_as(to: Addressed, by: int) -> str:
    """Whom a step really reached, as it is recorded: the code of a level, ``TO_ANSWERING`` or ``TO_NOBODY``.

    ``by`` is whoever raises it: nobody is written to about what they did themselves.
    """
    if to.reached is None or all(each.person_id == by for each in to.people):
        return TO_NOBODY
    return TO_ANSWERING if to.stands_in else to.reached.code


def addressed(steps: Ladder, level: Level, posts: Posts) -> Addressed:
    """Never silently nobody: where a post is vacant, the next level up that has somebody gets it."""
    wanted = posts.get(level.post, NOBODY)
    for each in steps.levels[steps.number_of(level.code) - 1 :]:
        filled = posts.get(each.post, NOBODY)
        if filled.people:
            return Addressed(level, wanted, each, filled.people, filled.stands_in)
    return Addressed(level, wanted, None, ())
