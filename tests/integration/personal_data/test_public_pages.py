"""What the public pages promise about people's data is what the settings and the code do."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tracker.accounts import links, sessions
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, Role
from tracker.people.retention_rules import MAILS_KEPT_FOR
from tracker.sign_in import identities

PAGES = ("/privacy", "/cookies", "/accessibility", "/contact")


@pytest.fixture
def database_url() -> str:
    """One database is enough: these pages do not reach it."""
    return "sqlite:///:memory:"


def text_of(client: FlaskClient, path: str) -> str:
    main = client.get(path).get_data(as_text=True).split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def configure(app: Flask, **settings: object) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], **settings)


@pytest.mark.parametrize(("months", "said"), [(24, "24 months"), (1, "1 month after"), (120, "120 months")])
def test_the_retention_period_is_the_settings(app: Flask, client: FlaskClient, months: int, said: str) -> None:
    configure(app, retention_months=months)
    assert f"removed by themselves {said}" in text_of(client, "/privacy")


def test_the_days_a_mail_is_kept_are_those_of_the_purge(client: FlaskClient) -> None:
    assert f"removed after {MAILS_KEPT_FOR.days} days" in text_of(client, "/privacy")


def test_privacy_says_what_it_must(client: FlaskClient) -> None:
    """UK GDPR, Articles 13 and 14: who, why, on what basis, what, from whom, to whom, how long, which rights."""
    text = text_of(client, "/privacy")
    for said in (
        "data controller",
        "public task: Article 6(1)(e)",
        "name, job title and work email",
        "in what kind of browser",
        "It comes from you",
        "Who sees it",
        "have a copy of everything held about you",
        "have mistakes put right",
        "object to their use",
        "within one month",
        "Information Commissioner’s Office",
        "never about patients",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    ("contact", "mail_from", "shown", "href"),
    [
        (
            "",
            "Tracker <help@tracker.example.nhs.uk>",
            "help@tracker.example.nhs.uk",
            "mailto:help@tracker.example.nhs.uk",
        ),
        ("desk@example.nhs.uk", "Tracker <t@example.nhs.uk>", "desk@example.nhs.uk", "mailto:desk@example.nhs.uk"),
        (
            "a?subject=b@example.nhs.uk",
            "t@example.nhs.uk",
            "a?subject=b@example.nhs.uk",
            "mailto:a%3Fsubject%3Db@example.nhs.uk",
        ),
        (
            "https://help.example.nhs.uk/desk",
            "t@example.nhs.uk",
            "https://help.example.nhs.uk/desk",
            "https://help.example.nhs.uk/desk",
        ),
        ("0300 000 0000", "t@example.nhs.uk", "0300 000 0000", None),
        ("javascript:alert(1)", "t@example.nhs.uk", "javascript:alert(1)", None),
        ('"><script>alert(1)</script>', "t@example.nhs.uk", '"><script>alert(1)</script>', None),
    ],
)
@pytest.mark.parametrize("path", ["/contact", "/privacy"])
def test_the_way_to_reach_people_is_the_settings(
    app: Flask, client: FlaskClient, path: str, contact: str, mail_from: str, shown: str, href: str | None
) -> None:
    configure(app, contact=contact, mail_from=mail_from)
    page = client.get(path).get_data(as_text=True)
    assert html.escape(shown) in html.escape(html.unescape(page.split("<main", 1)[1]))
    found = [html.unescape(each) for each in re.findall(r'<a [^>]*href="((?:mailto|https|javascript):[^"]*)"', page)]
    assert href in found if href else not any(shown in each for each in found)
    assert "<script>alert" not in page


def test_cookies_are_named_as_they_are_set_and_there_is_only_one(app: Flask, client: FlaskClient) -> None:
    app.config["SESSION_COOKIE_NAME"] = "__Host-session"
    assert "Name __Host-session What it is for Remembers that you are signed in" in text_of(client, "/cookies")
    client.get("/sign-in", base_url="https://localhost")
    assert not [key for key in client._cookies or {} if key[2] != "__Host-session"]


def test_the_time_outs_are_those_of_the_sessions(client: FlaskClient) -> None:
    text = text_of(client, "/cookies")
    assert f"after {sessions.LONGEST_SESSION.total_seconds() / 3600:.0f} hours at the latest" in text
    assert f"not used the service for {sessions.LONG_IDLE.total_seconds() / 60:.0f} minutes" in text
    assert f"for {sessions.SHORT_IDLE.total_seconds() / 60:.0f} minutes" in text
    assert {Role.REGION, Role.NATIONAL, Role.ADMINISTRATOR} == NEEDS_SECOND_FACTOR, "the page names them"


def test_how_long_a_single_sign_on_waits_in_the_cookie_is_what_the_page_says(client: FlaskClient) -> None:
    assert f"for at most {identities.KEPT_FOR.total_seconds() / 60:.0f} minutes" in text_of(client, "/cookies")


def test_how_long_an_invitation_can_be_taken_up_is_the_links_life(client: FlaskClient) -> None:
    assert f"for {links.LIFETIME.total_seconds() / 3600:.0f} hours" in text_of(client, "/contact")


@pytest.mark.parametrize("path", [*PAGES, "/sign-in", "/nowhere"])
def test_help_is_at_the_same_place_on_every_page(client: FlaskClient, path: str) -> None:
    footer = client.get(path).get_data(as_text=True).split("<footer", 1)[1]
    leading = re.findall(r'href="([^"]+)"', footer)
    assert leading[0] == "/contact"
    assert {"/accessibility", "/privacy", "/cookies"} <= set(leading)


@pytest.mark.parametrize("path", PAGES)
def test_they_open_without_a_sign_in_and_without_a_database(app: Flask, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
