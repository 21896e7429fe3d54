"""What differs between two definitions, and which differences are refused because history points at them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracker.frameworks.changes import ChangeKind, changes_between, refusals_between
from tracker.frameworks.definition import Definition
from tracker.frameworks.files import built_in_definition
from tracker.frameworks.presenters import change_lines
from tracker.frameworks.rules import StatusClass

EIGHT = built_in_definition("8ua-2020")
HOMES = {ask.ref: ask.action_number for ask in EIGHT.asks}


def _with_ask(ref: str, **changes: object) -> Definition:
    asks = tuple(replace(ask, **changes) if ask.ref == ref else ask for ask in EIGHT.asks)  # type: ignore[arg-type]
    return replace(EIGHT, asks=asks)


def _with_status(code: str, **changes: object) -> Definition:
    scale = tuple(replace(status, **changes) if status.code == code else status for status in EIGHT.scale)  # type: ignore[arg-type]
    return replace(EIGHT, scale=scale)


def test_the_same_definition_has_no_changes() -> None:
    assert changes_between(EIGHT, built_in_definition("8ua-2020")) == ()


def test_a_moved_date_names_the_ask_and_only_the_field_that_changed() -> None:
    (change,) = changes_between(EIGHT, _with_ask("6.1", national_on=date(2020, 9, 30)))
    assert (change.verb, change.subject) == ("ask corrected", "8ua-2020/6.1")
    assert (change.before, change.after) == ({"national_on": "2020-09-21"}, {"national_on": "2020-09-30"})
    assert change_lines(change) == ('8ua-2020/6.1: national date was "2020-09-21", now "2020-09-30".',)


def test_a_title_of_the_framework_and_of_an_action_are_changes_of_their_own() -> None:
    actions = tuple(replace(each, label="Minds") if each.number == "5" else each for each in EIGHT.actions)
    changes = changes_between(EIGHT, replace(EIGHT, title="Eight actions", actions=actions))
    assert [(change.verb, change.subject) for change in changes] == [
        ("framework corrected", "8ua-2020"),
        ("action corrected", "8ua-2020/action 5"),
    ]


def test_asks_added_and_withdrawn_are_told_apart_from_corrections() -> None:
    fresh = replace(EIGHT.asks[-1], ref="8.5")
    changes = changes_between(EIGHT, replace(EIGHT, asks=(*EIGHT.asks[:-1], fresh)))
    assert [(change.kind, change.subject) for change in changes] == [
        (ChangeKind.ADDED, "8ua-2020/8.5"),
        (ChangeKind.WITHDRAWN, "8ua-2020/8.4"),
    ]


def test_another_order_is_one_change_and_an_ask_put_in_between_is_none() -> None:
    first, second, *rest = EIGHT.asks
    (change,) = changes_between(EIGHT, replace(EIGHT, asks=(second, first, *rest)))
    assert (change.kind, change.subject) == (ChangeKind.REORDERED, "8ua-2020")
    between = replace(first, ref="1.15")
    kinds = [each.kind for each in changes_between(EIGHT, replace(EIGHT, asks=(first, between, second, *rest)))]
    assert kinds == [ChangeKind.ADDED]


def test_a_reworded_status_is_a_change_and_is_not_refused() -> None:
    new = _with_status("on_track", label="Going well")
    assert [change.subject for change in changes_between(EIGHT, new)] == ["8ua-2020/status on_track"]
    assert refusals_between(EIGHT, new, HOMES) == ()


def test_a_status_may_not_go_nor_change_its_class() -> None:
    (gone,) = refusals_between(EIGHT, replace(EIGHT, scale=EIGHT.scale[1:]), HOMES)
    assert gone.startswith("8ua-2020, status not_started, code: it is missing")
    (turned,) = refusals_between(EIGHT, _with_status("on_track", status_class=StatusClass.AT_RISK), HOMES)
    assert turned.startswith('8ua-2020, status on_track, class: it is "on_course" and cannot become "at_risk"')


def test_an_ask_may_not_move_to_another_action() -> None:
    (moved,) = refusals_between(EIGHT, _with_ask("6.2", action_number="7"), HOMES)
    assert moved.startswith('8ua-2020, ask 6.2, action: it belongs to action "6" and cannot move to "7"')


def test_a_withdrawn_ask_may_not_come_back_under_another_action() -> None:
    without = replace(EIGHT, asks=tuple(ask for ask in EIGHT.asks if ask.ref != "6.2"))
    assert refusals_between(without, EIGHT, HOMES) == ()
    assert len(refusals_between(without, _with_ask("6.2", action_number="7"), HOMES)) == 1


def test_a_withdrawn_ask_is_no_reason_to_refuse() -> None:
    assert refusals_between(EIGHT, replace(EIGHT, asks=EIGHT.asks[:-1]), HOMES) == ()
