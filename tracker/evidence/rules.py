"""What evidence is, how long it carries a claim, which files are taken and who checks it; plain Python.

The meanings are the service's own (README, "Decisions"); the files are those of board papers and their pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from tracker.accounts.rules import Role
from tracker.frameworks.rules import OrganisationType

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes of one file."""

LARGEST_UPLOAD = LARGEST_FILE + 1024 * 1024
"""Bytes of the whole request that brings a file: the file, and a megabyte for everything else in the form."""

LONGEST_NAME = 150
"""Characters of a file's name; with the folder it is saved in, Windows takes 260."""


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    LINK = "link"
    NOTE = "note"
    FILE = "file"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class FileType(StrEnum):
    """The types of file that are taken, told by their content."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    PNG = "png"
    JPEG = "jpeg"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]

    @property
    def extensions(self) -> tuple[str, ...]:
        """The ends of names that fit, the usual one first."""
        return (".jpg", ".jpeg") if self is FileType.JPEG else (f".{self.value}",)


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_CONTENT_TYPES = {
    FileType.PDF: "application/pdf",
    FileType.DOCX: f"{_OPEN_XML}.wordprocessingml.document",
    FileType.XLSX: f"{_OPEN_XML}.spreadsheetml.sheet",
    FileType.PPTX: f"{_OPEN_XML}.presentationml.presentation",
    FileType.ODT: "application/vnd.oasis.opendocument.text",
    FileType.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    FileType.PNG: "image/png",
    FileType.JPEG: "image/jpeg",
}

FILES_TAKEN = "pdf, docx, xlsx, pptx, odt, ods, png or jpeg"


class Became(StrEnum):
    """What became of a piece of evidence for an ask."""

    LINKED = "linked"  # an update of the ask itself brought it: the update is the change
    ADDED = "added"  # also what had expired and counts again
    REPLACED = "replaced"  # a newer version stands in its place
    WITHDRAWN = "withdrawn"  # it does not serve the ask any more
    EXPIRED = "expired"
    DATED = "dated"  # its last day is another, and it counts or has expired as before


ASSURES: Mapping[Role, frozenset[OrganisationType]] = MappingProxyType(
    {
        Role.REGION: frozenset(
            {OrganisationType.TRUST, OrganisationType.CCG, OrganisationType.ICB, OrganisationType.SYSTEM}
        ),
        Role.SYSTEM: frozenset({OrganisationType.PRACTICE}),
    }
)
"""Whose evidence a role checks: the same bodies whose claims it assures, as a test holds."""


def called(title: str, url: str) -> str:
    """What a piece is called: its title; a link that an update brought has none, and is called by where it leads.

    >>> called("Minutes", ""), called("", "https://board.example.nhs.uk/papers/2020/10?item=7"), called("", "http://[")
    ('Minutes', 'Link to board.example.nhs.uk', 'Link to another place')
    """
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return title or f"Link to {host or 'another place'}"


def is_expired(expires_on: date | None, on: date) -> bool:
    """Whether evidence no longer carries a claim: from the day *after* its expiry, which is its last good day.

    >>> [is_expired(date(2020, 11, 1), date(2020, 11, number)) for number in (1, 2)], is_expired(None, date.max)
    ([False, True], False)
    """
    return expires_on is not None and expires_on < on


def name_for_download(name: str, file_type: FileType) -> str:
    """The name that a file is given back under: its own, with the end that fits what it is.

    A file is what its content says. One that came as "plan.html" must not be opened as a page by whoever saves it.

    >>> name_for_download("Plan.PDF", FileType.PDF), name_for_download("plan.html", FileType.PDF)
    ('Plan.PDF', 'plan.html.pdf')
    """
    return name if name.lower().endswith(file_type.extensions) else f"{name}{file_type.extensions[0]}"
