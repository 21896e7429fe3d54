"""Flask with our templates: escaping, strict names, the NHS macros and the filters; it knows no page.

Everything that must be set before the Jinja environment exists is a class attribute or is done in
``__init__``, so that no order of calls in ``create_app`` can undo it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from types import CodeType
from typing import Any, ClassVar, NoReturn

from flask import Flask, Response, request, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import (
    BytecodeCache,
    ChainableUndefined,
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    select_autoescape,
)
from jinja2.bccache import Bucket

from tracker.web import wording
from tracker.web.addresses import is_web_address
from tracker.web.folders import static_folder, template_folder
from tracker.web.headers import SETS_HEADERS
from tracker.web.paging import query_with
from tracker.web.requests import TrackerRequest
from tracker.web.tags import tag_colour
from tracker.web.text import visible_lines

NHSUK_FRONTEND = "10.6.1"
"""The release of the NHS.UK frontend, as pinned in package.json; its files carry it in their names."""

FILTERS = {
    "day": wording.day,
    "month": wording.month,
    "day_and_time": wording.day_and_time,
    "thousands": wording.thousands,
    "plural": wording.plural,
    "n_of_d": wording.n_of_d,
    "share": wording.share,
    "provided": wording.provided,
    "in_words": wording.in_words,
    "file_size": wording.file_size,
    "tag_colour": tag_colour,
    "visible": visible_lines,
}


class Unprintable(ChainableUndefined):
    """A name that is not there: it may be tested and chained, as the NHS macros do, but never printed.

    A plain ChainableUndefined prints nothing, and a misspelt name in our own templates would go unseen.
    """

    __slots__ = ()

    def __str__(self) -> NoReturn:
        self._fail_with_undefined_error()

    def __html__(self) -> NoReturn:
        self._fail_with_undefined_error()


class ProcessBytecode(BytecodeCache):
    """Compiled templates, shared by every application in this process.

    The NHS macros take over a second to compile, which each test would otherwise pay for its own application.
    Jinja checks the source of a template before it takes a compiled one.
    """

    def __init__(self) -> None:
        self._compiled: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._compiled.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._compiled[bucket.key] = (bucket.checksum, bucket.code)


class TrackerFlask(Flask):
    """A Flask application that finds our templates and static files and renders them safely."""

    request_class = TrackerRequest
    jinja_options: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        # Flask escapes only .html; the NHS macros are .jinja, and would print raw what people typed.
        "autoescape": select_autoescape(
            enabled_extensions=("html", "jinja"),
            disabled_extensions=("txt",),
            default=True,
            default_for_string=True,
        ),
        "undefined": Unprintable,
        "bytecode_cache": ProcessBytecode(),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }

    def __init__(self, import_name: str = "tracker", **options: Any) -> None:
        super().__init__(
            import_name,
            template_folder=str(template_folder()),
            static_folder=str(static_folder()),
            static_url_path="/static",
            **options,
        )
        # jinja_options["loader"] would push Flask's own loader aside, so the NHS one is set behind it here.
        ours = FileSystemLoader(template_folder())
        self.jinja_loader = ChoiceLoader([ours, PackageLoader("nhsuk_frontend_jinja")])
        self.jinja_env.filters.update(FILTERS)
        self.jinja_env.tests["web_address"] = is_web_address
        self.jinja_env.globals.update(
            asset_url=asset_url,
            csrf_token=generate_csrf,
            list_address=list_address,
            nhsuk_frontend=NHSUK_FRONTEND,
            service_name="Health inequalities action tracker",
        )

    def process_response(self, response: Response) -> Response:
        """Set the headers before anything else, so that a hook that fails afterwards leaves them in place."""
        set_headers = self.extensions.get(SETS_HEADERS)
        if set_headers is not None:
            set_headers(response)
        return super().process_response(response)


def list_address(**changes: str | int | None) -> str:
    """The address of the list being shown with some of its query changed; see paging.query_with."""
    return query_with(dict(request.args.lists()), **changes)


def asset_url(filename: str) -> str:
    """The address of one of our static files, marked with its content so that it may be kept for a year."""
    return url_for("static", filename=filename, v=_content_mark(filename))


@cache
def _content_mark(filename: str) -> str:
    return hashlib.sha256((static_folder() / filename).read_bytes()).hexdigest()[:12]
