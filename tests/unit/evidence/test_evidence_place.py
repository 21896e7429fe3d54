"""Where files of evidence are kept, as the environment says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.config import Settings, SettingsError

SQLITE = {"DATABASE_URL": "sqlite:////data/tracker.sqlite3"}
PRODUCTION = {
    "TRACKER_ENV": "production",
    "DATABASE_URL": "sqlite:////data/tracker.sqlite3",
    "SECRET_KEY": "k9-Vq3_Zt7xLw2Rb8Nf4Hs6Jd1Gp5Yc0Ma",
    "TRACKER_BASE_URL": "https://tracker.example.nhs.uk",
    "TRUSTED_HOSTS": "tracker.example.nhs.uk",
    "MAIL": "smtps://mail.example.nhs.uk",
    "MAIL_FROM": "tracker@example.nhs.uk",
}


def test_files_lie_beside_a_database_that_is_a_file() -> None:
    assert Settings.from_environment(SQLITE).evidence_url == "/data/evidence"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/srv/evidence", "/srv/evidence"),
        ("/srv/evidence/", "/srv/evidence"),
        ("files", str(Path("files").absolute())),
        ("s3://tracker-files", "s3://tracker-files"),
        ("s3://tracker-files/north/2020/", "s3://tracker-files/north/2020"),
    ],
)
def test_a_folder_or_a_bucket_is_taken(given: str, kept: str) -> None:
    assert Settings.from_environment(SQLITE | {"EVIDENCE_URL": given}).evidence_url == kept


@pytest.mark.parametrize(
    "given", ["ftp://host/x", "s3://", "s3://Bad_Bucket", "s3://bucket//x", "s3://bucket/a b", "://x"]
)
def test_anything_else_is_named(given: str) -> None:
    with pytest.raises(SettingsError, match="EVIDENCE_URL must be a folder, or s3://bucket/prefix"):
        Settings.from_environment(SQLITE | {"EVIDENCE_URL": given})


def test_an_endpoint_is_a_whole_address() -> None:
    given = SQLITE | {"EVIDENCE_ENDPOINT": "http://127.0.0.1:9000/"}
    assert Settings.from_environment(given).evidence_endpoint == "http://127.0.0.1:9000"
    with pytest.raises(SettingsError, match="EVIDENCE_ENDPOINT must be a whole address"):
        Settings.from_environment(SQLITE | {"EVIDENCE_ENDPOINT": "objects.example.nhs.uk"})


def test_production_speaks_to_no_store_elsewhere_without_tls() -> None:
    for near in ("https://objects.example.nhs.uk", "http://127.0.0.1:9000"):
        assert Settings.from_environment(PRODUCTION | {"EVIDENCE_ENDPOINT": near}).evidence_endpoint == near
    with pytest.raises(SettingsError, match="EVIDENCE_ENDPOINT reaches a store on another machine without TLS"):
        Settings.from_environment(PRODUCTION | {"EVIDENCE_ENDPOINT": "http://objects.example.nhs.uk"})
