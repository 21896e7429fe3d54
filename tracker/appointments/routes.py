"""The pages of appointments."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("appointments", __name__, url_prefix="/organisations")
