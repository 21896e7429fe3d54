"""Fills in the pages of returns as people would, tells of returns through the services, and reads what is stored."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from uuid import uuid4

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.models import Person
from tracker.accounts.rules import HeldRole, Permission, Role, Viewer
from tracker.db import session, transaction
from tracker.organisations.queries import get_open_organisation
from tracker.returns import access, cadences, handing_over, service
from tracker.returns.acts import Act
from tracker.returns.documents import frozen
from tracker.returns.due_rules import Rhythm
from tracker.returns.models import BoardReturn, ReturnControl, ReturnDecision, ReturnSubmission
from tracker.returns.rows import Control, Heading
from tracker.returns.rules import Decision, Purpose, ReturnState

RETURNS = "/organisations/XN1/returns"
START, ONE, CHANGE, CHECK, SUBMIT, DECIDE = (
    f"{RETURNS}/{each}" for each in ("start", "1", "1/change", "1/check", "1/submit", "1/decide")
)
Sent = dict[str, str]


def day(name: str, value: str) -> Sent:
    """The three boxes of a day, from "2 11 2020"."""
    return {f"{name}-{part}": typed for part, typed in zip(("day", "month", "year"), value.split(), strict=True)}


CONTROL: Sent = {
    "framework": "",
    "title": "Health inequalities: eight actions",
    "meeting": "Public board",
    "agenda_item": "11",
    "author": "Health inequalities lead",
    "purpose": "assurance",
    "considered_by": "Quality committee",
    "summary": "Mostly on track",
    "recommendation": "To note",
    **day("as_at", "2 11 2020"),
    **day("meeting_on", "5 11 2020"),
}


CADENCE: Sent = {"how": "months", "every_months": "2", **day("first_on", "5 11 2098")}


def opened(client: FlaskClient, path: str) -> Sent:
    """The hidden fields of the form on a page."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.headers.get('Location', '')}"
    page = answer.get_data(as_text=True).split("<main", 1)[1]
    return dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', page)) | {"submit": "yes"}


def send(client: FlaskClient, path: str, fields: Sent | None = None, **changes: str) -> TestResponse:
    return client.post(path, data=opened(client, path) | (fields or {}) | changes)


def start(client: FlaskClient, **changes: str) -> TestResponse:
    return send(client, START, CONTROL, **changes)


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def main_of(response: TestResponse) -> str:
    """The words of the page's own part, without markup."""
    main = text_of(response).split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def control(**said: object) -> Control:
    """A document control, as a form makes it."""
    values: dict[str, object] = {
        "framework_id": None,
        "as_at": clock.today(),
        "title": "Eight actions",
        "meeting": "Public board",
        "meeting_on": None,
        "agenda_item": "",
        "author": "Health inequalities lead",
        "purpose": Purpose.ASSURANCE,
        "considered_by": "",
        "summary": "",
        "recommendation": "",
    }
    return Control(**(values | said))  # type: ignore[arg-type]


def act(viewer: Viewer, permission: Permission, number: int = 0, code: str = "XN1") -> Act:
    """Who does something, on the version that is stored now."""
    organisation = get_open_organisation(code)
    version = session().scalar(
        sa.select(BoardReturn.version).where(
            BoardReturn.organisation_id == organisation.organisation_id, BoardReturn.number == number
        )
    )
    return Act(organisation, viewer, access.role_in(viewer, permission, organisation), str(uuid4()), version or 0)


def begin(viewer: Viewer, code: str = "XN1", **said: object) -> int:
    """Begin a return in a transaction of its own; its number."""
    with transaction():
        number = service.start_return(act(viewer, Permission.SUBMIT_RETURNS, code=code), control(**said))
    assert number is not None
    return number


def change(viewer: Viewer, number: int, code: str = "XN1", **said: object) -> None:
    with transaction():
        assert service.change_return(act(viewer, Permission.SUBMIT_RETURNS, number, code), number, control(**said))


def check(viewer: Viewer, number: int, code: str = "XN1") -> None:
    with transaction():
        assert service.check_return(act(viewer, Permission.SUBMIT_RETURNS, number, code), number)


def hand_over(viewer: Viewer, number: int, code: str = "XN1") -> None:
    """Check a return and submit it."""
    check(viewer, number, code)
    with transaction():
        assert handing_over.submit_return(act(viewer, Permission.SUBMIT_RETURNS, number, code), number)


def decide(viewer: Viewer, number: int, decision: Decision = Decision.APPROVED, reason: str = "") -> None:
    with transaction():
        doing = act(viewer, Permission.DECIDE_RETURNS, number)
        assert handing_over.decide_on_return(doing, number, decision, reason)


def approved(lead: Viewer, board: Viewer, **said: object) -> int:
    """A return that the board has approved; its number."""
    number = begin(lead, **said)
    hand_over(lead, number)
    decide(board, number)
    return number


def set_rhythm(viewer: Viewer, rhythm: Rhythm, code: str = "XN1", reason: str = "Our board has moved its days") -> None:
    with transaction():
        doing = act(viewer, Permission.SUBMIT_RETURNS, code=code)
        version = cadences.cadence_version(doing.organisation.organisation_id)
        doing = Act(doing.organisation, viewer, doing.role, doing.submission_key, version)
        assert cadences.set_cadence(doing, rhythm, reason)


def state_of(number: int = 1) -> tuple[str, int, int]:
    """State, edition and version of a return."""
    session().rollback()
    columns = (BoardReturn.state, BoardReturn.edition, BoardReturn.version)
    row = session().execute(sa.select(*columns).where(BoardReturn.number == number)).one()
    return row.state.value, row.edition, row.version


def submissions() -> list[ReturnSubmission]:
    session().rollback()
    return list(session().scalars(sa.select(ReturnSubmission).order_by(ReturnSubmission.id)))


def count(table: type) -> int:
    session().rollback()
    return session().scalar(sa.select(sa.func.count()).select_from(table)) or 0


def story(lead: Viewer, board: Viewer, come_to: str, code: str = "XN1") -> int:
    """Bring a return as far as a word says, in the caller's transaction; its number."""

    def doing(viewer: Viewer, permission: Permission, number: int = 0) -> Act:
        session().flush()
        return act(viewer, permission, number, code)

    to_submit = Permission.SUBMIT_RETURNS
    if come_to == "cadence":
        setting = doing(lead, to_submit)
        version = cadences.cadence_version(setting.organisation.organisation_id)
        again = replace(setting, expected_version=version)
        cadences.set_cadence(again, Rhythm(2, clock.today()), "Robin heard that the board meets less often")
        return 0
    number = service.start_return(doing(lead, to_submit), control(summary="What Robin told Sam Fell"))
    assert number is not None
    if come_to == "changed":
        service.change_return(doing(lead, to_submit, number), number, control(title="Robin's return"))
    if come_to in ("checked", "submitted", "approved", "sent_back"):
        service.check_return(doing(lead, to_submit, number), number)
    if come_to in ("submitted", "approved", "sent_back"):
        handing_over.submit_return(doing(lead, to_submit, number), number)
    if come_to in ("approved", "sent_back"):
        decision = Decision(come_to)
        reason = "Robin is to add ethnicity" if decision is Decision.SENT_BACK else ""
        handing_over.decide_on_return(doing(board, Permission.DECIDE_RETURNS, number), number, decision, reason)
    return number


def everything(viewer: Viewer, code: str = "XN1") -> None:
    """Somebody submits a return that somebody else approves, sends one back, and sets the cadence and changes it."""
    known = session().scalars(sa.select(Person.id).where(Person.id != viewer.person_id)).first()
    assert known is not None
    place = viewer.held[0].organisation_id

    def as_a(role: Role, person_id: int) -> Viewer:
        return Viewer(person_id, "Somebody", (HeldRole(role, place, code),))

    story(viewer, as_a(Role.BOARD, known), "approved", code)
    story(as_a(Role.LEAD, known), as_a(Role.BOARD, viewer.person_id), "sent_back", code)
    for _ in range(2):
        story(viewer, viewer, "cadence", code)


def return_row(person_id: int, code: str, state: str = "draft") -> int:
    """A return of any body that has come as far as a state; its number, which is the state's place in the story.

    Written by hand, so that it stands there whoever asks and whatever is tracked. A submitted one has no rows.
    """
    organisation_id, now = find_organisation_id(code), clock.now()
    taken = session().scalar(
        sa.select(sa.func.max(BoardReturn.number)).where(BoardReturn.organisation_id == organisation_id)
    )
    number = (taken or 0) + 1
    made = BoardReturn(
        organisation_id=organisation_id, number=number, edition=1, state=ReturnState(state), revision=1, version=1,
        recorded_at=now,
    )  # fmt: skip
    session().add(made)
    session().flush()
    said = control(as_at=date(2020, 11, 2), framework_id=None)
    who = {
        "organisation_id": organisation_id, "true_on": clock.today(), "recorded_at": now, "person_id": person_id,
        "role": "lead",
    }  # fmt: skip
    values = {name: getattr(said, name) for name in Control.__slots__}
    session().add(ReturnControl(return_id=made.id, revision=1, edition=1, submission_key=str(uuid4()), **values, **who))
    if state in ("submitted", "approved", "sent_back"):
        heading, _, fingerprint = frozen(Heading(code, code, number, 1, "", said, now, None, (), 0), ())
        submission = ReturnSubmission(
            return_id=made.id, edition=1, as_at=said.as_at, known_at=now, heading=heading, sha256=fingerprint,
            covers_all=True, submission_key=str(uuid4()), **who,
        )  # fmt: skip
        session().add(submission)
        session().flush()
        if state != "submitted":
            decision = Decision(state)
            session().add(
                ReturnDecision(
                    submission_id=submission.id, decision=decision, reason="Why", submission_key=str(uuid4()), **who
                )
            )
    session().commit()
    return number
