"""The register of personal data against the whole schema: nothing new is stored about people without standing in it."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from tracker.people.personal_data import ACCOUNT, AUDIT_ABOUT_THEM, PERSON, SECTIONS
from tracker.people.personal_texts import TEXTS, Holds
from tracker.schema import METADATA

ALL = (PERSON, ACCOUNT, *SECTIONS)


def test_every_column_that_refers_to_a_person_or_an_account_is_the_key_of_a_part_of_the_export() -> None:
    referring = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ("person", "account")
    }
    assert len(referring) > 12
    assert {(section.table, section.by) for section in ALL} - {("person", "id")} == referring


@pytest.mark.parametrize("section", [*ALL, AUDIT_ABOUT_THEM], ids=lambda section: section.name)
def test_every_column_is_shown_said_or_left_out_and_once_only(section) -> None:
    told = Counter([section.by, *section.shown, *section.said, *section.left_out])
    assert set(told) | {"id"} == {column.name for column in METADATA.tables[section.table].columns}
    assert [name for name, times in told.items() if times > 1] == []


@pytest.mark.parametrize("section", ALL, ids=lambda section: section.name)
def test_nothing_that_opens_anything_is_shown(section) -> None:
    assert [name for name in section.shown if any(word in name for word in ("hash", "secret", "token", "key"))] == []


def test_every_column_of_text_is_known_for_what_it_may_hold() -> None:
    texts = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String | sa.JSON | sa.LargeBinary) and not isinstance(column.type, sa.Enum)
    }
    assert len(texts) > 60
    assert set(TEXTS) == texts


def test_long_texts_are_never_taken_for_codes() -> None:
    """What can hold a sentence can hold a name."""
    long = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Text)
    }
    assert {place for place in long if TEXTS[place] is Holds.CODE} == set()


def test_names_of_the_parts_are_told_apart() -> None:
    names = [section.name for section in (*ALL, AUDIT_ABOUT_THEM)]
    assert len(set(names)) == len(names)
