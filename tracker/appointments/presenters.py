"""The page and the files of who answers for what; it reads nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.appointments.rows import AskChoice, InPost, Vacancy
from tracker.appointments.rules import AppointmentRole
from tracker.organisations.queries import OrganisationSummary
from tracker.web.downloads import Cell
from tracker.web.wording import day, plural

Asks = Mapping[int, AskChoice]
GOES_ON = "No last day"
WITHDRAWN_ASK = "An ask that is no longer asked"

CSV_HEADINGS = (
    "ods_code",
    "organisation",
    "post_code",
    "post",
    "framework",
    "ask_ref",
    "ask",
    "state",
    "job_title",
    "starts_on",
    "ends_on",
    "days_vacant",
)
NAME_HEADINGS = (*CSV_HEADINGS, "name")


@dataclass(frozen=True, slots=True)
class InPostLine:
    """One appointment as a row of a table; ``about`` tells one link from another."""

    appointment_id: int
    person_id: int
    what: str
    who: str
    job_title: str
    since: str
    until: str
    about: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class InPostPage:
    """Who answers for what: today, from a later day on, and before."""

    organisation: OrganisationSummary
    vacancy: str
    has_deputy: bool
    posts: tuple[InPostLine, ...]
    owners: tuple[InPostLine, ...]
    coming: tuple[InPostLine, ...]
    past: tuple[InPostLine, ...]
    free_asks: tuple[AskChoice, ...]
    """Asks of the frameworks that every such organisation answers to, which nobody owns today."""
    may_change_any: bool


def in_post_page(
    organisation: OrganisationSummary,
    recorded: Sequence[InPost],
    asks: Asks,
    vacancy: Vacancy | None,
    may_change: Callable[[InPost], bool],
    today: date,
) -> InPostPage:
    """Everything the page shows, in the order of posts and of the frameworks' asks."""
    ordered = sorted(recorded, key=_order(asks))
    now = [each for each in ordered if each.term.holds_on(today)]
    lines = {each.appointment_id: _line(each, asks, may_change(each)) for each in ordered}

    def chosen(rows: Iterable[InPost]) -> tuple[InPostLine, ...]:
        return tuple(lines[each.appointment_id] for each in rows)

    owned = {each.ask_id for each in now}
    return InPostPage(
        organisation=organisation,
        vacancy=vacancy_in_words(vacancy, today),
        has_deputy=any(each.role is AppointmentRole.DEPUTY for each in now),
        posts=chosen(each for each in now if each.role.is_of_one),
        owners=chosen(each for each in now if not each.role.is_of_one),
        coming=chosen(each for each in ordered if each.starts_on > today),
        past=chosen(reversed([each for each in ordered if each.term.last_day < today])),
        free_asks=tuple(
            ask for ask in asks.values() if ask.is_asked and ask.ask_id not in owned and not ask.is_adopted
        ),
        may_change_any=any(line.may_change for line in lines.values()),
    )


def vacancy_in_words(vacancy: Vacancy | None, on: date) -> str:
    """For how long nobody has been the executive lead; empty where somebody is, or nobody need be."""
    if vacancy is None:
        return ""
    return f"Vacant for {plural(vacancy.days(on), 'day')}, since {day(vacancy.since)}"


def _line(row: InPost, asks: Asks, may_change: bool) -> InPostLine:
    what = what_it_is(row, asks)
    return InPostLine(
        appointment_id=row.appointment_id,
        person_id=row.person_id,
        what=what,
        who=row.called,
        job_title=row.job_title,
        since=day(row.starts_on),
        until=day(row.ends_on) if row.ends_on else GOES_ON,
        about=f"{row.called}, {_short(row, asks)}",
        may_change=may_change,
    )


def what_it_is(row: InPost, asks: Asks) -> str:
    """The post, or the ask with its wording."""
    if row.ask_id is None:
        return row.role.label
    ask = asks.get(row.ask_id)
    return f"{ask.ref} {ask.wording}" if ask else WITHDRAWN_ASK


def _short(row: InPost, asks: Asks) -> str:
    ask = asks.get(row.ask_id or 0)
    return ask.in_words if ask else row.role.label.lower()


def _order(asks: Asks) -> Callable[[InPost], tuple[int, int, date, int]]:
    posts = {role: number for number, role in enumerate(AppointmentRole)}
    places = {ask_id: number for number, ask_id in enumerate(asks)}
    return lambda row: (posts[row.role], places.get(row.ask_id or 0, len(places)), row.starts_on, row.appointment_id)


def file_rows(
    organisation: OrganisationSummary,
    recorded: Sequence[InPost],
    asks: Asks,
    vacancy: Vacancy | None,
    today: date,
    *,
    with_names: bool,
) -> Iterator[tuple[Cell, ...]]:
    """The rows of the file under CSV_HEADINGS, with the name behind them where it is wanted; a vacancy is a row too."""
    if vacancy is not None:
        lead = AppointmentRole.EXECUTIVE_LEAD
        cells: tuple[Cell, ...] = (organisation.code, organisation.name, lead.value, lead.label, None, None, None)
        cells += ("vacant", None, vacancy.since, None, vacancy.days(today))
        yield (*cells, None) if with_names else cells
    for row in sorted(recorded, key=_order(asks)):
        ask = asks.get(row.ask_id or 0)
        cells = (
            organisation.code,
            organisation.name,
            row.role.value,
            row.role.label,
            ask.framework_code if ask else None,
            ask.ref if ask else None,
            ask.wording if ask else None,
            _state(row, today),
            row.job_title,
            row.starts_on,
            row.ends_on,
            None,
        )
        yield (*cells, row.name) if with_names else cells


def _state(row: InPost, today: date) -> str:
    if row.term.holds_on(today):
        return "in_post"
    return "coming" if row.starts_on > today else "past"
