"""The folder ``instance/``, which holds what this installation keeps beside its settings; it knows no setting."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def default_instance_folder() -> Path:
    """The folder ``instance/`` beside a checkout, or below the working folder when installed."""
    return (CHECKOUT if (CHECKOUT / "pyproject.toml").exists() else Path.cwd()) / "instance"


def default_database_url() -> str:
    """SQLite in the folder ``instance/``."""
    return f"sqlite:///{default_instance_folder() / 'tracker.sqlite3'}"


def kept_development_secret() -> str:
    """The secret of this checkout, made on first use and kept in ``instance/`` for its owner's eyes only.

    Without it every restart would sign everybody out and forget every authenticator. Production never uses it.
    """
    path = default_instance_folder() / "secret_key"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, mode=0o600)) as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError:
        return ""  # Nowhere to keep it, so each run has its own.
    return path.read_text().strip()
