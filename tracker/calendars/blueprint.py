"""The blueprint of calendars: the pages on which they are made and revoked, and what calendar programs read."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("calendars", __name__, url_prefix="/calendars")
