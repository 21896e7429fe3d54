"""Templates escape what people typed, refuse names that are not there, and look like the NHS ones."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError

HOSTILE = "<script>alert('x')</script>"


def test_text_is_escaped_in_our_templates_and_in_the_nhs_macros(kit: Flask) -> None:
    page = """{% from "nhsuk/components/inset-text/macro.jinja" import insetText %}
    {{ text }}{{ insetText({"text": text}) }}"""
    with kit.test_request_context():
        drawn = render_template_string(page, text=HOSTILE)
    assert "<script" not in drawn
    assert drawn.count("&lt;script&gt;") == 2


def test_a_misspelt_name_is_an_error_and_not_an_empty_place(kit: Flask) -> None:
    with kit.test_request_context(), pytest.raises(UndefinedError, match="organisaton"):
        render_template_string("{{ organisaton }}")


def test_a_misspelt_name_is_an_error_in_plain_text_mail_too(kit: Flask) -> None:
    with kit.test_request_context(), pytest.raises(UndefinedError, match="organisaton"):
        render_template_string("{% autoescape false %}{{ organisaton }}{% endautoescape %}")


def test_a_misspelt_attribute_is_an_error_too(kit: Flask) -> None:
    with kit.test_request_context(), pytest.raises(UndefinedError, match="nmae"):
        render_template_string("{{ lead.nmae }}", lead={"name": "Morgan"})


def test_a_name_that_may_be_missing_can_be_tested_and_chained(kit: Flask) -> None:
    with kit.test_request_context():
        assert render_template_string("{{ 'yes' if page.back.href else 'no' }}") == "no"


@pytest.mark.parametrize(
    ("template", "drawn"),
    [
        ("{{ when | day }}", "21 September 2020"),
        ("{{ when | month }}", "September 2020"),
        ("{{ 3 | n_of_d(8) }}", "3 of 8"),
        ("{{ 3 | share(8) }}", "3 of 8 (38%)"),
        ("{{ 6708 | plural('practice') }}", "6,708 practices"),
        ("{{ none | provided('No data') }}", "No data"),
        ("{{ 'at_risk' | tag_colour }}", "nhsuk-tag--orange"),
    ],
)
def test_filters_write_for_people(kit: Flask, template: str, drawn: str) -> None:
    with kit.test_request_context():
        assert render_template_string(template, when=date(2020, 9, 21)) == drawn


def test_our_header_and_footer_are_what_the_nhs_macros_draw(kit: Flask) -> None:
    ours = """{% from "components/chrome.html" import page_header %}
    {{ page_header("Tracker", "/", navigation, account) }}"""
    theirs = """{% from "nhsuk/components/header/macro.jinja" import header %}
    {{ header({"service": {"text": "Tracker", "href": "/"}, "account": {"items": account},
               "navigation": {"items": navigation}}) }}"""
    things = {
        "navigation": [
            {"text": "Home", "href": "/", "active": True},
            {"text": "Overdue", "href": "/overdue", "active": False},
        ],
        "account": [{"text": "Morgan Vale"}, {"text": "Sign out", "action": "/sign-out"}],
    }
    with kit.test_request_context():
        drawn = _skeleton(render_template_string(ours, **things))
        # The macro has no room for the CSRF token, and leaves out what kind of button a button is.
        assert drawn == _skeleton(render_template_string(theirs, **things))


def _skeleton(html: str) -> list[str]:
    """Tags, classes and words, without what is written differently and means the same."""

    class Skeleton(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.parts: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag != "input":
                kept = sorted((name, value) for name, value in attrs if name != "type")
                self.parts.append(f"<{tag} {kept}>")

        def handle_endtag(self, tag: str) -> None:
            self.parts.append(f"</{tag}>")

        def handle_data(self, data: str) -> None:
            words = re.sub(r"\s+", " ", data).strip()
            if words:
                self.parts.append(words)

    skeleton = Skeleton()
    skeleton.feed(html)
    return skeleton.parts
