"""Where templates and static files lie: inside an installed package or beside a checkout; knows no page."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def template_folder() -> Path:
    """The folder of the page templates."""
    return _folder("templates")


def static_folder() -> Path:
    """The folder of the styles, scripts and pictures."""
    return _folder("static")


def _folder(name: str) -> Path:
    """Look inside the package first (a wheel carries its own copy), then beside it (a checkout)."""
    for candidate in (PACKAGE / name, PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        f'The folder "{name}" is neither inside {PACKAGE} nor beside it. '
        "Install the tracker again with: pip install --no-deps -e ."
    )
