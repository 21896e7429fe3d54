"""The blueprint of the pages on which a team watches over many organisations."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("review", __name__, url_prefix="/review")
