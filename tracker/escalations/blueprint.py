"""The blueprint of the pages of escalation."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("escalations", __name__)
