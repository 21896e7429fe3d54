"""The history of who answers for what reads as sentences, whatever was done and whoever is still known."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tracker.appointments.history import history_line
from tracker.appointments.rows import AskChoice, Change, InPost
from tracker.appointments.rules import AppointmentRole, ChangeKind

AT = datetime(2020, 11, 2, 12, 0, tzinfo=UTC)
START = "12:00 on 2 November 2020: Robin Ashdown, Health inequalities lead,"
LATE = "Recorded on 2 November 2020 for 1 September 2020, later than it was true."
ASKS = {7: AskChoice(7, "8ua-2020", "Eight urgent actions", "2.2", "Wording", False)}
SEPTEMBER, OCTOBER, NOVEMBER = date(2020, 9, 1), date(2020, 10, 31), date(2020, 11, 1)


def row(
    person_id: int,
    name: str,
    role: AppointmentRole = AppointmentRole.EXECUTIVE_LEAD,
    starts_on: date = SEPTEMBER,
    ends_on: date | None = None,
    ask_id: int | None = None,
    job_title: str = "Director",
) -> InPost:
    return InPost(person_id, 1, person_id, name, role, ask_id, job_title, starts_on, ends_on)


def change(
    kind: ChangeKind,
    added: tuple[InPost, ...],
    superseded: tuple[InPost, ...] = (),
    *,
    number: int = 1,
    name: str = "Robin Ashdown",
) -> Change:
    return Change(number, kind, "", AT, name, "lead", added, superseded)


LEAD, OWNER = AppointmentRole.EXECUTIVE_LEAD, AppointmentRole.ASK_OWNER
ANN, BEN = row(1, "Ann"), row(2, "Ben", starts_on=NOVEMBER)


@pytest.mark.parametrize(
    ("told", "sentence", "details"),
    [
        (
            change(ChangeKind.APPOINTED, (ANN,)),
            f"{START} appointed Ann, Director, as executive lead from 1 September 2020. {LATE}",
            [],
        ),
        (
            change(ChangeKind.APPOINTED, (row(1, "Ann", ends_on=OCTOBER), BEN), (ANN,)),
            f"{START} appointed Ben, Director, as executive lead from 1 November 2020.",
            ["the last day of Ann, Director, as executive lead is 31 October 2020"],
        ),
        (
            change(ChangeKind.CORRECTED, (row(1, "Ann", job_title="Chair"),), (ANN,)),
            f"{START} corrected who was executive lead: recorded was Ann, Director, from 1 September 2020; "
            "it is Ann, Chair, from 1 September 2020.",
            [],
        ),
        (
            change(ChangeKind.ENDED, (row(1, "Ann", ends_on=OCTOBER),), (ANN,)),
            f"{START} recorded the last day of Ann, Director, as executive lead: 31 October 2020.",
            [],
        ),
        (
            change(ChangeKind.WITHDRAWN, (), (row(1, "Ann", OWNER, ask_id=7),)),
            f"{START} took back that Ann, Director, was owner of ask 2.2 of “Eight urgent actions” from "
            "1 September 2020: it was recorded by mistake.",
            [],
        ),
        (
            change(ChangeKind.HANDED_OVER, (row(1, "Ann", ends_on=OCTOBER), BEN), (ANN,)),
            f"{START} handed over from Ann to Ben, Director, on 1 November 2020: executive lead.",
            [],
        ),
        (
            change(
                ChangeKind.HANDED_OVER,
                (row(2, "Ben", starts_on=date(2020, 12, 1)),),
                (row(1, "Ann", starts_on=date(2020, 12, 1)),),
            ),
            f"{START} handed over from Ann to Ben, Director, on 1 December 2020: executive lead.",
            [],
        ),
        (
            change(ChangeKind.APPOINTED, (row(1, "", OWNER, ask_id=9),), name=""),
            "12:00 on 2 November 2020: A former colleague, Health inequalities lead, appointed A former colleague, "
            f"Director, as owner of an ask that is no longer asked from 1 September 2020. {LATE}",
            [],
        ),
        (
            change(ChangeKind.APPOINTED, (row(1, "Ann", ends_on=OCTOBER),), number=0),
            "12:00 on 2 November 2020: Ann, Director, was recorded as executive lead from 1 September 2020 "
            "to 31 October 2020.",
            [],
        ),
    ],
)
def test_every_change_is_a_sentence(told: Change, sentence: str, details: list[str]) -> None:
    line = history_line(told, ASKS)
    assert line.sentence == sentence
    assert [text for _, text in line.details] == details


def test_a_correction_that_cut_another_short_tells_of_both() -> None:
    """The page of ask 6.1 may correct one and end another in one change."""
    corrected = row(3, "Cat", starts_on=NOVEMBER, job_title="Chair")
    told = change(
        ChangeKind.CORRECTED, (row(1, "Ann", ends_on=OCTOBER), corrected), (ANN, row(2, "Ben", starts_on=NOVEMBER))
    )
    line = history_line(told, ASKS)
    assert "recorded was Ben, Director, from 1 November 2020; it is Cat, Chair, from 1 November 2020." in line.sentence
    assert [text for _, text in line.details] == ["the last day of Ann, Director, as executive lead is 31 October 2020"]
