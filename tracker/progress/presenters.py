"""What the pages of one organisation say, as text and tags; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import AskFacts, Catalogue, status_word
from tracker.frameworks.presenters import national_date
from tracker.frameworks.rows import Scale
from tracker.frameworks.rules import DateKind, DatePrecision, OrganisationType, Service, StatusClass
from tracker.organisations.queries import OrganisationSummary
from tracker.progress import rules
from tracker.progress.rows import NamedLead, Standing
from tracker.progress.rules import Applicability, RollUp
from tracker.web.wording import day, month, n_of_d, plural

CLASS_WORDS = {
    StatusClass.OFF_COURSE: "Off track",
    StatusClass.AT_RISK: "At risk",
    StatusClass.NO_UPDATE: "No update",
    StatusClass.NOT_STARTED: "Not started",
    StatusClass.ON_COURSE: "On track",
    StatusClass.DONE_CLAIMED: "Complete, claimed",
    StatusClass.DONE_ASSURED: "Complete, assured",
    StatusClass.NOT_APPLICABLE: "Not applicable",
}
"""What a class is called where asks of several scales are added up."""

DUE_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Tag:
    """A word and the class that colours it."""

    text: str
    status_class: str


@dataclass(frozen=True, slots=True)
class AskLine:
    """One ask in an organisation's list."""

    name: str
    path: str
    """Where its page is, below its organisation's."""
    hint: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class ActionSection:
    """One action with its asks and what they add up to."""

    number: str
    title: str
    worst: Tag | None
    done: str
    asks: tuple[AskLine, ...]


@dataclass(frozen=True, slots=True)
class FrameworkSection:
    """One framework with its actions."""

    code: str
    title: str
    actions: tuple[ActionSection, ...]


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """An organisation's page: where it stands, what is next, who leads."""

    title: str
    code: str
    about: str
    summary: tuple[dict[str, str], ...]
    overdue: tuple[AskLine, ...]
    sections: tuple[FrameworkSection, ...]
    to_confirm: int


def organisation_page(
    organisation: OrganisationSummary,
    standings: Sequence[Standing],
    catalogue: Catalogue,
    lead: NamedLead | None,
    services: Mapping[Service, bool],
    services_href: str,
    today: date,
) -> OrganisationPage:
    """Group an organisation's standings by framework and action, in the order of the catalogue.

    ``services_href`` is where its services are changed, or "" for somebody who may not.
    """
    by_ask = {standing.ask_id: standing for standing in standings}
    tracked = [(ask, by_ask[ask_id]) for ask_id, ask in catalogue.asks.items() if ask_id in by_ask]
    lines = {ask.ask_id: _line(ask, standing, catalogue, today) for ask, standing in tracked}
    late = [standing for _, standing in tracked if standing.days_overdue(today) is not None]
    return OrganisationPage(
        title=organisation.name,
        code=organisation.code,
        about=about(organisation),
        summary=(
            *_done(tracked),
            *_summary([standing for _, standing in tracked], lead, today),
            *_services(organisation, services, services_href),
        ),
        overdue=tuple(lines[each.ask_id] for each in sorted(late, key=lambda each: each.deadline_on or today)),
        sections=_sections(by_ask, lines, catalogue),
        to_confirm=sum(standing.applicability is Applicability.TO_CONFIRM for standing in standings),
    )


def about(organisation: OrganisationSummary) -> str:
    """Type, code, system and region in one line."""
    parts = [
        organisation.organisation_type.label,
        organisation.code,
        organisation.system_name,
        organisation.region_name,
    ]
    return " · ".join(part for part in parts if part)


def _done(tracked: Sequence[tuple[AskFacts, Standing]]) -> list[dict[str, str]]:
    """How much is done, framework by framework: they ask for different things and are never added together."""
    frameworks: dict[str, list[Standing]] = {}
    for ask, standing in tracked:
        frameworks.setdefault(ask.framework_title, []).append(standing)
    rows = []
    for title, standings in frameworks.items():
        rolled = _roll_up(standings)
        key = "Done" if len(frameworks) == 1 else f"Done: {title}"
        rows.append({"key": key, "value": f"{n_of_d(rolled.done, rolled.of)} asks"})
    return rows


def _summary(standings: Sequence[Standing], lead: NamedLead | None, today: date) -> tuple[dict[str, str], ...]:
    late = sum(standing.days_overdue(today) is not None for standing in standings)
    coming = [
        standing.deadline_on
        for standing in standings
        if standing.deadline_on is not None
        and standing.deadline_on >= today
        and standing.status_class.is_open
        and standing.applicability is Applicability.APPLIES
    ]
    return (
        {"key": "Overdue", "value": plural(late, "ask") if late else "Nothing is overdue"},
        {"key": "Next date", "value": day(min(coming)) if coming else "No date ahead"},
        {"key": "Executive lead", "value": f"{lead.in_words}" if lead else "No lead named yet"},
    )


def _services(organisation: OrganisationSummary, answers: Mapping[Service, bool], href: str) -> list[dict[str, str]]:
    """What a trust said it runs, because some asks are there or not there for it."""
    if organisation.organisation_type is not OrganisationType.TRUST:
        return []
    said = {True: "Yes", False: "No", None: "Not said yet"}
    value = ". ".join(f"{service.label.capitalize()}: {said[answers.get(service)].lower()}" for service in Service)
    return [{"key": "Services", "value": value} | ({"href": href} if href else {})]


def _roll_up(standings: Sequence[Standing]) -> RollUp:
    return rules.roll_up((standing.status_class, standing.applicability) for standing in standings)


def _sections(
    by_ask: Mapping[int, Standing], lines: Mapping[int, AskLine], catalogue: Catalogue
) -> tuple[FrameworkSection, ...]:
    """Every action of each framework that is tracked, those too of which nothing applies here."""
    codes = {ask.framework_code for ask_id, ask in catalogue.asks.items() if ask_id in by_ask}
    frameworks: dict[tuple[str, str], dict[str, list[AskFacts]]] = {}
    for ask in catalogue.asks.values():
        if ask.framework_code in codes:
            actions = frameworks.setdefault((ask.framework_code, ask.framework_title), {})
            actions.setdefault(ask.action_number, []).append(ask)
    return tuple(
        FrameworkSection(
            code=code,
            title=title,
            actions=tuple(_action(asks, by_ask, lines) for asks in actions.values()),
        )
        for (code, title), actions in frameworks.items()
    )


def _action(asks: Sequence[AskFacts], by_ask: Mapping[int, Standing], lines: Mapping[int, AskLine]) -> ActionSection:
    here = [ask.ask_id for ask in asks if ask.ask_id in by_ask]
    rolled = _roll_up([by_ask[ask_id] for ask_id in here])
    if not here:
        done = "Nothing in this action applies to this organisation"
    else:
        done = f"{n_of_d(rolled.done, rolled.of)} done" if rolled.of else "Nothing to count yet"
    return ActionSection(
        number=asks[0].action_number,
        title=asks[0].action_title,
        worst=Tag(CLASS_WORDS[rolled.worst], rolled.worst) if rolled.worst else None,
        done=done,
        asks=tuple(lines[ask_id] for ask_id in here),
    )


def _line(ask: AskFacts, standing: Standing, catalogue: Catalogue, today: date) -> AskLine:
    parts = [due_words(ask, standing, today)]
    if standing.updated_on:
        parts.append(f"Updated {age(standing.updated_on, today)}")
    if standing.confirmed_on:
        parts.append(f"Confirmed {age(standing.confirmed_on, today)}")
    if standing.is_said_otherwise:
        parts.append("No recovery plan")
    return AskLine(
        name=f"{ask.ref} {ask.wording}",
        path=f"{ask.framework_code}/{ask.ref}",
        hint=". ".join(parts),
        tags=tuple(tag for tag in (status_tag(ask, standing, catalogue), due_tag(standing, today)) if tag),
    )


def status_tag(ask: AskFacts, standing: Standing, catalogue: Catalogue) -> Tag:
    """The status in the framework's own word; applicability first where it is not settled."""
    if standing.status_code is None and standing.applicability is not Applicability.APPLIES:
        return Tag(standing.applicability.label, standing.applicability.value)
    return Tag(standing_word(catalogue.scale_of(ask), standing), standing.status_class)


def age(on: date, today: date) -> str:
    """A day with how long ago it was: the age of what was said stands beside it everywhere.

    >>> age(date(2020, 10, 30), date(2020, 11, 2)), age(date(2020, 11, 2), date(2020, 11, 2))
    ('30 October 2020 (3 days ago)', '2 November 2020 (today)')
    """
    days = (today - on).days
    return f"{day(on)} ({'today' if days == 0 else plural(days, 'day') + ' ago'})"


def standing_word(scale: Scale, standing: Standing) -> str:
    """The word of the class that counts: overdue with no recovery plan is not called "on track" anywhere."""
    if not standing.is_said_otherwise:
        return status_word(scale, standing.status_code)
    words = scale.in_class(standing.status_class)
    return words[0].label if words else CLASS_WORDS[standing.status_class]


def said_otherwise(scale: Scale, standing: Standing) -> str:
    """Why another word is shown than the one that was said; "" where it is the same."""
    if not standing.is_said_otherwise:
        return ""
    return f"Said to be “{status_word(scale, standing.status_code)}”, but it is overdue and there is no recovery plan"


def forecast_words(standing: Standing) -> str:
    """What the organisation expects, apart from where it stands: "15 December 2020, on time"."""
    expected = rules.forecast(standing.deadline_on, standing.forecast_on)
    return f"{day(standing.forecast_on)}{f', {expected.label.lower()}' if expected else ''}"


def due_tag(standing: Standing, today: date) -> Tag | None:
    """Overdue or due soon, as a tag beside the date; nothing where neither is so."""
    late = standing.days_overdue(today)
    if late is not None:
        return Tag(f"{plural(late, 'day')} overdue", "overdue")
    left = _days_left(standing, today)
    if left is not None and left <= DUE_SOON_DAYS:
        return Tag("Due today" if left == 0 else f"{plural(left, 'day')} left", "due_soon")
    return None


def due_words(ask: AskFacts, standing: Standing, today: date) -> str:
    """When the ask is due, done or meant to begin, as a sentence without a full stop."""
    if standing.status_class.is_done and standing.completed_on is not None:
        late = rules.days_late(standing.completed_on, standing.deadline_on)
        met = "" if late is None else ", on time" if late == 0 else f", {plural(late, 'day')} late"
        return f"Done on {day(standing.completed_on)}{met}"
    if standing.target_on is not None:
        return f"Agreed target {day(standing.target_on)}"
    words = national_date(ask.date_kind, ask.national_on, ask.precision, ask.season)
    left = _days_left(standing, today)
    if left is not None and left > DUE_SOON_DAYS:
        return f"{words}, {plural(left, 'day')} left"
    if _is_late_start(ask, standing, today):
        return f"{words}, not started yet"
    return words


def _is_late_start(ask: AskFacts, standing: Standing, today: date) -> bool:
    """A "from" date that has gone by without a start is shown, and is never called overdue."""
    return (
        ask.date_kind is DateKind.FROM
        and ask.national_on is not None
        and ask.national_on < today
        and standing.status_class in (StatusClass.NO_UPDATE, StatusClass.NOT_STARTED)
    )


def _days_left(standing: Standing, today: date) -> int | None:
    is_counted = standing.status_class.is_open and standing.applicability is Applicability.APPLIES
    if not is_counted or standing.deadline_on is None or standing.deadline_on < today:
        return None
    return (standing.deadline_on - today).days


def deadline_words(on: date, precision: DatePrecision | None) -> str:
    """A deadline where there is no room for more: "31 March 2021", or the month where only that is known."""
    return month(on) if precision is DatePrecision.MONTH else day(on)
