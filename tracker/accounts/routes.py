"""The audit as a list, and the table of who may see and do what."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
