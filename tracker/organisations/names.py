"""Makes a readable display name of a name published in capitals; the published name is kept beside it, untouched."""

from __future__ import annotations

import re

# A word is letters and digits; an apostrophe inside it or at its end belongs to it (John's, Thomas').
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*['’]?")

# Initials without a vowel (NHS, GP, PCN) need no entry: see _looks_like_initials.
_CAPITALS = frozenset(
    {"ICB", "ICS", "ICP", "CSU", "CIC", "APMS", "UK", "HIV", "IAPT", "ICU", "OOH", "UCC", "UTC"}
    | {"II", "III", "IV", "VI", "VII", "VIII", "IX"}
)
_SMALL = frozenset({"and", "at", "by", "de", "en", "for", "in", "le", "of", "on", "the", "to", "under", "upon", "with"})
_SPELLED = {
    "GPS": "GPs",
    "PCNS": "PCNs",
    "CCGS": "CCGs",
    "LTD": "Ltd",
    "DR": "Dr",
    "DRS": "Drs",
    "MR": "Mr",
    "MRS": "Mrs",
    "MS": "Ms",
    "ST": "St",
    "STS": "Sts",
    "MT": "Mt",
    "RD": "Rd",
    "SQ": "Sq",
    "CTR": "Ctr",
    "CTRS": "Ctrs",
}
_ORDINAL = re.compile(r"\d+(ST|ND|RD|TH)")


def display_name(published: str) -> str:
    """The name as people write it. A name that is not all in capitals is kept but for its spaces.

    >>> display_name("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST")
    "Guy's and St Thomas' NHS Foundation Trust"
    >>> display_name("THE MCKENZIE & O'BRIEN GP SURGERY (2ND FLOOR)")
    "The McKenzie & O'Brien GP Surgery (2nd Floor)"
    >>> display_name("SOUTH WEST BHR PCN II"), display_name("WICK-ON-SEA ICB")
    ('South West BHR PCN II', 'Wick-on-Sea ICB')
    >>> display_name("NHS Northumberland  CCG")
    'NHS Northumberland CCG'
    >>> display_name("DR A B SMITH'S PRACTICE @ THE GREEN/HILL")
    "Dr A B Smith's Practice @ the Green/Hill"
    """
    name = " ".join(published.split())
    if name != name.upper():
        return name
    return _WORD.sub(lambda match: _cased(match.group(), is_first=match.start() == 0), name)


def same_name(first: str, second: str) -> bool:
    """Whether two published names differ in capitals and spaces only, which is no rename.

    >>> same_name("NHS NORTHUMBERLAND CCG", "NHS Northumberland  CCG"), same_name("A SURGERY", "THE SURGERY")
    (True, False)
    """
    return " ".join(first.split()).casefold() == " ".join(second.split()).casefold()


def _cased(word: str, *, is_first: bool) -> str:
    if word in _SPELLED:
        return _SPELLED[word]
    if word.lower() in _SMALL and not is_first:
        return word.lower()
    if word in _CAPITALS:
        return word
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if "'" in word or "’" in word:
        return _cased_with_apostrophe(word)
    if any(letter.isdigit() for letter in word) or _looks_like_initials(word):
        return word
    if word.startswith("MC") and len(word) > 4:
        return "Mc" + word[2:].capitalize()
    return word.capitalize()


def _cased_with_apostrophe(word: str) -> str:
    """O'BRIEN is O'Brien, but JOHN'S is John's and THOMAS' is Thomas'."""
    at = min(place for place in (word.find("'"), word.find("’")) if place >= 0)
    head, mark, tail = word[:at], word[at], word[at + 1 :]
    if len(head) == 1 and len(tail) > 2:
        return head + mark + tail.capitalize()
    return _cased(head, is_first=True) + mark + tail.lower()


def _looks_like_initials(word: str) -> bool:
    """A word of two to five letters without a vowel is taken for initials (BHR, NCL); Y counts as a vowel."""
    return 2 <= len(word) <= 5 and not any(letter in "AEIOUY" for letter in word)
