"""The pages on which a list is kept as it is filtered, found again and removed."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.review import views
from tracker.review.blueprint import blueprint
from tracker.review.view_forms import RemoveForm, ViewForm


def address_of(page: str, query: str) -> str:
    address = url_for(f"review.{page}")
    return f"{address}?{query}" if query else address


@blueprint.get("/saved-views")
@requires(Permission.SAVE_VIEWS)
def saved_views() -> ResponseReturnValue:
    found = views.views_of(current_viewer())
    return render_template(
        "review/saved_views.html",
        views=[(view, address_of(view.page, view.query), views.PAGES[view.page]) for view in found],
    )


@blueprint.route("/saved-views/new", methods=["GET", "POST"])
@requires(Permission.SAVE_VIEWS)
@form_checks_token
def new_view() -> ResponseReturnValue:
    form = ViewForm()
    form.start_from(request)
    form.opened_on(0)
    if form.validate_on_submit():
        said = form.as_view()
        with transaction():
            views.keep_view(current_viewer(), said)
        flash("The view is saved. You find it under Saved views.", "success")
        return redirect(address_of(said.page, views.kept_query(said.query)))
    back = {"href": address_of(form.of.data or "overdue", views.kept_query(form.query.data or ""))}
    return render_template("review/new_view.html", form=form, back=back)


@blueprint.route("/saved-views/<int:view_id>/remove", methods=["GET", "POST"])
@requires(Permission.SAVE_VIEWS)
@form_checks_token
def remove_view(view_id: int) -> ResponseReturnValue:
    view = views.get_own(current_viewer(), view_id)
    form = RemoveForm()
    if form.validate_on_submit():
        with transaction():
            views.remove_view(current_viewer(), view_id)
        flash("The view is removed.", "success")
        return redirect(url_for(".saved_views"))
    return render_template("review/remove_view.html", form=form, view=view)
