"""The page of one ask: where it stands, what hangs on it, and what was said before."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.rules import Permission
from tracker.frameworks.queries import ask_in_full
from tracker.progress import access, ask_page, queries, target_queries
from tracker.progress.ask_panels import ask_panels
from tracker.progress.blueprint import blueprint
from tracker.progress.forms import ConfirmForm
from tracker.progress.opened import open_ask


@blueprint.get("/<string:code>/<string:framework>/<string:ref>")
@requires(Permission.SEE_PROGRESS)
def ask(code: str, framework: str, ref: str) -> ResponseReturnValue:
    opened, today = open_ask(code, framework, ref), clock.today()
    found, here = opened.organisation, {"code": opened.organisation.code, "framework": framework, "ref": ref}
    address = url_for(".ask", code=found.code, framework=framework, ref=ref)
    may = access.powers_over(current_viewer(), found)
    item = (found.organisation_id, opened.ask.ask_id)
    panels = ask_panels(opened, current_viewer(), today)
    page = ask_page.ask_page(
        found,
        ask_in_full(opened.catalogue, opened.ask),
        opened.ask,
        opened.catalogue.scale_of(opened.ask),
        opened.standing,
        ask_page.Past(*queries.said_of(*item), target_queries.targets_told(*item)),
        panels.owners.lead if opened.ask.records_lead else None,
        panels.evidence.newest_on,
        today,
        (lambda entry_id: f"{address}/history/{entry_id}") if may.update else None,
    )
    confirm = ConfirmForm() if may.update and page.may_confirm else None
    if confirm is not None:
        confirm.opened_on(opened.standing.version)
    return render_template(
        "progress/ask.html",
        page=page,
        panels=panels,
        here=here,
        may=may,
        standing=opened.standing,
        confirm=confirm,
    )
