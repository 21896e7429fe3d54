"""Loading a definition: once, again, corrected, and refused where recorded history points at what would go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from counted import statements

from tracker import clock
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction
from tracker.frameworks import queries
from tracker.frameworks.definition import Definition, DefinitionError
from tracker.frameworks.files import built_in_definition, built_in_definitions
from tracker.frameworks.models import Ask
from tracker.frameworks.rules import OrganisationType, Service
from tracker.frameworks.service import LoadOutcome, LoadResult, load_definition
from tracker.frameworks.stored import stored_definition
from tracker.schema import METADATA

pytestmark = pytest.mark.usefixtures("app")

EIGHT = built_in_definition("8ua-2020")
FIRST_LOAD = datetime(2020, 11, 2, 12, 0, tzinfo=UTC)
CORRECTION = FIRST_LOAD + timedelta(days=10)


def _load(definition: Definition, at: datetime = FIRST_LOAD) -> LoadOutcome:
    with clock.frozen(at), transaction():
        return load_definition(definition)


def _with_ask(ref: str, **changes: object) -> Definition:
    asks = tuple(replace(ask, **changes) if ask.ref == ref else ask for ask in EIGHT.asks)  # type: ignore[arg-type]
    return replace(EIGHT, asks=asks)


def _without_ask(ref: str) -> Definition:
    return replace(EIGHT, asks=tuple(ask for ask in EIGHT.asks if ask.ref != ref))


def _rows() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    found = {
        table.name: [tuple(row) for row in session().execute(sa.select(table).order_by(table.c.id))]
        for table in METADATA.sorted_tables
    }
    session().commit()
    return found


def _audit() -> list[tuple[str, str]]:
    entries = session().execute(sa.select(AuditEntry.verb, AuditEntry.subject).order_by(AuditEntry.id)).all()
    session().commit()
    return [(verb, subject) for verb, subject in entries]


@pytest.mark.parametrize("definition", built_in_definitions(), ids=lambda definition: definition.code)
def test_what_is_stored_is_what_the_file_says(definition: Definition) -> None:
    outcome = _load(definition)
    assert (outcome.result, outcome.revision_number) == (LoadResult.CREATED, 1)
    assert stored_definition(queries.get_framework(definition.code)) == definition


def test_a_first_load_is_audited_once() -> None:
    _load(EIGHT)
    assert _audit() == [("framework loaded", "8ua-2020")]


def test_loading_twice_changes_no_row_of_any_table() -> None:
    _load(EIGHT)
    before = _rows()
    assert before["ask"]
    assert _load(EIGHT, CORRECTION).result is LoadResult.UNCHANGED
    assert _rows() == before


def test_a_definition_that_says_the_same_is_unchanged_even_where_its_digest_was_made_otherwise() -> None:
    _load(EIGHT)
    with transaction():
        session().execute(sa.text("UPDATE framework_revision SET digest = 'of an earlier release'"))
    before = _rows()
    assert _load(EIGHT, CORRECTION).result is LoadResult.UNCHANGED
    assert _rows() == before


def test_a_corrected_wording_and_date_are_applied_and_audited_with_before_and_after() -> None:
    _load(EIGHT)
    outcome = _load(_with_ask("6.1", wording="Name a lead", national_on=date(2020, 9, 30)), CORRECTION)
    assert (outcome.result, outcome.revision_number) == (LoadResult.CHANGED, 2)
    ask = queries.get_ask("8ua-2020", "6.1")
    assert (ask.wording, ask.deadline_on) == ("Name a lead", date(2020, 9, 30))
    assert _audit()[1:] == [("ask corrected", "8ua-2020/6.1")]
    entry = session().scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.before == {"wording": EIGHT.asks[17].wording, "national_on": "2020-09-21"}
    assert entry.after == {"wording": "Name a lead", "national_on": "2020-09-30"}


def test_what_was_known_before_a_correction_is_still_known_at_that_instant() -> None:
    _load(EIGHT)
    _load(_with_ask("6.1", wording="Name a lead"), CORRECTION)
    just_before = CORRECTION - timedelta(microseconds=1)
    assert queries.get_ask("8ua-2020", "6.1", just_before).wording == EIGHT.asks[17].wording
    assert queries.get_ask("8ua-2020", "6.1", CORRECTION).wording == "Name a lead"
    with pytest.raises(queries.AskNotFound):
        queries.get_ask("8ua-2020", "6.1", FIRST_LOAD - timedelta(microseconds=1))


def test_a_correction_keeps_every_identity_that_history_points_at() -> None:
    _load(EIGHT)
    before = _rows()
    _load(_with_ask("6.1", wording="Name a lead"), CORRECTION)
    after = _rows()
    for table in ("framework", "action", "ask"):
        assert after[table] == before[table]
    for table in ("action_content", "ask_content", "ask_scope", "scale_status"):
        assert after[table][: len(before[table])] == before[table]


def test_the_revision_before_ends_when_the_next_begins() -> None:
    _load(EIGHT)
    _load(_with_ask("6.1", wording="Name a lead"), CORRECTION)
    first, second = queries.revisions_of("8ua-2020")
    assert (first.recorded_at, first.superseded_at) == (FIRST_LOAD, CORRECTION)
    assert (second.recorded_at, second.superseded_at) == (CORRECTION, None)


def test_a_clock_that_was_put_back_makes_no_revision_that_ends_before_it_began() -> None:
    _load(EIGHT, CORRECTION)
    _load(_with_ask("6.1", wording="Name a lead"), FIRST_LOAD)
    first, second = queries.revisions_of("8ua-2020")
    assert first.superseded_at == second.recorded_at == CORRECTION
    assert [row.revision_number for row in queries.list_frameworks(CORRECTION)] == [2]


def test_an_ask_that_is_added_joins_the_others_in_its_place() -> None:
    _load(EIGHT)
    first, *rest = EIGHT.asks
    outcome = _load(replace(EIGHT, asks=(first, replace(first, ref="1.15"), *rest)), CORRECTION)
    assert [change.subject for change in outcome.changes] == ["8ua-2020/1.15"]
    assert [ask.ref for ask in queries.list_asks("8ua-2020")][:3] == ["1.1", "1.15", "1.2"]


def test_an_ask_that_is_withdrawn_keeps_its_identity_and_comes_back_to_it() -> None:
    _load(EIGHT)
    ask_id = queries.get_ask("8ua-2020", "8.4").ask_id
    _load(_without_ask("8.4"), CORRECTION)
    with pytest.raises(queries.AskNotFound):
        queries.get_ask("8ua-2020", "8.4")
    assert queries.get_ask("8ua-2020", "8.4", FIRST_LOAD).ask_id == ask_id
    assert session().get(Ask, ask_id) is not None
    assert _audit()[-1] == ("ask withdrawn", "8ua-2020/8.4")
    _load(EIGHT, CORRECTION + timedelta(days=1))
    assert queries.get_ask("8ua-2020", "8.4").ask_id == ask_id
    assert _audit()[-1] == ("ask added", "8ua-2020/8.4")


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (replace(EIGHT, scale=EIGHT.scale[1:]), "status not_started"),
        (_with_ask("6.2", action_number="7"), "ask 6.2, action"),
    ],
    ids=["a status gone", "an ask moved"],
)
def test_a_correction_that_would_break_history_changes_nothing(broken: Definition, says: str) -> None:
    _load(EIGHT)
    before = _rows()
    with pytest.raises(DefinitionError, match=says):
        _load(broken, CORRECTION)
    assert _rows() == before


def test_a_withdrawn_ask_may_not_come_back_under_another_action() -> None:
    _load(EIGHT)
    _load(_without_ask("6.2"), CORRECTION)
    with pytest.raises(DefinitionError, match='it belongs to action "6"'):
        _load(_with_ask("6.2", action_number="7"), CORRECTION)


def test_a_second_framework_leaves_the_first_alone() -> None:
    _load(EIGHT)
    _load(built_in_definition("rcp-2024"))
    assert [row.code for row in queries.list_frameworks()] == ["8ua-2020", "rcp-2024"]
    assert [row.revision_number for row in queries.list_frameworks()] == [1, 1]


def test_an_ask_page_gets_everything_in_two_statements() -> None:
    _load(EIGHT)
    with statements() as of_one:
        ask = queries.get_ask("8ua-2020", "4.4")
    with statements() as of_all:
        queries.list_asks("8ua-2020")
    assert [len([each for each in sent if each.startswith("SELECT")]) for sent in (of_one, of_all)] == [2, 2]
    assert ask.action.label == "Prevention for those at greatest risk"
    assert ask.framework.code == "8ua-2020"
    assert [(scope.organisation_type, scope.service) for scope in ask.scopes] == [
        (OrganisationType.TRUST, Service.MATERNITY)
    ]
    assert ask.alternates[0].text.startswith("Flu vaccination")
    assert ask.measure_target.startswith("35%")


def test_the_scale_is_found_by_code_and_by_class() -> None:
    _load(EIGHT)
    scale = queries.scale_of(queries.get_framework("8ua-2020").framework_id)
    assert [status.code for status in scale] == [status.code for status in EIGHT.scale]
    assert scale.get("off_track").needs_recovery_date
    assert scale.find("nothing_of_the_kind") is None
    assert [status.code for status in scale.in_open_classes()] == ["not_started", "off_track", "at_risk", "on_track"]


@pytest.mark.parametrize(("code", "ref"), [("8ua-2020", "9.9"), ("9ua-2020", "6.1"), ("rcp-2024", "6.1")])
def test_an_unknown_ask_is_a_404(code: str, ref: str) -> None:
    _load(EIGHT)
    _load(built_in_definition("rcp-2024"))
    with pytest.raises(queries.AskNotFound) as missing:
        queries.get_ask(code, ref)
    assert missing.value.code == 404


def test_an_unknown_framework_is_a_404() -> None:
    for ask_for in (lambda: queries.get_framework("8ua-2020"), lambda: queries.scale_of(1)):
        with pytest.raises(queries.FrameworkNotFound) as missing:
            ask_for()
        assert missing.value.code == 404
