"""Says who gets what is raised to a level and until when, before it is raised and after; it reads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tracker.escalations.posts import Addressed, Somebody
from tracker.escalations.rules import Level, Post
from tracker.web.wording import day, in_words, plural

MOST_NAMED = 3
OUTSIDE = "The national team answers outside this service, and the regional team records here what it says."
"""What is said wherever something is raised to the national team: it reads here, and writes nothing."""
NO_MAIL = "No mail is sent, so tell the organisation yourself."


def usual_due_on(level: Level, today: date) -> date:
    """The day on which a response is due where whoever raises it names no other."""
    return today + timedelta(days=level.response_days)


def goes_to(to: Addressed, by: int) -> str:
    """Who would get it, for the form; a vacant post is said, with who gets it instead.

    ``by`` is whoever raises it: nobody is written to about what they did themselves.
    """
    if to.reached is None:
        return f"{_vacant(to)}, nor at a higher level: tell them yourself."
    others = [each for each in to.people if each.person_id != by]
    whom = _names(others) if others else "nobody but you"
    if to.is_passed_up:
        level = to.reached.label.lower()
        if others:
            return f"{_vacant(to)}, so the next level up gets it: {level}, {whom}."
        return f"{_vacant(to)}. The next level up is the {level}, where there is nobody but you. {NO_MAIL}"
    if not others:
        return f"There is nobody but you. {NO_MAIL}"
    return f"{_vacant(to)}, so it goes to {whom}." if to.wanted.stands_in else f"It goes to {whom}."


def offered(to: Addressed, today: date, by: int, *, is_proposed: bool) -> str:
    """All that is said below a level on the form."""
    until = day(usual_due_on(to.level, today))
    due = f"The usual time to respond is {plural(to.level.response_days, 'day')}, to {until}."
    first = ("The ladder proposes this step.",) if is_proposed else ()
    outside = (OUTSIDE,) if to.level.post is Post.NATIONAL else ()
    return " ".join((*first, goes_to(to, by), due, *outside))


def raised(to: Addressed, due_on: date, by: int, *, is_usual: bool) -> str:
    """What is said once it is raised."""
    others = [each for each in to.people if each.person_id != by]
    until = f"A response is due by {day(due_on)}" + (", the usual day for this level." if is_usual else ".")
    told = f"{_names(others)} will get a mail." if others else "Nobody gets a mail about it."
    return f"It is raised to: {to.level.label.lower()}. {told} {until}"


def warning(to: Addressed, by: int) -> str:
    """What whoever raised it has to know besides: that the post is vacant, or that nobody is told. "" otherwise."""
    is_told = any(each.person_id != by for each in to.people)
    return "" if is_told and not to.is_passed_up and not to.wanted.stands_in else goes_to(to, by)


def _vacant(to: Addressed) -> str:
    if to.wanted.named:
        verb = "has" if len(to.wanted.named) == 1 else "have"
        return f"{in_words(list(to.wanted.named))} {verb} no account here that can be written to"
    return "Nobody is named in this post"


def _names(people: Sequence[Somebody]) -> str:
    names = [each.name for each in people[:MOST_NAMED]]
    if len(people) > MOST_NAMED:
        names.append(plural(len(people) - MOST_NAMED, "other"))
    return in_words(names)
