"""Adds a measure of an organisation's own, and corrects its words; never commits. It knows no reading."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from tracker import clock
from tracker.db import session
from tracker.measures.models import OWN_MEASURES, MeasureHead, OwnMeasure
from tracker.measures.parsing import OWN
from tracker.measures.queries import MeasureNotFound
from tracker.measures.rules import Direction, Unit
from tracker.measures.speaking import NO_FORM, Form, Refused, Speaker, check_version, locked_head, record_change


@dataclass(frozen=True, slots=True)
class Words:
    """What a measure is called and what is counted; it may belong to an ask."""

    name: str
    numerator: str
    denominator: str
    ask_id: int | None


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """A new measure. How it is reckoned can never change, because its readings would mean something else."""

    words: Words
    unit: Unit
    direction: Direction
    counts_people: bool


@dataclass(frozen=True, slots=True)
class Added:
    """The key of a measure, and whether it was added just now or by the same form before."""

    key: str
    is_new: bool


def add_measure(by: Speaker, entry: OwnEntry, form: Form = NO_FORM) -> Added:
    """Add a measure, followed from today on. The same form sent twice adds one.

    Raises Refused where the organisation has a measure of that name.
    """
    counter = locked_head(by, OWN_MEASURES)
    if form.submission_key is not None:
        saved = session().scalar(
            sa.select(OwnMeasure.measure_code).where(OwnMeasure.submission_key == form.submission_key)
        )
        if saved is not None:
            return Added(saved, is_new=False)
    _check_name(by, entry.words.name, "")
    counter.version += 1
    key = f"{OWN}{counter.version}"
    head = locked_head(by, key)
    row = _row(by, key, entry.words, form)
    row.unit, row.direction, row.counts_people = entry.unit, entry.direction, entry.counts_people
    row.starts_on = clock.today()
    _add(head, row)
    record_change(
        by, key, "measure added", {"measure": row.id, "unit": row.unit.value, "direction": row.direction.value}
    )
    return Added(key, is_new=True)


def correct_words(by: Speaker, key: str, words: Words, form: Form) -> bool:
    """Correct what a measure of one's own is called; what it was called stays known. False where nothing was to do."""
    head = locked_head(by, key)
    was = _known(by, key)
    if was.submission_key is not None and was.submission_key == form.submission_key:
        return False
    check_version(head, form)
    if words == Words(was.name, was.numerator_words, was.denominator_words, was.ask_id):
        return False
    _check_name(by, words.name, key)
    was.superseded_at = clock.now()
    session().flush()
    row = _row(by, key, words, form)
    row.unit, row.direction, row.counts_people, row.starts_on = (
        was.unit,
        was.direction,
        was.counts_people,
        was.starts_on,
    )
    _add(head, row)
    record_change(by, key, "measure corrected", {"measure": row.id}, {"measure": was.id})
    return True


def _known(by: Speaker, key: str) -> OwnMeasure:
    found = session().scalar(
        sa.select(OwnMeasure).where(
            OwnMeasure.organisation_id == by.organisation.organisation_id,
            OwnMeasure.measure_code == key,
            OwnMeasure.superseded_at.is_(None),
        )
    )
    if found is None:
        raise MeasureNotFound
    return found


def _check_name(by: Speaker, name: str, own_key: str) -> None:
    there = session().execute(
        sa.select(OwnMeasure.measure_code, OwnMeasure.name).where(
            OwnMeasure.organisation_id == by.organisation.organisation_id, OwnMeasure.superseded_at.is_(None)
        )
    )
    if any(key != own_key and each.casefold() == name.casefold() for key, each in there):
        raise Refused("name", "Your organisation has a measure of this name already. Give this one another")


def _row(by: Speaker, key: str, words: Words, form: Form) -> OwnMeasure:
    return OwnMeasure(
        organisation_id=by.organisation.organisation_id,
        measure_code=key,
        ask_id=words.ask_id,
        name=words.name,
        numerator_words=words.numerator,
        denominator_words=words.denominator,
        recorded_at=clock.now(),
        person_id=by.viewer.person_id,
        role=by.role,
        submission_key=form.submission_key,
    )


def _add(head: MeasureHead, row: OwnMeasure) -> None:
    session().add(row)
    head.version += 1
    session().flush()
