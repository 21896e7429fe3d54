"""Tells the story through the real importer and services, each event on its own day; knows no request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from functools import partial
from importlib.resources import files
from uuid import uuid4

from flask import current_app

from tracker.accounts import service as accounts
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, Role
from tracker.appointments import leads
from tracker.assurance import service as assurance
from tracker.config import Settings
from tracker.db import transaction
from tracker.demo.cast import item, on_day, organisation, viewer
from tracker.demo.escalating import escalation_happenings
from tracker.demo.events import EVENTS, Told
from tracker.demo.reminding import PASSES, make_pass
from tracker.demo.story import (
    ASKED,
    INVITED,
    INVITED_BY,
    LEADS,
    PEOPLE,
    SERVICES,
    STILL_TRUE,
    TARGETS,
    VIEWS,
    WANTED,
    Agreed,
    Asked,
    Named,
    Person,
    StillTrue,
    Wanted,
)
from tracker.demo.telling_boards import board_happenings
from tracker.demo.telling_work import work_happenings
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.commands import load_built_in_frameworks
from tracker.organisations import importing
from tracker.organisations.files import read_file
from tracker.organisations.service import record_service
from tracker.people import service as people
from tracker.progress import adoptions, claims, kept, queries, service, targets
from tracker.review import views
from tracker.sign_in import authenticators, totp

FILES = ("regions.csv", "systems.csv", "ccgs.csv", "trusts.csv")
FRAMEWORK = "8ua-2020"
WORKING_HOUR = time(10, 30)
FIRST_DAY = date(2020, 8, 3)


def tell(password: str, *, last_day: date) -> None:
    """Fill an empty database: frameworks, organisations, accounts with one password, and all that happened."""
    with on_day(FIRST_DAY):
        load_built_in_frameworks()
        readings = [read_file(name, (files("tracker.demo") / "data" / name).read_bytes()) for name in FILES]
        importing.apply_import(importing.plan_import(readings), allowed_percent=0)
        for person in PEOPLE:
            _add_account(person, password)
        for code, kind, is_provided in SERVICES:
            by = next(person.key for person in PEOPLE if person.code == code) if code != "XD2" else "lead.northdale"
            record_service(organisation(code).organisation_id, kind, is_provided, viewer(by).person_id, role="lead")
    passes = list(PASSES)
    for on, happen in sorted(_happenings(), key=lambda each: each[0]):
        while passes and passes[0] <= on:
            make_pass(passes.pop(0))
        with on_day(on):
            happen()
    if last_day >= date(2024, 12, 16):
        _adopt_what_came_later(last_day)
    with transaction():
        kept.keep()
        for saved in VIEWS:
            said = views.NewView(saved.name, saved.page, saved.query, saved.is_shared, str(uuid4()))
            views.keep_view(viewer(saved.by), said)
        _invite()


def _happenings() -> Iterator[tuple[date, Callable[[], object]]]:
    for named in LEADS:
        yield named.on, partial(_name_lead, named)
    for agreed in TARGETS:
        yield agreed.on, partial(_agree, agreed)
    for told in EVENTS:
        yield told.on, partial(_tell, told)
    for wanted in WANTED:
        yield wanted.on, partial(_ask_for_target, wanted)
    for asked in ASKED:
        yield asked.on, partial(_ask_about_claim, asked)
    for still in STILL_TRUE:
        yield still.on, partial(_confirm, still)
    yield from work_happenings()
    yield from board_happenings()
    yield from escalation_happenings()


def _add_account(person: Person, password: str) -> None:
    account = accounts.add_account(email=person.email, name=person.name)
    accounts.grant_membership(account, person.role, person.code)
    accounts.set_password(account, password)
    if person.role in NEEDS_SECOND_FACTOR:
        authenticators.set_up(account, totp.new_secret())


def _invite() -> None:
    """On the real clock: an invitation is good for 48 hours of it, whatever day the demonstration is set to."""
    by = viewer(INVITED_BY)
    offer = people.Offer(INVITED.role, INVITED.code, by.person_id, by.held[0])
    settings: Settings = current_app.extensions["settings"]
    people.invite(INVITED.email, INVITED.name, offer, mail_from=settings.mail_from)


def _tell(told: Told) -> None:
    about = item(told.code, told.ref, told.by)
    version = queries.version_of(about.organisation.organisation_id, about.ask.ask_id)
    if told.status in ("assure", "return"):
        decision = claims.Decision(
            is_assured=told.status == "assure",
            reason=told.reason,
            body_id=about.viewer.held[0].organisation_id,
            expected_version=version,
            submission_key=str(uuid4()),
        )
        claims.decide_on_claim(about, decision, read_catalogue())
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
        review_on=told.review_on,
    )
    service.change_status(about, change, read_catalogue())


def _ask_for_target(wanted: Wanted) -> None:
    about = item(wanted.code, wanted.ref, wanted.by)
    change = targets.TargetChange(
        target_on=wanted.target_on,
        reason=wanted.reason,
        agreed_by=wanted.agreed_by,
        expected_version=queries.version_of(about.organisation.organisation_id, about.ask.ask_id),
        submission_key=str(uuid4()),
    )
    targets.change_target(about, change)


def _ask_about_claim(asked: Asked) -> None:
    about = item(asked.code, asked.ref, asked.by)
    version = queries.version_of(about.organisation.organisation_id, about.ask.ask_id)
    body_id = about.viewer.held[0].organisation_id
    assurance.ask_about_claim(about, assurance.Question(asked.text, body_id, version, str(uuid4())))


def _confirm(still: StillTrue) -> None:
    about = item(still.code, still.ref, still.by)
    service.confirm_status(about, queries.version_of(about.organisation.organisation_id, about.ask.ask_id))


def _name_lead(named: Named) -> None:
    body = organisation(named.code)
    details = leads.LeadDetails(
        name=named.name,
        job_title=named.job_title,
        email=f"{named.name.split()[-1].lower()}@example.nhs.uk",
        starts_on=named.on,
        ends_on=None,
    )
    leads.name_lead(body, details, viewer("lead.northdale"), Role.LEAD.value)


def _agree(agreed: Agreed) -> None:
    by = "region.marches" if agreed.code == "XD4" else "region.dales"
    targets.agree_target(item(agreed.code, agreed.ref, by), agreed.target_on, agreed.reason)


def _adopt_what_came_later(last_day: date) -> None:
    """On the real date the strategic steps of 2024 exist: two trusts have taken them up."""
    with on_day(date(2025, 1, 20)):
        for code in ("XD1", "XD4"):
            adoptions.adopt_framework(organisation(code), "rcp-2024", viewer("lead.northdale"), Role.LEAD.value)
