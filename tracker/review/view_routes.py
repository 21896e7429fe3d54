"""The pages on which a list is kept as it is filtered, found again and removed."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.review import views
from tracker.review.asked import what_is_asked
from tracker.review.blueprint import blueprint
from tracker.review.chart_routes import NOT_OF_CHARTS
from tracker.review.grid_routes import look_at
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
    form, status = ViewForm(), 200
    form.start_from(request)
    form.opened_on(0)
    said = form.as_view()
    query = views.kept_query(said.query)
    if unknown := _unknown_filters(said.page, query):
        for sentence in unknown:
            form.refuse(sentence)
        status = 400
    elif form.validate_on_submit():
        try:
            with transaction():
                views.keep_view(current_viewer(), said)
            flash("The view is saved. You find it under Saved views.", "success")
            return redirect(address_of(said.page, query))
        except views.NameTaken:
            form.refuse("You have a view of this name. Enter another name, or remove that view first", form.name)
            status = 409
    back = {"href": address_of(said.page, query)}
    return render_template("review/new_view.html", form=form, back=back, can_save=not unknown), status


def _unknown_filters(page: str, query: str) -> list[str]:
    """What of a list's filters makes no sense, as the list itself says it: nobody could open such a view."""
    asked = MultiDict(parse_qsl(query))
    if page == "overdue":
        scope = current_viewer().scope(Permission.REVIEW_OVERDUE)
        return what_is_asked(asked, scope, clock.today()).filters.unknown
    return look_at(asked, left_out=NOT_OF_CHARTS if page == "charts" else ()).form.unknown


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
