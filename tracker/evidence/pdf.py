"""That a pdf is whole, open to everybody, and does nothing when it is opened; it keeps nothing.

Source: ISO 32000-1, 12.6.4 (actions) and 7.11.4 (embedded files). Links, outlines and plain forms are taken. Scripts,
programs to start, files inside and whatever sends or fetches data are not: whoever reads evidence reads it on trust.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from tracker.evidence import refusing
from tracker.evidence.refusing import FileRefused

MOST_OBJECTS = 200_000
_SCRIPTS = frozenset({"/JS", "/JavaScript", "/XFA"})
_CARRIERS = frozenset({"/EmbeddedFiles", "/EF", "/RichMediaContent", "/RichMediaSettings"})
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute"}
)

# pypdf tells the log of every oddity of a file; what somebody brought is not our operators' business.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def check(stream: BinaryIO) -> None:
    """Refuse a pdf that may not be kept, with the sentence that fits. Raises FileRefused."""
    # Loaded for the first pdf only: it takes longer to load than most pages take.
    from pypdf import PdfReader

    stream.seek(0)
    try:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted:
            raise FileRefused(refusing.PROTECTED_PDF)
        if len(reader.pages) == 0:
            raise FileRefused(refusing.DAMAGED)
        for each in _dictionaries(reader):
            _check_dictionary(each)
    except FileRefused:
        raise
    # pypdf meets hostile files with errors of many kinds, and each means the same to whoever brought it.
    except Exception as fault:
        raise FileRefused(refusing.DAMAGED) from fault


def _check_dictionary(found: Mapping[Any, Any]) -> None:
    keys = set(map(str, found))
    action = found.raw_get("/S") if "/S" in keys else None  # type: ignore[attr-defined]
    if keys & _SCRIPTS or str(action) in _ACTIONS:
        raise FileRefused(refusing.ACTIVE_PDF)
    if keys & _CARRIERS:
        raise FileRefused(refusing.CARRIES_FILES)


def _dictionaries(reader: Any) -> Iterator[Mapping[Any, Any]]:
    """Every dictionary of the file, also those that no page leads to: a reader may find another way to them."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    numbers = [(number, generation) for generation, table in reader.xref.items() for number in table]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MOST_OBJECTS:
        raise FileRefused(refusing.TOO_MANY_PARTS)
    left = MOST_OBJECTS * 10
    waiting: list[Any] = [reader.trailer, *(IndirectObject(*number, reader).get_object() for number in numbers)]
    while waiting:
        each = waiting.pop()
        left -= 1
        if left < 0:
            raise FileRefused(refusing.TOO_MANY_PARTS)
        if isinstance(each, DictionaryObject):
            yield each
            inside: Any = (each.raw_get(key) for key in each)
        elif isinstance(each, ArrayObject):
            inside = iter(list.__iter__(each))
        else:
            continue
        # What another object holds is met under its own number.
        waiting += [part for part in inside if isinstance(part, DictionaryObject | ArrayObject)]
