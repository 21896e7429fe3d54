"""Keeps links that open something out of the log, where any reader could use them; knows no request and no table."""

from __future__ import annotations

import logging
import re

_SLASH, _QUESTION = "(?:/|%(?:25)*2f)", r"(?:\?|%(?:25)*3f)"
_HYPHEN = "(?:-|%(?:25)*2d)"
SECRET_PATH = re.compile(
    rf"""({_SLASH}(?:set{_HYPHEN}password|invitations|confirm{_HYPHEN}address|calendars){_SLASH})[^\s"'?#&]+"""
    rf"""|({_SLASH}single{_HYPHEN}sign{_HYPHEN}on{_SLASH}callback{_QUESTION})[^\s"'#]+""",
    re.IGNORECASE,
)
"""Links that open something by themselves, and what a provider of single sign-on sends back: it would open a session.

Also where they stand in the query of another address, as the page to go on to: percent-coded there, in capitals or
not, and once more for each address around them.
"""
LOGGERS = ("werkzeug", "tracker", "gunicorn.access", "gunicorn.error")
"""Who writes addresses: servers for each request, and Flask when a page fails. A filter is asked for the records of its
own logger only, not for those of loggers below it, so each is named."""


class WithoutLinks(logging.Filter):
    """Lets every record through, with the token of a link, or the answer of a provider, replaced by an ellipsis."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        quiet = SECRET_PATH.sub(r"\1\2…", said)
        if quiet != said:
            record.msg, record.args = quiet, ()
        return True


_WITHOUT_LINKS = WithoutLinks()


def keep_links_out_of_log() -> None:
    """Put the filter in place; calling it again changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_WITHOUT_LINKS)
