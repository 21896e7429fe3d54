"""The audit as csv and xlsx: every row of the page, names only where they were chosen, and never all in memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from types import SimpleNamespace

import make
import openpyxl
import pytest
from bench.running import statements_of
from flask import Flask
from flask.testing import FlaskClient

from tracker.accounts import audit_files, audit_presenters, audit_queries
from tracker.accounts.rules import Role
from tracker.audit import service as audit
from tracker.audit.models import AuditEntry, hash_of_entry
from tracker.db import database, session, transaction

Entries = Callable[[str], Sequence[AuditEntry]]
HEADINGS = list(audit_presenters.CSV_HEADINGS)


def rows_of(client: FlaskClient, query: str = "", path: str = "/audit.csv") -> list[dict[str, str]]:
    response = client.get(f"{path}{query}")
    assert (response.status_code, response.mimetype) == (200, "text/csv"), response.text
    assert response.headers["Content-Disposition"] == 'attachment; filename="audit-2020-11-02.csv"'
    text = response.get_data(as_text=True)
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def asha(world: make.World) -> int:
    return make.person(Role.CONTRIBUTOR, world.north_trust, email="asha@example.nhs.uk", name="Asha Whitcombe")


@pytest.fixture
def inside(app: Flask, world: make.World, asha: int) -> FlaskClient:
    """A lead of XN1, of which five things were recorded, and one of XS1."""
    with transaction():
        for number in range(5):
            audit.record(
                verb="status update",
                subject=f"XN1/8ua-2020/2.{number}",
                by=asha,
                role="contributor",
                organisation_code="XN1",
                before={"status": "not_started"},
                after={"status": "on_track", "true_on": "2020-11-02", "entry": number},
            )
        audit.record(verb="status update", subject="XS1/8ua-2020/2.1", organisation_code="XS1")
    client = app.test_client()
    make.sign_in(client, Role.LEAD, world.north_trust)
    return client


def test_a_file_holds_what_the_page_lists_as_it_is_stored(inside: FlaskClient, asha: int) -> None:
    rows = rows_of(inside)
    assert list(rows[0]) == HEADINGS
    assert [row["about"] for row in rows] == [f"XN1/8ua-2020/2.{number}" for number in (4, 3, 2, 1, 0)]
    assert {key: rows[0][key] for key in HEADINGS[:10]} == {
        "recorded_at": "2020-11-02T12:00:00+00:00",
        "organisation_code": "XN1",
        "number": "5",
        "person_id": str(asha),
        "person": "",
        "role": "contributor",
        "what": "status update",
        "about": "XN1/8ua-2020/2.4",
        "before": '{"status": "not_started"}',
        "after": '{"entry": 4, "status": "on_track", "true_on": "2020-11-02"}',
    }


def test_the_hash_of_each_row_can_be_computed_again_from_the_file_alone(inside: FlaskClient) -> None:
    previous = ""
    for row in reversed(rows_of(inside)):
        entry = SimpleNamespace(
            number=int(row["number"]),
            recorded_at=datetime.fromisoformat(row["recorded_at"]),
            person_id=int(row["person_id"]),
            role=row["role"],
            verb=row["what"],
            subject=row["about"],
            before=json.loads(row["before"]),
            after=json.loads(row["after"]),
            request_id=row["request_id"],
            previous_hash=previous,
        )
        assert hash_of_entry(entry, row["organisation_code"]) == row["entry_hash"]
        previous = row["entry_hash"]


@pytest.mark.parametrize(
    "query", ["?sort=when", "?what=status+update", "?organisation=xn1&to=2020-11-02", "?person=Asha"]
)
def test_a_file_takes_the_filters_and_the_order_of_the_page(inside: FlaskClient, query: str) -> None:
    refs = [row["about"].rpartition("/")[2] for row in rows_of(inside, query)]
    assert refs == (["2.0", "2.1", "2.2", "2.3", "2.4"] if "sort" in query else ["2.4", "2.3", "2.2", "2.1", "2.0"])
    page = inside.get(f"/audit{query}").text
    assert f'href="/audit.csv{query.replace("&", "&amp;")}"' in page
    assert f'href="/audit.xlsx{query.replace("&", "&amp;")}"' in page


def test_names_are_in_the_file_only_where_they_were_chosen_and_the_choice_is_recorded(
    inside: FlaskClient, entries: Entries
) -> None:
    assert "Asha" not in inside.get("/audit.csv").text
    assert {row["person"] for row in rows_of(inside, "?names=yes&what=status+update")} == {"Asha Whitcombe"}
    assert "Asha" not in inside.get("/audit.csv?names=1").text
    assert [(entry.after or {})["names"] for entry in entries("audit exported")] == [False, True, False]
    assert entries("audit exported")[1].after == {
        "file": "csv",
        "names": True,
        "chains": "XN1",
        "verb": "status update",
    }


def test_the_page_offers_the_files_with_and_without_names(inside: FlaskClient) -> None:
    page = inside.get("/audit").text
    for address in ("/audit.csv?", "/audit.xlsx?", "/audit.csv?names=yes", "/audit.xlsx?names=yes"):
        assert f'href="{address}"' in page


def test_a_workbook_holds_the_same_rows(inside: FlaskClient) -> None:
    response = inside.get("/audit.xlsx?names=yes&what=status+update")
    assert response.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Audit"
    listed = [row for row in rows if row[1] == "XN1"]
    assert [row[7] for row in listed] == [f"XN1/8ua-2020/2.{number}" for number in (4, 3, 2, 1, 0)]
    assert {row[4] for row in listed} == {"Asha Whitcombe"}


def test_a_workbook_that_would_be_too_long_is_refused_with_a_way_out(
    inside: FlaskClient, entries: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_files, "MOST_IN_WORKBOOK", 5)
    assert inside.get("/audit.xlsx?what=status+update").status_code == 200
    monkeypatch.setattr(audit_files, "MOST_IN_WORKBOOK", 4)
    response = inside.get("/audit.xlsx?what=status+update")
    assert response.status_code == 400
    assert "Choose fewer days, or download the csv file, which holds any number." in response.text
    assert len(entries("audit exported")) == 1


def test_a_cell_that_excel_could_not_hold_is_cut_where_one_sees_it(inside: FlaskClient) -> None:
    codes = [f"X{number:05}" for number in range(6000)]
    with transaction():
        audit.record(
            verb="organisations imported", subject="organisations", organisation_code="XN1", after={"closed": codes}
        )
    response = inside.get("/audit.xlsx?what=organisations+imported")
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
    assert sheet is not None
    (cut,) = [row[9] for row in sheet.iter_rows(values_only=True) if row[1] == "XN1"]
    assert str(cut).endswith("… (the csv file has the rest)")
    assert json.loads(rows_of(inside, "?what=organisations+imported")[0]["after"]) == {"closed": codes}


def test_hostile_text_stays_text_in_both_files(inside: FlaskClient) -> None:
    with transaction():
        audit.record(verb="evidence added", subject="=1+1", organisation_code="XN1", after={"=2+2": '"\r\n,'})
    assert rows_of(inside, "?what=evidence+added")[0]["after"] == '{"=2+2": "\\"\\r\\n,"}'
    sheet = openpyxl.load_workbook(io.BytesIO(inside.get("/audit.xlsx?what=evidence+added").data)).active
    assert sheet is not None
    (cell,) = [row[7] for row in sheet.iter_rows() if row[1].value == "XN1"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


@pytest.mark.parametrize("sort", ["", "&sort=when"])
@pytest.mark.parametrize("organisation", ["", "&organisation=XN1"])
def test_batches_neither_repeat_nor_miss_an_entry_though_all_are_of_one_instant(
    app: Flask, inside: FlaskClient, monkeypatch: pytest.MonkeyPatch, sort: str, organisation: str
) -> None:
    monkeypatch.setattr(audit_queries, "BATCH", 3)
    client = app.test_client()
    make.sign_in(client, Role.ADMINISTRATOR)
    whole = [row["about"] for row in rows_of(client, f"?what=status+update{sort}{organisation}")]
    oldest_first = [f"XN1/8ua-2020/2.{number}" for number in range(5)] + ([] if organisation else ["XS1/8ua-2020/2.1"])
    assert whole == (oldest_first if sort else oldest_first[::-1])


def test_a_file_leaves_out_what_is_recorded_while_it_goes_out(
    app: Flask, inside: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_queries, "BATCH", 2)
    read = audit_queries.next_batch

    def save_and_read(*arguments: object, **named: object) -> object:
        with transaction():
            audit.record(verb="status update", subject="meanwhile", organisation_code="XN1")
        return read(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(audit_queries, "next_batch", save_and_read)
    rows = rows_of(inside, "?sort=when")
    assert len(rows) == 5
    assert "meanwhile" not in {row["about"] for row in rows}
    assert "audit exported" not in {row["what"] for row in rows}


def test_no_connection_stays_open_between_two_batches(
    app: Flask, inside: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody with a slow line must not keep a connection, nor a transaction, for as long as the file takes."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite in memory has one connection for everybody.")
    monkeypatch.setattr(audit_queries, "BATCH", 2)
    session().rollback()
    response = audit_files.csv_file(
        app, audit_queries.AuditFilters(), audit_queries.DEFAULT_SORT, up_to=10**9, with_names=True
    )
    session().rollback()
    in_use = [database.engine.pool.checkedout() for _ in response.response]  # type: ignore[attr-defined]
    assert len(in_use) > 3
    assert set(in_use) == {0}


def test_a_file_takes_statements_by_the_batch_and_not_by_the_row(inside: FlaskClient, asha: int) -> None:
    def count() -> int:
        inside.get("/audit.csv?names=yes&what=status+update")
        with statements_of(database.engine) as heard:
            rows_of(inside, "?names=yes&what=status+update")
        return len(heard)

    few = count()
    with transaction():
        for number in range(200):
            audit.record(verb="status update", subject=f"person {number}", by=asha, organisation_code="XN1")
    assert count() == few


def test_an_empty_file_has_its_headings(inside: FlaskClient) -> None:
    response = inside.get("/audit.csv?request=0123456789abcdef")
    assert response.get_data(as_text=True) == ",".join(HEADINGS) + "\r\n"
    assert inside.get("/audit.xlsx?request=0123456789abcdef").status_code == 200
