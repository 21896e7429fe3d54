"""One person's digest in words: subject, text and HTML, most urgent first; it must not know who the person is.

It stands below ``service.py``, which decides what goes in, and reads no table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import shorten
from urllib.parse import quote

from flask import current_app

from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.frameworks.rules import DateKind, DatePrecision
from tracker.mail.topics import Topic
from tracker.reminders.rows import Line
from tracker.reminders.rules import NOBODY_THERE, Cadence, Group, RuleBook, group_of
from tracker.web.wording import day, month, plural

LONGEST_WORDING = 110
"""Characters of an ask's wording: two lines on a phone; the page says the rest."""
MOST_OF_A_GROUP = 30
"""Lines of one group; a page of the service has the rest."""

Names = Mapping[int, tuple[str, str]]
"""The code and name of each organisation, by its id."""


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One ask of one organisation, as the digest says it."""

    organisation: str
    ask_ref: str
    wording: str
    when: str
    link: str
    topic: Topic
    group: Group
    deadline_on: date


@dataclass(frozen=True, slots=True)
class DigestGroup:
    """What is said under one heading; ``left_out`` counts what is not listed."""

    group: Group
    items: tuple[DigestItem, ...]
    left_out: int

    @property
    def label(self) -> str:
        return self.group.label

    @property
    def count(self) -> int:
        return len(self.items) + self.left_out


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one person is told today, in order, and how much else is still waiting."""

    items: tuple[DigestItem, ...]
    waiting_besides: int
    base_url: str
    cadence: Cadence
    stop_after: int

    @property
    def groups(self) -> tuple[DigestGroup, ...]:
        """The groups that occur, each with its items."""
        found = []
        for group in Group:
            items = tuple(each for each in self.items if each.group is group)
            if items:
                found.append(DigestGroup(group, items[:MOST_OF_A_GROUP], max(0, len(items) - MOST_OF_A_GROUP)))
        return tuple(found)

    @property
    def to_do(self) -> int:
        """How many asks there is something to do about."""
        return sum(each.group.needs_somebody for each in self.items)

    @property
    def reminds(self) -> bool:
        """Whether there is a day in it by which something is to be done, and not only what others said and decided."""
        return any(each.topic.is_series for each in self.items)

    @property
    def is_for_a_team(self) -> bool:
        """Whether all that needs somebody is what others have not answered."""
        return {each.group for each in self.items if each.group.needs_somebody} == {Group.UNANSWERED}

    @property
    def subject_counts(self) -> str:
        return ", ".join(f"{each.count} {each.group.counted}" for each in self.groups if each.group.needs_somebody)

    def render(self) -> tuple[str, str, str]:
        """Subject, text and HTML, from the templates in ``templates/email/reminder_digest``."""
        templates = current_app.jinja_env
        subject, body, html = (
            templates.get_template(f"email/reminder_digest/{part}").render(digest=self)
            for part in ("subject.txt", "body.txt", "body.html")
        )
        return subject.strip(), body.strip() + "\n", html.strip() + "\n"


def digest_of(
    lines: Iterable[Line],
    catalogue: Catalogue,
    names: Names,
    *,
    on: date,
    base_url: str,
    waiting_besides: int,
    rules: RuleBook,
) -> Digest:
    """A digest of some lines; earliest deadline first. What stands in no catalogue any more is left out."""
    shown = [line for line in lines if line.ask_id in catalogue.asks and line.organisation_id in names]
    shown.sort(key=lambda line: (line.deadline_on, names[line.organisation_id][1], catalogue.asks[line.ask_id].order))
    items = tuple(
        item_of(line, catalogue.asks[line.ask_id], names[line.organisation_id], on=on, base_url=base_url, rules=rules)
        for line in shown
    )
    return Digest(items, waiting_besides, base_url, rules.cadences[0].days, rules.stop_after)


def item_of(
    line: Line, ask: AskFacts, organisation: tuple[str, str], *, on: date, base_url: str, rules: RuleBook
) -> DigestItem:
    """One line in words."""
    code, name = organisation
    return DigestItem(
        organisation=" ".join(name.split()),
        ask_ref=ask.ref,
        wording=shorten(ask.wording, LONGEST_WORDING, placeholder="…").rstrip("."),
        when=when(line, ask, on, rules),
        link=link_to(base_url, code, ask, line),
        topic=line.topic,
        group=group_of(line.topic, line.deadline_on, on),
        deadline_on=line.deadline_on,
    )


def when(line: Line, ask: AskFacts, on: date, rules: RuleBook) -> str:
    """Why it is said now: the date, and how far off it is, or what was decided."""
    on_day = day(line.deadline_on)
    if line.topic is Topic.DEADLINE:
        return _due_words(line.deadline_on, ask, on)
    if line.topic is Topic.UNANSWERED and line.kind.startswith(NOBODY_THERE):
        return f"{_due_words(line.deadline_on, ask, on)}. Nobody there is reminded of it: invite somebody who leads"
    if line.topic is Topic.UNANSWERED:
        others = (topic for topic in Topic if topic is not Topic.DEADLINE)
        other = next((topic for topic in others if line.kind.startswith(f"unanswered_{topic.value}_")), None)
        words = _due_words(line.deadline_on, ask, on) if other is None else other.label
        return f"{words}. {rules.stop_after} reminders were not answered: it is yours to raise now"
    if line.topic is Topic.VACANCY:
        return "Nobody is named as executive lead"
    if line.topic is Topic.EVIDENCE:
        return f"Evidence counts until {on_day}" if line.deadline_on >= on else f"Evidence expired after {on_day}"
    if line.topic is Topic.REVIEW:
        return f"You meant to look at this again on {on_day}"
    if line.topic is Topic.TARGET:
        return _answer_words(line)
    if line.topic is Topic.STALE:
        return f"Nothing was said since {day(line.deadline_on - timedelta(days=rules.quiet_days))}"
    return _DECIDED[line.topic]


_DECIDED = {
    Topic.RETURNED: "The claim was returned, so the ask is open again. The page says why",
    Topic.ASSURED: "The claim was assured: nothing else needs doing",
    Topic.LAPSE: "The assurance has lapsed, because something changed since. The page says what",
    Topic.MENTION: "Somebody named you in a comment, and may wait for an answer",
    Topic.ESCALATION: "It was escalated",
    Topic.CHASE: "A team wrote about it",
}


def _answer_words(line: Line) -> str:
    """What was decided, and the day the ask is judged on from now on."""
    decision = "was accepted" if "_accepted" in line.kind else "was declined" if "_declined" in line.kind else None
    if decision is None:
        return "The request for another target was answered"
    judged = "it has no date" if line.kind.endswith("_undated") else f"it is judged on {day(line.deadline_on)}"
    return f"Your request for another target {decision}: {judged}"


def _due_words(deadline_on: date, ask: AskFacts, on: date) -> str:
    is_national = ask.date_kind is DateKind.BY and ask.national_on == deadline_on
    if not is_national:
        date_words = f"Agreed target {day(deadline_on)}"
    elif ask.precision is DatePrecision.MONTH:
        date_words = f"Due by the end of {month(deadline_on)}"
    else:
        date_words = f"Due {day(deadline_on)}"
    days_left = (deadline_on - on).days
    if days_left < 0:
        return f"{date_words}: {plural(-days_left, 'day overdue', 'days overdue')}"
    return f"{date_words}: {plural(days_left, 'day left', 'days left') if days_left else 'today'}"


def link_to(base_url: str, organisation_code: str, ask: AskFacts, line: Line) -> str:
    """Where the person does what is asked: the page itself, not the way to it."""
    parts = [organisation_code, ask.framework_code, ask.ref]
    if line.topic in _ANSWERED_ON_THE_FORM:
        parts.append("update")
    elif line.topic is Topic.MENTION:
        parts += ["comments", line.kind.rpartition("_")[2]]
    return "/".join((base_url, "organisations", *(quote(part, safe="") for part in parts)))


_ANSWERED_ON_THE_FORM = {Topic.DEADLINE, Topic.REVIEW, Topic.STALE}
