"""What the page of one organisation says: where it stands, what is late by which name, who leads, ask by ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.appointments.panels import InPostSum
from tracker.barriers.panels import RegisterSum
from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.frameworks.rules import OrganisationType, Service
from tracker.organisations.queries import OrganisationSummary
from tracker.progress import rules
from tracker.progress.concerns import LACKS_EVIDENCE, NO_RECOVERY_PLAN, Concerns, concerns_of
from tracker.progress.date_rules import Overdue
from tracker.progress.presenters import CLASS_WORDS, Tag, age, blocked_words, due_tag, due_words, status_tag
from tracker.progress.rows import Standing
from tracker.progress.rules import Applicability, RollUp
from tracker.web.wording import day, n_of_d, plural


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
class FrameworkChoice:
    """A framework that an organisation may take up, or has."""

    code: str
    title: str
    is_adopted: bool


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
    by_choice: tuple[FrameworkChoice, ...]
    """The frameworks in force that are not for everybody."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the page says of an organisation besides its standings.

    ``services_href`` is where its services are changed, or "" for somebody who may not. ``evidence`` is the date of the
    newest evidence of each ask. ``more`` are summary rows that other features bring.
    """

    in_post: InPostSum
    services: Mapping[Service, bool]
    services_href: str
    evidence: Mapping[int, date]
    barriers: RegisterSum
    more: Sequence[dict[str, str]] = ()


def organisation_page(
    organisation: OrganisationSummary, standings: Sequence[Standing], catalogue: Catalogue, known: Known, today: date
) -> OrganisationPage:
    """Group an organisation's standings by framework and action, in the order of the catalogue."""
    by_ask = {standing.ask_id: standing for standing in standings}
    tracked = [(ask, by_ask[ask_id]) for ask_id, ask in catalogue.asks.items() if ask_id in by_ask]
    concerns = {
        ask.ask_id: concerns_of(
            ask,
            catalogue.scale_of(ask),
            standing,
            known.evidence.get(ask.ask_id),
            has_lead=known.in_post.lead is not None,
            as_at=today,
        )
        for ask, standing in tracked
    }
    lines = {ask.ask_id: _line(ask, standing, concerns[ask.ask_id], catalogue, today) for ask, standing in tracked}
    late = [standing for _, standing in tracked if standing.days_overdue(today) is not None]
    return OrganisationPage(
        title=organisation.name,
        code=organisation.code,
        about=about(organisation),
        summary=(
            *_done(tracked),
            _overdue(standings, today),
            *_late_by_name(concerns.values()),
            _next_date(standings, today),
            *_people(organisation, known.in_post, tracked, today),
            *_barriers(known.barriers),
            *known.more,
            *_services(organisation, known.services, known.services_href),
        ),
        overdue=tuple(lines[each.ask_id] for each in sorted(late, key=lambda each: each.deadline_on or today)),
        sections=_sections(by_ask, lines, catalogue),
        to_confirm=sum(standing.applicability is Applicability.TO_CONFIRM for standing in standings),
        by_choice=tuple(
            FrameworkChoice(code, title, any(ask.framework_code == code for ask, _ in tracked))
            for code, title in frameworks_by_choice(catalogue, organisation.organisation_type, today).items()
        ),
    )


def frameworks_by_choice(catalogue: Catalogue, organisation_type: OrganisationType, today: date) -> dict[str, str]:
    """The frameworks in force that ask something of a type but hold only for who takes them up: title by code."""
    return {
        ask.framework_code: ask.framework_title
        for ask in catalogue.asks.values()
        if ask.is_adopted
        and organisation_type in ask.types
        and ask.effective_from <= today
        and (ask.effective_to is None or today <= ask.effective_to)
    }


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


def _overdue(standings: Sequence[Standing], today: date) -> dict[str, str]:
    late = sum(standing.days_overdue(today) is not None for standing in standings)
    return {"key": "Overdue", "value": plural(late, "ask") if late else "Nothing is overdue"}


def _next_date(standings: Sequence[Standing], today: date) -> dict[str, str]:
    coming = [
        standing.deadline_on
        for standing in standings
        if standing.deadline_on is not None
        and standing.deadline_on >= today
        and standing.status_class.is_open
        and standing.applicability is Applicability.APPLIES
    ]
    return {"key": "Next date", "value": day(min(coming)) if coming else "No date ahead"}


def _late_by_name(concerns: Iterable[Concerns]) -> list[dict[str, str]]:
    """What is late and what is not to be believed as it stands, each by its own name; nothing where all is well."""
    counted = Counter(words for each in concerns for words in each.in_words)
    names = [*(kind.label for kind in Overdue), LACKS_EVIDENCE, NO_RECOVERY_PLAN]
    return [{"key": name, "value": plural(counted[name], "ask")} for name in names if counted[name]]


def _people(
    organisation: OrganisationSummary, in_post: InPostSum, tracked: Sequence[tuple[AskFacts, Standing]], today: date
) -> list[dict[str, str]]:
    """Who leads and who stands in, or for how long nobody has; and how many asks have an owner, once some have."""
    asked = [
        ask.effective_from for ask, each in tracked if ask.records_lead and each.applicability is Applicability.APPLIES
    ]
    vacancy = in_post.vacancy(min(asked, default=None), organisation.opened_on, today)
    lead = "No lead named yet"
    if in_post.lead is not None:
        lead = in_post.lead.in_words
    elif vacancy is not None:
        lead = f"Vacant for {plural(vacancy.days(today), 'day')}, since {day(vacancy.since)}"
    rows = [{"key": "Executive lead", "value": lead}]
    if in_post.deputy is not None:
        rows.append({"key": "Deputy", "value": in_post.deputy.in_words})
    if in_post.owned_asks:
        counted = sum(each.applicability is not Applicability.OPTIONAL for _, each in tracked)
        rows.append({"key": "Asks with an owner", "value": n_of_d(in_post.owned_asks, counted)})
    return rows


def _barriers(register: RegisterSum) -> list[dict[str, str]]:
    """What stands in the way and what helps; nothing where nothing was written down."""
    if not register.open_barriers and not register.enablers:
        return []
    parts = [plural(register.open_barriers, "open barrier"), plural(register.enablers, "enabler")]
    parts += [f"{plural(register.reviews_due, 'review')} due"] if register.reviews_due else []
    return [{"key": "Barriers and enablers", "value": ", ".join(parts)}]


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


def _line(ask: AskFacts, standing: Standing, concerns: Concerns, catalogue: Catalogue, today: date) -> AskLine:
    parts = [due_words(ask, standing, today)]
    if standing.updated_on:
        parts.append(f"Updated {age(standing.updated_on, today)}")
    if standing.confirmed_on:
        parts.append(f"Confirmed {age(standing.confirmed_on, today)}")
    if standing.blocked_by and standing.said_class.is_open:
        parts.append(blocked_words(standing.blocked_by))
    parts += concerns.in_words
    return AskLine(
        name=f"{ask.ref} {ask.wording}",
        path=f"{ask.framework_code}/{ask.ref}",
        hint=". ".join(parts),
        tags=tuple(tag for tag in (status_tag(ask, standing, catalogue), due_tag(standing, today)) if tag),
    )
