"""Writes down who was refused what: after the request, in a transaction of its own; it refuses nobody itself.

Refusals of people who are signed in: a decision that is not theirs (403), an organisation out of their reach (404), a
post without a valid token. Whoever is not signed in writes nothing here: anybody could fill the audit with it.

An entry says which page, which method, why, and the organisation where the address names one that there is. Nothing
else of an address is kept: a query or a made-up code may hold anything.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Flask, g, request
from flask.wrappers import Response
from flask_wtf.csrf import validate_csrf
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound
from wtforms import ValidationError

from tracker.accounts import bodies
from tracker.accounts.access import SAFE_METHODS, find_current_viewer
from tracker.audit import service as audit
from tracker.db import session, transaction

log = logging.getLogger(__name__)

NOT_ALLOWED, OUT_OF_REACH, NO_TOKEN = "not allowed", "out of reach", "no valid token"


def init_refusals(app: Flask, *, hidden: Sequence[type[NotFound]]) -> None:
    """Call once, when wiring. ``hidden`` are the errors of the features above that hide what is out of reach."""

    def note(_error: NotFound) -> Response:
        note_out_of_reach()
        # Answered as any other page that is not there: nobody is to see a difference.
        return app.make_response(app.handle_http_exception(NotFound()))

    for kind in hidden:
        app.register_error_handler(kind, note)
    app.after_request(_record_refusal)


def note_out_of_reach(organisation_code: str = "") -> None:
    """Let this request be written down as one for something out of reach, whatever it is answered with.

    For lists and files whose address names the organisation in its query; elsewhere the address itself tells.
    """
    g.out_of_reach = True
    g.out_of_reach_code = organisation_code


def _record_refusal(response: Response) -> Response:
    viewer = find_current_viewer()
    reason = _reason(response.status_code) if viewer is not None else None
    if viewer is None or reason is None:
        return response
    try:
        session().rollback()
        with transaction():
            code = g.get("out_of_reach_code") or str((request.view_args or {}).get("code", ""))
            audit.record(
                verb="refused",
                subject=f"{request.method} {request.endpoint}",
                by=viewer.person_id,
                role=", ".join(sorted(viewer.roles)),
                after={"reason": reason} | _organisation(code),
            )
    except SQLAlchemyError:
        # The refusal itself stands, whether or not it could be written down.
        log.exception("A refusal could not be written down (request %s).", g.get("request_id", ""))
    return response


def _reason(status: int) -> str | None:
    if g.get("out_of_reach"):
        return OUT_OF_REACH
    if status == 403:
        return NOT_ALLOWED
    return NO_TOKEN if _lacks_token(status) else None


def _lacks_token(status: int) -> bool:
    """Whether a post came without a valid token: the access hook answers it 400, a form shows itself again.

    A form that found its token good has said so (``csrf_checked``); a page that leads on needs no second look.
    """
    if request.method in SAFE_METHODS or g.get("csrf_checked") or status not in (200, 400):
        return False
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return True
    return False


def _organisation(code: str) -> dict[str, str]:
    """The code, where there is an organisation with it: a made-up one could be anything, a name too."""
    return {"organisation": code.strip().upper()} if code and bodies.find_organisation_id(code) is not None else {}
