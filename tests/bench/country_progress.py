"""What the organisations of the fictional country have said, targets and evidence included; one place inserts rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from random import Random
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Role
from tracker.db import Base, session
from tracker.evidence.models import Evidence, EvidenceUse
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.frameworks.definition import StatusDefinition
from tracker.frameworks.models import AskContent, AskScope, Framework, FrameworkRevision
from tracker.frameworks.rules import Enrolment, OrganisationType, Service, StatusClass
from tracker.progress.models import Adoption, Progress, ProgressEntry, Target
from tracker.progress.rules import EntryKind

TODAY = date(2025, 6, 2)
"""The day on which the country is looked at: every framework is in force and most dates have gone by."""
ADOPTED_ON = date(2025, 1, 6)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
AT_ONCE = 20_000

SENTENCES = (
    "The plan was agreed by the board and shared with partners.",
    "We have met community groups in three neighbourhoods & changed the opening hours.",
    "Data by ethnicity and deprivation is now part of the monthly report.",
    'Staff have been trained; the "first hundred days" are under review.',
    "We wait for figures from our partners before the next step can be dated.",
    "An extra clinic opened on Saturdays for people who cannot come on weekdays.",
)


@dataclass(frozen=True, slots=True)
class Body:
    """One organisation before it is stored."""

    id: int
    code: str
    name: str
    kind: OrganisationType
    region: int | None = None
    system: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One ask as it applies to one type of body, the words that may be said of it, and since when."""

    ask_id: int
    service: Service | None
    words: tuple[StatusDefinition, ...]
    since: date


def store_progress(bodies: list[Body], random: Random) -> None:
    """Adoptions, then for each item its history, its target and its evidence, and where it stands after them."""
    by_kind, adopted = _asked(read_catalogue())
    insert(
        Adoption,
        (
            {"organisation_id": body.id, "framework_id": framework_id, "starts_on": ADOPTED_ON, "recorded_at": LONG_AGO}
            for body in bodies
            for framework_id in adopted.get(body.kind, ())
        ),
    )
    rows: dict[type[Base], list[dict[str, Any]]] = {
        kind: [] for kind in (ProgressEntry, Target, Progress, Evidence, EvidenceUse)
    }
    entry_ids, evidence_ids = count(1), count(1)
    for body in bodies:
        for asked in by_kind.get(body.kind, ()):
            item = {"organisation_id": body.id, "ask_id": asked.ask_id}
            history = list(_history(item, asked, entry_ids, random)) if random.random() < 0.6 else []
            target_on = TODAY + timedelta(days=random.randint(-200, 200)) if random.random() < 0.1 else None
            if not history and target_on is None:
                continue
            rows[ProgressEntry] += history
            if target_on is not None:
                agreed_on = TODAY - timedelta(days=30)
                target = {**item, "target_on": target_on, "true_on": agreed_on, "recorded_at": _noon(agreed_on)}
                rows[Target].append({**target, "reason": "Agreed with the region.", "person_id": 1})
            last = history[-1] if history else None
            rows[Progress].append(
                {
                    **item,
                    "version": len(history) + (target_on is not None),
                    "entry_id": last["id"] if last else None,
                    "status_class": last["status_class"] if last else StatusClass.NO_UPDATE,
                    "target_on": target_on,
                }
            )
            if last and last["status_class"].is_done:
                evidence_id, known = next(evidence_ids), {"recorded_at": last["recorded_at"]}
                url = f"https://example.nhs.uk/{body.code.lower()}/board-papers/{asked.ask_id}.pdf"
                evidence = {"id": evidence_id, "organisation_id": body.id, "url": url, "true_on": last["true_on"]}
                rows[Evidence].append({**evidence, **known})
                rows[EvidenceUse].append({"evidence_id": evidence_id, **item, "starts_on": last["true_on"], **known})
        if len(rows[ProgressEntry]) > AT_ONCE:
            _store_and_empty(rows)
    _store_and_empty(rows)


def _store_and_empty(rows: dict[type[Base], list[dict[str, Any]]]) -> None:
    for kind, these in rows.items():
        insert(kind, these)
        these.clear()


def _asked(catalogue: Catalogue) -> tuple[dict[OrganisationType, list[Asked]], dict[OrganisationType, set[int]]]:
    """For each type of body the asks that may be said something of, and the frameworks it has to adopt."""
    by_kind: dict[OrganisationType, list[Asked]] = {}
    adopted: dict[OrganisationType, set[int]] = {}
    rows = session().execute(
        sa.select(
            AskScope.organisation_type,
            AskContent.ask_id,
            AskScope.service,
            AskScope.is_optional,
            Framework.id,
            FrameworkRevision.effective_from,
            FrameworkRevision.enrolment,
        )
        .join(AskContent, AskContent.id == AskScope.content_id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .join(Framework, Framework.id == FrameworkRevision.framework_id)
        .order_by(AskScope.id)
    )
    for kind, ask_id, service, is_optional, framework_id, effective_from, enrolment in rows:
        if enrolment is Enrolment.ADOPTED:
            adopted.setdefault(kind, set()).add(framework_id)
        since = max(effective_from, ADOPTED_ON) if enrolment is Enrolment.ADOPTED else effective_from
        if not is_optional:
            words = tuple(catalogue.scales[framework_id])
            by_kind.setdefault(kind, []).append(Asked(ask_id, service, words, since))
    return by_kind, adopted


def _history(item: dict[str, int], asked: Asked, ids: Iterator[int], random: Random) -> Iterator[dict[str, Any]]:
    """One to five things said, each on a day after the last; only a claim is ever assured, and by the region."""
    days = sorted(random.sample(range((TODAY - asked.since).days), random.randint(1, 5)))
    before: StatusDefinition | None = None
    for number, day in enumerate(days, 1):
        said = random.choice([word for word in asked.words if _may_follow(word, before, is_last=number == len(days))])
        on, is_assured = asked.since + timedelta(days=day), said.status_class is StatusClass.DONE_ASSURED
        yield {
            **item,
            "id": next(ids),
            "kind": EntryKind.ASSURED if is_assured else EntryKind.UPDATE,
            "status_code": said.code,
            "status_class": said.status_class,
            "narrative": " ".join(random.sample(SENTENCES, random.randint(1, 4))),
            "reason": random.choice(SENTENCES) if said.needs_reason else "",
            "recovery_on": TODAY + timedelta(days=90) if said.needs_recovery_date else None,
            "next_step": random.choice(SENTENCES) if said.status_class.is_open else "",
            "next_step_on": on + timedelta(days=60) if said.status_class.is_open else None,
            "completed_on": on if said.status_class.is_done else None,
            "true_on": on,
            "recorded_at": _noon(on),
            "person_id": 1 if is_assured else 3,
            "role": (Role.REGION if is_assured else Role.LEAD).value,
        }
        before = said


def _may_follow(word: StatusDefinition, before: StatusDefinition | None, *, is_last: bool) -> bool:
    if before is not None and before.status_class is StatusClass.DONE_CLAIMED:
        return word.status_class is StatusClass.DONE_ASSURED
    if word.status_class is StatusClass.NOT_APPLICABLE:
        return is_last
    return word.status_class is not StatusClass.DONE_ASSURED


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def insert(model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while some := list(islice(remaining, AT_ONCE)):
        session().execute(sa.insert(model.__table__), some)  # type: ignore[arg-type]
