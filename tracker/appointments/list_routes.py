"""The page of who answers for what in an organisation, with its history, and the same as files."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import Permission
from tracker.appointments import history, presenters, queries
from tracker.appointments.blueprint import all_asks, blueprint, organisation_seen
from tracker.appointments.changes import changes_of
from tracker.appointments.powers import Actor
from tracker.appointments.vacancies import vacancies
from tracker.db import transaction
from tracker.organisations.queries import OrganisationSummary
from tracker.web.downloads import Cell, csv_response, xlsx_response
from tracker.web.paging import PAGE_SIZE, Page, read_page


@blueprint.get("/<string:code>/in-post")
@requires(Permission.SEE_PROGRESS)
def index(code: str) -> ResponseReturnValue:
    found, today = organisation_seen(code), clock.today()
    actor = Actor(found, current_viewer())
    recorded = queries.ever_in_post(found.organisation_id)
    asks = all_asks(found, recorded)
    vacant = vacancies(today, organisation_ids=[found.organisation_id])
    page = presenters.in_post_page(found, recorded, asks, vacant.get(found.organisation_id), actor.may_change, today)
    changes = changes_of(found.organisation_id)
    number = read_page(request.args, len(changes))
    shown = changes[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    told = [history.history_line(each, asks) for each in shown]
    paging = Page(told, number, PAGE_SIZE, len(changes))
    return render_template("appointments/index.html", page=page, actor=actor, paging=paging)


@blueprint.get("/<string:code>/in-post.csv")
@requires(Permission.EXPORT_PROGRESS)
def index_csv(code: str) -> ResponseReturnValue:
    found, headings, rows = _file(code, "csv")
    return csv_response(f"in-post-{found.code}", headings, rows)


@blueprint.get("/<string:code>/in-post.xlsx")
@requires(Permission.EXPORT_PROGRESS)
def index_xlsx(code: str) -> ResponseReturnValue:
    found, headings, rows = _file(code, "xlsx")
    return xlsx_response(f"in-post-{found.code}", f"People in post: {found.name}", headings, rows)


def _file(code: str, file: str) -> tuple[OrganisationSummary, tuple[str, ...], list[tuple[Cell, ...]]]:
    """The same rows, written down; names of people leave only where they were asked for, which is written down too."""
    found, today = organisation_seen(code), clock.today()
    with_names = request.args.get("names") == "yes"
    with transaction():
        record_download(
            current_viewer(),
            Permission.EXPORT_PROGRESS,
            verb="people in post exported",
            subject="people in post",
            file=file,
            filters={},
            names=with_names,
            organisation_code=found.code,
        )
    recorded = queries.ever_in_post(found.organisation_id)
    vacancy = vacancies(today, organisation_ids=[found.organisation_id]).get(found.organisation_id)
    asks = all_asks(found, recorded)
    rows = presenters.file_rows(found, recorded, asks, vacancy, today, with_names=with_names)
    return found, presenters.NAME_HEADINGS if with_names else presenters.CSV_HEADINGS, list(rows)
