"""The region's list of requests for another target: whose are on it, until when, in which order, and as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import make
import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.progress.standing_there import target_request

from tracker.accounts.rules import Role
from tracker.db import session
from tracker.frameworks.rules import OrganisationType
from tracker.progress.models import TargetDecision, TargetRequest

PAGE = "/review/target-requests"


@pytest.fixture
def as_region(client: FlaskClient, world: make.World) -> FlaskClient:
    make.person(Role.REGION, world.north_region)
    make.enter(client, f"region.{world.north_region}@example.nhs.uk")
    return client


@pytest.fixture
def asked(world: make.World) -> dict[str, int]:
    """Requests of two organisations of the region and of one outside it."""
    make.organisation("XN2", "Fells Hospitals NHS Trust", OrganisationType.TRUST, region=world.north_region)
    session().commit()
    return {
        f"{code}/{ref}": target_request(code, ref) for code, ref in (("XN1", "8.1"), ("XN2", "6.1"), ("XS1", "8.1"))
    }


def listed(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(f"{PAGE}{query}").get_data(as_text=True)
    return [
        f"{code}/{ref}" for code, ref in re.findall(r"/organisations/(\w+)/8ua-2020/([\w.]+)/target/requests", page)
    ]


def test_a_region_sees_what_waits_for_it_and_no_others(as_region: FlaskClient, asked: dict[str, int]) -> None:
    assert listed(as_region) == ["XN1/8.1", "XN2/6.1"]
    page = as_region.get(PAGE).get_data(as_text=True)
    assert "Downs" not in page
    assert "62 days, since 1 September 2020" in page
    assert "By 21 September 2020" in page


def test_what_was_decided_waits_no_more(as_region: FlaskClient, asked: dict[str, int]) -> None:
    decided = {"decision": TargetDecision.DECLINED, "decided_on": date(2020, 11, 2)}
    session().execute(sa.update(TargetRequest).where(TargetRequest.id == asked["XN1/8.1"]).values(decided))
    session().commit()
    assert listed(as_region) == ["XN2/6.1"]


def test_it_is_sorted_on_the_server(as_region: FlaskClient, asked: dict[str, int]) -> None:
    assert listed(as_region, "?sort=-organisation") == ["XN2/6.1", "XN1/8.1"]
    session().execute(
        sa.update(TargetRequest).where(TargetRequest.id == asked["XN1/8.1"]).values(wanted_on=date(2021, 6, 1))
    )
    session().commit()
    assert listed(as_region, "?sort=wanted") == ["XN2/6.1", "XN1/8.1"]


def test_the_files_hold_the_same_rows(as_region: FlaskClient, asked: dict[str, int]) -> None:
    text = as_region.get(f"{PAGE}.csv?sort=organisation").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["ods_code"], row["ask_ref"], row["wanted_date"], row["days_waiting"]) for row in rows] == [
        ("XN1", "8.1", "2021-03-01", "62"),
        ("XN2", "6.1", "2021-03-01", "62"),
    ]
    book = openpyxl.load_workbook(io.BytesIO(as_region.get(f"{PAGE}.xlsx").data))
    assert sum(1 for sheet in book for row in sheet.iter_rows() if "XN2" in [cell.value for cell in row]) == 1


def test_where_nothing_waits_it_says_so(as_region: FlaskClient) -> None:
    assert "No request waits for you." in as_region.get(PAGE).get_data(as_text=True)


def test_the_header_leads_a_region_to_it_and_nobody_else(as_region: FlaskClient, world: make.World) -> None:
    assert f'href="{PAGE}"' in as_region.get("/review/overdue").get_data(as_text=True)
    make.person(Role.NATIONAL, email="national@example.nhs.uk")
    national = as_region.application.test_client()
    make.enter(national, "national@example.nhs.uk")
    assert f'href="{PAGE}"' not in national.get("/review/overdue").get_data(as_text=True)
