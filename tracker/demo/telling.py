"""Tells the story through the real importer and services, each event on its own day; knows no request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from importlib.resources import files
from uuid import uuid4

from flask import current_app

from tracker import clock
from tracker.accounts import service as accounts
from tracker.accounts.queries import find_account_by_email
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, HeldRole, Role, Viewer
from tracker.config import Settings
from tracker.db import transaction
from tracker.demo.story import (
    EVENTS,
    INVITED,
    INVITED_BY,
    LEADS,
    PEOPLE,
    SERVICES,
    STILL_TRUE,
    TARGETS,
    WANTED,
    Agreed,
    Named,
    Person,
    StillTrue,
    Told,
    Wanted,
)
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.commands import load_built_in_frameworks
from tracker.organisations import importing
from tracker.organisations.files import read_file
from tracker.organisations.queries import OrganisationSummary, find_organisation_by_code, get_open_organisation
from tracker.organisations.service import record_service
from tracker.people import service as people
from tracker.progress import items, leadership, queries, service, targets
from tracker.sign_in import authenticators, totp

FILES = ("regions.csv", "systems.csv", "ccgs.csv", "trusts.csv")
FRAMEWORK = "8ua-2020"
WORKING_HOUR = time(10, 30)
FIRST_DAY = date(2020, 8, 3)


def tell(password: str, *, last_day: date) -> None:
    """Fill an empty database: frameworks, organisations, accounts with one password, and all that happened."""
    with _on(FIRST_DAY):
        load_built_in_frameworks()
        readings = [read_file(name, (files("tracker.demo") / "data" / name).read_bytes()) for name in FILES]
        importing.apply_import(importing.plan_import(readings), allowed_percent=0)
        for person in PEOPLE:
            _add_account(person, password)
        for code, kind, is_provided in SERVICES:
            record_service(_organisation(code).organisation_id, kind, is_provided)
    for on, happen in sorted(_happenings(), key=lambda each: each[0]):
        with _on(on):
            happen()
    if last_day >= date(2024, 12, 16):
        _adopt_what_came_later(last_day)
    with transaction():
        _invite()


def _happenings() -> Iterator[tuple[date, Callable[[], None]]]:
    for named in LEADS:
        yield named.on, lambda named=named: _name_lead(named)  # type: ignore[misc]
    for agreed in TARGETS:
        yield agreed.on, lambda agreed=agreed: _agree(agreed)  # type: ignore[misc]
    for told in EVENTS:
        yield told.on, lambda told=told: _tell(told)  # type: ignore[misc]
    for wanted in WANTED:
        yield wanted.on, lambda wanted=wanted: _ask_for_target(wanted)  # type: ignore[misc]
    for still in STILL_TRUE:
        yield still.on, lambda still=still: _confirm(still)  # type: ignore[misc]


@contextmanager
def _on(day: date) -> Iterator[None]:
    """Do everything inside on one day, in working hours, in one transaction."""
    pinned = clock.pinned_day()
    clock.pin_day(None)
    try:
        with clock.frozen(datetime.combine(day, WORKING_HOUR, tzinfo=clock.LONDON)), transaction():
            yield
    finally:
        clock.pin_day(pinned)


def _add_account(person: Person, password: str) -> None:
    account = accounts.add_account(email=person.email, name=person.name)
    accounts.grant_membership(account, person.role, person.code)
    accounts.set_password(account, password)
    if person.role in NEEDS_SECOND_FACTOR:
        authenticators.set_up(account, totp.new_secret())


def _invite() -> None:
    """On the real clock: an invitation is good for 48 hours of it, whatever day the demonstration is set to."""
    by = _viewer(INVITED_BY)
    offer = people.Offer(INVITED.role, INVITED.code, by.person_id, by.held[0])
    settings: Settings = current_app.extensions["settings"]
    people.invite(INVITED.email, INVITED.name, offer, mail_from=settings.mail_from)


def _organisation(code: str) -> OrganisationSummary:
    return get_open_organisation(code)


def _viewer(key: str) -> Viewer:
    person = next(each for each in PEOPLE if each.key == key)
    account = find_account_by_email(person.email)
    body = find_organisation_by_code(person.code) if person.code else None
    if account is None:
        raise LookupError(f"The story names {key}, who has no account.")
    held = HeldRole(person.role, body.id if body else None, person.code)
    return Viewer(person_id=account.person_id, name=person.name, held=(held,))


def _item(code: str, ref: str, by: str) -> items.Item:
    ask = read_catalogue().find_ask(FRAMEWORK, ref)
    if ask is None:
        raise LookupError(f"The story names ask {ref}, which {FRAMEWORK} has not.")
    viewer = _viewer(by)
    return items.Item(_organisation(code), ask, viewer, viewer.held[0].role.value)


def _tell(told: Told) -> None:
    item = _item(told.code, told.ref, told.by)
    version = queries.version_of(item.organisation.organisation_id, item.ask.ask_id)
    if told.status in ("assure", "return"):
        decision = service.Decision(
            is_assured=told.status == "assure",
            reason=told.reason,
            body_id=item.viewer.held[0].organisation_id,
            expected_version=version,
            submission_key=str(uuid4()),
        )
        service.decide_on_claim(item, decision, read_catalogue())
        return
    change = service.StatusChange(
        status_code=told.status,
        narrative=told.text,
        reason=told.reason,
        recovery_on=told.recovery_on,
        next_step=told.next_step,
        next_step_on=told.next_step_on,
        completed_on=told.completed_on,
        evidence_url=told.evidence,
        expected_version=version,
        submission_key=str(uuid4()),
        forecast_on=told.forecast_on,
        blocked_by=told.blocked_by,
    )
    service.change_status(item, change, read_catalogue())


def _ask_for_target(wanted: Wanted) -> None:
    item = _item(wanted.code, wanted.ref, wanted.by)
    change = targets.TargetChange(
        target_on=wanted.target_on,
        reason=wanted.reason,
        agreed_by=wanted.agreed_by,
        expected_version=queries.version_of(item.organisation.organisation_id, item.ask.ask_id),
        submission_key=str(uuid4()),
    )
    targets.change_target(item, change)


def _confirm(still: StillTrue) -> None:
    item = _item(still.code, still.ref, still.by)
    service.confirm_status(item, queries.version_of(item.organisation.organisation_id, item.ask.ask_id))


def _name_lead(named: Named) -> None:
    organisation = _organisation(named.code)
    details = leadership.LeadDetails(
        name=named.name,
        job_title=named.job_title,
        email=f"{named.name.split()[-1].lower()}@example.nhs.uk",
        starts_on=named.on,
        ends_on=None,
    )
    leadership.name_lead(organisation, details, _viewer("lead.northdale"), Role.LEAD.value)


def _agree(agreed: Agreed) -> None:
    by = "region.marches" if agreed.code == "XD4" else "region.dales"
    targets.agree_target(_item(agreed.code, agreed.ref, by), agreed.target_on, agreed.reason)


def _adopt_what_came_later(last_day: date) -> None:
    """On the real date the strategic steps of 2024 exist: two trusts have taken them up."""
    with _on(date(2025, 1, 20)):
        for code in ("XD1", "XD4"):
            leadership.adopt_framework(_organisation(code), "rcp-2024", _viewer("lead.northdale"), Role.LEAD.value)
