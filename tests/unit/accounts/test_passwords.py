"""What a password must be, and how it is kept."""

from __future__ import annotations

import pytest

from tracker.accounts import passwords
from tracker.accounts.passwords import hash_password, is_password, password_fault

LONG = "kestrel lamps " * 9 + "ot"
"""128 characters."""


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elevenchars", "at least 12 characters"),
        ("twelve chars", None),
        ("x" * 12, "repeats the same few characters"),
        ("abcabcabcabc", "repeats the same few characters"),
        ("heron gate!!", None),
        (LONG, None),
        (LONG + "d", "128 characters or fewer"),
        ("пароль слово", None),
        ("", "at least 12 characters"),
    ],
)
def test_a_password_is_refused_on_the_far_side_of_each_edge(password: str, said: str | None) -> None:
    fault = password_fault(password)
    assert fault is None if said is None else fault is not None and said in fault


def test_a_hash_is_argon2id_salted_and_opens_only_to_its_password() -> None:
    kept = hash_password("seven quiet herons")
    assert kept.startswith("$argon2id$")
    assert kept != hash_password("seven quiet herons")
    assert "herons" not in kept
    assert is_password(kept, "seven quiet herons")
    assert not is_password(kept, "seven quiet heron")
    assert not is_password(kept, "")


def test_no_password_opens_an_account_that_has_none() -> None:
    assert not is_password(None, "")
    # Not even the one that unknown addresses are checked against to take as long.
    assert not is_password(None, "nobody has this password")


def test_a_damaged_hash_opens_to_nothing() -> None:
    assert not is_password("not a hash", "seven quiet herons")
    assert not is_password("$argon2id$v=19$m=65536,t=3,p=4$cut", "seven quiet herons")


def test_an_unknown_account_is_checked_against_a_hash_as_dear_as_a_true_one() -> None:
    # The cost stands in the first fields of the text: algorithm, version, memory, passes, lanes.
    nobodys, somebodys = passwords._NOBODYS_HASH, hash_password("seven quiet herons")
    assert nobodys.split("$")[1:4] == somebodys.split("$")[1:4]
