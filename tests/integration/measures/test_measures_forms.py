"""The forms of measures: what they ask, what bad input gets, and that two people at once lose nothing."""

from __future__ import annotations

import re
from datetime import date

import make
import pytest
from flask.testing import FlaskClient
from integration.measures.forms_of_measures import ADD, AIM, CHECKS, LIST, aims, readings
from integration.measures.saying import Saying, hidden_of, reading, send, text_of, words_of

from tracker.accounts.rules import Role


def test_a_reading_is_saved_with_its_source_and_told_once(as_ccg_lead: FlaskClient) -> None:
    response = send(as_ccg_lead, ADD, **reading(30, 9, 2020, "1,674", "2 500"))
    assert response.headers["Location"] == CHECKS
    page = words_of(as_ccg_lead.get(CHECKS))
    assert "The reading is saved." in page
    assert "66.9% (1,674 of 2,500), to 30 September 2020" in page
    assert "0.1 percentage points below 67%" in page
    assert "Local register, October 2020" in page
    (stored,) = readings()
    assert (stored.numerator, stored.denominator, stored.is_rounded) == (1674, 2500, False)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (reading(30, 9, 2020, "", "100"), "Enter the numerator"),
        (reading(30, 9, 2020, "67%", "100"), "“67%” is not a whole number"),
        (reading(30, 9, 2020, "67%", "100"), "the percentage is worked out for you"),
        (reading(30, 9, 2020, "67.5", "100"), "“67.5” is not a whole number"),
        (reading(30, 9, 2020, "-5", "100"), "“-5” is not a whole number"),
        (reading(30, 9, 2020, "1" * 12, "100"), "it must be a whole number from 0 to 999,999,999"),
        (reading(30, 9, 2020, "1" * 20, "100"), f"“{'1' * 20}” is not a whole number"),
        (reading(30, 9, 2020, "0", "0"), "The denominator must be 1 or more"),
        (reading(30, 9, 2020, "120", "100"), "it is more than what it is a part of (120 of 100)"),
        (reading(30, 9, 2020, "50", ""), "Enter the denominator"),
        (reading(30, 9, 2020, "50", "100", source=" "), "Enter where the numbers come from"),
        (reading(30, 9, 2020, "50", "100", source="x" * 301), "must be 300 characters or fewer"),
        (reading(30, 9, 2020, "50", "100", source="A\x07B"), "has a hidden character"),
        (reading(3, 11, 2020, "50", "100"), "The last day of the period must be today or in the past"),
        (reading(31, 3, 2015, "50", "100"), "The last day of the period must be 1 April 2015 or later"),
        (reading(31, 9, 2020, "50", "100"), "31 September 2020 is not a real date"),
        ({"numerator": "50", "denominator": "100", "source": "x"}, "Enter the last day of the period"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_saves_nothing(
    as_ccg_lead: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    response = send(as_ccg_lead, ADD, **fields)
    page = text_of(response)
    assert response.status_code == 200
    assert "There is a problem" in page
    assert page.count(sentence) >= 2, "the summary and the field say the same"
    assert f'value="{fields["numerator"]}"' in page
    assert readings() == []


@pytest.mark.parametrize("day", [(1, 4, 2015), (2, 11, 2020)])
def test_the_first_and_the_last_day_that_a_period_can_end_on(
    as_ccg_lead: FlaskClient, day: tuple[int, int, int]
) -> None:
    assert send(as_ccg_lead, ADD, **reading(*day, "50", "100")).status_code == 302


def test_a_second_reading_to_the_same_day_is_sent_to_the_correction(as_ccg_lead: FlaskClient, checked: Saying) -> None:
    page = text_of(send(as_ccg_lead, ADD, **reading(30, 9, 2020, "50", "100")))
    assert "There is a reading to 30 September 2020 already. Correct that one instead" in page
    assert len(readings()) == 3


def test_the_form_says_not_to_enter_numbers_that_identify_people(as_ccg_lead: FlaskClient) -> None:
    page = words_of(as_ccg_lead.get(ADD))
    assert "Do not enter numbers that could identify people." in page
    assert "People aged 14 and over on the learning disability register who have had a check" in page


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(("3", "41"), (5, 40)), (("38", "41"), (40, 40)), (("0", "6"), (0, 5)), (("7", "7"), (5, 5))],
)
def test_small_numbers_are_rounded_before_they_are_kept_and_the_page_says_so(
    as_ccg_lead: FlaskClient, typed: tuple[str, str], kept: tuple[int, int]
) -> None:
    send(as_ccg_lead, ADD, **reading(30, 9, 2020, *typed))
    (stored,) = readings()
    assert ((stored.numerator, stored.denominator), stored.is_rounded) == (kept, True)
    page = words_of(as_ccg_lead.get(CHECKS))
    assert "Both numbers were rounded to the nearest 5" in page
    assert "about" in page
    assert "Rounded to the nearest 5" in page


def test_a_rounded_value_is_not_said_to_have_reached_a_target_that_it_may_have_missed(
    as_ccg_lead: FlaskClient,
) -> None:
    send(as_ccg_lead, ADD, **reading(30, 9, 2020, "7", "10"))  # 5 of 10 once rounded, and it was 70%
    page = words_of(as_ccg_lead.get(CHECKS))
    assert "Too close to 67% to tell, because the counts are rounded" in page
    assert "Target reached" not in page


def test_numbers_of_things_that_are_not_people_are_kept_as_they_are(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    page = "/organisations/XN1/measures/pathways-reviewed/add"
    assert "identify people" not in words_of(client.get(page))
    send(client, page, **reading(30, 9, 2020, "3", "8"))
    (stored,) = readings()
    assert (stored.numerator, stored.denominator, stored.is_rounded) == (3, 8, False)


def test_a_form_sent_twice_is_saved_once(as_ccg_lead: FlaskClient) -> None:
    data = hidden_of(as_ccg_lead, ADD) | reading(30, 9, 2020, "50", "100")
    for _ in range(2):
        assert as_ccg_lead.post(ADD, data=data).status_code == 302
    assert len(readings()) == 1
    assert "Nothing was saved twice." in text_of(as_ccg_lead.get(CHECKS))


def test_whoever_is_slower_is_told_keeps_what_they_typed_and_can_save_after(
    as_ccg_lead: FlaskClient, ccg_says: Saying
) -> None:
    hidden = hidden_of(as_ccg_lead, ADD)
    ccg_says.add("ld-health-checks", date(2020, 6, 30), 640, 1_250)
    response = as_ccg_lead.post(ADD, data=hidden | reading(30, 9, 2020, "785", "1250"))
    page = text_of(response)
    assert response.status_code == 409
    assert 'value="785"' in page
    assert "51.2% (640 of 1,250), to 30 June 2020" in page, "what the other one saved"
    assert len(readings()) == 1
    again = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', page.split("<main")[1]))
    assert as_ccg_lead.post(ADD, data=again | reading(30, 9, 2020, "785", "1250")).status_code == 302
    assert len(readings()) == 2


def test_an_expired_form_keeps_what_was_typed(as_ccg_lead: FlaskClient) -> None:
    response = as_ccg_lead.post(ADD, data=reading(30, 9, 2020, "785", "1250") | {"csrf_token": "old", "version": "0"})
    assert 'value="785"' in text_of(response)
    assert readings() == []


# Corrections


# Baselines and targets


def test_a_baseline_and_a_target_are_set_from_the_readings_and_shown(as_ccg_lead: FlaskClient, checked: Saying) -> None:
    first = checked.series("ld-health-checks").readings[0]
    sent = {"baseline": str(first.reading_id), "target": "65%", "target_on__day": "31", "target_on__month": "12"}
    assert send(as_ccg_lead, AIM, **sent, target_on__year="2020", reason="A step on the way").status_code == 302
    page = words_of(as_ccg_lead.get(CHECKS))
    assert "65% by 31 December 2020 2.2 percentage points below 65%" in page
    assert "set the baseline to the reading to 31 March 2020 and the target to 65% by 31 December 2020" in page
    assert "A step on the way" in page
    assert "67% by 31 March 2021" in page, "the national target stays"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Nothing has changed"),
        ({"target": "66.96"}, "is not a number with at most one decimal place"),
        ({"target": "most"}, "“most” is not a number"),
        ({"target": "101"}, "a percentage of a whole cannot be more than 100"),
        ({"baseline": "99999"}, "choose one of the answers that are offered"),
        (
            {"target_on__day": "31", "target_on__month": "12", "target_on__year": "2020"},
            "Enter the target, or take out",
        ),
        (
            {"target": "65", "target_on__day": "1", "target_on__month": "11", "target_on__year": "2020"},
            "must be today or later",
        ),
    ],
)
def test_a_target_that_cannot_be_gets_a_sentence(
    as_ccg_lead: FlaskClient, checked: Saying, fields: dict[str, str], sentence: str
) -> None:
    assert text_of(send(as_ccg_lead, AIM, **fields)).count(sentence) >= 2
    assert aims() == []


def test_a_revision_needs_a_reason_and_what_held_before_stays(as_ccg_lead: FlaskClient, checked: Saying) -> None:
    checked.aim("ld-health-checks", 650, reason="")
    assert 'value="65"' in text_of(as_ccg_lead.get(AIM))
    assert "Enter the reason for the change" in text_of(send(as_ccg_lead, AIM, target="60"))
    assert send(as_ccg_lead, AIM, target="60", reason="A ward closed").status_code == 302
    assert [aim.target_tenths for aim in aims()] == [650, 600]
    page = words_of(as_ccg_lead.get(CHECKS))
    assert page.index("the target to 60%") < page.index("the target to 65%")


def test_a_measure_that_is_only_watched_offers_no_target(client: FlaskClient, world: make.World, says: Saying) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    says.add("activity-most-deprived", date(2020, 9, 30), 260, 1_000)
    path = "/organisations/XN1/measures/activity-most-deprived/baseline-and-target"
    assert "Own target" not in text_of(client.get(path))
    assert "Nothing has changed" in text_of(send(client, path, target="50"))


# Measures of one's own


@pytest.mark.parametrize("role", [Role.BOARD, Role.REGION, Role.NATIONAL])
def test_whoever_only_reads_is_offered_no_form(
    client: FlaskClient, world: make.World, checked: Saying, role: Role
) -> None:
    body = {Role.BOARD: world.north_ccg, Role.REGION: world.north_region, Role.NATIONAL: None}[role]
    make.sign_in(client, role, body)
    for path in (LIST, CHECKS):
        page = text_of(client.get(path))
        assert "/add" not in page
        assert "/correct" not in page
