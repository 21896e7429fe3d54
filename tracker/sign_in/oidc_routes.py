"""Signing in through an OpenID Connect provider such as NHSmail, and the page where its owner connects an account.

Where no provider is set, none of these addresses exists. What comes back from the provider decides nothing by itself:
``tracker/sign_in/oidc.py`` checks it, ``tracker/sign_in/identities.py`` says whose it is.
"""

from __future__ import annotations

import logging
from typing import Any, TypeVar

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import (
    current_session,
    current_viewer,
    find_current_viewer,
    form_checks_token,
    remember_sign_in,
    requires,
)
from tracker.accounts.rules import Permission, SessionStep
from tracker.accounts.viewers import OpenSession
from tracker.config import Settings
from tracker.db import session as database_session
from tracker.db import transaction
from tracker.sign_in import confirming, identities, oidc, own_identities
from tracker.sign_in.claims import Identity
from tracker.sign_in.oidc import Attempt, Purpose
from tracker.sign_in.oidc_forms import ConnectForm, DisconnectForm, OwnersForm
from tracker.sign_in.refusals import Refusal, Refused, explain
from tracker.sign_in.service import FirstFactor
from tracker.web.addresses import safe_next
from tracker.web.browsers import browser_in_words
from tracker.web.marks import public

blueprint = Blueprint("single_sign_on", __name__)

log = logging.getLogger(__name__)

Form = TypeVar("Form", bound=OwnersForm)


@blueprint.get("/sign-in/single-sign-on")
@public
def start() -> ResponseReturnValue:
    _only_with_a_provider()
    goes_on_at = safe_next(request.args.get("next", ""))
    if find_current_viewer() is not None:
        return redirect(goes_on_at)
    if _is_led_by_another_site():
        return render_template("sign_in/single_sign_on_start.html", goes_on_at=goes_on_at)
    return _to_provider(Attempt(Purpose.SIGN_IN, goes_on_at, None))


@blueprint.get("/sign-in/single-sign-on/callback")
@public
def callback() -> ResponseReturnValue:
    """Where the provider sends the browser back to, with a code or an error."""
    _only_with_a_provider()
    attempt = oidc.find_attempt()
    _let_go_of_the_database()
    try:
        identity = oidc.finish()
        if attempt is not None and attempt.purpose is Purpose.CONNECT:
            return _ask_to_confirm(attempt, identity)
        return _sign_in(identity, attempt.goes_on_at if attempt else "/")
    except Refused as refused:
        return _refused(refused, attempt)


@blueprint.get("/account/single-sign-on")
@requires(Permission.SIGNED_IN)
def connected() -> ResponseReturnValue:
    """One's own identities at the provider."""
    _only_with_a_provider()
    held = own_identities.held_by(current_viewer().person_id)
    has_password = own_identities.has_password(current_viewer().person_id)
    return render_template("own_account/single_sign_on.html", identities=held, has_password=has_password)


@blueprint.get("/account/single-sign-on/begin")
@requires(Permission.SIGNED_IN)
def connect() -> ResponseReturnValue:
    """By a link and not by a form: browsers keep a form from ending at another site, as our headers ask them to."""
    _only_with_a_provider()
    here = current_session()
    if _owners_form(ConnectForm, here) is None:
        return _sign_in_again()
    return _to_provider(Attempt(Purpose.CONNECT, url_for("single_sign_on.connected"), here.person_id))


@blueprint.route("/account/single-sign-on/confirm", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def confirm() -> ResponseReturnValue:
    """Connect what was just signed in to at the provider, once its owner has seen which it is."""
    _only_with_a_provider()
    here = current_session()
    identity = identities.kept_for_person(here.person_id)
    if identity is None:
        flash("There is nothing to connect, or it was more than 10 minutes ago. Begin again.")
        return redirect(url_for("single_sign_on.connected"))
    form = _owners_form(ConnectForm, here)
    if form is None:
        return _sign_in_again()
    if form.validate_on_submit():
        try:
            with transaction():
                token = own_identities.connect(here, identity, form.given_password)
        except identities.IdentityTaken as taken:
            form.refuse(str(taken))
        else:
            if token is not None:
                return _go_on_alone(token, f"You can now sign in with {_settings().oidc_name}.")
            form.refuse_person()
    return render_template("own_account/single_sign_on_confirm.html", form=form, identity=identity)


@blueprint.route("/account/single-sign-on/<int:identity_id>/disconnect", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def disconnect(identity_id: int) -> ResponseReturnValue:
    _only_with_a_provider()
    here = current_session()
    identity = own_identities.find(here.person_id, identity_id)
    if identity is None:
        abort(404)
    form = _owners_form(DisconnectForm, here)
    if form is None:
        return _sign_in_again()
    if form.validate_on_submit():
        try:
            with transaction():
                token = own_identities.disconnect(here, identity_id, form.given_password)
        except LookupError:
            abort(404)
        except own_identities.OnlyWayIn as only:
            form.refuse(str(only))
        else:
            if token is not None:
                return _go_on_alone(token, "It is disconnected, and every other browser of yours is signed out.")
            form.refuse_person()
    return render_template("own_account/single_sign_on_disconnect.html", form=form, identity=identity)


@blueprint.app_context_processor
def _name() -> dict[str, Any]:
    """What people here call the provider, for every template; None where there is none."""
    settings = _settings()
    return {"oidc_name": settings.oidc_name if settings.has_single_sign_on else None}


def _is_led_by_another_site() -> bool:
    """Whether a page of another site sent the browser here, as browsers say (W3C Fetch Metadata).

    A provider that asks nothing would make a session of that, and nobody would have wanted one. A browser that is too
    old to say so is let through; another host of our own domain is another site too.
    """
    return request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")


def _to_provider(attempt: Attempt) -> ResponseReturnValue:
    _let_go_of_the_database()
    try:
        return redirect(oidc.begin(attempt))
    except Refused as refused:
        return _refused(refused, attempt)


def _sign_in(identity: Identity, goes_on_at: str) -> ResponseReturnValue:
    """Go on as the account's own step says. Somebody who came to accept an invitation brings the identity to it."""
    is_invited = goes_on_at.startswith(identities.INVITATIONS)
    entry = FirstFactor(has_role=False)
    try:
        with transaction():
            entry = identities.sign_in(identity, browser=browser_in_words(request.user_agent.string))
    except Refused as refused:
        if not is_invited or refused.reason is not Refusal.NOT_CONNECTED:
            raise
    if entry.token is None and is_invited:
        identities.keep_for_invitation(identity, goes_on_at)
        return redirect(goes_on_at)
    if entry.token is None:
        return _refusal_page(Refusal.NO_ROLE, None)  # The sign-in has told the audit.
    remember_sign_in(entry.token)
    if entry.step is SessionStep.OPEN:
        return redirect(goes_on_at)
    page = "sign_in.code" if entry.step is SessionStep.SECOND_FACTOR else "sign_in.enrol"
    return redirect(url_for(page, next=goes_on_at))


def _ask_to_confirm(attempt: Attempt, identity: Identity) -> ResponseReturnValue:
    viewer = find_current_viewer()
    if viewer is None or viewer.person_id != attempt.person_id:
        raise Refused(Refusal.NOT_BEGUN, "another person is signed in by now, or nobody")
    identities.keep_for_person(identity, viewer.person_id)
    return redirect(url_for("single_sign_on.confirm"))


def _owners_form(kind: type[Form], here: OpenSession) -> Form | None:
    """A form that asks for the current password; None where there is none and the sign-in was too long ago."""
    has_password = own_identities.has_password(here.person_id)
    if not has_password and not confirming.is_recent(here):
        return None
    form = kind()
    form.ask_for_password(has_password)
    return form


def _sign_in_again() -> ResponseReturnValue:
    goes_on_at = url_for("single_sign_on.connected")
    return render_template("own_account/sign_in_again.html", goes_on_at=goes_on_at)


def _go_on_alone(token: str, said: str) -> ResponseReturnValue:
    """Take up the fresh token; what the browser kept until now goes with the one before."""
    remember_sign_in(token)
    flash(said, "success")
    return redirect(url_for("single_sign_on.connected"))


def _refused(refused: Refused, attempt: Attempt | None) -> ResponseReturnValue:
    log.warning("A single sign-on was refused: %s. %s", refused.reason.value, refused.detail)
    viewer = find_current_viewer()
    is_connecting = attempt is not None and attempt.purpose is Purpose.CONNECT and viewer is not None
    with transaction():
        identities.record_refusal(refused.reason, by=viewer.person_id if viewer and is_connecting else None)
    return _refusal_page(refused.reason, attempt)


def _refusal_page(reason: Refusal, attempt: Attempt | None) -> ResponseReturnValue:
    page = explain(reason, _settings().oidc_name)
    is_connecting = attempt is not None and attempt.purpose is Purpose.CONNECT
    again = url_for("single_sign_on.connect") if is_connecting else url_for("single_sign_on.start")
    return render_template("sign_in/single_sign_on_refused.html", page=page, again=again), page.status


def _let_go_of_the_database() -> None:
    """Nothing of the database is held while the provider is waited for: who asked was read, and nothing is changed."""
    database_session().close()


def _only_with_a_provider() -> None:
    if not _settings().has_single_sign_on:
        abort(404)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
