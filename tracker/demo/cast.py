"""Who speaks in the story, of what, and on which day; it tells nothing itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from tracker import clock
from tracker.accounts.queries import find_account_by_email
from tracker.accounts.rules import HeldRole, Viewer
from tracker.db import transaction
from tracker.demo.story import PEOPLE
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import OrganisationSummary, find_organisation_by_code, get_open_organisation
from tracker.progress import items

FRAMEWORK = "8ua-2020"
WORKING_HOUR = time(10, 30)


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """Do everything inside on one day, in working hours, in one transaction."""
    pinned = clock.pinned_day()
    clock.pin_day(None)
    try:
        with clock.frozen(datetime.combine(day, WORKING_HOUR, tzinfo=clock.LONDON)), transaction():
            yield
    finally:
        clock.pin_day(pinned)


def organisation(code: str) -> OrganisationSummary:
    return get_open_organisation(code)


def viewer(key: str) -> Viewer:
    person = next(each for each in PEOPLE if each.key == key)
    account = find_account_by_email(person.email)
    body = find_organisation_by_code(person.code) if person.code else None
    if account is None:
        raise LookupError(f"The story names {key}, who has no account.")
    held = HeldRole(person.role, body.id if body else None, person.code)
    return Viewer(person_id=account.person_id, name=person.name, held=(held,))


def item(code: str, ref: str, by: str) -> items.Item:
    ask = read_catalogue().find_ask(FRAMEWORK, ref)
    if ask is None:
        raise LookupError(f"The story names ask {ref}, which {FRAMEWORK} has not.")
    speaker = viewer(by)
    return items.Item(organisation(code), ask, speaker, speaker.held[0].role.value)
