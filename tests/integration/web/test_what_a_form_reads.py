"""A form reads what was posted as a form: no JSON, no file where words belong, no part without a name, no flood."""

from __future__ import annotations

import re
import time
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

GOOD = {
    "name": "Morgan Vale",
    "status": "on_track",
    "target_on-day": "31",
    "target_on-month": "3",
    "target_on-year": "2021",
    "save": "yes",
}
Saved = list[dict[str, object]]


@pytest.fixture
def token(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', browser.get("/update").text)
    assert found
    return found[1]


def test_json_fills_no_form_in(browser: FlaskClient, saved: Saved, token: str) -> None:
    answer = browser.post("/update", json={**GOOD, "csrf_token": token})
    assert answer.status_code == 200
    assert saved == []


@pytest.mark.parametrize("body", ["[1, 2]", "{", '{"name": {"deep": [1]}}', "null"])
def test_json_of_any_shape_is_answered_by_the_page(browser: FlaskClient, saved: Saved, body: str) -> None:
    assert browser.post("/update", data=body, content_type="application/json").status_code == 200
    assert saved == []


@pytest.mark.parametrize("name", ["name", "status", "narrative", "target_on-day", "kinds", "checked", "csrf_token"])
def test_a_file_is_no_answer_to_a_question_for_words(browser: FlaskClient, saved: Saved, token: str, name: str) -> None:
    rest = {each: value for each, value in {**GOOD, "csrf_token": token}.items() if each != name}
    answer = browser.post("/update", data={**rest, name: (BytesIO(b"Morgan"), "morgan.txt")})
    is_needed = name in ("name", "status", "target_on-day", "csrf_token")
    assert answer.status_code == (200 if is_needed else 302)
    assert len(saved) == (0 if is_needed else 1)


def test_a_file_is_an_answer_where_one_is_asked_for(browser: FlaskClient, saved: Saved, token: str) -> None:
    proof = (BytesIO(b"paper"), "paper.txt")
    assert browser.post("/update", data={**GOOD, "csrf_token": token, "proof": proof}).status_code == 302
    assert saved[0]["proof"].filename == "paper.txt"  # type: ignore[attr-defined]


def test_a_part_without_a_name_is_dropped(kit: Flask, browser: FlaskClient) -> None:
    parts = [
        "Content-Disposition: form-data\r\n\r\nx",
        'Content-Disposition: form-data; filename="x"\r\n\r\nx',
        'Content-Disposition: form-data; name="name"\r\n\r\nMorgan Vale',
    ]
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    answer = browser.post("/update", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 200
    assert 'value="Morgan Vale"' in answer.text


@pytest.mark.parametrize("fields", [1000, 1001])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_has_at_most_a_thousand_fields_however_it_is_sent(browser: FlaskClient, fields: int, kind: str) -> None:
    data = {f"field{number}": "1" for number in range(fields)}
    assert browser.post("/update", data=data, content_type=kind).status_code == (200 if fields == 1000 else 413)


def test_a_flood_of_tiny_fields_is_refused_before_it_is_read_into_fields(browser: FlaskClient) -> None:
    flood = b"a=1&" * 3_000_000
    begun = time.process_time()
    answer = browser.post("/update", data=flood, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    # Reading it field by field takes five seconds and a gigabyte.
    assert time.process_time() - begun < 2


def test_an_address_with_a_nul_is_nowhere_and_a_query_with_one_is_refused(browser: FlaskClient) -> None:
    assert browser.get("/upda%00te").status_code == 404
    assert browser.get("/update%00").status_code == 404
    assert browser.get("/update?x=%00").status_code == 400
    assert browser.get("/update?%00=x").status_code == 400


def test_a_number_that_no_database_keeps_is_an_address_of_nothing(browser: FlaskClient) -> None:
    assert browser.get("/answers/404").status_code == 404
    assert browser.get(f"/answers/{2**63}").status_code == 404
    assert "Page not found" in browser.get(f"/answers/{'9' * 300}").text
