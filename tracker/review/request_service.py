"""Decides on many requests for another target at once, all of them or none; never commits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.rules import Permission, Viewer
from tracker.db import session
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import OrganisationSummary, in_scope, organisations_as_at
from tracker.progress import access, items, targets
from tracker.progress.items import ChangedMeanwhile, Item, MoveNotAllowed
from tracker.progress.models import TargetRequest
from tracker.progress.target_notices import tell_of_decisions


@dataclass(frozen=True, slots=True)
class BulkDecision:
    """What a region decides on every request that it chose."""

    is_accepted: bool
    reason: str


class NotAll(Exception):
    """Some of them cannot be decided any more, so none was; a sentence each."""

    def __init__(self, sentences: Collection[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


def decide_on_all(viewer: Viewer, request_ids: Collection[int], decision: BulkDecision) -> int:
    """Accept or decline them all; how many were decided, 0 where this very form was saved before. Raises NotAll.

    Each is decided as it would be by itself, one after the other in one order, so that two who do this queue. Whoever
    is concerned by several is told of them in one mail.
    """
    found = _requests(viewer, request_ids)
    gone = len(set(request_ids)) - len(found)
    wrong = [f"{gone} of the requests you chose cannot be found any more."] if gone else []
    decided = []
    items.lock_all([(item.organisation.organisation_id, item.ask.ask_id) for _, item in found])
    for request_id, item in found:
        held = access.body_in(viewer, Permission.AGREE_TARGETS, item.organisation)
        alone = targets.RequestDecision(decision.is_accepted, decision.reason, held.organisation_id)
        try:
            now = targets.decide(item, request_id, alone)
            decided += [now] if now else []
        except MoveNotAllowed as fault:
            wrong.append(f"{_name(item)}: {fault}")
        except ChangedMeanwhile:
            wrong.append(f"{_name(item)}: somebody else decided on this request, or it was withdrawn.")
    if wrong:
        raise NotAll(wrong)
    tell_of_decisions(decided)
    return len(decided)


def _name(item: Item) -> str:
    return f"{item.organisation.name}, ask {item.ask.ref}"


def _requests(viewer: Viewer, request_ids: Collection[int]) -> list[tuple[int, Item]]:
    """Those that are this viewer's to decide on, decided ones too, in the order in which their items are locked."""
    organisations, catalogue = organisations_as_at(clock.today()), read_catalogue()
    rows = session().execute(
        sa.select(TargetRequest.id, TargetRequest.ask_id, organisations)
        .join(organisations, organisations.c.organisation_id == TargetRequest.organisation_id)
        .where(
            TargetRequest.id.in_(sorted(set(request_ids))),
            in_scope(organisations, viewer.scope(Permission.AGREE_TARGETS)),
        )
        .order_by(TargetRequest.organisation_id, TargetRequest.ask_id, TargetRequest.id)
    )
    found = []
    for request_id, ask_id, *columns in rows.all():
        organisation, ask = OrganisationSummary(*columns), catalogue.asks.get(ask_id)
        if ask is not None:
            role = access.role_in(viewer, Permission.AGREE_TARGETS, organisation)
            found.append((request_id, Item(organisation, ask, viewer, role)))
    return found
