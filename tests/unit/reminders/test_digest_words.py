from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.frameworks.rules import DatePrecision, StatusClass
from tracker.progress.rows import OpenItem
from tracker.reminders.digests import LONGEST_WORDING, digest_of, when
from tracker.reminders.queries import DueAsk, gather
from tracker.reminders.rules import Slot

TODAY = date(2020, 11, 2)
BASE = "https://tracker.example.test"


def ask(
    deadline_on: date,
    *,
    ref: str = "6.1",
    wording: str = "Name an executive board member",
    precision: DatePrecision | None = DatePrecision.DAY,
    is_target: bool = False,
) -> DueAsk:
    return DueAsk(1, "8ua-2020", ref, wording, deadline_on, precision, is_target, Slot("on_the_day", deadline_on))


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (ask(date(2020, 9, 21)), "Due 21 September 2020: 42 days overdue"),
        (ask(date(2020, 11, 1)), "Due 1 November 2020: 1 day overdue"),
        (ask(TODAY), "Due 2 November 2020: today"),
        (ask(date(2020, 11, 3)), "Due 3 November 2020: 1 day left"),
        (ask(date(2020, 11, 16)), "Due 16 November 2020: 14 days left"),
        (ask(date(2020, 11, 30), precision=DatePrecision.MONTH), "Due by the end of November 2020: 28 days left"),
        (ask(date(2020, 10, 31), precision=DatePrecision.MONTH), "Due by the end of October 2020: 2 days overdue"),
        (ask(date(2020, 11, 9), precision=None, is_target=True), "Agreed target 9 November 2020: 7 days left"),
    ],
)
def test_the_date_is_said_with_how_far_off_it_is(due: DueAsk, words: str) -> None:
    assert when(due, TODAY) == words


def test_the_most_urgent_comes_first_and_the_subject_counts() -> None:
    due = [ask(TODAY + timedelta(days=days), ref=f"{days}") for days in (7, -42, 0, 1, -3)]
    digest = digest_of([("XN1", "Dales", each) for each in due], on=TODAY, base_url=BASE, waiting_besides=0)
    assert [item.ask_ref for item in digest.items] == ["-42", "-3", "0", "1", "7"]
    assert digest.subject_counts == "2 overdue, 1 due today, 2 due soon"


def test_a_link_lands_on_the_update_and_every_part_of_it_is_quoted() -> None:
    digest = digest_of([("XN1", "Dales", ask(TODAY, ref="1/A ?"))], on=TODAY, base_url=BASE, waiting_besides=0)
    assert digest.items[0].link == f"{BASE}/organisations/XN1/8ua-2020/1%2FA%20%3F/update"


def test_a_long_wording_is_cut_at_a_word() -> None:
    digest = digest_of(
        [("XN1", "Dales\nHospitals", ask(TODAY, wording="word " * 100))], on=TODAY, base_url=BASE, waiting_besides=0
    )
    (item,) = digest.items
    assert len(item.wording) <= LONGEST_WORDING
    assert item.wording.endswith("word…")
    assert item.organisation == "Dales Hospitals"


def item(organisation_id: int, deadline_on: date, *, is_target: bool = False) -> OpenItem:
    return OpenItem(
        organisation_id=organisation_id,
        organisation_code=f"X{organisation_id}",
        organisation_name="Dales",
        ask_id=1,
        framework_code="8ua-2020",
        action_number="6",
        ask_ref="6.1",
        wording="Name an executive board member",
        deadline_on=deadline_on,
        precision=DatePrecision.DAY,
        is_target=is_target,
        status_class=StatusClass.NO_UPDATE,
    )


def test_what_nobody_answers_for_or_is_too_far_off_is_left_out() -> None:
    items = [item(1, TODAY), item(2, TODAY), item(1, TODAY + timedelta(days=31), is_target=True)]
    work = gather(items, TODAY, {7: (1,)})
    assert list(work.asks_of) == [1]
    assert [due.deadline_on for due in work.asks_of[1]] == [TODAY]


def test_organisations_share_one_copy_of_an_ask_and_not_of_another_deadline() -> None:
    items = [item(1, TODAY), item(2, TODAY), item(3, TODAY - timedelta(days=1))]
    work = gather(items, TODAY, {7: (1, 2, 3)})
    assert work.asks_of[1][0] is work.asks_of[2][0]
    assert work.asks_of[3][0] is not work.asks_of[1][0]
