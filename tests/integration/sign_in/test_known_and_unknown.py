"""Whether an address has an account cannot be told from a refusal: neither by its words nor by the work behind it."""

from __future__ import annotations

from statistics import median
from time import process_time

import make
import pytest
from argon2 import PasswordHasher
from counted import statements
from flask import Flask
from integration.sign_in.second_steps import give_password, main_of, set_account

from tracker.accounts import passwords
from tracker.accounts.rules import Role

UNKNOWN = "nobody.here@example.nhs.uk"
TRIES = 7


class CountingHasher(PasswordHasher):
    """The real thing, at whatever cost it is given; it remembers how often it was asked."""

    def __init__(self, **cost: int) -> None:
        super().__init__(**cost)
        self.verified = 0

    def verify(self, *given: object) -> bool:  # type: ignore[override]
        self.verified += 1
        return bool(super().verify(*given))  # type: ignore[arg-type]


@pytest.fixture
def refused(world: make.World, robin: str) -> dict[str, tuple[str, str]]:
    """Address and password of everybody who is refused, each for a reason of its own."""
    for name in ("off", "new", "locked"):
        make.person(Role.LEAD, world.north_trust, email=f"{name}@example.nhs.uk")
    set_account("off@example.nhs.uk", is_active=False)
    set_account("new@example.nhs.uk", password_hash=None)
    set_account("locked@example.nhs.uk", locked_until=make.LONG_AGO.replace(year=2030))
    return {
        "wrong password": (robin, "three wrong newts"),
        "unknown": (UNKNOWN, "three wrong newts"),
        "switched off": ("off@example.nhs.uk", make.PASSWORD),
        "no password yet": ("new@example.nhs.uk", "three wrong newts"),
        "locked": ("locked@example.nhs.uk", make.PASSWORD),
    }


def test_every_refusal_takes_one_check_of_a_hash_and_the_same_statements(
    app: Flask, refused: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    browser = app.test_client()
    give_password(browser, UNKNOWN)  # The chain of the audit exists from here on.
    token, told, pages = make.csrf_token(browser, "/sign-in"), {}, set()
    for case, (email, password) in refused.items():
        before = hasher.verified
        with statements() as sent:
            answer = browser.post("/sign-in", data={"csrf_token": token, "email": email, "password": password})
        told[case] = list(sent)
        pages.add(main_of(answer.text).replace(email, "…"))
        assert hasher.verified == before + 1, case
    assert len(pages) == 1
    assert sum("UPDATE account " in statement for statement in told["unknown"]) == 1
    for case, sent_then in told.items():
        assert sent_then == told["unknown"], case


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_refusal_takes_as_long_for_a_known_address_as_for_an_unknown_one(
    app: Flask, robin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With argon2 at its real cost, which is most of the time that a sign-in takes."""
    real = PasswordHasher()
    monkeypatch.setattr(passwords, "_HASHER", real)
    monkeypatch.setattr(passwords, "_NOBODYS_HASH", real.hash("nobody has this password"))
    set_account(robin, password_hash=real.hash(make.PASSWORD))
    browser = app.test_client()
    token = make.csrf_token(browser, "/sign-in")
    took: dict[str, list[float]] = {robin: [], UNKNOWN: []}
    for number in range(2 * TRIES):
        email = (robin, UNKNOWN)[number % 2]
        begun = process_time()
        answer = browser.post("/sign-in", data={"csrf_token": token, "email": email, "password": "three wrong newts"})
        took[email].append(process_time() - begun)
        assert answer.status_code == 200
    begun = process_time()
    real.verify(passwords._NOBODYS_HASH, "nobody has this password")
    one_check = process_time() - begun
    known, unknown = median(took[robin]), median(took[UNKNOWN])
    # Without the check, an unknown address would be answered in a fraction of the time.
    assert min(known, unknown) > 0.5 * one_check
    assert 0.6 < known / unknown < 1.7, (known, unknown, one_check)
