"""Measures the import of 6,708 invented practices against a limit that is measured in the same run.

Run ``python tests/bench/bench_organisations_import.py`` from the checkout. The limit is what nobody can avoid: reading
the same file with the csv module and putting as many rows, as wide, into the same tables with a bare executemany. It
prints both times and their ratio, and exits 1 when a run takes more than ten seconds, its start included. Seconds of
the processor are judged, so that other work on the machine makes no difference.
"""

from __future__ import annotations

import csv
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

PRACTICES = 6_708
PCNS, CCGS, SYSTEMS, REGIONS = 1_251, 135, 42, 7
SECONDS_ALLOWED = 10.0
ROUNDS = 3
CHECKOUT = Path(__file__).parents[2]

HEADINGS = [
    "PUBLICATION",
    "EXTRACT_DATE",
    "PRACTICE_CODE",
    "PRACTICE_NAME",
    "PRACTICE_POSTCODE",
    "PCN_CODE",
    "PCN_NAME",
    "ONS_CCG_CODE",
    "CCG_CODE",
    "CCG_NAME",
    "ONS_STP_CODE",
    "STP_CODE",
    "STP_NAME",
    "ONS_COMM_REGION_CODE",
    "COMM_REGION_CODE",
    "COMM_REGION_NAME",
]


def practice_map(path: Path) -> None:
    """A map of the shape and size of the real one; every name and code is invented."""
    with path.open("w", newline="") as to:
        writer = csv.writer(to)
        writer.writerow(HEADINGS)
        for number in range(PRACTICES):
            pcn = number % PCNS
            ccg = pcn % CCGS
            system = ccg % SYSTEMS
            region = system % REGIONS
            writer.writerow(
                [
                    "GP_PRAC_PAT_LIST",
                    "01-Sep-20",
                    f"X{number:05}",
                    f"INVENTED SURGERY, NUMBER {number}",
                    "ZZ1 1AA",
                    f"UX{pcn:04}",
                    f"INVENTED NETWORK {pcn} PCN",
                    f"E38{ccg:06}",
                    f"CX{ccg:03}",
                    f"NHS Invented {ccg} CCG",
                    f"E54{system:06}",
                    f"QX{system:02}",
                    f"Invented {system} Health and Care",
                    f"E40{region:06}",
                    f"YX{region}",
                    f"Invented Region {region}",
                ]
            )


def make_tables(address: str) -> None:
    from tracker.schema import METADATA

    engine = sa.create_engine(address)
    METADATA.create_all(engine)
    engine.dispose()


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run took: processor seconds, which other work on the machine does not change, and seconds on the wall."""

    processor: float
    wall: float


def spent_by_command(database: Path, *arguments: str) -> tuple[Spent, str]:
    """A run of the command as a process of its own, from start to end, and the last line it prints."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "-m", "flask", "organisations", *arguments]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - started
    if ended.returncode != 0:
        raise SystemExit(ended.stdout + ended.stderr)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(processor, wall), ended.stdout.splitlines()[-1]


def seconds_of_bare_run(filled: Path, empty: Path, file: Path) -> tuple[float, int]:
    """Parse the file and write the rows that the import wrote, with nothing but sqlite3 and csv."""
    source, target = sqlite3.connect(filled), sqlite3.connect(empty)
    names = [
        name
        for (name,) in source.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'organisation%'"
        )
    ]
    tables = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    started = time.process_time()
    with file.open(newline="") as rows:
        parsed = sum(1 for _ in csv.DictReader(rows))
    assert parsed == PRACTICES
    for name, rows_of_table in tables.items():
        if rows_of_table:
            places = ",".join("?" * len(rows_of_table[0]))
            target.executemany(f"INSERT INTO {name} VALUES ({places})", rows_of_table)
    target.commit()
    seconds = time.process_time() - started
    source.close()
    target.close()
    return seconds, sum(len(rows_of_table) for rows_of_table in tables.values())


def main() -> int:
    sys.path.insert(0, str(CHECKOUT))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.csv"
        practice_map(file)
        firsts, agains, starts, bares, rows, line = [], [], [], [], 0, ""
        for number in range(ROUNDS):
            filled, empty = Path(folder) / f"filled{number}.db", Path(folder) / f"empty{number}.db"
            make_tables(f"sqlite:///{filled}")
            make_tables(f"sqlite:///{empty}")
            starts.append(spent_by_command(empty, "track", "ccg")[0])
            first, line = spent_by_command(filled, "import", str(file))
            firsts.append(first)
            agains.append(spent_by_command(filled, "import", str(file))[0])
            bare, rows = seconds_of_bare_run(filled, empty, file)
            bares.append(bare)
    first, again, start = (min(runs, key=lambda run: run.processor) for runs in (firsts, agains, starts))
    bare = min(bares)
    print(f"{line}: {rows:,} rows written; best of {ROUNDS}, processor seconds (wall seconds)")
    for name, spent in (("first run", first), ("second run", again), ("start alone", start)):
        print(f"{name}: {spent.processor:.2f} ({spent.wall:.2f})")
    print(f"bare csv and executemany of the same rows: {bare:.2f}")
    print(f"ratio: {(first.processor - start.processor) / bare:.1f} without the start")
    print(f"allowed: {SECONDS_ALLOWED:.0f} seconds a run")
    return 0 if max(first.processor, again.processor) <= SECONDS_ALLOWED else 1


if __name__ == "__main__":
    raise SystemExit(main())
