"""Every address that somebody may type, with what stands for each part of it and what lists are asked for."""

from __future__ import annotations

import io
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice, product
from types import ModuleType

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts import canaries, marking
from werkzeug.routing import Rule
from wtforms import Form
from wtforms.fields.core import UnboundField

from tracker.accounts.models import Membership
from tracker.db import session
from tracker.schema import METADATA
from tracker.web.forms import FilterForm, PageForm, QueryForm

TELL_SCOPES_APART = ("XN1", "XN2", "XS1", "QN1")


STRANGERS = 3
"""How many things of other bodies are asked for in the lead's own, at each address that names one."""


CODES = ("XN1", "XN3", "XN2", "XS1", "QN1", "QS1", "YN1", "YS1")


ASKED_FOR = ("canary", "XN2", "XS1", "QS1", "YS1")
"""What lists are asked to narrow themselves to; their files, which read the same lists, to one body and one word."""
OF_BODIES = {"among", "code", "organisation", "q", "region", "system"}
"""Filters that bodies are named in; all the others are asked for one word and one body too."""


def parts_of_addresses() -> dict[str, list[str]]:
    """What every name in an address may stand for."""
    ids = {
        f"{table.name}_id": [str(number) for number in session().scalars(sa.select(table.c.id))]
        for table in METADATA.sorted_tables
        if canaries.belongs_to_an_organisation(table)
    }
    return {
        **ids,
        "session_id": ids["sign_in_session_id"],
        "identity_id": ids["external_identity_id"],
        "reading_id": ids["measure_reading_id"],
        "key": ["own-1"],
        "entry_id": ids["progress_entry_id"],
        "request_id": ids["target_request_id"],
        "view_id": ids["saved_view_id"],
        "calendar_id": ids["calendar_feed_id"],
        "sample_id": ["1"],
        "number": ["1", "2"],
        "code": list(CODES),
        "framework": ["8ua-2020"],
        "ref": ["2.2", "2.3", "6.1"],
        "token": ["made-up"],
    }


def values_of(rule: Rule, parts: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    """Everything that the names of one address can stand for together; a role only with whoever holds it."""
    names = sorted(rule.arguments)
    unknown = set(names) - set(parts)
    assert not unknown, f"Say in parts_of_addresses what {unknown} of {rule.rule} may be."
    # The asks that what the canaries said is about.
    for name, ref in (("comment_id", "2.2"), ("entry_id", "2.2"), ("request_id", "8.1")):
        if name in names:
            parts = parts | {"ref": [ref]}
    if set(names) == {"person_id", "membership_id"}:
        held = session().execute(sa.select(Membership.person_id, Membership.id))
        yield from ({"person_id": str(person), "membership_id": str(role)} for person, role in held)
        return
    bodies_of = {name: _bodies_of(name.removesuffix("_id")) for name in names if name.endswith("_id")}
    if bodies_of and "code" in names:
        parts = parts | {"code": list(TELL_SCOPES_APART)}
    strangers: Counter[str] = Counter()
    for values in product(*(parts[name] for name in names)):
        chosen = dict(zip(names, values, strict=True))
        code = chosen.get("code", "")
        # What is of a body is looked for there, and some of it where the lead is at home: all of it takes minutes more.
        if not code or all(code in found.get(chosen[name], {code}) for name, found in bodies_of.items()):
            yield chosen
        elif code == "XN1" and strangers[code] < STRANGERS:
            strangers[code] += 1
            yield chosen


def _bodies_of(table_name: str) -> dict[str, set[str]]:
    """The codes of the bodies that the rows of a table are of, by id; a person's are those of their roles."""
    kept_in = {"reading": "measure_reading", "entry": "progress_entry", "request": "target_request"}
    table = METADATA.tables.get(kept_in.get(table_name, table_name), Membership.__table__)
    if table_name == "person":
        number, owner = Membership.person_id, Membership.organisation_id
    elif "organisation_id" in table.c:
        number, owner = table.c.id, table.c.organisation_id
    else:
        return {}
    codes = {body: code for code, body in marking.ids_by_code().items()}
    found: dict[str, set[str]] = {}
    for row_id, body in session().execute(sa.select(number, owner)):
        found.setdefault(str(row_id), set()).add(codes.get(body, ""))
    return found


def filters_of(app: Flask, endpoint: str) -> set[str]:
    """The names that a view takes from the address: of the forms for reading, and of the filters, that it works with.

    Those are in the modules of its feature that its own leads to by imports.
    """
    modules = _led_to(app.view_functions[endpoint].__module__)
    return {
        name
        for form in _forms_below(PageForm) | _forms_below(FilterForm)
        if form.__module__ in modules and (issubclass(form, QueryForm | FilterForm) or "Filter" in form.__name__)
        for name in dir(form)
        if isinstance(getattr(form, name), UnboundField)
    }


@cache
def _led_to(name: str) -> set[str]:
    """A module, and those of its feature that it imports from, directly or through others."""
    feature = ".".join(name.split(".")[:2])
    found, waiting = set(), [name]
    while waiting:
        each = waiting.pop()
        if each in found or not each.startswith(feature):
            continue
        found.add(each)
        values = vars(sys.modules[each]).values()
        waiting += [
            value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "") for value in values
        ]
    return found


def _forms_below(form: type[Form]) -> set[type[Form]]:
    return {form}.union(*(_forms_below(each) for each in form.__subclasses__()))


def addresses(app: Flask, of_each: int | None = None) -> Iterator[str]:
    """Every address that can be read, about every organisation, with every filter of the lists.

    With ``of_each`` only so many of a kind, and no filters: for whoever must be refused whatever they ask for.
    """
    parts = parts_of_addresses()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if rule.endpoint == "roles.index":
            yield rule.rule  # The same page for everybody, whatever its address is asked for.
            continue
        yield from islice((rule.build(values)[1] for values in values_of(rule, parts)), of_each)  # type: ignore[index]
        if of_each is None and not rule.arguments:
            is_file = rule.rule.endswith((".csv", ".xlsx"))
            for name in filters_of(app, rule.endpoint):
                asked_for = ASKED_FOR if name in OF_BODIES and not is_file else ASKED_FOR[:3:2]
                yield from (f"{rule.rule}?{name}={value}" for value in asked_for)
            yield f"{rule.rule}?page=2&sort=name"
    for file, code in product(("csv", "xlsx"), ("", "XN1", "XS1", "YS1")):
        yield f"/exports/progress?names=yes&file={file}&code={code}"
        yield f"/audit.{file}?names=yes&organisation={code}"
    yield from (f"/people/invite?organisation={code}" for code in CODES)


def read_all(client: FlaskClient, app: Flask, of_each: int | None = None) -> str:
    """All that a person can read, headings of answers and the parts of workbooks included."""
    texts, refused, not_a_word = [], set[str](), set[str]()
    # The matrix of scopes reads the same pages and checks their HTML; here it would take a sixth of the time.
    client.checks_pages = False  # type: ignore[attr-defined]
    for address in dict.fromkeys(addresses(app, of_each)):
        path, _, query = address.partition("?")
        asked = f"{path}?{query.partition('=')[0]}"
        if query and (path in refused or asked in not_a_word):
            continue
        answer = client.get(address, buffered=True)
        if answer.status_code == 403:
            refused.add(path)  # It is not for their role, whatever it is narrowed to.
        if answer.status_code == 400 and query.endswith("=canary"):
            not_a_word.add(asked)  # It takes the words of a list, and no codes either.
        assert answer.status_code < 500, address
        texts.append(str(answer.headers))
        if answer.data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(answer.data)) as workbook:
                texts += [workbook.read(name).decode("utf-8", "replace") for name in workbook.namelist()]
        else:
            texts.append(answer.text)
    return "\n".join(texts)
