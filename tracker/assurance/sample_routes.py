"""Drawing a sample of claims, the samples of a team, and one sample as a page and as a file."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, form_checks_token, requires
from tracker.accounts.audit_downloads import record_download
from tracker.accounts.rules import HeldRole, Permission
from tracker.assurance import sample_presenters as presenters
from tracker.assurance import sample_queries, sample_service
from tracker.assurance.blueprint import blueprint
from tracker.assurance.rows import Reach, Sample
from tracker.assurance.sample_forms import SampleForm
from tracker.db import transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.progress import access
from tracker.progress.rules import ASSURABLE_TYPES
from tracker.web.downloads import csv_response, xlsx_response


@blueprint.route("/assurance/samples", methods=["GET", "POST"])
@requires(Permission.ASSURE_PROGRESS)
@form_checks_token
def samples() -> ResponseReturnValue:
    viewer, form = current_viewer(), SampleForm()
    form.opened_on(0)
    assuring = _assuring()
    form.offer([(code, f"{held.role.label} ({code})") for code, held in assuring.items()])
    if form.validate_on_submit():
        held = assuring[form.body.data] if "body" in form else next(iter(assuring.values()))
        # What is drawn is shown to everybody of the team, so it is drawn from what that team may see.
        reach = Reach(access.assured_by(replace(viewer, held=(held,))), access.own_bodies(viewer))
        try:
            with transaction():
                sample_id = sample_service.draw_sample(
                    viewer,
                    held,
                    reach,
                    read_catalogue(),
                    size=int(form.size.data),
                    seed=form.seed.data or sample_service.new_seed(),
                    submission_key=form.key,
                )
            flash("The claims are drawn.", "success")
            return redirect(url_for(".sample", sample_id=sample_id))
        except sample_service.NothingToDraw:
            form.refuse("No claim waits for you, so there is nothing to draw from.")
    found = sample_queries.latest_samples(_bodies())
    return render_template(
        "assurance/samples.html", form=form, samples=found, rules=presenters.RULES, words=presenters.sample_words
    )


@blueprint.get("/assurance/samples/<int:sample_id>")
@requires(Permission.ASSURE_PROGRESS)
def sample(sample_id: int) -> ResponseReturnValue:
    found = _sample(sample_id)
    page = presenters.sample_page(found)
    return render_template("assurance/sample.html", page=page, sample=found, why=presenters.why)


@blueprint.get("/assurance/samples/<int:sample_id>/claims.csv")
@requires(Permission.ASSURE_PROGRESS)
def sample_csv(sample_id: int) -> ResponseReturnValue:
    found = _sample_for_file(sample_id, "csv")
    rows = [presenters.csv_cells(found, each) for each in found.drawn]
    return csv_response(f"sample-{sample_id}", presenters.CSV_HEADINGS, rows)


@blueprint.get("/assurance/samples/<int:sample_id>/claims.xlsx")
@requires(Permission.ASSURE_PROGRESS)
def sample_xlsx(sample_id: int) -> ResponseReturnValue:
    found = _sample_for_file(sample_id, "xlsx")
    rows = [presenters.csv_cells(found, each) for each in found.drawn]
    return xlsx_response(f"sample-{sample_id}", "Sample of claims", presenters.CSV_HEADINGS, rows)


def _sample(sample_id: int) -> Sample:
    return sample_queries.get_sample(sample_id, _bodies(), read_catalogue(), clock.today())


def _sample_for_file(sample_id: int, file: str) -> Sample:
    found = _sample(sample_id)
    with transaction():
        record_download(
            current_viewer(),
            Permission.ASSURE_PROGRESS,
            verb="claims exported",
            subject="claims to assure",
            file=file,
            filters={"sample": sample_id},
        )
    return found


def _assuring() -> dict[str, HeldRole]:
    """The memberships by which somebody assures, by the code of the body."""
    return {
        held.organisation_code: held
        for held in current_viewer().held
        if held.role in ASSURABLE_TYPES and held.organisation_code is not None
    }


def _bodies() -> set[int]:
    return {held.organisation_id for held in _assuring().values() if held.organisation_id is not None}
