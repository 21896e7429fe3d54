"""What the panel, the pages and the files of shared notes say."""

from __future__ import annotations

from tracker.frameworks.rules import OrganisationType
from tracker.progress.ask_parts import Named
from tracker.progress.presenters import CLASS_WORDS, Tag
from tracker.shared_notes.rows import Note, Other, Others
from tracker.shared_notes.rules import Likeness, is_counted_in_region, may_be_counted
from tracker.web.downloads import Cell
from tracker.web.wording import day, plural

CSV_HEADINGS = (
    "ods_code",
    "organisation",
    "organisation_type",
    "framework",
    "ask_ref",
    "likeness",
    "is_same_region",
    "status",
    "completed_on",
    "note",
    "contact_role",
    "contact_mailbox",
    "shared_on",
)


def named(other: Other) -> Named:
    """One organisation that has finished the ask, as a page shows it; what is missing is said in words."""
    said = other.said
    done = f"Done on {day(other.completed_on)}" if other.completed_on else "No day given"
    return Named(
        name=other.name,
        status=Tag(CLASS_WORDS[other.status_class], other.status_class),
        about=f"{done}. {_about(other)}",
        text=said.text if said else "",
        contact=said.contact_role if said else "",
        mailbox=said.contact_mailbox if said else "",
    )


def csv_cells(other: Other, framework_code: str, ref: str) -> tuple[Cell, ...]:
    """One of them as the file holds it, under CSV_HEADINGS."""
    said = other.said
    return (
        other.code,
        other.name,
        other.organisation_type.label,
        framework_code,
        ref,
        other.likeness.label,
        "yes" if other.is_same_region else "no",
        CLASS_WORDS[other.status_class],
        other.completed_on,
        said.text if said else None,
        said.contact_role if said else None,
        said.contact_mailbox if said else None,
        other.shared_on,
    )


def count_words(found: Others, organisation_type: OrganisationType, *, sees_all: bool) -> str:
    """How many have finished, of all of the type; nothing that would say of one which it is.

    >>> count_words(Others((), 0, 51, 14, 3), OrganisationType.TRUST, sees_all=False)
    '14 of the 51 other organisations of this type (NHS trust) have finished this ask. 3 of them say how.'
    >>> count_words(Others((), 0, 51, 1, 0), OrganisationType.TRUST, sees_all=False)
    '1 of the 51 other organisations of this type (NHS trust) has finished this ask. None of them says how.'
    >>> count_words(Others((), 0, 1260, 0, 0), OrganisationType.PRACTICE, sees_all=False)
    '0 of the 1,260 other organisations of this type (GP practice) in this region have finished this ask.'
    >>> count_words(Others((), 0, 3, 2, 0), OrganisationType.TRUST, sees_all=False)
    'There are too few other organisations of this type (NHS trust) to say how many have finished this ask.'
    """
    where = " in this region" if is_counted_in_region(organisation_type) else ""
    kind = f"of this type ({organisation_type.label}){where}"
    if not may_be_counted(found.of, sees_all=sees_all):
        return f"There are too few other organisations {kind} to say how many have finished this ask."
    have = "has" if found.done == 1 else "have"
    say = {0: "None of them says how.", 1: "1 of them says how."}.get(
        found.telling, f"{found.telling:,} of them say how."
    )
    number = f"{found.done:,} of the {plural(found.of, 'other organisation')} {kind} {have} finished this ask."
    return f"{number} {say}" if found.done else number


def shown_words(note: Note) -> str:
    """Whether others read a note now, and since when."""
    if not note.is_shared:
        return f"Taken back on {day(note.true_on)}"
    if not note.stands:
        return "Not shown, because the ask was open again after it was shared. Share it again if it still holds"
    return f"Shared since {day(note.true_on)}"


def _about(other: Other) -> str:
    kind = other.organisation_type.label if other.likeness is Likeness.OTHER_TYPE else other.likeness.label
    return f"{kind}, same region" if other.is_same_region else kind
