"""Reads the measures of one organisation with their readings and targets, as at a day and as known at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from werkzeug.exceptions import NotFound

from tracker import clock
from tracker.frameworks.rules import OrganisationType, Service
from tracker.measures import stored_rows
from tracker.measures.definition import MeasureDefinition
from tracker.measures.files import built_in_measures
from tracker.measures.rows import AskLink, Measure, Series, eased_from, those_that_count
from tracker.organisations.queries import OrganisationSummary, service_answers


class MeasureNotFound(NotFound):
    """No measure has this key, or none that this organisation is asked for or has ever used."""

    description = "There is no measure with this name here. Check the address."


def series_of(organisation: OrganisationSummary, as_at: date, known_at: datetime | None = None) -> list[Series]:
    """Every measure that an organisation is asked for, may follow or has used, in order; its own come last.

    Four statements, however many measures and readings there are.
    """
    asked = stored_rows.read_asked(organisation.organisation_type, as_at, known_at)
    answers = service_answers(organisation.organisation_id, as_at, known_at)
    stored = stored_rows.read_stored(organisation.organisation_id, as_at, known_at, asked)
    known_on = clock.london_day(known_at) if known_at else clock.today()
    found = []
    for definition in built_in_measures():
        said = stored.pop(definition.key, None)
        measure = _measure(definition, asked, organisation.organisation_type, answers, as_at, is_used=said is not None)
        if measure is not None:
            found.append(_series(measure, said, definition, as_at, known_on))
    own = [(said.own, said) for _, said in sorted(stored.items(), key=_order_of_own) if said.own is not None]
    found += [_series(measure, said, None, as_at, known_on) for measure, said in own]
    targets = stored_rows.targets_set(organisation.organisation_id, as_at, known_at)
    return [
        replace(each, eased_from=eased_from(each.measure.kind.direction, targets.get(each.measure.key, ())))
        for each in found
    ]


def get_series(organisation: OrganisationSummary, key: str, as_at: date, known_at: datetime | None = None) -> Series:
    """One measure of an organisation. Raises MeasureNotFound, a 404.

    A measure that there is today was empty before it was there, so that one can look back beyond its beginning.
    """
    for series in series_of(organisation, as_at, known_at):
        if series.measure.key == key:
            return series
    if as_at < clock.today() or known_at is not None:
        now = get_series(organisation, key, clock.today())
        return replace(now, readings=(), aim=None, national=None, eased_from=None)
    raise MeasureNotFound


def asks_offered(organisation: OrganisationSummary, as_at: date) -> list[AskLink]:
    """The asks that a measure of an organisation's own can belong to."""
    return [asked.link for asked in stored_rows.read_asked(organisation.organisation_type, as_at, None).values()]


def was_recorded(organisation_id: int, key: str, reading_id: int) -> bool:
    """Whether a reading of this number was ever recorded for a measure, whatever became of it."""
    return any(said.reading_id == reading_id for said in stored_rows.readings_said(organisation_id, key))


def series_of_ask(organisation_id: int, ask_id: int, framework_code: str, ask_ref: str, as_at: date) -> list[Series]:
    """The measures of one ask, national ones first, in one statement: those of its own that were added too."""
    link = AskLink(ask_id, framework_code, ask_ref, has_page=True)
    definitions = [
        each
        for each in built_in_measures()
        if (each.framework_code, each.ask_ref) == (framework_code, ask_ref) and each.effective_from <= as_at
    ]
    stored = stored_rows.read_stored(
        organisation_id, as_at, None, {(framework_code, ask_ref): stored_rows.Asked(link, None)}
    )
    known_on = clock.today()
    national = [
        _series(_as_measure(each, link, is_to_confirm=False), stored.get(each.key), each, as_at, known_on)
        for each in definitions
    ]
    own = [
        _series(said.own, said, None, as_at, known_on)
        for _, said in sorted(stored.items(), key=_order_of_own)
        if said.own is not None and said.own.ask is not None and said.own.ask.ask_id == ask_id
    ]
    return national + own


def _measure(
    definition: MeasureDefinition,
    asked: Mapping[tuple[str, str], stored_rows.Asked],
    organisation_type: OrganisationType,
    answers: Mapping[Service, bool],
    as_at: date,
    *,
    is_used: bool,
) -> Measure | None:
    """A national measure as it stands for an organisation; None where it is not for it and was never used."""
    ask = asked.get((definition.framework_code, definition.ask_ref))
    services = [ask.service] if ask else []
    services += [each.service for each in definition.scopes if each.organisation_type is organisation_type]
    is_asked = definition.effective_from <= as_at and any(
        service is None or answers.get(service) is not False for service in services
    )
    if not is_asked and not is_used:
        return None
    is_to_confirm = is_asked and all(service is not None and service not in answers for service in services)
    return _as_measure(definition, ask.link if ask and is_asked else None, is_to_confirm=is_to_confirm)


def _as_measure(definition: MeasureDefinition, link: AskLink | None, *, is_to_confirm: bool) -> Measure:
    return Measure(
        key=definition.key,
        name=definition.name,
        numerator=definition.numerator,
        denominator=definition.denominator,
        kind=definition.kind,
        group=definition.framework_title,
        ask=link,
        definition=definition,
        is_to_confirm=is_to_confirm,
    )


def _series(
    measure: Measure, said: stored_rows.Stored | None, definition: MeasureDefinition | None, as_at: date, known_on: date
) -> Series:
    counting = those_that_count(said.readings) if said else ()
    return Series(
        measure=measure,
        readings=tuple(each for each in counting if each.period_end <= as_at),
        aim=said.aim if said else None,
        national=definition.find_target(as_at, known_on) if definition else None,
        version=said.version if said else 0,
    )


def _order_of_own(item: tuple[str, stored_rows.Stored]) -> tuple[int, str]:
    """The second before the tenth: "own-2", "own-10"."""
    return len(item[0]), item[0]
