"""A list is kept as it is filtered: once, for oneself or the team, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tracker.accounts.rules import Role
from tracker.db import session
from tracker.progress.models import SavedView

VIEWS, NEW = "/review/saved-views", "/review/saved-views/new"
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def enter(app: Flask, world: make.World) -> SignIn:
    def sign_in(name: str, role: Role, body: int | None) -> FlaskClient:
        client = app.test_client()
        make.person(role, body, email=f"{name}@example.nhs.uk", name=f"{name.title()} Ashdown")
        make.enter(client, f"{name}@example.nhs.uk")
        return client

    return sign_in


def save(client: FlaskClient, name: str, who: str, address: str, key: str) -> str:
    """Fill in the form that a list leads to; where it leads back to."""
    token = make.csrf_token(client, f"{NEW}?{address}")
    of, _, query = address.removeprefix("of=").partition("&")
    said = {"csrf_token": token, "name": name, "who": who, "of": of, "query": query, "submission_key": key}
    return str(client.post(NEW, data=said).location)


def test_a_view_is_found_by_whom_it_is_for_and_removed_by_its_owner_alone(enter: SignIn, world: make.World) -> None:
    ours = enter("robin", Role.REGION, world.north_region)
    colleague = enter("kit", Role.REGION, world.north_region)
    strangers = [
        enter("sam", Role.REGION, world.south_region),
        enter("alex", Role.NATIONAL, None),
        enter("jo", Role.SYSTEM, world.north_system),
    ]
    listed = ours.get("/review/overdue?type=trust&page=1").get_data(as_text=True)
    assert f"{NEW}?type=trust&amp;of=overdue" in listed
    back = save(ours, "Late trusts", "shared", "of=overdue&type=trust&sort=-days&page=3", "a")
    assert back == "/review/overdue?sort=-days&type=trust"
    assert ours.get(back).status_code == 200
    save(ours, "Mine <alone>", "private", "of=grid&by=system", "b")
    save(ours, "Late trusts", "shared", "of=overdue&type=trust", "a")
    assert session().scalar(sa.select(sa.func.count(SavedView.id))) == 2
    page = ours.get(VIEWS).get_data(as_text=True)
    assert "Mine &lt;alone&gt;" in page
    assert 'href="/review/grid?by=system"' in page
    theirs = colleague.get(VIEWS).get_data(as_text=True)
    assert "Late trusts" in theirs
    assert "Shared by Robin Ashdown" in theirs
    assert "alone" not in theirs
    for stranger in strangers:
        assert "There is none yet." in stranger.get(VIEWS).get_data(as_text=True)
    view_id = session().scalars(sa.select(SavedView.id).where(SavedView.is_shared)).one()
    assert colleague.get(f"{VIEWS}/{view_id}/remove").status_code == 404
    token = make.csrf_token(ours, f"{VIEWS}/{view_id}/remove")
    assert ours.post(f"{VIEWS}/{view_id}/remove", data={"csrf_token": token}).status_code == 302
    assert "Late trusts" not in colleague.get(VIEWS).get_data(as_text=True)
    assert ours.get(f"{VIEWS}/{view_id}/remove").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_view_without_a_name_is_asked_for_one_and_keeps_its_filters(enter: SignIn, world: make.World) -> None:
    ours = enter("robin", Role.REGION, world.north_region)
    token = make.csrf_token(ours, NEW)
    said = {"csrf_token": token, "name": " ", "of": "grid", "query": "by=system"}
    page = ours.post(NEW, data=said).get_data(as_text=True)
    assert "Enter a name for the view" in page
    assert "Choose who can open the view" in page
    assert 'value="by=system"' in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_national_team_shares_with_itself(enter: SignIn, world: make.World) -> None:
    save(enter("robin", Role.NATIONAL, None), "All regions", "shared", "of=charts", "a")
    assert "All regions" in enter("kit", Role.NATIONAL, None).get(VIEWS).get_data(as_text=True)
    assert "All regions" not in enter("sam", Role.REGION, world.north_region).get(VIEWS).get_data(as_text=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("of=overdue&system=ZZ", "System: there is no “ZZ” in what you may see."),
        ("of=grid&by=nobody", "One line for each: there is no “nobody” in what you may see."),
        ("of=charts&as_at=soon", "As at: “soon” is not a day."),
    ],
)
def test_a_view_that_nobody_could_open_is_not_saved_and_says_why(
    enter: SignIn, world: make.World, address: str, sentence: str
) -> None:
    ours = enter("robin", Role.REGION, world.north_region)
    page = ours.get(f"{NEW}?{address}")
    assert page.status_code == 400
    assert sentence in page.get_data(as_text=True)
    of, _, query = address.removeprefix("of=").partition("&")
    said = {"csrf_token": make.csrf_token(ours, NEW), "name": "Ours", "who": "private", "of": of, "query": query}
    assert ours.post(NEW, data=said).status_code == 400
    assert session().scalar(sa.select(sa.func.count(SavedView.id))) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_person_keeps_one_view_of_a_name_and_others_may_have_it_too(enter: SignIn, world: make.World) -> None:
    ours = enter("robin", Role.REGION, world.north_region)
    save(ours, "Late trusts", "private", "of=overdue&type=trust", "a")
    said = {"csrf_token": make.csrf_token(ours, NEW), "name": "late trusts", "who": "private", "of": "grid"}
    refused = ours.post(NEW, data=said | {"submission_key": "b"})
    assert refused.status_code == 409
    assert "You have a view of this name." in refused.get_data(as_text=True)
    assert 'value="late trusts"' in refused.get_data(as_text=True)
    save(enter("kit", Role.REGION, world.north_region), "Late trusts", "private", "of=grid", "c")
    assert session().scalar(sa.select(sa.func.count(SavedView.id))) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_sees_these_lists_is_led_to_how_far_targets_slipped(enter: SignIn, world: make.World) -> None:
    for name, role, body in (("robin", Role.SYSTEM, world.north_system), ("kit", Role.NATIONAL, None)):
        client = enter(name, role, body)
        for path in ("/review/overdue", "/review/grid?by=region&since=2020-10-01"):
            page = client.get(path).get_data(as_text=True)
            assert 'href="/review/slippage"' in page
        assert 'href="/review/charts?"' in page, "The charts know no lines and no other day."
        assert client.get("/review/slippage").status_code == 200
