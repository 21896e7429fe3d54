"""Whatever is asked and whatever is answered, the answer carries the whole set of security headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import make
import pytest
from conftest import _in_a_context_of_its_own, make_settings
from flask import Flask
from flask.testing import FlaskClient
from security.headers_wanted import faults_of_headers
from werkzeug.test import TestResponse

from tracker.accounts.rules import Role
from tracker.app import create_app
from tracker.config import Settings, SettingsError
from tracker.web.throttle import Throttle

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRODUCTION = {
    "TRACKER_ENV": "production",
    "SECRET_KEY": "Zq3vB8xk1LrT0ypW5uJmE9dHsG4cNfA7",
    "TRACKER_BASE_URL": "https://tracker.example.nhs.uk",
    "TRUSTED_HOSTS": "tracker.example.nhs.uk",
    "MAIL": "smtps://user:word@mail.example:465",
    "MAIL_FROM": "tracker@tracker.example.nhs.uk",
    "LOG_LEVEL": "CRITICAL",
}
ATTACHMENT = re.compile(r'attachment; filename="[a-z0-9-]+\.(csv|xlsx)"')


class Asker(FlaskClient):
    """A client that takes every answer as it is: a HEAD has no page that could be read strictly."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        return _in_a_context_of_its_own(lambda: super(Asker, self).open(*args, **kwargs))  # type: ignore[arg-type]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Asker
    return app.test_client()


@pytest.fixture
def inside(client: FlaskClient, world: make.World) -> FlaskClient:
    """A browser in which a regional team has signed in."""
    make.sign_in(client, Role.REGION, world.north_region)
    return client


KINDS: dict[str, tuple[int, Callable[[FlaskClient], TestResponse]]] = {
    "page": (200, lambda client: client.get("/organisations")),
    "page for nobody": (200, lambda client: client.application.test_client().get("/sign-in")),
    "redirect": (302, lambda client: client.get("/")),
    "to the sign-in": (302, lambda client: client.application.test_client().get("/organisations")),
    "form to the sign-in": (307, lambda client: client.application.test_client().post("/sign-out")),
    "too many slashes": (308, lambda client: client.get("//organisations")),
    "no token": (400, lambda client: client.post("/sign-out")),
    "asked for the sign-in": (401, lambda client: client.application.test_client().post("/sign-in/resume")),
    "not allowed": (403, lambda client: client.get("/organisations/XN1/8ua-2020/2.2/update")),
    "not there": (404, lambda client: client.get("/nowhere")),
    "not to be seen": (404, lambda client: client.get("/organisations/XS1")),
    "wrong method": (405, lambda client: client.delete("/organisations")),
    "too large": (413, lambda client: client.post("/sign-in", data={"email": "x" * (17 * 1024 * 1024)})),
    "too many fields": (413, lambda client: client.post("/sign-in", data={f"f{n}": "" for n in range(1001)})),
    "csv": (200, lambda client: client.get("/organisations.csv")),
    "xlsx": (200, lambda client: client.get("/organisations.xlsx")),
    "file": (200, lambda client: client.get("/static/app.css", buffered=True)),
    "file that is not there": (404, lambda client: client.get("/static/nowhere.css")),
    "file outside": (404, lambda client: client.get("/static/..%2f..%2fpyproject.toml")),
    "head of a page": (200, lambda client: client.head("/organisations")),
    "head of a file": (200, lambda client: client.head("/static/app.js", buffered=True)),
    "head of nothing": (404, lambda client: client.head("/nowhere")),
    "options": (200, lambda client: client.options("/sign-in")),
    "options of a page inside": (200, lambda client: client.options("/organisations")),
    "nul in the address": (404, lambda client: client.get("/organisations/%00")),
    "nul in the query": (400, lambda client: client.get("/organisations?page=%00")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_has_every_header(inside: FlaskClient, kind: str) -> None:
    status, ask = KINDS[kind]
    answer = ask(inside)
    assert answer.status_code == status, answer.text[:2000]
    assert faults_of_headers(answer) == []
    is_file = kind in ("file", "head of a file")
    assert answer.headers["Cache-Control"] == ("public, max-age=3600" if is_file else "no-store")


def test_a_file_that_has_not_changed_has_every_header_too(inside: FlaskClient) -> None:
    mark = inside.get("/static/app.css", buffered=True).headers["ETag"]
    answer = inside.get("/static/app.css", headers={"If-None-Match": mark}, buffered=True)
    assert answer.status_code == 304
    assert faults_of_headers(answer) == []


def test_a_failure_of_ours_has_every_header_and_tells_nothing(app: Flask, inside: FlaskClient) -> None:
    def fails() -> str:
        raise RuntimeError("a detail of the inside")

    fails.access = app.view_functions["organisations.index"].access  # type: ignore[attr-defined]
    app.view_functions["organisations.index"] = fails
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = inside.get("/organisations")
    assert answer.status_code == 500
    assert faults_of_headers(answer) == []
    assert "a detail of the inside" not in answer.text
    assert "Traceback" not in answer.text


def test_an_answer_whose_last_step_fails_has_every_header_all_the_same(app: Flask, inside: FlaskClient) -> None:
    def fails(response: object) -> object:
        raise RuntimeError("Something after the page.")

    app.after_request_funcs.setdefault(None, []).append(fails)  # type: ignore[arg-type]
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = inside.get("/organisations")
    assert answer.status_code == 500
    assert faults_of_headers(answer) == []


def test_a_paused_try_and_a_missing_counter_have_every_header(
    another_app: Callable[..., Flask], only: Callable[..., Throttle]
) -> None:
    only("dead links from one address", most=1)
    client = another_app().test_client()
    answers = [client.get("/set-password/guess") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [404, 429]
    lost = another_app(throttle_url="redis://127.0.0.1:9/0").test_client()
    answers.append(lost.get("/set-password/guess"))
    assert answers[-1].status_code == 503
    for answer in answers:
        assert faults_of_headers(answer) == []


@pytest.mark.parametrize("address", ["/organisations.csv", "/organisations.xlsx", "/review/overdue.csv"])
def test_a_download_is_an_attachment_with_a_name_of_ours_whatever_is_asked(inside: FlaskClient, address: str) -> None:
    answer = inside.get(address, query_string={"name": 'x"\r\nX-Evil: 1', "q": "\r\n\r\n<script>", "sort": "\n"})
    assert answer.status_code == 200
    assert ATTACHMENT.fullmatch(answer.headers["Content-Disposition"])
    assert answer.mimetype in ("text/csv", XLSX)
    assert "X-Evil" not in answer.headers


@pytest.fixture
def production(tmp_path: object) -> Flask:
    settings = Settings.from_environment({**PRODUCTION, "DATABASE_URL": f"sqlite:///{tmp_path}/production.sqlite3"})
    return create_app(settings)


@pytest.mark.parametrize(
    ("address", "status"), [("/privacy", 200), ("/nowhere", 404), ("/static/app.js", 200), ("/organisations", 302)]
)
def test_production_keeps_browsers_on_tls_everywhere(production: Flask, address: str, status: int) -> None:
    client = production.test_client()
    answer = client.get(address, base_url="https://tracker.example.nhs.uk", buffered=True)
    assert answer.status_code == status
    assert faults_of_headers(answer, is_production=True) == []


def test_production_sets_one_cookie_that_scripts_other_hosts_and_other_sites_do_not_get(production: Flask) -> None:
    answer = production.test_client().get("/sign-in", base_url="https://tracker.example.nhs.uk")
    (cookie,) = answer.headers.get_all("Set-Cookie")
    name, *flags = cookie.split("; ")
    assert name.startswith("__Host-session=")
    # Without Domain and with Path=/, as the name's prefix demands of browsers.
    assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]


def test_the_cookie_of_development_is_as_strict_but_for_tls(client: FlaskClient) -> None:
    (cookie,) = client.get("/sign-in").headers.get_all("Set-Cookie")
    assert sorted(cookie.split("; ")[1:]) == ["HttpOnly", "Path=/", "SameSite=Lax"]
    assert cookie.startswith("session=")


@pytest.mark.parametrize("mode", ["FLASK_DEBUG", "TESTING"])
def test_production_does_not_start_with_debug_or_testing_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, mode: str
) -> None:
    settings = replace(
        Settings.from_environment({**PRODUCTION, "DATABASE_URL": f"sqlite:///{tmp_path}/production.sqlite3"})
    )
    if mode == "FLASK_DEBUG":
        monkeypatch.setenv("FLASK_DEBUG", "1")
    else:
        monkeypatch.setattr(Flask, "testing", True)
    with pytest.raises(SettingsError, match="turn them off"):
        create_app(settings)
    create_app(make_settings("sqlite:///:memory:"))
