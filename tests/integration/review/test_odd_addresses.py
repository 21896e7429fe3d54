"""Addresses that somebody mistyped, kept too long or made up: an answer with a way on, and never a fault."""

from __future__ import annotations

import make
import pytest
from flask.testing import FlaskClient

from tracker.accounts.rules import Role
from tracker.db import transaction
from tracker.progress import kept

LISTS = ("overdue", "grid", "charts", "target-requests", "slippage", "saved-views")
ODD = (
    *("page=9999", "page=999999999", "page=99999999999999999999", "page=-1", "page=0", "page=½", "page=²"),
    *("sort=nonsense", "sort=-", "nonsense=1", "region=", "utm_source=mail", "as_at=", "since=", "page="),
)


@pytest.fixture
def as_national(client: FlaskClient, world: make.World) -> FlaskClient:
    with transaction():
        kept.keep()
    make.sign_in(client, Role.NATIONAL)
    return client


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("where", LISTS)
def test_what_is_no_page_and_no_filter_is_the_first_page_of_the_usual_list(
    client: FlaskClient, as_national: FlaskClient, world: make.World, where: str
) -> None:
    """An unknown page is page 1, as on every list of the service."""
    if where == "target-requests":
        make.sign_in(client, Role.REGION, world.north_region)
    for query in ODD:
        answer = client.get(f"/review/{where}?{query}")
        assert answer.status_code == 200, query
        assert "page 9999" not in answer.get_data(as_text=True)


FILTERS = {
    "overdue": ("quiet=0", "quiet=-1", "quiet=²", "days=1e3", "status=nope", "lead=x", "service=x", "as_at=0000-00-00"),
    "grid": ("by=x", "action=9", "action=nope/1", "framework=x", "as_at=99999-01-01", "since=2020-11-02", "overdue=x"),
    "charts": ("as_at=1999-12-31", "as_at=2020-11-03", "system=nope"),
    "slippage": ("days=x", "days=²", "system=nope", "action=x"),
}


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_filter_that_is_no_such_thing_is_said_and_lists_nothing(as_national: FlaskClient, where: str) -> None:
    for query in FILTERS[where]:
        answer = as_national.get(f"/review/{where}?{query}")
        assert answer.status_code == 400, query
        assert "Nothing is listed, so that nothing is taken for what you asked for." in answer.get_data(as_text=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_view_is_saved_of_what_is_no_list(as_national: FlaskClient) -> None:
    new = "/review/saved-views/new"
    answer = as_national.get(f"{new}?of=nope")
    assert answer.status_code == 404
    assert "Check that the web address is right and complete." in answer.get_data(as_text=True)
    said = {"csrf_token": make.csrf_token(as_national, new), "name": "Mine", "who": "private", "of": "nope"}
    assert as_national.post(new, data=said).status_code == 404
    # What is no filter is left out of the view, and what is none of the address does not break the page.
    for query in ("of=overdue&type=trust&nonsense=%ff", "of=grid&=&&;"):
        assert as_national.get(f"{new}?{query}").status_code == 200, query
    assert as_national.get(f"{new}?of=charts&system={'x' * 3000}").status_code == 400
    assert as_national.get("/review/saved-views/9999/remove").status_code == 404
