"""Codes of authenticators against the table of RFC 6238, and the window in which one is taken."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from tracker.sign_in import totp

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2020, 11, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, tz=UTC)
    assert totp.code_of(RFC_SECRET, totp.step_of(now)) == code
    assert totp.matching_step(RFC_SECRET, code, now, None) == totp.step_of(now)


@pytest.mark.parametrize("seconds_away", range(-90, 120, 15))
def test_a_code_is_taken_in_its_own_half_minute_and_in_the_ones_beside_it(seconds_away: int) -> None:
    step = totp.step_of(NOON)
    found = totp.matching_step(RFC_SECRET, totp.code_of(RFC_SECRET, step), NOON + timedelta(seconds=seconds_away), None)
    assert found == (step if -30 <= seconds_away < 60 else None)


@pytest.mark.parametrize(("last", "is_taken"), [(None, True), (-1, True), (0, False), (1, False)])
def test_a_step_at_or_before_the_last_one_taken_never_matches(last: int | None, is_taken: bool) -> None:
    here = totp.step_of(NOON)
    last_step = None if last is None else here + last
    assert (totp.matching_step(RFC_SECRET, totp.code_of(RFC_SECRET, here), NOON, last_step) == here) is is_taken


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٠٠٥٩٢٤", "-05924", "005924\n1"])
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert totp.matching_step(RFC_SECRET, typed, datetime.fromtimestamp(1234567890, tz=UTC), None) is None


def test_every_secret_is_new_and_160_bits_long() -> None:
    secrets = {totp.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}
