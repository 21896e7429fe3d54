"""The page of an organisation's services: the answers, who gave them and why, and what is out of tracking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.accounts.rules import Role
from tracker.frameworks.rules import Service
from tracker.progress.service_asks import SaidOfService, ServiceAsk, asks_left_out
from tracker.web.wording import day_and_time

FORMER = "A former colleague"
NOT_ANSWERED = "Not answered"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The asks that are out of tracking because of one answer."""

    service: str
    asks: tuple[ServiceAsk, ...]


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One answer as a sentence, and why."""

    sentence: str
    reason: str


@dataclass(frozen=True, slots=True)
class ServicesPage:
    """What the page says beside its form."""

    answers: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOut, ...]
    history: tuple[SaidLine, ...]


def services_page(
    answers: Mapping[Service, bool], asks: Iterable[ServiceAsk], said: Sequence[SaidOfService]
) -> ServicesPage:
    """Everything but the form; ``said`` is in the order in which it is shown."""
    out = list(asks_left_out(asks, answers))
    return ServicesPage(
        answers=tuple((service.label.capitalize(), _answer(answers.get(service))) for service in Service),
        left_out=tuple(
            LeftOut(service.label, tuple(each for each in out if each.service is service))
            for service in Service
            if any(each.service is service for each in out)
        ),
        history=tuple(SaidLine(_sentence(each), each.reason) for each in said),
    )


def _answer(is_provided: bool | None) -> str:
    return NOT_ANSWERED if is_provided is None else ("Yes" if is_provided else "No")


def _sentence(said: SaidOfService) -> str:
    when, what = day_and_time(said.recorded_at), f"{said.service.label}: {_answer(said.is_provided).lower()}"
    if said.person_id is None:
        return f"{when}: recorded {what}. Who said so is not recorded."
    role = Role(said.role).label if said.role in set(Role) else said.role
    return f"{when}: {said.person_name or FORMER}, {role}, answered {what}."
