"""The progress workbook, read back cell by cell: what it says, and each point that makes it accessible and safe."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.cell_text import CELL_LIMIT
from reports.progress import build_workbook
from reports.rows import CLASS_WORDS, PROGRESS_FIELDS, About, ProgressRow, ScaleEntry

ABOUT = About(
    title="Progress on health inequalities",
    scope="Northern Dales Region",
    as_at=date(2020, 9, 22),
    known_at=datetime(2020, 9, 22, 16, 0, tzinfo=UTC),
    version="1",
    state="draft",
    contact="team@example.nhs.uk",
    frameworks=(("8ua-2020", "Eight urgent actions"),),
    notes=("A note of the exporter's own.",),
    sources=("A public letter",),
)
SCALE = [
    ScaleEntry(framework="8ua-2020", label="Off track", status_class="off_course", definition="Late", colour="red"),
    ScaleEntry(framework="8ua-2020", label="On track", status_class="on_course", definition="Fine", colour="blue"),
]
TABS = ["Cover", "Key", "Summary", "Detail", "Exceptions", "Notes"]


def row(**changes: Any) -> ProgressRow:
    values: dict[str, Any] = {
        "region_code": "YN1", "region": "Northern Dales", "system_code": "QN1", "system": "Dales Health and Care",
        "ods_code": "5E1", "organisation": "Dales Hospitals NHS Trust", "organisation_type": "NHS trust",
        "framework": "8ua-2020", "action_no": "6", "action": "Strengthen leadership", "ask_ref": "6.1",
        "ask": "Name an executive board member", "date_kind": "by", "status": "No update",
        "status_class": "no_update", "previous_status": "", "movement": "", "forecast": "",
        "national_date": date(2020, 9, 21), "national_date_precision": "day", "target_date": None,
        "completed_on": None, "days_overdue": 1, "overdue_reason": "", "lead_title": "", "lead_name": "",
        "progress": "", "risk": "", "next_step": "", "next_step_on": None, "evidence": "", "assurance": "",
        "assured_on": None, "last_updated_on": None, "last_confirmed_on": None, "updated_by": "",
    }  # fmt: skip
    return ProgressRow(**(values | changes))


ROWS = [
    row(),
    row(ods_code="00L", ask_ref="6.10", days_overdue=30, status="On track", status_class="on_course"),
    row(ods_code="00M", ask_ref="6.9", days_overdue=None, status="Off track", status_class="off_course"),
    row(ods_code="00N", days_overdue=None, status="Complete, assured", status_class="done_assured",
        completed_on=date(2020, 9, 1), national_date=None, action_no="10", action="Tenth"),
    row(ods_code="00P", days_overdue=None, status="Not applicable", status_class="not_applicable"),
    row(ods_code="00Q", days_overdue=None, status="Applicability to confirm", status_class="to_confirm",
        system_code="", system=""),
]  # fmt: skip


def opened(rows: Sequence[ProgressRow] = ROWS, about: About = ABOUT) -> Workbook:
    return load_workbook(io.BytesIO(build_workbook(rows, SCALE, about)))


def table_of(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of the one table of a sheet, by heading."""
    (table,) = sheet.tables.values()
    lines = [[cell.value for cell in line] for line in sheet[table.ref]]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_the_sheets_are_those_of_a_progress_workbook_in_their_order() -> None:
    assert opened().sheetnames == TABS


@pytest.mark.parametrize("rows", [ROWS, []], ids=["with rows", "without rows"])
@pytest.mark.parametrize("tab", TABS)
def test_every_sheet_is_accessible(tab: str, rows: list[ProgressRow]) -> None:
    sheet = opened(rows)[tab]
    (table,) = sheet.tables.values()
    first, last = table.ref.split(":")
    assert first.startswith("A"), "the table stands at the left edge"
    assert last == f"{sheet.cell(1, sheet.max_column).column_letter}{sheet.max_row}", "nothing is below or beside it"
    assert not sheet.merged_cells.ranges
    assert sheet["A1"].style == "Heading 1"
    assert sheet["A2"].value, "the next cell says what the sheet holds"
    headings = [cell.value for cell in sheet[table.ref][0]]
    assert all(headings)
    assert len(set(headings)) == len(headings)
    for line in sheet[table.ref]:
        for cell in line:
            assert cell.value not in (None, ""), f"{tab}!{cell.coordinate} is empty"
            assert cell.font.name == "Arial"
            assert cell.font.size >= 10
            assert cell.alignment.wrap_text
            assert cell.fill.fill_type is None
    assert sheet.freeze_panes is None
    assert table.autoFilter is None
    assert sheet.auto_filter.ref is None
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    heading_row = int("".join(filter(str.isdigit, first)))
    assert sheet.print_title_rows == f"${heading_row}:${heading_row}"


def test_tables_have_names_of_their_own_and_the_document_has_a_title_and_a_language() -> None:
    book = opened()
    names = [name for sheet in book for name in sheet.tables]
    assert len(set(names)) == len(names) == len(TABS)
    assert (book.properties.title, book.properties.language) == ("Progress on health inequalities", "en-GB")
    with zipfile.ZipFile(io.BytesIO(build_workbook(ROWS, SCALE, ABOUT))) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower()]


def test_the_cover_says_what_it_is_of_and_links_to_every_sheet() -> None:
    sheet = opened()["Cover"]
    said = [str(cell.value) for cell in sheet["A"]]
    assert "As at 22 September 2020" in said
    assert "Data cut-off: recorded by 22 September 2020, 17:00, London time" in said
    assert "Version 1, draft" in said
    assert "Contact: team@example.nhs.uk" in said
    links = {cell.value: cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink}
    assert links == {tab: f"'{tab}'!A1" for tab in TABS[1:]}
    assert {line["Sheet"]: line["Rows"] for line in table_of(sheet)}["Detail"] == len(ROWS)


def test_detail_has_the_columns_of_the_contract_spelled_for_people() -> None:
    headings = list(table_of(opened()["Detail"])[0])
    assert [heading.lower().replace(" ", "_") for heading in headings] == list(PROGRESS_FIELDS)
    assert tuple(field.name for field in fields(ProgressRow)) == PROGRESS_FIELDS
    assert "ODS code" in headings


def test_codes_are_text_dates_are_dates_and_gaps_are_words() -> None:
    sheet = opened()["Detail"]
    first, *_, fourth, _, _ = table_of(sheet)
    assert first["ODS code"] == "5E1"
    assert first["Ask ref"] == "6.1"
    assert first["Action no"] == "6"
    assert first["National date"] == datetime(2020, 9, 21)  # noqa: DTZ001 - Excel's dates have no zone.
    assert fourth["National date"] == "No national date"
    assert first["Days overdue"] == 1
    assert fourth["Days overdue"] == "Not overdue"
    assert first["Last updated on"] == "No update"
    assert first["Lead title"] == "Not provided"
    day = next(cell for line in sheet.iter_rows() for cell in line if cell.is_date)
    assert day.number_format == "dd mmmm yyyy"
    for line in sheet.iter_rows():
        for cell in line:
            assert cell.data_type in ("s", "n", "d"), cell.coordinate


def test_names_are_left_out_of_a_copy_that_did_not_choose_them() -> None:
    named = [row(lead_name="Ann First", updated_by="Ben Second", lead_title="Chief Nurse")]
    without = table_of(opened(named)["Detail"])[0]
    assert (without["Lead name"], without["Updated by"]) == ("Left out of this copy", "Left out of this copy")
    assert without["Lead title"] == "Chief Nurse"
    book = opened(named, replace(ABOUT, includes_names=True))
    with_names = table_of(book["Detail"])[0]
    assert (with_names["Lead name"], with_names["Updated by"]) == ("Ann First", "Ben Second")
    assert "Names of people: included" in [cell.value for cell in book["Cover"]["A"]]


def test_exceptions_are_overdue_or_off_track_longest_overdue_first() -> None:
    listed = table_of(opened()["Exceptions"])
    assert [(line["ODS code"], line["Days overdue"], line["Why it is listed"]) for line in listed] == [
        ("00L", 30, "Overdue"),
        ("5E1", 1, "Overdue"),
        ("00M", "Not overdue", "Off track"),
    ]
    assert "Nothing is overdue or off track" in str(table_of(opened([ROWS[3]])["Exceptions"]))


def test_the_summary_adds_up_and_keeps_no_update_apart_from_off_track() -> None:
    frame = pd.DataFrame([{name: getattr(each, name) for name in PROGRESS_FIELDS} for each in ROWS])
    counted = frame[~frame.status_class.isin(["not_applicable", "to_confirm"])]
    lines = table_of(opened()["Summary"])
    whole = lines[0]
    assert (whole["Level"], whole["Asks that apply"], whole["Done"]) == ("All", len(counted), 1)
    assert (whole["No update"], whole["Off track"], whole["Overdue"]) == (1, 1, 2)
    assert (whole["Done of asks that apply"], whole["Done, percentage"]) == ("1 of 4", 0.25)
    assert (whole["Not applicable"], whole["Applicability to confirm"]) == (1, 1)
    for line in lines:
        parts = [line[CLASS_WORDS[name]] for name in list(CLASS_WORDS)[:7]]
        assert sum(parts) == line["Asks that apply"]
    for level, column in (("Region", "region_code"), ("System", "system_code"), ("Action", "action_no")):
        expected = counted.groupby(column).size()
        found = {line["Code"]: line["Asks that apply"] for line in lines if line["Level"] == level}
        assert {code: found[code or "None"] for code in expected.index} == dict(expected)
    assert [line["Code"] for line in lines if line["Level"] == "Action"] == ["6", "10"]


def test_the_key_explains_each_word_and_the_two_that_no_scale_has() -> None:
    statuses = {line["Status"] for line in table_of(opened()["Key"])}
    assert statuses == {"Off track", "On track", "No update", "Applicability to confirm"}


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|calc", "＝1+1", '=HYPERLINK("x")', "<b>&amp;</b>", "_x0041_"]
TEXT_FIELDS = [name for name in PROGRESS_FIELDS if isinstance(getattr(row(), name), str)]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_field_ever_becomes_a_formula(text: str) -> None:
    free = [name for name in TEXT_FIELDS if name not in ("status_class", "date_kind", "national_date_precision")]
    book = opened([row(**dict.fromkeys(free, text))], replace(ABOUT, includes_names=True))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    detail = table_of(book["Detail"])[0]
    shown = text.replace("_x0041_", "_x005F_x0041_")  # openpyxl leaves Excel's own escape undone when it reads.
    assert {detail[heading] for heading in ("Progress", "Next step", "Evidence", "Organisation")} == {shown}
    if text[0] in "=+-@|＝\t":
        quoted = [cell for cell in cells if cell.value == text]
        assert quoted
        assert all(cell.quotePrefix for cell in quoted)


def test_control_characters_show_as_symbols_and_nothing_is_lost() -> None:
    detail = table_of(opened([row(progress="bell\x07, null\x00, two\r\nlines, \ud800")])["Detail"])[0]
    assert detail["Progress"] == "bell␇, null␀, two\nlines, \ufffd"


def test_a_text_too_long_for_a_cell_goes_on_in_the_notes() -> None:
    text = "".join(f"{number:05} " for number in range(7000))
    book = opened([row(progress=text, days_overdue=None)])
    shown = table_of(book["Detail"])[0]["Progress"]
    assert len(shown) <= CELL_LIMIT
    begins, mark = shown.split(" … goes on in ")
    rest = "".join(line["Text"] for line in table_of(book["Notes"]) if mark.startswith(line["Note"]))
    assert begins + rest == text


def test_the_same_rows_day_and_instant_give_the_same_bytes() -> None:
    assert build_workbook(iter(ROWS), SCALE, ABOUT) == build_workbook(list(ROWS), list(SCALE), ABOUT)
    assert build_workbook(ROWS, SCALE, ABOUT) != build_workbook(ROWS, SCALE, replace(ABOUT, version="2"))


def test_rows_are_tall_enough_for_what_they_say() -> None:
    sheet = opened([row(progress="word " * 200)])["Detail"]
    heights = [sheet.row_dimensions[number].height for number in range(1, sheet.max_row + 1)]
    assert heights[-1] > 20 * 12
    assert all(height is None or height <= 409 for height in heights)


def test_a_class_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="is not a class of status"):
        build_workbook([row(status_class="splendid")], SCALE, ABOUT)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"known_at": datetime(2020, 9, 22, 16, 0)}, "no time zone"),  # noqa: DTZ001
        ({"state": "nearly"}, "draft"),
        ({"title": " "}, "no title"),
    ],
)
def test_a_cover_that_would_mislead_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(ABOUT, **changes)
