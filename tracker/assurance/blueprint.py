"""The blueprint of the pages on which another body decides on claims."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("assurance", __name__, url_prefix="/review")
