"""The Notes sheet: what the words and figures mean, and the rest of texts too long for a cell; it must not know the
database.

A narrative of 40,000 characters does not fit a cell. It is neither cut nor refused: the cell ends by saying in which
notes it goes on. The csv has it whole.
"""

from __future__ import annotations

from typing import Final

from reports.cell_text import CELL_LIMIT, split_to_fit, writable
from reports.columns import Column
from reports.rows import CLASS_WORDS, About
from reports.sheet import SheetPlan
from reports.wording import day_in_words, instant_in_words

# The marks that other sheets print, in the order of _standard_notes.
AS_AT_NOTE: Final = "[note 1]"
OVERDUE_NOTE: Final = "[note 2]"
NO_UPDATE_NOTE: Final = "[note 3]"
DONE_NOTE: Final = "[note 4]"
DENOMINATOR_NOTE: Final = "[note 5]"
GAPS_NOTE: Final = "[note 6]"
_ROOM_FOR_MARK: Final = 60

NOTES_PLAN = SheetPlan(
    tab="Notes",
    table="WorkbookNotes",
    title="Notes",
    holds=("What the words and figures in this workbook mean. The other sheets refer to these notes by number.",),
    columns=(Column("Note", 12), Column("Subject", 30), Column("Text", 100)),
    if_empty="There are no notes",
)


class Notes:
    """The notes of one workbook, numbered in the order they are written down."""

    def __init__(self, about: About) -> None:
        self.rows: list[tuple[str, str, str]] = []
        self._continued: dict[tuple[str, str], str] = {}
        for subject, text in _standard_notes(about):
            self.write_down(subject, text)
        for code, title in about.frameworks:
            self.write_down("Framework", f"{code}: {title}")
        for text in about.notes:
            self.write_down("Note", text)
        for text in about.sources:
            self.write_down("Source", text)

    def write_down(self, subject: str, text: str) -> tuple[str, str]:
        """Add a note, in as many rows as it takes; returns the marks of its first and its last row."""
        pieces = split_to_fit(writable(text), CELL_LIMIT)
        first = len(self.rows) + 1
        for number, piece in enumerate(pieces, start=1):
            part = f", part {number} of {len(pieces)}" if len(pieces) > 1 else ""
            self.rows.append((_mark(len(self.rows) + 1), subject + part, piece))
        return _mark(first), _mark(len(self.rows))

    def fit(self, text: str, subject: str) -> str:
        """The text as one cell can show it: whole, or its beginning and the marks of the notes where it goes on."""
        text = writable(text)
        begins, *goes_on = split_to_fit(text, CELL_LIMIT - _ROOM_FOR_MARK)
        if not goes_on:
            return text
        # The same text stands in Detail and in Exceptions, and goes on in the same notes.
        if (subject, text) not in self._continued:
            first, last = self.write_down(f"The rest of: {subject}", text[len(begins) :])
            where = first if first == last else f"{first} to {last}"
            self._continued[subject, text] = f"{begins} … goes on in {where}"
        return self._continued[subject, text]


def _mark(number: int) -> str:
    return f"[note {number}]"


def _standard_notes(about: About) -> list[tuple[str, str]]:
    names = (
        "The names of leads and of people who made updates are included. They are personal data: share them with care."
        if about.includes_names
        else "The names of leads and of people who made updates are left out of this copy. Job titles are kept."
    )
    return [
        (
            "As at",
            f"Facts are shown as they stood at the end of {day_in_words(about.as_at)}, as far as they had been recorded"
            f" by {instant_in_words(about.known_at)}, London time.",
        ),
        (
            "Overdue",
            "An ask is overdue from the day after its date, while it is open. Its date is the target date where one is"
            " agreed, and otherwise the national date. A date given as a month runs to the last day of that month. An"
            " overdue ask is counted under its status as well, so Overdue is not part of the sum of the statuses.",
        ),
        (
            CLASS_WORDS["no_update"],
            "Nobody has recorded anything about the ask. It is counted apart from Off track, which is a judgement that"
            " the organisation made itself.",
        ),
        (
            "Done",
            "Complete, claimed (the organisation says so) and Complete, assured (another body agreed), added together."
            " Percentages are whole numbers: Done out of Asks that apply.",
        ),
        (
            "Asks that apply",
            "One for each organisation and ask. Not applicable and Applicability to confirm are left out; they have"
            " columns of their own.",
        ),
        (
            "Words in place of gaps",
            "No cell is empty. Where nothing is recorded the cell says so, for example Not provided.",
        ),
        ("Names", names),
        (
            "Text",
            "Text is shown as it was typed. A character that a spreadsheet cannot hold shows as a symbol, such as ␇. A"
            " text too long for one cell goes on in these notes.",
        ),
    ]
