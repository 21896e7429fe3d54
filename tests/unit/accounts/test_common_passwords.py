"""Passwords that many people use are refused, however they are dressed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.accounts import passwords
from tracker.accounts.passwords import SHORTEST, password_fault

LIST = Path(passwords.__file__).with_name("common_passwords.txt")


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "PasswordPassword",
        "passwordpassword1!",
        "password password",
        "Password2020!!",
        "letmeinletmein",
        "LetMeIn-LetMeIn",
        "nationalhealthservice",
        "National Health Service 1948",
        "qwertyuiop[]12",
        "1234567890123",
        "Winter2020!!!",
        "Healthinequalities2024",
    ],
)
def test_a_password_that_many_people_use_is_refused(password: str) -> None:
    assert password_fault(password) == (
        "Your password is one that many people use. Three random words make a good one."
    )


@pytest.mark.parametrize(
    "password", ["four slow grey seals", "passwordharbourfennel", "winter kettle quarry", "847261938471"]
)
def test_a_password_that_only_holds_a_common_word_is_taken(password: str) -> None:
    assert password_fault(password) is None


def test_every_line_of_the_list_is_one_that_would_otherwise_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) > 150
    assert len(lines) == len(set(lines))
    for line in lines:
        assert len(line) >= SHORTEST
        assert "many people use" in (password_fault(line) or ""), line
    monkeypatch.setattr(passwords, "COMMON", frozenset())
    assert [line for line in lines if password_fault(line)] == []
