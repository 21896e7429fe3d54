"""Files are recognised by what is in them, whatever their name, encoding, line ends or quotation marks."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.files import read_file
from tracker.organisations.rules import LinkKind
from tracker.organisations.statements import FileKind, FileRefused, Reading
from tracker.organisations.tables import LARGEST_FILE

FILES = Path(__file__).parents[2] / "fixtures" / "organisations"

KINDS = {
    "regions.csv": FileKind.REGIONS,
    "systems.csv": FileKind.SYSTEMS,
    "ccgs.csv": FileKind.CCGS,
    "trusts.csv": FileKind.TRUSTS,
    "gp-reg-pat-prac-map.csv": FileKind.PRACTICE_MAP,
    "etr.csv": FileKind.ETR,
    "etr_later.csv": FileKind.ETR,
    "eccg.csv": FileKind.ECCG,
    "epraccur.csv": FileKind.EPRACCUR,
    "epcmem.csv": FileKind.EPCMEM,
}


def content_of(name: str) -> bytes:
    return (FILES / name).read_bytes()


def lines_of(name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content_of(name).decode("cp1252"))))


def as_csv(rows: list[list[str]], *, quoting: int = csv.QUOTE_MINIMAL, end: str = "\n") -> str:
    to = io.StringIO()
    csv.writer(to, quoting=quoting, lineterminator=end).writerows(rows)
    return to.getvalue()


def what_it_says(reading: Reading) -> object:
    return reading.kind, reading.statements, reading.left_out, reading.errors


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_file_is_recognised_by_its_content_and_read_without_an_error(name: str, kind: FileKind) -> None:
    reading = read_file("download.txt", content_of(name))
    assert reading.kind is kind
    assert reading.errors == ()
    assert reading.statements


@pytest.mark.parametrize("name", [name for name in KINDS if name != "epraccur.csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_encoding_line_ends_and_quotation_marks_make_no_difference(
    name: str, encoding: str, end: str, quoting: int
) -> None:
    text = as_csv(lines_of(name), quoting=quoting, end=end)  # type: ignore[arg-type]
    assert what_it_says(read_file(name, text.encode(encoding))) == what_it_says(read_file(name, content_of(name)))


def test_a_windows_1252_file_keeps_its_curly_apostrophe() -> None:
    names = [statement.name for statement in read_file("p.csv", content_of("epraccur.csv")).statements]
    assert "DR O’HARE'S PRACTICE" in names
    as_utf8 = content_of("epraccur.csv").decode("cp1252").encode()
    assert read_file("p.csv", as_utf8).statements == read_file("p.csv", content_of("epraccur.csv")).statements


@pytest.mark.parametrize("name", ["etr.csv", "eccg.csv", "epraccur.csv"])
def test_blank_lines_at_the_end_and_a_row_of_headings_make_no_difference(name: str) -> None:
    rows = lines_of(name)
    headings = ["Organisation Code", "Name", "National Grouping", "High Level Health Geography"]
    headings += [f"Address Line {number}" for number in range(1, 7)] + ["Open Date", "Close Date"]
    headings += ["Null"] * (len(rows[0]) - len(headings))
    text = as_csv([headings, *rows]) + "\n\n,,,\n"
    plain, headed = read_file(name, as_csv(rows).encode()), read_file(name, text.encode())
    assert [(said.code, said.name) for said in headed.statements] == [
        (said.code, said.name) for said in plain.statements
    ]
    assert headed.errors == ()
    assert headed.statements[0].row == plain.statements[0].row + 1, "rows are numbered as a spreadsheet shows them"


@pytest.mark.parametrize("width", [24, 25, 26, 27])
def test_headerless_files_may_have_24_to_27_columns(width: int) -> None:
    rows = [(row + [""] * 3)[:width] for row in lines_of("etr.csv")]
    assert len(read_file("x", as_csv(rows).encode()).statements) == 5


def test_the_columns_of_a_headed_file_may_stand_in_any_order_and_case_with_others_between() -> None:
    rows = [[*reversed(row), "kept by nobody"] for row in lines_of("ccgs.csv")]
    rows[0] = [heading.upper() for heading in rows[0]]
    expected = {(said.code, said.name) for said in read_file("x", content_of("ccgs.csv")).statements}
    assert {(said.code, said.name) for said in read_file("x", as_csv(rows).encode()).statements} == expected


def test_a_code_that_looks_like_a_number_stays_text() -> None:
    assert "5E9" in {said.code for said in read_file("x", content_of("ccgs.csv")).statements}


def test_wales_and_rows_without_a_region_are_left_out_with_the_reason() -> None:
    etr, eccg = read_file("etr", content_of("etr.csv")), read_file("eccg", content_of("eccg.csv"))
    assert [(row.code, row.reason) for row in etr.left_out] == [("XW1", "outside England (region W00)")]
    assert [(row.code, row.reason) for row in eccg.left_out] == [("XW7", "outside England (no region)")]


def test_a_commissioning_hub_is_no_ccg_and_gets_no_parents_from_its_postal_address() -> None:
    said = {each.code: each for each in read_file("x", content_of("eccg.csv")).statements}
    assert said["XH1"].organisation_type is OrganisationType.COMMISSIONING_HUB
    assert said["XH1"].parents == {}
    assert said["0X1"].organisation_type is OrganisationType.CCG


def test_only_prescribing_setting_4_is_a_gp_practice() -> None:
    reading = read_file("x", content_of("epraccur.csv"))
    assert {said.code for said in reading.statements} == {"X81001", "X81002", "X82001", "X81009", "X81003"}
    assert {row.code: row.reason for row in reading.left_out} == {
        "X83001": "not a GP practice (prescribing setting is not 4)",
        "X83002": "proposed, with no open date",
        "XW7001": "outside England (region W00)",
    }


def test_the_practice_map_tells_of_every_level_and_its_own_date() -> None:
    reading = read_file("x", content_of("gp-reg-pat-prac-map.csv"))
    said = {each.code: each for each in reading.statements}
    assert reading.dated_on == date(2020, 9, 1)
    assert said["X81001"].parents == {
        LinkKind.REGION: "YX1",
        LinkKind.SYSTEM: "QX1",
        LinkKind.COMMISSIONER: "0X1",
        LinkKind.PCN: "U90001",
    }
    assert said["QX2"].organisation_type is OrganisationType.SYSTEM
    assert said["QX2"].ons_code == "E54000902"
    assert len(said) == 5 + 2 + 3 + 3 + 2


def test_pcn_u_is_no_pcn_and_no_error() -> None:
    said = {each.code: each for each in read_file("x", content_of("gp-reg-pat-prac-map.csv")).statements}
    assert said["X82001"].parents[LinkKind.PCN] is None
    assert "U" not in said


def test_a_pcn_that_spans_two_ccgs_has_neither_and_is_told_of() -> None:
    reading = read_file("x", content_of("gp-reg-pat-prac-map.csv"))
    said = {each.code: each for each in reading.statements}
    assert said["U90001"].parents == {
        LinkKind.REGION: "YX1",
        LinkKind.SYSTEM: "QX1",
        LinkKind.COMMISSIONER: "0X1",
    }
    assert said["U90002"].parents == {LinkKind.REGION: "YX1"}
    assert any("U90002" in note and "commissioner" in note for note in reading.notes)


@pytest.mark.parametrize("spelled", ["01-Sep-20", "01Sep2020", "01-Sep-2020"])
def test_the_extract_date_is_read_in_both_spellings(spelled: str) -> None:
    text = content_of("gp-reg-pat-prac-map.csv").decode().replace("01-Sep-20", spelled)
    assert read_file("x", text.encode()).dated_on == date(2020, 9, 1)


def test_membership_history_becomes_one_timeline_for_each_practice() -> None:
    said = {each.code: each for each in read_file("x", content_of("epcmem.csv")).statements}
    assert [(span.value, span.starts_on, span.ends_on) for span in said["X81001"].commissioners] == [
        ("5D9", date(2002, 4, 1), date(2013, 3, 31)),
        ("0X8", date(2013, 4, 1), date(2019, 3, 31)),
        ("0X1", date(2019, 4, 1), None),
    ]


def test_a_file_whose_rows_do_not_tell_is_named_by_its_name_or_refused() -> None:
    rows = [[*row] for row in lines_of("etr.csv")]
    for row in rows:
        row[1] = "SOMEWHERE"
    text = as_csv(rows).encode()
    assert read_file("etr_2020.csv", text).kind is FileKind.ETR
    with pytest.raises(FileRefused, match="could be etr, eccg or epraccur"):
        read_file("download.csv", text)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b" \r\n \r\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b",,,\n,,,\n", "has no rows"),
        (b"%PDF-1.7 ...", "is a PDF document"),
        (b"PK\x03\x04rest", "is a zip file or a workbook"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        (b"\x1f\x8brest", "compressed"),
        (b"<html><body>Sign in</body></html>", "is a web page"),
        (b'{"Organisation": {}}', r"is JSON \(ODS ORD or FHIR\), which is not taken yet"),
        (b'\xef\xbb\xbf\n [{"a": 1}]', "is JSON"),
        ("region_ods,region_name\nYX1,A\n".encode("utf-16"), "is in UTF-16"),
        (b"region_ods,region_name\nYX1,A\x00B\n", "line 2: there is a NUL byte"),
        (b"region_ods,region_name\nYX1,A\x81B\n", "neither UTF-8 nor Windows-1252"),
        (b'region_ods,region_name\nYX1,"A\n', "is not CSV"),
        (b'region_ods,region_name\nYX1,"A" B\n', "row 2: this row is not CSV"),
        (b"hello\nworld\n", "only one column"),
        (b"region_ods,region_name\n", "has headings but no rows"),
        (b"region_ods,region_name,region_name\nYX1,A,B\n", "has the column region_name twice"),
        (b"ccg_ods,ccg_name,stp_ods\n0X1,A,QX1\n", "looks like a list of CCGs, but the column region_ods is missing"),
        (b"old_code,new_code,date\n0X1,0X2,2021-04-01\n", "list of successions, which is not taken yet"),
        (b"predecessor,successor,kind\n0X1,0X2,merger\n", "list of successions, which is not taken yet"),
        (b"0X1,0X2,F,20210401,1\n0X3,0X2,R,20210401,1\n", "list of successions"),
        (b"ods_code,name,gss,region_code,legal_start\nQX1,A,B,YX1,2026-04-01\n", "later changes to systems"),
        (b"name,phone\nA,B\n", "no file of organisations that is known here: it has 2 columns"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence_that_names_it(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence) as refusal:
        read_file("download.csv", content)
    assert str(refusal.value).startswith("download.csv")


def test_a_gigantic_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(FileRefused, match="larger than 100 MB"):
        read_file("download.csv", b"a,b\n" * (LARGEST_FILE // 4 + 1))


def test_epraccur_without_a_prescribing_setting_is_refused_because_practices_cannot_be_told() -> None:
    rows = [row[:24] for row in lines_of("epraccur.csv")]
    with pytest.raises(FileRefused, match="prescribing setting"):
        read_file("epraccur.csv", as_csv(rows).encode())
