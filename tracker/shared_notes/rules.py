"""Which organisations are alike, who may be counted, and what a shared note may not hold; plain Python.

The meanings are the service's own (README, "Decisions"). Nothing here looks at how much help anybody needs: the order
is by likeness and by how sure it is that the ask is done, and never from best to worst.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum

from tracker.frameworks.rules import OrganisationType, Service

LONGEST_NOTE, LONGEST_CONTACT = 4000, 200
FEWEST_COUNTED = 5
"""Of fewer organisations of a type a count says who has finished without naming them."""


class Likeness(IntEnum):
    """How like two organisations are for one ask; the order of lists."""

    TYPE_AND_SERVICES = 0
    SERVICES_NOT_KNOWN = 1
    TYPE = 2
    OTHER_TYPE = 3

    @property
    def label(self) -> str:
        return {
            Likeness.TYPE_AND_SERVICES: "Same type and services",
            Likeness.SERVICES_NOT_KNOWN: "Same type",
            Likeness.TYPE: "Same type, other services",
            Likeness.OTHER_TYPE: "Another type",
        }[self]


Profile = tuple[OrganisationType, Mapping[Service, bool]]
"""What an organisation is, and what it has said of its services; one that is missing is not known."""


def likeness(ours: Profile, theirs: Profile, needed: Service | None = None) -> Likeness:
    """How like another organisation is to ours, for an ask that depends on a service or on none.

    Services tell two of a type apart where both have said whether they run one and differ, and where the ask depends on
    one that the other has not said it runs. What only one of them has said tells nothing: their services are the same
    where both have spoken of every one.

    >>> trust, mine = OrganisationType.TRUST, dict.fromkeys(Service, True)
    >>> likeness((trust, mine), (trust, mine)).name, likeness((trust, mine), (trust, {})).name
    ('TYPE_AND_SERVICES', 'SERVICES_NOT_KNOWN')
    >>> likeness((trust, mine), (trust, {Service.MATERNITY: False})).name
    'TYPE'
    >>> likeness((trust, mine), (trust, {}), Service.MATERNITY).name
    'TYPE'
    """
    if ours[0] is not theirs[0]:
        return Likeness.OTHER_TYPE
    if needed is not None and not theirs[1].get(needed, False):
        return Likeness.TYPE
    both = ours[1].keys() & theirs[1].keys()
    if any(ours[1][service] != theirs[1][service] for service in both):
        return Likeness.TYPE
    return Likeness.TYPE_AND_SERVICES if both == set(Service) else Likeness.SERVICES_NOT_KNOWN


def place(
    how_like: Likeness, *, says_how: bool, is_assured: bool, is_same_region: bool, name: str, code: str
) -> tuple[int, bool, bool, bool, str, str]:
    """Where one that has finished stands in the list: the smaller, the earlier. ``queries.py`` has the same in SQL."""
    return (how_like.value, not says_how, not is_assured, not is_same_region, name.lower(), code)


ORDER_IN_WORDS = (
    "Organisations of the same type come first: those with the same services, then those of whose services not enough "
    "is known to say, then the others. Among them come those that say how they did it, then those whose claim another "
    "body has assured, then those of the same region, and then it goes by name. The order says nothing about how well "
    "anybody did."
)


def may_be_counted(others: int, *, sees_all: bool) -> bool:
    """Whether it may be said how many of so many have finished, to somebody who may not see which.

    >>> may_be_counted(4, sees_all=False), may_be_counted(5, sees_all=False), may_be_counted(1, sees_all=True)
    (False, True, True)
    """
    return others > 0 if sees_all else others >= FEWEST_COUNTED


def is_counted_in_region(organisation_type: OrganisationType) -> bool:
    """Whether organisations of a type are counted in their region alone: a country has thousands of these.

    >>> [is_counted_in_region(each) for each in (OrganisationType.TRUST, OrganisationType.PRACTICE)]
    [False, True]
    """
    return organisation_type in (OrganisationType.PRACTICE, OrganisationType.PCN)


def find_name(text: str, names: Iterable[str]) -> str:
    """The first of these full names that stands in a text in whole words, or "".

    >>> find_name("Ask dr  robin ashdown about it", ["Sam Fell", "Robin Ashdown"])
    'Robin Ashdown'
    >>> find_name("Our national liaison did it", ["Al Li"])
    ''
    """
    words = " ".join(text.casefold().split())

    def stands(name: str) -> bool:
        sought = " ".join(name.casefold().split())
        return bool(sought) and re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", words) is not None

    return next((name for name in names if stands(name)), "")
