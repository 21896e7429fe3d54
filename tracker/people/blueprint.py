"""The blueprint to which the modules of pages add theirs; it knows none of them."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__)
