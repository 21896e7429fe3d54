"""Security headers on every response, errors and files included; it must not know what is answered.

The content security policy has nonces and no inline script: everything comes from this service.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, g, request

from tracker.config import Settings

A_YEAR = 365 * 24 * 60 * 60
AN_HOUR = 60 * 60

SETS_HEADERS = "sets_headers"
"""Under this name the application finds what sets the headers; see TrackerFlask.process_response."""

FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def init_headers(app: Flask, settings: Settings) -> None:
    """Set the headers of every response of this application."""
    fixed = dict(FIXED_HEADERS)
    if settings.is_production:
        fixed["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"

    @app.context_processor
    def _nonce() -> dict[str, Any]:
        return {"cspNonce": csp_nonce()}

    def _set_headers(response: Response) -> None:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", content_security_policy(csp_nonce()))
        if "Cache-Control" not in response.headers or request.endpoint == "static":
            response.headers["Cache-Control"] = _cache_control(response)

    app.extensions[SETS_HEADERS] = _set_headers


def csp_nonce() -> str:
    """The one-time mark of this response's own script; a new one for each request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def content_security_policy(nonce: str) -> str:
    """Only our own files, no frames, no plug-ins, forms only to ourselves, and one marked inline script.

    >>> content_security_policy("abc").split("; ")[1]
    "script-src 'self' 'nonce-abc'"
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _cache_control(response: Response) -> str:
    """Pages are not kept, because the next person at a shared computer may be somebody else."""
    if request.endpoint != "static" or response.status_code not in (200, 206, 304):
        return "no-store"
    filename = str((request.view_args or {}).get("filename", ""))
    if "v" in request.args or filename.startswith("nhsuk/nhsuk-frontend-"):
        # The address changes with the content, so it may be kept for as long as browsers like.
        return f"public, max-age={A_YEAR}, immutable"
    return f"public, max-age={AN_HOUR}"
