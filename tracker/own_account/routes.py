"""The page of one's own account, and a page for each thing that can be changed on it; everything is one's own."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import (
    current_session,
    current_viewer,
    form_checks_token,
    remember_sign_in,
    requires,
)
from tracker.accounts.rules import Permission
from tracker.config import Settings
from tracker.db import transaction
from tracker.own_account import queries, service
from tracker.own_account.forms import (
    AuthenticatorForm,
    ConfirmedForm,
    EndOtherSessionsForm,
    EndSessionForm,
    NameForm,
    PasswordForm,
    RecoveryCodesForm,
    RemoveForm,
    SecondFactorForm,
)
from tracker.own_account.presenters import SESSION_COLUMNS, AccountPage, session_line
from tracker.own_account.rows import Profile
from tracker.own_account.service import Changed
from tracker.sign_in import authenticators, confirming, own_texts
from tracker.sign_in.authenticators import Prepared
from tracker.sign_in.forms import NEW_KEY, WRONG_FIRST_CODE

blueprint = Blueprint("own_account", __name__, url_prefix="/account")

Form = TypeVar("Form", bound=ConfirmedForm)
CodeForm = TypeVar("CodeForm", bound=SecondFactorForm)


@blueprint.get("")
@requires(Permission.SIGNED_IN)
def index() -> ResponseReturnValue:
    viewer, settings = current_viewer(), _settings()
    page = AccountPage(
        profile=queries.get_profile(viewer.person_id),
        viewer=viewer,
        roles=queries.roles_held(viewer.person_id, clock.today()),
        sessions=queries.live_sessions(viewer),
        here=current_session().session_id,
        single_sign_on=settings.oidc_name if settings.has_single_sign_on else None,
    )
    return render_template("own_account/index.html", page=page, columns=SESSION_COLUMNS)


@blueprint.route("/name", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def name() -> ResponseReturnValue:
    form = NameForm(name=current_viewer().name)
    if form.validate_on_submit():
        with transaction():
            is_changed = service.change_name(current_session(), form.name.data)
        flash("Your name is saved." if is_changed else "Your name was this already.", "success")
        return redirect(url_for("own_account.index"))
    return render_template("own_account/name.html", form=form)


@blueprint.route("/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def password() -> ResponseReturnValue:
    form, profile = _owners_form(PasswordForm)
    if form is None:
        return _sign_in_again("own_account.password")
    form.password.know_owner(own_texts.about(profile.account_id))
    if form.validate_on_submit():
        with transaction():
            changed = service.change_password(current_session(), form.given_password, form.password.data)
        if changed.is_done:
            return _go_on_alone(changed, "Your password is saved. Every other browser of yours is signed out.")
        form.refuse_person()
    return render_template("own_account/password.html", form=form, profile=profile)


@blueprint.route("/second-factor", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def second_factor() -> ResponseReturnValue:
    """Set an authenticator app up, or another in its place."""
    form, profile = _second_factor_form(AuthenticatorForm)
    if form is None:
        return _sign_in_again("own_account.second_factor")
    session_id = current_session().session_id
    prepared = authenticators.find_prepared(form.prepared.data or "", session_id)
    if form.validate_on_submit():
        changed = _set_up(form, prepared)
        if changed.is_done:
            remember_sign_in(changed.token)
            return render_template("own_account/recovery_codes_shown.html", codes=changed.recovery_codes)
    prepared = prepared or authenticators.prepare(session_id)
    form.prepared.data = prepared.sealed
    told = {"shown": authenticators.shown(prepared, profile.email), "demo_code": _demo_code(profile)}
    return render_template("own_account/second_factor.html", form=form, profile=profile, **told)


@blueprint.route("/second-factor/remove", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def remove_second_factor() -> ResponseReturnValue:
    if current_viewer().needs_second_factor:
        abort(403)
    form, profile = _second_factor_form(RemoveForm)
    if profile.second_factor_at is None:
        return redirect(url_for("own_account.index"))
    if form is None:
        return _sign_in_again("own_account.remove_second_factor")
    if form.validate_on_submit():
        with transaction():
            changed = service.remove_second_factor(current_session(), form.given_password, form.given_code)
        if changed.is_done:
            return _go_on_alone(changed, "Your authenticator app is removed.")
        if changed.is_really and changed.refusal is None:
            flash("Your authenticator app stays: a role you were given meanwhile needs it.")
            return redirect(url_for("own_account.index"))
        _refuse(form, changed)
    return render_template("own_account/remove_second_factor.html", form=form, demo_code=_demo_code(profile))


@blueprint.route("/recovery-codes", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def recovery_codes() -> ResponseReturnValue:
    form, profile = _second_factor_form(RecoveryCodesForm)
    if profile.second_factor_at is None:
        return redirect(url_for("own_account.index"))
    if form is None:
        return _sign_in_again("own_account.recovery_codes")
    if form.validate_on_submit():
        with transaction():
            changed = service.renew_recovery_codes(current_session(), form.given_password, form.given_code)
        if changed.is_done:
            return render_template("own_account/recovery_codes_shown.html", codes=changed.recovery_codes)
        _refuse(form, changed)
    demo_code = _demo_code(profile)
    return render_template("own_account/recovery_codes.html", form=form, profile=profile, demo_code=demo_code)


@blueprint.route("/sessions/<int:session_id>/end", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def end_session(session_id: int) -> ResponseReturnValue:
    here, live = current_session(), queries.find_live_session(current_viewer(), session_id)
    if live is None or live.session_id == here.session_id:
        abort(404)  # This browser is signed out by the header's button.
    form, _profile = _owners_form(EndSessionForm)
    if form is None:
        return _sign_in_again("own_account.end_session", session_id)
    if form.validate_on_submit():
        with transaction():
            is_done = service.end_session(here, form.given_password, session_id)
        if is_done:
            flash("That browser is signed out.", "success")
            return redirect(url_for("own_account.index"))
        form.refuse_person()
    return render_template("own_account/end_session.html", form=form, line=session_line(live, is_here=False))


@blueprint.route("/sessions/end-others", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@form_checks_token
def end_other_sessions() -> ResponseReturnValue:
    form, _profile = _owners_form(EndOtherSessionsForm)
    if form is None:
        return _sign_in_again("own_account.end_other_sessions")
    if form.validate_on_submit():
        with transaction():
            is_done = service.end_other_sessions(current_session(), form.given_password)
        if is_done:
            flash("You are signed out everywhere but here.", "success")
            return redirect(url_for("own_account.index"))
        form.refuse_person()
    return render_template("own_account/end_other_sessions.html", form=form)


def _owners_form(kind: type[Form]) -> tuple[Form | None, Profile]:
    """A form that asks for the current password; None where there is none and the sign-in was too long ago."""
    profile = queries.get_profile(current_viewer().person_id)
    if not profile.has_password and not confirming.is_recent(current_session()):
        return None, profile
    form = kind()
    form.ask_for_password(profile.has_password)
    return form, profile


def _second_factor_form(kind: type[CodeForm]) -> tuple[CodeForm | None, Profile]:
    """The same, asking besides for a code of the authenticator that is set up."""
    form, profile = _owners_form(kind)
    if form is not None:
        form.ask_for_code(profile.second_factor_at is not None)
    return form, profile


def _set_up(form: AuthenticatorForm, prepared: Prepared | None) -> Changed:
    """Try to set up what the form carries, and say beside its fields why that did not do."""
    if prepared is None:
        form.refuse(NEW_KEY, form.first_code)
        return service.NOT_DONE
    with transaction():
        changed = service.set_up_second_factor(
            current_session(), form.given_password, prepared.secret, form.first_code.data, form.given_code
        )
    if changed.is_really and not changed.is_done and changed.refusal is None:
        form.refuse(WRONG_FIRST_CODE, form.first_code)
    else:
        _refuse(form, changed)
    return changed


def _refuse(form: SecondFactorForm, changed: Changed) -> None:
    """Say beside the field what did not show who asks, if anything."""
    if not changed.is_really:
        form.refuse_person()
    elif changed.refusal is not None:
        form.refuse_code(changed.refusal)


def _demo_code(profile: Profile) -> str | None:
    """In a demonstration the code of the authenticator that is set up, as at the sign-in."""
    return authenticators.demonstration_code(profile.account_id)


def _go_on_alone(changed: Changed, said: str) -> ResponseReturnValue:
    """Take up the fresh token: the one before is good for nothing by now."""
    remember_sign_in(changed.token)
    flash(said, "success")
    return redirect(url_for("own_account.index"))


def _sign_in_again(endpoint: str, session_id: int | None = None) -> ResponseReturnValue:
    goes_on_at = url_for(endpoint, session_id=session_id)
    return render_template("own_account/sign_in_again.html", goes_on_at=goes_on_at)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
