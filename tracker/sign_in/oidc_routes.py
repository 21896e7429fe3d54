"""Signing in through an OpenID Connect provider such as NHSmail."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/sign-in/single-sign-on")
