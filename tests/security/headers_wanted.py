"""What every answer of the service must carry; it must not know what was asked."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse


def faults_of_headers(answer: TestResponse, *, is_production: bool = False) -> list[str]:
    """What is missing or wrong among the headers of an answer."""
    headers = answer.headers
    policy = dict(part.partition(" ")[::2] for part in headers.get("Content-Security-Policy", "").split("; "))
    script = policy.pop("script-src", "")
    expected = {
        "default-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    faults = [] if policy == expected else [f"The policy is {policy}."]
    if not re.fullmatch(r"'self' 'nonce-[\w-]{22}'", script):
        faults.append(f"Scripts may come from {script}.")
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ):
        if headers.get_all(name) != [value]:
            faults.append(f"{name} is {headers.get_all(name)}.")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        faults.append("The permissions policy is missing.")
    strict = headers.get("Strict-Transport-Security", "")
    if is_production != (strict == "max-age=31536000; includeSubDomains"):
        faults.append(f"Strict-Transport-Security is {strict!r}.")
    faults += [f"{name} tells what we run on." for name in ("Server", "X-Powered-By") if name in headers]
    if answer.get_data() and "Content-Type" not in headers:
        faults.append("The content has no type.")
    return faults
