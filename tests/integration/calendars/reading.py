"""Makes calendars as people do, and reads them as calendar programs do: with two parsers, one of them strict."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from html import unescape
from uuid import uuid4

import icalendar
import make
import sqlalchemy as sa
import vobject
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.accounts.tokens import new_token, token_hash
from tracker.calendars.models import CalendarFeed
from tracker.calendars.rules import CalendarOf
from tracker.db import session

NEW = "/calendars/new"
HOST = "127.0.0.1"
NEEDED = {"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "TRANSP"}


def calendar_row(person_id: int) -> tuple[int, str]:
    """A calendar of what somebody answers for, put straight into the table: its number and its token."""
    token = new_token()
    row = CalendarFeed(
        person_id=person_id,
        membership_id=session().scalars(sa.select(sa.func.min(Membership.id)).filter_by(person_id=person_id)).one(),
        calendar_of=CalendarOf.PERSON,
        token_hash=token_hash(token),
        made_at=clock.now(),
        submission_key=str(uuid4()),
    )
    session().add(row)
    session().commit()
    return row.id, token


def send(client: FlaskClient, of: str, organisation: str = "", **fields: str) -> TestResponse:
    """The form of a new calendar, sent."""
    sent = {"csrf_token": make.csrf_token(client, NEW), "submission_key": str(uuid4())}
    return client.post(NEW, data=sent | {"of": of, "organisation": organisation} | fields)


def address_on(answer: TestResponse) -> str:
    """The path of the calendar that was just made."""
    found = re.search(r'value="http://127\.0\.0\.1:5000(/calendars/[\w-]{43}\.ics)"', answer.text)
    assert found is not None, unescape(answer.text)
    return found[1]


def make_one(client: FlaskClient, of: str, organisation: str = "") -> str:
    return address_on(send(client, of, organisation))


def made_by(client: FlaskClient, role: Role, body: int | None, of: str, organisation: str = "") -> str:
    """Somebody signs in and makes a calendar; its path."""
    make.sign_in(client, role, body)
    return make_one(client, of, organisation)


def read(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    """What a calendar program gets, which has no cookie."""
    return client.application.test_client().get(path, headers=headers)


def status(client: FlaskClient, path: str) -> int:
    return read(client, path).status_code


def entries(client: FlaskClient, path: str) -> dict[str, icalendar.Event]:
    """Every entry of a calendar by what it is known by, without the host; both parsers must read the same."""
    answer = read(client, path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return parsed(answer.data)


def parsed(content: bytes) -> dict[str, icalendar.Event]:
    check_lines(content)
    calendar = icalendar.Calendar.from_ical(content)
    assert calendar.errors == []
    found = {}
    for entry in calendar.walk("VEVENT"):
        assert entry.errors == []
        assert set(entry) == NEEDED
        name, _, host = str(entry["UID"]).rpartition("@")
        assert host == HOST
        assert (entry["DTEND"].dt - entry["DTSTART"].dt).days == 1
        assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt
        assert name not in found
        found[name] = entry
    other = vobject.readOne(content.decode("utf-8"))
    assert other.name == "VCALENDAR"
    theirs = {each.uid.value: (each.dtstart.value, each.summary.value) for each in other.contents.get("vevent", ())}
    assert theirs == {str(e["UID"]): (e["DTSTART"].dt, str(e["SUMMARY"])) for e in found.values()}
    return found


def check_lines(content: bytes) -> None:
    """Lines end as RFC 5545 has it, are no longer than 75 octets, and hold nothing that no text may hold."""
    assert content.endswith(b"END:VCALENDAR\r\n")
    for line in content.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), line


def days(found: dict[str, icalendar.Event], occasion: str = "deadline") -> dict[str, date]:
    return {name: entry["DTSTART"].dt for name, entry in found.items() if name.endswith(f"/{occasion}")}


def organisations_in(found: Collection[str]) -> set[str]:
    return {name.partition("/")[0] for name in found}
