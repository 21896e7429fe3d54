"""Makes definitions from the bytes of a file of measures, or refuses it with every fault; it opens no file.

The layout is explained at the top of data/8ua-2020.toml.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.frameworks.ask_parsing import PARAGRAPH, REF, REF_SAYS
from tracker.frameworks.definition import AlternateDefinition, DefinitionError, ScopeDefinition
from tracker.frameworks.parsing import CODE, CODE_SAYS
from tracker.frameworks.rules import Confidence, DatePrecision, OrganisationType, Service
from tracker.frameworks.tables import Faults, Table, quoted, repeated
from tracker.frameworks.toml import read_toml
from tracker.measures.definition import MeasureDefinition, TargetDefinition
from tracker.measures.rules import Direction, Kind, Unit, fault_of_target, read_tenths

FILE_KEYS = ("framework", "title", "effective_from", "measures")
MEASURE_KEYS = (
    *("key", "ask", "applies_to", "name", "numerator", "denominator", "unit", "direction", "counts_people"),
    *("source", "source_urls", "confidence", "note", "targets", "alternates"),
)
TARGET_KEYS = ("target", "due", "holds_from", "known_from", "source", "confidence", "note")
SCOPE_KEYS = ("type", "service")
ALTERNATE_KEYS = ("text", "source")

RESERVED = ("add", "own")
OWN = "own-"
"""How the keys of organisations' own measures begin."""
LONGEST_KEY = 40


def parse_measures(content: bytes, file: str) -> tuple[MeasureDefinition, ...]:
    """The measures in a file's bytes. Raises DefinitionError with every fault, by file, measure and field."""
    faults = Faults(file)
    values = read_toml(content, faults)
    if faults.sentences:
        raise DefinitionError(faults.sentences)
    table = Table(values, "file", faults, FILE_KEYS)
    found = _measures(table)
    if faults.sentences:
        raise DefinitionError(faults.sentences)
    return found


def refuse_repeats(measures: Sequence[MeasureDefinition]) -> None:
    """A key names one measure in all the files together, because addresses and readings hold nothing else."""
    for key, places in repeated(measure.key for measure in measures).items():
        files = sorted({measures[place - 1].framework_code for place in places})
        raise DefinitionError([f"measure {key}, key: it is used in {' and '.join(files)}. Give each its own key."])


def _measures(file: Table) -> tuple[MeasureDefinition, ...]:
    framework = file.text("framework", longest=40, shape=CODE, shape_says=CODE_SAYS)
    title = file.text("title", longest=200)
    effective_from = file.day("effective_from")
    found = []
    given = file.tables("measures")
    for place, values in enumerate(given, start=1):
        name = values.get("key")
        item = f"measure {name.strip()[:LONGEST_KEY]}" if isinstance(name, str) and name.strip() else None
        table = Table(values, item or f"measure in place {place}", file.faults, MEASURE_KEYS)
        measure = _measure(table, framework, title, effective_from)
        if measure is not None:
            found.append(measure)
    if not given:
        file.fault("measures", "there are none. Add at least one, opened with [[measures]].")
    for key, places in repeated(measure.key for measure in found).items():
        file.faults.add(f"measure {key}", "key", f"{quoted(key)} is used {len(places)} times. Give each its own key.")
    return tuple(found)


def _measure(table: Table, framework: str, title: str, effective_from: date | None) -> MeasureDefinition | None:
    key = _key(table)
    ask = table.text("ask", longest=20, is_required=False, shape=REF, shape_says=REF_SAYS)
    scopes = _scopes(table)
    if ask and scopes:
        table.fault("applies_to", "the ask says to whom it applies. Take applies_to out, or take ask out.")
    if not ask and not scopes:
        table.fault("applies_to", 'neither an ask nor a type of body is named. Add ask = "4.2".')
    name = table.text("name", longest=200)
    numerator = table.text("numerator", longest=200)
    unit = table.choice("unit", Unit)
    direction = table.choice("direction", Direction)
    denominator = table.text("denominator", longest=200, is_required=unit is not Unit.COUNT)
    if unit is Unit.COUNT and denominator:
        table.fault("denominator", 'unit "count" has no denominator. Take it out, or change unit.')
    source = table.text("source", longest=PARAGRAPH)
    source_urls = table.urls("source_urls", longest=500)
    confidence = table.choice("confidence", Confidence)
    note = table.text("note", longest=PARAGRAPH, is_required=False)
    if "counts_people" not in table:
        table.fault("counts_people", "it is missing. Add counts_people = true, or false where nobody is counted.")
    counts_people = table.flag("counts_people")
    kind = Kind(unit, direction, counts_people) if unit and direction else None
    targets = _targets(table, kind, effective_from)
    alternates = _alternates(table)
    if unit is None or direction is None or confidence is None or effective_from is None:
        return None
    return MeasureDefinition(
        key=key,
        framework_code=framework,
        framework_title=title,
        ask_ref=ask,
        scopes=scopes,
        name=name,
        numerator=numerator,
        denominator=denominator,
        unit=unit,
        direction=direction,
        counts_people=counts_people,
        effective_from=effective_from,
        source=source,
        source_urls=source_urls,
        confidence=confidence,
        note=note,
        targets=targets,
        alternates=alternates,
    )


def _key(table: Table) -> str:
    says = 'Use small letters, digits and single hyphens, such as "ld-health-checks".'
    key = table.text("key", longest=LONGEST_KEY, shape=CODE, shape_says=says)
    if key in RESERVED or key.startswith(OWN):
        table.fault("key", f"{quoted(key)} is kept for addresses of the service itself. Use another one.")
    return key


def _targets(measure: Table, kind: Kind | None, effective_from: date | None) -> tuple[TargetDefinition, ...]:
    found = []
    for number, values in enumerate(measure.tables("targets"), start=1):
        table = Table(values, f"{measure.item}, target {number}", measure.faults, TARGET_KEYS)
        written = table.text("target", longest=20)
        tenths = read_tenths(written) if written else None
        if written and tenths is None:
            table.fault("target", f'{quoted(written)} is not a number with at most one decimal place, such as "67.5".')
        elif tenths is not None and kind is not None and (fault := fault_of_target(kind, tenths)):
            table.fault("target", f"{fault}. Change the target, or the measure.")
        due = table.moment("due", is_required=False)
        holds_from = table.day("holds_from", is_required=False) or effective_from
        known_from = table.day("known_from", is_required=False) or holds_from
        source = table.text("source", longest=PARAGRAPH)
        confidence = table.choice("confidence", Confidence)
        note = table.text("note", longest=PARAGRAPH, is_required=False)
        if due and holds_from and due.on < holds_from:
            table.fault("due", "it is before the target holds. Write a later day or month.")
        if effective_from and holds_from and holds_from < effective_from:
            table.fault("holds_from", "it is before effective_from of the file. Write a later day, or leave it out.")
        if tenths is None or holds_from is None or known_from is None or confidence is None:
            continue
        precision = None if due is None else DatePrecision.MONTH if due.is_month else DatePrecision.DAY
        found.append(
            TargetDefinition(
                tenths, due.on if due else None, precision, holds_from, known_from, source, confidence, note
            )
        )
    return tuple(found)


def _scopes(measure: Table) -> tuple[ScopeDefinition, ...]:
    found = []
    for number, values in enumerate(measure.tables("applies_to"), start=1):
        table = Table(values, f"{measure.item}, applies_to {number}", measure.faults, SCOPE_KEYS)
        kind = table.choice("type", OrganisationType)
        service = table.choice("service", Service, is_required=False)
        if kind is not None:
            found.append(ScopeDefinition(kind, service))
    return tuple(found)


def _alternates(measure: Table) -> tuple[AlternateDefinition, ...]:
    found = []
    for number, values in enumerate(measure.tables("alternates"), start=1):
        table = Table(values, f"{measure.item}, alternate {number}", measure.faults, ALTERNATE_KEYS)
        found.append(
            AlternateDefinition(
                text=table.text("text", longest=PARAGRAPH), source=table.text("source", longest=PARAGRAPH)
            )
        )
    return tuple(found)
