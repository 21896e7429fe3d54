"""Every address of the service × every role × own, neighbouring and foreign organisations, as one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

import make
import pytest
import tell
from flask import Flask
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer

# A day on which the second framework can be adopted. The places: XN1 is the own trust, XN3 lies in its system, XN2 only
# in its region, XS1 in neither; QN1 is its system, YN1 its region; XZ9 is no organisation. Ask 2.2 has no update yet,
# 2.3 waits for a decision on its claim. People of the roles lead, contributor and board are of XN1.
TODAY = datetime(2025, 1, 20, 12, tzinfo=UTC)
PLACES = ("XN1", "XN3", "XN2", "XS1", "QN1", "YN1", "XZ9")
WHO = ("nobody", "lead", "contributor", "board", "system", "region", "national", "administrator")
EXPECTED = """
                                                nobody lead contributor board system region national administrator
GET  /                                             302  302         302   302    302    302      302           302
GET  /accessibility                                200  200         200   200    200    200      200           200
GET  /contact                                      200  200         200   200    200    200      200           200
GET  /cookies                                      200  200         200   200    200    200      200           200
GET  /privacy                                      200  200         200   200    200    200      200           200
GET  /static/app.css                               200  200         200   200    200    200      200           200
GET  /nowhere                                      404  404         404   404    404    404      404           404
GET  /sign-in                                      200  302         302   302    302    302      302           302
POST /sign-in                                      200  200         200   200    200    200      200           200
POST /sign-in/resume                               401  401         401   401    401    401      401           401
POST /sign-out                                     307  302         302   302    302    302      302           302
GET  /set-password/made-up                         404  404         404   404    404    404      404           404
POST /set-password/made-up                         404  404         404   404    404    404      404           404
GET  /organisations                                302  200         200   200    200    200      200           200
GET  /organisations.csv                            302  200         200   200    200    200      200           200
GET  /organisations.xlsx                           302  200         200   200    200    200      200           200
GET  /review/overdue                               302  403         403   403    200    200      200           403
GET  /review/overdue.csv                           302  403         403   403    200    200      200           403
GET  /review/overdue.xlsx                          302  403         403   403    200    200      200           403
GET  /exports                                      302  200         200   200    200    200      200           403
GET  /exports/progress                             302  200         200   200    200    200      200           403
GET  /exports/progress XN1                         302  200         200   200    200    200      200           403
GET  /exports/progress XN3                         302  400         400   400    200    200      200           403
GET  /exports/progress XN2                         302  400         400   400    400    200      200           403
GET  /exports/progress XS1                         302  400         400   400    400    400      200           403
GET  /exports/progress QN1                         302  400         400   400    200    200      200           403
GET  /exports/progress YN1                         302  400         400   400    400    200      200           403
GET  /exports/progress XZ9                         302  400         400   400    400    400      400           403
GET  /organisations/XN1                            302  200         200   200    200    200      200           403
GET  /organisations/XN3                            302  404         404   404    200    200      200           403
GET  /organisations/XN2                            302  404         404   404    404    200      200           403
GET  /organisations/XS1                            302  404         404   404    404    404      200           403
GET  /organisations/QN1                            302  404         404   404    200    200      200           403
GET  /organisations/YN1                            302  404         404   404    404    200      200           403
GET  /organisations/XZ9                            302  404         404   404    404    404      404           403
GET  /organisations/XN1/8ua-2020/2.2               302  200         200   200    200    200      200           403
GET  /organisations/XN3/8ua-2020/2.2               302  404         404   404    200    200      200           403
GET  /organisations/XN2/8ua-2020/2.2               302  404         404   404    404    200      200           403
GET  /organisations/XS1/8ua-2020/2.2               302  404         404   404    404    404      200           403
GET  /organisations/QN1/8ua-2020/2.2               302  404         404   404    200    200      200           403
GET  /organisations/YN1/8ua-2020/2.2               302  404         404   404    404    404      404           403
GET  /organisations/XZ9/8ua-2020/2.2               302  404         404   404    404    404      404           403
GET  /organisations/XN1/8ua-2020/9.9               302  404         404   404    404    404      404           403
GET  /organisations/XN1/8ua-2020/2.2/update        302  200         200   403    403    403      403           403
GET  /organisations/XN3/8ua-2020/2.2/update        302  404         404   404    403    403      403           403
GET  /organisations/XN2/8ua-2020/2.2/update        302  404         404   404    404    403      403           403
GET  /organisations/XS1/8ua-2020/2.2/update        302  404         404   404    404    404      403           403
GET  /organisations/QN1/8ua-2020/2.2/update        302  404         404   404    200    403      403           403
GET  /organisations/YN1/8ua-2020/2.2/update        302  404         404   404    404    404      404           403
GET  /organisations/XZ9/8ua-2020/2.2/update        302  404         404   404    404    404      404           403
POST /organisations/XN1/8ua-2020/2.2/update        307  302         302   403    403    403      403           403
POST /organisations/XN3/8ua-2020/2.2/update        307  404         404   404    403    403      403           403
POST /organisations/XN2/8ua-2020/2.2/update        307  404         404   404    404    403      403           403
POST /organisations/XS1/8ua-2020/2.2/update        307  404         404   404    404    404      403           403
POST /organisations/QN1/8ua-2020/2.2/update        307  404         404   404    302    403      403           403
POST /organisations/YN1/8ua-2020/2.2/update        307  404         404   404    404    404      404           403
POST /organisations/XZ9/8ua-2020/2.2/update        307  404         404   404    404    404      404           403
GET  /organisations/XN1/8ua-2020/2.3/update        302  200         200   403    403    200      403           403
GET  /organisations/XN3/8ua-2020/2.3/update        302  404         404   404    403    200      403           403
GET  /organisations/XN2/8ua-2020/2.3/update        302  404         404   404    404    200      403           403
GET  /organisations/XS1/8ua-2020/2.3/update        302  404         404   404    404    404      403           403
GET  /organisations/QN1/8ua-2020/2.3/update        302  404         404   404    200    200      403           403
POST /organisations/XN1/8ua-2020/2.3/update        307  200         200   403    403    302      403           403
POST /organisations/XN3/8ua-2020/2.3/update        307  404         404   404    403    302      403           403
POST /organisations/XN2/8ua-2020/2.3/update        307  404         404   404    404    302      403           403
POST /organisations/XS1/8ua-2020/2.3/update        307  404         404   404    404    404      403           403
POST /organisations/QN1/8ua-2020/2.3/update        307  404         404   404    200    302      403           403
GET  /organisations/XN1/services                   302  200         200   403    404    403      403           403
GET  /organisations/XN3/services                   302  404         404   403    404    403      403           403
GET  /organisations/XN2/services                   302  404         404   403    404    403      403           403
GET  /organisations/XS1/services                   302  404         404   403    404    403      403           403
GET  /organisations/QN1/services                   302  404         404   403    200    403      403           403
POST /organisations/XN1/services                   307  302         302   403    404    403      403           403
POST /organisations/XN3/services                   307  404         404   403    404    403      403           403
POST /organisations/XN2/services                   307  404         404   403    404    403      403           403
POST /organisations/XS1/services                   307  404         404   403    404    403      403           403
POST /organisations/QN1/services                   307  404         404   403    302    403      403           403
GET  /organisations/XN1/adopt/rcp-2024             302  200         403   403    403    403      403           403
GET  /organisations/XN3/adopt/rcp-2024             302  404         403   403    403    403      403           403
GET  /organisations/XN2/adopt/rcp-2024             302  404         403   403    403    403      403           403
GET  /organisations/XS1/adopt/rcp-2024             302  404         403   403    403    403      403           403
GET  /organisations/QN1/adopt/rcp-2024             302  404         403   403    403    403      403           403
GET  /organisations/XN1/adopt/8ua-2020             302  404         403   403    403    403      403           403
POST /organisations/XN1/adopt/rcp-2024             307  302         403   403    403    403      403           403
POST /organisations/XN3/adopt/rcp-2024             307  404         403   403    403    403      403           403
POST /organisations/XN2/adopt/rcp-2024             307  404         403   403    403    403      403           403
POST /organisations/XS1/adopt/rcp-2024             307  404         403   403    403    403      403           403
POST /organisations/QN1/adopt/rcp-2024             307  404         403   403    403    403      403           403
"""
REFUSED = {307, 403, 404}


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One address of the table: how it is asked for, and what each kind of person gets."""

    method: str
    path: str
    code: str
    expected: dict[str, int]

    def ask(self, client: FlaskClient, token: str) -> int:
        if self.method == "GET":
            day = {"as_at-day": "20", "as_at-month": "1", "as_at-year": "2025", "file": "csv", "code": self.code}
            return client.get(self.path, query_string=day if self.code else {}, buffered=True).status_code
        # Everything that any of the forms needs, so that only the access rules can stand in its way.
        sent = {
            "csrf_token": token,
            "version": "1" if "2.3" in self.path else "0",
            "submission_key": str(uuid4()),
            "status": "on_track",
            "narrative": "Written by the matrix",
            "decision": "assure",
            "maternity": "yes",
        }
        return client.post(self.path, data=sent).status_code


def rows() -> Iterator[Row]:
    heading, *lines = EXPECTED.strip().splitlines()
    assert tuple(heading.split()) == WHO
    for line in lines:
        words = line.split()
        codes = [int(word) for word in words[-len(WHO) :]]
        method, path, *code = words[: -len(WHO)]
        yield Row(method, path, code[0] if code else "", dict(zip(WHO, codes, strict=True)))


@pytest.fixture
def claims(country: object, world: make.World) -> None:
    """In every organisation somebody has claimed ask 2.3."""
    serial = count()
    for code in ("XN1", "XN3", "XN2", "XS1", "QN1"):
        body = tell.get_open_organisation(code).organisation_id
        author = make.person(Role.LEAD, body, email=f"author{next(serial)}@example.nhs.uk")
        viewer = Viewer(author, "Robin Ashdown", (HeldRole(Role.LEAD, body, code),))
        tell.say(viewer, "2.3", "complete_claimed", code=code, evidence_url="https://example.nhs.uk/plan")


def test_the_table_has_every_address_of_the_service(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    asked = {(adapter.match(row.path, row.method)[0], row.method) for row in rows() if row.path != "/nowhere"}
    there = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert asked == there


def test_a_row_with_a_place_has_all_the_places_that_tell_scopes_apart() -> None:
    """An address with an organisation in it is asked for own, same system, same region and foreign at least."""
    shapes: dict[tuple[str, str], set[str]] = {}
    for row in rows():
        for place in PLACES:
            if row.code == place:
                shapes.setdefault((row.method, row.path + "?code"), set()).add(place)
            elif f"/{place}" in row.path:
                shapes.setdefault((row.method, row.path.replace(place, "…")), set()).add(place)
    lonely = {("GET", "/organisations/…/8ua-2020/9.9"), ("GET", "/organisations/…/adopt/8ua-2020")}
    for shape, places in shapes.items():
        assert shape in lonely or places >= {"XN1", "XN3", "XN2", "XS1"}, shape


@pytest.mark.usefixtures("claims")
@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_what_the_table_says_and_whoever_is_refused_writes_nothing(
    client: FlaskClient, country: object, who: str, tables: Callable[[], object]
) -> None:
    with clock.frozen(TODAY):
        if who != "nobody":
            role = Role(who)
            make.sign_in(client, role, country.body_of(role))  # type: ignore[attr-defined]
        token = make.csrf_token(client, "/sign-in" if who == "nobody" else "/organisations")
        before, table = tables(), list(rows())
        readings = [row for row in table if row.method == "GET"]
        refused = [row for row in table if row.method == "POST" and row.expected[who] in REFUSED]
        got = {row: row.ask(client, token) for row in readings + refused}
        assert tables() == before, "A GET, or a post that was refused, has written."
        # Signing out comes last, because after it every page asks for a sign-in.
        let_in = [row for row in table if row.method == "POST" and row not in got]
        let_in.sort(key=lambda row: row.path == "/sign-out")
        got |= {row: row.ask(client, token) for row in let_in}
    wrong = [
        f"{row.method} {row.path} {row.code}: {code}, not {row.expected[who]}"
        for row, code in got.items()
        if code != row.expected[who]
    ]
    assert not wrong, "\n".join(wrong)
    wrote = any(row.expected[who] == 302 and "/organisations/" in row.path for row in let_in)
    assert (tables() != before) is wrote
