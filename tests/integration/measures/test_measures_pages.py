"""The pages of measures: the list, one measure with its chart and table, and the same rows as files."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import make
import openpyxl
import pytest
from flask.testing import FlaskClient
from integration.measures.saying import Saying, text_of, words_of

from tracker.accounts.rules import Role
from tracker.frameworks.rules import Service
from tracker.measures.rules import Direction, Unit

LIST = "/organisations/0N1/measures"
CHECKS = f"{LIST}/ld-health-checks"


def rows_of(page: str) -> list[str]:
    """The rows of the tables of a page, as text."""
    bodies = re.findall(r"<tr class=\"nhsuk-table__row\">(.*?)</tr>", page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in bodies if 'scope="row"' in row]


def test_the_list_says_the_latest_value_its_day_the_distance_in_words_and_the_trend(
    as_ccg_lead: FlaskClient, checked: Saying
) -> None:
    row = next(row for row in rows_of(text_of(as_ccg_lead.get(LIST))) if "learning disability" in row)
    assert "62.8%" in row
    assert "30 September 2020" in row
    assert "4.2 percentage points below 67% (national target)" in row
    assert "Improving" in row
    assert "Ask 4.2" in row


def test_a_measure_without_readings_says_so_and_names_its_target(as_ccg_lead: FlaskClient) -> None:
    rows = rows_of(text_of(as_ccg_lead.get(LIST)))
    checks = next(row for row in rows if "learning disability" in row)
    assert "None yet No date" in checks
    assert "National target: 67% by 31 March 2021" in checks
    ethnicity = next(row for row in rows if row.startswith("Ethnicity recorded for patients"))
    assert "No target" in ethnicity


@pytest.mark.parametrize(
    ("code", "there", "not_there"),
    [
        ("0N1", {"ld-health-checks", "ethnicity-recorded"}, {"continuity-of-carer", "activity-restored"}),
        ("XN1", {"continuity-of-carer", "activity-restored", "pathways-reviewed"}, {"ld-health-checks"}),
        ("QN1", {"nhs-111-reviewed", "ethnicity-mental-health"}, {"continuity-of-carer", "ld-health-checks"}),
        ("YN1", set(), {"ethnicity-recorded", "core20-smi-checks"}),
    ],
)
def test_an_organisation_is_shown_the_measures_of_the_asks_that_apply_to_it(
    client: FlaskClient, world: make.World, code: str, there: set[str], not_there: set[str]
) -> None:
    make.sign_in(client, Role.NATIONAL)
    page = text_of(client.get(f"/organisations/{code}/measures"))
    keys = set(re.findall(rf"/organisations/{code}/measures/([a-z0-9-]+)\"", page))
    assert there <= keys
    assert not_there.isdisjoint(keys)


def test_a_measure_that_depends_on_a_service_is_to_confirm_until_the_service_is_answered(
    client: FlaskClient, world: make.World, says: Saying
) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    path = "/organisations/XN1/measures/continuity-of-carer"
    assert "To confirm: it depends on the services you run" in words_of(client.get(path))
    make.service_answer(world.north_trust, Service.MATERNITY, True)
    assert "To confirm" not in words_of(client.get(path))


def test_a_service_that_is_not_run_takes_its_measures_away_but_never_readings_that_are_there(
    client: FlaskClient, world: make.World, says: Saying
) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    says.add("continuity-of-carer", date(2020, 9, 30), 120, 400)
    make.service_answer(world.north_trust, Service.MATERNITY, False)
    assert client.get("/organisations/XN1/measures/continuity-of-carer").status_code == 200
    assert client.get("/organisations/XN1/measures/continuity-most-deprived").status_code == 404


def test_the_page_of_a_measure_says_where_it_stands_and_where_sources_differ(
    as_ccg_lead: FlaskClient, checked: Saying
) -> None:
    first = checked.series("ld-health-checks").readings[0]
    checked.aim("ld-health-checks", 650, baseline=first.reading_id, on=date(2020, 12, 31))
    page = words_of(as_ccg_lead.get(CHECKS))
    assert "62.8% (785 of 1,250), to 30 September 2020" in page
    assert "Improving: 51.2% before, to 30 June 2020" in page
    assert "67% by 31 March 2021 4.2 percentage points below 67%" in page
    assert "65% by 31 December 2020 2.2 percentage points below 65%" in page
    assert "41.6%, to 31 March 2020 21.2 percentage points higher since" in page
    assert "Where sources differ" in page
    assert "The checks, with no percentage." in page
    assert "Staffordshire and Stoke-on-Trent" in page
    assert "never looks better than it is" in page


def test_a_provisional_target_and_another_source_s_are_shown_as_what_they_are(
    client: FlaskClient, world: make.World
) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    page = words_of(client.get("/organisations/XN1/measures/continuity-of-carer"))
    assert "35% by March 2021 (provisional)" in page
    assert "(provisional: not confirmed by a public source yet)" in page
    asked = words_of(client.get("/organisations/XN1/8ua-2020/2.3"))
    assert "(provisional)" in asked
    assert "How sure we are Provisional: not confirmed by a public source yet" in asked
    assert "75% of women from Black, Asian and minority ethnic communities" in page


def test_the_chart_has_a_title_a_description_and_a_line_for_each_target(
    as_ccg_lead: FlaskClient, checked: Saying
) -> None:
    checked.aim("ld-health-checks", 700, baseline=checked.series("ld-health-checks").readings[0].reading_id)
    page = text_of(as_ccg_lead.get(CHECKS))
    drawing = page.split('<svg class="app-chart__drawing"', 1)[1].split("</svg>", 1)[0]
    assert 'role="img" aria-labelledby="chart-title chart-description"' in drawing
    assert "41.6% in the period to 31 March 2020 and 62.8% in the period to 30 September 2020." in drawing
    assert drawing.count("<circle") == 3
    for line in ("National target 67%", "Own target 70%", "Baseline 41.6%"):
        assert f">{line}</text>" in drawing
    assert "style=" not in drawing


def test_the_table_holds_every_number_of_the_chart(as_ccg_lead: FlaskClient, checked: Saying) -> None:
    rows = rows_of(text_of(as_ccg_lead.get(CHECKS)))
    assert [row.split(" ", 3)[:3] for row in rows] == [
        ["30", "September", "2020"],
        ["30", "June", "2020"],
        ["31", "March", "2020"],
    ]
    assert "785 1,250 62.8% Local register None" in rows[0]


def test_one_reading_is_no_trend_and_draws_no_chart(as_ccg_lead: FlaskClient, ccg_says: Saying) -> None:
    ccg_says.add("ld-health-checks", date(2020, 9, 30), 785, 1_250)
    page = text_of(as_ccg_lead.get(CHECKS))
    assert '<svg class="app-chart__drawing"' not in page
    assert "First reading" in page


def test_the_files_hold_the_same_rows_with_codes_and_plain_numbers(as_ccg_lead: FlaskClient, checked: Saying) -> None:
    readings = list(csv.DictReader(io.StringIO(as_ccg_lead.get(f"{CHECKS}/readings.csv").get_data(as_text=True))))
    assert [row["period_end"] for row in readings] == ["2020-09-30", "2020-06-30", "2020-03-31"]
    assert readings[0] == {
        "ods_code": "0N1",
        "organisation": "NHS Dales CCG",
        "measure_code": "ld-health-checks",
        "measure": "Annual health checks for people with a learning disability",
        "unit": "share",
        "period_end": "2020-09-30",
        "numerator": "785",
        "denominator": "1250",
        "counts_rounded": "no",
        "value": "62.8",
        "source": "Local register",
        "corrected": "no",
        "is_baseline": "no",
    }
    measures = list(csv.DictReader(io.StringIO(as_ccg_lead.get(f"{LIST}.csv").get_data(as_text=True))))
    checks = next(row for row in measures if row["measure_code"] == "ld-health-checks")
    assert (checks["value"], checks["national_target"], checks["national_target_by"]) == ("62.8", "67.0", "2021-03-31")
    assert checks["against_national_target"] == "4.2 percentage points below 67%"
    assert len(measures) == len(rows_of(text_of(as_ccg_lead.get(LIST))))


@pytest.mark.parametrize("path", [f"{LIST}.xlsx", f"{CHECKS}/readings.xlsx"])
def test_the_same_rows_come_as_a_workbook(as_ccg_lead: FlaskClient, checked: Saying, path: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_ccg_lead.get(path).data))
    values = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"62.8", 785} <= values


def test_a_measure_that_is_only_watched_says_higher_and_lower_and_not_better(
    client: FlaskClient, world: make.World, says: Saying
) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    says.add("activity-most-deprived", date(2020, 8, 31), 210, 1_000)
    says.add("activity-most-deprived", date(2020, 9, 30), 260, 1_000)
    page = words_of(client.get("/organisations/XN1/measures/activity-most-deprived"))
    assert "Higher: 21.0% before" in page
    assert "Improving" not in page


def test_a_count_has_no_denominator_anywhere(client: FlaskClient, world: make.World, says: Saying) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    key = says.own("Community sessions", Unit.COUNT, direction=Direction.HIGHER, counts_people=False)
    says.add(key, date(2020, 8, 31), 3, None)
    says.add(key, date(2020, 9, 30), 12, None)
    page = words_of(client.get(f"/organisations/XN1/measures/{key}"))
    assert "Latest 12, to 30 September 2020" in page
    assert "Not applicable" in page


@pytest.mark.parametrize("key", ["nothing-like-it", "own-1", "ld-health-checks"])
def test_a_measure_that_is_not_there_is_not_found(client: FlaskClient, world: make.World, key: str) -> None:
    """The trust is not asked for health checks, and has no measure of its own."""
    make.sign_in(client, Role.LEAD, world.north_trust)
    for path in (f"/organisations/XN1/measures/{key}", f"/organisations/XN1/measures/{key}/readings.csv"):
        assert client.get(path).status_code == 404
