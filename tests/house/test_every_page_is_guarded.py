"""Every address says who may come in, has the shape of our addresses, and takes no post without its token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from tracker.accounts.rules import Permission
from tracker.web.marks import PUBLIC

SEGMENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.(csv|xlsx))?|<(string|int|path|uuid):[a-z_]+>(\.ics)?")
OPEN_TO_ALL = {
    "calendars.feed",
    "people.accept",
    "people.confirm_address",
    "roles.index",
    "sign_in.code",
    "sign_in.enrol",
    "sign_in.forgotten",
    "sign_in.link_sent",
    "sign_in.resume",
    "sign_in.set_password",
    "sign_in.start",
    "single_sign_on.callback",
    "single_sign_on.start",
    "web.accessibility",
    "web.contact",
    "web.cookies",
    "web.privacy",
}
FEATURE_OF = {"roles": "accounts", "single_sign_on": "sign_in"}
"""The blueprints that share a feature's folder with another."""
READING = {each for each in Permission if each.value.startswith(("see_", "read_", "review_", "export_"))}
ONLY_ASKS = {"accounts.narrow_audit", "people.narrow"}
"""Takes what is looked for by post, so that no name stands in an address."""
WRITES_NOTHING = {"sign_in.resume"}
"""Takes what was typed through the sign-in; test_expired_forms.py shows that it writes nothing and saves nothing."""


def rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def test_every_view_is_marked_with_a_power_or_as_public(wired: Flask) -> None:
    unmarked = [
        rule.endpoint
        for rule in rules(wired)
        if not isinstance(access := getattr(wired.view_functions[rule.endpoint], "access", None), Permission)
        and access != PUBLIC
    ]
    assert unmarked == []


def test_a_power_to_read_lets_nobody_write(wired: Flask) -> None:
    """A view that takes posts needs a power to change something, unless it only asks or is about oneself."""
    riding = [
        rule.endpoint
        for rule in rules(wired)
        if "POST" in (rule.methods or ())
        and rule.endpoint not in ONLY_ASKS
        and READING & getattr(wired.view_functions[rule.endpoint], "access_to_write", frozenset())
    ]
    assert riding == []


def test_what_is_open_to_everybody_is_listed_here_so_that_opening_more_is_a_decision(wired: Flask) -> None:
    found = {rule.endpoint for rule in rules(wired) if wired.view_functions[rule.endpoint].access == PUBLIC}  # type: ignore[attr-defined]
    assert found == OPEN_TO_ALL


def test_every_post_without_a_token_is_stopped_by_the_hook_or_by_the_form(wired: Flask) -> None:
    """A view that leaves the token to its form must keep nothing back: it validates a form that has one."""
    unguarded = []
    for rule in rules(wired):
        view = wired.view_functions[rule.endpoint]
        if "POST" not in (rule.methods or ()) or rule.endpoint in WRITES_NOTHING:
            continue
        if getattr(view, "form_checks_token", False) and not _validates(view):
            unguarded.append(rule.endpoint)
    assert unguarded == []


def _validates(view: Callable[..., object], depth: int = 2) -> bool:
    """Whether a view, or a function of its own module that it calls, checks a posted form."""
    if "validate_on_submit" in view.__code__.co_names:
        return True
    called = (getattr(view, "__globals__", {}).get(name) for name in view.__code__.co_names)
    ours = [each for each in called if getattr(each, "__module__", "") == view.__module__ and hasattr(each, "__code__")]
    return depth > 0 and any(_validates(each, depth - 1) for each in ours)


def test_a_form_without_a_token_is_sent_by_get_only(files: Callable[..., Iterator[Path]]) -> None:
    """``csrf = False`` stands in the page kit's two forms for reading, and no view posts those."""
    found = [path.name for path in files("tracker") if re.search(r"csrf\s*=\s*False", path.read_text())]
    assert found == ["forms.py"]
    for path in files("tracker"):
        text = path.read_text()
        for name in re.findall(r"class (\w+)\((?:QueryForm|FilterForm)\)", text):
            assert not re.search(rf"{name}\(\)", "".join(p.read_text() for p in files("tracker"))), (
                f"{name} has no token, so it must be filled from request.args."
            )


def test_addresses_are_kebab_case_with_typed_parts(wired: Flask) -> None:
    for rule in rules(wired):
        for segment in rule.rule.strip("/").split("/"):
            assert segment == "" or SEGMENT.fullmatch(segment), rule.rule
        assert rule.rule == "/" or not rule.rule.endswith("/"), rule.rule


def test_nothing_is_changed_by_a_get_address_that_names_a_change(wired: Flask) -> None:
    """A word like "delete" or "sign-out" in an address that answers GET is a trap for link previews."""
    for rule in rules(wired):
        if "GET" in (rule.methods or ()) and "POST" not in (rule.methods or ()):
            assert not re.search(r"\b(delete|remove|sign-out|send|approve|update|adopt)\b", rule.rule), rule.rule


def test_every_view_is_named_after_its_feature(wired: Flask) -> None:
    for rule in rules(wired):
        view = wired.view_functions[rule.endpoint]
        feature = FEATURE_OF.get(blueprint := rule.endpoint.partition(".")[0], blueprint)
        assert f"{view.__module__}.".startswith(f"tracker.{feature}."), rule.endpoint
