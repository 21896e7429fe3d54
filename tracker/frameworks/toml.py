"""Turns the bytes of a file into parsed TOML, or says why not; it must not know what the keys mean."""

from __future__ import annotations

import re
import tomllib

from tracker.frameworks.tables import Faults, quoted

LARGEST_FILE = 1_000_000
"""Bytes. A framework of a hundred asks takes a tenth of this."""

IN_QUOTES = 'Texts and dates stand in double quotes, such as national_date = "2020-09-21".'
ONE_KEY = "Each key may stand once in its table: take one of the two out."

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_HEADER = re.compile(r"\s*\[\[?\s*(\w+)")
_NAME = re.compile(r"\s*(?:ref|number|code)\s*=\s*[\"']([^\"']{1,40})[\"']")
_KEY = re.compile(r"\s*([A-Za-z_][\w-]*)\s*=")


def read_toml(content: bytes, faults: Faults) -> dict[str, object]:
    """The parsed file, or nothing and a fault."""
    if len(content) > LARGEST_FILE:
        faults.add("", "", f"the file is larger than {LARGEST_FILE:,} bytes, so it is not a framework file.")
        return {}
    try:
        # Editors on Windows write a byte order mark at the start; it says nothing and is let go.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add("", "", f"byte {error.start + 1:,} is not UTF-8. Save the file as UTF-8 text.")
        return {}
    if not text.strip():
        faults.add("", "", "the file is empty. Start from a copy of a built-in framework file.")
        return {}
    try:
        return tomllib.loads(text)
    except RecursionError:
        faults.add("", "", "brackets are nested too deeply. Start from a copy of a built-in framework file.")
    except ValueError as error:
        _say_where(str(error), text.replace("\r\n", "\n").split("\n"), faults)
    return {}


def _say_where(message: str, lines: list[str], faults: Faults) -> None:
    """A fault of the notation itself: the parser names a line; item and field are looked up from it."""
    at = _PLACE.search(message)
    reason = made_sentence(_PLACE.sub("", message))
    # The parser's own words for a key that stands twice.
    is_repeated = "overwrite" in reason
    mend = ONE_KEY if is_repeated else IN_QUOTES
    if at is None:
        faults.add("", "", f"this is not TOML: {reason} {mend}")
        return
    last = max(place for place, line in enumerate(lines, start=1) if line.strip())
    number = min(int(at.group(1) or last), last)
    line = lines[number - 1]
    key = _KEY.match(line)
    place = ", ".join(part for part in (key.group(1) if key else "", f"line {number}") if part)
    shown = f" The line reads {quoted(line.strip())}." if line.strip() else ""
    faults.add(_item_at(lines, number), place, f"this is not TOML: {reason}{shown} {mend}")


def made_sentence(message: str) -> str:
    """The parser's own words with a full stop.

    >>> made_sentence("Invalid value")
    'Invalid value.'
    """
    return message.rstrip(". ") + "."


def _item_at(lines: list[str], number: int) -> str:
    """The table that a line stands in, by the name people know it by, such as "ask 6.1"."""
    above = [place for place in range(min(number, len(lines))) if _HEADER.match(lines[place])]
    if not above:
        return "framework"
    kind = _HEADER.match(lines[above[-1]])
    end = next((place for place in range(above[-1] + 1, len(lines)) if _HEADER.match(lines[place])), len(lines))
    names = [found.group(1) for line in lines[above[-1] : end] if (found := _NAME.match(line))]
    word = kind.group(1).removesuffix("s") if kind else ""
    return f"{word} {names[0]}" if names else word
