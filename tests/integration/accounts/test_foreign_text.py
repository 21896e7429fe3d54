"""No word of an organisation outside somebody's scope reaches them: on no page, in no csv, workbook or search."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts import canaries
from integration.accounts.canaries import Canaries, Kind
from werkzeug.routing import Rule
from wtforms import Form
from wtforms.fields.core import UnboundField

from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.frameworks.rules import OrganisationType
from tracker.schema import METADATA
from tracker.web.forms import FilterForm, PageForm, QueryForm

NORTH = {"XN1", "XN2", "XN3", "0N1", "QN1", "QN2"}
ENGLAND = NORTH | {"XS1", "QS1"}
EVERY = {*ENGLAND, "YN1", "YS1"}
# Whose words of each kind somebody reads: their own organisation's, and the names of what it lies in.
OWN = {Kind.NAME: {"XN1", "QN1", "YN1"}, Kind.SAID: {"XN1"}}
TALKS = {Kind.TALK: {"XN1"}, Kind.COLLEAGUE: {"YN1"}}
READS: Mapping[str, Mapping[Kind, set[str]]] = {
    "nobody": {},
    "lead": {**OWN, **TALKS, Kind.PEOPLE: {"XN1"}, Kind.AUDIT: {"XN1"}},
    "contributor": {**OWN, **TALKS},
    "board": {**OWN, Kind.AUDIT: {"XN1"}},
    "system": {
        Kind.NAME: {"QN1", "XN1", "XN3", "0N1", "YN1"},
        Kind.SAID: {"QN1", "XN1", "XN3", "0N1"},
        Kind.AUDIT: {"QN1"},
        Kind.TALK: {"QN1"},
        Kind.COLLEAGUE: {"YN1"},
    },
    "region": {
        Kind.NAME: {*NORTH, "YN1"},
        Kind.SAID: NORTH,
        Kind.PEOPLE: {*NORTH, "YN1"},
        Kind.AUDIT: {"YN1"},
        Kind.TALK: {"XN1", "XN2", "XN3", "QN1"},
        Kind.COLLEAGUE: {"YN1"},
    },
    "national": {Kind.NAME: EVERY, Kind.SAID: ENGLAND},
    "administrator": {Kind.NAME: EVERY, Kind.PEOPLE: EVERY, Kind.AUDIT: EVERY, Kind.COLLEAGUE: {"YN1", "YS1"}},
}
TELL_SCOPES_APART = ("XN1", "XN2", "XS1", "QN1")
STRANGERS = 3
"""How many things of other bodies are asked for in the lead's own, at each address that names one."""
CODES = ("XN1", "XN3", "XN2", "XS1", "QN1", "QS1", "YN1", "YS1")
ASKED_FOR = ("XN2", "XS1", "QS1", "YS1", "canary")
"""What lists are asked to narrow themselves to; their files, which read the same lists, to one body and one word."""


def on_both(everybody: Iterable[str], some: Iterable[str]) -> list[tuple[str, str]]:
    """Everybody on SQLite, and some on PostgreSQL: the queries are the same, and reading everything takes minutes."""
    return [*(("sqlite", who) for who in everybody), *(("postgresql", who) for who in some)]


_MARKED: list[tuple[bytes, Path, Canaries]] = []
"""The database in memory when everything was marked, its files of evidence, and the marks: to say it all takes long."""


@pytest.fixture
def marks(app: Flask, country: object, world: make.World) -> Canaries:
    """A country in which every text of every organisation is marked."""
    files = Path(app.extensions["settings"].evidence_url)
    if _MARKED and make.as_bytes() is not None:
        content, kept, marked = _MARKED[0]
        make.put_bytes(content)
        if kept.exists():
            shutil.copytree(kept, files, dirs_exist_ok=True)
        return marked
    marked = _marked(world)
    content_now = make.as_bytes()
    if content_now is not None:
        _MARKED.append((content_now, files, marked))
    return marked


def _marked(world: make.World) -> Canaries:
    make.organisation(
        "XN4", "Closed Hospitals NHS Trust", OrganisationType.TRUST, region=world.north_region, closed_on=make.LONG_AGO
    )
    session().commit()
    return canaries.mark_everything({code: number for code, number in canaries.ids_by_code().items() if code in EVERY})


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
    codes = {body: code for code, body in canaries.ids_by_code().items()}
    found: dict[str, set[str]] = {}
    for row_id, body in session().execute(sa.select(number, owner)):
        found.setdefault(str(row_id), set()).add(codes.get(body, ""))
    return found


def filters_of(app: Flask, endpoint: str) -> set[str]:
    """The names that a view's feature takes from the address: of its forms for reading, and of its filters."""
    feature = ".".join(app.view_functions[endpoint].__module__.split(".")[:2])
    return {
        name
        for form in _forms_below(PageForm) | _forms_below(FilterForm)
        if form.__module__.startswith(f"{feature}.")
        and (issubclass(form, QueryForm | FilterForm) or "Filter" in form.__name__)
        for name in dir(form)
        if isinstance(getattr(form, name), UnboundField)
    }


def _forms_below(form: type[Form]) -> set[type[Form]]:
    return {form}.union(*(_forms_below(each) for each in form.__subclasses__()))


def addresses(app: Flask) -> Iterator[str]:
    """Every address that can be read, about every organisation, with every filter of the lists."""
    parts = parts_of_addresses()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if rule.endpoint == "roles.index":
            yield rule.rule  # The same page for everybody, whatever its address is asked for.
            continue
        yield from (rule.build(values)[1] for values in values_of(rule, parts))  # type: ignore[index]
        if not rule.arguments:
            is_file = rule.rule.endswith((".csv", ".xlsx"))
            for name, value in product(filters_of(app, rule.endpoint), ASKED_FOR[1::3] if is_file else ASKED_FOR):
                yield f"{rule.rule}?{name}={value}"
            yield f"{rule.rule}?page=2&sort=name"
    for file, code in product(("csv", "xlsx"), ("", "XN1", "XS1", "YS1")):
        yield f"/exports/progress?names=yes&file={file}&code={code}"
        yield f"/audit.{file}?names=yes&organisation={code}"
    yield from (f"/people/invite?organisation={code}" for code in CODES)


def read_all(client: FlaskClient, app: Flask) -> str:
    """All that a person can read, headings of answers and the parts of workbooks included."""
    texts = []
    for address in dict.fromkeys(addresses(app)):
        answer = client.get(address, buffered=True)
        assert answer.status_code < 500, address
        texts.append(str(answer.headers))
        if answer.data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(answer.data)) as workbook:
                texts += [workbook.read(name).decode("utf-8", "replace") for name in workbook.namelist()]
        else:
            texts.append(answer.text)
    return "\n".join(texts)


def is_for(who: str, code: str, column: str) -> bool:
    return any(code in READS[who].get(kind, ()) for kind in canaries.READ_AS[column])


def test_every_text_that_is_stored_is_marked_or_named_with_the_reason_why_not() -> None:
    told = {*canaries.READ_AS, *canaries.LOOKED_UP}
    for table in METADATA.sorted_tables:
        names = {f"{table.name}.{column.name}" for column in canaries.text_columns(table)}
        if canaries.belongs_to_an_organisation(table):
            assert names <= told, f"Say who may read {names - told}."
        elif names:
            assert table.name in canaries.OF_NO_ORGANISATION, f"Say whose text {table.name} holds."
    there = {f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.columns}
    assert {name for name in told if not name.startswith(("approver.", "author.", "lead.", "regional."))} <= there
    assert set(canaries.OF_NO_ORGANISATION) <= {table.name for table in METADATA.sorted_tables}


def test_every_organisation_is_marked_in_every_column(marks: Canaries) -> None:
    assert set(marks.columns) == set(canaries.READ_AS)
    stored = "\n".join(
        str(row) for table in METADATA.sorted_tables for row in session().execute(sa.select(table)).all()
    )
    found = marks.found_in(stored)
    only_tracked = (
        "progress_entry.",
        "target.",
        "target_request.",
        "appointment",
        "evidence",
        "lead.",
        "approver.",
        "author.",
        "person.",
        "barrier_revision.",
        "escalation_event.",
        "measure_",
        "own_measure.",
        "return_",
    )
    for code, column in product(EVERY, marks.columns):
        is_exempt = column.startswith(only_tracked if code in canaries.REGIONS else "regional.")
        assert (code, column) in found or is_exempt, (code, column)


@pytest.mark.parametrize(("database_url", "who"), on_both(READS, ("lead",)), indirect=["database_url"])
def test_everybody_reads_the_words_in_their_scope_and_no_others(
    app: Flask, enter: Callable[[str], FlaskClient], marks: Canaries, who: str
) -> None:
    text = read_all(enter(who), app)
    found = marks.found_in(text)
    foreign = sorted((code, column) for code, column in found if not is_for(who, code, column))
    assert not foreign, foreign
    for kind, codes in READS[who].items():
        read = {code for code, column in found if canaries.READ_AS[column] == {kind}}
        assert read >= codes, f"{who} should read {kind} of {codes - read}, and this test could not have failed."


@pytest.mark.parametrize(
    ("database_url", "who", "how"),
    [
        (database, who, how)
        for database, who in on_both(("lead", "region", "administrator"), ())
        for how in ("role ended", "switched off", "organisation closed")
        if (who, how) != ("administrator", "organisation closed")
    ],
    indirect=["database_url"],
)
def test_somebody_who_has_no_role_any_more_reads_nothing_with_the_cookie_they_have(
    app: Flask, enter: Callable[[str], FlaskClient], country: object, marks: Canaries, who: str, how: str
) -> None:
    """The rows are changed by hand: that services end the session as well is another test's matter."""
    client = enter(who)
    person = session().scalars(sa.select(Account.person_id).order_by(Account.id.desc())).first()
    if how == "role ended":
        session().execute(sa.update(Membership).where(Membership.person_id == person).values(ended_at=make.LONG_AGO))
    elif how == "switched off":
        session().execute(sa.update(Account).where(Account.person_id == person).values(is_active=False))
    else:
        life, body = METADATA.tables["organisation_life"], country.body_of(Role(who))  # type: ignore[attr-defined]
        session().execute(sa.update(life).where(life.c.organisation_id == body).values(ends_on=make.LONG_AGO.date()))
    session().commit()
    assert marks.found_in(read_all(client, app)) == set()
