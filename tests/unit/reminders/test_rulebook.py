from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources
from typing import Any

import pytest

from tracker.mail.topics import ReminderState, Topic
from tracker.reminders.rulebook import rulebook, rulebook_from
from tracker.reminders.rules import fate_of, is_unanswered


@pytest.fixture
def content() -> dict[str, Any]:
    text = (resources.files("tracker.reminders") / "rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def test_the_first_cadence_is_the_series_of_the_product() -> None:
    first = rulebook().cadences[0]
    assert (first.days.days_before, first.days.first_after, first.days.then_every) == ((30, 14, 7, 1), 3, 7)


def test_every_series_but_that_of_deadlines_has_its_days_in_the_file() -> None:
    assert set(rulebook().of_topic) == {topic for topic in Topic if topic.is_series} - {Topic.DEADLINE}


def test_an_organisation_s_own_cadence_goes_before_that_of_the_framework(content: dict[str, Any]) -> None:
    content["framework"]["8ua-2020"] = "fewer"
    rules = rulebook_from(content)
    assert rules.code_for("8ua-2020", None) == "fewer"
    assert rules.code_for("8ua-2020", "earlier") == "earlier"
    assert rules.code_for("another", None) == "standard"
    assert rules.code_for("8ua-2020", "one that is gone") == "standard"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cadence": []}, "there is at least one"),
        ({"framework": {"8ua-2020": "daily"}}, "There is no cadence daily"),
        ({"stop_after": 0}, "stop_after must be 1 or more"),
        ({"cadence": [{"code": "a", "label": "A", "days_before": [0]}]}, "days_before are whole numbers"),
        ({"cadence": [{"code": "a", "label": "A", "first_after": 3}]}, "needs then_every"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(
    content: dict[str, Any], change: dict[str, Any], says: str
) -> None:
    if "cadence" in change:
        content["framework"] = {}
    with pytest.raises(ValueError, match=says):
        rulebook_from({**content, **change})


@pytest.mark.parametrize(
    ("topic", "snoozed_until", "is_off", "goes_up", "state"),
    [
        (Topic.STALE, None, False, False, ReminderState.WAITING),
        (Topic.STALE, None, True, False, ReminderState.SUPPRESSED),
        (Topic.DEADLINE, None, True, False, ReminderState.WAITING),  # it may not be switched off
        (Topic.DEADLINE, date(2020, 12, 1), False, False, ReminderState.SNOOZED),
        (Topic.DEADLINE, date(2020, 12, 1), False, True, ReminderState.GONE_UP),
        (Topic.RETURNED, None, True, False, ReminderState.WAITING),
    ],
)
def test_what_becomes_of_a_reminder(
    topic: Topic, snoozed_until: date | None, is_off: bool, goes_up: bool, state: ReminderState
) -> None:
    fate = fate_of(topic, snoozed_until=snoozed_until, is_switched_off=is_off, is_unanswered=goes_up)
    assert fate.state is state
    assert bool(fate.why) is (state is not ReminderState.WAITING)


def test_only_what_has_passed_goes_up() -> None:
    assert not is_unanswered(Topic.DEADLINE, "before_7", 9, 6)
    assert not is_unanswered(Topic.MENTION, "mention_7", 9, 6)
    assert is_unanswered(Topic.REVIEW, "review_after_91", 6, 6)
    assert is_unanswered(Topic.DEADLINE, "after_45", 6, 6)
