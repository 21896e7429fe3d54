"""Which texts belong to an organisation, and who may ever read which; ``marking.py`` puts a mark of its own into each.

A mark names its organisation and its column: ``canaryXS107x`` stands in the seventh marked column of XS1. Which columns
there are comes from the tables themselves, so that a new one is marked, or named here with the reason why not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from tracker.schema import METADATA

REGIONS = ("YN1", "YS1")
MARK = re.compile(r"canary([0-9a-z]{3})(\d\d)x", re.IGNORECASE)


class Kind(StrEnum):
    """What a text is about, which decides who may read it."""

    NAME = "name"  # of the organisation
    SAID = "said"  # what it says of its asks, with the name of who said it, and its executive lead
    PEOPLE = "people"  # who holds a role in it, and how they sign in
    AUDIT = "audit"  # what was done in it
    TALK = "talk"  # comments between it and its region
    COLLEAGUE = "colleague"  # the names of a regional team, whom comments of its organisations may mention
    SHARED = "shared"  # how it did an ask, where it chose to tell every other organisation
    NEVER = "never"  # nobody reads it on a page: secrets, and mail on its way


SAID_BY_SOMEBODY = frozenset({Kind.SAID, Kind.PEOPLE, Kind.AUDIT})
"""The name of somebody who updated an ask stands beside the update, in the list of people and in the audit."""

READ_AS: Mapping[str, frozenset[Kind]] = {
    # An administrator reads it on the page of the person while it waits to be confirmed; none waits here.
    "account.new_email": frozenset({Kind.NEVER}),
    "account.sign_in_email": frozenset({Kind.PEOPLE}),
    "account.password_hash": frozenset({Kind.NEVER}),
    "account.totp_secret": frozenset({Kind.NEVER}),
    "appointment.job_title": frozenset({Kind.SAID}),
    "appointment_change.reason": frozenset({Kind.SAID}),
    "audit_entry.after": frozenset({Kind.AUDIT}),
    "audit_entry.before": frozenset({Kind.AUDIT}),
    "audit_entry.request_id": frozenset({Kind.AUDIT}),
    "audit_entry.subject": frozenset({Kind.AUDIT}),
    "audit_entry.verb": frozenset({Kind.AUDIT}),
    "barrier_revision.action": frozenset({Kind.SAID}),
    "barrier_revision.description": frozenset({Kind.SAID}),
    "barrier_revision.owner": frozenset({Kind.SAID}),
    "barrier_revision.reason": frozenset({Kind.SAID}),
    "barrier_revision.title": frozenset({Kind.SAID}),
    "calendar_feed.token_hash": frozenset({Kind.NEVER}),
    # What went out stands in mails; no page shows it again.
    "chase.subject": frozenset({Kind.NEVER}),
    "chase.text": frozenset({Kind.NEVER}),
    "comment.text": frozenset({Kind.TALK}),
    "escalation_event.text": frozenset({Kind.SAID}),
    "evidence.file_name": frozenset({Kind.SAID}),
    "evidence.note": frozenset({Kind.SAID}),
    "evidence.title": frozenset({Kind.SAID}),
    "evidence.url": frozenset({Kind.SAID}),
    "evidence_check.note": frozenset({Kind.SAID}),
    "external_identity.issuer": frozenset({Kind.NEVER}),
    "external_identity.subject": frozenset({Kind.NEVER}),
    "ledger_entry.kind": frozenset({Kind.NEVER}),
    "ledger_entry.why": frozenset({Kind.SAID}),
    "measure_aim.reason": frozenset({Kind.SAID}),
    "measure_reading.reason": frozenset({Kind.SAID}),
    "measure_reading.source": frozenset({Kind.SAID}),
    "one_time_link.token_hash": frozenset({Kind.NEVER}),
    "organisation_name.display_name": frozenset({Kind.NAME}),
    "organisation_name.published_name": frozenset({Kind.NAME}),
    # What is kept of organisations for lists stands there in the place of their names.
    "organisation_now.name": frozenset({Kind.NAME}),
    "organisation_now.published_name": frozenset({Kind.NEVER}),
    "organisation_now.region_name": frozenset({Kind.NAME}),
    "organisation_now.system_name": frozenset({Kind.NAME}),
    "organisation_service.reason": frozenset({Kind.SAID}),
    "outbox_message.body": frozenset({Kind.NEVER}),
    "outbox_message.channel_id": frozenset({Kind.NEVER}),
    "outbox_message.claimed_by": frozenset({Kind.NEVER}),
    "outbox_message.html": frozenset({Kind.NEVER}),
    # What a mail server answered about a reminder of an organisation stands in the ledger; it holds no address.
    "outbox_message.last_error": frozenset({Kind.SAID}),
    "outbox_message.link_for": frozenset({Kind.NEVER}),
    "outbox_message.message_id": frozenset({Kind.NEVER}),
    "outbox_message.subject": frozenset({Kind.NEVER}),
    "own_measure.denominator_words": frozenset({Kind.SAID}),
    "own_measure.name": frozenset({Kind.SAID}),
    "own_measure.numerator_words": frozenset({Kind.SAID}),
    "person.contact_email": frozenset({Kind.PEOPLE}),
    "person.name": frozenset({Kind.PEOPLE}),
    "progress_entry.backdating_reason": frozenset({Kind.SAID}),
    "progress_entry.blocked_by": frozenset({Kind.SAID}),
    "progress_entry.narrative": frozenset({Kind.SAID}),
    "progress_entry.next_step": frozenset({Kind.SAID}),
    "progress_entry.reason": frozenset({Kind.SAID}),
    "recovery_code.code_hash": frozenset({Kind.NEVER}),
    "return_cadence.reason": frozenset({Kind.SAID}),
    "return_control.agenda_item": frozenset({Kind.SAID}),
    "return_control.author": frozenset({Kind.SAID}),
    "return_control.considered_by": frozenset({Kind.SAID}),
    "return_control.meeting": frozenset({Kind.SAID}),
    "return_control.recommendation": frozenset({Kind.SAID}),
    "return_control.summary": frozenset({Kind.SAID}),
    "return_control.title": frozenset({Kind.SAID}),
    "return_decision.reason": frozenset({Kind.SAID}),
    # What is marked in it is not what was frozen any more, so no page shows it.
    "return_row.content": frozenset({Kind.NEVER}),
    "return_row.status": frozenset({Kind.SAID}),
    "return_submission.heading": frozenset({Kind.NEVER}),
    # Only whoever saved it: these are not shared. Those that are: tests/integration/review/test_saved_views.py.
    "saved_view.name": frozenset({Kind.NEVER}),
    "saved_view.query": frozenset({Kind.NEVER}),
    "shared_note.contact_mailbox": frozenset({Kind.SHARED}),
    "shared_note.contact_role": frozenset({Kind.SHARED}),
    "shared_note.text": frozenset({Kind.SHARED}),
    "snooze.reason": frozenset({Kind.SAID}),
    "sign_in_session.browser": frozenset({Kind.NEVER}),
    "sign_in_session.token_hash": frozenset({Kind.NEVER}),
    # What lists are sorted by; the names themselves are read from the organisations.
    "organisation_now.sort_name": frozenset({Kind.NEVER}),
    "organisation_now.sort_system": frozenset({Kind.NEVER}),
    "target.agreed_by": frozenset({Kind.SAID}),
    "target.reason": frozenset({Kind.SAID}),
    "target_request.agreed_by": frozenset({Kind.SAID}),
    "target_request.decision_reason": frozenset({Kind.SAID}),
    "target_request.reason": frozenset({Kind.SAID}),
    # People of three sorts: who updates, who is named as executive lead, and who holds a role and does neither.
    "author.contact_email": frozenset({Kind.PEOPLE}),
    "author.name": SAID_BY_SOMEBODY,
    # Who decides on a return for its board stands in the document control of the return.
    "approver.contact_email": frozenset({Kind.PEOPLE}),
    "approver.name": SAID_BY_SOMEBODY,
    "lead.contact_email": frozenset({Kind.SAID}),
    # An administrator who looks for a name in the audit finds whoever has it, to read what was done about them.
    "lead.name": frozenset({Kind.SAID, Kind.AUDIT}),
    # Whoever may comment on an ask sees the names of those who may, the regional team's among them.
    "regional.contact_email": frozenset({Kind.PEOPLE}),
    "regional.name": frozenset({Kind.COLLEAGUE}),
}

LOOKED_UP = {
    "appointment_change.role": "a word for a role",
    "appointment_change.submission_key": "a random key of a form",
    "audit_chain.head_hash": "a hash of what the chain holds",
    "audit_chain.name": "the code of the organisation, by which its chain is found",
    "audit_entry.entry_hash": "a hash of what the entry holds",
    "audit_entry.previous_hash": "a hash of what the entry before holds",
    "audit_entry.role": "a word for a role",
    "audit_sealed_head.head_hash": "a hash of what the chain holds",
    "barrier.submission_key": "a random key of a form",
    "barrier_revision.role": "a word for a role",
    "barrier_revision.submission_key": "a random key of a form",
    "barrier_revision.theme": "a code of the data file of themes",
    "calendar_feed.submission_key": "a random key of a form",
    "chase.role": "a word for a role",
    "chase.submission_key": "a random key of a form",
    "comment.role": "a word for a role",
    "comment.submission_key": "a random key of a form",
    "escalation.level": "a code of the data file of the ladder",
    "escalation.told": "a code of the data file of the ladder, or a word of its rules",
    "escalation_event.level": "a code of the data file of the ladder",
    "escalation_event.told": "a code of the data file of the ladder, or a word of its rules",
    "escalation_event.role": "a word for a role",
    "escalation_event.submission_key": "a random key of a form",
    "evidence.sha256": "a hash of what a file holds",
    "evidence.storage_key": "a random name of a file",
    "evidence.submission_key": "a random key of a form",
    "evidence_check.role": "a word for a role",
    "evidence_check.submission_key": "a random key of a form",
    "evidence_expiry.submission_key": "a random key of a form",
    "measure_aim.measure_code": "which measure it is about",
    "measure_aim.role": "a word for a role",
    "measure_aim.submission_key": "a random key of a form",
    "measure_head.measure_code": "which measure it is about",
    "measure_reading.measure_code": "which measure it is about",
    "measure_reading.role": "a word for a role",
    "measure_reading.submission_key": "a random key of a form",
    "organisation.code": "the code of the organisation, by which all of this is found",
    "organisation_life.close_said_by": "which file or person said so",
    "organisation_ons_code.ons_code": "nine published characters, with no room for a mark",
    "organisation_now.code": "the code of the organisation",
    "organisation_now.region_code": "the code of an organisation",
    "organisation_now.system_code": "the code of an organisation",
    "organisation_service.role": "a word for a role",
    "organisation_service.submission_key": "a random key of a form",
    "own_measure.measure_code": "which measure it is",
    "own_measure.role": "a word for a role",
    "own_measure.submission_key": "a random key of a form",
    "confirmation.role": "a word for a role",
    "progress_entry.role": "a word for a role",
    "progress_entry.status_code": "a word of the framework",
    "progress_entry.submission_key": "a random key of a form",
    "reminder_cadence.cadence": "a code of the data file of rules",
    "return_cadence.board_dates": "days",
    "return_cadence.role": "a word for a role",
    "return_cadence.submission_key": "a random key of a form",
    "claim_question.role": "a word for a role",
    "claim_sample.role": "a word for a role",
    "claim_sample.sha256": "a hash of what could be drawn",
    "claim_sample.submission_key": "a random key of a form",
    "claim_sample.seed": "of a regional team, and of no organisation",
    "claim_question.submission_key": "a random key of a form",
    "sign_off.role": "a word for a role",
    "sign_off_lapse.role": "a word for a role",
    "return_check.role": "a word for a role",
    "return_check.submission_key": "a random key of a form",
    "return_control.role": "a word for a role",
    "return_control.submission_key": "a random key of a form",
    "return_decision.role": "a word for a role",
    "return_decision.submission_key": "a random key of a form",
    "return_submission.role": "a word for a role",
    "return_submission.sha256": "a hash of what a return holds",
    "return_submission.submission_key": "a random key of a form",
    "saved_view.submission_key": "a random key of a form",
    "shared_note.role": "a word for a role",
    "shared_note.submission_key": "a random key of a form",
    "snooze.submission_key": "a random key of a form",
    "standing_now.code": "the code of the organisation",
    "target.submission_key": "a random key of a form",
    "target_request.decided_role": "a word for a role",
    "target_request.role": "a word for a role",
    "target_request.submission_key": "a random key of a form",
}
"""Text of an organisation that no person writes, with what it is."""

OF_NO_ORGANISATION = {
    "action": "what a framework says to everybody",
    "action_content": "what a framework says to everybody",
    "ask": "what a framework says to everybody",
    "ask_content": "what a framework says to everybody",
    "audit_seal": "hashes over all chains",
    "complete_pass": "which pass of the reminders was complete, and a hash of its rules",
    "framework": "what a framework says to everybody",
    "framework_revision": "what a framework says to everybody",
    "mail_channel": "what the mail server said last, without addresses",
    "organisation_import": "the names of files that were imported, and counts of rows",
    "sample_candidate": "names of asks by their codes, and words of the service, in a sample of a team",
    "scale_status": "what a framework says to everybody",
    "scheduler_lease": "which scheduler process acts",
    "sign_off_evidence": "hashes of what evidence holds",
    "throttle_counter": "hashes of addresses",
}
"""Tables with text that is of no organisation, with what they hold."""

OWNERS = ("organisation_id", "child_id", "chain_id", "account_id", "person_id")
"""Columns that say whose a row is, the nearest first."""


@dataclass(frozen=True, slots=True)
class Canaries:
    """What was marked where: for each number of a mark, its column."""

    columns: tuple[str, ...]

    def found_in(self, text: str) -> set[tuple[str, str]]:
        """Every mark in a text, as the code of its organisation and its column."""
        return {(code.upper(), self.columns[int(number)]) for code, number in MARK.findall(text)}


def text_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table that hold text in any form; words that the database restricts to a list are none."""
    return [column for column in table.columns if isinstance(column.type, sa.String | sa.JSON) and not _is_enum(column)]


def _is_enum(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.Enum)


def belongs_to_an_organisation(table: sa.Table) -> bool:
    return table.name in ("organisation", "person", "audit_chain") or any(name in table.c for name in OWNERS)


def columns_to_mark() -> dict[str, sa.Column[Any]]:
    """Every text column of every table that belongs to an organisation, but those that are only looked up."""
    return {
        f"{table.name}.{column.name}": column
        for table in METADATA.sorted_tables
        if belongs_to_an_organisation(table)
        for column in text_columns(table)
        if f"{table.name}.{column.name}" not in LOOKED_UP
    }
