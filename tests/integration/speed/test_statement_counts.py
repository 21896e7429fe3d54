"""That a page costs at most ten statements, and as many in a large country as in a small one."""

from __future__ import annotations

from collections.abc import Iterator

import make
import pytest
import sqlalchemy as sa
from bench.country import LEAD_EMAIL, NATIONAL_EMAIL, REGION_EMAIL, Country, make_country
from bench.country_progress import TODAY
from bench.running import statements_of
from flask import Flask

from tracker import clock
from tracker.db import database, session
from tracker.frameworks.models import Ask, Framework
from tracker.organisations.queries import get_open_organisation
from tracker.progress.models import Progress, ProgressEntry, Target
from tracker.schema import METADATA

AT_MOST = 10
AT_MOST_OF_AN_ASK = 16
"""The page of an ask asks nine features, each once, beside who asks, where, and what stands and was said. One that is
late asks three times more who has done it: whether a day is kept, which types are tracked, and these organisations."""
AT_MOST_OF_AN_ORGANISATION = 13
"""So does the page of an organisation: what waits for its board, was escalated, said of its claims or reminded of."""
SMALL, LARGE = 10, 1_000

PAGES = (
    (LEAD_EMAIL, "/organisations/{trust}"),
    (REGION_EMAIL, "/organisations/{trust}"),
    (LEAD_EMAIL, "/organisations/{trust}/8ua-2020/6.1"),
    (LEAD_EMAIL, "/organisations/{trust}/8ua-2020/1.1"),
    (LEAD_EMAIL, "/organisations/{trust}/returns"),
    (LEAD_EMAIL, "/organisations/{trust}/in-post"),
    (LEAD_EMAIL, "/organisations/{trust}/evidence"),
    (LEAD_EMAIL, "/organisations/{trust}/measures"),
    (LEAD_EMAIL, "/organisations/{trust}/barriers"),
    (LEAD_EMAIL, "/organisations/{trust}/8ua-2020/6.1/update"),
    (LEAD_EMAIL, "/organisations/{trust}/8ua-2020/1.1/update"),
    (REGION_EMAIL, "/review/overdue"),
    (REGION_EMAIL, "/review/target-requests"),
    (NATIONAL_EMAIL, "/review/overdue"),
    (NATIONAL_EMAIL, "/review/overdue?page=99999"),
    (NATIONAL_EMAIL, "/review/overdue?region={region}"),
    (NATIONAL_EMAIL, "/review/overdue?system={system}"),
    (NATIONAL_EMAIL, "/review/overdue?type=trust"),
    (NATIONAL_EMAIL, "/review/overdue?action=8ua-2020/6"),
    (NATIONAL_EMAIL, "/review/overdue?sort=organisation"),
    (REGION_EMAIL, "/escalations"),
    (NATIONAL_EMAIL, "/escalations"),
    (NATIONAL_EMAIL, "/escalations?region={region}&state=proposed"),
    (REGION_EMAIL, "/escalations/log"),
    (REGION_EMAIL, "/organisations/{trust}/8ua-2020/6.1/escalation"),
    (LEAD_EMAIL, "/reminders/ledger"),
    (NATIONAL_EMAIL, "/reminders/ledger?organisation={trust}"),
    (LEAD_EMAIL, "/organisations/{trust}/reminders"),
    (LEAD_EMAIL, "/organisations/{trust}/8ua-2020/6.1/snooze"),
    (NATIONAL_EMAIL, "/organisations"),
    (NATIONAL_EMAIL, "/exports"),
)


@pytest.fixture
def june_2025() -> Iterator[None]:
    """The day at which the fictional country is looked at."""
    before = clock.pinned_day()
    clock.pin_day(TODAY)
    yield
    clock.pin_day(before)


@pytest.mark.usefixtures("june_2025")
def test_every_page_takes_at_most_ten_statements_and_as_many_for_a_thousand_organisations(app: Flask) -> None:
    small = _statements_of_pages(app, make_country(SMALL))
    _empty_every_table()
    large = _statements_of_pages(app, make_country(LARGE))

    most = {page: AT_MOST_OF_AN_ASK for page in large if page.endswith(("/8ua-2020/6.1", "/8ua-2020/1.1"))}
    most |= {page: AT_MOST_OF_AN_ORGANISATION for page in large if page.endswith(" /organisations/{trust}")}
    assert len(most) == 4
    assert {page: count for page, count in large.items() if count > most.get(page, AT_MOST)} == {}
    assert large == small


@pytest.mark.usefixtures("june_2025")
def test_the_country_of_the_benchmarks_agrees_with_itself(app: Flask) -> None:
    make_country(SMALL)
    latest = sa.func.row_number().over(
        partition_by=(ProgressEntry.organisation_id, ProgressEntry.ask_id),
        order_by=(ProgressEntry.true_on.desc(), ProgressEntry.id.desc()),
    )
    ranked = sa.select(ProgressEntry.id, ProgressEntry.status_class, latest.label("rank")).subquery()
    last = {row.id: row.status_class for row in session().execute(sa.select(ranked).where(ranked.c.rank == 1))}
    positions = session().execute(sa.select(Progress.entry_id, Progress.status_class)).all()

    assert {entry_id: status_class for entry_id, status_class in positions if entry_id is not None} == last
    assert session().scalar(sa.select(sa.func.count()).select_from(Ask)) == 40


def _leave_unsaid(code: str, refs: tuple[str, ...]) -> None:
    """Take back what an organisation said of some asks, so that their pages are alike in every country."""
    of = {"organisation_id": get_open_organisation(code).organisation_id}
    asks = sa.select(Ask.id).join(Framework).where(Framework.code == "8ua-2020", Ask.ref.in_(refs))
    for table in (Progress, ProgressEntry, Target):
        session().execute(sa.delete(table).filter_by(**of).where(table.ask_id.in_(asks)))
    session().commit()


def _statements_of_pages(app: Flask, country: Country) -> dict[str, int]:
    """How many statements each page takes, once it has been asked for before."""
    clients = {email: app.test_client() for email in (LEAD_EMAIL, REGION_EMAIL, NATIONAL_EMAIL)}
    for email, client in clients.items():
        make.enter(client, email)
    _leave_unsaid(country.trust_code, ("6.1", "1.1"))
    counts = {}
    for email, template in PAGES:
        address = template.format(trust=country.trust_code, region=country.region_code, system=country.system_code)
        clients[email].get(address)
        with statements_of(database.engine) as heard:
            response = clients[email].get(address)
        assert response.status_code == 200, f"{address}: {response.status}"
        counts[f"{email} {template}"] = len(heard)
    return counts


def _empty_every_table() -> None:
    session().commit()
    database.session.remove()
    with database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            names = ", ".join(table.name for table in METADATA.sorted_tables)
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        else:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(sa.delete(table))
