"""A lead brings a file as evidence with the keyboard alone, a board member takes it away, the region checks it."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.visitor import NARROW, WIDE
from playwright.sync_api import expect
from unit.evidence import made_files

pytestmark = pytest.mark.browser

EVIDENCE = "/organisations/XD1/evidence"
TITLE = "Minutes of the board, September 2020"


def fill(lead, content, name="Minutes.pdf"):
    """Fill in the form of a file, pressing keys only; the file itself is chosen in the system's own window."""
    page = lead.page
    for label, target in (("Link", "kind"), ("Note", "kind-2"), ("File", "kind-3")):
        box = page.get_by_role("radio", name=label, exact=True)
        assert box.get_attribute("id") == target
    if not page.get_by_role("radio", name="File", exact=True).is_checked():
        lead.tab_to(page.get_by_role("radio", name="Link", exact=True))
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="File", exact=True)).to_be_checked()
    chooser = page.locator("input[type=file]")
    # With scripts the input is drawn as a button, which has its id and the focus.
    lead.tab_to(page.locator("#file"))
    chooser.set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    lead.tab_to(page.get_by_label("What is it?", exact=True))
    page.keyboard.insert_text(TITLE)
    ask = page.get_by_role("checkbox", name="6.1 ")
    if not ask.is_checked():
        lead.tab_to(ask, most=120)
        page.keyboard.press("Space")
    lead.tab_to(page.get_by_role("button", name="Add evidence"), most=120)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_file_is_brought_refused_mended_kept_taken_away_and_checked(visit, tmp_path: Path):
    # Given the lead of Northdale at the list of evidence, which comes from updates so far
    lead = visit("lead.northdale")
    lead.open(EVIDENCE)
    assert lead.faults_of_page(WIDE) == []
    lead.press("Add evidence")
    assert lead.faults_of_page(NARROW) == []
    lead.page.set_viewport_size({"width": WIDE, "height": 900})
    # When they bring a program that is called a pdf
    fill(lead, b"MZ\x90\0 not a pdf")
    # Then the page says so, the link lands on the field, and what was typed is still there
    assert lead.page.title().startswith("Error: ")
    expect(lead.error_links()).to_have_count(1)
    expect(lead.error_links()).to_contain_text("The file is a program")
    lead.click(lead.error_links().first)
    assert lead.has_focus(lead.page.locator("#file"))
    expect(lead.page.get_by_label("What is it?", exact=True)).to_have_value(TITLE)
    assert lead.faults_of_page(NARROW) == []
    lead.page.set_viewport_size({"width": WIDE, "height": 900})
    # When they bring the pdf itself
    lead.page.get_by_label("What is it?", exact=True).fill("")
    lead.page.locator("body").click(position={"x": 1, "y": 1})
    fill(lead, made_files.pdf())
    # Then it is kept, and its page says what it serves
    expect(lead.banner().first).to_contain_text("The evidence is added.")
    expect(lead.page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(lead.summary("File")).to_contain_text("Minutes.pdf (pdf, ")
    assert lead.faults_of_page(NARROW) == []
    piece = lead.path
    # When a board member takes it away
    board = visit("board.northdale")
    board.open(piece)
    with board.page.expect_download() as download:
        board.follow("Download Minutes.pdf")
    saved = tmp_path / "saved.pdf"
    download.value.save_as(saved)
    # Then it is the same file under its own name, and they were offered nothing to change
    assert (download.value.suggested_filename, saved.read_bytes()) == ("Minutes.pdf", made_files.pdf())
    expect(board.page.get_by_role("link", name="Add a new version")).to_have_count(0)
    # When the region checks it
    region = visit("region.dales")
    region.open(piece)
    region.follow("Check this evidence")
    region.page.get_by_label("What you checked, and what you found").fill("Read with the chair.")
    assert region.faults_of_page(NARROW) == []
    region.press("Save check")
    # Then everybody reads that
    lead.open(piece)
    expect(lead.page.get_by_role("main")).to_contain_text("Read with the chair.")
    expect(lead.page.get_by_role("main").locator(".nhsuk-tag")).to_have_text(["Checked"])


def test_without_scripts_every_field_is_there(visit):
    lead = visit("lead.northdale", javascript=False)
    lead.open(f"{EVIDENCE}/add?ask=8ua-2020/6.1")
    for label in ("Link", "Note", "File"):
        expect(lead.page.get_by_label(label, exact=True).last).to_be_visible()
    lead.choose("Note")
    lead.page.locator("#note").fill("Talked with the ward")
    lead.page.get_by_label("What is it?", exact=True).fill("Talk")
    lead.press("Add evidence")
    expect(lead.banner().first).to_contain_text("The evidence is added.")
