"""What is sent to a form: filled in as meant, and then in every way that was not. It must not know any one form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from security.forms import Field, Form
from security.hostile import TEXTS
from werkzeug.test import TestResponse

from tracker.schema import METADATA

Fields = dict[str, list[str]]

COLUMNS = sorted({column.name for table in METADATA.sorted_tables for column in table.columns})
"""Every name under which a row keeps something: what mass assignment would hope for."""
MEANT = {
    "email": "wren.marsh@example.nhs.uk",
    "lead_email": "wren.marsh@example.nhs.uk",
    "name": "Wren Marsh",
    "lead_name": "Wren Marsh",
    "lead_job_title": "Medical director",
    "evidence_url": "https://example.nhs.uk/board-paper",
    "current_password": "five calm otters",
    "password": "seven quiet herons",
    "reason": "Two posts are vacant",
    "status": "on_track",
    "numerator": "40",
    "denominator": "80",
    "target": "67",
    "period_end-month": "9",
    "reviewed_on-day": "1",
}
"""What a person in good faith would type, by the name of the field; anything else gets words."""
MEANT_AT = {
    "/sign-in": {"email": "board.northdale@example.nhs.uk", "password": "five calm otters"},
    "/forgotten-password": {"email": "board.northdale@example.nhs.uk"},
}
"""The same where a field means somebody who is known."""
DAY = {"day": "30", "month": "11", "year": "2020"}
METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW", "HEAD", "OPTIONS")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@dataclass(slots=True)
class Attack:
    """One request: what it is called, and how the client is asked."""

    name: str
    method: str
    path: str
    given: dict[str, Any] = field(default_factory=dict)

    def send(self, client: FlaskClient) -> TestResponse:
        return client.open(self.path, method=self.method, **self.given)


def filled_in(form: Form, choose: Mapping[str, str] | None = None) -> Fields:
    """The form as a person in good faith would fill it in; choices that are made already stay."""
    sent = form.as_it_stands
    meant_here = MEANT | MEANT_AT.get(form.action, {})
    for each in form.fields:
        if choose and each.name in choose:
            sent[each.name] = [choose[each.name]]
        elif each.kind in ("radio", "select") and not any(sent.get(each.name, [""])):
            offered = [option for option in each.options if option]
            meant = meant_here.get(each.name)
            sent[each.name] = [meant if meant in offered else offered[0]] if offered else []
        elif each.is_text and each.name in meant_here:
            sent[each.name] = [meant_here[each.name]]
        elif each.is_text and not sent[each.name][0]:
            sent[each.name] = [DAY.get(each.name.rpartition("-")[2]) or "Some plain words"]
    return sent


def ways_to_fill_in(form: Form) -> Iterator[Fields]:
    """Once for each choice of the first question, and once with every optional answer left out."""
    first = next((each for each in form.fields if each.kind == "radio"), None)
    if first is None:
        yield filled_in(form)
    else:
        for option in first.options:
            whole = filled_in(form, {first.name: option})
            yield whole
            yield {
                name: values
                for name, values in whole.items()
                if name in form.as_it_stands or name == first.name or not name.endswith(("-day", "-month", "-year"))
            }
            yield form.as_it_stands | {first.name: [option]}


def post(form: Form, fields: Fields, name: str = "as meant", **more: Any) -> Attack:
    """The form, sent as its page would send it."""
    if form.method == "GET":
        return Attack(name, "GET", form.action.partition("?")[0], {"query_string": fields, **more})
    kind = "multipart/form-data" if form.takes_files else "application/x-www-form-urlencoded"
    return Attack(name, "POST", form.action, {"data": fields, "content_type": kind, **more})


def with_columns(form: Form, fields: Fields, value: str) -> Attack:
    """Every column of every table as a further field."""
    own = {each.name for each in form.fields}
    return post(form, {**{name: [value] for name in COLUMNS if name not in own}, **fields}, f"columns as {value}")


def doubles_in(form: Form, fields: Fields) -> Iterator[Attack]:
    """Each field twice, with values that contradict each other."""
    for each in form.fields:
        if each.kind not in ("checkbox", "button"):
            both = [*fields.get(each.name, [""])[:1], another_value(each, fields)]
            yield post(form, {**fields, each.name: both}, f"{each.name} twice")


def another_value(each: Field, fields: Fields) -> str:
    """A value that the field might take and does not have."""
    now = fields.get(each.name, [""])[:1]
    offered = [option for option in each.options if option and [option] != now]
    return offered[0] if offered else "9" if each.name.endswith(("-day", "-month")) else "Other words"


def texts_in(form: Form, fields: Fields) -> Iterator[Attack]:
    """Hostile text in each field, the hidden ones and the choices too, but not in the token."""
    for each in form.fields:
        if not each.is_secret and each.kind != "button":
            for text in TEXTS:
                yield post(form, {**fields, each.name: [text]}, f"{text[:30]!r} in {each.name}")


def holes_in(form: Form, fields: Fields) -> Iterator[Attack]:
    """Fields left out, left empty, and sent as files."""
    yield post(form, {name: values for name, values in fields.items() if name == "csrf_token"}, "nothing but the token")
    yield post(form, {name: values if name == "csrf_token" else [""] for name, values in fields.items()}, "all empty")
    for each in form.fields:
        rest = {name: values for name, values in fields.items() if name != each.name}
        file: Any = (BytesIO(b"\x00\xff a file"), "x.txt")
        data = {**{name: list(values) for name, values in rest.items()}, each.name: file}
        yield Attack(f"{each.name} as a file", "POST", form.action, {"data": data})
        if not each.is_secret:
            yield post(form, rest, f"without {each.name}")


def shapes_of(form: Form, fields: Fields) -> Iterator[Attack]:
    """The same answers in shapes that a browser would never send."""
    token = fields.get("csrf_token", [""])[0]
    for name, data, kind in _bodies(fields, token):
        yield Attack(name, "POST", form.action, {"data": data, "content_type": kind})
    body = {"data": b"x=1"}
    chunked = {"input_stream": BytesIO(b"x=1"), "headers": {"Transfer-Encoding": "chunked"}}
    yield Attack("no length", "POST", form.action, chunked)
    yield Attack("a wrong length", "POST", form.action, body | {"headers": {"Content-Length": "-5"}})
    yield Attack("no number as length", "POST", form.action, body | {"headers": {"Content-Length": "ten"}})
    path = form.action.partition("?")[0]
    yield Attack("in the query", "POST", path, {"query_string": fields})
    for method in METHODS:
        yield Attack(f"by {method}", method, path, {"data": fields if method in ("PUT", "PATCH", "DELETE") else None})
    for header in OVERRIDES:
        named = f"by GET with {header}"
        yield Attack(named, "GET", path, {"query_string": fields, "headers": {header: "POST"}})
        overridden = {**fields, "_method": ["DELETE"]}
        yield post(form, overridden, f"with {header}: DELETE", headers={header: "DELETE"})


def _bodies(fields: Fields, token: str) -> Iterator[tuple[str, Any, str]]:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    flat = dict(pairs)
    yield "json", json.dumps(flat), "application/json"
    yield "json of lists and numbers", json.dumps({name: [1, {"a": None}] for name in flat}), "application/json"
    yield "json that is no object", "[1, 2, 3]", "application/json"
    yield "broken json", "{", "application/json"
    yield "xml", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>", "application/xml"
    yield "plain text", "&".join(f"{name}={value}" for name, value in pairs), "text/plain"
    send = "application/x-www-form-urlencoded"
    yield "unknown charset", "&".join(f"{name}=x" for name in flat), f"{send}; charset=x-nothing"
    yield "bytes that are no text", b"csrf_token=\xff\xfe&name=\xc3\x28&email=%ff%fe%00", send
    yield "a thousand and one fields", "&".join(["csrf_token=" + token, *(f"f{n}=1" for n in range(1001))]), send
    yield "deep names", "&".join(f"{name}{'[a]' * 200}=1" for name in flat), send
    begin = "--b\r\nContent-Disposition: form-data"
    part, end = f'{begin}; name="csrf_token"\r\n\r\n{token}\r\n', "--b--\r\n"
    in_utf7 = "Content-Type: text/plain; charset=utf-7\r\n\r\n+ADw-script+AD4-\r\n"
    for name, data in (
        ("broken multipart", f"{part}{begin}; name="),
        ("multipart that never ends", part * 3),
        ("a thousand and one parts", part * 1001 + end),
        ("a part in a foreign charset", f'{begin}; name="name"\r\n{in_utf7}{part}{end}'),
        ("a part without a name", f"{begin}\r\n\r\nx\r\n{part}{end}"),
        ("a file without a name", f'{begin}; filename="x"\r\n\r\nx\r\n{part}{end}'),
        ("a line end in a name", f'{begin}; name="na%0d%0ame"; filename="a%00b\r\n.txt"\r\n\r\nx\r\n{part}{end}'),
    ):
        yield name, data, "multipart/form-data; boundary=b"
    yield "multipart without a boundary", part, "multipart/form-data"
    yield "multipart with a boundary of no letters", part, "multipart/form-data; boundary=\u00e9"


def paths_of(form: Form) -> Iterator[Attack]:
    """The form's own address, written in ways that might reach something else or pass by a check."""
    path = form.action.partition("?")[0]
    last = path.rpartition("/")[2]
    head = path.removesuffix(last)
    for name, address in (
        ("upper case", path.upper()),
        ("two slashes", path.replace("/", "//")),
        ("a slash at the end", path + "/"),
        ("a dot at the end", path + "."),
        ("a dot between", f"{head}./{last}"),
        ("up and down", f"{path}/..{path}"),
        ("encoded up", f"{path}/..%2f..%2fadmin"),
        ("encoded twice", f"{path}/%252e%252e%252f"),
        ("a backslash", f"{head}..%5c{last}"),
        ("a semicolon", f"{path};jsessionid=1"),
        ("a NUL", f"{path}%00"),
        ("a line end", f"{path}%0d%0aX-Evil:1"),
        ("an ending of a file", f"{path}.css"),
        ("bytes that are no text", f"{head}%ff%fe"),
        ("an endless number", f"{head}{'9' * 400}"),
        ("a negative number", f"{head}-1"),
        ("a full-width one", f"{head}%EF%BC%91"),
        ("a long one", f"{head}{'x' * 4000}"),
        ("a template", f"{head}%7B%7B7*7%7D%7D"),
    ):
        for method in ("GET", "POST"):
            yield Attack(f"{name} by {method}", method, address)
    deep = "&".join(
        [f"a{'[b]' * 300}=1", *(f"q={number}" for number in range(400)), "page=%00", "sort[]=x", "q[$ne]=1"]
    )
    yield Attack("a deep query", "GET", path, {"query_string": deep})
    yield Attack("a query of bytes", "GET", path, {"query_string": "q=%ff%fe&page=%c3%28&region=%C0%AF&sort=%07"})
