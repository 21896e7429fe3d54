"""Says whether a password is among those that guessers try first; it knows no account and wants no kind of character.

Source: NIST SP 800-63B and OWASP ASVS 5.0, 6.2.4 and 6.2.11: refuse what is common, what follows a pattern, and what
anybody would think of in this service, and ask for nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

WORD, WALK, LIMIT = 2, 1, 4
"""Two common words, or a word and two walks, or four walks, are soon guessed, with a year or a date about them too;
three random words are not.
"""
SHORTEST_WALK = 3
LONGEST_NUMBER = 6
LONGEST_PIECE = 6
"""A piece up to this long, said over and over, is as easy to guess as the piece."""
SHORTEST_OWN = 3
"""Shorter parts of a name or an address stand by chance in many words."""

_WALKS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "a1s2d3f4g5h6j7k8l9",
    "147258369",
    "159753",
)
"""Along the alphabet, the digits and the keys of a keyboard: forwards and backwards."""
_LOOKALIKES = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "€": "e"}
_LOOKALIKE = re.compile(r"(?<=[a-z])[0134570@$!€]{1,2}(?=[a-z])|^[@$](?=[a-z])")
_FOLDER = Path(__file__).parent


def _lines(name: str) -> list[str]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _letters_and_digits(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def core(password: str) -> str:
    """What is left of a password when capitals, spaces, punctuation and the digits at its end are taken away.

    >>> core("Letmein-Letmein2020!"), core("1234 5678 9012")
    ('letmeinletmein', '123456789012')
    """
    bare = _letters_and_digits(password.casefold())
    return bare.rstrip("0123456789") or bare


COMMON = frozenset(core(line) for line in _lines("common_passwords.txt"))
"""The cores of whole passwords that many people use: a year or an exclamation mark behind one makes it no secret."""

_WORD_LINES = _lines("common_password_words.txt")
FILLERS = frozenset(_WORD_LINES[0].split())
"""The first line: little words that stand between others and count for nothing."""
WORDS = frozenset(word for line in _WORD_LINES[1:] for word in line.split())
_LONGEST_PART = max(map(len, (*WORDS, *_WALKS)))


def is_guessable(password: str, own: Collection[str] = frozenset()) -> bool:
    """Whether guessers would try it early. ``own`` are the words of whose password it is: they add no secret at all.

    >>> is_guessable("W3lcome-to-the-NHS 1948!"), is_guessable("abcd-1234-efgh"), is_guessable("four slow grey seals")
    (True, True, False)
    >>> is_guessable("Thackray-Puffin-7"), is_guessable("Thackray-Dragon-7", own_words(["Helen Thackray"]))
    (False, True)
    """
    if core(password) in COMMON:
        return True
    return any(
        len(_piece_of(each)) <= LONGEST_PIECE or _is_made_of_common_words(each, frozenset(own))
        for each in _readings(password)
    )


def own_words(about: Iterable[str]) -> frozenset[str]:
    """The words in texts about somebody (name, address, organisations): each by itself, with and without accents, and
    each text run together.

    >>> sorted(own_words(["Zoë O'Hara", "z.ohara@example.nhs.uk"]))
    ['example', 'examplenhsuk', 'hara', 'nhs', 'ohara', 'zoe', 'zoeohara', 'zohara', 'zoë', 'zoëohara']
    """
    texts = [part for text in about for part in text.casefold().split("@")]
    texts += ["".join(mark for mark in unicodedata.normalize("NFKD", text) if mark.isascii()) for text in texts]
    found = {piece for text in texts for piece in (_letters_and_digits(text), *re.split(r"[\W_]+", text))}
    return frozenset(piece for piece in found if len(piece) >= SHORTEST_OWN)


def _readings(password: str) -> set[str]:
    """The ways to read a password without its capitals and punctuation: as typed, and with look-alikes as letters.

    "1" is the one mark with two readings: "adm1n", "we1come".
    """
    typed = password.casefold()
    spelled = (typed, _spelled_out(typed, one="i"), _spelled_out(typed, one="l"))
    return {_piece_of(each) for each in map(_letters_and_digits, spelled) if each}


def _spelled_out(text: str, *, one: str) -> str:
    return _LOOKALIKE.sub(lambda found: "".join(_LOOKALIKES.get(mark, one) for mark in found.group()), text)


def _piece_of(text: str) -> str:
    """The piece that a text repeats; the whole text where it repeats none.

    >>> _piece_of("abc1abc1abc1"), _piece_of("herons")
    ('abc1', 'herons')
    """
    return text[: (text + text).index(text, 1)]


def _is_made_of_common_words(text: str, own: frozenset[str]) -> bool:
    """Whether a few common words and walks over the keys, with little words and numbers between, are the whole text.

    So it is with words of its owner anywhere among them, and with nothing but those.
    """
    longest = max(_LONGEST_PART, *map(len, own), 0)
    # For each place in the text, how little it takes to get there.
    least = [0, *(LIMIT + 1 for _ in text)]
    for end in range(1, len(text) + 1):
        least[end] = min(least[start] + _cost(text, start, end, own) for start in range(max(0, end - longest), end))
    return least[-1] <= LIMIT and (least[-1] > 0 or any(word in text for word in own))


def _cost(text: str, start: int, end: int, own: frozenset[str]) -> int:
    """What a part of a text counts for; too much where it is nothing that is known."""
    part = text[start:end]
    if part in FILLERS or part in own or _is_number(text, start, end):
        return 0
    if _is_walk(part):
        return WALK
    return WORD if part in WORDS else LIMIT + 1


def _is_number(text: str, start: int, end: int) -> bool:
    """Whether a part is a short number in a text that has letters too: digits alone may be as random as letters."""
    is_whole = not text[start - 1 : start].isdigit() and not text[end : end + 1].isdigit()
    return end - start <= LONGEST_NUMBER and is_whole and text[start:end].isdigit() and not text.isdigit()


def _is_walk(part: str) -> bool:
    return len(part) >= SHORTEST_WALK and any(part in walk or part in walk[::-1] for walk in _WALKS)
