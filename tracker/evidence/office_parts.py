"""Whether an XML part of an Office document would fetch or define something when it is opened; it knows no package.

Sources: ECMA-376 part 2 (a part ending in .rels says what other parts lead to, TargetMode="External" what lies outside
of the package; no part has a document type) and part 1 (the types of relationships), ISO/IEC 29500 strict among them.
"""

from __future__ import annotations

import re
from urllib.parse import unquote
from xml.parsers import expat  # nosec B407 - a document type is refused before it could define anything

from tracker.evidence import refusing
from tracker.evidence.refusing import FileRefused

PIECE = 4096
"""How much is read at a time of a part of which only the beginning matters."""

# Whatever else leads outside of a document is refused: what is fetched or run without being asked for is what harmful
# documents are made of (attached templates, linked objects, frames, parts of a master document, controls). Board papers
# are full of these four, and no program does anything with them that could run: a link waits to be followed, pictures
# and films are only shown, and a program asks before it reads the numbers of another workbook.
_SHOWN_OR_ASKED_FOR = re.compile(
    r"/(hyperlink|image|audio|video|media|externalLinkPath|externalLinkLongPath|xlExternalLinkPath/\w+)$", re.IGNORECASE
)
# A chart that was pasted from a workbook keeps the way to it under the name of an object; it is read only on demand.
_OBJECT = re.compile(r"/oleObject$", re.IGNORECASE)
_OF_A_CHART = re.compile(r"(^|/)charts/_rels/[^/]+$", re.IGNORECASE)
# Word writes down which template a document was begun from. One on the reader's own disk was there already; one on a
# server would be fetched whenever the document is opened, with its macros.
_TEMPLATE = re.compile(r"/attachedTemplate$", re.IGNORECASE)
_ON_OWN_DISK = re.compile(r"(file:///)?[A-Z]:[^:]*|[^:/\\]+", re.IGNORECASE)


def is_part_of_xml(name: str) -> bool:
    """Whether an entry of a package is XML by its name.

    >>> [is_part_of_xml(name) for name in ("word/document.xml", "_RELS/.RELS", "word/media/image1.png")]
    [True, True, False]
    """
    return name.lower().endswith((".xml", ".rels"))


class XmlPart:
    """One part, given piece by piece while it is unpacked: relationships are read whole, others to their first element.

    Raises FileRefused, and ExpatError where what was read is no XML.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._is_relationships = name.lower().endswith(".rels")
        self._is_read, self._is_empty = False, True
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._begin

    def feed(self, content: bytes) -> None:
        for start in range(0, len(content), PIECE):
            if self._is_read:
                return
            self._is_empty = False
            self._parser.Parse(content[start : start + PIECE], False)

    def end(self) -> None:
        """What the parser held back is read now. A part without a byte is what OpenDocument has for no settings."""
        if not (self._is_read or self._is_empty):
            self._parser.Parse(b"", True)

    def _begin(self, element: str, attributes: dict[str, str]) -> None:
        self._is_read = not self._is_relationships
        if self._is_relationships and element.rpartition(":")[2] == "Relationship":
            if attributes.get("TargetMode", "").strip().lower() != "external":
                return
            if not is_harmless(self._name, attributes.get("Type", "").strip(), attributes.get("Target", "").strip()):
                raise FileRefused(refusing.LOADS_FROM_ELSEWHERE)

    def _refuse_document_type(self, *_said: object) -> None:
        # Neither standard allows one, and it could name a file to fetch as well as a bomb.
        raise FileRefused(refusing.DAMAGED)


def is_harmless(part: str, type_: str, target: str) -> bool:
    """Whether a document may lead to something outside of it, by where that is said, its type and its address."""
    if _TEMPLATE.search(type_):
        return _ON_OWN_DISK.fullmatch(unquote(target)) is not None
    if _OBJECT.search(type_):
        return _OF_A_CHART.search(part) is not None
    return _SHOWN_OR_ASKED_FOR.search(type_) is not None
