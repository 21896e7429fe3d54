"""What the page of one ask says: where it stands, what is asked and by whom, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.accounts.rules import Role
from tracker.evidence.queries import EvidenceLink
from tracker.frameworks.catalogue import NO_UPDATE, status_word
from tracker.frameworks.presenters import national_date
from tracker.frameworks.rows import AskView, Scale
from tracker.frameworks.rules import Confidence, Enrolment
from tracker.organisations.queries import OrganisationSummary
from tracker.progress.presenters import Tag, due_tag
from tracker.progress.rows import Entry, NamedLead, Standing
from tracker.progress.rules import Applicability, EntryKind
from tracker.web.wording import NOT_PROVIDED, day, day_and_time, plural


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry of the history: a sentence, the word as a tag, and what was written."""

    sentence: str
    status: Tag
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AskPage:
    """One ask of one organisation."""

    title: str
    caption: str
    organisation_name: str
    status: Tag
    due_tag: Tag | None
    position: tuple[dict[str, str], ...]
    asked: tuple[dict[str, str], ...]
    alternates: tuple[str, ...]
    source_urls: tuple[str, ...]
    evidence: tuple[EvidenceLink, ...]
    history: tuple[HistoryLine, ...]


def ask_page(
    organisation: OrganisationSummary,
    ask: AskView,
    scale: Scale,
    standing: Standing,
    history: Sequence[Entry],
    evidence: Sequence[EvidenceLink],
    lead: NamedLead | None,
    today: date,
) -> AskPage:
    """Put the page of one ask together."""
    is_settled = standing.status_code is not None or standing.applicability is Applicability.APPLIES
    latest = history[0] if history else None
    return AskPage(
        title=ask.wording,
        caption=f"{ask.framework.title}, ask {ask.ref}",
        organisation_name=organisation.name,
        status=Tag(status_word(scale, standing.status_code), standing.status_class)
        if is_settled
        else Tag(standing.applicability.label, standing.applicability.value),
        due_tag=due_tag(standing, today),
        position=tuple(_position(ask, standing, latest, lead, today)),
        asked=tuple(_asked(ask)),
        alternates=tuple(f"{each.text} ({each.source})" for each in ask.alternates),
        source_urls=ask.source_urls,
        evidence=tuple(evidence),
        history=tuple(_history_line(entry, scale) for entry in history),
    )


def _position(
    ask: AskView, standing: Standing, latest: Entry | None, lead: NamedLead | None, today: date
) -> list[dict[str, str]]:
    date_words = national_date(ask.date_kind, ask.national_on, ask.precision, ask.season)
    rows = [
        {"key": "Last update", "value": _age(standing.updated_on, today)},
        {"key": "National date", "value": f"{date_words}{_confidence_mark(ask.confidence)}"}
        if ask.framework.enrolment is Enrolment.AUTOMATIC
        else {"key": "Date", "value": "Set by the organisation"},
    ]
    if standing.target_on:
        rows.append({"key": "Agreed target", "value": day(standing.target_on)})
    if standing.completed_on:
        rows.append({"key": "Done on", "value": day(standing.completed_on)})
    if ask.records_lead:
        named = f"{lead.in_words}, since {day(lead.starts_on)}" if lead else "No lead named yet"
        rows.append({"key": "Executive lead", "value": named})
    if latest is not None:
        rows += [{"key": key, "value": value} for key, value in _said(latest)]
    return rows


def _said(entry: Entry) -> list[tuple[str, str]]:
    """What an entry says beyond its status, leaving out what was left empty."""
    next_step = f"{entry.next_step} ({day(entry.next_step_on)})" if entry.next_step_on else entry.next_step
    rows = [
        ("Progress", entry.narrative),
        ("Returned because" if entry.kind is EntryKind.RETURNED else "Reason", entry.reason),
        ("Back on track by", day(entry.recovery_on) if entry.recovery_on else ""),
        ("Next step", next_step),
    ]
    return [(key, value) for key, value in rows if value]


def _age(updated_on: date | None, today: date) -> str:
    if updated_on is None:
        return NO_UPDATE
    days = (today - updated_on).days
    return f"{day(updated_on)} ({'today' if days == 0 else plural(days, 'day') + ' ago'})"


def _confidence_mark(confidence: Confidence) -> str:
    return " (provisional)" if confidence is Confidence.PROVISIONAL else ""


def _asked(ask: AskView) -> list[dict[str, str]]:
    rows = [
        ("Action", f"{ask.action.number}. {ask.action.title}"),
        ("For", ask.audience),
        ("Measure", ask.measure),
        ("Target of the measure", ask.measure_target),
        ("Evidence expected", ask.evidence_expected),
        ("About the date", ask.date_note),
        ("Source", ask.source or NOT_PROVIDED),
        ("How sure we are", ask.confidence.label),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _history_line(entry: Entry, scale: Scale) -> HistoryLine:
    done = {
        EntryKind.UPDATE: "set the status to",
        EntryKind.ASSURED: "assured the claim:",
        EntryKind.RETURNED: "returned the claim, which is open again:",
    }[entry.kind]
    role = Role(entry.role).label if entry.role in set(Role) else ""
    who = ", ".join(part for part in (entry.person_name, role) if part) or "Somebody whose details were removed"
    completed = [("Done on", day(entry.completed_on))] if entry.completed_on else []
    return HistoryLine(
        sentence=f"{day_and_time(entry.recorded_at)}: {who} {done}",
        status=Tag(status_word(scale, entry.status_code), entry.status_class),
        details=tuple(completed + _said(entry)),
    )
