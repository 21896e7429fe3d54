"""Every template can be read, leads somewhere, is used, and prints nothing unescaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes

from tracker.web.folders import static_folder, template_folder

Files = Callable[..., Iterator[Path]]


SUBJECTS_TYPED = {"email/chase/subject.txt"}
"""A message to many has the subject that somebody typed."""


def templates() -> list[str]:
    folder = template_folder()
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def parsed(app: Flask, name: str) -> nodes.Template:
    source = (template_folder() / name).read_text()
    return app.jinja_env.parse(source, name, name)


def calls(tree: nodes.Template, function: str) -> Iterator[nodes.Call]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == function:
            yield call


def test_there_are_templates() -> None:
    assert len(templates()) > 20


@pytest.mark.parametrize("name", templates())
def test_a_template_compiles_with_every_filter_test_and_template_it_names(wired: Flask, name: str) -> None:
    wired.jinja_env.compile((template_folder() / name).read_text(), name, name)
    wired.jinja_env.get_template(name)
    for other in meta.find_referenced_templates(parsed(wired, name)):
        assert other is not None, f"{name} chooses a template while it is drawn."
        wired.jinja_env.get_template(other)


@pytest.mark.parametrize("name", templates())
def test_every_link_of_a_template_leads_to_a_page_that_exists(wired: Flask, name: str) -> None:
    for call in calls(parsed(wired, name), "url_for"):
        endpoint = call.args[0]
        if not isinstance(endpoint, nodes.Const):
            continue  # A name of a list in the same template; the next test reads those.
        given = {argument.key for argument in call.kwargs}
        fitting = [
            rule for rule in wired.url_map.iter_rules() if rule.endpoint == endpoint.value and rule.arguments <= given
        ]
        assert fitting, f"{name}, line {call.lineno}: {endpoint.value} with {sorted(given)}"


@pytest.mark.parametrize("name", templates())
def test_every_text_of_a_template_that_looks_like_a_page_of_ours_is_one(wired: Flask, name: str) -> None:
    texts = [each.value for each in parsed(wired, name).find_all(nodes.Const) if isinstance(each.value, str)]
    for text in texts:
        feature, dot, view = text.partition(".")
        if dot and feature in wired.blueprints and view.isidentifier():
            assert text in wired.view_functions, f"{name}: {text}"


@pytest.mark.parametrize("name", templates())
def test_every_static_file_of_a_template_exists(wired: Flask, name: str) -> None:
    tree = parsed(wired, name)
    named = [call.args[0] for call in calls(tree, "asset_url")]
    named += [
        argument.value for call in calls(tree, "url_for") for argument in call.kwargs if argument.key == "filename"
    ]
    for filename in named:
        if isinstance(filename, nodes.Const):
            assert (static_folder() / filename.value).exists(), f"{name}: {filename.value}"


@pytest.mark.parametrize("name", templates())
def test_no_template_turns_escaping_off_or_does_sums_with_dates(wired: Flask, name: str) -> None:
    tree = parsed(wired, name)
    filters = {each.name for each in tree.find_all(nodes.Filter)}
    assert not filters & {"safe", "forceescape", "xmlattr"}, name
    assert not list(tree.find_all(nodes.ScopedEvalContextModifier)), f"{name} switches autoescape."
    assert not re.search(r"\b(timedelta|strftime|today\(|now\()", (template_folder() / name).read_text()), name


def test_python_marks_no_text_as_safe_but_the_page_kit(files: Files) -> None:
    found = {str(path) for path in files("tracker", "reports") if re.search(r"\bMarkup\(", path.read_text())}
    assert all("/tracker/web/" in path for path in found), found


def test_every_template_that_python_names_exists_and_every_template_is_used(wired: Flask, files: Files) -> None:
    code = "\n".join(path.read_text() for path in files("tracker"))
    there = set(templates())
    named = set(re.findall(r'"((?:[a-z_]+/)+[a-z_0-9]+\.(?:html|txt))"', code))
    assert named <= there
    used = named | {
        other for name in there for other in meta.find_referenced_templates(parsed(wired, name)) if other is not None
    }
    mails = {name for name in there if name.startswith("email/")}
    assert there - used - mails == set()


def test_every_mail_has_a_subject_and_a_body_and_is_sent_by_somebody(files: Files) -> None:
    code = "\n".join(path.read_text() for path in files("tracker"))
    letters = {name.split("/")[1] for name in templates() if name.startswith("email/")}
    assert letters
    for letter in letters:
        needed = {f"email/{letter}/body.txt"} | ({f"email/{letter}/subject.txt"} - SUBJECTS_TYPED)
        assert needed <= set(templates())
        assert letter in code, letter
