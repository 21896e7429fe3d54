"""A board member's main job: read, and download the workbook; a board changes nothing."""

from __future__ import annotations

import csv
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from browser.visitor import NARROW
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SHEETS = ["Cover", "Key", "Summary", "Detail", "Exceptions", "Notes"]
PEOPLE = ("Asha Whitcombe", "Priya Ravensworth", "Colin Marsh-Reed", "Helen Thackray")


def test_the_workbook_is_downloaded_without_names_and_reads_back(visit):
    # Given a board member at the download page, which offers an Excel workbook as at today
    board = visit("board.northdale")
    board.follow("Downloads")
    expect(board.page.get_by_role("radio", name="Excel workbook")).to_be_checked()
    # When they take what is offered
    with board.page.expect_download() as download:
        board.press("Download")
    # Then it is a workbook of their trust on that day
    assert download.value.suggested_filename == "progress-2020-11-02.xlsx"
    workbook = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    assert workbook.sheetnames == SHEETS
    cover = words_of(workbook["Cover"])
    assert "Northdale Hospitals NHS Foundation Trust" in cover
    assert "2 November 2020" in cover
    heading, *rows = detail_of(workbook)
    lines = [dict(zip(heading, row, strict=True)) for row in rows]
    assert {line["ODS code"] for line in lines} == {"XD1"}
    named = next(line for line in lines if line["Ask ref"] == "6.1")
    assert named["Status"] == "Complete, assured"
    assert named["Completed on"] == datetime(2020, 9, 14)  # noqa: DTZ001 - cells of a workbook have no zone
    # And nobody is named in any sheet, though the lead's job title is
    everything = "\n".join(words_of(sheet) for sheet in workbook)
    assert [name for name in PEOPLE if name in everything] == []
    assert named["Lead title"] == "Medical Director"


def test_names_are_in_the_file_only_when_they_were_asked_for(visit):
    board = visit("board.northdale")
    board.open("/exports")
    board.page.get_by_role("checkbox", name="Include names of people").check()
    board.choose("CSV file")
    with board.page.expect_download() as download:
        board.press("Download")
    lines = list(csv.DictReader(StringIO(download.value.path().read_text(encoding="utf-8"), newline="")))
    assert {line["ods_code"] for line in lines} == {"XD1"}
    assert {line["lead_name"] for line in lines if line["ask_ref"] == "6.1"} == {"Dr Priya Ravensworth"}


def test_a_day_that_is_none_is_sent_back_with_a_link_to_its_box(visit):
    board = visit("board.northdale")
    board.open("/exports")
    board.type_day("As at", 31, 2, 2020)
    board.expect_refusal()
    board.press("Download")
    assert board.page.title().startswith("Error: ")
    board.click(board.error_links().first)
    assert board.has_focus(board.page.locator("[id='as_at-day']"))
    expect(board.page.locator("[id='as_at-day']")).to_have_value("31")
    assert board.faults_of_page(NARROW) == []


def test_a_board_finds_no_way_to_change_anything(visit):
    # Given a board member
    board = visit("board.northdale")
    # When they open their organisation's page and asks in every state of it
    expect(board.page.locator("a[href*='/services'], a[href*='/adopt/']")).to_have_count(0)
    asks: list[str] = board.page.eval_on_selector_all(
        ".nhsuk-task-list__link", "links => links.map(link => link.getAttribute('href'))"
    )
    assert len(asks) > 15
    for address in asks[::3]:
        board.open(address)
        # Then nothing there saves, updates or decides
        changing = board.page.locator("main form, main button, a[href$='/update']")
        assert changing.count() == 0, f"{address} offers {changing.all_inner_texts()}"
    # And typing the address does not help
    for address in (f"{asks[0]}/update", "/organisations/XD1/services"):
        board.open(address, status=403)


def test_another_trust_is_not_found_by_any_of_its_addresses(visit):
    for key in ("lead.seaburn", "contributor.northdale", "board.northdale"):
        visitor = visit(key)
        for path in ("", "/8ua-2020/6.1", "/8ua-2020/6.1/update"):
            visitor.open(f"/organisations/XD4{path}", status=404)
        assert "Marchwell" not in visitor.page.locator("body").inner_text()


def words_of(sheet) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def detail_of(workbook) -> list[tuple]:
    """The marked-up table of the Detail sheet, headings first."""
    sheet = workbook["Detail"]
    (table,) = sheet.tables.values()
    return [tuple(cell.value for cell in row) for row in sheet[table.ref]]
