"""What a file is taken for, and why one is refused: by what is in it, whatever it is called."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from unit.evidence import made_files as made

from tracker.evidence import contents, pdf, refusing
from tracker.evidence.refusing import FileRefused
from tracker.evidence.rules import LARGEST_FILE, FileType

Make = Callable[[], bytes]


def sentence(content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        contents.type_of(io.BytesIO(content))
    return str(refused.value)


@pytest.mark.parametrize("kind", list(FileType))
def test_a_file_of_each_type_that_is_offered_is_taken_for_what_it_is(kind: FileType) -> None:
    stream = io.BytesIO(made.GOOD[kind.value])
    assert contents.type_of(stream) is kind
    assert stream.tell() == 0, "Whoever keeps it reads it from its beginning."


def test_a_workbook_as_programs_write_it_is_taken() -> None:
    book, target = Workbook(), io.BytesIO()
    book.active.append(["Ask", 1])  # type: ignore[union-attr]
    book.save(target)
    assert contents.type_of(target) is FileType.XLSX


def test_a_document_with_a_workbook_for_its_chart_is_taken() -> None:
    chart = made.open_xml("xlsx")
    assert contents.type_of(io.BytesIO(made.open_xml("pptx", ppt__embeddings__chart=chart))) is FileType.PPTX


def test_a_sheet_of_a_hundred_thousand_equal_rows_is_no_bomb() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for _ in range(20_000):
        sheet.append(["Dales Hospitals NHS Trust", "On track", 1])
    target = io.BytesIO()
    book.save(target)
    assert contents.type_of(target) is FileType.XLSX


HOSTILE = [
    ("0 bytes", lambda: b"", refusing.EMPTY),
    ("25 MB", lambda: b"%PDF-1.7" + bytes(25 * made.MEGABYTE), refusing.TOO_LARGE),
    ("one byte too many", lambda: b"%PDF-1.7".ljust(LARGEST_FILE + 1), refusing.TOO_LARGE),
    ("a program", lambda: b"MZ\x90\0" + b"\0" * 100, refusing.PROGRAM),
    ("a program of another system", lambda: b"\x7fELF\x02\x01\x01", refusing.PROGRAM),
    ("a script with its shell", lambda: b"#!/bin/sh\nrm -r .", refusing.PROGRAM),
    ("svg", lambda: b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>', refusing.SVG),
    ("svg in two bytes a letter", lambda: "\ufeff<svg onload='x()'>".encode("utf-16-le"), refusing.SVG),
    ("html", lambda: b"\xef\xbb\xbf  <!DOCTYPE html><title>x</title>", refusing.HTML),
    ("a bare script", lambda: b"<script>alert(1)</script>", refusing.HTML),
    ("plain text", lambda: b"All is well", refusing.OTHER_TYPE),
    ("gif", lambda: made.picture("GIF"), refusing.OTHER_TYPE),
    ("old Office", made.old_office, refusing.OLD_OFFICE),
    ("encrypted Office", made.encrypted_office, refusing.ENCRYPTED),
    ("encrypted pdf", made.encrypted_pdf, refusing.PROTECTED_PDF),
    ("pdf that limits printing", lambda: made.encrypted_pdf(opens_for_all=True), refusing.PROTECTED_PDF),
    ("pdf with a script", made.pdf_with_script, refusing.ACTIVE_PDF),
    ("pdf with a script on a page", lambda: made.pdf_with_action(S="/JavaScript", JS="x()"), refusing.ACTIVE_PDF),
    ("pdf with a disguised script", made.pdf_with_disguised_script, refusing.ACTIVE_PDF),
    ("pdf that starts a program", lambda: made.pdf_with_action(S="/Launch", F="cmd.exe"), refusing.ACTIVE_PDF),
    ("pdf that sends a form", lambda: made.pdf_with_action(S="/SubmitForm", F="x"), refusing.ACTIVE_PDF),
    ("pdf with a form of scripts", made.pdf_with_form_script, refusing.ACTIVE_PDF),
    ("pdf with a file", made.pdf_with_file, refusing.CARRIES_FILES),
    ("pdf that is cut off", lambda: made.pdf()[:200], refusing.DAMAGED),
    ("only the head of a pdf", lambda: b"%PDF-1.7\n", refusing.DAMAGED),
    ("macro-enabled document", lambda: made.open_xml("docm"), refusing.MACROS),
    ("macros by type", lambda: made.open_xml("docx", "application/vnd.ms-office.vbaProject"), refusing.MACROS),
    ("macros in OpenDocument", lambda: made.open_document(Basic__Standard__a="Sub Main"), refusing.MACROS),
    ("scripts in OpenDocument", lambda: made.open_document(Scripts__python__a="import os"), refusing.MACROS),
    ("macros inside", lambda: made.open_xml(word__embeddings__a=made.open_xml("docm")), refusing.MACROS),
    (
        "macros in an object",
        lambda: made.open_xml(word__embeddings__o=made.OLE + "_VBA_PROJECT".encode("utf-16-le")),
        refusing.MACROS,
    ),
    (
        "a file in an object",
        lambda: made.open_xml(word__embeddings__o=made.OLE + b"\0" * 300_000 + "Ole10Native".encode("utf-16-le")),
        refusing.CARRIES_FILES,
    ),
    ("a program inside", lambda: made.open_xml(word__media__a=b"MZ\x90\0"), refusing.CARRIES_FILES),
    ("an archive inside", lambda: made.open_xml(word__media__a=made.zipped({"a": "b"})), refusing.CARRIES_FILES),
    ("too deep", made.deep_document, refusing.CARRIES_FILES),
    ("a template from elsewhere", lambda: made.leading_elsewhere("attachedTemplate"), refusing.LOADS_FROM_ELSEWHERE),
    (
        "a template from a server",
        lambda: made.leading_elsewhere("attachedTemplate", "file:///\\\\server\\x.dotm"),
        refusing.LOADS_FROM_ELSEWHERE,
    ),
    (
        "a template from a server without its scheme",
        lambda: made.leading_elsewhere("attachedTemplate", "\\\\server\\x.dotm"),
        refusing.LOADS_FROM_ELSEWHERE,
    ),
    (
        "a template from a server in disguise",
        lambda: made.leading_elsewhere("attachedTemplate", "%5C%5Cserver%5Cx.dotm"),
        refusing.LOADS_FROM_ELSEWHERE,
    ),
    ("an object from elsewhere", lambda: made.leading_elsewhere("oleObject"), refusing.LOADS_FROM_ELSEWHERE),
    ("a frame from elsewhere", lambda: made.leading_elsewhere("frame"), refusing.LOADS_FROM_ELSEWHERE),
    ("a part from elsewhere", lambda: made.leading_elsewhere("subDocument"), refusing.LOADS_FROM_ELSEWHERE),
    ("a piece of html from elsewhere", lambda: made.leading_elsewhere("aFChunk"), refusing.LOADS_FROM_ELSEWHERE),
    ("a control from elsewhere", lambda: made.leading_elsewhere("control"), refusing.LOADS_FROM_ELSEWHERE),
    ("an unknown thing from elsewhere", lambda: made.leading_elsewhere("urn:x"), refusing.LOADS_FROM_ELSEWHERE),
    ("no type from elsewhere", lambda: made.leading_elsewhere("urn:"), refusing.LOADS_FROM_ELSEWHERE),
    (
        "an object from elsewhere, as the strict standard writes it",
        lambda: made.leading_elsewhere("http://purl.oclc.org/ooxml/officeDocument/relationships/oleObject"),
        refusing.LOADS_FROM_ELSEWHERE,
    ),
    (
        "an object from elsewhere in capitals, with a prefix, in two bytes a letter",
        lambda: made.open_xml(
            **{
                "PPT/_RELS/X.XML.RELS": "<p:Relationships xmlns:p='urn:p'><p:Relationship Type='x/OLEOBJECT' "
                "Target='y' TargetMode='EXTERNAL'/></p:Relationships>".encode("utf-16")
            }
        ),
        refusing.LOADS_FROM_ELSEWHERE,
    ),
    (
        "an object from elsewhere after a thousand links",
        lambda: made.open_xml(
            **{
                "word/_rels/document.xml.rels": "<Relationships>"
                + "<Relationship Type='x/hyperlink' Target='https://x.example' TargetMode='External'/>" * 4000
                + "<Relationship Type='x/oleObject' Target='y' TargetMode='External'/></Relationships>"
            }
        ),
        refusing.LOADS_FROM_ELSEWHERE,
    ),
    (
        "a template from elsewhere in a document inside",
        lambda: made.open_xml(word__embeddings__a=made.leading_elsewhere("attachedTemplate")),
        refusing.LOADS_FROM_ELSEWHERE,
    ),
    (
        "relationships cut off",
        lambda: made.open_xml(word___rels__x="", **{"a.rels": "<Relationships>"}),
        refusing.DAMAGED,
    ),
    (
        "a document type",
        lambda: made.open_xml(word__document2="", **{"word/styles.xml": "<!DOCTYPE x SYSTEM 'https://x.example'><x/>"}),
        refusing.DAMAGED,
    ),
    (
        "a document type in two bytes a letter",
        lambda: made.open_xml(**{"docProps/app.xml": "<!DOCTYPE x []><x/>".encode("utf-16")}),
        refusing.DAMAGED,
    ),
    (
        "a document type far behind",
        lambda: made.open_xml(**{"word/styles.xml": f"<!--{'x ' * 300_000}--><!DOCTYPE x []><x/>"}),
        refusing.DAMAGED,
    ),
    (
        "a document type in OpenDocument",
        lambda: made.open_document(**{"styles.xml": "<!DOCTYPE x []><x/>"}),
        refusing.DAMAGED,
    ),
    ("encrypted OpenDocument", lambda: made.open_document(manifest="<manifest:encryption-data/>"), refusing.ENCRYPTED),
    ("encrypted entries", made.encrypted_zip_entry, refusing.ENCRYPTED),
    ("an archive", lambda: made.zipped({"plan.txt": "x"}), refusing.PLAIN_ARCHIVE),
    (
        "both kinds at once",
        lambda: made.zipped({"mimetype": "x", "[Content_Types].xml": made.content_types(made.MAIN["docx"])}),
        refusing.PLAIN_ARCHIVE,
    ),
    ("a template", lambda: made.open_xml("dotx"), refusing.OTHER_TYPE),
    ("a presentation of OpenDocument", lambda: made.open_document("presentation"), refusing.OTHER_TYPE),
    ("zip bomb", made.bomb, refusing.UNPACKS_TOO_LARGE),
    ("zip bomb of many", made.wide_bomb, refusing.UNPACKS_TOO_LARGE),
    ("zip bomb inside", made.nested_bomb, refusing.UNPACKS_TOO_LARGE),
    ("zip bomb that lies", made.lying_bomb, refusing.DAMAGED),
    ("XML bomb", made.xml_bomb, refusing.DAMAGED),
    ("too many parts", lambda: made.open_xml(**{f"word__{n}": "" for n in range(10_001)}), refusing.TOO_MANY_PARTS),
    ("a path inside", lambda: made.zipped({"../../out": "x", "mimetype": "x"}), refusing.DAMAGED),
    ("zip that is cut off", lambda: made.open_xml()[:-30], refusing.DAMAGED),
    ("png that is cut off", lambda: made.picture()[:-20], refusing.DAMAGED),
    ("jpeg of nothing", lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50, refusing.DAMAGED),
]


@pytest.mark.parametrize(
    ("make", "said"), [(make, said) for _, make, said in HOSTILE], ids=[name for name, _, _ in HOSTILE]
)
def test_a_file_that_may_not_be_kept_is_refused_with_its_sentence(make: Make, said: str) -> None:
    assert sentence(make()) == said


@pytest.mark.parametrize(
    ("kind", "target", "part"),
    [
        ("hyperlink", "https://www.england.nhs.uk/", "word/_rels/document.xml.rels"),
        ("image", "https://www.example.nhs.uk/logo.png", "word/_rels/header1.xml.rels"),
        ("video", "https://www.example.nhs.uk/film", "ppt/slides/_rels/slide1.xml.rels"),
        (
            "externalLinkPath",
            "file:///\\\\server\\Finance\\Month 6.xlsx",
            "xl/externalLinks/_rels/externalLink1.xml.rels",
        ),
        ("oleObject", "file:///\\\\server\\Finance\\Month 6.xlsx", "ppt/charts/_rels/chart1.xml.rels"),
        ("attachedTemplate", "file:///C:\\Users\\asha\\Templates\\Board%20paper.dotx", "word/_rels/settings.xml.rels"),
        ("attachedTemplate", "Normal.dotm", "word/_rels/settings.xml.rels"),
        (
            "http://schemas.microsoft.com/office/2006/relationships/xlExternalLinkPath/xlPathMissing",
            "Month%206.xlsx",
            "xl/externalLinks/_rels/externalLink1.xml.rels",
        ),
    ],
)
def test_what_board_papers_lead_to_without_loading_it_by_themselves_is_taken(kind: str, target: str, part: str) -> None:
    document = made.leading_elsewhere(kind, target, part=part)
    assert contents.type_of(io.BytesIO(document)) is FileType.DOCX


def test_objects_that_lie_in_the_document_and_empty_or_long_parts_are_taken() -> None:
    document = made.open_xml(
        **{
            "word/_rels/document.xml.rels": made.relationship("oleObject", "embeddings/object1.bin", "Internal"),
            "word/empty.xml": "",
            "customXml/item1.xml": f"<a>{'word ' * 100_000}<![CDATA[<!DOCTYPE html>]]></a>",
        }
    )
    assert contents.type_of(io.BytesIO(document)) is FileType.DOCX


def test_macros_are_found_by_the_name_of_their_part_whatever_it_is_said_to_be() -> None:
    entries = {"[Content_Types].xml": made.content_types(made.MAIN["docx"]), "word/VBAproject.bin": b"x"}
    assert sentence(made.zipped(entries)) == refusing.MACROS


def test_of_two_entries_with_one_name_neither_is_believed() -> None:
    entries = {"[Content_Types].xml": made.content_types(made.MAIN["docx"]), "[content_types].XML": "x"}
    assert sentence(made.zipped(entries)) == refusing.DAMAGED


def test_a_damaged_entry_is_found_although_nothing_reads_it() -> None:
    good = made.open_document(Pictures__a=b"0123456789" * 100)
    assert contents.type_of(io.BytesIO(good)) is FileType.ODT
    assert sentence(good.replace(b"0123456789", b"012345678x", 1)) == refusing.DAMAGED


def test_a_picture_of_too_many_points_is_refused_before_a_point_is_drawn() -> None:
    """Only the head says how large it is: nothing of it is unpacked."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
    picture = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    assert sentence(picture) == refusing.PICTURE_TOO_LARGE


def test_a_picture_larger_than_pillow_likes_and_smaller_than_we_take_is_taken() -> None:
    assert contents.type_of(io.BytesIO(made.picture("PNG", (9_500, 9_500)))) is FileType.PNG


def test_a_pdf_of_too_many_objects_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_OBJECTS", 2)
    assert sentence(made.pdf()) == refusing.TOO_MANY_PARTS


def test_what_is_refused_leaves_the_stream_at_its_beginning() -> None:
    stream = io.BytesIO(made.bomb())
    with pytest.raises(FileRefused):
        contents.type_of(stream)
    assert stream.tell() == 0
