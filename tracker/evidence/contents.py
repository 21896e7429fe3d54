"""What a file is, told by what is in it and never by its name; it keeps nothing and knows no page.

A file is taken only where it is plainly one of the types of ``FileType`` and holds nothing that runs when it is opened.
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from typing import BinaryIO

import filetype  # type: ignore[import-untyped]

from tracker.evidence import office, pdf, refusing
from tracker.evidence.refusing import FileRefused
from tracker.evidence.rules import LARGEST_FILE, LONGEST_NAME, FileType

HEAD = 8192
MOST_POINTS = 100_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the older Office formats begin, and also how Office wraps an encrypted file of today."""
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
_SVG = re.compile(rb"<svg[\s>:]", re.IGNORECASE)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe)[\s>]", re.IGNORECASE)
_PICTURES = {"image/png": FileType.PNG, "image/jpeg": FileType.JPEG}


def check_name(name: str) -> None:
    """Refuse a name that is a path, that cannot be seen whole, or that no disk would take."""
    if re.search(r"[/\\]|^[A-Za-z]:", name) or name.strip(". ") == "":
        raise FileRefused(refusing.NAME_HOLDS_FOLDER)
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") for character in name):
        raise FileRefused(refusing.NAME_IS_HIDDEN)
    if len(name) > LONGEST_NAME:
        raise FileRefused(refusing.NAME_IS_LONG)


def type_of(stream: BinaryIO) -> FileType:
    """The type of a file that may be kept. Raises FileRefused; leaves the stream at its beginning."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size == 0:
        raise FileRefused(refusing.EMPTY)
    if size > LARGEST_FILE:
        raise FileRefused(refusing.TOO_LARGE)
    head = stream.read(HEAD)
    try:
        return _type_of(stream, head)
    finally:
        stream.seek(0)


def _type_of(stream: BinaryIO, head: bytes) -> FileType:
    if head.startswith(b"PK"):
        return office.type_of(stream)
    if head.startswith(b"%PDF-"):
        pdf.check(stream)
        return FileType.PDF
    found = filetype.guess(head)
    picture = _PICTURES.get(found.mime) if found is not None else None
    if picture is not None:
        _check_picture(stream, picture)
        return picture
    raise FileRefused(_what_else(stream, head))


def _what_else(stream: BinaryIO, head: bytes) -> str:
    """Which of the sentences fits a file that is not taken."""
    if head.startswith(_OLE):
        return refusing.ENCRYPTED if _holds(stream, _ENCRYPTED_PACKAGE) else refusing.OLD_OFFICE
    if head.startswith(_PROGRAMS):
        return refusing.PROGRAM
    # A page or a picture may be written in two bytes a letter: without its zeros it reads the same.
    text = head.replace(b"\0", b"")
    if _SVG.search(text):
        return refusing.SVG
    return refusing.HTML if _HTML.search(text) else refusing.OTHER_TYPE


def _holds(stream: BinaryIO, wanted: bytes) -> bool:
    stream.seek(0)
    tail = b""
    while chunk := stream.read(1024 * 1024):
        if wanted in tail + chunk:
            return True
        tail = chunk[-len(wanted) :]
    return False


def _check_picture(stream: BinaryIO, expected: FileType) -> None:
    # Loaded for the first picture only: it takes longer to load than most pages take.
    from PIL import Image

    stream.seek(0)
    try:
        with warnings.catch_warnings():
            # Pillow's own warning of a large picture comes at fewer points than we take.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(stream, formats=(expected.value.upper(),)) as picture:
                if picture.width * picture.height > MOST_POINTS:
                    raise FileRefused(refusing.PICTURE_TOO_LARGE)
                picture.verify()
    except Image.DecompressionBombError as fault:
        raise FileRefused(refusing.PICTURE_TOO_LARGE) from fault
    except (OSError, SyntaxError, ValueError, EOFError) as fault:
        raise FileRefused(refusing.DAMAGED) from fault
