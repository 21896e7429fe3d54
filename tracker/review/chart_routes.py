"""The charts that a board would look at, each with its table: how actions stand, and how what is done came to be."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.access import requires
from tracker.accounts.rules import Permission
from tracker.review import grid_counts, grid_queries
from tracker.review.blueprint import blueprint
from tracker.review.grid_chart import FROM_BEST, bars_of
from tracker.review.grid_presenters import counts_of, counts_of_trend
from tracker.review.grid_routes import look_at
from tracker.review.trend_chart import MOST_ASKS, days_of_trend, trend_of
from tracker.review.words import CLASS_WORDS

NOT_OF_CHARTS = ("by", "overdue", "since", "sort")


@blueprint.get("/charts")
@requires(Permission.REVIEW_OVERDUE)
def charts() -> ResponseReturnValue:
    look = look_at(request.args, left_out=NOT_OF_CHARTS)
    if look.form.unknown:
        return render_template("review/unknown_filter.html", filters=look.form, sort=None, title="Charts"), 400
    whole = grid_queries.whole_of(look.scope, look.asked, look.columns, look.catalogue)
    began_on = grid_counts.begins_on(look.asked, look.catalogue)
    is_too_many = whole.whole.of > MOST_ASKS
    days = [] if is_too_many else days_of_trend(began_on, look.asked.as_at)
    before = grid_counts.stood_on(days[:-1], look.scope, look.asked, look.catalogue)
    trend = trend_of([*before, (look.asked.as_at, whole.whole.done, whole.whole.of)] if days else [])
    return render_template(
        "review/charts.html",
        filters=look.form,
        asked=look.asked,
        whole=whole,
        columns=look.columns,
        classes=[(each, CLASS_WORDS[each]) for each in FROM_BEST],
        counts={column: counts_of(whole.cell(column), column, look.asked, FROM_BEST) for column in look.columns},
        bars=bars_of(look.columns, whole),
        trend=trend,
        most_asks=MOST_ASKS if is_too_many else None,
        stood=counts_of_trend(trend, look.asked) if trend else [],
    )
