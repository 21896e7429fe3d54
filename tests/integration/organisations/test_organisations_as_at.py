"""Organisations as they stood on a day: both sides of each edge, scope in SQL and Python, and people's choices."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from pathlib import Path

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from werkzeug.exceptions import NotFound

from tracker.accounts.rules import HeldRole, Permission, Role, Scope, Viewer
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction
from tracker.frameworks.rules import OrganisationType, Service
from tracker.organisations.models import Organisation, OrganisationLink
from tracker.organisations.queries import (
    OrganisationNotFound,
    OrganisationSummary,
    find_organisation_by_code,
    get_organisation_visible_to,
    in_scope,
    is_known,
    organisations_as_at,
    service_answers,
)
from tracker.organisations.rules import LinkKind, OrganisationError
from tracker.organisations.service import choose_system, record_service

FILES = Path(__file__).parents[2] / "fixtures" / "organisations"
DAY = date(2020, 9, 21)


@pytest.fixture
def place(app: Flask) -> dict[str, int]:
    """Two regions, three systems, and trusts that open and close."""
    north = make.organisation("YX1", "Northern Dales", OrganisationType.REGION)
    south = make.organisation("YX2", "Southern Downs", OrganisationType.REGION)
    dales = make.organisation("QX1", "Dales Care", OrganisationType.SYSTEM, region=north)
    downs = make.organisation("QX2", "Downs Care", OrganisationType.SYSTEM, region=south)
    ids = {"YX1": north, "YX2": south, "QX1": dales, "QX2": downs}
    for code, region, system, opened, closed in (
        ("XT1", north, dales, None, None),
        ("XT2", south, downs, date(2020, 9, 21), None),
        ("XT3", south, downs, None, date(2020, 9, 21)),
        ("XT4", None, None, None, None),
    ):
        ids[code] = make.organisation(
            code,
            f"Trust {code}",
            OrganisationType.TRUST,
            region=region,
            system=system,
            opened_on=opened,
            closed_on=closed,
        )
    session().commit()
    return ids


def codes_on(day: date, known_at: datetime | None = None) -> set[str]:
    return set(session().scalars(sa.select(organisations_as_at(day, known_at).c.code)))


def viewer(role: Role, organisation_id: int | None) -> Viewer:
    return Viewer(1, "Robin", (HeldRole(role, organisation_id, None),))


def test_a_body_is_open_on_its_first_and_last_day_and_not_before_or_after(place: dict[str, int]) -> None:
    always = {"YX1", "YX2", "QX1", "QX2", "XT1", "XT4"}
    assert codes_on(date(2020, 9, 20)) == always | {"XT3"}
    assert codes_on(date(2020, 9, 21)) == always | {"XT2", "XT3"}
    assert codes_on(date(2020, 9, 22)) == always | {"XT2"}


def test_nothing_is_known_at_an_instant_before_it_was_recorded(place: dict[str, int]) -> None:
    assert codes_on(DAY, datetime(1990, 1, 1, tzinfo=UTC)) == set()
    assert codes_on(DAY, make.LONG_AGO) == codes_on(DAY)


def test_a_region_has_no_region_and_a_system_has_one(place: dict[str, int]) -> None:
    columns = organisations_as_at(DAY).c
    rows = {
        row.code: (row.region_code, row.region_name, row.system_code, row.system_name)
        for row in session().execute(sa.select(*columns))
    }
    assert rows["YX1"] == (None, None, None, None)
    assert rows["QX1"] == ("YX1", "Northern Dales", None, None)
    assert rows["XT1"] == ("YX1", "Northern Dales", "QX1", "Dales Care")
    assert rows["XT4"] == (None, None, None, None)


def test_scope_in_sql_and_in_python_cover_the_same_organisations(place: dict[str, int]) -> None:
    organisations = organisations_as_at(DAY)
    everyone = [OrganisationSummary(**row._mapping) for row in session().execute(sa.select(organisations))]
    some = [frozenset(), frozenset({place["XT1"]}), frozenset({place["QX2"]}), frozenset({place["YX1"]})]
    scopes = [
        Scope(is_everywhere=everywhere, own=own, systems=systems, regions=regions)
        for everywhere in (False, True)
        for own, systems, regions in itertools.product(some, repeat=3)
    ]
    for scope in scopes:
        in_sql = set(session().scalars(sa.select(organisations.c.code).where(in_scope(organisations, scope))))
        assert in_sql == {each.code for each in everyone if scope.covers(each.place)}, scope


@pytest.mark.parametrize(
    ("role", "body", "seen"),
    [
        (Role.LEAD, "XT1", {"XT1"}),
        (Role.SYSTEM, "QX2", {"QX2", "XT2", "XT3"}),
        (Role.REGION, "YX1", {"YX1", "QX1", "XT1"}),
        (Role.NATIONAL, None, {"YX1", "YX2", "QX1", "QX2", "XT1", "XT2", "XT3", "XT4"}),
    ],
)
def test_an_organisation_out_of_sight_is_not_found(
    place: dict[str, int], role: Role, body: str | None, seen: set[str]
) -> None:
    asking = viewer(role, place[body] if body else None)
    found = set()
    for code in place:
        try:
            found.add(get_organisation_visible_to(asking, code.lower(), Permission.SEE_PROGRESS, as_at=DAY).code)
        except OrganisationNotFound:
            continue
    assert found == seen


def test_a_code_that_does_not_exist_is_not_found_even_by_national(place: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        get_organisation_visible_to(viewer(Role.NATIONAL, None), "XT9", Permission.SEE_PROGRESS)
    assert find_organisation_by_code("XT9") is None
    assert find_organisation_by_code(" xt1 ") is not None


def test_a_service_nobody_spoke_of_is_unknown_and_the_first_answer_has_always_held(place: dict[str, int]) -> None:
    trust = place["XT1"]
    assert service_answers(trust, DAY) == {}
    with transaction():
        record_service(trust, Service.MATERNITY, True, by=None)
    assert service_answers(trust, date(2001, 1, 1)) == {Service.MATERNITY: True}
    with transaction():
        record_service(trust, Service.MATERNITY, False, from_on=date(2021, 4, 1))
        record_service(trust, Service.MATERNITY, False, from_on=date(2021, 6, 1))
    assert service_answers(trust, date(2021, 3, 31)) == {Service.MATERNITY: True}
    assert service_answers(trust, date(2021, 4, 1)) == {Service.MATERNITY: False}
    said = session().scalars(sa.select(AuditEntry.verb)).all()
    assert said == ["service recorded"] * 2, "saying the same again is no change"


def system_of(code: str, day: date) -> tuple[str | None, str | None]:
    columns = organisations_as_at(day).c
    row = session().execute(sa.select(columns.system_code, columns.region_code).where(columns.code == code)).one()
    session().commit()
    return row.system_code, row.region_code


def test_a_chosen_system_wins_over_what_ods_says_and_its_region_follows(place: dict[str, int]) -> None:
    with transaction():
        choose_system(place["XT1"], "qx2", by=None)
    assert system_of("XT1", DAY) == ("QX2", "YX2")
    kept = session().execute(
        sa.select(OrganisationLink.link_kind, OrganisationLink.parent_id, OrganisationLink.is_overridden).where(
            OrganisationLink.child_id == place["XT1"], is_known(OrganisationLink)
        )
    )
    assert {(row.link_kind.value, row.parent_id, row.is_overridden) for row in kept} == {
        ("system", place["QX1"], True),
        ("region", place["YX1"], True),
        ("system", place["QX2"], False),
        ("region", place["YX2"], False),
    }
    session().commit()
    with transaction():
        choose_system(place["XT1"], None, from_on=date(2021, 4, 1))
    assert system_of("XT1", date(2021, 3, 31)) == ("QX2", "YX2")
    assert system_of("XT1", date(2021, 4, 1)) == ("QX1", "YX1")


def test_a_system_that_is_none_cannot_be_chosen(place: dict[str, int]) -> None:
    for code in ("XT2", "NONE", "YX1"):
        with pytest.raises(OrganisationError, match="is not a system that is open"):
            choose_system(place["XT1"], code)


def test_an_import_never_overwrites_a_choice_and_keeps_the_value_of_ods_beside_it(
    app: Flask, runner: FlaskCliRunner
) -> None:
    def imported(*names: str) -> str:
        result = runner.invoke(args=["organisations", "import", *[str(FILES / name) for name in names]])
        assert result.exit_code == 0, result.output
        return result.output.splitlines()[-1]

    imported("regions.csv", "systems.csv", "trusts.csv")
    trust = find_organisation_by_code("XT2")
    assert trust is not None
    with transaction():
        choose_system(trust.id, "QX3", from_on=date(2020, 10, 1))
    line = imported("etr_later.csv")
    assert line.startswith("new 1, changed 1, renamed 1, ")
    assert system_of("XT2", date(2020, 9, 30)) == ("QX1", "YX1")
    assert system_of("XT2", date(2020, 10, 1)) == ("QX3", "YX1")
    assert system_of("XT2", date(2023, 1, 1)) == ("QX3", "YX1")
    assert imported("etr_later.csv").startswith("new 0, changed 0, renamed 0, ")
    beside = session().execute(
        sa.select(OrganisationLink.starts_on, OrganisationLink.is_overridden)
        .join(Organisation, Organisation.id == OrganisationLink.parent_id)
        .where(
            OrganisationLink.child_id == trust.id,
            OrganisationLink.link_kind == LinkKind.SYSTEM,
            Organisation.code == "QX2",
            is_known(OrganisationLink),
        )
    )
    assert [tuple(row) for row in beside] == [(date(2020, 11, 2), True)]
