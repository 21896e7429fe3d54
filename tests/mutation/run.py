"""Takes every guard, scope filter and audit entry away, one at a time, and sees a test turn red: killed K of N.

Run it as ``.venv/bin/python tests/mutation/run.py``; ``--help`` lists what may be asked of it.

It works on a copy of the checkout in a temporary folder, and on SQLite. It is many times faster where it is told which
tests call which function: ``TRACKER_CALLS=calls .venv/bin/pytest -p mutation.calls`` writes that down. What is found is
kept in a file, so that a run can be stopped and taken up again. The last line is the figure; the exit code is 0 where
nothing survived.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from mutation import processes  # noqa: E402
from mutation.calls import read_calls  # noqa: E402
from mutation.equivalent import EQUIVALENT  # noqa: E402
from mutation.mutants import find_mutants  # noqa: E402
from mutation.sources import Mutant  # noqa: E402
from mutation.subsets import Calls, stages_of  # noqa: E402

LONGEST = 1200
"""Seconds after which a list of tests is given up. A mutant that only made them slow is not called killed."""
KILLED, SURVIVED, BROKEN, SLOW = "killed", "survived", "broken", "slow"
Results = dict[str, dict[str, object]]


@dataclass(slots=True)
class Trial:
    """One mutant in one copy of the checkout, and the lists of tests that are still to be asked."""

    mutant: Mutant
    copy: Path
    stages: list[list[str]]
    began: float


def main() -> int:
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="tracker-mutation-") as folder:
        # The checkout may be worked on meanwhile: what is tried is what stood there at the start.
        pristine = processes.copy_checkout(ROOT, Path(folder) / "pristine")
        mutants = [each for each in find_mutants(pristine) if re.search(asked.only, f"{each.name} {each.text}")]
        if asked.list:
            for mutant in mutants:
                print(f"{mutant.kind:15} {mutant.path}:{mutant.line} {mutant.where} | {mutant.text[:100]}")
            print(f"{len(mutants)} mutants")
            return 0
        results: Results = json.loads(asked.results.read_text()) if asked.results.exists() else {}
        waiting = [each for each in mutants if asked.again or _is_to_try(each, results)]
        if waiting:
            processes.load_libraries()
            copies = [processes.copy_checkout(pristine, Path(folder) / f"copy{n}") for n in range(asked.jobs)]
            print(f"{len(waiting)} mutants to try, {len(mutants) - len(waiting)} tried before.", flush=True)
            until = time.monotonic() + asked.minutes * 60
            ask = Questions(pristine / "tests", read_calls(asked.calls))
            for mutant, verdict, seconds, by in _try_all(waiting, ask, pristine, copies, until):
                results[mutant.name] = {"verdict": verdict, "by": by, "text": mutant.text}
                asked.results.write_text(json.dumps(results, indent=1))
                print(f"{verdict:9}{seconds:4.0f} s  {mutant.name} (line {mutant.line})  {by}", flush=True)
    return _sum_up(mutants, results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="say which mutants there are, and try none")
    parser.add_argument("--only", default="", metavar="PATTERN", help="a regular expression over names and texts")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600, help="begin with no mutant after this time")
    parser.add_argument("--results", type=Path, default=Path(tempfile.gettempdir()) / "tracker-mutation.json")
    parser.add_argument("--calls", type=Path, default=Path("calls"), metavar="FOLDER", help="who calls what, see above")
    parser.add_argument("--again", action="store_true", help="try what has a result already, too")
    return parser.parse_args()


def _is_to_try(mutant: Mutant, results: Results) -> bool:
    """Whether there is no result, or one of other words, or one that may be better now."""
    if mutant.name in EQUIVALENT:
        return False
    known = results.get(mutant.name, {})
    return known.get("text") != mutant.text or known.get("verdict") != KILLED


@dataclass(frozen=True, slots=True)
class Questions:
    """What there is to ask: the tests, and which of them call which function."""

    tests: Path
    calls: Calls


class Witnesses:
    """The tests that turned red, each run once more with nothing taken away: one that is red anyway shows nothing."""

    def __init__(self, pristine: Path) -> None:
        self.pristine = pristine
        self.trusted: set[str] = set()
        self.red_anyway: list[str] = []

    def speaks_true(self, test: str) -> bool:
        """Whether a test is green where nothing is taken away."""
        if test not in self.trusted and test not in self.red_anyway:
            pid = processes.start_tests(self.pristine, [test.removeprefix("tests/")])
            _, code = processes.wait_for({pid: time.monotonic()}, LONGEST, only=pid)
            if code == processes.GREEN:
                self.trusted.add(test)
            else:
                self.red_anyway.append(test)
                print(f"left out, red with nothing taken away: {test}", flush=True)
        return test in self.trusted


def _try_all(
    mutants: Sequence[Mutant], ask: Questions, pristine: Path, copies: Sequence[Path], until: float
) -> Iterator[tuple[Mutant, str, float, str]]:
    """Each mutant with its verdict, the seconds it took and the test that turned red, as they come in."""
    queue, free, witnesses = list(reversed(mutants)), list(copies), Witnesses(pristine)
    running: dict[int, Trial] = {}
    began: dict[int, float] = {}

    def start(trial: Trial) -> None:
        pid = processes.start_tests(trial.copy, trial.stages[0], but=witnesses.red_anyway)
        running[pid], began[pid] = trial, time.monotonic()

    while True:
        while queue and free and time.monotonic() < until:
            start(_taken_away(queue.pop(), free.pop(), ask))
        if not running:
            return
        pid, code = processes.wait_for(began, LONGEST)
        trial = running.pop(pid)
        del began[pid]
        if code == processes.GREEN and len(trial.stages) > 1:
            trial.stages.pop(0)
            start(trial)
            continue
        red = processes.red_tests(trial.copy)
        if code == processes.RED and red and not witnesses.speaks_true(red[0]):
            start(trial)
            continue
        (trial.copy / trial.mutant.path).write_bytes((pristine / trial.mutant.path).read_bytes())
        free.append(trial.copy)
        yield trial.mutant, _verdict(code), time.monotonic() - trial.began, _told_by(code, trial.copy)


def _taken_away(mutant: Mutant, copy: Path, ask: Questions) -> Trial:
    path = copy / mutant.path
    path.write_text(mutant.applied_to(path.read_text(encoding="utf-8")), encoding="utf-8")
    return Trial(mutant, copy, stages_of(mutant, ask.tests, ask.calls), time.monotonic())


def _verdict(code: int) -> str:
    """A run that could not even begin shows nothing: the mutant, or the script, is broken."""
    return {processes.GREEN: SURVIVED, processes.RED: KILLED, processes.KILLED_BY_US: SLOW}.get(code, BROKEN)


def _told_by(code: int, copy: Path) -> str:
    red = processes.red_tests(copy)
    if code == processes.RED and red:
        return red[0]
    return "" if code == processes.GREEN else f"exit code {code}: {processes.output_of(copy)[-300:]!r}"


def _sum_up(mutants: Sequence[Mutant], results: Results) -> int:
    """What survived, figures for each kind, and the figure for all."""
    alike = [mutant for mutant in mutants if mutant.name in EQUIVALENT]
    to_try = [mutant for mutant in mutants if mutant.name not in EQUIVALENT]
    tried = [mutant for mutant in to_try if mutant.name in results]
    verdicts = {mutant.name: str(results[mutant.name]["verdict"]) for mutant in tried}
    left = [each for each in tried if verdicts[each.name] != KILLED]
    for mutant in alike:
        print(f"not tried, changes nothing: {mutant.name}: {EQUIVALENT[mutant.name]}")
    for mutant in left:
        print(f"{verdicts[mutant.name]}: {mutant.name} (line {mutant.line}): {mutant.text[:120]}")
    for kind in sorted({mutant.kind for mutant in tried}):
        counted = Counter(verdicts[mutant.name] for mutant in tried if mutant.kind == kind)
        print(f"{kind}: {', '.join(f'{number} {verdict}' for verdict, number in counted.items())}")
    if len(tried) < len(to_try):
        print(f"Not tried yet: {len(to_try) - len(tried)}.")
    print(f"killed {len(tried) - len(left)} of {len(tried)}")
    return 0 if not left and len(tried) == len(to_try) else 1


if __name__ == "__main__":
    raise SystemExit(main())
