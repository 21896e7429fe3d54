"""The list of organisations: who sees which, search, filter, order, pages, and the same rows as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import make
import pytest
from counted import statements
from flask import Flask
from flask.testing import FlaskClient

from tracker.accounts.rules import Role
from tracker.db import session
from tracker.frameworks.rules import OrganisationType


@pytest.fixture
def ids(app: Flask) -> dict[str, int]:
    """Two regions with a system each; 60 trusts in the north, two in the south, and one that has closed."""
    north = make.organisation("YX1", "Northern Dales", OrganisationType.REGION)
    south = make.organisation("YX2", "Southern Downs", OrganisationType.REGION)
    dales = make.organisation("QX1", "Dales Care", OrganisationType.SYSTEM, region=north)
    downs = make.organisation("QX2", "Downs Care", OrganisationType.SYSTEM, region=south)
    ids = {"YX1": north, "YX2": south, "QX1": dales, "QX2": downs}
    trust = OrganisationType.TRUST
    for number in range(60):
        code = f"XN{number:02}"
        ids[code] = make.organisation(code, f"Trust {number:02}", trust, region=north, system=dales)
    ids["XS1"] = make.organisation("XS1", "Alder 100% Care", trust, region=south, system=downs)
    ids["XS2"] = make.organisation("XS2", "=SUM(1) & <b>", trust, region=south, system=downs)
    ids["XS3"] = make.organisation("XS3", "Gone", trust, region=south, closed_on=date(2020, 11, 1))
    ids["0S1"] = make.organisation("0S1", "beech CCG", OrganisationType.CCG, region=south)
    session().commit()
    return ids


def codes_in(html: str) -> list[str]:
    return re.findall(r'</th>\s*<td class="nhsuk-table__cell">([A-Z0-9]+)</td>', html)


def page(client: FlaskClient, query: str = "") -> str:
    response = client.get(f"/organisations{query}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def file_rows(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/organisations.csv{query}")
    assert response.status_code == 200
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))


def test_national_sees_all_that_are_open_fifty_a_page_in_a_stable_order(
    client: FlaskClient, ids: dict[str, int]
) -> None:
    make.sign_in(client, Role.NATIONAL)
    first, second = page(client), page(client, "?page=2")
    assert "Showing 1 to 50 of 67 organisations" in first
    assert len(codes_in(first)) == 50
    assert len(codes_in(second)) == 17
    together = codes_in(first) + codes_in(second)
    assert sorted(together) == sorted(set(ids) - {"XS3"})
    assert together[:3] == ["XS2", "XS1", "0S1"], "names in order, whatever their capitals"
    assert codes_in(page(client, "?page=99")) == codes_in(first)


@pytest.mark.parametrize(
    ("role", "body", "seen"),
    [
        (Role.REGION, "YX2", {"YX2", "QX2", "XS1", "XS2", "0S1"}),
        (Role.SYSTEM, "QX2", {"QX2", "XS1", "XS2"}),
        (Role.LEAD, "XS1", {"XS1"}),
        (Role.BOARD, "XS1", {"XS1"}),
    ],
)
def test_others_see_their_own_only_on_the_page_in_the_file_and_by_search(
    client: FlaskClient, ids: dict[str, int], role: Role, body: str, seen: set[str]
) -> None:
    make.sign_in(client, role, ids[body])
    assert set(codes_in(page(client))) == seen
    assert {row["ods_code"] for row in file_rows(client)} == seen
    assert codes_in(page(client, "?q=Trust+01")) == []
    assert file_rows(client, "?q=XN01") == []


def test_an_administrator_sees_names_without_links_to_progress(client: FlaskClient, ids: dict[str, int]) -> None:
    make.sign_in(client, Role.ADMINISTRATOR)
    html = page(client, "?q=alder")
    assert "Alder 100% Care" in html
    assert "/organisations/XS1" not in html


def test_nobody_sees_the_list_without_signing_in(client: FlaskClient, ids: dict[str, int]) -> None:
    for path in ("/organisations", "/organisations.csv"):
        assert client.get(path).status_code == 302


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("?q=alder", ["XS1"]),
        ("?q=ALDER+100%25", ["XS1"]),
        ("?q=%25", ["XS1"]),
        ("?q=_", []),
        ("?q=xs2", ["XS2"]),
        ("?q=%3Cb%3E", ["XS2"]),
        ("?q=nothing+like+it", []),
        ("?type=ccg", ["0S1"]),
        ("?type=system", ["QX1", "QX2"]),
        ("?type=system&sort=-name", ["QX2", "QX1"]),
        ("?q=care&sort=region_name", ["QX1", "XS1", "QX2"]),
        ("?q=care&sort=-code", ["XS1", "QX2", "QX1"]),
        ("?q=care&sort=password", ["XS1", "QX1", "QX2"]),
    ],
)
def test_search_filter_and_order_give_the_same_rows_on_the_page_and_in_the_file(
    client: FlaskClient, ids: dict[str, int], query: str, codes: list[str]
) -> None:
    make.sign_in(client, Role.NATIONAL)
    assert codes_in(page(client, query)) == codes
    assert [row["ods_code"] for row in file_rows(client, query)] == codes


def test_a_type_nobody_offers_is_no_filter(client: FlaskClient, ids: dict[str, int]) -> None:
    make.sign_in(client, Role.NATIONAL)
    assert "67 organisations" in page(client, "?type=hospital")


def test_an_empty_search_says_how_to_go_on(client: FlaskClient, ids: dict[str, int]) -> None:
    make.sign_in(client, Role.NATIONAL)
    assert "No organisations match." in page(client, "?q=zzz")


def test_the_file_has_codes_names_as_published_and_dates(client: FlaskClient, ids: dict[str, int]) -> None:
    make.sign_in(client, Role.NATIONAL)
    (row,) = file_rows(client, "?q=XS1")
    assert row == {
        "region_code": "YX2",
        "region": "Southern Downs",
        "system_code": "QX2",
        "system": "Downs Care",
        "ods_code": "XS1",
        "organisation": "Alder 100% Care",
        "published_name": "ALDER 100% CARE",
        "organisation_type": "NHS trust",
        "opened_on": "",
        "closed_on": "",
    }


def test_a_hostile_name_is_text_on_the_page(client: FlaskClient, ids: dict[str, int]) -> None:
    make.sign_in(client, Role.NATIONAL)
    html = page(client, "?q=SUM")
    assert "=SUM(1) &amp; &lt;b&gt;" in html


def test_the_page_takes_the_same_few_statements_whatever_the_number(client: FlaskClient, ids: dict[str, int]) -> None:
    make.sign_in(client, Role.NATIONAL)
    with statements() as many:
        page(client)
    with statements() as few:
        page(client, "?q=alder")
    assert len(few) == len(many) <= 10
