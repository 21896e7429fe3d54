"""Readings that are corrected or taken out: what stood before stays, with who changed it and why."""

from __future__ import annotations

from datetime import date

import make
from flask.testing import FlaskClient
from integration.measures.forms_of_measures import ADD, CHECKS, LIST, readings
from integration.measures.saying import Saying, hidden_of, reading, send, text_of, words_of

from tracker.measures.rules import ReadingKind


def correction_of(says: Saying, place: int) -> str:
    return f"{CHECKS}/readings/{says.series('ld-health-checks').readings[place].reading_id}/correct"


def test_a_correction_starts_from_what_stands_and_names_what_it_corrects(
    as_ccg_lead: FlaskClient, checked: Saying
) -> None:
    path = correction_of(checked, -1)
    page = text_of(as_ccg_lead.get(path))
    assert 'value="785"' in page
    assert 'value="1250"' in page
    fields = reading(30, 9, 2020, "745", "1250", reason="Forty were counted twice")
    assert send(as_ccg_lead, path, **fields).status_code == 302
    *_, wrong, right = readings()
    assert (wrong.numerator, right.numerator, right.corrects_id) == (785, 745, wrong.id)
    shown = words_of(as_ccg_lead.get(CHECKS))
    assert "59.6% (745 of 1,250), to 30 September 2020" in shown
    assert "corrected the reading to 30 September 2020: 59.6% (745 of 1,250), not 62.8% (785 of 1,250)" in shown
    assert "Forty were counted twice" in shown


def test_a_correction_needs_a_reason_and_a_change(as_ccg_lead: FlaskClient, checked: Saying) -> None:
    path = correction_of(checked, -1)
    assert "Enter the reason for the correction" in text_of(
        send(as_ccg_lead, path, **reading(30, 9, 2020, "745", "1250"))
    )
    same = reading(30, 9, 2020, "785", "1250", reason="Why") | {"source": "Local register"}
    assert "Nothing has changed" in text_of(send(as_ccg_lead, path, **same))
    assert len(readings()) == 3


def test_a_reading_can_be_moved_to_another_day_but_not_on_to_one_that_is_taken(
    as_ccg_lead: FlaskClient, checked: Saying
) -> None:
    path = correction_of(checked, -1)
    taken = text_of(send(as_ccg_lead, path, **reading(30, 6, 2020, "785", "1250", reason="Wrong day")))
    assert "There is a reading to 30 June 2020 already" in taken
    assert send(as_ccg_lead, path, **reading(31, 10, 2020, "785", "1250", reason="Wrong day")).status_code == 302
    assert "62.8% (785 of 1,250), to 31 October 2020" in words_of(as_ccg_lead.get(CHECKS))


def test_a_reading_that_should_not_be_there_is_taken_out_with_a_reason_and_stays_in_the_history(
    as_ccg_lead: FlaskClient, checked: Saying
) -> None:
    path = correction_of(checked, -1)
    assert "Enter the reason" in text_of(send(as_ccg_lead, path, is_withdrawn="yes"))
    # Whatever is wrong with the numbers does not matter: they are left aside.
    fields = {"is_withdrawn": "yes", "reason": "Of another measure", "numerator": "nonsense"}
    assert send(as_ccg_lead, path, **fields).status_code == 302
    assert readings()[-1].kind is ReadingKind.WITHDRAWAL
    page = words_of(as_ccg_lead.get(CHECKS))
    assert "51.2% (640 of 1,250), to 30 June 2020" in page
    assert "took out the reading to 30 September 2020: 62.8% (785 of 1,250)" in page
    assert as_ccg_lead.get(path).status_code == 404


def test_a_reading_that_somebody_takes_out_meanwhile_is_told_and_nothing_typed_is_lost(
    as_ccg_lead: FlaskClient, checked: Saying
) -> None:
    path = correction_of(checked, -1)
    hidden = hidden_of(as_ccg_lead, path)
    checked.withdraw("ld-health-checks", checked.series("ld-health-checks").readings[-1].reading_id)
    fields = reading(30, 9, 2020, "745", "1250", reason="Counted twice")
    response = as_ccg_lead.post(path, data=hidden | fields)
    assert response.status_code == 409
    assert 'value="745"' in text_of(response)
    assert "This reading has been taken out meanwhile." in words_of(response)


def test_an_old_address_of_a_corrected_reading_corrects_the_one_that_counts(
    as_ccg_lead: FlaskClient, checked: Saying
) -> None:
    path = correction_of(checked, -1)
    for number in ("745", "746"):
        send(as_ccg_lead, path, **reading(30, 9, 2020, number, "1250", reason="Again"))
    *_, first, second, third = readings()
    assert (second.corrects_id, third.corrects_id) == (first.id, second.id)


def test_a_reading_of_another_measure_or_organisation_cannot_be_corrected_here(
    as_ccg_lead: FlaskClient, ccg_says: Saying, says: Saying
) -> None:
    says.add("ethnicity-recorded", date(2020, 9, 30), 900, 1_000)
    (foreign,) = readings()
    path = f"{LIST}/ethnicity-recorded/readings/{foreign.id}/correct"
    assert as_ccg_lead.get(path).status_code == 404
    token = make.csrf_token(as_ccg_lead, ADD)
    fields = reading(30, 9, 2020, "1", "1000", reason="Mine now", csrf_token=token, version="0")
    assert as_ccg_lead.post(path, data=fields).status_code == 404
    assert len(readings()) == 1
