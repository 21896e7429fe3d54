"""The blueprint that every page of progress belongs to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("progress", __name__, url_prefix="/organisations")
