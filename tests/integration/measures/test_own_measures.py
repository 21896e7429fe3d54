"""Measures that an organisation adds of its own: what they need, what can be corrected, and whose they are."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.measures.forms_of_measures import CHECKS, LIST
from integration.measures.saying import OWN_MEASURE, Saying, hidden_of, send, text_of, words_of

from tracker.db import session
from tracker.measures.models import OwnMeasure


def test_an_organisation_adds_a_measure_of_its_own_with_its_target(as_ccg_lead: FlaskClient) -> None:
    response = send(as_ccg_lead, f"{LIST}/add", **OWN_MEASURE, target="80")
    assert response.headers["Location"] == f"{LIST}/own-1"
    page = words_of(as_ccg_lead.get(f"{LIST}/own-1"))
    assert "Letters in other languages" in page
    assert "Measures of your own" in page
    assert "Own target 80%" in page
    assert "Letters in other languages" in words_of(as_ccg_lead.get(LIST))


def test_a_measure_of_one_s_own_can_belong_to_an_ask_that_the_address_names(as_ccg_lead: FlaskClient) -> None:
    page = text_of(as_ccg_lead.get(f"{LIST}/add"))
    ask_id, _ = re.search(r'<option value="(\d+)"[^>]*>([^<]*, 7\.1: )', page).groups()  # type: ignore[union-attr]
    chosen = text_of(as_ccg_lead.get(f"{LIST}/add?ask={ask_id}"))
    assert re.search(rf'<option value="{ask_id}" selected', chosen)
    send(as_ccg_lead, f"{LIST}/add", **OWN_MEASURE, ask=ask_id)
    assert "Ask 7.1" in words_of(as_ccg_lead.get(LIST))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Enter the name of the measure"),
        ({"numerator_words": ""}, "Enter what the numerator counts"),
        ({"denominator_words": ""}, "Enter what the denominator counts"),
        ({"unit": "count"}, "A count has no denominator"),
        ({"unit": "", "denominator_words": "x"}, "Choose how the measure is worked out"),
        ({"direction": ""}, "Choose which way is better"),
        ({"counts_people": ""}, "Choose whether the measure counts people"),
        ({"target": "101"}, "a percentage of a whole cannot be more than 100"),
        ({"direction": "watched", "target": "50"}, "this measure is only watched, so it has none"),
        ({"unit": "count", "denominator_words": "", "target": "2.5"}, "it must be a whole number"),
        ({"unit": "made-up"}, "choose one of the answers that are offered"),
    ],
)
def test_a_measure_that_cannot_be_gets_a_sentence_and_adds_nothing(
    as_ccg_lead: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    response = send(as_ccg_lead, f"{LIST}/add", **(OWN_MEASURE | change))
    assert text_of(response).count(sentence) >= 2
    assert session().scalar(sa.select(sa.func.count()).select_from(OwnMeasure)) == 0


def test_a_second_measure_of_the_same_name_is_refused_and_a_double_click_adds_one(as_ccg_lead: FlaskClient) -> None:
    data = hidden_of(as_ccg_lead, f"{LIST}/add") | OWN_MEASURE
    for _ in range(2):
        assert as_ccg_lead.post(f"{LIST}/add", data=data).headers["Location"] == f"{LIST}/own-1"
    again = text_of(send(as_ccg_lead, f"{LIST}/add", **(OWN_MEASURE | {"name": "LETTERS in other languages"})))
    assert "Your organisation has a measure of this name already" in again


def test_what_a_measure_is_called_can_be_corrected_and_how_it_is_worked_out_cannot(
    as_ccg_lead: FlaskClient, ccg_says: Saying
) -> None:
    key = ccg_says.own("Interpretors offered")
    path = f"{LIST}/{key}/words"
    assert 'value="Interpretors offered"' in text_of(as_ccg_lead.get(path))
    assert 'name="unit"' not in text_of(as_ccg_lead.get(path))
    words = {"name": "Interpreters offered", "numerator_words": "Offered", "denominator_words": "Needed"}
    assert send(as_ccg_lead, path, **words).status_code == 302
    assert "Interpreters offered" in words_of(as_ccg_lead.get(f"{LIST}/{key}"))
    assert as_ccg_lead.get(f"{CHECKS}/words").status_code == 404, "a national measure is not theirs to rename"


def test_a_measure_of_one_organisation_is_no_measure_of_another(
    as_ccg_lead: FlaskClient, ccg_says: Saying, says: Saying
) -> None:
    says.own("Of the trust")
    assert as_ccg_lead.get(f"{LIST}/own-1").status_code == 404
    ccg_says.own("Of the CCG")
    assert "Of the CCG" in words_of(as_ccg_lead.get(f"{LIST}/own-1"))
