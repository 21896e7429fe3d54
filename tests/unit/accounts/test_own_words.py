"""Nobody's password is made of what everybody knows of them: their name, address and organisation."""

from __future__ import annotations

from time import process_time

import pytest

from tracker.accounts.guessable import own_words
from tracker.accounts.passwords import SHORTEST, password_fault

ADMIN = ("First Admin", "first.admin@admin.example.nhs.uk")
HELEN = ("Helen Thackray", "h.thackray@northdale.example.nhs.uk", "Northdale Hospitals NHS Foundation Trust", "XND")
SIOBHAN = ("Siobhán O’Connell-Ngô", "siobhan.oconnell@example.nhs.uk")

OWN = [
    ("first.admin.example", ADMIN),
    ("FirstAdmin2024!", ADMIN),
    ("first.admin@admin.example.nhs.uk", ADMIN),
    ("Helen Thackray", HELEN),
    ("thackray-helen", HELEN),
    ("H3len-Thackr4y", HELEN),
    ("hthackray2020!", HELEN),
    ("Thackray1972Thackray", HELEN),
    ("northdalehospitals", HELEN),
    ("Northdale Hospitals NHS Foundation Trust", HELEN),
    ("XND-Thackray-7", HELEN),
    ("thackray dragon winter", HELEN),
    ("Siobhán Ngô 19", SIOBHAN),
    ("siobhan-ngo-19", SIOBHAN),
    ("oconnell oconnell", SIOBHAN),
    ("O'Connell-Dragon", SIOBHAN),
]
FREE = [
    ("northdale turnip ladder", HELEN),
    ("thackray harbour fennel", HELEN),
    ("four slow grey seals", HELEN),
    ("the red house by the canal", ADMIN),
    ("ninety ngo puffins", SIOBHAN),
]


@pytest.mark.parametrize(("password", "about"), OWN)
def test_a_password_of_own_words_is_refused_and_the_sentence_says_why(password: str, about: tuple[str, ...]) -> None:
    assert len(password) >= SHORTEST
    fault = password_fault(password, about)
    assert fault is not None
    assert "many people use" in fault or "own name, email address or organisation" in fault


@pytest.mark.parametrize(
    "password", ["Helen Thackray", "northdalehospitals", "thackray dragon winter", "thackray-helen-northdale"]
)
def test_what_is_own_to_one_person_is_anybody_elses_to_choose(password: str) -> None:
    said = "Your password is made of your own name, email address or organisation. Three random words make a good one."
    assert password_fault(password, HELEN) == said
    assert password_fault(password, ("Priya Ravensworth", "priya@example.nhs.uk", "Southvale Care Trust")) is None


@pytest.mark.parametrize(("password", "about"), FREE)
def test_an_own_word_among_random_ones_is_taken(password: str, about: tuple[str, ...]) -> None:
    assert password_fault(password, about) is None


def test_two_letters_of_a_name_are_no_word() -> None:
    assert own_words(["Li An Wu", "li@x.uk"]) == {"lianwu", "xuk"}
    assert password_fault("quiet liquid herons", ("Li An Wu", "li@x.uk")) is None


def test_nothing_about_somebody_refuses_nothing() -> None:
    assert own_words(["", "  ", "–"]) == frozenset()
    assert password_fault("and so it was as it is", ["", "–"]) == password_fault("and so it was as it is")


def test_a_long_name_of_an_organisation_is_judged_quickly() -> None:
    about = ("x" * 200, " ".join(f"word{number}" for number in range(40)), "y" * 254)
    begun = process_time()
    password_fault("x" * 60 + "yz!" + "q" * 60, about)
    assert process_time() - begun < 1
