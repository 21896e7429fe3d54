"""No word of an organisation outside somebody's scope reaches them, on a page, in a csv or in a workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskClient

from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import session, transaction
from tracker.organisations.queries import get_open_organisation
from tracker.progress import leadership
from tracker.schema import METADATA

MARK = "Zq7"
CODES = ("XN1", "XS1", "YS1")
QUERIES = ("", "?region=YS1&q=XS1", "?system=QS1&q=Downs", "?type=trust&sort=name&page=2")
LISTS = ("/organisations", "/review", "/exports")
# Words that are looked up, not written by people.
NOT_FREE = {"status_code", "role", "kind", "close_said_by"}
NAMES_OF_BODIES = {"organisation_name.published_name", "organisation_name.display_name"}


@pytest.fixture
def marks(country: object, world: make.World) -> dict[str, str]:
    """Something in every table about the southern trust, with a mark in every text that a person could have written."""
    body = get_open_organisation("XS1")
    writer_id = make.person(Role.LEAD, world.south_trust, email="south@example.nhs.uk", name=f"{MARK}writer")
    writer = Viewer(writer_id, f"{MARK}writer", (HeldRole(Role.LEAD, world.south_trust, "XS1"),))
    tell.say(writer, "2.3", "complete_claimed", code="XS1", evidence_url="https://example.nhs.uk/plan")
    tell.say(
        writer,
        "2.2",
        "off_track",
        code="XS1",
        narrative="Said",
        reason="Why",
        recovery_on=date(2020, 12, 1),
        next_step="Then",
        next_step_on=date(2020, 12, 1),
    )
    tell.agree(writer, "7.1", date(2020, 10, 1), code="XS1")
    with transaction():
        details = leadership.LeadDetails(f"{MARK}lead", "Chair", f"{MARK}@example.nhs.uk", date(2020, 9, 1), None)
        leadership.name_lead(body, details, writer, "lead")
    marked = {"person.name": f"{MARK}writer", "person.of_lead": f"{MARK}lead", "person.contact_email": f"{MARK}@"}
    for table in METADATA.sorted_tables:
        if "organisation_id" not in table.c:
            continue
        for column in table.c:
            is_text = isinstance(column.type, sa.String | sa.Text) and not isinstance(column.type, sa.Enum)
            if is_text and not column.unique and not column.foreign_keys and column.name not in NOT_FREE:
                mark = f"{MARK}{len(marked):02}x"
                changed = session().execute(
                    sa.update(table).where(table.c.organisation_id == world.south_trust).values({column: mark})
                )
                if changed.rowcount:  # type: ignore[attr-defined]
                    marked[f"{table.name}.{column.name}"] = mark
    session().commit()
    return marked


def addresses(app: Flask) -> Iterator[str]:
    """Every address that can be read, for the foreign organisation and its parents, with every kind of query."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if not rule.arguments:
            yield from (rule.rule + query for query in (QUERIES if rule.rule.startswith(LISTS) else ("",)))
            continue
        for code in CODES:
            for ref in ("2.2", "6.1"):
                values = {"code": code, "framework": "8ua-2020", "ref": ref, "token": "made-up"}
                path = rule.rule
                for name in rule.arguments:
                    path = path.replace(f"<string:{name}>", values[name])
                yield path
    day = "as_at-day=2&as_at-month=11&as_at-year=2020&names=yes"
    yield from (f"/exports/progress?{day}&file=csv&code={code}" for code in ("", "XS1", "YS1"))
    yield from (f"/exports/progress?{day}&file=xlsx&code={code}" for code in ("", "QS1"))


def all_text(client: FlaskClient, app: Flask) -> str:
    """All that a person can read, workbooks unpacked."""
    texts = []
    for address in dict.fromkeys(addresses(app)):
        answer = client.get(address)
        texts.append(str(answer.headers))
        if answer.data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(answer.data)) as workbook:
                texts += [workbook.read(name).decode("utf-8", "replace") for name in workbook.namelist()]
        else:
            texts.append(answer.text)
    return "\n".join(texts)


def test_the_southern_trust_is_marked_wherever_people_write(marks: dict[str, str]) -> None:
    assert set(marks) >= {
        *NAMES_OF_BODIES,
        "progress_entry.narrative",
        "progress_entry.reason",
        "progress_entry.next_step",
        "appointment.job_title",
        "evidence.url",
        "target.reason",
    }


@pytest.mark.parametrize("role", ["nobody", Role.LEAD, Role.CONTRIBUTOR, Role.BOARD, Role.SYSTEM, Role.REGION])
def test_who_may_not_see_an_organisation_reads_no_word_of_it_anywhere(
    app: Flask, client: FlaskClient, country: object, marks: dict[str, str], role: str | Role
) -> None:
    if isinstance(role, Role):
        make.sign_in(client, role, country.body_of(role))  # type: ignore[attr-defined]
    text = all_text(client, app)
    assert MARK not in text, text[text.index(MARK) - 300 : text.index(MARK) + 100]
    if role != "nobody":
        assert "Dales Hospitals NHS Trust" in text


def test_an_administrator_reads_the_names_of_organisations_and_nothing_they_said(
    app: Flask, client: FlaskClient, marks: dict[str, str]
) -> None:
    make.sign_in(client, Role.ADMINISTRATOR)
    text = all_text(client, app)
    assert marks["organisation_name.display_name"] in text
    assert [name for name, mark in marks.items() if mark in text and name not in NAMES_OF_BODIES] == []


def test_who_may_see_it_all_reads_it_so_that_the_search_above_can_find_something(
    app: Flask, client: FlaskClient, marks: dict[str, str]
) -> None:
    make.sign_in(client, Role.NATIONAL)
    text = all_text(client, app)
    unread = {name for name, mark in marks.items() if mark not in text}
    assert unread <= {"target.reason", "organisation_name.published_name", "person.name", "person.contact_email"}
