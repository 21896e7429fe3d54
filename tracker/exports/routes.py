"""The page where boards download progress, and the download itself."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.refusals import note_out_of_reach
from tracker.accounts.rules import Permission
from tracker.db import transaction
from tracker.exports import queries, service
from tracker.exports.forms import ExportForm
from tracker.frameworks.queries import list_frameworks
from tracker.organisations.rules import clean_code

blueprint = Blueprint("exports", __name__, url_prefix="/exports")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = {"xlsx": XLSX, "csv": "text/csv"}
NOT_FOUND_HERE = (
    "There is no organisation, system or region with this code that you may see on that day. Check the code."
)


@blueprint.get("")
@requires(Permission.EXPORT_PROGRESS)
def index() -> ResponseReturnValue:
    form = _form()
    form.start()
    return render_template("exports/index.html", form=form)


@blueprint.get("/progress")
@requires(Permission.EXPORT_PROGRESS)
def progress() -> ResponseReturnValue:
    form = _form()
    form.start()
    if form.validate():
        wanted = _wanted(form)
        if wanted is not None:
            return _download(wanted, form.file.data, clean_code(form.code.data))
        note_out_of_reach(clean_code(form.code.data))
        form.refuse(NOT_FOUND_HERE, form.code)
    return render_template("exports/index.html", form=form), 400


def _form() -> ExportForm:
    form = ExportForm(request.args)
    form.framework.choices = [(framework.code, framework.title) for framework in list_frameworks()]
    scope = current_viewer().scope(Permission.EXPORT_PROGRESS)
    form.may_choose_place = scope.is_everywhere or len(scope.own) > 1 or bool(scope.systems | scope.regions)
    return form


def _wanted(form: ExportForm) -> queries.Wanted | None:
    """What the form asks for, within what this person may see; None when the code names nothing of it."""
    viewer = current_viewer()
    within = viewer.scope(Permission.EXPORT_PROGRESS)
    as_at = form.day
    scope, name = within, ""
    if form.code.data:
        place = queries.find_place(form.code.data, within, as_at)
        if place is None:
            return None
        scope, name = place.scope, place.name
    return queries.Wanted(
        within=within,
        place=scope,
        place_name=name or queries.name_of_scope(within, as_at),
        as_at=as_at,
        framework=form.framework.data or None,
        includes_names=form.names.data,
    )


def _download(wanted: queries.Wanted, file: str, place_code: str) -> Response:
    viewer = current_viewer()
    contact = current_app.extensions["settings"].mail_from
    made = service.make_progress(
        file, wanted, contact=contact, is_demonstration=current_app.extensions.get("is_demonstration", False)
    )
    with transaction():
        record_download(
            viewer,
            Permission.EXPORT_PROGRESS,
            verb="progress exported",
            subject=wanted.place_name,
            file=file,
            names=wanted.includes_names,
            filters={"place": place_code, **service.filters_of(wanted, made)},
            organisation_code=place_code or None,
        )
    response = Response(made.content, mimetype=CONTENT_TYPES[file])
    response.headers["Content-Disposition"] = f'attachment; filename="progress-{wanted.as_at.isoformat()}.{file}"'
    return response
