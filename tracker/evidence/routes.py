"""The pages of evidence."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("evidence", __name__, url_prefix="/organisations")
