"""What a comment may hold and whom the names in it mean; plain Python, no database and no form.

A name in a comment tells somebody of it, so it is never guessed: a name that fits nobody, or several people, or only a
part of what was typed, is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_COMMENT = 2000
PAGE_SIZE = 20
MOST_MENTIONED = 20
"""People told of one comment; whoever has more to tell writes to them."""

_AT = re.compile(r"(?<![\w@.+-])@(?=\w)")
_WORD = re.compile(r"\w[\w'’.-]*(?<![.])")
_APOSTROPHE = re.compile(r"['’]")
_POSSESSIVE = re.compile(r"['’]s$")
_NEXT_WORD = re.compile(r"[ \t]+(\w[\w'’-]*)")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who may be mentioned."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A name in a text that does not say by itself whom it means; nobody fits where there are no candidates."""

    typed: str
    candidates: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom the names in a text mean, and which of them have to be asked about."""

    found: frozenset[int]
    asked: tuple[Asked, ...]


def find_mentions(text: str, people: Sequence[Named], chosen: frozenset[int] = frozenset()) -> Mentions:
    """Whom every "@name" in a text means; ``chosen`` are people ticked beside it, which answers what was asked.

    A whole name comes first, the longest that fits; then one word of a name, if one person alone has it and no other
    name follows. The case of letters does not matter. An address such as robin@example.nhs.uk mentions nobody.

    >>> people = [Named(1, "Robin Ashdown"), Named(2, "Sam Fell"), Named(3, "Sam Marsh")]
    >>> sorted(find_mentions("Thank you @robin, and @Sam Fell.", people).found)
    [1, 2]
    >>> [(each.typed, len(each.candidates)) for each in find_mentions("@Sam? @Kim?", people).asked]
    [('@Sam', 2), ('@Kim', 0)]
    >>> sorted(find_mentions("@Sam?", people, frozenset({3})).found)
    [3]
    """
    found: set[int] = set()
    asked: dict[str, Asked] = {}
    for at in _AT.finditer(text):
        typed, candidates, is_sure = _meant(text, at.end(), people)
        ticked = {each.person_id for each in candidates} & chosen
        if is_sure and len(candidates) == 1:
            found.add(candidates[0].person_id)
        elif ticked:
            found |= ticked
        else:
            asked.setdefault(f"@{typed}", Asked(f"@{typed}", tuple(candidates)))
    return Mentions(frozenset(found), tuple(asked.values()))


def _meant(text: str, start: int, people: Sequence[Named]) -> tuple[str, list[Named], bool]:
    """What was typed after an at sign, whom it may mean, and whether it is all of what was typed."""
    whole = [(match, each) for each in people if (match := _whole_name(each.name).match(text, start))]
    if whole:
        end = max(match.end() for match, _ in whole)
        return text[start:end], [each for match, each in whole if match.end() == end], True
    word = _WORD.match(text, start)
    typed = _POSSESSIVE.sub("", word.group()) if word else text[start]
    candidates = [each for each in people if _folded(typed) in map(_folded, each.name.split())]
    following = _NEXT_WORD.match(text, start + len(typed))
    if following is None or not following[1][0].isupper() or not candidates:
        return typed, candidates, True
    # "@Robin Marsh" where the only Robin is Robin Ashdown: another name follows, so it may be somebody else.
    return f"{typed} {following[1]}", candidates, False


def _whole_name(name: str) -> re.Pattern[str]:
    """A whole name however it is spaced and whichever apostrophe it has; a name of no words is found nowhere."""
    words = r"\s+".join(re.escape(word) for word in name.split()) or r"(?!)"
    return re.compile(_APOSTROPHE.sub("['’]", words) + r"(?![\w-])", re.IGNORECASE)


def _folded(word: str) -> str:
    return word.casefold().replace("’", "'")
