"""Fills in the pages of escalation as people would, and tells of it through the service; it asserts nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import tell
from conftest import NOON
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.rules import Permission, Viewer
from tracker.db import session, transaction
from tracker.escalations import queries, records, service
from tracker.escalations.models import Chase, Escalation, EscalationEvent
from tracker.escalations.rows import ListFilters, Told
from tracker.escalations.rules import Ending, EventKind, Judgement
from tracker.frameworks.catalogue import read_catalogue
from tracker.progress.queries import get_standing
from tracker.progress.rows import Standing

ASK = "/organisations/XN1/8ua-2020/6.1"
ONE = f"{ASK}/escalation"
RAISE, ANSWER, OUTCOME, HOLD, CLOSE = (f"{ONE}/{each}" for each in ("raise", "answer", "outcome", "hold", "close"))
LIST = "/escalations"
WORDS = "Please name a lead"
Sent = dict[str, str]


def day(name: str, on: date) -> Sent:
    """The three boxes of a day."""
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def opened(client: FlaskClient, path: str) -> Sent:
    """The hidden fields of the form on a page."""
    return hidden_of(client.get(path))


def hidden_of(response: TestResponse) -> Sent:
    """The hidden fields of the form on a page that was answered."""
    page = response.get_data(as_text=True).split("<main", 1)[1]
    return dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', page))


def send(client: FlaskClient, path: str, hidden: Sent | None = None, **fields: str) -> TestResponse:
    """Open the form and send it; ``hidden`` are the fields of one that was opened before."""
    return client.post(path, data=(hidden or opened(client, path)) | fields)


def raised(level: str = "owner", due: int = 7, text: str = WORDS) -> Sent:
    return {"level": level, "text": text, **day("response_due_on", in_days(due))}


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def listed(client: FlaskClient, query: str = "") -> list[tuple[str, str, str]]:
    """The organisation's code, the ask and the level that is proposed of each row of the page."""
    page = text_of(client.get(f"{LIST}{query}"))
    body = page.split("<tbody", 1)[1].split("</tbody>", 1)[0] if "<tbody" in page else ""
    rows = []
    for row in body.split("<tr")[1:]:
        code, ref = re.findall(r"/organisations/(\w+)/8ua-2020/([\w.]+)/escalation", row)[0]
        proposed = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)[3]
        rows.append((code, ref, re.sub(r"<span.*?</span>|<[^>]*>", "", proposed)))
    return rows


def later(days: int) -> None:
    """So many days after the day of the tests; instants move with it."""
    clock.pin_day((NOON + timedelta(days=days)).date())


def proposed(viewer: Viewer, ref: str, code: str = "XN1") -> str | None:
    """What the list proposes for one ask, read from the database."""
    scope = viewer.scope(Permission.SEE_ESCALATIONS)
    rows = queries.escalation_rows(scope, ListFilters(), queries.DEFAULT_SORT, read_catalogue(), clock.today())
    return next((row.proposed for row in rows if (row.code, row.ask.ref) == (code, ref) and row.proposed), None)


def standing(viewer: Viewer, ref: str, code: str = "XN1") -> Standing:
    about = tell.item(viewer, ref, code)
    return get_standing(about.organisation.organisation_id, about.ask.ask_id, clock.today())


def told(viewer: Viewer, ref: str, code: str = "XN1") -> Told:
    now = standing(viewer, ref, code)
    return records.told_of(now.organisation_id, now.ask_id, now.deadline_on)


def said(viewer: Viewer, ref: str, code: str = "XN1", text: str = WORDS) -> service.Said:
    """What a form says that was opened this moment."""
    body_id = viewer.held[0].organisation_id
    return service.Said(text, body_id, told(viewer, ref, code).version, str(uuid4()))


def raise_it(
    viewer: Viewer, ref: str, level: str = "owner", code: str = "XN1", due: int = 7, text: str = WORDS
) -> bool:
    """In the transaction of the caller, like those below."""
    about, now = tell.item(viewer, ref, code), standing(viewer, ref, code)
    return service.raise_step(about, now, level, in_days(due), said(viewer, ref, code, text))


def answer_it(viewer: Viewer, ref: str, code: str = "XN1", text: str = "We have named one") -> bool:
    return service.answer(tell.item(viewer, ref, code), standing(viewer, ref, code), said(viewer, ref, code, text))


def judge_it(
    viewer: Viewer, ref: str, judgement: Judgement, again: int | None = None, code: str = "XN1", text: str = "By phone"
) -> bool:
    about, now = tell.item(viewer, ref, code), standing(viewer, ref, code)
    until = None if again is None else in_days(again)
    return service.judge(about, now, judgement, until, said(viewer, ref, code, text))


def hold_it(viewer: Viewer, ref: str, days: int, code: str = "XN1", text: str = "Winter") -> bool:
    about, now = tell.item(viewer, ref, code), standing(viewer, ref, code)
    return service.hold(about, now, in_days(days), said(viewer, ref, code, text))


def close_it(
    viewer: Viewer, ref: str, ending: Ending = Ending.PLAN_ACCEPTED, code: str = "XN1", text: str = "A plan"
) -> bool:
    about, now = tell.item(viewer, ref, code), standing(viewer, ref, code)
    return service.close(about, now, ending, said(viewer, ref, code, text))


def saved(do: Callable[..., bool]) -> Callable[..., bool]:
    """The same in a transaction of its own."""

    def in_its_own(*given: Any, **named: Any) -> bool:
        with transaction():
            return do(*given, **named)

    return in_its_own


raise_to, answer, judge, hold, close = map(saved, (raise_it, answer_it, judge_it, hold_it, close_it))


def escalated(person_id: int, code: str, ref: str) -> int:
    """An ask that stands raised to its owner, put straight into the tables; the version that forms carry."""
    organisation_id, ask = find_organisation_id(code), read_catalogue().find_ask("8ua-2020", ref)
    assert organisation_id is not None
    assert ask is not None
    assert ask.national_on is not None
    item = {"organisation_id": organisation_id, "ask_id": ask.ask_id, "level": "owner", "told": "owner"}
    one = Escalation(
        **item, deadline_on=ask.national_on, raised_on=in_days(-3), response_due_on=in_days(4), recorded_at=clock.now()
    )
    session().add(one)
    session().flush()
    event = EscalationEvent(
        **item,
        escalation_id=one.id,
        kind=EventKind.RAISED,
        response_due_on=in_days(4),
        text=WORDS,
        true_on=in_days(-3),
        recorded_at=clock.now(),
        person_id=person_id,
        role="region",
    )
    session().add(event)
    session().commit()
    return event.id


def chased(person_id: int) -> None:
    """A message to many that somebody sent, put straight into the table."""
    sent = {"subject": "Overdue", "text": WORDS, "person_id": person_id, "role": "region"}
    session().add(Chase(**sent, true_on=clock.today(), recorded_at=clock.now(), submission_key=str(uuid4())))
    session().commit()
