"""A pytest plugin that notes which functions each test calls and how long it takes: ``-p mutation.calls``.

It knows no mutant. Each process writes a file of its own into the folder that TRACKER_CALLS names: a test, a line.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

import pytest

Seconds = float
ROOT = Path(__file__).resolve().parents[2]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Trace one test with its fixtures; functions are named as ``tracker/accounts/rules.py::Viewer.scope``."""
    called: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        called.add((frame.f_code.co_filename, frame.f_code.co_qualname))

    before, began = sys.gettrace(), time.monotonic()
    sys.settrace(note)
    try:
        return (yield)
    finally:
        sys.settrace(before)
        line = {"test": item.nodeid, "seconds": time.monotonic() - began, "functions": sorted(_of_tracker(called))}
        with (Path(os.environ["TRACKER_CALLS"]) / f"{os.getpid()}.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


def _of_tracker(called: set[tuple[str, str]]) -> Iterator[str]:
    for filename, function in called:
        if filename.startswith(f"{ROOT}/tracker/"):
            yield f"{filename.removeprefix(f'{ROOT}/')}::{function.replace('.<locals>', '')}"


def read_calls(folder: Path) -> Mapping[str, list[tuple[Seconds, str]]]:
    """By function, the tests that call it with the seconds each took, the shortest first."""
    found: dict[str, list[tuple[Seconds, str]]] = defaultdict(list)
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            noted = json.loads(line)
            for function in noted["functions"]:
                found[function].append((noted["seconds"], noted["test"]))
    return {function: sorted(tests) for function, tests in found.items()}
