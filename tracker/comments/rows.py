"""Values that travel from the tables of comments to pages and mails; they read nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.comments.rules import Named
from tracker.frameworks.catalogue import AskFacts
from tracker.organisations.queries import OrganisationSummary


@dataclass(frozen=True, slots=True)
class Item:
    """One ask of one organisation: what comments are about."""

    organisation: OrganisationSummary
    ask: AskFacts

    @property
    def subject(self) -> str:
        """The item as the audit names it: "XN1/8ua-2020/6.1"."""
        return f"{self.organisation.code}/{self.ask.framework_code}/{self.ask.ref}"


@dataclass(frozen=True, slots=True)
class Commenter(Named):
    """Somebody who may comment on the asks of one organisation, and as what."""

    role_label: str
    body_code: str
    since: date


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment as it may be shown; the words of one that was withdrawn are not read at all."""

    comment_id: int
    text: str
    corrects_id: int | None
    corrected_by_id: int | None
    true_on: date
    recorded_at: datetime
    person_id: int
    person_name: str
    role: str
    withdrawn_at: datetime | None
    mentioned: tuple[Named, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether it is what its author says now: neither withdrawn nor corrected."""
        return self.withdrawn_at is None and self.corrected_by_id is None
