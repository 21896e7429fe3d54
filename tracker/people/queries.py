"""The list of people in a scope, filtered and sorted by the database, and the one line or person that a page is about.

A page costs as many statements for ten people as for ten thousand. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from tracker import clock
from tracker.accounts.bodies import types_of_organisation
from tracker.accounts.models import Account, ExternalIdentity, Invitation, Person
from tracker.accounts.queries import find_account, roles_in_force
from tracker.accounts.rules import Place, Role, Scope, fits_role
from tracker.db import session
from tracker.organisations.rules import clean_code
from tracker.people.bodies import bodies_known_on
from tracker.people.lines import all_lines
from tracker.people.rows import AccountFacts, Line, LineKey, LineKind, OpenInvitation, PeopleFilters
from tracker.people.rules import PersonState, may_still_give
from tracker.web.paging import PAGE_SIZE, Page, Sort, read_page

DEFAULT_SORT = Sort("name")
SORTS = ("name", "email", "role", "organisation", "signed_in", "state")
MOST_FOUND = 50
"""Lines that an address can name and still be taken by every browser and server."""
MOST_ROWS = 10**9
"""More than the list ever has: which page is asked for is known before how many there are."""


class PersonNotFound(NotFound):
    """Nobody, or nobody that this viewer may see: the two look alike from outside, a 404."""


def people_page(scope: Scope, filters: PeopleFilters, sort: Sort, query: Mapping[str, str]) -> Page[Line]:
    """The page of the list that the query string asks for; page 1 where the list has no such page.

    Each row carries the number of all rows, because counting them in a statement of its own would cost as much again.
    """
    statement = _sorted(scope, filters, sort).add_columns(sa.func.count().over().label("total")).limit(PAGE_SIZE)
    number = read_page(query, MOST_ROWS)
    rows = session().execute(statement.offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number = 1
        rows = session().execute(statement).all()
    return Page([_line(row) for row in rows], number, PAGE_SIZE, rows[0].total if rows else 0)


def people_lines(scope: Scope, filters: PeopleFilters, sort: Sort) -> Sequence[Line]:
    """Every line of the list, for a file."""
    return [_line(row) for row in session().execute(_sorted(scope, filters, sort))]


def find_lines(scope: Scope, typed: str) -> list[LineKey]:
    """The lines in scope whose name or email address holds what was typed; at most one more than MOST_FOUND.

    Only what the list shows this viewer is searched: the name behind an invited address is found by administrators.
    """
    columns, text = all_lines(scope, clock.today(), clock.real_now()).c, typed.strip()
    query = (
        sa.select(columns.kind, columns.key)
        .where(sa.or_(columns.name.icontains(text, autoescape=True), columns.email.icontains(text, autoescape=True)))
        .order_by(columns.kind, columns.key)
        .limit(MOST_FOUND + 1)
    )
    return [LineKey(LineKind(kind), key) for kind, key in session().execute(query)]


def get_account_visible_to(scope: Scope, person_id: int) -> AccountFacts:
    """The account of a person who holds a role in scope; an administrator sees those without a role too.

    An open invitation alone shows nobody: whose the invited address is, is not for the inviter to learn.
    """
    query = (
        sa.select(
            Account.id,
            Person.id,
            Person.name,
            Account.sign_in_email,
            Account.is_active,
            Account.last_signed_in_at,
            Account.totp_confirmed_at.is_not(None),
            sa.case((Account.new_email_until > clock.real_now(), Account.new_email)),
        )
        .join(Person, Person.id == Account.person_id)
        .where(Person.id == person_id, Person.forgotten_at.is_(None))
    )
    row = session().execute(query).one_or_none()
    if row is None or not (scope.is_everywhere or _lines_where(scope, LineKind.ROLE, person_id=person_id)):
        raise PersonNotFound
    return AccountFacts(*row)


def lines_of_person(scope: Scope, person_id: int) -> list[Line]:
    """The roles and open invitations of one person that lie in scope, those of elsewhere left out."""
    return [line for line in _lines_where(scope, person_id=person_id) if line.kind is not LineKind.ACCOUNT]


def get_role_visible_to(scope: Scope, person_id: int, membership_id: int) -> Line:
    """One role that somebody holds in scope."""
    return _one(_lines_where(scope, LineKind.ROLE, key=membership_id, person_id=person_id))


def get_invitation_visible_to(scope: Scope, invitation_id: int) -> Line:
    """One invitation in scope that was neither accepted nor withdrawn; it may have expired."""
    return _one(_lines_where(scope, LineKind.INVITATION, key=invitation_id))


def find_open_invitation(invitation_id: int, *, lock: bool = False) -> OpenInvitation | None:
    """An invitation that can be accepted now, or None.

    It must be neither used, withdrawn nor too old; its account must not be switched off, its body be open today; and
    whoever made it must still hold a role that may give this one there. Its row is locked where it is to be used.
    """
    invitation = _find_invitation(invitation_id, lock=lock)
    account = None if invitation is None else find_account(invitation.account_id, lock=lock)
    if invitation is None or account is None or not _is_undecided_and_young(invitation) or not account.is_active:
        return None
    code, place = None, None
    if invitation.organisation_id is not None:
        body = _find_open_body(invitation.organisation_id)
        if body is None or not fits_role(invitation.role, types_of_organisation(body.organisation_id)):
            return None
        code, place = body.code, Place(body.organisation_id, body.system_id, body.region_id)
    inviter = invitation.invited_by_id
    grantor = may_still_give(inviter, roles_in_force(inviter), invitation.role, place)
    if grantor is None:
        return None
    return OpenInvitation(
        invitation_id=invitation.id,
        account_id=account.id,
        person_id=account.person_id,
        email=account.sign_in_email,
        role=invitation.role,
        organisation_id=invitation.organisation_id,
        organisation_code=code,
        invited_by_id=inviter,
        grantor=grantor,
        expires_at=invitation.expires_at,
        has_password=account.password_hash is not None,
        has_identity=_count_identities(account.id) > 0,
        has_role=bool(roles_in_force(account.person_id)),
        has_others=_has_other_invitations(invitation),
    )


def offers_without_power(inviter_id: int) -> list[int]:
    """The invitations of somebody's that could be accepted by their time, and that they may not make any more."""
    held, bodies = roles_in_force(inviter_id), bodies_known_on(clock.today()).c
    rows = session().execute(
        sa.select(Invitation.id, Invitation.role, bodies.organisation_id, bodies.system_id, bodies.region_id)
        .outerjoin(bodies_known_on(clock.today()), bodies.organisation_id == Invitation.organisation_id)
        .where(
            Invitation.invited_by_id == inviter_id,
            Invitation.accepted_at.is_(None),
            Invitation.voided_at.is_(None),
            Invitation.expires_at > clock.real_now(),
        )
        .order_by(Invitation.id)
    )
    return [
        invitation_id
        for invitation_id, role, body_id, system_id, region_id in rows
        if may_still_give(inviter_id, held, role, None if body_id is None else Place(body_id, system_id, region_id))
        is None
    ]


def bodies_in_words(organisation_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The name and code of bodies, open or closed; nothing for None, which stands for no body."""
    bodies = bodies_known_on(clock.today()).c
    wanted = {each for each in organisation_ids if each is not None}
    rows = session().execute(
        sa.select(bodies.organisation_id, bodies.name, bodies.code).where(bodies.organisation_id.in_(wanted))
    )
    return {None: "", **{body_id: f"{name} ({code})" if name else code for body_id, name, code in rows}}


def is_identity_of(account_id: int, issuer: str, subject: str) -> bool:
    """Whether somebody at a provider of single sign-on is connected to this very account."""
    return _count_identities(account_id, ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject) > 0


def _find_invitation(invitation_id: int, *, lock: bool) -> Invitation | None:
    query = sa.select(Invitation).where(Invitation.id == invitation_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).one_or_none()


def _is_undecided_and_young(invitation: Invitation) -> bool:
    is_undecided = invitation.accepted_at is None and invitation.voided_at is None
    return is_undecided and invitation.expires_at > clock.real_now()


def _find_open_body(organisation_id: int) -> Any:
    bodies = bodies_known_on(clock.today())
    query = sa.select(bodies).where(bodies.c.organisation_id == organisation_id, bodies.c.is_open)
    return session().execute(query).one_or_none()


def _count_identities(account_id: int, *which: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(ExternalIdentity)
    return session().scalar(query.where(ExternalIdentity.account_id == account_id, *which)) or 0


def _has_other_invitations(invitation: Invitation) -> bool:
    query = sa.select(sa.func.count(Invitation.id)).where(
        Invitation.account_id == invitation.account_id,
        Invitation.id != invitation.id,
        Invitation.accepted_at.is_(None),
        Invitation.voided_at.is_(None),
        Invitation.expires_at > clock.real_now(),
    )
    return bool(session().scalar(query))


def _one(lines: Sequence[Line]) -> Line:
    if not lines:
        raise PersonNotFound
    return lines[0]


def _lines_where(scope: Scope, kind: LineKind | None = None, **which: int) -> list[Line]:
    everything = all_lines(scope, clock.today(), clock.real_now())
    wanted = [everything.c[name] == value for name, value in which.items()]
    if kind is not None:
        wanted.append(everything.c.kind == kind.value)
    rows = session().execute(sa.select(everything).where(*wanted).order_by(*_order(everything, DEFAULT_SORT)))
    return [_line(row) for row in rows]


def _sorted(scope: Scope, filters: PeopleFilters, sort: Sort) -> sa.Select[Any]:
    everything = all_lines(scope, clock.today(), clock.real_now())
    columns = everything.c
    select = sa.select(everything)
    if filters.role:
        select = select.where(columns.role == Role(filters.role))
    if filters.keys is not None:
        select = select.where(
            sa.tuple_(columns.kind, columns.key).in_([(each.kind.value, each.key) for each in filters.keys])
        )
    if filters.state:
        select = select.where(columns.state == filters.state)
    if text := filters.organisation.strip():
        is_named = columns.organisation_name.icontains(text, autoescape=True)
        select = select.where(sa.or_(is_named, columns.organisation_code == clean_code(text)))
    return select.order_by(*_order(everything, sort))


def _order(everything: sa.Subquery, sort: Sort) -> list[sa.ColumnElement[Any]]:
    """The order asked for, made stable by address and line; what has no value stands last in either direction."""
    columns = everything.c
    by: dict[str, sa.ColumnElement[Any]] = {
        "name": sa.func.nullif(sa.func.lower(columns.name), ""),
        "email": columns.email,
        "role": _position(columns.role, list(Role)),
        "organisation": sa.func.lower(columns.organisation_name),
        "signed_in": columns.last_signed_in_at,
        "state": _position(columns.state, [state.value for state in PersonState]),
    }
    chosen = by[sort.column]
    direction = chosen.desc() if sort.is_descending else chosen.asc()
    return [chosen.is_(None), direction, columns.email, columns.kind, columns.key]


def _position(column: sa.ColumnElement[Any], values: Sequence[Any]) -> sa.ColumnElement[int]:
    return sa.case(*((column == value, number) for number, value in enumerate(values)))


def _line(row: Any) -> Line:
    fields = {**row._mapping, "kind": LineKind(row.kind), "state": PersonState(row.state)}
    fields.pop("total", None)
    return Line(**fields)
