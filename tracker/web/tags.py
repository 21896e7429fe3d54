"""The colour of each status tag, in one place for the whole service; the word always carries the meaning.

Colour follows the semantic class of a status, never its wording, so the same word has the same colour
everywhere. It must not know scales or statuses beyond the names of the classes.
"""

from __future__ import annotations

TAG_COLOURS = {
    # The service manual keeps a red background for errors, so "off course" is dark red on white.
    "off_course": "app-tag--off-course",
    "at_risk": "nhsuk-tag--orange",
    "no_update": "nhsuk-tag--grey",
    "not_started": "nhsuk-tag--white",
    "on_course": "nhsuk-tag--blue",
    "done_claimed": "nhsuk-tag--aqua-green",
    "done_assured": "nhsuk-tag--green",
    "not_applicable": "nhsuk-tag--no-colour",
    # Not classes of a status, but shown beside them.
    "overdue": "app-tag--off-course",
    "due_soon": "nhsuk-tag--yellow",
    "to_confirm": "nhsuk-tag--purple",
}


def tag_colour(status_class: str) -> str:
    """The CSS class of a tag.

    >>> tag_colour("at_risk")
    'nhsuk-tag--orange'
    """
    try:
        return TAG_COLOURS[status_class]
    except KeyError:
        raise ValueError(
            f'There is no tag colour for "{status_class}". Known: {", ".join(sorted(TAG_COLOURS))}.'
        ) from None
