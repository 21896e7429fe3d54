"""Makes one ask from its table in a framework file, noting every fault; it knows no other ask."""

from __future__ import annotations

from collections.abc import Collection

from tracker.frameworks.definition import AlternateDefinition, AskDefinition, ScopeDefinition
from tracker.frameworks.rules import Confidence, DateKind, DatePrecision, OrganisationType, Service
from tracker.frameworks.tables import Moment, Table, quoted

ASK_KEYS = (
    *("ref", "action", "wording", "audience", "applies_to", "scope_note"),
    *("date_kind", "national_date", "precision", "season", "date_note"),
    *("measure", "measure_target", "evidence_expected", "records_lead"),
    *("source", "source_urls", "confidence", "alternates"),
)
SCOPE_KEYS = ("type", "service", "optional")
ALTERNATE_KEYS = ("text", "source")

REF, REF_SAYS = (
    r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*",
    'Use letters and digits with points or hyphens, such as "6.1".',
)

PARAGRAPH = 2_000
"""Characters. No column asks for it; a wording longer than this has been pasted into the wrong field."""


def parse_ask(table: Table, action_numbers: Collection[str]) -> AskDefinition | None:
    """One ask, or None where a word it cannot do without is faulty; the faults are noted either way."""
    action = table.text("action", longest=20)
    if action and action not in action_numbers:
        table.fault("action", f"there is no action {quoted(action)} in this file. Add it, or name one that is there.")
    kind = table.choice("date_kind", DateKind)
    moment = table.moment("national_date", is_required=False)
    precision = table.choice("precision", DatePrecision, is_required=False)
    season = table.text("season", longest=40, is_required=False)
    _check_date(table, kind, moment, precision, season)
    ref = table.text("ref", longest=20, shape=REF, shape_says=REF_SAYS)
    wording = table.text("wording", longest=PARAGRAPH)
    audience = table.text("audience", longest=100, is_required=False)
    scopes = _scopes(table)
    scope_note = table.text("scope_note", longest=PARAGRAPH, is_required=False)
    date_note = table.text("date_note", longest=PARAGRAPH, is_required=False)
    measure = table.text("measure", longest=PARAGRAPH, is_required=False)
    measure_target = table.text("measure_target", longest=200, is_required=False)
    evidence_expected = table.text("evidence_expected", longest=PARAGRAPH, is_required=False)
    records_lead = table.flag("records_lead")
    source = table.text("source", longest=PARAGRAPH)
    source_urls = table.urls("source_urls", longest=500)
    confidence = table.choice("confidence", Confidence)
    alternates = _alternates(table)
    if measure_target and not measure:
        table.fault("measure_target", "a target without a measure. Add measure, saying what is counted.")
    if kind is None or confidence is None:
        return None
    return AskDefinition(
        ref=ref,
        action_number=action,
        wording=wording,
        audience=audience,
        scopes=scopes,
        scope_note=scope_note,
        date_kind=kind,
        national_on=moment.on if moment else None,
        precision=precision,
        season=season,
        date_note=date_note,
        measure=measure,
        measure_target=measure_target,
        evidence_expected=evidence_expected,
        records_lead=records_lead,
        source=source,
        source_urls=source_urls,
        confidence=confidence,
        alternates=alternates,
    )


def _check_date(
    table: Table, kind: DateKind | None, moment: Moment | None, precision: DatePrecision | None, season: str
) -> None:
    """The kind of date decides which of the other date fields there are."""
    if moment and precision and moment.is_month != (precision is DatePrecision.MONTH):
        is_a = "month" if moment.is_month else "day"
        table.fault("precision", f'national_date is a {is_a} and precision is "{precision}". Make the two agree.')
    if moment and "precision" not in table:
        table.fault("precision", f'it is missing. Add precision = "{"month" if moment.is_month else "day"}".')
    if kind is None:
        return
    if kind in (DateKind.BY, DateKind.FROM):
        if "national_date" not in table:
            table.fault("national_date", f'date_kind "{kind}" needs a date. Add national_date = "2020-09-21".')
    else:
        for key in ("national_date", "precision"):
            if key in table:
                table.fault(key, f'date_kind "{kind}" has no date. Take {key} out, or change date_kind.')
    if kind is DateKind.SEASON and "season" not in table:
        table.fault("season", 'date_kind "season" needs one. Add season = "2020/21".')
    if kind is not DateKind.SEASON and season:
        table.fault("season", f'date_kind "{kind}" has no season. Take season out, or change date_kind.')


def _scopes(ask: Table) -> tuple[ScopeDefinition, ...]:
    found: list[ScopeDefinition] = []
    given = ask.tables("applies_to")
    if not given:
        ask.fault("applies_to", 'no type of body is named. Add applies_to = [{ type = "trust" }].')
    for number, values in enumerate(given, start=1):
        table = Table(values, f"{ask.item}, applies_to {number}", ask.faults, SCOPE_KEYS)
        kind = table.choice("type", OrganisationType)
        service = table.choice("service", Service, is_required=False)
        is_optional = table.flag("optional")
        if kind is None:
            continue
        if any(scope.organisation_type is kind for scope in found):
            table.fault("type", f'"{kind}" is listed twice. Keep one of them.')
        found.append(ScopeDefinition(kind, service, is_optional))
    return tuple(found)


def _alternates(ask: Table) -> tuple[AlternateDefinition, ...]:
    found = []
    for number, values in enumerate(ask.tables("alternates"), start=1):
        table = Table(values, f"{ask.item}, alternate {number}", ask.faults, ALTERNATE_KEYS)
        found.append(
            AlternateDefinition(
                text=table.text("text", longest=PARAGRAPH), source=table.text("source", longest=PARAGRAPH)
            )
        )
    return tuple(found)
