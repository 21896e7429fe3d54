"""What the page of an escalation and its panel say: how far it has come, each step, and everything that was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.accounts.rules import Role
from tracker.appointments.panels import OwnersPanel
from tracker.clock import london_day
from tracker.escalations.chase_history import Written
from tracker.escalations.ladder import ladder
from tracker.escalations.rows import Event, Kept, Step, Told, steps_of
from tracker.escalations.rules import (
    NOTHING_YET,
    TO_ANSWERING,
    TO_NOBODY,
    EventKind,
    Level,
    Post,
    Record,
    State,
    is_response_overdue,
    proposed_level,
    state_of,
)
from tracker.progress.opened import Opened
from tracker.progress.presenters import Tag, due_tag, standing_word
from tracker.progress.rows import Standing
from tracker.web.wording import NOT_PROVIDED, day, day_and_time, in_words, plural

NOBODY = "Somebody whose details were removed"
STATE_TAGS = {
    State.BETWEEN: "not_started",
    State.AWAITED: "due_soon",
    State.ANSWERED: "on_course",
    State.HELD: "no_update",
    State.CLOSED: "not_applicable",
}
"""The colour of each state, by the class that it shares it with; the word carries the meaning."""
NO_RESPONSE_YET, NO_OUTCOME_YET = "None yet", "Not judged yet"
NOT_ESCALATED = "Not escalated"
TOLD_WORDS = {TO_NOBODY: "Nobody", TO_ANSWERING: "Those who answer for the organisation"}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One row of the record: what a region's paper shows of a step."""

    raised_on: str
    to_whom: str
    asked: str
    due: str
    response: str
    outcome: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """One thing that was done as a sentence, and what was written."""

    sentence: str
    text: str


@dataclass(frozen=True, slots=True)
class KeptPart:
    """One escalation, from its first step to its end."""

    heading: str
    steps: tuple[StepLine, ...]
    events: tuple[EventLine, ...]


@dataclass(frozen=True, slots=True)
class OnePage:
    """The escalation of one ask. ``may_…`` say what can be done at this moment, whoever may do it."""

    title: str
    caption: str
    tags: tuple[Tag, ...]
    rows: tuple[dict[str, str], ...]
    parts: tuple[KeptPart, ...]
    proposed: Level | None
    may_raise: bool
    may_respond: bool
    may_hold: bool
    may_close: bool
    is_with_national: bool
    """Whether the national team's answer is awaited."""


def one_page(opened: Opened, told: Told, owners: OwnersPanel, today: date, written: Written | None) -> OnePage:
    """Put the page together; ``written`` is the last message to many about this ask."""
    standing = opened.standing
    late = standing.days_overdue(today)
    shown = told.shown
    record = shown.record if shown else NOTHING_YET
    counted = told.counted.record if told.counted else NOTHING_YET
    proposed, above = levels_for(standing, told, today)
    status = Tag(standing_word(opened.catalogue.scale_of(opened.ask), standing), standing.status_class)
    tags = [status, due_tag(standing, today), state_tag(shown, today)]
    is_open = shown is not None and not shown.record.is_closed
    return OnePage(
        title=opened.ask.wording,
        caption=f"Escalation: {opened.organisation.name}, ask {opened.ask.ref}",
        tags=tuple(tag for tag in tags if tag),
        rows=(*_rows(shown, proposed, standing, owners, today), *_written_rows(written)),
        parts=tuple(_part(each) for each in told.kept),
        proposed=proposed,
        may_raise=late is not None and bool(above),
        may_respond=is_open and record.response_due_on is not None,
        may_hold=late is not None and not counted.is_closed,
        may_close=is_open or (late is not None and shown is None),
        is_with_national=is_open and record.response_due_on is not None and _is_national(record.level),
    )


def _is_national(code: str | None) -> bool:
    level = ladder().find(code)
    return level is not None and level.post is Post.NATIONAL


def levels_for(standing: Standing, told: Told, today: date) -> tuple[Level | None, tuple[Level, ...]]:
    """The level that the ladder proposes for an ask, and all that it may be raised to now."""
    counted = told.counted.record if told.counted else NOTHING_YET
    proposed = proposed_level(ladder(), standing.status_class, standing.days_overdue(today), counted, today)
    return proposed, ladder().above(counted.level)


def state_tag(kept: Kept | None, today: date) -> Tag | None:
    """Where an escalation stands, as a tag; a late response is said as such."""
    if kept is None:
        return None
    return record_tag(kept.record, today)


def record_tag(record: Record, today: date) -> Tag:
    """The same for a record of a list."""
    state = state_of(record, today)
    if state is State.AWAITED and is_response_overdue(record, today):
        return Tag("Response overdue", "overdue")
    return Tag(state.label, STATE_TAGS[state])


def response_words(record: Record, today: date) -> str:
    """When a response is due, and by how much it is late; "" where none is awaited.

    >>> response_words(Record("owner", date(2020, 11, 1)), date(2020, 11, 2))
    '1 November 2020, 1 day overdue'
    """
    if record.response_due_on is None or record.is_closed:
        return ""
    if record.is_answered:
        return f"{day(record.response_due_on)}, a response came"
    late = (today - record.response_due_on).days
    return day(record.response_due_on) + (f", {plural(late, 'day')} overdue" if late > 0 else "")


def raised_words(record: Record) -> str:
    """To whom it was raised last, and who was told instead where the post is vacant."""
    return ladder().addressed_label(record.level, record.told) if record.level else NOT_ESCALATED


def one_level(level: str | None, told: str | None) -> str:
    """The same inside a sentence."""
    words = ladder().addressed_label(level or "", told)
    return words[:1].lower() + words[1:]


def told_cell(told: str | None) -> str | None:
    """Whom the last step reached, as files hold it."""
    return None if told is None else TOLD_WORDS.get(told) or ladder().label_of(told)


def _rows(
    shown: Kept | None, proposed: Level | None, standing: Standing, owners: OwnersPanel, today: date
) -> list[dict[str, str]]:
    record = shown.record if shown else NOTHING_YET
    rows = [("Raised to", raised_words(record))]
    if shown and not shown.counts and not record.is_closed:
        rows.append(("About", f"An earlier date, {day(shown.deadline_on)}, or an earlier time it was overdue"))
    if response := response_words(record, today):
        rows.append(("Response due", response))
    if record.quiet_until is not None and record.quiet_until > today:
        rows.append(("Looked at again on", day(record.quiet_until)))
    rows.append(("The ladder proposes", _proposal_words(proposed, standing, today)))
    rows.append(("Owners of the ask", in_words([each.called for each in owners.owners]) or "Nobody owns this ask yet"))
    lead = f"{owners.lead.called}, {owners.lead.job_title}" if owners.lead else "Nobody is in post today"
    rows.append(("Executive lead", lead))
    return [{"key": key, "value": value} for key, value in rows]


def _written_rows(written: Written | None) -> list[dict[str, str]]:
    if written is None:
        return []
    words = f"{day(london_day(written.at))}, in a message to many by the {written.by.lower()}"
    return [{"key": "Last written to on", "value": words}]


def _proposal_words(proposed: Level | None, standing: Standing, today: date) -> str:
    late = standing.days_overdue(today)
    if proposed is None or late is None:
        return "Nothing today"
    after = proposed.after_days[standing.status_class]
    return f"{proposed.label}: {plural(late, 'day')} late, and due from day {after}"


def _part(kept: Kept) -> KeptPart:
    heading = f"About the date {day(kept.deadline_on)}"
    if kept.closed_on is not None and kept.ending is not None:
        heading += f", closed on {day(kept.closed_on)}"
    return KeptPart(
        heading=heading,
        steps=tuple(step_line(each) for each in steps_of(kept.events)),
        events=tuple(event_line(each) for each in reversed(kept.events)),
    )


def step_line(step: Step) -> StepLine:
    """One step as the record and the paper show it."""
    raised, judged = step.raised, step.judged
    said = [f"{day(each.true_on)}: {each.text}" for each in step.answers]
    if judged is not None and judged.text and not said:
        said = [f"{day(judged.true_on)}: {judged.text}"]
        about = ""
    else:
        about = f": {judged.text}" if judged is not None and judged.text else ""
    again = f", looked at again on {day(judged.quiet_until)}" if judged is not None and judged.quiet_until else ""
    outcome = f"{judged.judgement.label}{again}{about}" if judged and judged.judgement else NO_OUTCOME_YET
    return StepLine(
        raised_on=day(raised.true_on),
        to_whom=ladder().addressed_label(raised.level or "", raised.told),
        asked=raised.text or NOT_PROVIDED,
        due=day(raised.response_due_on),
        response="\n".join(said) or NO_RESPONSE_YET,
        outcome=outcome,
    )


def event_line(event: Event) -> EventLine:
    """One thing that was done as a sentence."""
    role = Role(event.role).label if event.role in set(Role) else ""
    who = ", ".join(part for part in (event.person_name, role) if part) or NOBODY
    return EventLine(f"{day_and_time(event.recorded_at)}: {who} {_done(event)}", event.text)


def _done(event: Event) -> str:
    if event.kind is EventKind.RAISED:
        return f"raised it to: {one_level(event.level, event.told)}. Response due on {day(event.response_due_on)}"
    if event.kind is EventKind.ANSWERED:
        return "responded for the organisation"
    if event.kind is EventKind.HELD:
        return f"held it until {day(event.quiet_until)}"
    if event.kind is EventKind.JUDGED and event.judgement is not None:
        again = f" Looked at again on {day(event.quiet_until)}." if event.quiet_until else ""
        return f"recorded what came of it: {event.judgement.label.lower()}.{again}"
    return f"closed it: {event.ending.label.lower()}" if event.ending else "closed it"
