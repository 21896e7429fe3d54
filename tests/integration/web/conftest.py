"""A small application of these tests' own: the page kit, and pages that use each part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask, abort, flash, redirect, render_template_string, request
from flask.testing import FlaskClient
from page_checks import check_page
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from tracker.config import Settings
from tracker.web.choices import CheckboxesField, Choice, RadiosField, SelectField, TickField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, EmailField, LongTextField, PasswordField, TextField, UploadField
from tracker.web.forms import FilterForm, PageForm
from tracker.web.kit import init_web
from tracker.web.paging import Page, Sort, read_page, read_sort
from tracker.web.templating import TrackerFlask
from tracker.web.validators import Needed

FORM_PAGE = """
{% extends "layouts/page.html" %}
{% set page_title = "Update ask 6.1" %}
{% set back = {"href": "/"} %}
{% block content %}
  <form method="post" enctype="multipart/form-data" novalidate>
    {{ form.hidden_tag() }}
    {% for field in form if field.name not in ("csrf_token", "reason", "recovery_on") %}{{ field }}{% endfor %}
  </form>
{% endblock %}
"""

LIST_PAGE = """
{% extends "layouts/page.html" %}
{% from "components/lists.html" import data_table, filter_form, pagination, showing, summary_list %}
{% from "components/tags.html" import status_tag %}
{% set page_title = "Overdue" %}
{% set breadcrumbs = [{"text": "Home", "href": "/"}] %}
{% set is_wide = true %}
{% block content %}
  {{ filter_form(filters, sort) }}
  {{ showing(paging, "ask") }}
  {% call data_table("overdue", "Overdue on 2 November 2020", columns, sort) %}
    {% for number in paging.items %}
    <tr class="nhsuk-table__row">
      <th class="nhsuk-table__header" scope="row">Northvale {{ number }} NHS Trust</th>
      <td class="nhsuk-table__cell">{{ status_tag("Off track", "off_course") }}</td>
      <td class="nhsuk-table__cell app-nowrap">{{ when | day }}</td>
      <td class="nhsuk-table__cell">Northvale Health and Care Partnership</td>
      <td class="nhsuk-table__cell nhsuk-table__cell--numeric">{{ (1000 + number) | thousands }}</td>
    </tr>
    {% endfor %}
  {% endcall %}
  {{ pagination(paging) }}
  {{ summary_list([{"key": "Lead", "value": lead, "href": "/"}, {"key": "Region", "value": ""}]) }}
{% endblock %}
"""

COLUMNS = [
    {"text": "Organisation", "sort": "organisation"},
    {"text": "Status"},
    {"text": "Date"},
    {"text": "System"},
    {"text": "Days overdue", "sort": "days", "numeric": True},
]


class UpdateForm(PageForm):
    """Every kind of field once."""

    name = TextField("Full name", [Needed("Enter the lead’s full name")], hint="As in the board paper")
    email = EmailField("Work email")
    password = PasswordField("Password")
    narrative = LongTextField("Progress", max_length=4000)
    system = SelectField("System", nothing="Choose a system", choices=[("QXA", "Northvale"), ("QXB", "Southvale")])
    status = RadiosField(
        "Status",
        [Needed("Choose a status")],
        choices=[Choice("on_track", "On track", "Going as planned"), Choice("off_track", "Off track")],
        reveals={"off_track": ["reason", "recovery_on"]},
    )
    reason = LongTextField("Reason", max_length=500)
    recovery_on = DayField("Recovery date")
    kinds = CheckboxesField("Kinds of evidence", choices=[("paper", "Board paper"), ("data", "Data")])
    checked = TickField("There is no patient information in this")
    target_on = DayField("Target date", [Needed("Enter the target date")])
    proof = UploadField("Evidence file")
    save = Button("Save update")


class OverdueFilters(FilterForm):
    system = SelectField("System", nothing="All systems", choices=[("QXA", "Northvale"), ("QXB", "Southvale")])


class PageClient(FlaskClient):
    """Fails the test where a page is not good HTML."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        response = super().open(*args, **kwargs)  # type: ignore[arg-type]
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            check_page(response.text)
        return response


@pytest.fixture
def saved() -> list[dict[str, object]]:
    """What the form page has saved, oldest first."""
    return []


@pytest.fixture
def make_kit(saved: list[dict[str, object]]) -> Callable[..., Flask]:
    def build(**environment: str) -> Flask:
        kit = TrackerFlask()
        kit.test_client_class = PageClient
        kit.secret_key = "a secret of the tests of the page kit"
        kit.extensions["settings"] = Settings.from_environment(environment)
        init_web(kit, kit.extensions["settings"])
        _add_pages(kit, saved)
        return kit

    return build


@pytest.fixture
def kit(make_kit: Callable[..., Flask]) -> Flask:
    return make_kit()


@pytest.fixture
def browser(kit: Flask) -> FlaskClient:
    return kit.test_client()


def _add_pages(kit: Flask, saved: list[dict[str, object]]) -> None:
    @kit.context_processor
    def _header() -> dict[str, object]:
        if request.args.get("broken") == "header":
            raise RuntimeError("The database that knows who is signed in is away.")
        return {
            "navigation": [{"text": "Overdue", "href": "/overdue", "active": request.path == "/overdue"}],
            "account_items": [{"text": "Morgan <Vale>"}, {"text": "Sign out", "action": "/sign-out"}],
        }

    @kit.route("/update", methods=["GET", "POST"])
    def update() -> str | Response:
        form = UpdateForm()
        if form.validate_on_submit():
            saved.append(dict(form.data))
            flash("Update saved", "success")
            return redirect("/update")
        return render_template_string(FORM_PAGE, form=form)

    @kit.get("/overdue")
    def overdue() -> str:
        number = read_page(request.args, total=353)
        return render_template_string(
            LIST_PAGE,
            filters=OverdueFilters(request.args),
            sort=read_sort(request.args, ["organisation", "days"], Sort("days", "descending")),
            paging=Page(items=range(50), number=number, size=50, total=353),
            columns=COLUMNS,
            when=date(2020, 9, 21),
            lead="<script>alert(1)</script>",
        )

    @kit.get("/roles", endpoint="roles.index")
    def roles() -> str:
        """The one page outside the kit that every footer leads to."""
        return render_template_string(FORM_PAGE, form=UpdateForm())

    @kit.get("/fails")
    def fails() -> str:
        raise RuntimeError("Something that nobody foresaw.")

    @kit.get("/answers/<int:code>")
    def answers(code: int) -> str:
        abort(code)
