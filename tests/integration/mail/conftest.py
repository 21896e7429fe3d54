"""What the tests of mail have in common: an SMTP server that runs while a test does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from smtp_server import MailServer, running


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as started:
        yield started
