"""No test sends a mail or anything else beyond this machine: the guard in conftest.py stops it."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
from conftest import make_settings

from tracker.config import Settings

# Addresses for documentation (RFC 5737): nobody answers there even if the guard failed.
OUTSIDE = [("192.0.2.1", 25), ("203.0.113.9", 443)]


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_test_that_reaches_out_is_stopped(address: tuple[str, int], outside_socket: type[AssertionError]) -> None:
    with closing(socket.socket()) as reaching:
        reaching.settimeout(0.01)
        with pytest.raises(outside_socket):
            reaching.connect(address)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as reaching, pytest.raises(outside_socket):
        reaching.sendto(b"x", address)


def test_a_server_of_the_tests_own_can_be_reached() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        socket.create_connection(server.getsockname()).close()


def test_tests_print_their_mail_unless_they_ask_for_a_server() -> None:
    assert make_settings("sqlite:///:memory:").mail == "console"
    assert Settings.from_environment({}).mail == "console"
