"""Who invites whom, what the mail says, and that nobody learns by inviting whether an address is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import NEW, invitations, invite, invited, newest, said

from tracker.accounts.models import Account, Person
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.frameworks.rules import OrganisationType
from tracker.mail.models import OutboxMessage

Enter = Callable[..., FlaskClient]
Later = Callable[..., AbstractContextManager[None]]


def test_a_lead_invites_into_their_own_organisation_without_naming_it(enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    page = lead.get("/people/invite").text
    assert "Dales Hospitals NHS Trust (XN1)" in page
    assert 'type="hidden" name="organisation" value="XN1"' in page
    assert invite(lead, Role.BOARD).location == "/people"
    assert (newest().role, newest().organisation_id) == (Role.BOARD, world.north_trust)
    assert "The invitation is on its way." in lead.get("/people").text


def test_a_region_names_the_organisation_by_its_code(enter: Enter, world: make.World) -> None:
    assert invite(enter(Role.REGION), Role.LEAD, " 0n1 ").status_code == 302
    assert (newest().role, newest().organisation_id) == (Role.LEAD, world.north_ccg)


@pytest.mark.parametrize(
    ("role", "code"), [("national", ""), ("administrator", ""), ("region", "YS1"), ("lead", "XS1")]
)
def test_an_administrator_invites_for_every_role(enter: Enter, role: str, code: str) -> None:
    assert invite(enter(Role.ADMINISTRATOR), role, code).status_code == 302
    assert newest().role is Role(role)


def test_a_lead_of_two_organisations_chooses_between_them(app: Flask, enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    make.person(Role.LEAD, world.north_ccg, email="both@example.nhs.uk")
    session().execute(sa.text("UPDATE membership SET person_id = (SELECT max(person_id) FROM account)"))
    session().commit()
    both = app.test_client()
    make.enter(both, "both@example.nhs.uk")
    page = both.get("/people/invite").text
    assert "NHS Dales CCG (0N1)" in page
    assert "Dales Hospitals NHS Trust (XN1)" in page
    assert "Enter the ODS code" in invite(both, Role.BOARD).text
    assert invite(both, Role.BOARD, "0N1").status_code == 302
    assert newest().organisation_id == world.north_ccg
    assert lead.get("/people").status_code == 302, "The role has moved to somebody else."


@pytest.mark.parametrize(
    ("fields", "said_"),
    [
        ({"name": ""}, "Enter the person’s name"),
        ({"name": "x" * 201}, "200 characters or fewer"),
        ({"name": '=HYPERLINK("https://elsewhere.example")'}, "Name must begin with a letter, not with “=”"),
        ({"email": ""}, "Enter the person’s work email address"),
        ({"email": "kim"}, "must be an email address in the correct format"),
        ({"email": "kïm@example.nhs.uk"}, "No mail server takes this address"),
        ({"role": ""}, "Choose a role"),
        ({"role": "chair"}, "choose one of the answers that are offered"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(
    enter: Enter, fields: dict[str, str], said_: str
) -> None:
    lead = enter(Role.LEAD)
    answer = invite(lead, **fields)
    assert answer.status_code == 200
    assert said_ in answer.text
    assert invitations() == []
    if "email" not in fields:
        assert f'value="{NEW}"' in answer.text


@pytest.mark.parametrize(
    ("role", "code", "said_"),
    [
        ("lead", "", "Enter the ODS code of the organisation"),
        ("national", "XN1", "Leave the code out"),
        ("lead", "XZ9", "There is no open organisation with this code"),
        ("lead", "YN1", "The role lead cannot be held in YN1"),
        ("system", "XN1", "The role system cannot be held in XN1"),
    ],
)
def test_a_role_that_does_not_fit_the_organisation_is_said_beside_it(
    enter: Enter, role: str, code: str, said_: str
) -> None:
    answer = invite(enter(Role.ADMINISTRATOR), role, code)
    assert answer.status_code == 200
    assert said_ in answer.text
    assert invitations() == []


def test_an_organisation_of_another_region_and_one_that_is_none_are_answered_alike(enter: Enter) -> None:
    region = enter(Role.REGION)
    foreign, unknown = (
        _without_what_must_differ(invite(region, Role.LEAD, code).text.replace(code, "CODE"), NEW, "none")
        for code in ("XS1", "XZ9")
    )
    assert foreign == unknown
    assert "There is no open organisation with this code" in foreign
    assert invitations() == []


def test_a_known_and_an_unknown_address_are_answered_alike_everywhere(
    app: Flask, enter: Enter, world: make.World
) -> None:
    """Somebody of another organisation, somebody switched off and nobody at all: the inviter sees no difference."""
    make.person(Role.LEAD, world.south_trust, email="known@example.nhs.uk", name="Known Elsewhere")
    make.person(Role.LEAD, world.south_trust, email="gone0@example.nhs.uk", name="Switched Off")
    session().execute(sa.update(Account).where(Account.sign_in_email == "gone0@example.nhs.uk").values(is_active=False))
    session().commit()
    lead, seen = enter(Role.LEAD), []
    for address in ("known@example.nhs.uk", "gone0@example.nhs.uk", "fresh@example.nhs.uk"):
        answer = invite(lead, email=address)
        number = str(newest().id)
        pages = [
            f"{answer.status_code} {answer.location}",
            lead.get("/people").text,
            lead.get("/people?sort=-signed_in").text,
            lead.get("/people.csv").text,
            lead.get(f"/people/invitations/{number}").text,
        ]
        seen.append([_without_what_must_differ(page, address, number) for page in pages])
        lead.post(
            f"/people/invitations/{number}/withdraw", data={"csrf_token": make.csrf_token(lead, "/people/invite")}
        )
        lead.get("/people")  # The banner has been seen.
    assert seen[0] == seen[1]
    assert seen[0] == seen[2]
    assert "Known Elsewhere" not in str(seen)


def _without_what_must_differ(page: str, address: str, number: str) -> str:
    """What a page says, without the address itself, the number of the invitation and the token of its form."""
    said_ = page.split("<main")[-1].replace("<wbr>", "").replace(address, "ADDRESS")
    return re.sub(r'name="csrf_token"[^>]*value="[^"]+"', "", said_.replace(f"/invitations/{number}", "/invitations/N"))


def test_an_invited_person_has_no_page_of_their_own_for_the_inviter(enter: Enter, world: make.World) -> None:
    """Their number would tell an old account from a new one."""
    known = make.person(Role.LEAD, world.south_trust, email="known@example.nhs.uk")
    lead, administrator = enter(Role.LEAD), enter(Role.ADMINISTRATOR)
    invite(lead, email="known@example.nhs.uk")
    assert lead.get(f"/people/{known}").status_code == 404
    assert administrator.get(f"/people/{known}").status_code == 200
    assert str(known) not in {entry.subject.removeprefix("person ") for entry in said("invited")}


def test_the_name_of_somebody_who_has_an_account_stays_as_it_is(enter: Enter, world: make.World) -> None:
    person_id = make.person(Role.LEAD, world.south_trust, email="known@example.nhs.uk", name="Known Elsewhere")
    invite(enter(Role.LEAD), email=" KNOWN@example.nhs.uk ", name="Another Name")
    assert session().get_one(Person, person_id).name == "Known Elsewhere"
    assert session().scalar(sa.select(sa.func.count()).select_from(Account)) == 2


def test_somebody_who_holds_the_role_is_not_invited_again(enter: Enter, world: make.World) -> None:
    make.person(Role.BOARD, world.north_trust, email="board@example.nhs.uk")
    lead = enter(Role.LEAD)
    assert "holds the role already" in invite(lead, Role.BOARD, email="board@example.nhs.uk").text
    assert invite(lead, Role.CONTRIBUTOR, email="board@example.nhs.uk").status_code == 302


@pytest.mark.parametrize(
    ("role", "code", "offered"), [(Role.REGION, "XN1", "lead"), (Role.ADMINISTRATOR, "", "national")]
)
def test_nobody_invites_themselves(enter: Enter, country: object, role: Role, code: str, offered: str) -> None:
    """A regional team that led a trust would assure its own claims."""
    own = f"{role.value}.{country.body_of(role) or 'all'}@example.nhs.uk"  # type: ignore[attr-defined]
    answer = invite(enter(role), offered, code, email=own.upper())
    assert "Nobody invites themselves" in answer.text
    assert invitations() == []


def test_an_invitation_is_withdrawn(client: FlaskClient, enter: Enter) -> None:
    lead = enter(Role.LEAD)
    link = invited(lead)
    page = f"/people/invitations/{newest().id}"
    lead.post(f"{page}/withdraw", data={"csrf_token": make.csrf_token(lead, page)})
    assert client.get(link).status_code == 404
    assert lead.get(page).status_code == 404
    assert NEW not in lead.get("/people").text.split("</section>")[-1].split("<table")[-1]
    (entry,) = said("invitation withdrawn")
    assert (entry.role, entry.before) == ("lead", {"role": "contributor", "body": "XN1"})


def test_a_lead_sees_the_regions_invitation_of_another_lead_and_may_not_touch_it(enter: Enter) -> None:
    invite(enter(Role.REGION), Role.LEAD, "XN1")
    lead, page = enter(Role.LEAD), f"/people/invitations/{newest().id}"
    assert "Withdraw it" not in lead.get(page).text
    token = make.csrf_token(lead, "/people/invite")
    for what in ("withdraw", "send-again"):
        assert lead.post(f"{page}/{what}", data={"csrf_token": token}).status_code == 403
    assert [each.voided_at for each in invitations()] == [None]


def test_invitations_of_elsewhere_are_not_there(enter: Enter, world: make.World) -> None:
    invite(enter(Role.LEAD, world.south_trust))
    page, token = f"/people/invitations/{newest().id}", "csrf_token"
    for role in (Role.LEAD, Role.REGION):
        client = enter(role)
        sent = {token: make.csrf_token(client, "/people/invite")}
        assert client.get(page).status_code == 404
        assert client.post(f"{page}/withdraw", data=sent).status_code == 404
        assert client.post(f"{page}/send-again", data=sent).status_code == 404


def test_the_audit_says_who_invited_through_which_role_and_names_nobody(enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    invite(lead)
    (entry,) = said("invited")
    assert entry.person_id == make.person(Role.LEAD, world.north_trust)
    assert (entry.role, entry.after) == ("lead", {"role": "contributor", "body": "XN1"})
    for each in said("invited") + said("account added"):
        assert "kim" not in f"{each.subject} {each.before} {each.after}".lower()


def test_no_usable_link_stands_in_the_database(enter: Enter) -> None:
    link = invited(enter(Role.LEAD))
    token = link.rpartition("/")[2]
    rows = session().execute(sa.text("SELECT token_hash FROM one_time_link")).scalars().all()
    bodies = session().scalars(sa.select(OutboxMessage.body)).all()
    assert token not in str(rows) + str(bodies)


def test_an_organisation_that_is_not_open_today_takes_no_invitations(enter: Enter, world: make.World) -> None:
    from datetime import date

    make.organisation(
        "XN8",
        "Closed Hospitals NHS Trust",
        OrganisationType.TRUST,
        region=world.north_region,
        closed_on=date(2020, 11, 1),
    )
    make.organisation(
        "XN9",
        "Closing Hospitals NHS Trust",
        OrganisationType.TRUST,
        region=world.north_region,
        closed_on=date(2020, 11, 2),
    )
    session().commit()
    region = enter(Role.REGION)
    assert "no open organisation" in invite(region, Role.LEAD, "XN8").text
    assert invite(region, Role.LEAD, "XN9").status_code == 302
