"""A service without a provider has none of the addresses, and loads nothing of what a provider needs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask.testing import FlaskClient

# Told apart by their first part: a package that Authlib would pull in with it.
ASKED = """
import sys
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import database
from tracker.schema import METADATA
app = create_app(Settings.from_environment({"DATABASE_URL": "sqlite:///:memory:", "LOG_LEVEL": "ERROR", **EXTRA}))
with app.app_context():
    METADATA.create_all(database.engine)
status = app.test_client().get(PATH).status_code
print(status, sorted({name.partition(".")[0] for name in sys.modules} & {"authlib", "joserfc"}))
"""
PROVIDER = {"OIDC_ISSUER": "http://127.0.0.1:9", "OIDC_CLIENT_ID": "tracker", "OIDC_CLIENT_SECRET": "x"}


@pytest.mark.parametrize(
    ("extra", "path", "said"),
    [
        ({}, "/sign-in/single-sign-on", "404 []"),
        (PROVIDER, "/sign-in", "200 []"),
        # Nobody listens at that address; but it was loaded to go there.
        (PROVIDER, "/sign-in/single-sign-on", "503 ['authlib', 'joserfc']"),
    ],
)
def test_authlib_is_loaded_when_somebody_goes_to_the_provider_and_not_before(
    extra: dict[str, str], path: str, said: str
) -> None:
    program = ASKED.replace("EXTRA", repr(extra)).replace("PATH", repr(path))
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == said, ran.stderr


@pytest.mark.parametrize("path", ["/sign-in/single-sign-on", "/sign-in/single-sign-on/callback?code=x&state=y"])
def test_the_addresses_are_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_sign_in_page_offers_a_password_only(client: FlaskClient) -> None:
    assert "single-sign-on" not in client.get("/sign-in").get_data(as_text=True)
