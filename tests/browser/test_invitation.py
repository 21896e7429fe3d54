"""A lead invites a contributor, who opens the mail, sets a password, signs in and sees one organisation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from browser.visitor import NARROW, WIDE, Visitor
from playwright.sync_api import expect
from smtp_server import MailServer, running

from tracker.app import create_app
from tracker.config import Settings
from tracker.db import database
from tracker.reminders.sending import send_waiting

pytestmark = pytest.mark.browser

ADDRESS = "kim.marsh@example.nhs.uk"
PASSWORD = "four slow grey seals"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running() as server:
        yield server


def link_mailed(demo, server: MailServer) -> str:
    """Empty the outbox of the demonstration that is being served, for real; the link in the mail to ADDRESS."""
    settings = Settings.from_environment({"DATABASE_URL": f"sqlite:///{demo.database}", "LOG_LEVEL": "ERROR"})
    app = create_app(replace(settings, mail=server.url, base_url=demo.base_url))
    with app.app_context():
        send_waiting(app.extensions["settings"])
        database.session.remove()
        database.engine.dispose()
    (link,) = re.findall(r"http\S+/invitations/\S+", server.to(ADDRESS)[-1].text)
    return link


def invite(lead: Visitor) -> None:
    lead.open("/people")
    lead.press("Invite somebody")
    lead.page.get_by_label("Name", exact=True).fill("Kim Marsh")
    lead.page.get_by_label("Work email address").fill(ADDRESS)
    lead.choose("Contributor")
    lead.press("Send invitation")


def test_a_lead_invites_a_contributor_who_sees_that_organisation_only(visit, demo_of_2020, mail_server) -> None:
    # Given a lead who has sent the form of an invitation with nothing in it
    lead = visit("lead.northdale")
    lead.open("/people/invite")
    lead.press("Send invitation")
    # Then each field says what is missing, and the page is right on a phone too
    assert lead.page.title().startswith("Error: ")
    assert lead.error_links().all_inner_texts() == [
        "Enter the person’s name",
        "Enter the person’s work email address",
        "Choose a role",
    ]
    for link in range(3):
        lead.click(lead.error_links().nth(link))
    assert faults(lead) == []
    # When it is filled in
    invite(lead)
    # Then the list shows who is awaited
    expect(lead.banner()).to_contain_text("The invitation is on its way.")
    row = lead.page.get_by_role("row").filter(has_text=ADDRESS)
    expect(row).to_contain_text("Invited and waiting")
    assert faults(lead) == []
    lead.click(row.get_by_role("link"))
    expect(lead.page.get_by_role("button", name="Withdraw")).to_be_visible()
    assert faults(lead) == []
    # When the mail's link is opened in another browser
    link = link_mailed(demo_of_2020, mail_server)
    kim = visit()
    kim.open(link)
    # Then it says who offers what
    expect(kim.page.locator("main")).to_contain_text("The health inequalities lead of Northdale Hospitals")
    assert faults(kim) == []
    # When a password will not do, that is said; when one is set, the invitation is accepted
    kim.page.get_by_label("New password").fill("short")
    kim.press("Set password and accept")
    assert "at least 12 characters" in kim.error_links().first.inner_text()
    assert faults(kim) == []
    kim.page.get_by_label("New password").fill(PASSWORD)
    kim.press("Set password and accept")
    expect(kim.banner()).to_contain_text("You have accepted the invitation.")
    assert kim.path == "/sign-in"
    # Then they sign in, land at their organisation and see no other
    kim.password = PASSWORD
    kim.sign_in("kim.marsh")
    assert kim.path == "/organisations/XD1"
    kim.open("/organisations")
    assert kim.page.locator("tbody tr").count() == 1
    kim.open("/organisations/XD3", status=404)
    # And the link opens nothing any more
    kim.open(link, status=404)
    assert faults(kim) == []


def test_a_lead_takes_the_role_away_and_the_contributor_is_out_at_the_next_click(visit) -> None:
    # Given a contributor at work
    contributor = visit("contributor.northdale")
    contributor.open("/organisations/XD1")
    # When the lead removes the role, after a page that says what follows
    lead = visit("lead.northdale")
    lead.open("/people")
    lead.follow("Colin Marsh-Reed")
    assert faults(lead) == []
    lead.follow("Remove")
    assert faults(lead) == []
    lead.press("Remove this role")
    expect(lead.banner()).to_contain_text("Colin Marsh-Reed is no longer contributor for Northdale Hospitals")
    # Then the contributor's next click asks for a sign-in, which says that there is no role
    contributor.open("/organisations/XD1")
    assert contributor.path == "/sign-in"
    contributor.sign_in("contributor.northdale")
    expect(contributor.page.locator(".nhsuk-error-summary")).to_contain_text("you have no role here at present")


def test_an_invitation_can_be_accepted_without_javascript(visit, demo_of_2020, mail_server) -> None:
    invite(visit("lead.northdale"))
    kim = visit(javascript=False)
    kim.open(link_mailed(demo_of_2020, mail_server))
    kim.page.get_by_label("New password").fill(PASSWORD)
    kim.press("Set password and accept")
    expect(kim.banner()).to_contain_text("You have accepted the invitation.")


def faults(visitor: Visitor) -> list[str]:
    """What is wrong with the page that is open, at the width of a desk and of a small phone."""
    found = visitor.faults_of_page(WIDE) + visitor.faults_of_page(NARROW)
    visitor.page.set_viewport_size({"width": WIDE, "height": 900})
    return found
