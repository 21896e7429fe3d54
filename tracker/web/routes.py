"""The public pages about the service: accessibility, privacy, cookies, contact; it knows no feature."""

from __future__ import annotations

from flask import Blueprint, render_template

from tracker.web.marks import public

blueprint = Blueprint("web", __name__)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("web/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return render_template("web/privacy.html")


@blueprint.get("/cookies")
@public
def cookies() -> str:
    return render_template("web/cookies.html")


@blueprint.get("/contact")
@public
def contact() -> str:
    return render_template("web/contact.html")
