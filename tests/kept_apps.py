"""One application for each database of a run, lent to test after test and put back as it was made.

Making one takes as long as a test, and so does warming its templates and statements: each application has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask

from tracker.config import Settings
from tracker.web.log_lines import begin_log

CHANGED_BY_TESTS = ("config", "extensions", "view_functions", "before_request_funcs", "after_request_funcs")
"""What tests put something else into. Addresses cannot be added once an application has answered; Flask says so."""

Make = Callable[[Settings], Flask]


class KeptApp:
    """An application as it was made, and how it stood then."""

    def __init__(self, make: Make, settings: Settings) -> None:
        self._app = make(settings)
        self._settings = settings
        self._stood = {name: _copy(getattr(self._app, name)) for name in CHANGED_BY_TESTS}
        self._wsgi_app = self._app.wsgi_app

    def lend(self, **changes: Any) -> Flask:
        """The application as on its first day, with some settings of its own."""
        for name, stood in self._stood.items():
            now = getattr(self._app, name)
            now.clear()
            now.update(_copy(stood))
        self._app.extensions["settings"] = replace(self._settings, **changes)
        self._app.wsgi_app = self._wsgi_app  # type: ignore[method-assign]
        begin_log(self._settings.log_level)
        return self._app


def _copy(value: dict[Any, Any]) -> dict[Any, Any]:
    return {key: list(each) if type(each) is list else each for key, each in value.items()}
