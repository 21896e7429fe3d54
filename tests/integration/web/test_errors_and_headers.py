"""Every answer carries the security headers, and every error is a page in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

CODES = {
    400: "Something in the request was not right",
    401: "You need to sign in",
    403: "You cannot do this",
    404: "Page not found",
    405: "This address does not work that way",
    413: "That is too large to send",
    418: "Something in the request was not right",
    429: "Too many tries",
    500: "Sorry, there is a problem with the service",
    502: "Sorry, there is a problem with the service",
    503: "Sorry, the service is not available",
}
EVERYWHERE = ("/update", "/nowhere", "/answers/500", "/static/app.js", "/static/nowhere.js", "/privacy")


@pytest.mark.parametrize(("code", "heading"), CODES.items())
def test_each_error_has_a_page_in_plain_words(browser: FlaskClient, code: int, heading: str) -> None:
    answer = browser.get(f"/answers/{code}")
    assert answer.status_code == code
    assert f"{heading}</h1>" in answer.text


def test_a_page_too_large_says_how_large_it_may_be(kit: Flask, browser: FlaskClient) -> None:
    kit.config["MAX_CONTENT_LENGTH"] = 2 * 1024 * 1024
    answer = browser.post("/update", data={"narrative": "x" * 3 * 1024 * 1024})
    assert answer.status_code == 413
    assert "larger than 2 MB" in answer.text


def test_an_unforeseen_failure_is_answered_without_asking_who_is_there(kit: Flask, browser: FlaskClient) -> None:
    kit.config["PROPAGATE_EXCEPTIONS"] = False
    answer = browser.get("/fails")
    assert answer.status_code == 500
    # Who is signed in stands in the database, which may be what failed.
    assert "there is a problem with the service" in answer.text
    assert "nobody foresaw" not in answer.text
    assert "Morgan" not in answer.text
    assert "/privacy" in answer.text


def test_a_missing_page_is_answered_even_where_the_header_cannot_be_drawn(browser: FlaskClient) -> None:
    answer = browser.get("/nowhere?broken=header")
    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_a_foreign_host_name_gets_a_plain_page_and_does_not_fill_the_log(
    kit: Flask, browser: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    kit.config["TRUSTED_HOSTS"] = ["tracker.example"]
    answer = browser.get("/update", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert caplog.records == []
    assert "Content-Security-Policy" in answer.headers


def test_a_refused_method_names_the_allowed_ones(browser: FlaskClient) -> None:
    allowed = browser.delete("/update").headers["Allow"]
    assert sorted(allowed.split(", ")) == ["GET", "HEAD", "OPTIONS", "POST"]


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_carries_the_security_headers(browser: FlaskClient, address: str) -> None:
    headers = browser.get(address, buffered=True).headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_the_one_inline_script_bears_the_nonce_of_its_own_answer(browser: FlaskClient) -> None:
    seen = set()
    for _ in range(2):
        answer = browser.get("/update")
        (nonce,) = re.findall(r'<script nonce="([^"]+)"', answer.text)
        assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
        seen.add(nonce)
    assert len(seen) == 2


def test_production_asks_browsers_to_stay_with_tls(make_kit: Callable[..., Flask]) -> None:
    production = make_kit(
        TRACKER_ENV="production",
        DATABASE_URL="postgresql://db.example/tracker?sslmode=require",
        SECRET_KEY="Zq3vB8xk1LrT0ypW5uJmE9dHsG4cNfA7",
        TRACKER_BASE_URL="https://tracker.example",
        TRUSTED_HOSTS="tracker.example",
        MAIL="smtps://mail.example",
        MAIL_FROM="tracker@tracker.example",
    )
    assert "max-age=31536000" in production.test_client().get("/privacy").headers["Strict-Transport-Security"]


def test_pages_are_not_kept_and_marked_files_are(browser: FlaskClient) -> None:
    page = browser.get("/update")
    assert page.headers["Cache-Control"] == "no-store"
    (script,) = re.findall(r'<script type="module" src="([^"]+)"', page.text)
    assert browser.get(script, buffered=True).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert browser.get("/static/app.js", buffered=True).headers["Cache-Control"] == "public, max-age=3600"
    assert browser.get("/static/nowhere.js").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/accessibility", "/privacy", "/cookies", "/contact"])
def test_the_public_pages_are_open_and_linked_from_every_footer(kit: Flask, browser: FlaskClient, address: str) -> None:
    assert browser.get(address).status_code == 200
    assert f'href="{address}"' in browser.get("/update").text
    assert kit.view_functions[f"web.{address[1:]}"].access == "public"  # type: ignore[attr-defined]


def test_signing_out_is_a_form_with_a_token(browser: FlaskClient) -> None:
    page = browser.get("/update").text
    form = page.split('action="/sign-out"')[1].split("</form>")[0]
    assert 'name="csrf_token"' in form
    assert "Sign out</button>" in form
