"""The published files themselves, with the counts in force on 21 September 2020; they are no part of the project."""

from __future__ import annotations

import os
from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from tracker.db import session
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.files import read_file
from tracker.organisations.models import OrganisationLink
from tracker.organisations.namesakes import namesakes
from tracker.organisations.planning import Picture, Planner
from tracker.organisations.queries import organisations_as_at
from tracker.organisations.statements import FileRefused, Reading

ODS = Path(os.environ.get("TRACKER_ODS_DIR", Path(__file__).parents[3] / "shared" / "ods"))
IN_FORCE = date(2020, 9, 21)
TRUSTS = "trusts_england_open_2020-09-21_derived.csv"
MAP = "gp_prac_map_2020-09-01.csv"
LISTS = ("regions_2020-09.csv", "stps_2020-09.csv", "ccgs_2020-09.csv", TRUSTS)

# Region: systems, CCGs, trusts with care trusts, practices (checked against the same files by hand).
BY_REGION = {
    "Y56": (5, 18, 35, 1_238),
    "Y58": (7, 7, 22, 578),
    "Y59": (6, 18, 31, 867),
    "Y60": (11, 24, 41, 1_312),
    "Y61": (6, 16, 22, 679),
    "Y62": (3, 27, 34, 1_003),
    "Y63": (4, 25, 33, 1_031),
}
COUNTED = (
    OrganisationType.SYSTEM,
    OrganisationType.CCG,
    OrganisationType.TRUST,
    OrganisationType.PRACTICE,
)

pytestmark = pytest.mark.skipif(
    not (ODS / MAP).is_file(), reason="the published files are not here; set TRACKER_ODS_DIR to their folder"
)


def imported(runner: FlaskCliRunner, *arguments: str) -> str:
    """The counts of a run, which must succeed."""
    in_folder = [str(ODS / each) if each.endswith(".csv") else each for each in arguments]
    result = runner.invoke(args=["organisations", "import", *in_folder])
    assert result.exit_code == 0, result.output
    line: str = result.output.splitlines()[-1]
    return line


@cache
def reading_of(name: str) -> Reading:
    return read_file(name, (ODS / name).read_bytes())


def by_region(day: date) -> dict[str | None, tuple[int, ...]]:
    columns = organisations_as_at(day).c
    query = sa.select(columns.region_code, columns.organisation_type, sa.func.count()).group_by(
        columns.region_code, columns.organisation_type
    )
    counts = {(region, kind): number for region, kind, number in session().execute(query)}
    session().commit()
    return {
        region: tuple(counts.get((region, kind), 0) for kind in COUNTED)
        for region in sorted({region for region, _ in counts if region})
    }


def count_of(kind: OrganisationType, day: date) -> int:
    columns = organisations_as_at(day).c
    number = session().scalar(sa.select(sa.func.count()).where(columns.organisation_type == kind)) or 0
    session().commit()
    return number


def test_the_lists_and_the_practice_map_give_the_known_counts_and_a_second_run_nothing(
    app: Flask, runner: FlaskCliRunner
) -> None:
    assert imported(runner, MAP, *LISTS).startswith("new 8361, changed 0, renamed 0, closed 0, ")
    assert by_region(IN_FORCE) == BY_REGION
    assert count_of(OrganisationType.REGION, IN_FORCE) == 7
    assert count_of(OrganisationType.TRUST, IN_FORCE) == 218
    assert count_of(OrganisationType.CCG, IN_FORCE) == 135
    assert count_of(OrganisationType.SYSTEM, IN_FORCE) == 42
    assert count_of(OrganisationType.PRACTICE, IN_FORCE) == 6_708
    assert count_of(OrganisationType.PCN, IN_FORCE) == 1_251
    links = session().scalar(sa.select(sa.func.count(OrganisationLink.id)))
    session().commit()
    assert imported(runner, *LISTS, MAP) == (
        "new 0, changed 0, renamed 0, closed 0, reopened 0, unchanged 8361, missing 0, rejected 0"
    )
    assert session().scalar(sa.select(sa.func.count(OrganisationLink.id))) == links


def test_the_update_run_finds_what_changed_until_march_2022_and_a_second_run_nothing(
    app: Flask, runner: FlaskCliRunner
) -> None:
    imported(runner, *LISTS)
    assert imported(runner, "etr_early2022.csv", "--effective-on", "2022-03-31") == (
        "new 1, changed 1, renamed 6, closed 0, reopened 0, unchanged 207, missing 4, rejected 3"
    )
    assert imported(runner, "etr_early2022.csv", "--effective-on", "2022-03-31") == (
        "new 0, changed 0, renamed 0, closed 0, reopened 0, unchanged 215, missing 4, rejected 3"
    )
    assert by_region(IN_FORCE) == {region: (*counts[:3], 0) for region, counts in BY_REGION.items()}, (
        "2020 is what it was: names, systems and trusts"
    )
    # Six closed by March 2022 (Poole, Bournemouth, Brompton, North West Boroughs, Pennine, Brighton), one opened.
    assert count_of(OrganisationType.TRUST, date(2022, 3, 31)) == 218 - 6 + 1


@pytest.mark.parametrize("order", [("etr_mid2020.csv", "etr_early2022.csv"), ("etr_early2022.csv", "etr_mid2020.csv")])
def test_no_file_of_trusts_undoes_the_closures_that_the_list_knows(
    app: Flask, runner: FlaskCliRunner, order: tuple[str, str]
) -> None:
    imported(runner, *LISTS)
    for name in order:
        assert ", closed 0, reopened 0, " in imported(runner, name)
    columns = organisations_as_at(date(2024, 9, 30)).c
    closing = set(session().scalars(sa.select(columns.code).where(columns.closed_on == date(2024, 9, 30))))
    assert closing == {"R1C", "RYK"}


def test_etr_of_mid_2020_alone_has_220_open_english_trusts_and_no_care_trusts(
    app: Flask, runner: FlaskCliRunner
) -> None:
    assert imported(runner, "etr_mid2020.csv") == (
        "new 224, changed 0, renamed 0, closed 0, reopened 0, unchanged 0, missing 0, rejected 3"
    )
    assert count_of(OrganisationType.TRUST, IN_FORCE) == 220
    columns = organisations_as_at(IN_FORCE).c
    care_trusts = session().scalars(sa.select(columns.code).where(columns.code.in_(["TAD", "TAF", "TAH", "TAJ"])))
    assert list(care_trusts) == []


def test_dissolved_trusts_that_came_before_the_regions_are_told_of(app: Flask, runner: FlaskCliRunner) -> None:
    imported(runner, "etr_mid2020.csv")
    result = runner.invoke(args=["organisations", "import", *(str(ODS / name) for name in LISTS)])
    assert "6 open organisations have no region: RA3, RBA, RC1, RDD, RJD, RQ8." in result.output


@pytest.mark.parametrize("order", list(permutations((*LISTS, MAP)))[::7])
def test_real_files_one_after_another_in_any_order_have_no_namesakes(order: tuple[str, ...]) -> None:
    known: dict[str, Picture] = {}
    for name in order:
        plan = Planner(known, today=IN_FORCE, effective_on=None).plan([reading_of(name)])
        assert (plan.errors, namesakes(plan)) == ((), ())
        known = dict(plan.after)


def test_a_mistyped_system_in_the_real_list_of_trusts_is_told_of() -> None:
    text = (ODS / TRUSTS).read_text().replace(",QOC,", ",QZZ,", 1)
    plan = Planner({}, today=IN_FORCE, effective_on=None).plan([read_file(TRUSTS, text.encode())])
    (error,) = namesakes(plan)
    assert "Shropshire and Telford and Wrekin" in error.problem


def test_the_names_that_naive_title_case_would_spoil_are_readable(app: Flask, runner: FlaskCliRunner) -> None:
    imported(runner, TRUSTS)
    columns = organisations_as_at(IN_FORCE).c
    query = sa.select(columns.code, columns.name, columns.published_name)
    names = {row.code: (row.name, row.published_name) for row in session().execute(query)}
    assert names["RJ1"] == (
        "Guy's and St Thomas' NHS Foundation Trust",
        "GUY'S AND ST THOMAS' NHS FOUNDATION TRUST",
    )
    assert not [name for name, _ in names.values() if "Nhs" in name or " Of " in name or " And " in name]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("succession_2022-10_derived.csv", "list of successions, which is not taken yet"),
        ("trust_successions_since_2020_09.csv", "list of successions, which is not taken yet"),
        ("icb_successions_2026.csv", "list of successions, which is not taken yet"),
        ("icbs_new_2026.csv", "later changes to systems, which is not taken yet"),
        ("systems_2020_2022_2026.csv", "later changes to systems, which is not taken yet"),
        ("ord_samples/organisation_RWR.json", "is JSON"),
        ("ord_samples/fhir_r4_organization_C88037_shape.json", "is JSON"),
        ("README.md", "has only one column|is no file|is not CSV"),
    ],
)
def test_the_other_files_are_refused_by_their_content(name: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        read_file(name, (ODS / name).read_bytes())
