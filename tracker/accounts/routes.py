"""Signing in, signing out, setting a password by link, and taking up a form that was being saved."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts import queries, service
from tracker.accounts.access import (
    current_session,
    find_current_viewer,
    forget_sign_in,
    form_checks_token,
    remember_sign_in,
    requires,
)
from tracker.accounts.forms import SetPasswordForm, SignInForm
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.web.marks import public

blueprint = Blueprint("accounts", __name__)

WRONG = (
    "The email address or the password is not right, or the account is locked for 15 minutes. Check both and try again."
)
KEPT = "kept."
"""What was being typed when a sign-in ran out travels through the sign-in page under names with this in front."""


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@form_checks_token
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and find_current_viewer() is not None:
        return redirect(_safe_next(request.args.get("next", "")))
    form = SignInForm(next=request.args.get("next", ""))
    kept = {name.removeprefix(KEPT): request.form.getlist(name) for name in request.form if name.startswith(KEPT)}
    if form.validate_on_submit():
        with transaction():
            token = service.sign_in(form.email.data, form.password.data)
        if token is not None:
            remember_sign_in(token)
            goes_on_at = _safe_next(form.next.data or "")
            if kept:
                return render_template("accounts/go_on.html", goes_on_at=goes_on_at, kept=kept)
            return redirect(goes_on_at)
        form.refuse(WRONG)
    return render_template("accounts/sign_in.html", form=form, kept=kept)


@blueprint.post("/sign-in/resume")
@public
@form_checks_token
def resume() -> ResponseReturnValue:
    """Ask for the sign-in in the middle of a save. Nothing is written here; what was typed goes along, hidden."""
    form = SignInForm(formdata=None, next=request.args.get("next", ""))
    kept = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    return render_template("accounts/sign_in.html", form=form, kept=kept), 401


@blueprint.post("/sign-out")
@requires(Permission.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    with transaction():
        service.sign_out(current_session())
    forget_sign_in()
    flash("You have signed out.", "success")
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/set-password/<string:token>", methods=["GET", "POST"])
@public
@form_checks_token
def set_password(token: str) -> ResponseReturnValue:
    form = SetPasswordForm()
    if queries.find_password_link(service.token_hash(token), now=clock.real_now()) is None:
        return render_template("accounts/link_used.html"), 404
    if form.validate_on_submit():
        with transaction():
            is_set = service.set_password_by_link(token, form.password.data)
        if not is_set:
            return render_template("accounts/link_used.html"), 404
        flash("Your password is set. Sign in with it.", "success")
        return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/set_password.html", form=form)


def _safe_next(address: str) -> str:
    """Where to go after signing in: a path of our own, never another site.

    >>> _safe_next("/organisations/XA1?page=2"), _safe_next("//elsewhere.example"), _safe_next("https://x.example/")
    ('/organisations/XA1?page=2', '/', '/')
    >>> _safe_next("/\\\\elsewhere.example"), _safe_next("/sign-in")
    ('/', '/')
    """
    is_ours = (
        address.startswith("/")
        and not address.startswith(("//", "/sign-in", "/sign-out"))
        and "\\" not in address
        and address.isprintable()
    )
    return address if is_ours else "/"
