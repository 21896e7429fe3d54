"""The Cover and the Key: what the workbook is of, where its sheets are, and what its words mean; it must not know
the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from openpyxl import Workbook

from reports.cell_text import put_text
from reports.columns import NOT_PROVIDED, Column
from reports.heights import row_height
from reports.notes import NO_UPDATE_NOTE, Notes
from reports.row_xml import CellValue
from reports.rows import CLASS_WORDS, About, ScaleEntry
from reports.sheet import SheetPlan, cell_at, lay_out_top, link_to_sheet, mark_up_table
from reports.styles import Styles
from reports.wording import day_in_words, instant_in_words

_ALL_FRAMEWORKS = "All frameworks"
# The two positions that no scale has, because they are the absence of a record.
_OUTSIDE_SCALES = {
    "no_update": "Nobody has recorded anything about the ask yet.",
    "to_confirm": "The organisation has yet to say whether it runs the service that the ask is about. Not counted.",
}

KEY_PLAN = SheetPlan(
    tab="Key",
    table="StatusKey",
    title="Key to the statuses",
    holds=(
        "The words each framework uses for status, and the class that the Summary counts them in.",
        f"The words carry the meaning; colours are those of the screens, named for reference {NO_UPDATE_NOTE}.",
    ),
    columns=(
        Column("Framework", 18),
        Column("Status", 26),
        Column("Status class", 26),
        Column("What it means", 70),
        Column("Colour on screen", 18),
    ),
    if_empty="There is no scale",
)


def key_rows(scale: Sequence[ScaleEntry], notes: Notes) -> Iterator[list[CellValue]]:
    for entry in scale:
        yield [
            entry.framework or _ALL_FRAMEWORKS,
            entry.label,
            CLASS_WORDS[entry.status_class],
            notes.fit(entry.definition, f"Meaning of {entry.label}") or NOT_PROVIDED,
            entry.colour or "No colour",
        ]
    explained = {entry.status_class for entry in scale}
    for status_class, meaning in _OUTSIDE_SCALES.items():
        if status_class not in explained:
            words = CLASS_WORDS[status_class]
            yield [_ALL_FRAMEWORKS, words, words, meaning, "No colour"]


def lay_out_cover(workbook: Workbook, about: About, contents: Sequence[tuple[str, str, int]], styles: Styles) -> None:
    """The first sheet; `contents` has the tab, what it holds and how many rows, for each of the others."""
    plan = SheetPlan(
        tab="Cover",
        table="WorkbookContents",
        title=about.title,
        holds=tuple(_cover_lines(about, len(contents) + 1)),
        columns=(Column("Sheet", 22), Column("What it holds", 90), Column("Rows", 10, holds_counts=True)),
        if_empty="",
    )
    sheet = lay_out_top(workbook, plan, styles)
    for row, (tab, holds, listed) in enumerate(contents, start=plan.heading_row + 1):
        name, what, how_many = (cell_at(sheet, row, column) for column in (1, 2, 3))
        put_text(name, tab)
        link_to_sheet(sheet, row, tab)
        styles.make_link(name)
        put_text(what, holds)
        styles.make_body(what)
        how_many.value = listed
        styles.make_body(how_many)
        sheet.row_dimensions[row].height = row_height([(holds, plan.columns[1].width)])
    mark_up_table(sheet, plan, plan.heading_row + len(contents))


def _cover_lines(about: About, sheets: int) -> Iterator[str]:
    yield f"Progress on reducing health inequalities: {about.scope}"
    yield f"As at {day_in_words(about.as_at)}"
    yield f"Data cut-off: recorded by {instant_in_words(about.known_at)}, London time"
    yield f"Version {about.version}, {about.state}"
    yield f"Contact: {about.contact or NOT_PROVIDED}"
    yield "Names of people: " + ("included" if about.includes_names else "left out of this copy")
    for code, title in about.frameworks:
        yield f"Framework {code}: {title}"
    if about.pinned_note:
        yield about.pinned_note
    yield f"This workbook has {sheets} sheets. The table below lists the others, with links."
