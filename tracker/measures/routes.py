"""The pages on which measures are read: the list, one measure, and the same rows as files."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.measures import listing, own_measure_routes, presenters, queries, reading_routes, stored_rows
from tracker.measures.blueprint import blueprint, may_update, organisation_seen
from tracker.measures.forms import LookBackForm
from tracker.measures.rows import Series
from tracker.organisations.queries import OrganisationSummary
from tracker.web.downloads import csv_response, xlsx_response

__all__ = ["blueprint", "own_measure_routes", "reading_routes"]


@blueprint.get("/<string:code>/measures")
@requires(Permission.SEE_PROGRESS)
def index(code: str) -> ResponseReturnValue:
    found = organisation_seen(code)
    groups = presenters.groups_of(queries.series_of(found, clock.today()))
    return render_template(
        "measures/index.html",
        organisation=found,
        groups=groups,
        columns=presenters.COLUMNS,
        may_update=may_update(found),
    )


@blueprint.get("/<string:code>/measures.csv")
@requires(Permission.EXPORT_PROGRESS)
def index_csv(code: str) -> ResponseReturnValue:
    found = _organisation_for_file(code, "csv", "measures")
    cells = (listing.measure_cells(found, series) for series in queries.series_of(found, clock.today()))
    return csv_response(f"measures-{found.code}", listing.MEASURE_COLUMNS, cells)


@blueprint.get("/<string:code>/measures.xlsx")
@requires(Permission.EXPORT_PROGRESS)
def index_xlsx(code: str) -> ResponseReturnValue:
    found = _organisation_for_file(code, "xlsx", "measures")
    cells = (listing.measure_cells(found, series) for series in queries.series_of(found, clock.today()))
    return xlsx_response(f"measures-{found.code}", f"Measures of {found.name}", listing.MEASURE_COLUMNS, cells)


@blueprint.get("/<string:code>/measures/<string:key>")
@requires(Permission.SEE_PROGRESS)
def measure(code: str, key: str) -> ResponseReturnValue:
    found = organisation_seen(code)
    form = LookBackForm(request.args)
    is_past = form.is_asked and form.validate()
    as_at, known_at = (form.day, form.instant) if is_past else (clock.today(), None)
    page = presenters.measure_page(
        series := queries.get_series(found, key, as_at, known_at),
        stored_rows.readings_said(found.organisation_id, key),
        stored_rows.aims_said(found.organisation_id, key),
        as_at if is_past else None,
        known_at,
    )
    may = may_update(found) and not is_past
    return render_template(
        "measures/measure.html", page=page, form=form, organisation=found, measure=series.measure, may_update=may
    )


@blueprint.get("/<string:code>/measures/<string:key>/readings.csv")
@requires(Permission.EXPORT_PROGRESS)
def readings_csv(code: str, key: str) -> ResponseReturnValue:
    found, series = _series_for_file(code, key, "csv")
    return csv_response(f"{key}-{found.code}", listing.READING_COLUMNS, listing.reading_cells(found, series))


@blueprint.get("/<string:code>/measures/<string:key>/readings.xlsx")
@requires(Permission.EXPORT_PROGRESS)
def readings_xlsx(code: str, key: str) -> ResponseReturnValue:
    found, series = _series_for_file(code, key, "xlsx")
    title = f"{series.measure.name}: {found.name}"
    return xlsx_response(f"{key}-{found.code}", title, listing.READING_COLUMNS, listing.reading_cells(found, series))


def _series_for_file(code: str, key: str, file: str) -> tuple[OrganisationSummary, Series]:
    """A measure whose readings leave the service; what is not there is not written down."""
    series = queries.get_series(organisation_seen(code), key, clock.today())
    return _organisation_for_file(code, file, f"measure {key}"), series


def _organisation_for_file(code: str, file: str, subject: str) -> OrganisationSummary:
    """An organisation whose measures leave the service as a file, written down."""
    found = organisation_seen(code)
    with transaction():
        record_download(
            current_viewer(),
            Permission.EXPORT_PROGRESS,
            verb="measures exported",
            subject=subject,
            file=file,
            filters={},
            organisation_code=found.code,
        )
    return found
