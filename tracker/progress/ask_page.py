"""What the page of one ask says: where it stands, what is asked and by whom, and what was said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from tracker.accounts.rules import Role
from tracker.appointments.rows import InPost, NamedLead
from tracker.clock import london_day
from tracker.frameworks.catalogue import NO_UPDATE, AskFacts, status_word
from tracker.frameworks.rows import AskView, Scale
from tracker.frameworks.rules import Confidence, StatusClass
from tracker.organisations.queries import OrganisationSummary
from tracker.progress import rules
from tracker.progress.concerns import concerns_of
from tracker.progress.presenters import Tag, done_words, due_tag, forecast_words, said_otherwise, standing_word
from tracker.progress.rows import Confirmed, Entry, Standing, TargetsTold
from tracker.progress.rules import Applicability, EntryKind
from tracker.progress.target_presenters import date_rows, target_events
from tracker.web.wording import NOT_PROVIDED, day, day_and_time, plural


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened: a sentence, the word as a tag where there is one, and what was written.

    ``correct_href`` is where it can be put right, or "".
    """

    sentence: str
    status: Tag | None
    details: tuple[tuple[str, str], ...]
    correct_href: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """Everything that was said about one ask, in the parts it is kept in."""

    entries: Sequence[Entry]
    confirmations: Sequence[Confirmed]
    targets: TargetsTold


@dataclass(frozen=True, slots=True)
class AskPage:
    """One ask of one organisation."""

    title: str
    caption: str
    organisation_name: str
    status: Tag
    status_note: str
    due_tag: Tag | None
    concerns: tuple[str, ...]
    """What is late by which name, and what should not be believed without a look."""
    position: tuple[dict[str, str], ...]
    asked: tuple[dict[str, str], ...]
    alternates: tuple[str, ...]
    source_urls: tuple[str, ...]
    history: tuple[HistoryLine, ...]
    may_confirm: bool
    waits_for_region: int | None
    """The request for another target that waits, if one does."""


def ask_page(
    organisation: OrganisationSummary,
    ask: AskView,
    facts: AskFacts,
    scale: Scale,
    standing: Standing,
    past: Past,
    lead: InPost | None,
    evidence_on: date | None,
    today: date,
    correct_href: Callable[[int], str] | None = None,
) -> AskPage:
    """Put the page of one ask together.

    ``evidence_on`` is the date of its newest evidence that has not expired. ``correct_href`` says where an entry is
    corrected, None where nobody may.
    """
    concerns = concerns_of(facts, scale, standing, evidence_on, has_lead=lead is not None, as_at=today)
    is_settled = standing.status_code is not None or standing.applicability is Applicability.APPLIES
    latest = past.entries[0] if past.entries else None
    return AskPage(
        title=ask.wording,
        caption=f"{ask.framework.title}, ask {ask.ref}",
        organisation_name=organisation.name,
        status=Tag(standing_word(scale, standing), standing.status_class)
        if is_settled
        else Tag(standing.applicability.label, standing.applicability.value),
        status_note=said_otherwise(scale, standing),
        due_tag=due_tag(standing, today),
        concerns=concerns.in_words,
        position=tuple(_position(ask, facts, standing, latest, past.targets, lead, _set_aside_on(past.entries), today)),
        asked=tuple(_asked(ask)),
        alternates=tuple(f"{each.text} ({each.source})" for each in ask.alternates),
        source_urls=ask.source_urls,
        history=history_lines(past, scale, correct_href),
        may_confirm=standing.said_class.is_open
        and standing.entry_id is not None
        and standing.last_true_on != today
        and rules.why_not_confirm(
            standing.said_class, standing.deadline_on, standing.forecast_on, standing.recovery_on, today
        )
        is None,
        waits_for_region=past.targets.waiting.request_id if past.targets.waiting else None,
    )


@dataclass(frozen=True, slots=True)
class AsAtPage:
    """Where an ask stood on a day. ``status`` is None where it was not tracked then."""

    status: Tag | None
    status_note: str
    rows: tuple[dict[str, str], ...]


def as_at_page(
    scale: Scale, standing: Standing | None, history: Sequence[Entry], lead: NamedLead | None, on: date
) -> AsAtPage:
    """What was true at the end of a day: ``standing`` says which entry counted, ``lead`` who answered for it."""
    if standing is None:
        return AsAtPage(None, "", ())
    entry = next((each for each in history if each.entry_id == standing.entry_id), None)
    rows = [{"key": "Last update", "value": _age(standing.updated_on, on, today_word="on this day")}]
    if standing.confirmed_on:
        rows.append({"key": "Confirmed, no change", "value": day(standing.confirmed_on)})
    if standing.deadline_on:
        late = standing.days_overdue(on)
        overdue = f", {plural(late, 'day')} overdue" if late is not None else ""
        which = "the agreed target" if standing.target_on else "the national date"
        rows.append({"key": "Judged on", "value": f"{day(standing.deadline_on)}, {which}{overdue}"})
    if standing.completed_on and standing.said_class.is_done:
        rows.append({"key": "Done on", "value": done_words(standing)})
    named = f"{lead.in_words}, since {day(lead.starts_on)}" if lead else "Nobody was in post on this day"
    rows.append({"key": "Executive lead", "value": named})
    if entry is not None:
        rows.append({"key": "Recorded", "value": day_and_time(entry.recorded_at)})
        rows += [{"key": key, "value": value} for key, value in _said(entry)]
    return AsAtPage(
        Tag(standing_word(scale, standing), standing.status_class), said_otherwise(scale, standing), tuple(rows)
    )


def _position(
    ask: AskView,
    facts: AskFacts,
    standing: Standing,
    latest: Entry | None,
    told: TargetsTold,
    lead: InPost | None,
    set_aside_on: date | None,
    today: date,
) -> list[dict[str, str]]:
    rows = [{"key": "Last update", "value": _age(standing.updated_on, today)}]
    if standing.confirmed_on:
        rows.append({"key": "Confirmed, no change", "value": _age(standing.confirmed_on, today)})
    dates = date_rows(facts, standing, told, today, set_aside_on=set_aside_on)
    for row in dates:
        if row["key"] == "National date":
            row["value"] += _confidence_mark(ask.confidence)
    rows += dates or [{"key": "Date", "value": "Set by the organisation"}]
    if standing.said_class.is_open and standing.forecast_on:
        rows.append({"key": "Forecast", "value": forecast_words(standing)})
    if standing.completed_on:
        rows.append({"key": "Done on", "value": day(standing.completed_on)})
    if ask.records_lead:
        named = f"{lead.in_words}, since {day(lead.starts_on)}" if lead else "Nobody is in post today"
        rows.append({"key": "Executive lead", "value": named})
    if latest is not None:
        rows += [{"key": key, "value": value} for key, value in _said(latest)]
    return rows


def _set_aside_on(entries: Sequence[Entry]) -> date | None:
    """The day from which an ask has been not applicable, however often that was said again; None where it is not."""
    running = takewhile(lambda entry: entry.status_class is StatusClass.NOT_APPLICABLE, entries)
    return min((entry.true_on for entry in running), default=None)


def _said(entry: Entry) -> list[tuple[str, str]]:
    """What an entry says beyond its status, leaving out what was left empty."""
    next_step = f"{entry.next_step} ({day(entry.next_step_on)})" if entry.next_step_on else entry.next_step
    rows = [
        ("Progress", entry.narrative),
        (_WHY.get(entry.kind, "Reason"), entry.reason),
        ("Back on track by", day(entry.recovery_on) if entry.recovery_on else ""),
        ("Expected to be done on", day(entry.forecast_on) if entry.forecast_on else ""),
        ("Blocked by others", entry.blocked_by),
        ("Next step", next_step),
        ("Review again on", day(entry.review_on) if entry.review_on else ""),
    ]
    return [(key, value) for key, value in rows if value]


_WHY = {EntryKind.RETURNED: "Returned because", EntryKind.LAPSED: "Assurance lapsed because"}


def _age(updated_on: date | None, today: date, *, today_word: str = "today") -> str:
    if updated_on is None:
        return NO_UPDATE
    days = (today - updated_on).days
    return f"{day(updated_on)} ({today_word if days == 0 else plural(days, 'day') + ' ago'})"


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


def history_lines(
    past: Past, scale: Scale, correct_href: Callable[[int], str] | None = None
) -> tuple[HistoryLine, ...]:
    """Everything that happened to an ask as sentences, newest first: by the day it was true, then as recorded."""
    corrected = {each.corrects_id for each in past.entries if each.corrects_id}
    newest = {each.corrects_id: each.entry_id for each in reversed(past.entries) if each.corrects_id}
    decided_up_to = max((each.entry_id for each in past.entries if each.kind is not EntryKind.UPDATE), default=0)
    lines: list[tuple[date, datetime, HistoryLine]] = []
    for entry in past.entries:
        is_current = (
            entry.entry_id not in corrected
            if entry.corrects_id is None
            else (newest[entry.corrects_id] == entry.entry_id)
        )
        is_decided = entry.status_class.is_done and entry.entry_id < decided_up_to
        told = _entry_line(entry, scale, None if is_decided else correct_href, is_current=is_current)
        lines.append((entry.true_on, entry.recorded_at, told))
    for confirmed in past.confirmations:
        who = _who(confirmed.person_name, confirmed.role)
        sentence = f"{day_and_time(confirmed.recorded_at)}: {who} confirmed that nothing had changed"
        lines.append((confirmed.true_on, confirmed.recorded_at, HistoryLine(sentence, None, ())))
    for true_on, recorded_at, line in target_events(past.targets):
        lines.append((true_on, recorded_at, HistoryLine(line.sentence, None, line.details)))
    return tuple(line for _, _, line in sorted(lines, key=lambda each: each[:2], reverse=True))


def _entry_line(
    entry: Entry, scale: Scale, correct_href: Callable[[int], str] | None, *, is_current: bool
) -> HistoryLine:
    done = {
        EntryKind.UPDATE: "set the status to",
        EntryKind.ASSURED: "assured the claim:",
        EntryKind.RETURNED: "returned the claim, which is open again:",
        EntryKind.LAPSED: "changed what the assurance rested on, so it lapsed:",
    }[entry.kind]
    if entry.corrects_id is not None:
        done = f"corrected what was said for {day(entry.true_on)}:"
    elif entry.true_on < london_day(entry.recorded_at):
        done = f"recorded for {day(entry.true_on)}, later than it was true:"
    details = [("Done on", day(entry.completed_on))] if entry.completed_on else []
    if entry.backdating_reason:
        is_late = entry.true_on < london_day(entry.recorded_at)
        why = "Why it was recorded later" if is_late else "Why it was claimed later"
        why = "Why it was corrected" if entry.corrects_id is not None else why
        details.append((why, entry.backdating_reason))
    if not is_current:
        details.append(("Corrected", "A later entry puts this right"))
    may_correct = correct_href is not None and is_current and entry.kind is EntryKind.UPDATE
    who = _who(entry.person_name, entry.role)
    if entry.kind is EntryKind.LAPSED and not entry.role:
        who, done = "the assurance lapsed", "with time:"
    return HistoryLine(
        sentence=f"{day_and_time(entry.recorded_at)}: {who} {done}",
        status=Tag(status_word(scale, entry.status_code), entry.status_class),
        details=tuple(details + _said(entry)),
        correct_href=correct_href(entry.entry_id) if correct_href is not None and may_correct else "",
    )


def _who(name: str, role: str) -> str:
    label = Role(role).label if role in set(Role) else ""
    return ", ".join(part for part in (name, label) if part) or "Somebody whose details were removed"
