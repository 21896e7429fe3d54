"""Which Office document a zip file is, and that it holds no macros, no strange files and no bomb; it keeps nothing.

Sources: ECMA-376 part 2 ([Content_Types].xml says what each part of an Office Open XML document is); OpenDocument 1.2
part 3 (the first entry "mimetype" says what the package is, META-INF/manifest.xml which entries are encrypted).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO
from xml.parsers import expat  # nosec B407 - a document type is refused before it could define anything

from tracker.evidence import refusing
from tracker.evidence.office_parts import XmlPart, is_part_of_xml
from tracker.evidence.refusing import FileRefused
from tracker.evidence.rules import FileType

MOST_UNPACKED = 250 * 1024 * 1024
"""Bytes that all entries unpack to together, those of documents inside documents included."""
MOST_RATIO = 200
"""How many times its packed size an entry of more than a megabyte may unpack to; a sheet of equal rows comes to 100."""
RATIO_COUNTS_FROM = 1024 * 1024
MOST_ENTRIES = 10_000
DEEPEST = 3
"""A workbook of a chart inside a presentation that is inside a document; nobody needs one more."""
LONGEST_DESCRIPTION = 2 * 1024 * 1024
CHUNK = 256 * 1024

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_MAIN_PARTS = {
    f"{_OPEN_XML}.wordprocessingml.document.main+xml": FileType.DOCX,
    f"{_OPEN_XML}.spreadsheetml.sheet.main+xml": FileType.XLSX,
    f"{_OPEN_XML}.presentationml.presentation.main+xml": FileType.PPTX,
}
_OPEN_DOCUMENT = {
    FileType.ODT.content_type: FileType.ODT,
    FileType.ODS.content_type: FileType.ODS,
}
_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|macrosheet|activex", re.IGNORECASE)
_MACRO_NAMES = re.compile(r"(^|/)(vbaproject\w*\.bin$|macrosheets/|activex/)|^(basic|scripts)/", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS_IN_OLE = ("_VBA_PROJECT".encode("utf-16-le"),)
_FILES_IN_OLE = tuple(name.encode("utf-16-le") for name in ("Ole10Native", "EncryptedPackage"))
_PROGRAMS = (b"MZ", b"\x7fELF")


@dataclass(slots=True)
class Budget:
    """What is left of what one file may unpack to, whatever is packed inside what."""

    unpacked: int = MOST_UNPACKED
    entries: int = MOST_ENTRIES

    def take(self, unpacked: int) -> None:
        self.unpacked -= unpacked
        if self.unpacked < 0:
            raise FileRefused(refusing.UNPACKS_TOO_LARGE)


def type_of(stream: BinaryIO) -> FileType:
    """The type of an Office document that may be kept. Raises FileRefused."""
    return _check(stream, Budget(), depth=1)


def _check(stream: IO[bytes], budget: Budget, depth: int) -> FileType:
    """One document, and those inside it. Every entry is unpacked once, piece by piece, and counted meanwhile."""
    if depth > DEEPEST:
        raise FileRefused(refusing.CARRIES_FILES)
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as package:
            _check_entries(package, budget)
            found = _type_said(package)
            for entry in package.infolist():
                if not entry.is_dir():
                    _check_content(package, entry, budget, depth)
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, expat.ExpatError) as no:
        raise FileRefused(refusing.DAMAGED) from no


def _check_entries(package: zipfile.ZipFile, budget: Budget) -> None:
    """What the list of entries says already, before anything is unpacked."""
    entries = package.infolist()
    budget.entries -= len(entries)
    if budget.entries < 0:
        raise FileRefused(refusing.TOO_MANY_PARTS)
    if sum(entry.file_size for entry in entries) > budget.unpacked:
        raise FileRefused(refusing.UNPACKS_TOO_LARGE)
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) < len(names):
        raise FileRefused(refusing.DAMAGED)  # Of two entries with one name, each program would read another.
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise FileRefused(refusing.ENCRYPTED)
        if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise FileRefused(refusing.UNPACKS_TOO_LARGE)
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
            raise FileRefused(refusing.DAMAGED)
        if _MACRO_NAMES.search(entry.filename):
            raise FileRefused(refusing.MACROS)


def _type_said(package: zipfile.ZipFile) -> FileType:
    names = set(package.namelist())
    is_open_xml, is_open_document = "[Content_Types].xml" in names, "mimetype" in names
    if is_open_xml and not is_open_document:
        return _open_xml_type(_attributes(package, "[Content_Types].xml").get("contenttype", []))
    if is_open_document and not is_open_xml:
        return _open_document_type(package, names)
    raise FileRefused(refusing.PLAIN_ARCHIVE)


def _open_xml_type(content_types: list[str]) -> FileType:
    if any(_MACRO_TYPES.search(each) for each in content_types):
        raise FileRefused(refusing.MACROS)
    mains = {_MAIN_PARTS[each] for each in content_types if each in _MAIN_PARTS}
    if len(mains) != 1:
        raise FileRefused(refusing.OTHER_TYPE)
    return mains.pop()


def _open_document_type(package: zipfile.ZipFile, names: set[str]) -> FileType:
    said = _small(package, "mimetype").decode("ascii", "replace").strip()
    if said not in _OPEN_DOCUMENT:
        raise FileRefused(refusing.OTHER_TYPE)
    if "META-INF/manifest.xml" not in names or "content.xml" not in names:
        raise FileRefused(refusing.DAMAGED)
    if "encryption-data" in _attributes(package, "META-INF/manifest.xml"):
        raise FileRefused(refusing.ENCRYPTED)
    return _OPEN_DOCUMENT[said]


def _small(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as entry:
        content = entry.read(LONGEST_DESCRIPTION + 1)
    if len(content) > LONGEST_DESCRIPTION:
        raise FileRefused(refusing.TOO_MANY_PARTS)
    return content


def _attributes(package: zipfile.ZipFile, name: str) -> dict[str, list[str]]:
    """The attributes of an XML entry by their names in small letters, and its elements by theirs, prefixes left out."""
    found: dict[str, list[str]] = {}

    def begin(element: str, attributes: dict[str, str]) -> None:
        found.setdefault(element.rpartition(":")[2].lower(), [])
        for attribute, value in attributes.items():
            found.setdefault(attribute.rpartition(":")[2].lower(), []).append(value)

    def refuse(*_said: object) -> None:
        # Neither standard allows a document type here, which is what an XML bomb is made of.
        raise FileRefused(refusing.DAMAGED)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(_small(package, name), True)
    return found


def _check_content(package: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget, depth: int) -> None:
    """Unpack one entry to its end, which also checks its sum; look closer where it is a package of its own."""
    with package.open(entry) as unpacked:
        head = unpacked.read(CHUNK)
        budget.take(len(head))
        if head.startswith(_PROGRAMS):
            raise FileRefused(refusing.CARRIES_FILES)
        is_package, is_ole = head.startswith(b"PK\x03\x04"), head.startswith(_OLE)
        with SpooledTemporaryFile(max_size=CHUNK) as inner:
            chunk, tail = head, b""
            part = XmlPart(entry.filename) if is_part_of_xml(entry.filename) else None
            while chunk:
                if part:
                    part.feed(chunk)
                if is_package:
                    inner.write(chunk)
                elif is_ole:
                    tail = _check_ole(tail + chunk)
                chunk = unpacked.read(CHUNK)
                budget.take(len(chunk))
            if part:
                part.end()
            if is_package:
                _check_inner(inner, budget, depth)


def _check_inner(inner: IO[bytes], budget: Budget, depth: int) -> None:
    """A package inside: only the documents that would be taken by themselves may be there, as charts have them."""
    try:
        _check(inner, budget, depth + 1)
    except FileRefused as refused:
        if str(refused) in (refusing.PLAIN_ARCHIVE, refusing.OTHER_TYPE):
            raise FileRefused(refusing.CARRIES_FILES) from refused
        raise


def _check_ole(content: bytes) -> bytes:
    """An object of the older Office format: no macros and no other file wrapped in it. What is left to look at next."""
    if any(name in content for name in _MACROS_IN_OLE):
        raise FileRefused(refusing.MACROS)
    if any(name in content for name in _FILES_IN_OLE):
        raise FileRefused(refusing.CARRIES_FILES)
    return content[-64:]
