"""The pages that say plainly that something went wrong; they must work without database and sign-in."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, current_app, render_template
from flask.globals import request_ctx
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response

from tracker.web.headers import csp_nonce
from tracker.web.wording import file_size

PAGES = {
    400: "errors/400.html",
    401: "errors/401.html",
    403: "errors/403.html",
    404: "errors/404.html",
    405: "errors/405.html",
    413: "errors/413.html",
    429: "errors/429.html",
    500: "errors/500.html",
    503: "errors/503.html",
}

# The last resort where even our own layout cannot be drawn, for example for a host name that is not ours.
PLAIN_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    "<title>{title} – Health inequalities action tracker</title></head>"
    "<body><main><h1>{title}</h1><p>{sentence}</p></main></body></html>\n"
)

log = logging.getLogger(__name__)


def init_errors(app: Flask) -> None:
    """Answer every error of this application with a page of our own."""
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(OperationalError, answer_out_of_service)


def answer(error: HTTPException, **context: Any) -> Response:
    """The page of an error; its template may need more than all of them get."""
    if error.code is None or error.code < 400 or error.response is not None:
        return error.get_response()
    # What the error itself carries, such as Allow or Retry-After, goes along.
    response = error.get_response()
    response.set_data(_page(error.code, context))
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def answer_out_of_service(error: Exception) -> Response:
    """A database that is down or not set up is nobody's mistake on the page, and may be back in a moment."""
    log.error("The database, or where tries are counted, cannot be used.", exc_info=error)
    response = answer(ServiceUnavailable())
    response.headers["Retry-After"] = "5"
    return response


def _page(code: int, context: dict[str, Any]) -> str:
    """Try the page as others are, then without who is asking, then without anything at all."""
    if request_ctx.url_adapter is None:
        # The host name is not ours, so no address of ours can be written: there is nothing to link to.
        return _plain_page(code)
    for way in (_bare_page,) if code >= 500 else (_whole_page, _bare_page):
        try:
            return way(code, {**context, **_context()})
        except Exception:
            log.warning("The page for error %s could not be drawn by %s.", code, way.__name__, exc_info=True)
    return _plain_page(code)


def _whole_page(code: int, context: dict[str, Any]) -> str:
    return render_template(_template(code), **context)


def _bare_page(code: int, context: dict[str, Any]) -> str:
    # Drawn past Flask's context processors: the navigation asks the database who is signed in.
    return current_app.jinja_env.get_template(_template(code)).render(**context, cspNonce=csp_nonce(), is_bare=True)


def _plain_page(code: int) -> str:
    if code >= 500:
        return PLAIN_PAGE.format(title="Sorry, there is a problem", sentence="Try again later.")
    return PLAIN_PAGE.format(title="This cannot be answered", sentence="Check the address and try again.")


def _template(code: int) -> str:
    return PAGES.get(code, PAGES[500] if code >= 500 else PAGES[400])


def _context() -> dict[str, str]:
    return {"greatest_request": file_size(current_app.config["MAX_CONTENT_LENGTH"])}
