"""Reads from an environment where files of evidence lie, for ``config.py``. It opens nothing and knows no feature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

_BUCKET_AND_PREFIX = re.compile(r"[a-z0-9][a-z0-9.-]{2,62}(/[A-Za-z0-9._-]+)*")


def evidence_url(environ: Mapping[str, str], database_url: str, instance: Path, faults: list[str]) -> str:
    """A folder, or a bucket and a prefix in it. By default beside a database that is a file, so that they move as one.

    >>> evidence_url({}, "sqlite:////data/tracker.sqlite3", Path("/instance"), [])
    '/data/evidence'
    >>> evidence_url({}, "postgresql+psycopg://localhost/tracker", Path("/instance"), [])
    '/instance/evidence'
    """
    given = environ.get("EVIDENCE_URL", "").strip()
    if not given:
        database = make_url(database_url)
        is_file = database.get_backend_name() == "sqlite" and database.database not in (None, "", ":memory:")
        return str((Path(str(database.database)).absolute().parent if is_file else instance) / "evidence")
    scheme, separator, rest = given.partition("://")
    if not separator:
        return str(Path(given).absolute())
    if scheme != "s3" or not _BUCKET_AND_PREFIX.fullmatch(rest.rstrip("/")):
        faults.append("EVIDENCE_URL must be a folder, or s3://bucket/prefix.")
    return given.rstrip("/")


def evidence_endpoint(environ: Mapping[str, str], faults: list[str]) -> str:
    """The address of a store that speaks S3; empty for Amazon's own."""
    given = environ.get("EVIDENCE_ENDPOINT", "").rstrip("/")
    address = urlsplit(given)
    if given and (address.scheme not in ("http", "https") or not address.netloc):
        faults.append("EVIDENCE_ENDPOINT must be a whole address such as https://objects.example.nhs.uk.")
    return given
