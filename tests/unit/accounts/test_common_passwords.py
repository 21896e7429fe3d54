"""Passwords that many people use, or would think of first in the NHS, are refused however they are dressed up."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from time import process_time

import pytest

from tracker.accounts import guessable
from tracker.accounts.guessable import FILLERS, WORDS
from tracker.accounts.passwords import SHORTEST, password_fault

FOLDER = Path(guessable.__file__).parent
REFUSED = "Your password is one that many people use. Three random words make a good one."

COMMON = [
    "passwordpassword",
    "PasswordPassword",
    "passwordpassword1!",
    "password password",
    "Password2020!!",
    "P@ssw0rd1234",
    "Pa55word2020",
    "letmeinletmein",
    "LetMeIn-LetMeIn",
    "Welcome@12345",
    "Admin@1234567",
    "qwertyuiop[]12",
    "qwertyuiopasdfgh",
    "1qaz2wsx3edc",
    "1q2w3e4r5t6y",
    "123qweasdzxc",
    "zxcvbnm12345",
    "1234567890123",
    "123412341234",
    "abcdabcdabcd",
    "abcd1234abcd",
    "iloveyou1234",
    "ILoveMyDog123!",
    "sunshine12345",
    "michael123456",
    "liverpoolfc1892",
    "ManchesterUnited1",
    "Arsenal-Forever",
    "Winter2020!!!",
    "Wednesday2024",
    "chocolate123!",
    "dragonmonkey12",
    "TrustNo1TrustNo1",
    "correct horse battery staple",
    "thisismypassword",
]
NHS = [
    "nationalhealthservice",
    "National Health Service 1948",
    "Healthinequalities2024",
    "health1nequal1ties",
    "Nhsengland2024!",
    "NHSmail2024!!",
    "nhs123456789",
    "nhspassword1",
    "WelcomeToTheNHS",
    "W3lcome2theNHS",
    "ILoveTheNHS!!",
    "Hospital-Ward-7",
    "hospital trust",
    "StaffNurse2024",
    "doctornurse12",
    "Coronavirus2020",
    "covid19vaccine",
    "StayHomeProtectTheNHS",
    "clapforcarers",
    "smartcard1234",
    "integratedcareboard1",
    "IntegratedCareSystem",
    "publichealthengland",
    "primary care network",
    "ActionTracker1",
    "core20plus5nhs",
    "winter2023nhs",
    "WinterPressures",
    "florencenightingale",
]
GOOD = [
    "four slow grey seals",
    "seven quiet herons",
    "five calm otters",
    "passwordharbourfennel",
    "winter kettle quarry",
    "monkey dragon sunshine",
    "patient hammock violin",
    "hospital turnip ladder",
    "the red house by the canal",
    "Trombone&Pickle7",
    "xkcd-tubular-frost",
    "k3y!Tn0-9qLw#z",
    "847261938471",
    "monkey847261938471",
    "пароль слово",
]


@pytest.mark.parametrize("password", COMMON + NHS)
def test_what_many_people_use_is_refused(password: str) -> None:
    assert len(password) >= SHORTEST
    assert password_fault(password) == REFUSED


@pytest.mark.parametrize("password", GOOD)
def test_what_only_holds_a_common_word_or_no_pattern_is_taken(password: str) -> None:
    assert password_fault(password) is None


@pytest.mark.parametrize("letters", ["lower", "upper", "digits only", "letters only", "one mark", "spaces"])
def test_no_kind_of_character_is_asked_for_or_refused(letters: str) -> None:
    examples = {
        "lower": "quiet herons gate",
        "upper": "QUIET HERONS GATE",
        "digits only": "847261938471",
        "letters only": "quietheronsgate",
        "one mark": "quiet,herons,gate",
        "spaces": "  quiet  herons  ",
    }
    assert password_fault(examples[letters]) is None


def refused_outright() -> int:
    """How many passwords of at least the shortest length two words make, without digits and marks about them."""
    return sum(len(first) + len(second) >= SHORTEST for first, second in product(WORDS, WORDS))


def test_the_lists_refuse_far_more_than_the_three_thousand_that_are_asked_for() -> None:
    """OWASP ASVS 5.0, 6.2.4: at least the 3,000 most common ones that match the service's own policy."""
    assert refused_outright() > 100_000
    assert len(guessable.COMMON) > 150
    health = {"nhs", "hospital", "nurse", "doctor", "patient", "trust", "covid", "ward", "inequalities", "icb", "ccg"}
    assert health <= WORDS
    assert {"password", "welcome", "letmein", "qwerty", "football", "summer", "monkey", "admin"} <= WORDS


def lines_of(name: str) -> list[str]:
    return [line for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_every_line_of_the_whole_passwords_is_one_that_would_otherwise_be_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = lines_of("common_passwords.txt")
    assert lines == sorted(set(lines))
    for line in lines:
        assert len(line) >= SHORTEST
        assert password_fault(line) == REFUSED, line
    monkeypatch.setattr(guessable, "COMMON", frozenset())
    assert [line for line in lines if password_fault(line)] == []


def test_every_word_is_plain_and_no_word_is_a_filler_too() -> None:
    for word in WORDS | FILLERS:
        assert word.isalnum(), word
        assert word == word.casefold(), word
    assert set() == WORDS & FILLERS


def test_no_part_of_a_password_is_kept_in_memory_for_later() -> None:
    """What was typed must not outlive its request: nothing that reads passwords is cached."""
    for name in dir(guessable):
        assert not hasattr(getattr(guessable, name), "cache_info"), name


def test_a_long_password_is_judged_quickly() -> None:
    begun = process_time()
    for endless in ("qwertyuiopasdfghjklzxcvbnm" * 5, "nhs1" * 32, "x7" * 63 + "q!"):
        password_fault(endless[:128])
    assert process_time() - begun < 1
