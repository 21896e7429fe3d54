"""Keeps a list as somebody filtered it, for themselves or for their team; never commits, and audits.

What a view shows is worked out for whoever opens it: it holds filters and no rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from tracker import clock
from tracker.accounts.models import Person
from tracker.accounts.rules import POWERS, HeldRole, Permission, Viewer
from tracker.audit import service as audit
from tracker.db import session
from tracker.progress.models import SavedView, ViewPage

PAGES = {page.value: page.label for page in ViewPage}
"""The lists that can be kept, by the last part of their endpoint."""
FILTERS = frozenset(
    {
        *("region", "system", "organisation", "type", "service", "framework", "action", "ask"),
        *("overdue", "status", "lead", "days", "quiet", "among", "by", "as_at", "since", "sort"),
    }
)
LONGEST_QUERY = 1000


class ViewNotFound(NotFound):
    """No such view among those that one may remove."""


class ListNotFound(NotFound):
    """No such list among those of which a view can be kept."""


class NameTaken(Exception):
    """This person keeps another view under the same name."""


@dataclass(frozen=True, slots=True)
class NewView:
    """What somebody wants to keep. The key comes back from the form, so that it is kept once."""

    name: str
    page: str
    query: str
    is_shared: bool
    submission_key: str


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One view that a person may open."""

    view_id: int
    name: str
    page: str
    query: str
    is_shared: bool
    is_own: bool
    by: str


def kept_query(query: str) -> str:
    """The filters of an address in a fixed order, without a page number and whatever is no filter.

    >>> kept_query("page=4&type=trust&nonsense=1&region=&action=8ua-2020/6")
    'action=8ua-2020%2F6&type=trust'
    """
    pairs = dict(parse_qsl(query[:LONGEST_QUERY]))
    return urlencode(sorted((name, value) for name, value in pairs.items() if name in FILTERS))


def shared_by(viewer: Viewer) -> HeldRole:
    """The role in which a person watches over others, with whose body a view is shared; the first of several."""
    return next(held for held in viewer.held if Permission.SAVE_VIEWS in POWERS[held.role])


def views_of(viewer: Viewer) -> list[ViewRow]:
    """The views that are the viewer's own or shared with a body in which they watch over others, by name."""
    bodies = {held.organisation_id for held in viewer.held if Permission.SAVE_VIEWS in POWERS[held.role]}
    in_a_body = [SavedView.body_id.in_(sorted(each for each in bodies if each is not None))]
    if None in bodies:
        in_a_body.append(SavedView.body_id.is_(None))
    rows = session().execute(
        sa.select(SavedView, Person.name)
        .join(Person, Person.id == SavedView.person_id)
        .where(
            SavedView.ended_at.is_(None),
            sa.or_(SavedView.person_id == viewer.person_id, sa.and_(SavedView.is_shared, sa.or_(*in_a_body))),
        )
        .order_by(sa.func.lower(SavedView.name), SavedView.id)
    )
    return [
        ViewRow(view.id, view.name, view.page, view.query, view.is_shared, view.person_id == viewer.person_id, name)
        for view, name in rows
    ]


def keep_view(viewer: Viewer, said: NewView) -> bool:
    """Keep a view; False where this very form was saved before. Raises NameTaken: two of one name look the same."""
    held = shared_by(viewer)
    # Of two that one person keeps at once, one waits here for the other.
    session().execute(sa.select(Person.id).where(Person.id == viewer.person_id).with_for_update())
    same_name = sa.func.lower(SavedView.name) == sa.func.lower(said.name)
    others = sa.select(SavedView.submission_key).where(
        SavedView.person_id == viewer.person_id, SavedView.ended_at.is_(None), same_name
    )
    kept_as = session().scalar(others)
    if kept_as is not None and kept_as != said.submission_key:
        raise NameTaken
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    added = session().scalar(
        insert(SavedView)
        .values(
            person_id=viewer.person_id,
            name=said.name,
            page=ViewPage(said.page),
            query=kept_query(said.query),
            is_shared=said.is_shared,
            body_id=held.organisation_id if said.is_shared else None,
            recorded_at=clock.now(),
            submission_key=said.submission_key,
        )
        .on_conflict_do_nothing(index_elements=["submission_key"])
        .returning(SavedView.id)
    )
    if added is None:
        return False
    _audit("view saved", viewer, held, added, said.is_shared)
    return True


def get_own(viewer: Viewer, view_id: int) -> ViewRow:
    """A view of one's own. Raises ViewNotFound, a 404, for anybody else's and for one that was removed."""
    found = next((view for view in views_of(viewer) if view.view_id == view_id and view.is_own), None)
    if found is None:
        raise ViewNotFound
    return found


def remove_view(viewer: Viewer, view_id: int) -> None:
    """Remove a view of one's own, for whoever it was shared with too. Raises ViewNotFound."""
    view = session().get(SavedView, view_id, with_for_update=True)
    if view is None or view.person_id != viewer.person_id or view.ended_at is not None:
        raise ViewNotFound
    view.ended_at = clock.now()
    _audit("view removed", viewer, shared_by(viewer), view_id, view.is_shared)


def _audit(verb: str, viewer: Viewer, held: HeldRole, view_id: int, is_shared: bool) -> None:
    audit.record(
        verb=verb,
        subject=f"view {view_id}",
        by=viewer.person_id,
        role=held.role.value,
        organisation_code=held.organisation_code,
        after={"view": view_id, "is_shared": is_shared},
    )
