"""The grid of organisations and actions with its roll-ups, as a page and as a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission, Scope
from tracker.db import transaction
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.progress.lists import source_on
from tracker.review import grid_presenters, grid_queries
from tracker.review.blueprint import blueprint
from tracker.review.grid_form import GridForm
from tracker.review.grid_rows import Column, GridAsked
from tracker.review.options import filter_options
from tracker.web.downloads import Cell, csv_response, xlsx_response


@dataclass(frozen=True, slots=True)
class Look:
    """What the page, the charts and the files have in common."""

    scope: Scope
    catalogue: Catalogue
    form: GridForm
    asked: GridAsked
    columns: list[Column]


@blueprint.get("/grid")
@requires(Permission.REVIEW_OVERDUE)
def grid() -> ResponseReturnValue:
    look = look_at(request.args)
    if look.form.unknown:
        return render_template("review/unknown_filter.html", filters=look.form, sort=None, title="Grid"), 400
    paging, whole = grid_queries.grid_page(look.scope, look.asked, look.columns, look.catalogue, request.args)
    return render_template(
        "review/grid.html",
        paging=paging,
        asked=look.asked,
        filters=look.form,
        columns=look.columns,
        summary=grid_presenters.summary_words(whole, paging.total, look.asked),
        lines=[grid_presenters.line_shown(line, look.columns, look.asked) for line in (whole, *paging.items)],
    )


@blueprint.get("/grid.csv")
@requires(Permission.REVIEW_OVERDUE)
def grid_csv() -> ResponseReturnValue:
    look, rows = _rows_for_file("csv")
    return csv_response("grid", grid_presenters.CSV_HEADINGS, rows, as_at=look.asked.as_at)


@blueprint.get("/grid.xlsx")
@requires(Permission.REVIEW_OVERDUE)
def grid_xlsx() -> ResponseReturnValue:
    look, rows = _rows_for_file("xlsx")
    headings = grid_presenters.CSV_HEADINGS
    return xlsx_response("grid", "Where asks stand", headings, rows, as_at=look.asked.as_at)


def _rows_for_file(file: str) -> tuple[Look, Iterator[tuple[Cell, ...]]]:
    """The rows, written down as a download; a filter that is not known is refused, because a file would not show it."""
    look = look_at(request.args)
    if look.form.unknown:
        abort(400)
    with transaction():
        record_download(
            current_viewer(),
            Permission.REVIEW_OVERDUE,
            verb="grid exported",
            subject="grid",
            file=file,
            filters={name: str(value) for name, value in asdict(look.asked).items() if value},
        )
    lines = grid_queries.grid_lines(look.scope, look.asked, look.columns, look.catalogue)
    return look, grid_presenters.file_rows(lines, look.columns, look.asked)


def look_at(query: MultiDict[str, str], *, left_out: Collection[str] = ()) -> Look:
    """What a query string asks for, of what this viewer watches over; some fields may mean nothing on a page."""
    today = clock.today()
    scope, catalogue = current_viewer().scope(Permission.REVIEW_OVERDUE), read_catalogue()
    form = GridForm(query)
    options = filter_options(source_on(form.day_or(today), today), scope, catalogue, today)
    for name in left_out:
        del form[name]
    form.offer(options, today)
    asked = form.asked(options.frameworks[0][0] if options.frameworks else "")
    return Look(scope, catalogue, form, asked, grid_queries.columns_of(catalogue, asked))
