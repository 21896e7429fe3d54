"""The NHS.UK frontend is one pinned release everywhere, and asks nothing of other hosts."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tracker.web.folders import static_folder, template_folder
from tracker.web.templating import NHSUK_FRONTEND

ROOT = Path(__file__).parents[3]


def test_one_release_is_named_in_every_place() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert package["dependencies"] == {"nhsuk-frontend": NHSUK_FRONTEND}
    assert lock["packages"]["node_modules/nhsuk-frontend"]["version"] == NHSUK_FRONTEND
    assert f"nhsuk-frontend-{NHSUK_FRONTEND}.min.js" in (ROOT / "static" / "app.js").read_text(encoding="utf-8")


def test_the_lock_file_pins_by_hash_and_names_no_download_host() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    for name, entry in json.loads(lock)["packages"].items():
        assert not name or entry["integrity"].startswith("sha512-")


def test_the_laid_styles_ask_for_nothing_that_is_not_there() -> None:
    laid = static_folder() / "nhsuk"
    styles = (laid / f"nhsuk-frontend-{NHSUK_FRONTEND}.min.css").read_text(encoding="utf-8")
    assert "@font-face" not in styles
    assert "sourceMappingURL" not in styles
    wanted = set(re.findall(r"url\(([^)]+)\)", styles))
    assert wanted
    assert [name for name in wanted if not (laid / name).is_file()] == []


def test_templates_and_static_files_are_found() -> None:
    assert (template_folder() / "layouts" / "page.html").is_file()
    assert (static_folder() / "app.css").is_file()
