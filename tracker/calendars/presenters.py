"""What the pages of calendars say, and what a calendar is called in the programs that show it; knows no table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from tracker.calendars.reach import WHAT_I_ANSWER_FOR
from tracker.calendars.rows import LiveCalendar
from tracker.calendars.rules import MINE, MONTHS_AHEAD, MONTHS_BACK, MOST_ENTRIES, ONE_ORGANISATION
from tracker.organisations.queries import OrganisationSummary
from tracker.web.choices import Choice
from tracker.web.wording import day_and_time, thousands

COLUMNS = ({"text": "Calendar"}, {"text": "Made"}, {"text": "Ends with your role"}, {"text": "Change"})
ABOUT = (
    f"Deadlines, reviews, evidence that expires and board returns, from {MONTHS_BACK} months ago to {MONTHS_AHEAD} "
    f"months ahead. It holds at most {thousands(MOST_ENTRIES)} entries: the past is left out first."
)
"""What a calendar says of itself."""


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One line of the list."""

    name: str
    made: str
    ends_with: str
    revoke_href: str


def calendar_line(own: LiveCalendar) -> CalendarLine:
    """One of somebody's calendars in words."""
    return CalendarLine(
        name=own_name(own),
        made=day_and_time(own.made_at),
        ends_with=ends_with(own),
        revoke_href=url_for("calendars.revoke", calendar_id=own.calendar_id),
    )


def own_name(own: LiveCalendar) -> str:
    if own.body_code is None:
        return WHAT_I_ANSWER_FOR
    return f"{own.body_name} ({own.body_code})" if own.body_name else own.body_code


def ends_with(own: LiveCalendar) -> str:
    """The role with which a calendar ends."""
    held = own.held
    return held.role.label if held.organisation_code is None else f"{held.role.label} of {held.organisation_code}"


def choices(answers: bool, sees: bool, regions: Sequence[OrganisationSummary]) -> list[Choice]:
    """What somebody may have in a calendar; nothing for those whose roles show no progress."""
    found = []
    if answers:
        hint = "The asks of the organisations that you lead, and those that you own"
        found.append(Choice(MINE, WHAT_I_ANSWER_FOR, hint))
    if sees:
        found.append(Choice(ONE_ORGANISATION, "One organisation", "Any whose progress you see"))
    found += [Choice(each.code, each.name, "Every organisation in this region") for each in regions]
    return found
