"""Which tests are asked about which mutant, the likeliest first; every path is below ``tests``.

It knows files and folders by name only; a folder that is not there (yet) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from mutation.sources import Mutant

GUARDS = ["house/test_every_page_is_guarded.py"]
TABLE = ["integration/accounts/test_scope_matrix.py"]
VERBS = ["integration/audit/test_every_verb.py", "integration/audit/test_refusals.py"]
FOREIGN = ["integration/accounts/test_foreign_text.py"]
EVERYTHING = ["unit", "integration", "security"]
"""The last to be asked. Tests that measure, drive a browser or read the house know no access rule."""
LEFT_OUT = [
    *TABLE,
    *FOREIGN,
    "integration/hardening/test_forms_under_attack.py",
    "integration/reminders/test_many_people.py",
    "integration/reminders/test_scheduler_process.py",
    "integration/speed",
]
"""Long runs that are asked where they are named, or that say the same of every mutant."""
# The features whose tests look at a file, where they are not those of its own folder.
FIRST = {
    "tracker/accounts/access.py": [
        "integration/accounts/test_sessions_that_end.py",
        "integration/accounts/test_sessions.py",
        "integration/accounts/test_signing_in.py",
    ],
    "tracker/accounts/links.py": [
        "integration/accounts/test_password_links.py",
        "integration/people/test_accepting.py",
        "integration/people/test_accepting_with_an_account.py",
    ],
    "tracker/accounts/sessions.py": [
        "integration/accounts/test_sessions.py",
        "integration/accounts/test_sessions_that_end.py",
        "integration/own_account",
    ],
    "tracker/accounts/viewers.py": ["integration/accounts/test_sessions.py", "integration/accounts/test_signing_in.py"],
}
"""The tests of one file, where they are not all of its feature."""
FEATURES = {
    "accounts": ["accounts", "people", "sign_in", "own_account", "audit", "personal_data", "hardening"],
    "audit": ["audit", "accounts"],
    "evidence": ["progress", "exports"],
    "navigation.py": ["web", "accounts"],
    "own_account": ["own_account", "accounts"],
    "people": ["people", "personal_data", "accounts"],
    "sign_in": ["sign_in", "single_sign_on", "accounts", "own_account", "people"],
    "web": ["web", "hardening"],
}


MOST_SECONDS = 60
"""How long the tests that call a mutant's function may take together before whole files are asked."""
Calls = Mapping[str, list[tuple[float, str]]]
"""By function, the tests that call it with the seconds each took, the shortest first."""


def stages_of(mutant: Mutant, tests: Path, calls: Calls) -> list[list[str]]:
    """Lists of tests or their files: each is run until one test is red, and the next only where none was."""
    words = re.findall(r'"([a-z][a-z -]+)"', mutant.text)
    stages: list[list[str]] = []
    if mutant.kind == "mark-removed":
        stages.append(GUARDS)
    if mutant.kind == "audit":
        stages += [VERBS, _that_say(words, tests)]
    calling = list(_calling(mutant, calls))
    stages.append(FIRST.get(mutant.path, []))
    if mutant.kind in ("mark-weakened", "scope", "power", "refusal", "refusal-part", "answer"):
        stages += [TABLE, FOREIGN]
    stages.append(_of_feature(mutant.path))
    if mutant.kind in ("condition", "condition-part", "owner"):
        stages += [TABLE, FOREIGN]
    stages += [EVERYTHING, TABLE, FOREIGN]
    whole_files = list(_distinct(stages, tests))
    # Who lets somebody in without being asked is told by those who are refused, and they never call the function.
    place = 1 if mutant.kind in ("audit", "mark-removed", "mark-weakened") else 0
    return [*whole_files[:place], *([calling] if calling else []), *whole_files[place:]]


def _calling(mutant: Mutant, calls: Calls) -> Iterator[str]:
    """The tests that call the function of a mutant, the shortest first, as long as they take little time together."""
    spent = 0.0
    for seconds, test in calls.get(f"{mutant.path}::{mutant.where}", []):
        spent += seconds
        if spent > MOST_SECONDS:
            return
        yield test.removeprefix("tests/")


def _that_say(words: list[str], tests: Path) -> list[str]:
    """The integration tests that name the verb of an audit entry, the shortest first."""
    naming = [path for path, text in _texts(tests).items() if any(f'"{word}"' in text for word in words)]
    return [str(path.relative_to(tests)) for path in sorted(naming, key=lambda path: path.stat().st_size)[:4]]


@cache
def _texts(tests: Path) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in tests.glob("integration/**/test_*.py")}


def _of_feature(path: str) -> list[str]:
    feature = path.split("/")[1]
    features = FEATURES.get(feature, [feature])
    return [f"{kind}/{each}" for each in features for kind in ("unit", "integration")]


def _distinct(stages: list[list[str]], tests: Path) -> Iterator[list[str]]:
    """Each stage without the files that an earlier one has run, and without those that never help."""
    asked: set[Path] = set()
    for stage in stages:
        chosen = []
        for name in stage:
            for path in _files(tests / name):
                if path not in asked and not _is_left_out(path, tests, is_named=(tests / name) == path):
                    asked.add(path)
                    chosen.append(str(path.relative_to(tests)))
        if chosen:
            yield chosen


@cache
def _files(place: Path) -> tuple[Path, ...]:
    return (place,) if place.is_file() else tuple(sorted(place.rglob("test_*.py")))


def _is_left_out(path: Path, tests: Path, *, is_named: bool) -> bool:
    return not is_named and any(path.is_relative_to(tests / each) for each in LEFT_OUT)
