"""The pages to read of an organisation's evidence: the list, one piece, and its file."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download, roles_with
from tracker.accounts.rules import Permission
from tracker.audit import service as audit
from tracker.db import transaction
from tracker.evidence import access, change_routes, listing, presenters, storage
from tracker.evidence.blueprint import blueprint
from tracker.evidence.rows import Piece, Version
from tracker.evidence.transfer import file_response
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import OrganisationSummary
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import PAGE_SIZE, Page, Sort, read_page, read_sort

__all__ = ["blueprint", "change_routes"]


@blueprint.get("/<string:code>/evidence")
@requires(Permission.SEE_PROGRESS)
def index(code: str) -> ResponseReturnValue:
    organisation, today, sort = access.organisation_seen(code), clock.today(), _sort()
    total = listing.count_pieces(organisation.organisation_id)
    number = read_page(request.args, total, PAGE_SIZE)
    start = (number - 1) * PAGE_SIZE
    found = listing.pieces_of(organisation.organisation_id, today, sort, limit=PAGE_SIZE, offset=start)
    catalogue = read_catalogue()
    return render_template(
        "evidence/index.html",
        organisation=organisation,
        may=access.powers_over(current_viewer(), organisation),
        paging=Page(found, number, PAGE_SIZE, total),
        rows=[presenters.evidence_line(row, catalogue, today) for row in found],
        sort=sort,
        columns=presenters.COLUMNS,
    )


@blueprint.get("/<string:code>/evidence.csv")
@requires(Permission.SEE_PROGRESS)
def index_csv(code: str) -> ResponseReturnValue:
    organisation, cells = _rows_for_file(code, "csv")
    return csv_response(f"evidence-{organisation.code}", presenters.CSV_HEADINGS, cells)


@blueprint.get("/<string:code>/evidence.xlsx")
@requires(Permission.SEE_PROGRESS)
def index_xlsx(code: str) -> ResponseReturnValue:
    organisation, cells = _rows_for_file(code, "xlsx")
    return xlsx_response(f"evidence-{organisation.code}", "Evidence", presenters.CSV_HEADINGS, cells)


def _rows_for_file(code: str, file: str) -> tuple[OrganisationSummary, list[tuple[Cell, ...]]]:
    """The list as cells; that it was taken is recorded."""
    organisation, today, catalogue = access.organisation_seen(code), clock.today(), read_catalogue()
    found = listing.pieces_of(organisation.organisation_id, today, _sort())
    with transaction():
        record_download(
            current_viewer(),
            Permission.SEE_PROGRESS,
            verb="evidence list exported",
            subject="evidence",
            file=file,
            filters={},
            organisation_code=organisation.code,
        )
    return organisation, [
        presenters.csv_cells(row, organisation.code, organisation.name, catalogue, today) for row in found
    ]


@blueprint.get("/<string:code>/evidence/<int:evidence_id>")
@requires(Permission.SEE_PROGRESS)
def piece(code: str, evidence_id: int) -> ResponseReturnValue:
    organisation = access.organisation_seen(code)
    found = access.piece_seen(organisation, evidence_id)
    return render_template(
        "evidence/piece.html",
        page=presenters.piece_page(found, organisation.name, read_catalogue(), clock.today()),
        organisation=organisation,
        may=access.powers_over(current_viewer(), organisation),
    )


@blueprint.get("/<string:code>/evidence/<int:evidence_id>/file")
@requires(Permission.SEE_PROGRESS)
def file(code: str, evidence_id: int) -> ResponseReturnValue:
    """The file of the newest version, or of the one that ``?version=`` names; never one that is not what was kept."""
    organisation = access.organisation_seen(code)
    found = access.piece_seen(organisation, evidence_id)
    version, stored = _file_asked(found)
    try:
        content = storage.store().fetch(stored)
    except storage.StorageUnavailable:
        abort(503)
    except (storage.FileChanged, storage.FileMissing) as fault:
        is_missing = isinstance(fault, storage.FileMissing)
        _record(organisation.code, "evidence file refused", found, version, is_missing=is_missing)
        page = {"version": version, "organisation": organisation, "evidence_id": evidence_id}
        return render_template("evidence/not_served.html", **page, is_missing=is_missing), 409
    _record(organisation.code, "evidence downloaded", found, version)
    return file_response(content, version)


def _file_asked(found: Piece) -> tuple[Version, storage.StoredFile]:
    asked = request.args.get("version", str(found.newest.number))
    version = found.find_version(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    if version is None or version.storage_key is None:
        abort(404)
    return version, storage.StoredFile(version.storage_key, version.size, version.sha256)


def _record(code: str, verb: str, found: Piece, version: Version, **more: bool) -> None:
    viewer = current_viewer()
    with transaction():
        audit.record(
            verb=verb,
            subject=f"evidence {found.evidence_id}",
            by=viewer.person_id,
            role=roles_with(viewer, Permission.SEE_PROGRESS),
            organisation_code=code,
            after={"evidence": found.evidence_id, "version": version.number, **more},
        )


def _sort() -> Sort:
    return read_sort(request.args, listing.SORTS, listing.DEFAULT_SORT)
