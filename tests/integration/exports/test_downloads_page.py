"""The page on which a download is chosen: whose organisations it holds, what it asks, and what it refuses."""

from __future__ import annotations

import io

import make
import openpyxl
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.exports.exported import read_csv

from tracker.accounts.rules import Role, Viewer
from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.frameworks.rules import OrganisationType


def test_a_board_member_downloads_their_own_organisation_and_it_is_audited(
    client: FlaskClient, world: make.World, lead: Viewer
) -> None:
    tell.say(lead, "2.2", "on_track")
    make.sign_in(client, Role.BOARD, world.north_trust)
    assert client.get("/exports").status_code == 200
    response = client.get("/exports/progress?as_at-day=2&as_at-month=11&as_at-year=2020&file=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.get_data()))
    assert book.sheetnames == ["Cover", "Key", "Summary", "Detail", "Exceptions", "Notes"]
    rows = read_csv(client.get("/exports/progress?as_at-day=2&as_at-month=11&as_at-year=2020&file=csv").get_data())
    assert {row["ods_code"] for row in rows} == {"XN1"}
    audited = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "progress exported")).all()
    assert [(entry.after or {})["names"] for entry in audited] == [False, False]


@pytest.mark.parametrize(
    ("role", "body", "code", "reads"),
    [
        (Role.BOARD, "north_trust", "", {"XN1"}),
        (Role.SYSTEM, "north_system", "", {"QN1", "XN1", "0N1", "XB1"}),
        (Role.REGION, "north_region", "", {"QN1", "XN1", "0N1"}),
        # Of a system that reaches into another region, a region reads its own members only.
        (Role.REGION, "north_region", "QN1", {"QN1", "XN1", "0N1"}),
        (Role.SYSTEM, "north_system", "QN1", {"QN1", "XN1", "0N1", "XB1"}),
        (Role.NATIONAL, "", "QN1", {"QN1", "XN1", "0N1", "XB1"}),
    ],
)
def test_a_download_holds_the_organisations_of_its_reader_and_no_others(
    client: FlaskClient, world: make.World, role: Role, body: str, code: str, reads: set[str]
) -> None:
    make.organisation(
        "XB1", "Border NHS Trust", OrganisationType.TRUST, system=world.north_system, region=world.south_region
    )
    session().commit()
    make.sign_in(client, role, getattr(world, body) if body else None)
    query = f"as_at-day=2&as_at-month=11&as_at-year=2020&file=csv&code={code}"
    assert {row["ods_code"] for row in read_csv(client.get(f"/exports/progress?{query}").get_data())} == reads


@pytest.mark.parametrize(
    ("role", "body", "is_asked"), [(Role.LEAD, "north_trust", False), (Role.REGION, "north_region", True)]
)
def test_only_whoever_has_several_organisations_is_asked_which(
    client: FlaskClient, world: make.World, role: Role, body: str, *, is_asked: bool
) -> None:
    make.sign_in(client, role, getattr(world, body))
    assert ('name="code"' in client.get("/exports").get_data(as_text=True)) is is_asked


def test_a_download_of_what_one_may_not_see_is_refused_beside_the_field(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.BOARD, world.north_trust)
    response = client.get("/exports/progress?as_at-day=2&as_at-month=11&as_at-year=2020&file=csv&code=XS1")
    assert response.status_code == 400
    assert "that you may see" in response.get_data(as_text=True)
    assert "XS1" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (("31", "2", "2020"), "31 February 2020 is not a real date"),
        (("3", "11", "2020"), "must be today or in the past"),
        (("", "", ""), "Enter the day the report is as at"),
    ],
)
def test_a_day_that_cannot_be_keeps_the_form(
    client: FlaskClient, world: make.World, day: tuple[str, str, str], sentence: str
) -> None:
    make.sign_in(client, Role.BOARD, world.north_trust)
    query = f"as_at-day={day[0]}&as_at-month={day[1]}&as_at-year={day[2]}&file=csv"
    page = client.get(f"/exports/progress?{query}")
    assert page.status_code == 400
    assert sentence in page.get_data(as_text=True)
