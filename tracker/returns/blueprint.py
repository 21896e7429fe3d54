"""The blueprint that every page of returns belongs to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("returns", __name__, url_prefix="/organisations")
