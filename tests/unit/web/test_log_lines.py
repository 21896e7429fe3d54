"""The log reads line by line: UTC, the request's number, and nobody's text on a line of its own."""

from __future__ import annotations

import logging

from flask import Flask, g

from tracker.web.log_lines import LINE, MOMENT, OneLine


def line(message: str, *args: object) -> str:
    record = logging.LogRecord("tracker", logging.WARNING, __file__, 1, message, args, None)
    record.created = 1604318400.0  # 2 November 2020, noon in London and in UTC
    return OneLine(LINE, MOMENT).format(record)


def test_a_line_has_its_moment_in_utc_and_a_dash_outside_a_request() -> None:
    assert line("Started") == "2020-11-02T12:00:00Z WARNING tracker - Started"


def test_a_line_of_a_request_has_its_number() -> None:
    with Flask("tracker").test_request_context():
        g.request_id = "5f3a"
        assert line("Saved").endswith(" 5f3a Saved")


def test_text_with_line_ends_stays_on_one_line() -> None:
    assert line("Asked for %s", "/x\r\n2020-11-02 INFO forged").endswith("Asked for /x\\r\\n2020-11-02 INFO forged")
