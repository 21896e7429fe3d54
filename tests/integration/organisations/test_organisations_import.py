"""``flask organisations import`` and ``track`` against a database: what is printed, what is stored, what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from tracker import clock
from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.models import (
    Organisation,
    OrganisationImport,
    OrganisationLife,
    OrganisationLink,
    OrganisationName,
)
from tracker.organisations.queries import organisations_as_at, tracked_types

FILES = Path(__file__).parents[2] / "fixtures" / "organisations"
LISTS = ("regions.csv", "systems.csv", "ccgs.csv", "trusts.csv")
TABLES = (Organisation, OrganisationLife, OrganisationName, OrganisationLink, OrganisationImport, AuditEntry)


def run(runner: FlaskCliRunner, *arguments: str) -> Result:
    in_folder = [str(FILES / each) if (FILES / each).is_file() else each for each in arguments]
    return runner.invoke(args=["organisations", "import", *in_folder])


def done(result: Result) -> str:
    """The output of a run that must succeed."""
    assert result.exit_code == 0, result.output
    return result.output


def rows_stored() -> list[int]:
    counts = [session().scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in TABLES]
    session().commit()
    return counts


def facts_on(day: date) -> dict[str, tuple[str, str | None, str | None]]:
    organisations = organisations_as_at(day).c
    query = sa.select(organisations.code, organisations.name, organisations.system_code, organisations.region_code)
    found = {row.code: (row.name, row.system_code, row.region_code) for row in session().execute(query)}
    session().commit()
    return found


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_the_lists_are_imported_and_a_second_run_changes_nothing(app: Flask, runner: FlaskCliRunner) -> None:
    lines = done(run(runner, *LISTS)).splitlines()
    assert lines[-1] == ("new 13, changed 0, renamed 0, closed 0, reopened 0, unchanged 0, missing 0, rejected 0")
    before = rows_stored()
    lines = done(run(runner, *LISTS)).splitlines()
    assert lines[-1] == ("new 0, changed 0, renamed 0, closed 0, reopened 0, unchanged 13, missing 0, rejected 0")
    assert rows_stored() == before, "no row is written, the audit's included"


def test_every_kind_of_file_goes_into_one_run_in_any_order(app: Flask, runner: FlaskCliRunner) -> None:
    files = ("epcmem.csv", "epraccur.csv", "etr.csv", "gp-reg-pat-prac-map.csv", "eccg.csv", *LISTS[::-1])
    output = done(run(runner, *files))
    assert "etr.csv: etr (NHS trusts), 6 rows, as on 2020-11-02" in output
    assert "left out 1, outside England (region W00): rows 6" in output
    assert "gp-reg-pat-prac-map.csv: practice map (practice, PCN, CCG, STP, region), 5 rows, as on 2020-09-01" in output
    facts = facts_on(date(2020, 9, 21))
    assert facts["XT2"] == ("McKay's and St Anselm's NHS Foundation Trust", "QX1", "YX1")
    assert facts["X82001"] == ("Dr O'Hare's Practice", "QX2", "YX2")
    assert facts["XH1"] == ("Southern H&J Commissioning Hub", None, None)
    assert facts["YX1"] == ("Northern Dales", None, None)
    assert "XT5" not in facts, "it closed in 2018"


def test_an_update_run_dates_its_changes_and_says_what_it_did(app: Flask, runner: FlaskCliRunner) -> None:
    done(run(runner, *LISTS))
    lines = done(run(runner, "etr_later.csv", "--effective-on", "2022-03-31")).splitlines()
    assert lines[-1] == ("new 1, changed 1, renamed 1, closed 0, reopened 0, unchanged 2, missing 1, rejected 1")
    before, after = facts_on(date(2022, 3, 30)), facts_on(date(2022, 3, 31))
    assert (before["XT1"][0], after["XT1"][0]) == (
        "Dales Hospitals NHS Trust",
        "Dales and Moors Hospitals NHS Trust",
    )
    assert (before["XT2"][1:], after["XT2"][1:]) == (("QX1", "YX1"), ("QX2", "YX2"))
    assert "X5T6A" not in facts_on(date(2021, 9, 30))
    assert "X5T6A" in facts_on(date(2021, 10, 1))
    assert "TX9" in after, "absence closes nothing"
    second = done(run(runner, "etr_later.csv", "--effective-on", "2022-03-31")).splitlines()[-1]
    assert second == "new 0, changed 0, renamed 0, closed 0, reopened 0, unchanged 5, missing 1, rejected 1"


def test_what_was_known_before_a_run_can_still_be_read(app: Flask, runner: FlaskCliRunner) -> None:
    done(run(runner, *LISTS))
    first = session().scalar(sa.select(sa.func.max(OrganisationName.recorded_at)))
    session().commit()
    rows_before = session().scalar(sa.select(sa.func.count(OrganisationName.id)))
    session().commit()
    with clock.frozen(clock.end_of_day(date(2020, 11, 3))):
        done(run(runner, "etr_later.csv", "--effective-on", "2020-11-01"))
    assert first is not None
    columns = organisations_as_at(date(2020, 11, 2), first).c
    assert session().scalar(sa.select(columns.name).where(columns.code == "XT1")) == "Dales Hospitals NHS Trust"
    columns = organisations_as_at(date(2020, 11, 2)).c
    assert (
        session().scalar(sa.select(columns.name).where(columns.code == "XT1")) == "Dales and Moors Hospitals NHS Trust"
    )
    names = session().scalar(sa.select(sa.func.count(OrganisationName.id)))
    assert names is not None
    assert rows_before is not None
    assert names == rows_before + 3, "the corrected name as two spans, and the name of the new trust"


def test_a_dry_run_lists_each_class_and_changes_nothing(app: Flask, runner: FlaskCliRunner) -> None:
    done(run(runner, *LISTS))
    before = rows_stored()
    output = done(run(runner, "etr_later.csv", "--dry-run", "--effective-on", "2022-03-31"))
    assert "Renamed: 1\n  XT1 DALES AND MOORS HOSPITALS NHS TRUST: DALES HOSPITALS NHS TRUST is now DALES" in output
    assert "Changed: 1\n  XT2" in output
    assert "region YX1 is now YX2; system QX1 is now QX2" in output
    assert "New: 1\n  X5T6A NEW HARBOUR NHS FOUNDATION TRUST" in output
    assert "Missing: 1\n  TX9" in output
    assert "Dry run: nothing was changed." in output
    assert rows_stored() == before


def test_a_run_that_closes_too_many_is_refused_and_applies_nothing(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    done(run(runner, *LISTS))
    before = rows_stored()
    text = (FILES / "etr.csv").read_text()
    closing = write(tmp_path, "etr.csv", text.replace("20010401,,", "20010401,20201031,"))
    result = run(runner, closing)
    assert result.exit_code == 1
    assert (
        "Nothing was imported. This run would close 1 of the 4 open organisations of the type NHS trust (25.0%), "
        "and at most 10% is allowed. If that is right, run it again with --allow-closures 25." in result.output
    )
    assert rows_stored() == before
    assert "Without --dry-run this is refused." in done(run(runner, closing, "--dry-run"))
    assert "closed 1" in done(run(runner, closing, "--allow-closures", "25%"))
    assert "XT1" in facts_on(date(2020, 10, 31))
    assert "XT1" not in facts_on(date(2020, 11, 1))


def test_writing_is_told_of_only_where_something_is_written(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    assert "Writing 13 organisations..." in run(runner, *LISTS).stderr
    assert "Writing" not in run(runner, *LISTS).output, "nothing changes"
    text = (FILES / "etr.csv").read_text()
    refused = run(runner, write(tmp_path, "etr.csv", text.replace("20010401,,", "20010401,20201031,")))
    assert refused.exit_code == 1
    assert "Writing" not in refused.output


def test_a_mistyped_system_is_refused_and_makes_no_second_of_its_name(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    done(run(runner, *LISTS))
    before = rows_stored()
    text = (FILES / "trusts.csv").read_text().replace("XT1,DALES HOSPITALS NHS TRUST,QX1", "XT1,DALES TRUST,QZZ")
    for dry_run in ([], ["--dry-run"]):
        result = run(runner, write(tmp_path, "trusts.csv", text), *dry_run)
        assert result.exit_code == 1
        assert "trusts.csv, row 2, column 3 (stp_ods): 'QZZ' is not known here, but its name, Dales" in result.output
        assert "Nothing was imported: 1 value is wrong." in result.output
    assert rows_stored() == before


def test_open_trusts_that_came_before_the_regions_and_stand_without_one_are_told_of(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    dissolved = write(tmp_path, "etr.csv", "XT6,GONE NHS TRUST,YX1,QX1,,,,,,,20010401," + "," * 12)
    note = "1 open organisation has no region: XT6. Import again the file that lists them with their region"
    assert "no region: " not in done(run(runner, dissolved)), "the note on links left out says it"
    assert note in done(run(runner, *LISTS))
    assert note in done(run(runner, *LISTS)), "as long as it stands"
    assert "no region: " not in done(run(runner, dissolved))


def test_one_wrong_row_stops_the_whole_run_and_all_are_listed(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    before = rows_stored()
    broken = write(tmp_path, "bad.csv", "region_ods,region_ons,region_name\nYX9,,Good\n?,,Bad\nYX8,E1,Bad too\n")
    result = run(runner, *LISTS, broken)
    assert result.exit_code == 1
    assert "bad.csv, row 3, column 1 (region_ods): '?' is not an ODS code." in result.output
    assert "bad.csv, row 4, column 2 (region_ons): 'E1' is not an ONS code." in result.output
    assert "Nothing was imported: 2 values are wrong. Mend what is listed and run it again." in result.output
    assert rows_stored() == before


def test_an_unknown_parent_is_named_with_its_row_and_the_mend(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    done(run(runner, *LISTS))
    text = (FILES / "etr.csv").read_text().replace(",YX2,QX2,", ",YX2,QX9,")
    result = run(runner, write(tmp_path, "etr.csv", text))
    assert result.exit_code == 1
    assert "etr.csv, row 3, column 4 (system): 'QX9' is not a system that is known here." in result.output
    assert "Import the file that lists this system first" in result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.csv"], "There is no file nowhere.csv."),
        ([str(FILES)], "is a folder: name the files in it."),
        (["regions.csv", "--effective-on", "2020-02-31"], '"2020-02-31" is not a day of the calendar'),
        (["regions.csv", "--allow-closures", "lots"], '"lots" is not a share'),
        (["regions.csv", "--allow-closures", "101"], '"101" is not a share'),
        (["regions.csv", "--allow-closures", "nan"], '"nan" is not a share'),
    ],
)
def test_bad_arguments_get_one_plain_sentence(
    app: Flask, runner: FlaskCliRunner, arguments: list[str], sentence: str
) -> None:
    result = run(runner, *arguments)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_json_file_is_refused_by_its_content(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    result = run(runner, write(tmp_path, "etr.csv", '{"Organisations": []}'))
    assert result.exit_code == 1
    assert "is JSON (ODS ORD or FHIR), which is not taken yet" in result.output


def test_a_run_is_audited_once_with_its_files_and_counts(app: Flask, runner: FlaskCliRunner) -> None:
    done(run(runner, *LISTS))
    done(run(runner, "etr_later.csv", "--effective-on", "2022-03-31"))
    entries = session().scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [entry.verb for entry in entries] == ["organisations imported"] * 2
    after = entries[1].after
    assert after is not None
    assert after["counts"]["renamed"] == 1
    assert after["renamed"] == ["XT1"]
    assert after["files"][0]["name"] == "etr_later.csv"
    assert len(after["files"][0]["sha256"]) == 64
    assert session().scalar(sa.select(sa.func.count(OrganisationImport.id))) == 2


def test_two_files_of_one_name_from_two_folders_keep_their_own_dates(
    app: Flask, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    text = (FILES / "gp-reg-pat-prac-map.csv").read_text()
    (tmp_path / "a").mkdir()
    early = write(tmp_path / "a", "map.csv", text)
    late = write(tmp_path, "map.csv", text.replace("01-Sep-20", "01Jan2022").replace("SLEEPING", "WAKING"))
    done(run(runner, early, late))
    assert facts_on(date(2021, 12, 31))["X81003"][0] == "Sleeping Surgery"
    assert facts_on(date(2022, 1, 1))["X81003"][0] == "Waking Surgery"


def test_a_type_is_tracked_when_switched_on_and_no_longer_when_switched_off(app: Flask, runner: FlaskCliRunner) -> None:
    def track(*arguments: str) -> Result:
        return runner.invoke(args=["organisations", "track", *arguments])

    assert OrganisationType.PRACTICE not in tracked_types()
    assert done(track("practice")) == "GP practice: now tracked.\n"
    assert OrganisationType.PRACTICE in tracked_types()
    assert done(track("practice")) == "GP practice: already tracked.\n"
    assert done(track("practice", "--off")) == "GP practice: now not tracked.\n"
    assert OrganisationType.PRACTICE not in tracked_types()
    done(track("trust", "--off"))
    assert OrganisationType.TRUST not in tracked_types()
    verbs = session().scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.number)).all()
    assert verbs == ["tracking switched on", "tracking switched off", "tracking switched off"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("region", "Region is a type that is never tracked."),
        ("national_body", "National body is a type that is never tracked."),
        ("hospital", '"hospital" is not a type. Write one of ccg, icb, pcn, practice, system, trust.'),
    ],
)
def test_what_is_never_tracked_is_refused(app: Flask, runner: FlaskCliRunner, given: str, sentence: str) -> None:
    result = runner.invoke(args=["organisations", "track", given])
    assert result.exit_code == 1
    assert sentence in result.output
