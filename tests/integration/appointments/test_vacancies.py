"""Vacancy in days: a table of days on both sides of each edge, for the rule and for its twin in SQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import make
import pytest
from flask.testing import FlaskClient

from tracker import clock
from tracker.appointments.models import Appointment
from tracker.appointments.rows import Vacancy
from tracker.appointments.rules import AppointmentRole, Term, days_vacant, vacant_since
from tracker.appointments.vacancies import vacancies
from tracker.db import session
from tracker.frameworks.rules import OrganisationType

ASKED = date(2020, 7, 31)
"""The day from which the eight urgent actions hold."""
RECORDED = datetime(2020, 7, 1, tzinfo=UTC)

Terms = list[tuple[date, date | None]]
D = date

TABLE: list[tuple[str, Terms, date | None, date, date | None, int | None]] = [
    # what, times in post, opened on, on, vacant since, days
    ("never one, the day before it was asked for", [], None, D(2020, 7, 30), None, None),
    ("never one, on the first day", [], None, D(2020, 7, 31), D(2020, 7, 31), 1),
    ("never one, the day after", [], None, D(2020, 8, 1), D(2020, 7, 31), 2),
    ("never one, opened later, on that day", [], D(2020, 9, 15), D(2020, 9, 15), D(2020, 9, 15), 1),
    ("never one, opened before it was asked for", [], D(2020, 7, 1), D(2020, 8, 1), D(2020, 7, 31), 2),
    ("in post on the last day", [(D(2020, 9, 1), D(2020, 9, 30))], None, D(2020, 9, 30), None, None),
    ("the day after the last one left", [(D(2020, 9, 1), D(2020, 9, 30))], None, D(2020, 10, 1), D(2020, 10, 1), 1),
    ("two days after", [(D(2020, 9, 1), D(2020, 9, 30))], None, D(2020, 10, 2), D(2020, 10, 1), 2),
    ("before the first one came", [(D(2020, 9, 1), None)], None, D(2020, 8, 31), D(2020, 7, 31), 32),
    ("on the day the first one came", [(D(2020, 9, 1), None)], None, D(2020, 9, 1), None, None),
    ("in post with no last day", [(D(2020, 9, 1), None)], None, D(2024, 2, 29), None, None),
    ("left before it was asked for", [(D(2020, 1, 1), D(2020, 6, 30))], None, D(2020, 7, 31), D(2020, 7, 31), 1),
    ("left on the eve of it", [(D(2020, 1, 1), D(2020, 7, 30))], None, D(2020, 7, 31), D(2020, 7, 31), 1),
    ("left on the first day of it", [(D(2020, 1, 1), D(2020, 7, 31))], None, D(2020, 8, 1), D(2020, 8, 1), 1),
    (
        "between two: the last who left counts, who is to come does not",
        [(D(2020, 8, 1), D(2020, 8, 31)), (D(2020, 9, 10), D(2020, 9, 20)), (D(2020, 12, 1), None)],
        None,
        D(2020, 11, 2),
        D(2020, 9, 21),
        43,
    ),
    ("a day between", [(D(2020, 8, 1), D(2020, 8, 31)), (D(2020, 9, 2), None)], None, D(2020, 9, 1), D(2020, 9, 1), 1),
    ("over the end of summer time", [(D(2020, 8, 1), D(2020, 10, 24))], None, D(2020, 10, 26), D(2020, 10, 25), 2),
    ("over its beginning", [(D(2020, 8, 1), D(2021, 3, 27))], None, D(2021, 3, 29), D(2021, 3, 28), 2),
    ("over a leap day", [(D(2020, 8, 1), D(2024, 2, 28))], None, D(2024, 3, 1), D(2024, 2, 29), 2),
    ("over a common February", [(D(2020, 8, 1), D(2023, 2, 28))], None, D(2023, 3, 1), D(2023, 3, 1), 1),
    (
        "overlapping, the longer one counts",
        [(D(2020, 8, 1), D(2020, 9, 30)), (D(2020, 9, 1), D(2020, 9, 10))],
        None,
        D(2020, 10, 1),
        D(2020, 10, 1),
        1,
    ),
]  # fmt: skip


@pytest.mark.parametrize("line", TABLE, ids=[line[0] for line in TABLE])
def test_the_rule_says_since_when_and_for_how_many_days(
    line: tuple[str, Terms, date | None, date, date | None, int | None],
) -> None:
    _, terms, opened_on, on, since, days = line
    found = vacant_since([Term(*term) for term in terms], ASKED, opened_on, on)
    assert found == since
    assert (days_vacant(found, on) if found else None) == days


def test_its_twin_in_sql_says_the_same_of_every_line(world: make.World) -> None:
    """One trust for each line of the table, all read together for each day that occurs."""
    person = make.person(make.Role.LEAD, world.north_trust)
    ids = {}
    for number, (what, terms, opened_on, *_) in enumerate(TABLE):
        ids[what] = make.organisation(f"XV{number}", f"Trust {number}", OrganisationType.TRUST, opened_on=opened_on)
        session().add_all(
            Appointment(
                organisation_id=ids[what],
                person_id=person,
                role=AppointmentRole.EXECUTIVE_LEAD,
                job_title="Director",
                starts_on=starts_on,
                ends_on=ends_on,
                recorded_at=RECORDED,
            )
            for starts_on, ends_on in terms
        )
    session().commit()
    days = sorted({line[3] for line in TABLE} | {line[3] + timedelta(days=1) for line in TABLE})
    for on in days:
        found = vacancies(on)
        for what, terms, opened_on, *_ in TABLE:
            if opened_on is not None and on < opened_on:
                continue  # It is not there yet.
            since = vacant_since([Term(*term) for term in terms], ASKED, opened_on, on)
            expected = None if since is None else Vacancy(ids[what], since)
            assert found.get(ids[what]) == expected, (what, on)


def test_who_need_not_name_a_lead_has_no_vacancy(world: make.World) -> None:
    practice = make.organisation("A1", "A Practice", OrganisationType.PRACTICE)
    hub = make.organisation("A2", "A Hub", OrganisationType.COMMISSIONING_HUB)
    session().commit()
    found = vacancies(date(2020, 11, 2))
    assert not {practice, hub, world.north_region} & set(found)
    assert {world.north_trust, world.north_system, world.north_ccg} <= set(found)
    assert vacant_since([], None, None, date(2020, 11, 2)) is None


def test_a_deputy_fills_no_vacancy_of_the_lead_and_begins_none_by_leaving(world: make.World) -> None:
    for ends_on in (None, date(2020, 9, 30)):
        session().add(
            Appointment(
                organisation_id=world.north_trust,
                person_id=make.person(make.Role.LEAD, world.north_trust),
                role=AppointmentRole.DEPUTY,
                job_title="Deputy",
                starts_on=ASKED,
                ends_on=ends_on,
                recorded_at=RECORDED,
            )
        )
    session().commit()
    assert vacancies(date(2020, 11, 2))[world.north_trust].since == ASKED


def test_it_is_told_as_it_was_known(world: make.World) -> None:
    """A lead who was recorded late fills the time in what is known now, and not in what was known then."""
    recorded_at = datetime(2020, 10, 10, 12, tzinfo=UTC)
    session().add(
        Appointment(
            organisation_id=world.north_trust,
            person_id=make.person(make.Role.LEAD, world.north_trust),
            role=AppointmentRole.EXECUTIVE_LEAD,
            job_title="Director",
            starts_on=date(2020, 9, 1),
            recorded_at=recorded_at,
        )
    )
    session().commit()
    on, body = date(2020, 9, 30), world.north_trust
    assert body not in vacancies(on)
    assert body not in vacancies(on, recorded_at)
    assert vacancies(on, recorded_at - timedelta(seconds=1))[body].since == ASKED
    assert set(vacancies(on, organisation_ids=[world.south_trust])) == {world.south_trust}


def test_the_days_grow_by_one_each_london_day(client: FlaskClient, world: make.World) -> None:
    """Half past midnight of the day on which the clocks have gone back is that day, whatever UTC says."""
    for at, words in (
        (datetime(2020, 10, 24, 22, 30, tzinfo=UTC), "Vacant for 86 days, since 31 July 2020"),
        (datetime(2020, 10, 24, 23, 30, tzinfo=UTC), "Vacant for 87 days, since 31 July 2020"),
        (datetime(2020, 10, 25, 23, 30, tzinfo=UTC), "Vacant for 87 days, since 31 July 2020"),
        (datetime(2020, 10, 26, 0, 30, tzinfo=UTC), "Vacant for 88 days, since 31 July 2020"),
    ):
        with clock.frozen(at):
            make.sign_in(client, make.Role.LEAD, world.north_trust)
            assert words in client.get("/organisations/XN1/in-post").get_data(as_text=True)
