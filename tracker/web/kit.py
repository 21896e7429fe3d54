"""Lays the page kit into an application in one call: headers, error pages, limits of requests, public pages."""

from __future__ import annotations

from flask import Flask

from tracker.config import Settings
from tracker.web.errors import init_errors
from tracker.web.headers import init_headers
from tracker.web.requests import init_requests
from tracker.web.routes import blueprint

GREATEST_REQUEST = 32 * 1024 * 1024
"""Enough for an evidence file, and for a narrative far too long, so that people keep what they typed."""


def init_web(app: Flask, settings: Settings) -> None:
    """Call once in ``create_app``."""
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", 4 * 60 * 60)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_CONTENT_LENGTH"] or GREATEST_REQUEST
    # Flask's half megabyte would refuse the page of a long narrative instead of saying so beside the field.
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    init_headers(app, settings)
    init_errors(app)
    init_requests(app)
    app.register_blueprint(blueprint)
