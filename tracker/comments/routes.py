"""The pages of comments on one ask; who may not comment there does not read them either."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.comments import presenters, queries, service
from tracker.comments.commenters import commenters
from tracker.comments.forms import CommentForm, CorrectionForm, WithdrawalForm
from tracker.comments.rows import CommentRow, Item
from tracker.db import transaction
from tracker.organisations.queries import get_organisation_visible_to

blueprint = Blueprint("comments", __name__, url_prefix="/organisations")

ASK = "/<string:code>/<string:framework>/<string:ref>/comments"
CORRECTED_MEANWHILE = (
    "You corrected this comment in another window meanwhile. What it says now is shown below and nothing that you "
    "typed is lost. Check it, and save again to put it after that."
)
NOTHING_CHANGED = "The comment says this already. Change it, or go back."
WITHDRAWN_ALREADY = "This comment was withdrawn already. Nothing was changed."


@blueprint.route(ASK, methods=["GET", "POST"])
@requires(Permission.COMMENT)
@form_checks_token
def index(code: str, framework: str, ref: str) -> ResponseReturnValue:
    viewer, item = current_viewer(), _item(code, framework, ref)
    form = CommentForm()
    form.offer(commenters(item.organisation.place), author_id=viewer.person_id)
    form.opened_on(0)
    if form.validate_on_submit():
        try:
            with transaction():
                comment_id = service.add(item, form.as_comment(), viewer)
            return _to_comment(item, comment_id, "Your comment is added.")
        except service.CannotBeMentioned as fault:
            form.refuse_lost(fault)
    paging = queries.comments_page(item, request.args)
    return render_template(
        "comments/index.html",
        form=form,
        item=item,
        paging=paging,
        comments=presenters.comment_lines(item, paging.items, viewer.person_id),
    )


@blueprint.get(f"{ASK}/<int:comment_id>")
@requires(Permission.COMMENT)
def one(code: str, framework: str, ref: str, comment_id: int) -> ResponseReturnValue:
    """Where a comment stands, whatever page that is: mails and corrections lead here."""
    item = _item(code, framework, ref)
    found = queries.get_comment(item, comment_id)
    number = queries.page_of(item, found.comment_id)
    address = url_for(".index", code=item.organisation.code, framework=framework, ref=ref, page=number)
    return redirect(f"{address}#comment-{found.comment_id}")


@blueprint.route(f"{ASK}/<int:comment_id>/correct", methods=["GET", "POST"])
@requires(Permission.COMMENT)
@form_checks_token
def correct(code: str, framework: str, ref: str, comment_id: int) -> ResponseReturnValue:
    viewer, item = current_viewer(), _item(code, framework, ref)
    newest = _own_newest(item, comment_id)
    if newest.withdrawn_at and request.method == "GET":
        flash(WITHDRAWN_ALREADY)
        return redirect(presenters.address(item, "one", newest.comment_id))
    form = CorrectionForm()
    form.offer(commenters(item.organisation.place), author_id=viewer.person_id)
    form.start_from(newest)
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                said = form.as_comment()
                added = service.correct(item, comment_id, said, viewer, expected=form.expected_version)
            return _to_comment(item, added, "Your correction is saved.")
        except service.CannotBeMentioned as fault:
            form.refuse_lost(fault)
        except service.NothingChanged:
            form.refuse(NOTHING_CHANGED, form.text)
        except service.AlreadyWithdrawn:
            form.refuse(WITHDRAWN_ALREADY)
            status = 409
        except service.ChangedMeanwhile:
            form.refuse(CORRECTED_MEANWHILE)
            newest = queries.newest_wording(item, comment_id)
            form.reopened_on(newest.comment_id)
            status = 409
    return render_template("comments/correct.html", form=form, item=item, newest=newest, status=status), status


@blueprint.route(f"{ASK}/<int:comment_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.COMMENT)
@form_checks_token
def withdraw(code: str, framework: str, ref: str, comment_id: int) -> ResponseReturnValue:
    viewer, item = current_viewer(), _item(code, framework, ref)
    newest = _own_newest(item, comment_id)
    form = WithdrawalForm()
    form.opened_on(newest.comment_id)
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = service.withdraw(item, comment_id, viewer, expected=form.expected_version)
            flash(*(("Your comment is withdrawn.", "success") if is_new else (WITHDRAWN_ALREADY, "information")))
            return redirect(presenters.address(item, "one", newest.comment_id))
        except service.ChangedMeanwhile:
            form.refuse(CORRECTED_MEANWHILE)
            newest = queries.newest_wording(item, comment_id)
            form.reopened_on(newest.comment_id)
            status = 409
    return render_template("comments/withdraw.html", form=form, item=item, newest=newest), status


def _item(code: str, framework: str, ref: str) -> Item:
    """The ask that comments are about: 404 where this viewer may not see it, 403 where they may not comment on it."""
    viewer = current_viewer()
    organisation = get_organisation_visible_to(viewer, code, Permission.SEE_PROGRESS)
    if viewer.find_power(Permission.COMMENT, organisation.place) is None:
        abort(403)
    return queries.get_item(organisation, framework, ref)


def _own_newest(item: Item, comment_id: int) -> CommentRow:
    """What a comment of this viewer says now; 403 for a comment of somebody else."""
    newest = queries.newest_wording(item, comment_id)
    if newest.person_id != current_viewer().person_id:
        abort(403)
    return newest


def _to_comment(item: Item, comment_id: int | None, saved: str) -> ResponseReturnValue:
    """Lead to what was saved; a form that was saved before leads to the comments."""
    if comment_id is None:
        flash("This was saved already. Nothing was saved twice.", "success")
        ask = item.ask
        code = item.organisation.code
        return redirect(url_for(".index", code=code, framework=ask.framework_code, ref=ask.ref))
    flash(saved, "success")
    return redirect(presenters.address(item, "one", comment_id))
