"""What people say about organisations: services, the reporting system, the types tracked. Never commits."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.frameworks import effects
from tracker.frameworks.rules import OrganisationType, Service
from tracker.organisations import storage
from tracker.organisations.models import Organisation, OrganisationLink, OrganisationService, TrackingChoice
from tracker.organisations.queries import (
    find_organisation_by_code,
    is_known,
    organisations_as_at,
    service_answers,
    tracked_types,
)
from tracker.organisations.rules import MAY_BE_TRACKED, FactSource, LinkKind, OrganisationError
from tracker.organisations.timelines import Span, Timeline, joined, said_from

Value = TypeVar("Value")


def track(organisation_type: OrganisationType, on: bool, *, by: int | None = None) -> bool:
    """Switch the tracking of a type on or off; whether that changed anything."""
    if organisation_type not in MAY_BE_TRACKED:
        allowed = ", ".join(sorted(MAY_BE_TRACKED))
        raise OrganisationError(
            f"{organisation_type.label} is a type that is never tracked. The types that may be tracked are {allowed}."
        )
    was = organisation_type in tracked_types()
    if was is on:
        return False
    at = clock.now()
    session().execute(
        sa.update(TrackingChoice)
        .where(TrackingChoice.organisation_type == organisation_type, TrackingChoice.superseded_at.is_(None))
        .values(superseded_at=at)
    )
    session().add(TrackingChoice(organisation_type=organisation_type, is_tracked=on, recorded_at=at))
    audit.record(
        verb="tracking switched on" if on else "tracking switched off",
        subject=f"type {organisation_type}",
        by=by,
        before={"is_tracked": was},
        after={"is_tracked": on},
    )
    return True


def record_service(
    organisation_id: int,
    service: Service,
    is_provided: bool,
    by: int | None = None,
    *,
    role: str = "",
    from_on: date | None = None,
    reason: str = "",
    submission_key: str | None = None,
) -> bool:
    """Say whether an organisation runs a service; whether that changed anything.

    Without ``from_on`` the first answer has always held, and a later one holds from today. To say the same again
    changes nothing. The reason stays in the row and is not in the audit.
    """
    fact, day, at = OrganisationService, from_on or clock.today(), clock.now()
    rows = session().execute(
        sa.select(fact.id, fact.is_provided, fact.starts_on, fact.ends_on).where(
            fact.organisation_id == organisation_id, fact.service == service, is_known(fact)
        )
    )
    stored = {Span(row.is_provided, row.starts_on, row.ends_on): row.id for row in rows}
    before = joined(stored)
    after = _said(before, is_provided, from_on)
    if after == before:
        return False
    was = service_answers(organisation_id, day).get(service)
    storage.supersede(fact, [identity for span, identity in stored.items() if span not in after], at)
    # A new row with the other answer only cuts short what was said before.
    said: dict[str, Any] = {"person_id": by, "role": role, "reason": reason, "submission_key": submission_key}
    session().add_all(
        fact(
            organisation_id=organisation_id,
            service=service,
            is_provided=span.value,
            starts_on=span.starts_on,
            ends_on=span.ends_on,
            source=FactSource.MANUAL,
            recorded_at=at,
            **(said if span.value is is_provided else {}),
        )
        for span in after
        if span not in stored
    )
    effects.tell([organisation_id])
    audit.record(
        verb="service recorded",
        subject=f"service {service}",
        by=by,
        role=role,
        organisation_code=_code_of(organisation_id),
        before={"is_provided": was},
        after={"is_provided": is_provided, "from_on": str(day)},
    )
    return True


def choose_system(
    organisation_id: int,
    system_code: str | None,
    by: int | None = None,
    *,
    role: str = "",
    from_on: date | None = None,
) -> None:
    """Choose the system an organisation reports in, or give it back to ODS with None.

    ODS places a trust by the postcode of its headquarters, which is wrong for some.
    Without ``from_on`` the first choice has always held, and a later one holds from today. The region follows the
    chosen system. What ODS says stays beside it, marked as overridden, and no import touches the choice.
    """
    day = from_on or clock.today()
    chosen: dict[LinkKind, str | None] = {LinkKind.SYSTEM: None, LinkKind.REGION: None}
    if system_code is not None:
        chosen = _system_and_its_region(system_code, day)
    code = _code_of(organisation_id)
    stored = storage.load([organisation_id])
    earlier = stored.chosen.get(code, {})
    later = dict(earlier)
    for kind, parent in chosen.items():
        later[kind] = _said(earlier.get(kind, ()), parent, from_on)
    if dict(earlier) == {kind: timeline for kind, timeline in later.items() if timeline}:
        return
    at = clock.now()
    _rewrite_choices(organisation_id, earlier, later)
    storage.save(storage.with_choices(stored, code, later), [stored.pictures[code]], at)
    effects.tell([organisation_id])
    audit.record(
        verb="system chosen",
        subject="reporting system",
        by=by,
        role=role,
        organisation_code=code,
        before={str(kind): _last(timeline) for kind, timeline in earlier.items()},
        after={str(kind): parent for kind, parent in chosen.items()} | {"from_on": str(day)},
    )


def _said(timeline: Timeline[Value], value: Value | None, from_on: date | None) -> Timeline[Value]:
    if not timeline and value is not None:
        return (Span(value, from_on),)
    return said_from(timeline, value, from_on or clock.today())


def _system_and_its_region(system_code: str, day: date) -> dict[LinkKind, str | None]:
    systems = organisations_as_at(day)
    system = (
        session()
        .execute(
            sa.select(systems.c.code, systems.c.region_code).where(
                systems.c.code == system_code.strip().upper(),
                systems.c.organisation_type.in_((OrganisationType.SYSTEM, OrganisationType.ICB)),
            )
        )
        .one_or_none()
    )
    if system is None:
        raise OrganisationError(f"{system_code!r} is not a system that is open on {day.isoformat()}.")
    region: dict[LinkKind, str | None] = {LinkKind.REGION: system.region_code} if system.region_code else {}
    return {LinkKind.SYSTEM: system.code, **region}


def _rewrite_choices(organisation_id: int, earlier: storage.Choices, later: storage.Choices) -> None:
    """Supersede the choices that no longer stand and add the new ones."""
    link, at = OrganisationLink, clock.now()
    rows = session().execute(
        sa.select(link.id, link.link_kind, Organisation.code, link.starts_on, link.ends_on)
        .join(Organisation, Organisation.id == link.parent_id)
        .where(link.child_id == organisation_id, link.source == FactSource.MANUAL, is_known(link))
    )
    gone = [row.id for row in rows if Span(row.code, row.starts_on, row.ends_on) not in later.get(row.link_kind, ())]
    storage.supersede(link, gone, at)
    for kind, timeline in later.items():
        for span in timeline:
            if span in earlier.get(kind, ()):
                continue
            parent = find_organisation_by_code(span.value)
            if parent is None:
                raise OrganisationError(f"{span.value!r} is not an organisation that is known here.")
            session().add(
                link(
                    child_id=organisation_id,
                    parent_id=parent.id,
                    link_kind=kind,
                    starts_on=span.starts_on,
                    ends_on=span.ends_on,
                    source=FactSource.MANUAL,
                    recorded_at=at,
                )
            )


def _code_of(organisation_id: int) -> str:
    code: str = session().scalars(sa.select(Organisation.code).where(Organisation.id == organisation_id)).one()
    return code


def _last(timeline: Timeline[Any]) -> str | None:
    return str(timeline[-1].value) if timeline else None
