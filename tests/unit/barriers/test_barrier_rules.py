"""Which status fits what, when a review is due, and that the themes are data that can be read."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from tracker.barriers import history
from tracker.barriers.rows import AskChoice, Revision, Said
from tracker.barriers.rules import BarrierStatus, Kind, Severity, is_review_due, settled_status, status_fits
from tracker.barriers.service import closed
from tracker.barriers.themes import theme_label, themes

SAID = Said(
    kind=Kind.BARRIER,
    title="No analyst",
    description="",
    theme="data",
    severity=Severity.LOW,
    status=BarrierStatus.OPEN,
    action="",
    owner="",
    since_on=date(2020, 9, 14),
    reviewed_on=None,
    next_review_on=None,
)
ASKS = {
    1: AskChoice(1, "8ua-2020", "Eight urgent actions", "2.2", "Monitor"),
    2: AskChoice(2, "rcp-2024", "Strategic steps", "S6", "Split"),
}


@pytest.mark.parametrize(
    ("kind", "status", "fits"),
    [
        (Kind.BARRIER, BarrierStatus.OPEN, True),
        (Kind.BARRIER, BarrierStatus.WORKED_ON, True),
        (Kind.BARRIER, BarrierStatus.RESOLVED, True),
        (Kind.BARRIER, BarrierStatus.IN_USE, False),
        (Kind.ENABLER, BarrierStatus.OPEN, True),
        (Kind.ENABLER, BarrierStatus.WORKED_ON, True),
        (Kind.ENABLER, BarrierStatus.RESOLVED, False),
        (Kind.ENABLER, BarrierStatus.IN_USE, True),
    ],
)
def test_a_barrier_ends_resolved_and_an_enabler_in_use(kind: Kind, status: BarrierStatus, fits: bool) -> None:
    assert status_fits(kind, status) is fits
    assert settled_status(kind).is_settled


@pytest.mark.parametrize(
    ("next_review_on", "today", "is_due"),
    [
        (None, date(2020, 11, 2), False),
        (date(2020, 11, 1), date(2020, 11, 2), True),
        (date(2020, 11, 2), date(2020, 11, 2), False),
        (date(2020, 11, 3), date(2020, 11, 2), False),
        (date(2024, 2, 29), date(2024, 3, 1), True),
        (date(2024, 2, 29), date(2024, 2, 29), False),
    ],
)
def test_a_review_is_due_from_the_day_after(next_review_on: date | None, today: date, is_due: bool) -> None:
    assert is_review_due(next_review_on, today) is is_due


def test_a_barrier_that_is_closed_may_become_an_enabler_in_use_and_loses_its_severity() -> None:
    today = date(2020, 11, 2)
    planned = replace(SAID, next_review_on=date(2020, 12, 1))
    resolved = closed(planned, today, becomes_enabler=False)
    assert (resolved.kind, resolved.status, resolved.severity) == (Kind.BARRIER, BarrierStatus.RESOLVED, Severity.LOW)
    enabler = closed(planned, today, becomes_enabler=True)
    assert (enabler.kind, enabler.status, enabler.severity) == (Kind.ENABLER, BarrierStatus.IN_USE, None)
    assert (enabler.reviewed_on, enabler.next_review_on) == (today, None)


def test_the_themes_cover_what_surveys_name_and_each_has_words() -> None:
    assert {"pressure", "data", "capacity", "funding", "role", "training", "expertise", "partnership"} <= set(themes())
    assert {"workforce", "estates", "digital", "culture", "other"} <= set(themes())
    assert all(each.label and each.hint and len(each.code) <= 40 for each in themes().values())
    assert theme_label("long_gone") == "Long gone"


CHANGES = [
    ({"kind": Kind.ENABLER, "severity": None}, "turned it from a barrier into an enabler"),
    ({"title": "An analyst"}, "changed the title from “No analyst” to “An analyst”"),
    ({"description": "Since May"}, "added a description"),
    ({"theme": "funding"}, "moved it from the theme Access to data to Funding"),
    ({"severity": Severity.HIGH}, "changed the severity from low to high"),
    ({"status": BarrierStatus.WORKED_ON}, "changed the status from open to being worked on"),
    ({"action": "Hiring"}, "said what is done about it"),
    ({"owner": "Chief Nurse"}, "named “Chief Nurse” as the owner"),
    ({"since_on": date(2020, 9, 1)}, "changed since when it is so from 14 September 2020 to 1 September 2020"),
    ({"reviewed_on": date(2020, 11, 2)}, "reviewed it on 2 November 2020"),
    ({"next_review_on": date(2021, 2, 1)}, "set the next review for 1 February 2021"),
    ({"asks": frozenset({1, 2})}, "linked it to 2.2 of 8ua-2020 and S6 of rcp-2024"),
]


def revision(number: int, said: Said, reason: str = "") -> Revision:
    at = datetime(2020, 11, 2, 12, tzinfo=UTC)
    return Revision(1, number, number, said, reason, at.date(), at, "Robin Ashdown", "lead")


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_each_change_reads_as_a_sentence(change: dict[str, object], words: str) -> None:
    lines = history.history_lines([revision(2, replace(SAID, **change), "Because"), revision(1, SAID)], ASKS)
    start = "12:00 on 2 November 2020: Robin Ashdown, Health inequalities lead,"
    assert [line.sentence for line in lines] == [
        f"{start} {words}.",
        f"{start} added this as a barrier, open.",
    ]
    assert lines[0].details == (("Why", "Because"),)


def test_every_field_has_its_sentence() -> None:
    assert {name for change, _ in CHANGES for name in change} == {each.name for each in fields(Said)}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"owner": "A"}, {"owner": "B"}, "changed the owner from “A” to “B”"),
        ({"owner": "A"}, {}, "took “A” away as the owner"),
        ({"reviewed_on": date(2020, 11, 1)}, {}, "took the last review away"),
        ({"next_review_on": date(2020, 12, 1)}, {}, "set no further review"),
        ({"asks": frozenset({1})}, {}, "took the link to 2.2 of 8ua-2020 away"),
        ({"asks": frozenset({9})}, {}, "took the link to an ask that is no longer asked away"),
        (
            {"kind": Kind.ENABLER, "severity": None},
            {},
            "turned it from an enabler into a barrier and called it low in severity",
        ),
        ({"description": "Old"}, {"description": "New"}, "rewrote the description"),
        ({"action": "Old"}, {"action": "New"}, "rewrote what is done about it"),
    ],
)  # fmt: skip
def test_what_is_taken_back_reads_as_a_sentence_too(
    before: dict[str, object], after: dict[str, object], words: str
) -> None:
    lines = history.history_lines(
        [revision(2, replace(SAID, **after), "-"), revision(1, replace(SAID, **before))], ASKS
    )
    assert lines[0].sentence.endswith(f" {words}.")


def test_longer_texts_are_told_as_they_were_before() -> None:
    lines = history.history_lines(
        [revision(2, replace(SAID, description="New"), "-"), revision(1, replace(SAID, description="Old\nwords"))], ASKS
    )
    assert lines[0].details == (("Why", "-"), ("The description before", "Old\nwords"))
