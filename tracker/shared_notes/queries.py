"""Reads who has finished an ask and says how, in one statement, and an organisation's own note; it writes nothing.

Named are organisations that share a note, and those of the same type that the viewer sees anyway. Which ask may be read
is asked before.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Membership, Person
from tracker.accounts.rules import Scope
from tracker.appointments.models import Appointment
from tracker.db import BIG_ID, read
from tracker.frameworks.rules import OrganisationType, Service, StatusClass
from tracker.organisations.models import OrganisationService
from tracker.organisations.queries import holds_on, in_scope
from tracker.progress.kept_models import OrganisationNow
from tracker.progress.lateness import DONE
from tracker.progress.lists import ListSource, source_on
from tracker.progress.models import Progress, ProgressEntry
from tracker.progress.rules import Applicability
from tracker.shared_notes.models import SharedNote
from tracker.shared_notes.rows import Asker, Note, Other, Others, Said
from tracker.shared_notes.rules import Likeness, is_counted_in_region

MOST_ROWS = 10**9
"""More than there are: for a file."""


def find_note(organisation_id: int, ask_id: int) -> Note | None:
    """The newest version of an organisation's note on an ask, shared or taken back; None before the first."""
    row = read(_NOTE, {"organisation": organisation_id, "ask": ask_id}).one_or_none()
    if row is None:
        return None
    number, is_shared, text, role, mailbox, true_on, recorded_at, stands = row
    return Note(number, is_shared, Said(text, role, mailbox), true_on, recorded_at, bool(stands))


def others(asker: Asker, today: date, *, limit: int = MOST_ROWS, offset: int = 0) -> Others:
    """Who has finished an ask: those that may be named, some of them in order, and how many of the type there are."""
    statement = _others(source_on(today, today), asker.scope, is_counted_in_region(asker.organisation_type), today)
    rows = read(
        statement,
        {
            "own": asker.organisation_id,
            "ask": asker.ask_id,
            "type": asker.organisation_type,
            "region": asker.region_id,
            "limit": limit,
            "offset": offset,
        },
    ).all()
    of, done, telling = rows[0][:3]
    named = [_as_other(row) for row in rows if row.code is not None]
    return Others(named, rows[0].total if named else 0, of, done, telling)


def names_here(organisation_id: int) -> list[tuple[str, str]]:
    """Names and addresses of everybody who holds a role or a post in an organisation, or did: no note names them."""
    posts = sa.select(Appointment.person_id).where(Appointment.organisation_id == organisation_id)
    roles = sa.select(Membership.person_id).where(Membership.organisation_id == organisation_id)
    people = sa.select(Person.name, Person.contact_email).where(Person.id.in_(posts.union(roles)))
    return [(name or "", address or "") for name, address in read(people.order_by(Person.id))]


def _as_other(row: Any) -> Other:
    return Other(
        code=row.code,
        name=row.name,
        organisation_type=OrganisationType(row.organisation_type),
        likeness=Likeness(row.likeness),
        is_same_region=bool(row.is_same_region),
        status_class=StatusClass(row.said_class),
        completed_on=row.completed_on,
        said=Said(row.text, row.contact_role, row.contact_mailbox) if row.text is not None else None,
        shared_on=row.shared_on,
    )


def _stands(note: Any) -> sa.ColumnElement[bool]:
    """Whether the ask has been done ever since a note was shared: nothing came after it by which it was open.

    A correction counts where it is of what stood when the note was shared, or of something later.
    """
    later = aliased(ProgressEntry)
    return sa.not_(
        sa.exists().where(
            later.organisation_id == note.organisation_id,
            later.ask_id == note.ask_id,
            later.id > note.entry_id,
            later.status_class.not_in(DONE),
            sa.or_(later.corrects_id.is_(None), later.corrects_id >= note.entry_id),
        )
    )


def _is_newest(note: Any) -> sa.ColumnElement[bool]:
    other = aliased(SharedNote)
    newest = sa.select(sa.func.max(other.number)).where(
        other.organisation_id == note.organisation_id, other.ask_id == note.ask_id
    )
    return note.number == newest.correlate(note).scalar_subquery()  # type: ignore[no-any-return]


# Kept because building it takes longer than running it; it holds no rows.
@lru_cache(maxsize=128)
def _others(source: ListSource, scope: Scope, in_region: bool, today: date) -> sa.Select[Any]:
    """The counts in one row beside those that are named, so that there is a row where nobody is.

    Both begin with the few whom they are about: a country has as many rows for one ask as it has organisations.
    """
    c, note = source.c, aliased(SharedNote)
    own, asked = sa.bindparam("own", type_=BIG_ID), sa.bindparam("ask", type_=BIG_ID)
    here = sa.bindparam("region", type_=BIG_ID)
    bodies = source.bodies if source.is_kept else source.joined
    a_type = sa.bindparam("type", type_=OrganisationNow.organisation_type.type)
    is_done, is_another, of_type = (
        c["said_class"].in_(DONE),
        c["organisation_id"] != own,
        c["organisation_type"] == a_type,
    )
    candidates = _candidates(source, scope, asked, a_type, here if in_region else None).subquery("candidates")
    is_note = sa.and_(
        note.organisation_id == candidates.c.organisation_id,
        note.ask_id == asked,
        note.is_shared,
        _is_newest(note),
        _stands(note),
    )
    likeness = sa.case(
        (sa.not_(of_type), Likeness.OTHER_TYPE.value),
        # An ask that depends on a service is to be confirmed until the organisation says that it runs it.
        (c["applicability"] == Applicability.TO_CONFIRM, Likeness.TYPE.value),
        (_services_in_both(own, c["organisation_id"], today, same=False) > 0, Likeness.TYPE.value),
        (
            _services_in_both(own, c["organisation_id"], today, same=True) == len(Service),
            Likeness.TYPE_AND_SERVICES.value,
        ),
        else_=Likeness.SERVICES_NOT_KNOWN.value,
    )
    found = (
        sa.select(
            c["code"],
            c["name"],
            c["organisation_type"],
            likeness.label("likeness"),
            sa.case((c["region_id"] == here, 1), else_=0).label("is_same_region"),
            c["said_class"],
            c["completed_on"],
            note.text,
            note.contact_role,
            note.contact_mailbox,
            note.true_on.label("shared_on"),
        )
        .select_from(
            candidates.join(source.whole, c["organisation_id"] == candidates.c.organisation_id).outerjoin(note, is_note)
        )
        .where(c["ask_id"] == asked, is_another, is_done)
        .where(sa.or_(note.id.is_not(None), candidates.c.is_seen == 1))
        .subquery("found")
    )
    order = (
        found.c.likeness,
        sa.case((found.c.text.is_(None), 1), else_=0),
        sa.case((found.c.said_class == StatusClass.DONE_ASSURED, 0), else_=1),
        found.c.is_same_region.desc(),
        sa.func.lower(found.c.name),
        found.c.code,
    )
    named = (
        sa.select(
            found,
            sa.func.row_number().over(order_by=order).label("place"),
            sa.func.count().over().label("total"),
        )
        .order_by(sa.text("place"))
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
        .subquery("named")
    )
    counts = (
        sa.select(
            sa.func.count().label("of"),
            sa.func.count(sa.case((is_done, 1))).label("done"),
            sa.select(sa.func.count())
            .select_from(found)
            .where(found.c.text.is_not(None), found.c.organisation_type == a_type)
            .where(found.c.is_same_region == 1 if in_region else sa.true())
            .scalar_subquery()
            .label("telling"),
        )
        .select_from(source.joined)
        .where(c["ask_id"] == asked, is_another, of_type)
        .where(c["applicability"] == Applicability.APPLIES, c["said_class"] != StatusClass.NOT_APPLICABLE)
        .where(bodies.c.region_id == here if in_region else sa.true())
        .subquery("counts")
    )
    return sa.select(counts, named).select_from(counts.outerjoin(named, sa.true())).order_by(named.c.place)


def _candidates(source: ListSource, scope: Scope, asked: Any, a_type: Any, region: Any) -> sa.Select[Any]:
    """Organisations that share something of an ask, or are of a type, seen anyway, and have it done; each once.

    ``region`` is the only one of which those are named that share nothing; None for all.
    """
    bodies = source.bodies.c
    seen = (
        sa.select(bodies.organisation_id.label("organisation_id"), sa.literal(1).label("is_seen"))
        .join(Progress, Progress.organisation_id == bodies.organisation_id)
        .where(Progress.ask_id == asked, Progress.status_class.in_(DONE))
        .where(bodies.organisation_type == a_type, in_scope(source.bodies, scope))
        .where(sa.true() if region is None else bodies.region_id == region)
    )
    sharing = sa.select(SharedNote.organisation_id, sa.literal(0)).where(
        SharedNote.ask_id == asked, SharedNote.is_shared
    )
    both = seen.union_all(sharing).subquery("both")
    return sa.select(both.c.organisation_id, sa.func.max(both.c.is_seen).label("is_seen")).group_by(
        both.c.organisation_id
    )


def _services_in_both(own: Any, theirs: Any, today: date, *, same: bool) -> sa.ColumnElement[int]:
    """Of how many services two organisations have both said whether they run them, and the same or not the same."""
    ours, other = aliased(OrganisationService), aliased(OrganisationService)
    is_same = other.is_provided == ours.is_provided
    return (
        sa.select(sa.func.count(sa.distinct(ours.service)))
        .where(
            ours.organisation_id == own,
            other.organisation_id == theirs,
            other.service == ours.service,
            is_same if same else sa.not_(is_same),
            holds_on(ours, today),
            holds_on(other, today),
        )
        .scalar_subquery()
    )


_NOTE = (
    sa.select(
        SharedNote.number,
        SharedNote.is_shared,
        SharedNote.text,
        SharedNote.contact_role,
        SharedNote.contact_mailbox,
        SharedNote.true_on,
        SharedNote.recorded_at,
        _stands(SharedNote),
    )
    .where(SharedNote.organisation_id == sa.bindparam("organisation"), SharedNote.ask_id == sa.bindparam("ask"))
    .order_by(SharedNote.number.desc())
    .limit(1)
)
