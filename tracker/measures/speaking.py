"""Who says something about a measure, and how two who do so at once are kept apart; it knows no reading and no page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.accounts.rules import Viewer
from tracker.audit import service as audit
from tracker.db import session
from tracker.measures.models import MeasureHead
from tracker.organisations.queries import OrganisationSummary


class ChangedMeanwhile(Exception):
    """Somebody else saved since the form was opened; nothing was written."""


class Refused(Exception):
    """Something that cannot be recorded: the field in which the fault lies, and a sentence for the person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something about the measures of an organisation, and in which role."""

    organisation: OrganisationSummary
    viewer: Viewer
    role: str


@dataclass(frozen=True, slots=True)
class Form:
    """What comes back from the form that somebody saw; without one there is nothing to compare."""

    expected_version: int | None = None
    submission_key: str | None = None


NO_FORM = Form()


def locked_head(by: Speaker, key: str) -> MeasureHead:
    """The head of a measure, locked until the transaction ends; made on the first word about it."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    item = {"organisation_id": by.organisation.organisation_id, "measure_code": key}
    session().execute(insert(MeasureHead).values(**item, version=0).on_conflict_do_nothing(index_elements=list(item)))
    chosen = sa.select(MeasureHead).filter_by(**item).with_for_update().execution_options(populate_existing=True)
    return session().scalars(chosen).one()


def check_version(head: MeasureHead, form: Form) -> None:
    if form.expected_version is not None and head.version != form.expected_version:
        raise ChangedMeanwhile


def record_change(
    by: Speaker, key: str, verb: str, after: Mapping[str, object], before: Mapping[str, object] | None = None
) -> None:
    """Write a change of a measure into the audit of its organisation."""
    audit.record(
        verb=verb,
        subject=f"measure {key}",
        by=by.viewer.person_id,
        role=by.role,
        organisation_code=by.organisation.code,
        before=before,
        after=after,
    )
