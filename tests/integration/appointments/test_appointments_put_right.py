"""Correcting, ending and taking back who was in post: what was recorded stays readable."""

from __future__ import annotations

from datetime import date

from flask.testing import FlaskClient
from integration.appointments.posting import (
    APPOINT,
    IN_POST,
    LEAD,
    OWNER,
    TITLE,
    appoint,
    changes,
    day,
    id_of,
    person_id_of,
    send,
    stored,
    text_of,
)

from tracker.accounts.rules import Viewer
from tracker.appointments.rows import ToAppoint


def test_a_correction_keeps_what_was_recorded_and_says_both(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD)
    path, priya = f"{IN_POST}/{id_of('Priya Ravensworth')}/correct", str(person_id_of("Priya Ravensworth"))
    assert 'value="14"' in text_of(robin.get(path))
    fields = {"who": priya, "job_title": "Chief Medical Officer", "reason": "Wrong post"}
    assert send(robin, path, fields, day("starts_on", "1 9 2020"), day("ends_on", "")).location == IN_POST
    assert stored() == [("Priya Ravensworth", "executive_lead", None, date(2020, 9, 1), None)]
    assert len(stored(known=False)) == 2
    page = text_of(robin.get(IN_POST))
    assert (
        "corrected who was executive lead: recorded was Priya Ravensworth, Medical Director, from 14 September 2020; "
        "it is Priya Ravensworth, Chief Medical Officer, from 1 September 2020." in page
    )
    assert "Wrong post" in page


def test_a_correction_that_changes_nothing_or_overlaps_another_is_refused(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD)
    send(robin, APPOINT, LEAD, {"name": "Ben Second", "email": "ben@example.nhs.uk"}, day("starts_on", "1 11 2020"))
    path, priya = f"{IN_POST}/{id_of('Priya Ravensworth')}/correct", str(person_id_of("Priya Ravensworth"))
    same = {"who": priya, "job_title": "Medical Director", "reason": "-"} | day("starts_on", "14 9 2020")
    assert "Nothing is different" in text_of(send(robin, path, same, day("ends_on", "31 10 2020")))
    answer = send(robin, path, same, day("ends_on", "1 11 2020"))
    assert "Ben Second is recorded from 1 November 2020 on, which overlaps." in text_of(answer)
    assert "Enter why you correct it" in text_of(send(robin, path, same, reason=""))
    assert len(changes()) == 2


def test_ending_records_the_last_day_and_the_vacancy_begins_the_day_after(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD)
    path = f"{IN_POST}/{id_of('Priya Ravensworth')}/end"
    early = send(robin, path, day("last_day", "13 9 2020"))
    assert "The last day must be 14 September 2020, the first one, or later" in text_of(early)
    send(robin, path, day("last_day", "1 11 2020"))
    page = text_of(robin.get(IN_POST))
    assert "Vacant for 1 day, since 2 November 2020" in page
    assert "recorded the last day of Priya Ravensworth, Medical Director, as executive lead: 1 November 2020." in page
    assert "Before" in page


def test_what_never_was_so_is_taken_back_for_every_day_and_stays_readable(robin: FlaskClient) -> None:
    send(robin, APPOINT, OWNER)
    path = f"{IN_POST}/{id_of('Kit Larkin')}/take-back"
    assert "Enter what the mistake was" in text_of(send(robin, path))
    send(robin, path, reason="Another Kit")
    assert stored() == []
    page = text_of(robin.get(IN_POST))
    assert (
        f"took back that Kit Larkin, Matron, was owner of ask 2.2 of “{TITLE}” from 14 September 2020: "
        "it was recorded by mistake." in page
    )
    assert "Another Kit" in page


def test_a_long_history_is_paged_and_its_newest_stands_first(robin: FlaskClient, lead: Viewer) -> None:
    for number in range(51):
        appoint(lead, ToAppoint(None, f"Owner {number}", ""), "2.2")
    first, second = text_of(robin.get(IN_POST)), text_of(robin.get(f"{IN_POST}?page=2"))
    assert "appointed Owner 50, Matron," in first
    assert "appointed Owner 0, Matron," not in first
    assert "appointed Owner 0, Matron," in second
    assert "People in post (page 2 of 2)" in second
    assert "(page 1 of 2)" in text_of(robin.get(f"{IN_POST}?page=9")).split("</title>")[0]
