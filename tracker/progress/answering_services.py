"""Writes down which services an organisation runs, all answers of a form or none; never commits.

An answer can take asks out of tracking, and what was said of them off every page. That is never done in passing: where
anything was said, it needs a reason, which stays beside the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.db import session
from tracker.frameworks.rules import Service
from tracker.organisations.models import Organisation
from tracker.organisations.queries import OrganisationSummary, service_answers
from tracker.organisations.service import record_service
from tracker.progress import service_asks
from tracker.progress.service_asks import ServiceAsk


class ChangedMeanwhile(Exception):
    """Somebody else answered since the form was opened; nothing was written."""


class ReasonsMissing(Exception):
    """Asks of which something was said would go out of tracking for no reason that is given; nothing was written."""

    def __init__(self, asks: Mapping[Service, Sequence[ServiceAsk]]) -> None:
        super().__init__("Asks of which something was said would go out of tracking.")
        self.asks = asks


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form says of services, those left open not among them, with the reasons for each "no"."""

    is_provided: Mapping[Service, bool]
    reasons: Mapping[Service, str]
    expected_version: int
    submission_key: str = field(repr=False)


def answer_services(organisation: OrganisationSummary, said: Answers, viewer: Viewer, role: str) -> bool:
    """Write the answers that differ from what is recorded; False where none does, as in a form that is sent twice.

    Raises ChangedMeanwhile and ReasonsMissing.
    """
    here = organisation.organisation_id
    # Two colleagues who answer at once queue at the organisation's own row; whoever only refers to it does not wait.
    session().execute(sa.select(Organisation.id).where(Organisation.id == here).with_for_update(key_share=True))
    if service_asks.is_saved(here, said.submission_key):
        return False
    if service_asks.version_of(here) != said.expected_version:
        raise ChangedMeanwhile
    missing = _reasons_missing(organisation, said)
    if missing:
        raise ReasonsMissing(missing)
    changed = [
        record_service(
            here,
            service,
            is_provided,
            by=viewer.person_id,
            role=role,
            reason="" if is_provided else said.reasons.get(service, ""),
            submission_key=said.submission_key,
        )
        for service, is_provided in said.is_provided.items()
    ]
    return any(changed)


def _reasons_missing(organisation: OrganisationSummary, said: Answers) -> dict[Service, list[ServiceAsk]]:
    today = clock.today()
    recorded = service_answers(organisation.organisation_id, today)
    denied = {
        service: is_provided
        for service, is_provided in said.is_provided.items()
        if not is_provided and recorded.get(service) is not False and not said.reasons.get(service)
    }
    missing: dict[Service, list[ServiceAsk]] = {}
    if denied:
        for each in service_asks.asks_left_out(service_asks.service_asks_of(organisation, today), denied):
            if each.is_said_of:
                missing.setdefault(each.service, []).append(each)
    return missing
