"""Runs every benchmark, or those that are named, each in a process of its own; it measures nothing itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]


def main(names: list[str]) -> int:
    """Run ``bench_<name>.py`` for each name, all of them where none is given; 1 if a figure was over its limit."""
    scripts = [HERE / f"bench_{name}.py" for name in names] or sorted(HERE.glob("bench_*.py"))
    missing = [script.name for script in scripts if not script.exists()]
    if missing:
        print(f"There is no benchmark {', '.join(missing)} in {HERE.name}.", file=sys.stderr)
        return 1
    path = os.pathsep.join([str(CHECKOUT), str(HERE.parent)])
    failed = [
        script.name
        for script in scripts
        if subprocess.run([sys.executable, script], env={**os.environ, "PYTHONPATH": path}, check=False).returncode
    ]
    print(f"Over the limit or failed: {', '.join(failed)}." if failed else "All within their limits.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
