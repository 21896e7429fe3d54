"""The pages about the service promise nothing that it does not do."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("address", "says", "never_says"),
    [
        ("/contact", "Each role is given by invitation", "who add accounts"),
        ("/answers/403", "an administrator of this service", "invite"),
        ("/accessibility", "Evidence is given as links", "Files that organisations add"),
        ("/privacy", "are removed by themselves", "Nothing is removed by itself"),
        ("/privacy", "people answer each request", "download your data"),
    ],
)
def test_a_page_says_what_is_so_today(browser: FlaskClient, address: str, says: str, never_says: str) -> None:
    text = re.sub(r"\s+", " ", browser.get(address).text)
    assert says in text
    assert never_says not in text
