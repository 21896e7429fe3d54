"""Through which role somebody reads a calendar, and whose dates it holds now; asked anew at each reading.

It knows no page and no entry. What a viewer may read comes from the same powers as on the pages.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tracker.accounts.rules import HeldRole, Permission, Place, Role, Viewer
from tracker.appointments.queries import UPDATING, asks_owned_by
from tracker.calendars.rows import Covered
from tracker.calendars.rules import CalendarOf
from tracker.db import read
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.queries import OrganisationSummary, in_scope, organisations_as_at

ANSWERS_FOR_ALL = frozenset({Role.LEAD, Role.SYSTEM})
"""Who answers for every ask of the body in which the role is held, as reminders have it; others for those they own."""
WHAT_I_ANSWER_FOR = "What I answer for"


def held_for(viewer: Viewer, body: OrganisationSummary | None) -> HeldRole | None:
    """The role through which a viewer reads a calendar of a body, or (None) of what they answer for; the first of all.

    The regional and the national team read a region; somebody of one organisation in it does not.
    """
    if body is None:
        return next((held for held in viewer.held if held.role in UPDATING and held.organisation_id is not None), None)
    return viewer.find_power(Permission.SEE_PROGRESS, body.place)


def covered_by(
    viewer: Viewer, calendar_of: CalendarOf, body: OrganisationSummary | None, today: date
) -> Covered | None:
    """Whose dates a calendar holds for this viewer today; None where they may not read it any more."""
    if held_for(viewer, body) is None:
        return None
    if calendar_of is CalendarOf.PERSON:
        return _answered_for(viewer, today)
    if body is None:
        return None
    if calendar_of is CalendarOf.REGION:
        return Covered(body.name, region_id=body.organisation_id)
    return Covered(body.name, whole=frozenset({body.organisation_id}))


def _answered_for(viewer: Viewer, today: date) -> Covered:
    whole = {held.organisation_id for held in viewer.held if held.role in ANSWERS_FOR_ALL}
    asks: dict[int, set[int]] = {}
    for owned in asks_owned_by(viewer.person_id, today):
        here = Place(owned.organisation_id, None, None)
        if owned.organisation_id not in whole and viewer.find_power(Permission.UPDATE_PROGRESS, here):
            asks.setdefault(owned.organisation_id, set()).add(owned.ask_id)
    return Covered(
        WHAT_I_ANSWER_FOR,
        whole=frozenset(each for each in whole if each is not None),
        asks={body: frozenset(owned) for body, owned in sorted(asks.items())},
    )


def find_body(organisation_id: int | None, today: date) -> OrganisationSummary | None:
    """One organisation or region that is open today, whoever asks."""
    if organisation_id is None:
        return None
    bodies = organisations_as_at(today)
    row = read(sa.select(bodies).where(bodies.c.organisation_id == organisation_id)).one_or_none()
    return OrganisationSummary(*row) if row else None


def regions_read_by(viewer: Viewer, today: date) -> list[OrganisationSummary]:
    """The regions whose calendar this viewer may have, by name."""
    bodies = organisations_as_at(today)
    rows = read(
        sa.select(bodies)
        .where(
            bodies.c.organisation_type == OrganisationType.REGION,
            in_scope(bodies, viewer.scope(Permission.SEE_PROGRESS)),
        )
        .order_by(sa.func.lower(bodies.c.name), bodies.c.code)
    )
    found = [OrganisationSummary(*row) for row in rows]
    return [region for region in found if held_for(viewer, region) is not None]
