"""Writes down who was refused what: after the request, in a transaction of its own; it refuses nobody itself.

Refusals of people who are signed in: a decision that is not theirs (403), an organisation out of their reach (404), a
post without a valid token, and what a page itself turns down because it is above their powers. Whoever is not signed in
writes nothing here: anybody could fill the audit with it.

An entry says which page, which method, why, the role that was asked for, and the organisation where there is one with
the code. Nothing else of an address or a form is kept: a query or a made-up code may hold anything.
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
from tracker.accounts.rules import Role
from tracker.audit import service as audit
from tracker.db import session, transaction

log = logging.getLogger(__name__)

NOT_ALLOWED, OUT_OF_REACH, NO_TOKEN = "not allowed", "out of reach", "no valid token"
LAST_ADMINISTRATOR = "last administrator"


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
    note_refused(OUT_OF_REACH, organisation_code)


def note_refused(reason: str, organisation_code: str = "", *, role: Role | None = None) -> None:
    """Let this request be written down as refused for a reason, whatever it is answered with.

    For what a page turns down by itself: a role that is not theirs to give, or a form's value that no page offers them.
    """
    g.refused = {"reason": reason} | ({"role": role.value} if role else {})
    g.refused_about = organisation_code


def _record_refusal(response: Response) -> Response:
    viewer = find_current_viewer()
    refused = _refused(response.status_code) if viewer is not None else None
    if viewer is None or refused is None:
        return response
    try:
        session().rollback()
        with transaction():
            code = g.get("refused_about") or str((request.view_args or {}).get("code", ""))
            audit.record(
                verb="refused",
                subject=f"{request.method} {request.endpoint}",
                by=viewer.person_id,
                role=", ".join(sorted(viewer.roles)),
                after=refused | _organisation(code),
            )
    except SQLAlchemyError:
        # The refusal itself stands, whether or not it could be written down.
        log.exception("A refusal could not be written down (request %s).", g.get("request_id", ""))
    return response


def _refused(status: int) -> dict[str, str] | None:
    noted: dict[str, str] | None = g.get("refused")
    if noted is not None:
        return noted
    if status == 403:
        return {"reason": NOT_ALLOWED}
    return {"reason": NO_TOKEN} if _lacks_token(status) else None


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
