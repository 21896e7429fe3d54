"""What an entry says and is known by, how many fit into a calendar, and how the file is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tracker.calendars import ics
from tracker.calendars.entries import Entry, Writer, ask_words, deadline_words
from tracker.calendars.rows import AskDate, Dates, EvidenceDate, Place, ReturnDate
from tracker.calendars.rules import MOST_ENTRIES, Occasion, nearest, sequence_of, uid_of, window
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import Confidence, DateKind, DatePrecision

TODAY, AT = date(2020, 11, 2), datetime(2020, 8, 3, 9, tzinfo=UTC)
WRITER = Writer("https://tracker.example.nhs.uk:8443/tracker")
HERE = Place("XN1", "Dales Hospitals NHS Trust")
ASK = AskFacts(
    ask_id=1,
    framework_id=1,
    framework_code="8ua-2020",
    framework_title="Eight urgent actions",
    action_number="2",
    action_title="Restore",
    action_label="Restore",
    ref="2.2",
    wording="Restore services inclusively.",
    date_kind=DateKind.BY,
    national_on=date(2020, 10, 31),
    precision=DatePrecision.DAY,
    season="",
    confidence=next(iter(Confidence)),
    records_lead=False,
    effective_from=date(2020, 7, 31),
    effective_to=None,
    is_adopted=False,
    order=(1, 1, 1),
    types=frozenset(),
)
DUE = AskDate(HERE, ASK, date(2020, 10, 31), False, date(2020, 10, 31), "No update", None, 0, AT)


def entry(on: date = TODAY, number: int = 0, **changes: object) -> Entry:
    made = Entry(f"{number}@host", on, "Summary", "Description", "https://tracker.example/", 0, AT)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (DUE, "National date: 31 October 2020."),
        (
            replace(
                DUE,
                ask=replace(ASK, precision=DatePrecision.MONTH),
                on=date(2021, 3, 31),
                national_on=date(2021, 3, 31),
            ),
            "National date: by the end of March 2021.",
        ),
        (
            replace(DUE, is_target=True, on=date(2020, 11, 30)),
            "Agreed target: 30 November 2020. National date: 31 October 2020.",
        ),
        (replace(DUE, is_target=True, on=date(2020, 11, 30), national_on=None), "Agreed target: 30 November 2020."),
    ],
)
def test_it_says_by_when_and_who_set_the_date(due: AskDate, said: str) -> None:
    assert deadline_words(due) == said


def test_every_kind_of_date_is_an_entry_with_a_link_that_needs_a_sign_in() -> None:
    dates = Dates(
        deadlines=(DUE,),
        reviews=(replace(DUE, on=date(2020, 12, 1), said_on=date(2020, 10, 1)),),
        evidence=(EvidenceDate(HERE, 7, (ASK, replace(ASK, ref="6.1")), date(2021, 1, 1), 2, AT),),
        returns=(ReturnDate(HERE, date(2021, 2, 1), AT),),
    )
    found = {each.uid.partition("@")[0]: each for each in WRITER.entries_of(dates, TODAY)}
    base = "https://tracker.example.nhs.uk:8443/tracker/organisations/XN1"
    assert {name: each.link for name, each in found.items()} == {
        "XN1/8ua-2020/2.2/deadline": f"{base}/8ua-2020/2.2",
        "XN1/8ua-2020/2.2/review": f"{base}/8ua-2020/2.2",
        "XN1/7/evidence": f"{base}/evidence/7",
        "XN1/2021-02-01/return": f"{base}/returns",
    }
    assert {each.uid.partition("@")[2] for each in found.values()} == {"tracker.example.nhs.uk"}
    assert [each.on for each in found.values()] == sorted(each.on for each in found.values())


def test_a_long_wording_is_cut_between_words() -> None:
    words = ask_words(replace(ASK, wording="word " * 40))
    assert len(words) <= 75
    assert words.endswith("word…")


def test_what_an_entry_is_known_by_does_not_change_with_its_date_and_its_sequence_only_grows() -> None:
    moved = replace(DUE, on=date(2021, 1, 1), is_target=True, sequence=1)
    (before,), (after,) = (WRITER.entries_of(Dates(deadlines=(each,)), TODAY) for each in (DUE, moved))
    assert before.uid == after.uid == uid_of("tracker.example.nhs.uk", Occasion.DEADLINE, "XN1", "8ua-2020", "2.2")
    assert before.sequence < after.sequence
    assert sequence_of(1, 1) < sequence_of(2, 1) < sequence_of(2, 2)


def test_of_too_many_the_furthest_past_are_left_out() -> None:
    ahead = [(TODAY + timedelta(days=number), f"ahead {number}") for number in range(MOST_ENTRIES - 10)]
    past = [(TODAY - timedelta(days=number), f"past {number}") for number in range(1, 21)]
    kept = nearest([*past, *ahead], TODAY)
    assert len(kept) == MOST_ENTRIES
    assert kept >= {name for _, name in ahead}
    assert kept >= {name for _, name in past[:10]}


def test_the_window_keeps_the_day_of_the_month_where_there_is_one() -> None:
    assert window(date(2020, 2, 29)) == (date(2019, 2, 28), date(2022, 2, 28))


def test_the_same_entries_give_the_same_bytes_and_mark_and_another_gives_others() -> None:
    first, again = ([entry(number=number) for number in range(3)] for _ in range(2))
    assert ics.written("Name", "About", first) == ics.written("Name", "About", again)
    assert ics.fingerprint("Name", "About", first) == ics.fingerprint("Name", "About", again)
    for other in (
        entry(on=date(2021, 1, 1)),
        entry(sequence=1),
        entry(summary="Other"),
        entry(changed_at=AT.replace(hour=1)),
    ):
        assert ics.fingerprint("Name", "About", [other]) != ics.fingerprint("Name", "About", [entry()])
        assert ics.written("Name", "About", [other]) != ics.written("Name", "About", [entry()])


def test_an_entry_lasts_one_whole_day_blocks_no_time_and_alarms_nobody() -> None:
    content = ics.written("Name", "About", [entry()])
    assert b"DTSTART;VALUE=DATE:20201102\r\n" in content
    assert b"DTEND;VALUE=DATE:20201103\r\n" in content
    assert b"DTSTAMP:20200803T090000Z\r\n" in content
    assert b"TRANSP:TRANSPARENT\r\n" in content
    assert b"VALARM" not in content


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=200))
@settings(max_examples=25, phases=[Phase.generate], deadline=None)
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    content = ics.written("Name", "About", [entry(summary=text)])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (read,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert str(read["SUMMARY"]) == text
