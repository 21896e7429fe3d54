"""The public pages about the service: accessibility, privacy, cookies, contact; it knows no feature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import quote

from flask import Blueprint, current_app, render_template

from tracker.config import Settings
from tracker.web.marks import public

blueprint = Blueprint("web", __name__)

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """Where people ask for help, as the setting CONTACT names it; without a link where it is neither mail nor page."""

    text: str
    href: str | None

    @classmethod
    def of(cls, settings: Settings) -> Contact:
        """What CONTACT names, else the address that mails come from."""
        text = settings.contact or parseaddr(settings.mail_from)[1]
        if text.startswith("https://"):
            return cls(text, text)
        return cls(text, f"mailto:{quote(text, safe='@')}" if ADDRESS.fullmatch(text) else None)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("web/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    settings = _settings()
    return render_template("web/privacy.html", contact=Contact.of(settings), months=settings.retention_months)


@blueprint.get("/cookies")
@public
def cookies() -> str:
    return render_template("web/cookies.html")


@blueprint.get("/contact")
@public
def contact() -> str:
    return render_template("web/contact.html", contact=Contact.of(_settings()))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
