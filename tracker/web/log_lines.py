"""How a line of the log reads: one line, in UTC, with the number of its request; it must not know a feature."""

from __future__ import annotations

import logging
import time

from flask import g, has_request_context

LINE = "%(asctime)sZ %(levelname)s %(name)s %(request)s %(message)s"
MOMENT = "%Y-%m-%dT%H:%M:%S"


class OneLine(logging.Formatter):
    """Text in a message cannot begin a line of its own; a traceback follows in lines of its own."""

    converter = staticmethod(time.gmtime)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        record.request = getattr(g, "request_id", "-") if has_request_context() else "-"
        record.message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        return super().formatMessage(record)


def begin_log(level: str) -> None:
    """Write the log to the standard error stream, unless whoever started the process has set one up."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(LINE, MOMENT))
    logging.basicConfig(level=level, handlers=[handler])
