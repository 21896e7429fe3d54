"""The pages of evidence as one part of the application; the pages themselves are in the modules of routes."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("evidence", __name__, url_prefix="/organisations")
