"""The blueprint of the pages on which organisations tell each other how they did an ask."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("shared_notes", __name__, url_prefix="/organisations")
