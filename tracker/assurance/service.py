"""Decides on a claim or asks about it, and tells those who answer for it; audits; never commits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.rules import Role
from tracker.assurance.decision_notices import ClaimDecided, tell_of_decision
from tracker.assurance.models import ClaimQuestion
from tracker.audit import service as audit
from tracker.comments import service as comments
from tracker.comments.commenters import commenters
from tracker.comments.models import Comment
from tracker.comments.rows import Item as Subject
from tracker.db import session
from tracker.frameworks.catalogue import Catalogue
from tracker.organisations.queries import OrganisationSummary
from tracker.progress import claims, items
from tracker.progress.items import Item, MoveNotAllowed
from tracker.progress.models import ProgressEntry
from tracker.progress.rules import EntryKind


@dataclass(frozen=True, slots=True)
class Question:
    """What an assurer asks about a claim, and for which body; version and key come back from the form."""

    text: str
    body_id: int | None
    expected_version: int
    submission_key: str


def decide(item: Item, decision: claims.Decision, catalogue: Catalogue) -> bool:
    """Decide as ``claims.decide_on_claim`` does, and tell whoever claimed and whoever answers for the organisation."""
    if not claims.decide_on_claim(item, decision, catalogue):
        return False
    decided = session().scalars(
        sa.select(ProgressEntry).where(ProgressEntry.submission_key == decision.submission_key)
    ).one()  # fmt: skip
    claimed = claims.claim_behind(decided)
    tell_of_decision(
        ClaimDecided(
            item=item,
            entry_id=decided.id,
            claimed_by=claimed.person_id if claimed else None,
            is_assured=decision.is_assured,
            deadline_on=item.deadline(items.locked(item)),
        )
    )
    return True


def ask_about_claim(item: Item, question: Question) -> bool:
    """Ask, and let the claim wait on; False when this very form was saved before.

    Whoever answers for the organisation is told. Raises MoveNotAllowed where there is no claim any more, or for
    somebody of the organisation itself; ChangedMeanwhile as a decision does.
    """
    position = items.locked(item)
    if _is_saved(question.submission_key):
        return False
    items.check_version(position, question.expected_version)
    if not claims.is_claim(position.status_class) or position.entry_id is None:
        raise MoveNotAllowed("There is no claim to ask about any more.")
    claims.check_other_body(item)
    said = comments.NewComment(question.text, answering_for(item.organisation), question.submission_key)
    comment_id = comments.add(Subject(item.organisation, item.ask), said, item.viewer)
    if comment_id is None:
        return False
    asked = ClaimQuestion(
        entry_id=position.entry_id,
        comment_id=comment_id,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=item.viewer.person_id,
        role=item.role,
        body_id=question.body_id,
        submission_key=question.submission_key,
    )
    session().add(asked)
    session().flush()
    audit.record(
        verb="claim asked about",
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        after={"comment": comment_id, "entry": position.entry_id},
    )
    return True


def answering_for(organisation: OrganisationSummary) -> frozenset[int]:
    """Who is told of a question: the lead, in a system its team; everybody who may comment there if neither is held."""
    own = [each for each in commenters(organisation.place) if each.body_code == organisation.code]
    first = {Role.LEAD.label, Role.SYSTEM.label}
    return frozenset(each.person_id for each in own if each.role_label in first) or frozenset(
        each.person_id for each in own
    )


class Saved(StrEnum):
    """What the form of a claim was saved with."""

    ASSURED = "assure"
    RETURNED = "return"
    ASKED = "ask"


def find_saved(submission_key: str) -> tuple[Saved, str] | None:
    """What the form with this key was saved with before and the words beside it, None where it was not: a form that
    comes back with another answer or other words is no double click.
    """
    said = sa.select(ProgressEntry.kind, ProgressEntry.reason).where(ProgressEntry.submission_key == submission_key)
    decided = session().execute(said).one_or_none()
    if decided is not None:
        return (Saved.ASSURED if decided.kind is EntryKind.ASSURED else Saved.RETURNED), decided.reason
    asked = sa.select(Comment.text).join(ClaimQuestion, ClaimQuestion.comment_id == Comment.id)
    text = session().scalar(asked.where(ClaimQuestion.submission_key == submission_key))
    return None if text is None else (Saved.ASKED, text)


def _is_saved(submission_key: str) -> bool:
    return bool(session().scalar(sa.select(sa.exists().where(ClaimQuestion.submission_key == submission_key))))
