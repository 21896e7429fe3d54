"""The built-in frameworks say what the domain document says; the tables here were typed from it, not from the data."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tracker.frameworks.definition import AskDefinition, Definition, ScopeDefinition
from tracker.frameworks.files import built_in_definition, built_in_definitions
from tracker.frameworks.rules import (
    Confidence,
    DateKind,
    DatePrecision,
    Enrolment,
    OrganisationType,
    Service,
    StatusClass,
)

ACTIONS = {
    "1": ("Protect the most vulnerable from COVID-19", "Protect those most at risk"),
    "2": ("Restore NHS services inclusively", "Restore services inclusively"),
    "3": ("Develop digitally enabled care pathways in ways which increase inclusion", "Digital that includes"),
    "4": (
        "Accelerate preventative programmes which proactively engage those at greatest risk of poor health outcomes",
        "Prevention for those at greatest risk",
    ),
    "5": ("Particularly support those who suffer mental ill-health", "Mental health"),
    "6": ("Strengthen leadership and accountability", "Leadership and accountability"),
    "7": ("Ensure datasets are complete and timely", "Complete, timely data"),
    "8": ("Collaborate locally in planning and delivering action", "Collaborate locally"),
}

ALL = "trust ccg icb system practice"
BOARDS = "trust ccg icb system pcn?"
TR_SYS = "trust icb system"
GP = "practice pcn"
OCT_31, DEC_31, MAR_31 = date(2020, 10, 31), date(2020, 12, 31), date(2021, 3, 31)

# ref: (types; "?" marks an option and "+" a service on which it depends), kind, day, precision, confidence
ASKS: dict[str, tuple[str, str, date | None, str | None, str]] = {
    "1.1": (ALL, "ongoing", None, None, "sourced"),
    "1.2": (TR_SYS, "ongoing", None, None, "sourced"),
    "1.3": (ALL, "ongoing", None, None, "sourced"),
    "1.4": (ALL, "ongoing", None, None, "easy_read"),
    "2.1": (TR_SYS, "ongoing", None, None, "sourced"),
    "2.2": (TR_SYS, "by", OCT_31, "day", "sourced"),
    "2.3": (TR_SYS, "by", OCT_31, "day", "provisional"),
    "3.1": (f"{TR_SYS} {GP}", "by", MAR_31, "day", "easy_read"),
    "3.2": ("icb system", "by", MAR_31, "month", "sourced"),
    "3.3": (f"{TR_SYS} {GP}", "by", MAR_31, "month", "sourced"),
    "3.4": (ALL, "ongoing", None, None, "easy_read"),
    "4.1": (f"{TR_SYS} {GP}", "season", None, None, "easy_read"),
    "4.2": (f"ccg {GP}", "by", MAR_31, "day", "easy_read"),
    "4.3": (f"icb system {GP}", "ongoing", None, None, "sourced"),
    "4.4": ("trust+maternity", "by", MAR_31, "month", "provisional"),
    "5.1": (f"trust+mental_health icb system {GP}", "ongoing", None, None, "easy_read"),
    "5.2": ("trust+mental_health icb system", "by", DEC_31, "day", "provisional"),
    "6.1": (BOARDS, "by", date(2020, 9, 21), "day", "easy_read"),
    "6.2": (BOARDS, "ongoing", None, None, "sourced"),
    "7.1": (ALL, "by", DEC_31, "day", "sourced"),
    "7.2": (f"ccg {GP}", "from", date(2020, 9, 1), "day", "sourced"),
    "8.1": ("trust ccg icb system", "by", date(2020, 9, 21), "day", "easy_read"),
    "8.2": (ALL, "ongoing", None, None, "easy_read"),
    "8.3": (ALL, "ongoing", None, None, "easy_read"),
    "8.4": (BOARDS, "by", MAR_31, "day", "provisional"),
}

STATUSES = (
    ("not_started", "Not started", StatusClass.NOT_STARTED, ""),
    ("off_track", "Off track", StatusClass.OFF_COURSE, "reason recovery_date"),
    ("at_risk", "At risk", StatusClass.AT_RISK, "reason"),
    ("on_track", "On track", StatusClass.ON_COURSE, ""),
    ("complete_claimed", "Complete, claimed", StatusClass.DONE_CLAIMED, "evidence"),
    ("complete_assured", "Complete, assured", StatusClass.DONE_ASSURED, ""),
    ("not_applicable", "Not applicable", StatusClass.NOT_APPLICABLE, "reason"),
)

RCP_STEPS = {
    "Understand": {
        "S1": ("Clinician", "Training record"),
        "S2": ("Clinical leader", "Appraisal template"),
        "S3": ("Organisation", "Board programme"),
    },
    "Data": {
        "S4": ("Clinician", "Audit"),
        "S5": ("Clinical leader", "Improvement plan"),
        "S6": ("Organisation", "Board pack"),
        "S7": ("Organisation", "Data-quality plan"),
    },
    "Advocate": {
        "S8": ("Clinician", "Policy"),
        "S9": ("Clinical leader", "Assessment log"),
        "S10": ("Organisation", "Strategy"),
        "S11": ("Organisation", "Job plan"),
    },
    "Collaborate": {
        "S12": ("Clinician", "Referral data"),
        "S13": ("Clinical leader", "Minutes"),
        "S14": ("Organisation", "Terms of reference"),
    },
    "Duties": {"S15": ("Organisation", "Annual report")},
}


@pytest.fixture(scope="module")
def eight() -> Definition:
    return built_in_definition("8ua-2020")


@pytest.fixture(scope="module")
def rcp() -> Definition:
    return built_in_definition("rcp-2024")


def _ask(definition: Definition, ref: str) -> AskDefinition:
    return next(ask for ask in definition.asks if ask.ref == ref)


def _scopes(written: str) -> set[ScopeDefinition]:
    found = set()
    for word in written.split():
        kind, _, service = word.rstrip("?").partition("+")
        found.add(ScopeDefinition(OrganisationType(kind), Service(service) if service else None, word.endswith("?")))
    return found


def test_the_eight_actions_have_their_official_titles_and_our_labels_in_order(eight: Definition) -> None:
    assert {action.number: (action.title, action.label) for action in eight.actions} == ACTIONS
    assert [action.number for action in eight.actions] == list(ACTIONS)


def test_the_eight_actions_hold_25_asks_in_order(eight: Definition) -> None:
    assert [ask.ref for ask in eight.asks] == list(ASKS)
    assert len(eight.asks) == 25


@pytest.mark.parametrize("ref", ASKS)
def test_an_ask_has_the_scope_date_and_confidence_of_the_domain_document(eight: Definition, ref: str) -> None:
    types, kind, on, precision, confidence = ASKS[ref]
    ask = _ask(eight, ref)
    assert ask.action_number == ref.split(".")[0]
    assert set(ask.scopes) == _scopes(types)
    assert ask.date_kind == DateKind(kind)
    assert ask.national_on == on
    assert ask.precision == (DatePrecision(precision) if precision else None)
    assert ask.confidence == Confidence(confidence)


def test_each_type_of_body_is_asked_this_many_things(eight: Definition) -> None:
    asked = Counter(scope.organisation_type.value for ask in eight.asks for scope in ask.scopes)
    optional = Counter(scope.organisation_type.value for ask in eight.asks for scope in ask.scopes if scope.is_optional)
    assert asked == {"trust": 21, "ccg": 13, "icb": 22, "system": 22, "practice": 14, "pcn": 10}
    assert optional == {"pcn": 3}


def test_only_maternity_and_mental_health_asks_depend_on_a_service(eight: Definition) -> None:
    depending = {ask.ref: scope.service for ask in eight.asks for scope in ask.scopes if scope.service}
    assert depending == {"4.4": Service.MATERNITY, "5.1": Service.MENTAL_HEALTH, "5.2": Service.MENTAL_HEALTH}


def test_only_the_named_lead_is_answered_with_a_person(eight: Definition) -> None:
    assert [ask.ref for ask in eight.asks if ask.records_lead] == ["6.1"]


def test_the_two_targets_are_67_and_35_percent(eight: Definition) -> None:
    assert {ask.ref: ask.measure_target[:3] for ask in eight.asks if ask.measure_target} == {
        "4.2": "67%",
        "4.4": "35%",
    }


def test_flu_vaccination_is_for_the_season_2020_21(eight: Definition) -> None:
    assert _ask(eight, "4.1").season == "2020/21"


def test_the_draft_of_1_september_is_a_note_and_not_the_deadline(eight: Definition) -> None:
    ask = _ask(eight, "8.1")
    assert "1 September 2020" in ask.date_note
    assert ask.national_on == date(2020, 9, 21)


def test_the_conflicts_between_sources_are_kept_beside_the_asks(eight: Definition) -> None:
    kept = {ask.ref: len(ask.alternates) for ask in eight.asks if ask.alternates}
    assert kept == {"3.1": 1, "3.2": 1, "4.3": 1, "4.4": 1, "6.1": 3, "6.2": 1, "7.1": 1, "7.2": 1, "8.1": 1}
    assert all(alternate.source for ask in eight.asks for alternate in ask.alternates)
    says = " ".join(alternate.text for alternate in _ask(eight, "6.1").alternates)
    assert "October 2020" in says
    assert "no day" in says


def test_every_ask_says_where_it_comes_from_and_what_is_measured(eight: Definition) -> None:
    assert [ask.ref for ask in eight.asks if not ask.source or not ask.measure] == []
    assert [ask.ref for ask in eight.asks if ask.confidence is Confidence.SOURCED and not ask.source_urls] == []


def test_the_eight_actions_hold_from_the_day_of_the_letter_for_everybody(eight: Definition) -> None:
    assert eight.effective_from == date(2020, 7, 31)
    assert eight.enrolment is Enrolment.AUTOMATIC


def test_the_rcp_steps_are_taken_up_by_choice_from_the_day_of_publication(rcp: Definition) -> None:
    assert rcp.effective_from == rcp.issued_on == date(2024, 12, 16)
    assert rcp.enrolment is Enrolment.ADOPTED
    assert rcp.issuer == "Royal College of Physicians"


def test_the_fifteen_rcp_steps_stand_under_their_five_themes(rcp: Definition) -> None:
    labels = {action.number: action.label for action in rcp.actions}
    assert labels == {"1": "Understand", "2": "Data", "3": "Advocate", "4": "Collaborate", "5": "Duties"}
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for ask in rcp.asks:
        steps = found.setdefault(labels[ask.action_number], {})
        steps[ask.ref] = (ask.audience, ask.evidence_expected)
    assert found == RCP_STEPS


def test_the_rcp_steps_are_labelled_as_derived_and_carry_no_national_date(rcp: Definition) -> None:
    assert {ask.confidence for ask in rcp.asks} == {Confidence.DERIVED}
    assert {(ask.date_kind, ask.national_on) for ask in rcp.asks} == {(DateKind.ONGOING, None)}
    assert "derived" in rcp.title
    assert "not the College's own list" in rcp.note


def test_the_rcp_steps_are_for_trusts_icbs_and_systems(rcp: Definition) -> None:
    assert {frozenset(ask.scopes) for ask in rcp.asks} == {frozenset(_scopes("trust icb system"))}


@pytest.mark.parametrize("definition", built_in_definitions(), ids=lambda definition: definition.code)
def test_both_frameworks_use_the_default_scale(definition: Definition) -> None:
    found = []
    for status in definition.scale:
        needs = {
            "reason": status.needs_reason,
            "recovery_date": status.needs_recovery_date,
            "evidence": status.needs_evidence,
        }
        given = " ".join(need for need, is_needed in needs.items() if is_needed)
        found.append((status.code, status.label, status.status_class, given))
        assert status.definition.endswith(".")
    assert tuple(found) == STATUSES
