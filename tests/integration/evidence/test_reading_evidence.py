"""What asks rest on, as at any day and as known at any instant; and the list, the panel and the texts made of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import make
import pytest
from bench.running import statements_of
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from integration.evidence import bringing
from integration.evidence.bringing import XN1, a_file, add, day, said, send
from openpyxl import load_workbook
from unit.evidence import made_files as made

from tracker import clock
from tracker.accounts.rules import Role
from tracker.db import database, transaction
from tracker.evidence import asks, panels, queries, service
from tracker.frameworks.catalogue import read_catalogue

Enter = Callable[..., FlaskClient]
TODAY = date(2020, 11, 2)
ENDS = day("expires_on", 30, 11, 2020)


def ask_id(ref: str) -> int:
    ask = read_catalogue().find_ask("8ua-2020", ref)
    assert ask is not None
    return ask.ask_id


def at(number: int, month: int) -> datetime:
    return datetime(2020, month, number, 12, tzinfo=UTC)


def test_evidence_carries_a_claim_until_the_day_it_expires_and_not_after(enter: Enter, world: make.World) -> None:
    add(enter(Role.LEAD), said(**ENDS))
    there = [queries.is_there_evidence(world.north_trust, ask_id("2.2"), date(2020, *on)) for on in
             ((11, 1), (11, 2), (11, 30), (12, 1))]  # fmt: skip
    assert there == [False, True, True, False]
    assert not queries.is_there_evidence(world.north_trust, ask_id("6.1"), TODAY)
    assert not queries.is_there_evidence(world.south_trust, ask_id("2.2"), TODAY)


def test_a_newer_version_brings_its_own_expiry(enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    evidence_id = add(lead, said(**ENDS))
    never = {f"expires_on-{part}": "" for part in ("day", "month", "year")}
    assert send(lead, f"{XN1}/{evidence_id}/new-version", said(**never)).status_code == 302
    assert queries.is_there_evidence(world.north_trust, ask_id("2.2"), date(2099, 1, 1))


def test_what_is_withdrawn_carries_nothing_from_the_day_it_is(enter: Enter, world: make.World) -> None:
    with clock.frozen(at(1, 10)):
        evidence_id = add(enter(Role.LEAD), said(**day("true_on", 1, 9, 2020)))
    send(enter(Role.LEAD), f"{XN1}/{evidence_id}/asks", {"asks": []})
    bringing.rows()
    assert not queries.is_there_evidence(world.north_trust, ask_id("2.2"), TODAY)
    assert queries.is_there_evidence(world.north_trust, ask_id("2.2"), date(2020, 11, 1))


def test_every_kind_comes_out_as_a_text_and_only_links_as_links(enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    add(lead, said("link"))
    add(lead, said("note", title="Talk with the ward"), "2.2", "6.1")
    add(lead, a_file(made.pdf(), title="Board paper", **ENDS))
    one = [world.north_trust]
    bringing.rows()
    assert [link.url for link in queries.evidence_links(TODAY)] == ["https://example.nhs.uk/paper"]
    texts = queries.evidence_texts(TODAY, organisation_ids=one, ask_id=ask_id("2.2"))
    assert [(each.text, each.is_expired) for each in texts] == [
        ("https://example.nhs.uk/paper", False),
        ("Talk with the ward (note)", False),
        ("Board paper (file)", False),
    ]
    later = queries.evidence_texts(date(2020, 12, 1), organisation_ids=one)
    assert [each.text for each in later if each.is_expired] == ["Board paper (file, expired 2020-11-30)"]
    assert len(later) == 4
    assert queries.evidence_texts(TODAY, organisation_ids=[world.south_trust]) == []


def test_a_day_has_the_version_of_that_day_and_an_instant_what_was_known_then(enter: Enter, world: make.World) -> None:
    with clock.frozen(at(1, 10)):
        evidence_id = add(enter(Role.LEAD), said("note", title="First", **day("true_on", 1, 9, 2020)))
    with clock.frozen(at(10, 10)):
        second = said("note", title="Second", **day("true_on", 1, 9, 2020))
        send(enter(Role.LEAD), f"{XN1}/{evidence_id}/new-version", second)
    with clock.frozen(at(20, 10)):
        send(enter(Role.LEAD), f"{XN1}/{evidence_id}/expiry", day("expires_on", 15, 10, 2020))
    bringing.rows()

    def texts(on: tuple[int, int], known: tuple[int, int] | None = None) -> list[str]:
        known_at = at(known[1], known[0]).replace(hour=23) if known else None
        return [each.text for each in queries.evidence_texts(date(2020, *on), known_at)]

    assert texts((9, 30)) == []
    assert texts((10, 9)) == ["First (note)"]
    assert texts((10, 10)) == ["Second (note)"]
    assert texts((10, 16)) == ["Second (note, expired 2020-10-15)"]
    assert texts((10, 16), known=(10, 19)) == ["Second (note)"], "Nobody knew yet that it expires."
    assert texts((10, 16), known=(10, 9)) == ["First (note)"]
    assert texts((10, 16), known=(9, 30)) == []


def test_a_link_given_with_an_update_is_a_piece_like_any_other(enter: Enter, world: make.World) -> None:
    def give() -> None:
        with transaction():
            service.add_link(
                organisation_id=world.north_trust,
                organisation_code="XN1",
                ask_id=ask_id("2.2"),
                item="XN1/8ua-2020/2.2",
                url="https://example.nhs.uk/plan",
                by=make.person(Role.LEAD, world.north_trust),
                role="lead",
            )

    give()
    give()
    assert bringing.rows() == (1, 1)
    evidence_id = bringing.newest().id
    lead = enter(Role.LEAD)
    assert "https://example.nhs.uk/plan" in lead.get(f"{XN1}/{evidence_id}").text
    send(lead, f"{XN1}/{evidence_id}/new-version", said("link", url="https://example.nhs.uk/plan-2"))
    bringing.rows()
    assert [link.url for link in queries.evidence_links(TODAY)] == ["https://example.nhs.uk/plan-2"]


def test_the_panel_of_an_ask_is_one_statement_and_says_what_serves_it(
    app: Flask, enter: Enter, world: make.World
) -> None:
    lead = enter(Role.LEAD)
    first = add(lead, said("link"))
    add(lead, said("note", title="Talk with the ward", **day("expires_on", 2, 11, 2020)))
    send(enter(Role.REGION), f"{XN1}/{first}/check", {"note": "Read", **day("checked_on", 1, 11, 2020)})
    bringing.rows()
    wanted = ask_id("2.2")
    with statements_of(database.engine) as statements:
        shown = panels.panel(world.north_trust, wanted, date(2020, 11, 3))
    assert len(statements) == 1
    assert [(line.kind, line.is_expired, line.checked_on) for line in shown.lines] == [
        ("Link", False, date(2020, 11, 1)),
        ("Note", True, None),
    ]
    assert shown.is_there_evidence
    with app.test_request_context():
        html = render_template_string(
            '{% from "evidence/panel.html" import evidence_panel %}'
            '{{ evidence_panel(panel, "XN1", "8ua-2020", "2.2", true) }}',
            panel=shown,
        )
    assert 'href="https://example.nhs.uk/paper"' in html
    assert f'href="{XN1}/{first}"' in html
    assert f'href="{XN1}/add?ask=8ua-2020/2.2"' in html
    assert "Expired" in html


def test_a_panel_of_expired_evidence_carries_no_claim(world: make.World) -> None:
    assert not panels.panel(world.north_trust, ask_id("2.2"), TODAY).is_there_evidence


def test_no_page_takes_more_statements_for_more_evidence(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    evidence_id = add(lead)
    pages = ("", f"/{evidence_id}", f"/{evidence_id}/asks", f"/{evidence_id}/new-version", "/add")
    counts = []
    for _ in range(2):
        taken = {}
        for page in (*pages, ".csv"):
            lead.get(f"{XN1}{page}")
            with statements_of(database.engine) as statements:
                assert lead.get(f"{XN1}{page}").status_code == 200
            taken[page] = len(statements)
        counts.append(taken)
        for number in range(4):
            add(lead, said("link", title=f"Number {number}"), "2.2", "6.1", "2.3")
            send(lead, f"{XN1}/{evidence_id}/new-version", said(note=f"Number {number}"))
    few, many = counts
    assert {page: count for page, count in few.items() if page != ".csv" and count > 10} == {}
    assert many == few


def test_the_list_is_sorted_and_paged_and_its_file_has_the_same_rows(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.evidence import routes

    monkeypatch.setattr(routes, "PAGE_SIZE", 2)
    lead = enter(Role.LEAD)
    add(lead, said("link", title="b paper"))
    add(lead, said("note", title="A note", **day("true_on", 1, 9, 2020)), "2.2", "6.1")
    add(lead, a_file(made.pdf(), title="c file", **{f"expires_on-{part}": "" for part in ("day", "month", "year")}))
    page = lead.get(f"{XN1}?sort=title").text
    assert "Showing 1 to 2 of 3 pieces of evidence" in page
    assert page.index("A note") < page.index("b paper")
    assert "c file" in lead.get(f"{XN1}?sort=title&page=2").text
    for sort in ("title", "-title", "kind", "-dated", "expires", "-expires", "checked", "-checked", "rubbish"):
        assert lead.get(f"{XN1}?sort={sort}").status_code == 200
    rows = list(csv.DictReader(io.StringIO(lead.get("/organisations/XN1/evidence.csv?sort=title").text)))
    assert [row["title"] for row in rows] == ["A note", "b paper", "c file"]
    assert rows[0]["asks"] == "8ua-2020/2.2; 8ua-2020/6.1"
    assert [row["expires_on"] for row in rows] == ["2021-03-31", "2021-03-31", ""]
    assert rows[2]["file_name"] == "Plan.pdf"
    last = [row["title"] for row in csv.DictReader(io.StringIO(lead.get(f"{XN1}.csv?sort=-expires").text))]
    assert last[-1] == "c file", "What never expires stands last in either direction."
    book = load_workbook(io.BytesIO(lead.get(f"{XN1}.xlsx?sort=-title").data))
    titles = [cell.value for row in book.active.iter_rows() for cell in row]
    assert titles.index("c file") < titles.index("b paper") < titles.index("A note")
    assert len(bringing.audited("evidence list exported")) == 3


def test_an_organisation_without_evidence_says_so(enter: Enter) -> None:
    assert "No evidence yet." in enter(Role.BOARD).get(XN1).text
    assert "Add evidence" not in enter(Role.BOARD).get(XN1).text


def test_whoever_knows_what_is_tracked_may_say_which_asks_are_offered(app: Flask, enter: Enter) -> None:
    only = ask_id("6.1")
    asks.init_asks(app, lambda _organisation, _today: [only])
    page = enter(Role.LEAD).get(f"{XN1}/add").text
    assert 'value="8ua-2020/6.1"' in page
    assert 'value="8ua-2020/2.2"' not in page
