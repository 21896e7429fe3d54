"""Refuses every request that no mark on the view allows, and says who is asking; rows are the queries' business.

A view is marked ``@requires(Permission.X)`` or ``@public``; one with no mark is refused, so that forgetting is safe.
Every request that may write must bring a valid token against forgery; a view whose form checks the token itself, so
that it can keep what was typed, is marked ``@form_checks_token``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from tracker import clock
from tracker.accounts import sessions, viewers
from tracker.accounts.rules import Permission, Viewer
from tracker.accounts.tokens import token_hash
from tracker.accounts.viewers import OpenSession, UnfinishedSignIn
from tracker.db import transaction
from tracker.web.marks import PUBLIC

View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = "sign_in"


def requires(permission: Permission, *, to_write: Collection[Permission] = ()) -> Callable[[View], View]:
    """Let in the people who hold this power somewhere; the view's query then says over which rows.

    ``to_write``: whoever sends the view's form needs one of these instead. A power to read never lets anybody write, so
    a view that takes posts is marked with a power to write, or names those that its decisions need here.
    """

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        view.access_to_write = frozenset(to_write) or frozenset({permission})  # type: ignore[attr-defined]
        return view

    return mark


def form_checks_token(view: View) -> View:
    """Leave the token to the view's form, which re-renders what was typed when the token is missing or too old."""
    view.form_checks_token = True  # type: ignore[attr-defined]
    return view


def init_access(app: Flask) -> None:
    app.before_request(_let_in_or_refuse)


def current_viewer() -> Viewer:
    """Who is asking; only views that require a permission may call it."""
    viewer: Viewer = g.viewer
    return viewer


def find_current_viewer() -> Viewer | None:
    """Who is asking, or None on a public page."""
    return getattr(g, "viewer", None)


def current_session() -> OpenSession:
    """What stands behind the browser's sign-in."""
    open_session: OpenSession = g.open_session
    return open_session


def remember_sign_in(token: str) -> None:
    """Start the browser's session afresh, so that nothing set before the sign-in survives it."""
    session.clear()
    g.pop("csrf_token", None)  # The forms of this answer need a token of the new session.
    session[SIGN_IN] = token


def forget_sign_in() -> None:
    session.clear()


def _let_in_or_refuse() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # No such address: the router answers 404 or 405 by itself.
    view = current_app.view_functions[request.endpoint]
    access = PUBLIC if request.endpoint == "static" else getattr(view, "access", None)
    if request.endpoint != "static":
        _find_out_who_asks()
    if access != PUBLIC:
        viewer = find_current_viewer()
        if viewer is None:
            return _ask_to_sign_in()
        if not isinstance(access, Permission):
            abort(403)
        needed: Collection[Permission] = {access}
        if request.method not in SAFE_METHODS:
            needed = getattr(view, "access_to_write", ())
        if not any(viewer.may_anywhere(permission) for permission in needed):
            abort(403)
    if request.method not in SAFE_METHODS and not getattr(view, "form_checks_token", False):
        try:
            validate_csrf(request.form.get("csrf_token"))
        except ValidationError:
            abort(400)
    return None


def _find_out_who_asks() -> None:
    token = session.get(SIGN_IN)
    if token is None:
        return
    now = clock.real_now()
    found = viewers.find_viewer_by_session(
        token_hash(token),
        idle_since=now - sessions.LONG_IDLE,
        started_since=now - sessions.LONGEST_SESSION,
    )
    if found is None:
        return
    viewer, open_session = found
    if not viewer.held or now - open_session.last_seen_at > sessions.idle_limit(viewer.roles):
        return
    if viewer.needs_second_factor and open_session.second_factor_at is None:
        return
    if sessions.touch_is_due(open_session.last_seen_at, now):
        with transaction():
            sessions.touch(open_session.session_id, now)
    g.viewer, g.open_session = viewer, open_session


def find_unfinished_sign_in() -> UnfinishedSignIn | None:
    """The sign-in of this browser that waits for its second factor, or None."""
    token = session.get(SIGN_IN)
    if token is None:
        return None
    since = clock.real_now() - sessions.LONGEST_SIGN_IN
    return viewers.find_unfinished_sign_in(token_hash(token), started_since=since)


def _ask_to_sign_in() -> ResponseReturnValue:
    """Ask for the sign-in; a form that was being saved goes along (307 repeats the post), so nothing typed is lost."""
    here = request.full_path.rstrip("?")
    if request.method in SAFE_METHODS:
        return redirect(url_for("sign_in.start", next=here))
    return redirect(url_for("sign_in.resume", next=here), code=307)
