"""Templates of messages to many: which fields there are, and that nothing is filled in twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.escalations.chasing import FIELDS, SUBJECT, TEXT, filled_in, unknown_fields

VALUES = {name: f"[{name}]" for name in FIELDS}


def test_the_words_to_begin_with_have_no_field_that_is_not_known() -> None:
    assert unknown_fields(SUBJECT + TEXT) == []
    assert "{" not in filled_in(SUBJECT + TEXT, VALUES)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("{Name}", ["Name"]), ("{ name }", [" name "]), ("{}", [""]), ("{{name}}", []), ("no field }{", [])],
)
def test_a_field_is_known_by_its_exact_name(text: str, unknown: list[str]) -> None:
    assert unknown_fields(text) == unknown


@given(st.text(), st.sampled_from(sorted(FIELDS)))
def test_what_is_filled_in_is_never_read_as_a_field(value: str, name: str) -> None:
    hostile = f"{{organisation}} {value} {{{name}}}"
    assert filled_in(f"{{{name}}}", VALUES | {name: hostile}) == hostile
