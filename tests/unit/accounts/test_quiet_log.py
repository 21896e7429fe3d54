"""No token of a link to set a password stands in the log, whoever writes the line."""

from __future__ import annotations

import logging
import threading
import urllib.request
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tracker.accounts.quiet_log import LOGGERS, keep_links_out_of_log

TOKEN = "q7TzUeGw3vXk-one_time"


def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("200 OK", [("Content-Length", "2")])
    return [b"ok"]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (f"/set-password/{TOKEN}?from=mail", "/set-password/…?from=mail"),
        (f"/invitations/{TOKEN}", "/invitations/…"),
        (f"/confirm-address/{TOKEN}", "/confirm-address/…"),
        (f"/calendars/{TOKEN}.ics", "/calendars/…"),
        (f"/sign-in/single-sign-on/callback?code={TOKEN}&state={TOKEN}", "/sign-in/single-sign-on/callback?…"),
        (f"/sign-in?next=/set-password/{TOKEN}&from=mail", "/sign-in?next=/set-password/…&from=mail"),
    ],
)
def test_the_servers_line_for_a_link_holds_the_path_and_not_the_token(
    path: str, written: str, caplog: pytest.LogCaptureFixture
) -> None:
    keep_links_out_of_log()
    caplog.set_level(logging.INFO, "werkzeug")
    with make_server("127.0.0.1", 0, answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=10).close()
        thread.join(timeout=10)
    assert TOKEN not in caplog.text
    assert f"GET {written} HTTP/1.1" in caplog.text
    assert " 200 " in caplog.text


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (f"/sign-in?next=%2Finvitations%2F{TOKEN}&from=mail", "/sign-in?next=%2Finvitations%2F…&from=mail"),
        (f"/sign-in?next=%2finvitations%2f{TOKEN}%3ffrom%3dmail", "/sign-in?next=%2finvitations%2f…"),
        (f"/sign-in?next=%2Fset%2Dpassword%2F{TOKEN}", "/sign-in?next=%2Fset%2Dpassword%2F…"),
        (
            f"/sign-in?next=%2Fsign-in%3Fnext%3D%252Finvitations%252F{TOKEN}",
            "/sign-in?next=%2Fsign-in%3Fnext%3D%252Finvitations%252F…",
        ),
        (
            f"/sign-in?next=%2Fsign-in%2Fsingle-sign-on%2Fcallback%3Fcode%3D{TOKEN}%26state%3D{TOKEN}",
            "/sign-in?next=%2Fsign-in%2Fsingle-sign-on%2Fcallback%3F…",
        ),
        ("/sign-in?next=%2Forganisations%2FXN1", "/sign-in?next=%2Forganisations%2FXN1"),
    ],
)
@pytest.mark.parametrize("name", LOGGERS)
def test_a_page_to_go_on_to_loses_its_token_too_however_it_is_coded(
    name: str, path: str, written: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Werkzeug undoes the coding before it writes, gunicorn does not, and a browser sends it as the referrer."""
    keep_links_out_of_log()
    line = '127.0.0.1 - - "GET %s HTTP/1.1" 302 199 "https://tracker.example%s" "Browser"'
    logging.getLogger(name).error(line, path, path)
    assert TOKEN not in caplog.text
    assert f'"GET {written} HTTP/1.1" 302 199 "https://tracker.example{written}" "Browser"' in caplog.text


def test_a_page_that_fails_is_logged_without_the_token(caplog: pytest.LogCaptureFixture) -> None:
    keep_links_out_of_log()
    app = Flask("tracker")

    @app.get("/set-password/<token>")
    def fails(token: str) -> str:
        raise RuntimeError("nobody foresaw this")

    assert app.test_client().get(f"/set-password/{TOKEN}").status_code == 500
    assert "Exception on /set-password/… [GET]" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("name", LOGGERS)
def test_an_address_that_a_page_was_reached_from_loses_its_token_too(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    keep_links_out_of_log()
    logging.getLogger(name).error(
        '"GET %(path)s" 200 "%(from)s"',
        {"path": "/static/app.css", "from": f"https://tracker.example/set-password/{TOKEN}"},
    )
    assert '"GET /static/app.css" 200 "https://tracker.example/set-password/…"' in caplog.text


def test_other_lines_are_left_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    keep_links_out_of_log()
    keep_links_out_of_log()
    logging.getLogger("tracker").error("Page %s of %d at /set-password", "two", 3)
    (record,) = caplog.records
    assert record.args == ("two", 3)
    assert len({id(one) for one in logging.getLogger("tracker").filters}) == len(logging.getLogger("tracker").filters)
