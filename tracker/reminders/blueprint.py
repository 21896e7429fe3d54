"""The blueprint of the pages of reminders."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reminders", __name__)
