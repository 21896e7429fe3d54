"""Signing in by password and code, the second factor's setting up, signing out, and setting a password by link.

A form that was being saved when a sign-in ran out goes along from page to page, hidden.
"""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts import links, queries
from tracker.accounts.access import (
    current_session,
    find_current_viewer,
    find_unfinished_sign_in,
    forget_sign_in,
    form_checks_token,
    remember_sign_in,
    requires,
)
from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.rules import Permission, SessionStep
from tracker.accounts.viewers import UnfinishedSignIn
from tracker.config import Settings
from tracker.db import transaction
from tracker.sign_in import authenticators, own_texts, service
from tracker.sign_in.authenticators import Prepared
from tracker.sign_in.forgotten import ask_for_link
from tracker.sign_in.forms import (
    NEW_KEY,
    UNREADABLE,
    WRONG_CODE,
    WRONG_FIRST_CODE,
    CodeForm,
    ForgottenForm,
    SetPasswordForm,
    SetUpForm,
    SignInForm,
    address_to_go_on_to,
)
from tracker.sign_in.kept import Kept, brought_along, typed_in_post
from tracker.sign_in.service import FirstFactor
from tracker.web.addresses import safe_next
from tracker.web.browsers import browser_in_words
from tracker.web.marks import public
from tracker.web.wording import plural

blueprint = Blueprint("sign_in", __name__)

FORGET_PAGES = '"cache", "storage"'
"""What a browser throws away at the end (OWASP ASVS 5.0, 14.3.1). The cookie stays: emptied, it brings a message."""
WRONG = (
    "The email address or the password is not right, or the account is locked for 15 minutes. Check both and try again."
)
NO_ROLE = (
    "Your email address and password are right, but you have no role here at present. Ask the health inequalities lead "
    "of your organisation, your regional team or the administrator of this service for an invitation."
)
TOO_LATE = "The sign-in was not finished within 10 minutes. Sign in again."
ELSEWHERE = (
    "Your email address and password are right, but you have no authenticator app here and your role needs a second "
    "factor. Sign in with {provider}, which has yours. If you cannot, ask an administrator of this service."
)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@form_checks_token
def start() -> ResponseReturnValue:
    if request.method == "GET" and find_current_viewer() is not None:
        return redirect(safe_next(request.args.get("next", "")))
    form = SignInForm(next=request.args.get("next", ""))
    kept = brought_along()
    if form.validate_on_submit():
        with transaction():
            entry = service.sign_in(form.email.data, form.password.data, browser=_browser())
        if entry.token is not None:
            remember_sign_in(entry.token)
            return _go_on_from(entry.step, form.next.data or "", kept)
        form.refuse(_why_nobody_is_in(entry))
    return render_template("sign_in/start.html", form=form, kept=kept)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
@form_checks_token
def code() -> ResponseReturnValue:
    """The second factor of a sign-in that has begun; without one that has, the sign-in starts again."""
    unfinished = find_unfinished_sign_in()
    if unfinished is None or unfinished.step is not SessionStep.SECOND_FACTOR:
        return _begin_again()
    form = CodeForm(next=request.args.get("next", ""))
    kept = brought_along()
    if form.validate_on_submit():
        with transaction():
            given = service.give_code(unfinished, form.code.data, browser=_browser())
        if given.token is not None:
            remember_sign_in(given.token)
            if given.codes_left is not None:
                flash(f"You used a recovery code. {plural(given.codes_left, 'unused code')} left: see your account.")
            return _go_on_from(SessionStep.OPEN, form.next.data or "", kept)
        form.refuse(UNREADABLE if given.is_unreadable else WRONG_CODE, form.code)
    return _code_page(form, kept, unfinished.account_id)


@blueprint.route("/sign-in/set-up", methods=["GET", "POST"])
@public
@form_checks_token
def enrol() -> ResponseReturnValue:
    """The second factor that a role needs and its holder has not set up; the end of it is an open session."""
    unfinished = find_unfinished_sign_in()
    if unfinished is None or unfinished.step is not SessionStep.ENROLMENT:
        return _begin_again()
    form, kept = SetUpForm(next=request.args.get("next", "")), brought_along()
    prepared = authenticators.find_prepared(form.prepared.data or "", unfinished.session_id)
    if form.validate_on_submit():
        if prepared is not None:
            with transaction():
                enrolled = service.enrol(unfinished, prepared.secret, form.first_code.data, browser=_browser())
            if enrolled is not None:
                remember_sign_in(enrolled.token)
                return _codes_page(enrolled.recovery_codes, form.next.data or "", kept)
        form.refuse(NEW_KEY if prepared is None else WRONG_FIRST_CODE, form.first_code)
    return _set_up_page(form, kept, unfinished, prepared)


@blueprint.post("/sign-in/resume")
@public
@form_checks_token
def resume() -> ResponseReturnValue:
    """Ask for the sign-in in the middle of a save. Nothing is written here; what was typed goes along, hidden."""
    form = SignInForm(formdata=None, next=request.args.get("next", ""))
    return render_template("sign_in/start.html", form=form, kept=typed_in_post()), 401


@blueprint.post("/sign-out")
@requires(Permission.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    with transaction():
        service.sign_out(current_session())
    forget_sign_in()
    flash("You have signed out.", "success")
    answer = redirect(url_for("sign_in.start", next=address_to_go_on_to(request.form.get("next", "")) or None))
    answer.headers["Clear-Site-Data"] = FORGET_PAGES
    return answer


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@public
@form_checks_token
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    if form.validate_on_submit():
        with transaction():
            ask_for_link(form.email.data)
        return redirect(url_for("sign_in.link_sent"))
    return render_template("sign_in/forgotten.html", form=form)


@blueprint.get("/forgotten-password/sent")
@public
def link_sent() -> ResponseReturnValue:
    """The same words for every address, whether or not a mail is on its way."""
    return render_template("sign_in/link_sent.html")


@blueprint.route("/set-password/<string:token>", methods=["GET", "POST"])
@public
@form_checks_token
def set_password(token: str) -> ResponseReturnValue:
    form, link = SetPasswordForm(), links.find_link(token, LinkPurpose.SET_PASSWORD)
    if link is None:
        return render_template("sign_in/link_used.html"), 404
    form.know_owner(own_texts.about(link.account_id))
    if form.validate_on_submit():
        with transaction():
            is_set = service.set_password_by_link(token, form.password.data)
        if not is_set:
            return render_template("sign_in/link_used.html"), 404
        flash("Your password is set. Sign in with it.", "success")
        return redirect(url_for("sign_in.start"))
    return render_template("sign_in/set_password.html", form=form)


def _why_nobody_is_in(entry: FirstFactor) -> str:
    if entry.goes_elsewhere:
        settings: Settings = current_app.extensions["settings"]
        return ELSEWHERE.format(provider=settings.oidc_name)
    return WRONG if entry.has_role else NO_ROLE


def _go_on_from(step: SessionStep | None, next_address: str, kept: Kept) -> ResponseReturnValue:
    """The next page of a sign-in; what was typed before it goes along."""
    if step is SessionStep.OPEN:
        goes_on_at = safe_next(next_address)
        if kept:
            return render_template("sign_in/go_on.html", goes_on_at=goes_on_at, kept=kept)
        return redirect(goes_on_at)
    unfinished = find_unfinished_sign_in()
    if kept and unfinished is not None:
        if step is SessionStep.SECOND_FACTOR:
            return _code_page(CodeForm(formdata=None, next=next_address), kept, unfinished.account_id)
        return _set_up_page(SetUpForm(formdata=None, next=next_address), kept, unfinished, None)
    page = "sign_in.code" if step is SessionStep.SECOND_FACTOR else "sign_in.enrol"
    return redirect(url_for(page, next=safe_next(next_address)))


def _begin_again() -> ResponseReturnValue:
    """To the first page of a sign-in, for a browser in which none waits for its second factor; or on, if it is in."""
    next_address, kept = address_to_go_on_to(request.values.get("next", "")), brought_along()
    if find_current_viewer() is not None:
        return _go_on_from(SessionStep.OPEN, next_address, kept)
    if request.method == "POST":
        flash(TOO_LATE)
    if kept:
        return render_template("sign_in/start.html", form=SignInForm(formdata=None, next=next_address), kept=kept), 401
    return redirect(url_for("sign_in.start", next=next_address))


def _code_page(form: CodeForm, kept: Kept, account_id: int) -> ResponseReturnValue:
    demo_code = authenticators.demonstration_code(account_id)
    return render_template("sign_in/code.html", form=form, kept=kept, demo_code=demo_code)


def _set_up_page(
    form: SetUpForm, kept: Kept, unfinished: UnfinishedSignIn, prepared: Prepared | None
) -> ResponseReturnValue:
    """The page with the key that the form carries, or with a new one."""
    prepared = prepared or authenticators.prepare(unfinished.session_id)
    form.prepared.data = prepared.sealed
    account = queries.find_account(unfinished.account_id)
    shown = authenticators.shown(prepared, account.sign_in_email if account else "")
    return render_template("sign_in/set_up.html", form=form, kept=kept, shown=shown)


def _codes_page(codes: tuple[str, ...], next_address: str, kept: Kept) -> ResponseReturnValue:
    return render_template("sign_in/recovery_codes.html", codes=codes, goes_on_at=safe_next(next_address), kept=kept)


def _browser() -> str:
    return browser_in_words(request.user_agent.string)
