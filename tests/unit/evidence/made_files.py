"""Makes the files that somebody may bring as evidence: good ones of every type, and hostile ones of every sort."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "dotx": "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEGABYTE = 1024 * 1024


def zipped(entries: Mapping[str, bytes | str], *, packed: bool = True) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return target.getvalue()


def content_types(*types: str) -> str:
    parts = "".join(f'<Override PartName="/part{n}.xml" ContentType="{each}"/>' for n, each in enumerate(types))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{parts}</Types>'
    )


def open_xml(kind: str = "docx", *more_types: str, **entries: bytes | str) -> bytes:
    """A small Office Open XML document; ``entries`` are put in as well, ``__`` in their names standing for a slash."""
    added = {name.replace("__", "/"): content for name, content in entries.items()}
    return zipped(
        {
            "[Content_Types].xml": content_types(MAIN[kind], *more_types),
            "_rels/.rels": "<Relationships/>",
            "word/document.xml": "<document>What was done</document>",
            **added,
        }
    )


RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relationship(kind: str, target: str = "https://elsewhere.example/x", mode: str = "External") -> str:
    """What a part of a document leads to; ``kind`` is the end of its type, or the whole of it."""
    said = kind if ":" in kind else f"{RELATIONSHIPS}/{kind}"
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{said}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def leading_elsewhere(
    kind: str, target: str = "https://elsewhere.example/x", *, part: str = "word/_rels/settings.xml.rels"
) -> bytes:
    """A document with one relationship to what is not in it."""
    return open_xml(**{part: relationship(kind, target)})


def open_document(kind: str = "text", *, manifest: str = "", **entries: bytes | str) -> bytes:
    added = {name.replace("__", "/"): content for name, content in entries.items()}
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": "<office:document-content xmlns:office='urn:x'/>",
            "META-INF/manifest.xml": f"<manifest:manifest xmlns:manifest='urn:m'>{manifest}</manifest:manifest>",
            **added,
        },
        packed=False,
    )


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3)) -> bytes:
    target = io.BytesIO()
    Image.new("L", size).save(target, kind)
    return target.getvalue()


def written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def blank_pdf() -> PdfWriter:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    return writer


def pdf() -> bytes:
    return written(blank_pdf())


def pdf_with_action(**action: str) -> bytes:
    """A pdf whose page does something when it is opened: ``S="/Launch"``."""
    writer = blank_pdf()
    made = DictionaryObject(
        {
            NameObject(f"/{name}"): NameObject(value) if value.startswith("/") else TextStringObject(value)
            for name, value in action.items()
        }
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): made})
    return written(writer)


def pdf_with_script() -> bytes:
    """A pdf that names a script for the whole document."""
    writer = blank_pdf()
    scripts = DictionaryObject({NameObject("/Names"): ArrayObject()})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): scripts})
    return written(writer)


def pdf_with_disguised_script() -> bytes:
    """The same, with a letter of the name written as a number, which readers take for the letter."""
    return pdf_with_action(S="/JavaScript", X="1").replace(b"/JavaScript", b"/J#61vaScript")


def pdf_with_file() -> bytes:
    writer = blank_pdf()
    writer.add_attachment("inside.exe", b"MZ")
    return written(writer)


def pdf_with_form_script() -> bytes:
    writer = blank_pdf()
    form = DictionaryObject({NameObject("/Fields"): ArrayObject(), NameObject("/XFA"): TextStringObject("<xdp/>")})
    writer.root_object[NameObject("/AcroForm")] = form
    return written(writer)


def encrypted_pdf(*, opens_for_all: bool = False) -> bytes:
    writer = blank_pdf()
    writer.encrypt(
        user_password="" if opens_for_all else "six old rooks", owner_password="four slow seals", algorithm="RC4-128"
    )
    return written(writer)


def encrypted_office() -> bytes:
    return OLE + b"\0" * 5000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 5000


def old_office() -> bytes:
    return OLE + b"\0" * 5000 + "WordDocument".encode("utf-16-le")


def bomb() -> bytes:
    """A document with one entry that unpacks to thirty megabytes of nothing."""
    return open_xml(word__media__a="\0" * (30 * MEGABYTE))


def wide_bomb() -> bytes:
    """A document whose entries each look harmless and unpack to too much together."""
    grain = zlib.compress(b"evidence" * 20_000)[:90]
    one = (grain * 1_000 + b"\0" * 9_000_000)[: 9 * MEGABYTE]
    return open_xml(**{f"word__media__{n}": one for n in range(30)})


def nested_bomb() -> bytes:
    """A document in a document in a document, the innermost too large."""
    inner = open_xml(word__media__a="\0" * (30 * MEGABYTE))
    return open_xml(word__embeddings__a=open_xml(word__embeddings__b=inner))


def deep_document() -> bytes:
    inner = open_xml()
    for _ in range(4):
        inner = open_xml(word__embeddings__a=inner)
    return inner


def lying_bomb() -> bytes:
    """A document that says less of an entry's size than it unpacks to."""
    made = open_xml(word__media__a=b"\0" * (5 * MEGABYTE))
    true_size, said = struct.pack("<I", 5 * MEGABYTE), struct.pack("<I", 10)
    assert made.count(true_size) == 2
    return made.replace(true_size, said)


def encrypted_zip_entry() -> bytes:
    """A document whose entries say that they are encrypted."""
    made = bytearray(open_xml())
    place = made.find(b"PK\x01\x02")
    while place != -1:
        made[place + 8] |= 1
        place = made.find(b"PK\x01\x02", place + 4)
    return bytes(made)


def xml_bomb() -> bytes:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    return zipped(
        {"[Content_Types].xml": f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><x>&a8;</x>', "word/document.xml": ""}
    )


GOOD: Mapping[str, bytes] = {
    "pdf": pdf(),
    "docx": open_xml("docx"),
    "xlsx": open_xml("xlsx"),
    "pptx": open_xml("pptx"),
    "odt": open_document("text"),
    "ods": open_document("spreadsheet"),
    "png": picture("PNG"),
    "jpeg": picture("JPEG"),
}
"""A file of each type that is taken."""
