"""Where one organisation stands on a day as a return would freeze it, and everything that is wrong with that.

It reads standings through progress and never writes. The number of statements is the same however much is tracked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.appointments.queries import named_leads
from tracker.db import read
from tracker.evidence.queries import evidence_texts
from tracker.evidence.rows import EvidenceText
from tracker.frameworks.catalogue import AskFacts, Catalogue, read_catalogue
from tracker.frameworks.presenters import national_date
from tracker.frameworks.rules import StatusClass, national_deadline
from tracker.progress.date_rules import slippage
from tracker.progress.models import ProgressEntry, Target
from tracker.progress.positions import last_said
from tracker.progress.presenters import standing_word
from tracker.progress.queries import as_standing, standings_of
from tracker.progress.rows import Standing
from tracker.progress.rules import Applicability, EntryKind
from tracker.progress.standings import Standings, standings_as_at
from tracker.returns.later_rules import Stood, is_set_aside_late
from tracker.returns.rows import FrozenAsk, LeadThen, Present, Problem
from tracker.returns.rules import Judged, ProblemKind, movement, problems_of
from tracker.returns.standing_before import last_returned_of
from tracker.web.wording import day

Before = Mapping[int, tuple[str, StatusClass]]


def present(organisation_id: int, framework_id: int | None, as_at: date) -> Present:
    """Every ask that is tracked on a day, of one framework or of all, in the order of the catalogue.

    An ask that is optional for the organisation is left out until something is said of it.
    """
    catalogue = read_catalogue()
    named = named_leads(as_at, organisation_ids=[organisation_id]).get(organisation_id)
    around = _Around(
        catalogue=catalogue,
        as_at=as_at,
        evidence=_evidence(organisation_id, as_at),
        targets=_targets(organisation_id, as_at),
        before=last_returned_of(organisation_id, as_at),
        stood=_stood(organisation_id, as_at),
        has_lead=named is not None,
    )
    found = {row.ask_id: row for row in _standings(organisation_id, as_at)}
    asks, problems, covers_all = [], [], True
    for ask in catalogue.asks.values():
        if ask.ask_id not in found:
            continue
        row = found[ask.ask_id]
        standing = as_standing(row)
        if standing.applicability is Applicability.OPTIONAL and standing.status_code is None:
            continue
        if framework_id not in (None, ask.framework_id):
            covers_all = False
            continue
        asks.append(_frozen(ask, standing, row, around))
        judged = _judged(ask, standing, row, around)
        problems += [_problem(kind, ask, standing) for kind in problems_of(judged, as_at)]
    lead = LeadThen(named.person_id, named.job_title) if named else None
    return Present(as_at, tuple(asks), tuple(_in_order(problems, asks, lead)), lead, covers_all)


def frameworks_tracked(organisation_id: int, on: date) -> dict[int, str]:
    """The title of every framework of which a return of a day would have rows, by its id and in order."""
    told = {
        standing.ask_id
        for standing in standings_of(organisation_id, on)
        if standing.applicability is not Applicability.OPTIONAL or standing.status_code is not None
    }
    asks = read_catalogue().asks.values()
    return {ask.framework_id: ask.framework_title for ask in asks if ask.ask_id in told}


@dataclass(frozen=True, slots=True)
class _Around:
    catalogue: Catalogue
    as_at: date
    evidence: Mapping[int, Sequence[EvidenceText]]
    targets: Mapping[int, Sequence[date | None]]
    before: Before
    stood: Mapping[int, Sequence[Stood]]
    has_lead: bool


def _standings(organisation_id: int, as_at: date) -> list[Any]:
    statement = _of_one(standings_as_at(as_at, for_one_organisation=True))
    return list(read(statement, {"organisation_id": organisation_id}))


@lru_cache(maxsize=16)
def _of_one(standings: Standings) -> sa.Select[Any]:
    entry = standings.entry
    return standings.select.add_columns(
        entry.kind,
        entry.narrative,
        entry.reason,
        entry.next_step,
        entry.next_step_on,
        entry.blocked_by,
        last_said(entry, "recorded_at").label("recorded_at"),
    ).where(standings.organisations.c.organisation_id == sa.bindparam("organisation_id"))


def _evidence(organisation_id: int, as_at: date) -> dict[int, list[EvidenceText]]:
    texts: dict[int, list[EvidenceText]] = {}
    for text in evidence_texts(as_at, organisation_ids=[organisation_id]):
        texts.setdefault(text.ask_id, []).append(text)
    return texts


def _targets(organisation_id: int, as_at: date) -> dict[int, list[date | None]]:
    targets: dict[int, list[date | None]] = {}
    rows = read(
        sa.select(Target.ask_id, Target.target_on)
        .where(Target.organisation_id == organisation_id, Target.true_on <= as_at)
        .order_by(Target.true_on, Target.id)
    )
    for ask_id, target_on in rows:
        targets.setdefault(ask_id, []).append(target_on)
    return targets


def _stood(organisation_id: int, as_at: date) -> dict[int, list[Stood]]:
    """Everything that was said of each ask up to a day, the oldest first.

    An entry that was corrected stands as its last correction says, in the place of the first.
    """
    entry = ProgressEntry
    rows = read(
        sa.select(entry.id, entry.corrects_id, entry.ask_id, entry.true_on, entry.status_class)
        .where(entry.organisation_id == organisation_id, entry.true_on <= as_at)
        .order_by(entry.id)
    )
    last: dict[int, tuple[int, Stood]] = {}
    for entry_id, corrects_id, ask_id, true_on, status_class in rows:
        last[corrects_id or entry_id] = (ask_id, Stood(true_on, status_class))
    stood: dict[int, list[Stood]] = {}
    for _, (ask_id, each) in sorted(last.items(), key=lambda item: (item[1][1].true_on, item[0])):
        stood.setdefault(ask_id, []).append(each)
    return stood


def _frozen(ask: AskFacts, standing: Standing, row: Any, around: _Around) -> FrozenAsk:
    national_on = national_deadline(ask.date_kind, ask.national_on)
    slipped = slippage(around.targets[ask.ask_id], national_on) if ask.ask_id in around.targets else None
    before = around.before.get(ask.ask_id)
    return FrozenAsk(
        ask_id=ask.ask_id,
        framework=ask.framework_code,
        framework_title=ask.framework_title,
        action_no=ask.action_number,
        action=ask.action_title,
        ask_ref=ask.ref,
        ask=ask.wording,
        applicability=standing.applicability,
        status=_word(ask, standing, around.catalogue),
        status_class=standing.status_class,
        due=_due(ask, standing),
        deadline_on=standing.deadline_on,
        target_on=standing.target_on,
        days_overdue=standing.days_overdue(around.as_at),
        completed_on=standing.completed_on,
        forecast_on=standing.forecast_on,
        recovery_on=standing.recovery_on,
        updated_on=standing.updated_on,
        confirmed_on=standing.confirmed_on,
        progress=row.narrative or "",
        reason=row.reason or "",
        blocked_by=row.blocked_by or "",
        next_step=row.next_step or "",
        next_step_on=row.next_step_on,
        evidence="; ".join(each.text for each in around.evidence.get(ask.ask_id, ())),
        assurance=_assurance(standing, row.kind),
        target_revisions=slipped.revisions if slipped else 0,
        slippage_days=slipped.days if slipped else 0,
        previous_status=before[0] if before else "",
        movement=movement(before[1] if before else None, standing.status_class),
        recorded_on=clock.london_day(row.recorded_at) if row.recorded_at is not None else None,
    )


def _word(ask: AskFacts, standing: Standing, catalogue: Catalogue) -> str:
    if standing.status_code is None and standing.applicability is not Applicability.APPLIES:
        return standing.applicability.label
    return standing_word(catalogue.scale_of(ask), standing)


def _due(ask: AskFacts, standing: Standing) -> str:
    if standing.target_on is not None:
        return f"Agreed target {day(standing.target_on)}"
    return national_date(ask.date_kind, ask.national_on, ask.precision, ask.season)


def _assurance(standing: Standing, kind: EntryKind | None) -> str:
    if standing.status_class is StatusClass.DONE_ASSURED:
        return "Assured"
    if standing.status_class is StatusClass.DONE_CLAIMED:
        return "Assurance lapsed" if kind == EntryKind.LAPSED else "Claimed, not assured"
    return "Claim sent back" if kind == EntryKind.RETURNED else ""


def _judged(ask: AskFacts, standing: Standing, row: Any, around: _Around) -> Judged:
    scale = around.catalogue.scale_of(ask)
    word = scale.find(standing.status_code) if standing.status_code else None
    # Whoever is named as the lead is the evidence of the ask that records one.
    stands_for_itself = ask.records_lead and around.has_lead
    return Judged(
        applicability=standing.applicability,
        said=standing.said_class,
        deadline_on=standing.deadline_on,
        forecast_on=standing.forecast_on,
        recovery_on=standing.recovery_on,
        last_true_on=standing.last_true_on,
        has_evidence=stands_for_itself or any(not each.is_expired for each in around.evidence.get(ask.ask_id, ())),
        has_reason=bool((row.reason or "").strip()),
        needs_reason=word is not None and word.needs_reason,
        needs_recovery_date=word is not None and word.needs_recovery_date,
        needs_evidence=any(each.needs_evidence for each in scale.in_class(StatusClass.DONE_CLAIMED)),
        is_vacant=ask.records_lead and not around.has_lead,
        is_set_aside_late=is_set_aside_late(around.stood.get(ask.ask_id, ()), standing.deadline_on),
    )


def _problem(kind: ProblemKind, ask: AskFacts, standing: Standing) -> Problem:
    on = {
        ProblemKind.STALE: standing.last_true_on,
        ProblemKind.RECOVERY_PASSED: standing.recovery_on,
        ProblemKind.RECOVERY_FAR: standing.recovery_on,
        ProblemKind.FORECAST_LATE: standing.forecast_on,
        ProblemKind.FORECAST_PASSED: standing.forecast_on,
    }.get(kind, standing.deadline_on)
    return Problem(kind, ask.framework_code, ask.ref, ask.wording, on)


def _in_order(problems: Sequence[Problem], asks: Sequence[FrozenAsk], lead: LeadThen | None) -> Iterator[Problem]:
    """All problems, those that block first; asks whose applicability is open are counted into one, because they are
    settled on one page.
    """
    if not asks:
        yield Problem(ProblemKind.NOTHING_TRACKED)
    if lead is None:
        problems = [*problems, Problem(ProblemKind.NO_LEAD)]
    to_confirm = [each for each in problems if each.kind is ProblemKind.TO_CONFIRM]
    if to_confirm:
        together = Problem(ProblemKind.TO_CONFIRM, count=len(to_confirm))
        problems = [*(each for each in problems if each.kind is not ProblemKind.TO_CONFIRM), together]
    yield from sorted(problems, key=lambda each: list(ProblemKind).index(each.kind))
