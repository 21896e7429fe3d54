"""Who holds which role where, invitations, and accounts switched off and on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("people", __name__)
