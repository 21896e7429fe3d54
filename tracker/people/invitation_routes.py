"""An invitation's way: made, looked at, sent again or withdrawn, and accepted by whoever it was sent to."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import (
    current_viewer,
    find_current_viewer,
    forget_sign_in,
    form_checks_token,
    requires,
)
from tracker.accounts.refusals import NOT_ALLOWED, note_out_of_reach, note_refused
from tracker.accounts.rules import ROLES_WITHOUT_A_BODY, Permission, Viewer
from tracker.accounts.service import AccountError
from tracker.db import transaction
from tracker.organisations.queries import OrganisationNotFound, get_organisation_visible_to
from tracker.people import forms, presenters, queries, service
from tracker.people.access import grantor_or_refuse
from tracker.people.blueprint import blueprint
from tracker.people.rows import OpenInvitation
from tracker.people.rules import Way, bodies_to_choose, roles_to_give
from tracker.people.service import CannotInvite, Offer, Oneself
from tracker.sign_in import identities, own_texts
from tracker.web.forms import ActionForm, PageForm
from tracker.web.marks import public

CODE_MISSING = "Enter the ODS code of the organisation"
CODE_NOT_TAKEN = "Leave the code out: this role is not held in one organisation"
NOT_HERE = "There is no open organisation with this code that you may invite people into. Check the code."
NOT_TO_GIVE = "You cannot give this role in this organisation"
WRONG_PASSWORD = (  # A sentence about one, not a password.
    "The password is not right, or the account is locked for 15 minutes. Check it and try again."  # nosec B105  # noqa: S105
)
DECIDED = "Nothing was changed: the invitation was accepted or withdrawn meanwhile."

FORM_OF = {
    Way.AS_ONESELF: forms.AcceptForm,
    Way.IDENTITY: forms.AcceptForm,
    Way.NEW_PASSWORD: forms.AcceptWithNewPasswordForm,
    Way.PASSWORD: forms.AcceptWithPasswordForm,
}
"""The ways that end on this page with a button; the others lead to signing in first."""


@blueprint.route("/people/invite", methods=["GET", "POST"])
@requires(Permission.INVITE_PEOPLE)
@form_checks_token
def invite() -> ResponseReturnValue:
    form = _invite_form()
    is_valid = form.validate_on_submit()
    _note_what_is_not_offered(form)
    if is_valid and (offer := _offer_of(form)) is not None:
        try:
            with transaction():
                service.invite(form.email.data, form.name.data, offer, mail_from=_mail_from())
            flash("The invitation is on its way. It can be accepted within 48 hours.", "success")
            return redirect(url_for(".index"))
        except CannotInvite as fault:
            if isinstance(fault, Oneself):
                note_refused(NOT_ALLOWED, offer.organisation_code or "", role=offer.role)
            form.refuse(str(fault), form.email)
        except AccountError as fault:
            form.refuse(str(fault), form.organisation)
    return render_template("people/invite.html", form=form)


@blueprint.get("/people/invitations/<int:invitation_id>")
@requires(Permission.SEE_PEOPLE)
def invitation(invitation_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    line = queries.get_invitation_visible_to(viewer.scope(Permission.SEE_PEOPLE), invitation_id)
    return render_template(
        "people/invitation.html",
        line=line,
        summary=presenters.summary_of_invitation(line),
        may_change=line.find_grantor(viewer, Permission.INVITE_PEOPLE) is not None,
    )


@blueprint.post("/people/invitations/<int:invitation_id>/send-again")
@requires(Permission.INVITE_PEOPLE)
def send_again(invitation_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    line = queries.get_invitation_visible_to(viewer.scope(Permission.SEE_PEOPLE), invitation_id)
    grantor = grantor_or_refuse(viewer, Permission.INVITE_PEOPLE, line)
    with transaction():
        is_sent = service.invite_again(invitation_id, by=viewer.person_id, grantor=grantor, mail_from=_mail_from())
    sent = ("Another invitation is on its way. The link before it stopped working.", "success")
    flash(*(sent if is_sent else (DECIDED, "information")))
    return redirect(url_for(".index"))


@blueprint.post("/people/invitations/<int:invitation_id>/withdraw")
@requires(Permission.INVITE_PEOPLE)
def withdraw(invitation_id: int) -> ResponseReturnValue:
    viewer = current_viewer()
    line = queries.get_invitation_visible_to(viewer.scope(Permission.SEE_PEOPLE), invitation_id)
    grantor = grantor_or_refuse(viewer, Permission.INVITE_PEOPLE, line)
    with transaction():
        is_withdrawn = service.withdraw(
            invitation_id, line.organisation_code, by=viewer.person_id, by_role=grantor.role.value
        )
    flash(*(("The invitation is withdrawn.", "success") if is_withdrawn else (DECIDED, "information")))
    return redirect(url_for(".index"))


@blueprint.route("/invitations/<string:token>", methods=["GET", "POST"])
@public
@form_checks_token
def accept(token: str) -> ResponseReturnValue:
    """Opening it uses nothing up. Why a link opens nothing any more is not told apart."""
    found = service.find_invitation(token)
    if found is None:
        return render_template("people/invitation_closed.html"), 404
    way = _way_for(found, find_current_viewer())
    if way is Way.NOT_THEIRS:
        return render_template("people/not_yours.html"), 403
    form = FORM_OF.get(way, ActionForm)()
    if isinstance(form, forms.AcceptWithNewPasswordForm):
        form.know_owner(own_texts.about(found.account_id))
    if way in FORM_OF and form.validate_on_submit():
        answer = _take_up(token, found, way, form)
        if answer is not None:
            return answer
    letter = service.letter_about(
        found.role, found.organisation_id, found.grantor, until=presenters.as_lived(found.expires_at)
    )
    page = presenters.AcceptPage(
        letter, found.email, way, found.is_new_here, found.has_others, _email_there() if way is Way.IDENTITY else ""
    )
    return render_template("people/accept.html", form=form, page=page)


def _invite_form() -> forms.InviteForm:
    viewer = current_viewer()
    own = bodies_to_choose(viewer)
    prefilled = {"organisation": request.args.get("organisation", "")}
    if own is None:
        form = forms.InviteForm(data=prefilled)
    else:
        form = forms.InviteIntoOwnForm(data=prefilled)
        words = queries.bodies_in_words(own)
        form.offer_bodies([(code, words[body_id]) for body_id, code in own.items()])
    form.offer(roles_to_give(viewer))
    return form


def _note_what_is_not_offered(form: forms.InviteForm) -> None:
    """Tell the audit of a role or an organisation that the page does not offer: whoever sends one wrote the form."""
    if not (form.is_submitted() and g.get("csrf_checked")):
        return
    if form.is_above_powers:
        note_refused(NOT_ALLOWED, form.organisation.data or "", role=form.named_role)
    elif form.foreign_code:
        note_out_of_reach(form.foreign_code)


def _offer_of(form: forms.InviteForm) -> Offer | None:
    """What the form offers, through which of the viewer's roles; None, and said beside the field, where it may not."""
    viewer, role, code, place = current_viewer(), form.chosen_role, form.code, None
    if (role in ROLES_WITHOUT_A_BODY) != (code is None):
        form.refuse(CODE_NOT_TAKEN if code else CODE_MISSING, form.organisation)
        return None
    if code is not None:
        try:
            organisation = get_organisation_visible_to(viewer, code, Permission.INVITE_PEOPLE)
        except OrganisationNotFound:
            note_out_of_reach(code)
            form.refuse(NOT_HERE, form.organisation)
            return None
        code, place = organisation.code, organisation.place
    grantor = viewer.find_grantor(Permission.INVITE_PEOPLE, role, place)
    if grantor is None:
        note_refused(NOT_ALLOWED, code or "", role=role)
        form.refuse(NOT_TO_GIVE, form.role)
        return None
    return Offer(role=role, organisation_code=code, by=viewer.person_id, grantor=grantor)


def _way_for(found: OpenInvitation, viewer: Viewer | None) -> Way:
    """How whoever opened the link can take the offer up."""
    if viewer is not None:
        return Way.AS_ONESELF if viewer.person_id == found.person_id else Way.NOT_THEIRS
    pending = None if _wants_password(found) else identities.pending_identity()
    if pending is not None and (
        found.is_new_here or queries.is_identity_of(found.account_id, pending.issuer, pending.subject)
    ):
        return Way.IDENTITY
    if found.is_new_here:
        return Way.NEW_PASSWORD
    if found.has_role:
        return Way.SIGN_IN
    return Way.PASSWORD if found.has_password else Way.SINGLE_SIGN_ON


def _wants_password(found: OpenInvitation) -> bool:
    """Whether somebody who came back from the provider would rather set a password; the page offers it."""
    return found.is_new_here and request.args.get("by") == "password"


def _email_there() -> str:
    pending = identities.pending_identity()
    return pending.email if pending else ""


def _take_up(token: str, found: OpenInvitation, way: Way, form: PageForm) -> ResponseReturnValue | None:
    """Accept, and go on to signing in; None where the form shows itself again and says why."""
    try:
        with transaction():
            is_accepted = _accept(token, found, way, form)
    except identities.IdentityTaken as fault:
        form.refuse(str(fault))
        return None
    if is_accepted:
        # Everybody signs in anew, because what they may do has changed.
        forget_sign_in()
        flash("You have accepted the invitation. Sign in to begin.", "success")
        return redirect(url_for("sign_in.start"))
    if way is not Way.PASSWORD:
        return redirect(request.path)  # It is not what it was a moment ago: the page says what there is now.
    form.refuse(WRONG_PASSWORD, form["password"])
    return None


def _accept(token: str, found: OpenInvitation, way: Way, form: PageForm) -> bool:
    if way is Way.NEW_PASSWORD:
        return service.accept_with_new_password(token, form["password"].data)
    if way is Way.PASSWORD:
        return service.accept_with_password(token, form["password"].data)
    if way is Way.IDENTITY:
        return service.accept_with_identity(token)
    return service.accept_as(token, found.person_id)


def _mail_from() -> str:
    mail_from: str = current_app.extensions["settings"].mail_from
    return mail_from
