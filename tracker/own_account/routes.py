"""The page of one's own account."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("own_account", __name__, url_prefix="/account")
