"""The register of personal data: which rows are about a person, and which texts may name one; it reads nothing itself.

Tables are named and not imported, so that one place covers every package. Tests hold it against the whole schema: a new
column that refers to a person, or a new column of text, fails them until it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one table that are about somebody, as a part of the export.

    ``by`` is the column that says whose a row is: a person's id, or an account's where it refers to accounts. Every
    other column is shown, or said (that it is filled, in a word of its own, never with what), or left out.
    """

    name: str
    table: str
    by: str
    shown: tuple[str, ...]
    said: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


PERSON = Section("person", "person", "id", ("name", "contact_email", "recorded_at", "forgotten_at"))
ACCOUNT = Section(
    "account",
    "account",
    "person_id",
    (
        "sign_in_email",
        "new_email",
        "new_email_until",
        "is_active",
        "created_at",
        "last_signed_in_at",
        "failed_sign_ins",
        "locked_until",
        "totp_confirmed_at",
    ),
    {"password_hash": "has_password", "totp_secret": "has_authenticator"},  # nosec B105 # names of columns
    ("totp_last_step",),
)

_AUDITED = ("chain_id", "number", "recorded_at", "role", "verb", "subject", "before", "after", "request_id")
_HASHES = ("previous_hash", "entry_hash")
_MEASURED = ("organisation_id", "measure_code", "recorded_at", "role")
_INVITED = ("role", "organisation_id", "created_at", "expires_at", "accepted_at", "voided_at")
_ASKED = (
    *("organisation_id", "ask_id", "wanted_on", "reason", "agreed_by", "true_on", "recorded_at", "role"),
    *("decision", "decision_reason", "decided_on", "decided_at", "decided_role", "decided_body_id"),
)

SECTIONS = (
    Section(
        "memberships", "membership", "person_id", ("role", "organisation_id", "granted_at", "granted_by_id", "ended_at")
    ),
    Section(
        "memberships_given",
        "membership",
        "granted_by_id",
        ("person_id", "role", "organisation_id", "granted_at", "ended_at"),
    ),
    Section("invitations_received", "invitation", "account_id", (*_INVITED, "invited_by_id")),
    Section("invitations_given", "invitation", "invited_by_id", (*_INVITED, "account_id")),
    Section(
        "sessions",
        "sign_in_session",
        "person_id",
        ("step", "method", "browser", "started_at", "second_factor_at", "last_seen_at", "ended_at"),
        left_out=("token_hash",),
    ),
    Section(
        "one_time_links",
        "one_time_link",
        "account_id",
        ("purpose", "invitation_id", "created_at", "expires_at", "used_at"),
        left_out=("token_hash",),
    ),
    Section("recovery_codes", "recovery_code", "account_id", ("created_at", "used_at"), left_out=("code_hash",)),
    Section("connected_identities", "external_identity", "account_id", ("issuer", "subject", "connected_at")),
    Section(
        "appointments",
        "appointment",
        "person_id",
        ("organisation_id", "role", "ask_id", "job_title", "starts_on", "ends_on", "recorded_at", "superseded_at"),
        left_out=("change_id", "superseded_by_id"),
    ),
    Section(
        "appointments_recorded",
        "appointment_change",
        "person_id",
        ("organisation_id", "number", "kind", "reason", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section(
        "status_updates_and_decisions",
        "progress_entry",
        "person_id",
        (
            "organisation_id",
            "ask_id",
            "kind",
            "status_code",
            "status_class",
            "narrative",
            "reason",
            "recovery_on",
            "next_step",
            "next_step_on",
            "completed_on",
            "forecast_on",
            "blocked_by",
            "true_on",
            "backdating_reason",
            "corrects_id",
            "recorded_at",
            "role",
            "body_id",
        ),
        left_out=("submission_key",),
    ),
    Section(
        "statuses_confirmed",
        "confirmation",
        "person_id",
        ("organisation_id", "ask_id", "entry_id", "true_on", "recorded_at", "role"),
    ),
    Section(
        "targets_agreed",
        "target",
        "person_id",
        ("organisation_id", "ask_id", "target_on", "reason", "agreed_by", "request_id", "true_on", "recorded_at"),
        left_out=("submission_key",),
    ),
    Section(
        "targets_asked_for", "target_request", "person_id", (*_ASKED, "decided_by_id"), left_out=("submission_key",)
    ),
    Section(
        "target_requests_decided",
        "target_request",
        "decided_by_id",
        (*_ASKED, "person_id"),
        left_out=("submission_key",),
    ),
    Section(
        "frameworks_adopted",
        "adoption",
        "person_id",
        ("organisation_id", "framework_id", "starts_on", "ends_on", "recorded_at", "superseded_at"),
    ),
    Section(
        "readings_of_measures",
        "measure_reading",
        "person_id",
        (*_MEASURED, "kind", "period_end", "numerator", "denominator", "is_rounded", "source", "reason", "corrects_id"),
        left_out=("submission_key",),
    ),
    Section(
        "baselines_and_targets_of_measures",
        "measure_aim",
        "person_id",
        (*_MEASURED, "baseline_id", "target_tenths", "target_on", "reason", "true_on"),
        left_out=("submission_key",),
    ),
    Section(
        "measures_added",
        "own_measure",
        "person_id",
        (
            *(*_MEASURED, "ask_id", "name", "numerator_words", "denominator_words", "unit", "direction"),
            *("counts_people", "starts_on", "ends_on", "superseded_at"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "comments",
        "comment",
        "person_id",
        ("organisation_id", "ask_id", "text", "corrects_id", "first_id", "true_on", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section("mentions_in_comments", "comment_mention", "person_id", ("comment_id", "true_on", "recorded_at")),
    Section("comments_withdrawn", "comment_withdrawal", "person_id", ("comment_id", "true_on", "recorded_at")),
    Section(
        "barriers_and_enablers",
        "barrier_revision",
        "person_id",
        (
            *("organisation_id", "barrier_id", "number", "kind", "title", "description", "theme", "severity"),
            *("status", "action", "owner", "since_on", "reviewed_on", "next_review_on", "reason"),
            *("true_on", "recorded_at", "role"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "document_control_of_returns",
        "return_control",
        "person_id",
        (
            *("organisation_id", "return_id", "revision", "edition", "framework_id", "as_at", "title", "meeting"),
            *("meeting_on", "agenda_item", "author", "purpose", "considered_by", "summary", "recommendation"),
            *("true_on", "recorded_at", "role"),
        ),
        left_out=("submission_key",),
    ),
    Section(
        "returns_checked",
        "return_check",
        "person_id",
        ("organisation_id", "return_id", "edition", "warnings", "true_on", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section(
        "returns_submitted",
        "return_submission",
        "person_id",
        ("organisation_id", "return_id", "edition", "as_at", "known_at", "true_on", "recorded_at", "role"),
        left_out=("heading", "sha256", "submission_key"),
    ),
    Section(
        "returns_decided",
        "return_decision",
        "person_id",
        ("organisation_id", "submission_id", "decision", "reason", "true_on", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section(
        "cadence_of_returns_set",
        "return_cadence",
        "person_id",
        ("organisation_id", "every_months", "first_on", "board_dates", "true_on", "recorded_at", "role"),
        left_out=("submission_key",),
    ),
    Section(
        "evidence_added",
        "evidence",
        "person_id",
        (
            *("organisation_id", "first_id", "number", "kind", "title", "url", "note"),
            *("file_name", "file_type", "size", "true_on", "starts_on", "recorded_at"),
        ),
        left_out=("edits", "sha256", "storage_key", "submission_key"),
    ),
    Section(
        "evidence_expiries_set",
        "evidence_expiry",
        "person_id",
        ("evidence_id", "expires_on", "recorded_at", "superseded_at"),
        left_out=("told_at", "submission_key"),
    ),
    Section(
        "evidence_checks",
        "evidence_check",
        "person_id",
        ("evidence_id", "true_on", "note", "recorded_at", "role", "body_id"),
        left_out=("submission_key",),
    ),
    Section(
        "mails",
        "outbox_message",
        "person_id",
        (
            "subject",
            "body",
            "link_for",
            "state",
            "queued_at",
            "not_before",
            "attempts",
            "silences",
            "sent_at",
            "last_error",
        ),
        left_out=("message_id", "claimed_until", "claimed_by"),
    ),
    Section(
        "reminders",
        "ledger_entry",
        "person_id",
        ("organisation_id", "ask_id", "kind", "deadline_on", "due_on", "recorded_at", "message_id"),
    ),
    Section("audit_of_what_they_did", "audit_entry", "person_id", _AUDITED, left_out=_HASHES),
)

AUDIT_ABOUT_THEM = Section("audit_about_them", "audit_entry", "person_id", _AUDITED, left_out=_HASHES)
"""The same table once more: entries by others whose subject is the person, or that name the person's id."""

NOT_SHOWN = (
    "Passwords, authenticators, recovery codes and links: what is kept of them opens nothing, and is only counted.",
    "Tries to sign in are counted for a short time under a one-way hash, which belongs to nobody that could be found.",
    "Other people are shown by their number, except in texts written to or by this person.",
)
"""What an export leaves out, in words for whoever reads it."""


class Holds(StrEnum):
    """What a column of text may hold, and so what becomes of it when somebody is forgotten."""

    IDENTITY = "identity"  # names and addresses: emptied, or deleted with their row
    MAIL = "mail"  # written by the service to somebody: names are taken out
    TYPED = "typed"  # written by people, and may name anybody: searched and reported
    AUDIT = "audit"  # holds no names by rule and can never be changed: searched and reported
    PUBLISHED = "published"  # taken from published files: organisations and frameworks
    CODE = "code"  # codes, hashes, numbers and words of the service's own


TEXTS: Mapping[str, Holds] = {
    **dict.fromkeys(
        (
            "person.name",
            "person.contact_email",
            "account.new_email",
            "account.sign_in_email",
            "external_identity.issuer",
            "external_identity.subject",
            "sign_in_session.browser",
        ),
        Holds.IDENTITY,
    ),
    **dict.fromkeys(("outbox_message.subject", "outbox_message.body", "outbox_message.last_error"), Holds.MAIL),
    **dict.fromkeys(
        (
            "appointment.job_title",
            "appointment_change.reason",
            "barrier_revision.action",
            "barrier_revision.description",
            "barrier_revision.owner",
            "barrier_revision.reason",
            "barrier_revision.title",
            "comment.text",
            "evidence.file_name",
            "evidence.note",
            "evidence.title",
            "evidence.url",
            "evidence_check.note",
            "organisation_import.files",
            "measure_aim.reason",
            "measure_reading.reason",
            "measure_reading.source",
            "own_measure.denominator_words",
            "own_measure.name",
            "own_measure.numerator_words",
            "progress_entry.backdating_reason",
            "progress_entry.blocked_by",
            "progress_entry.narrative",
            "progress_entry.next_step",
            "progress_entry.reason",
            "return_control.agenda_item",
            "return_control.author",
            "return_control.considered_by",
            "return_control.meeting",
            "return_control.recommendation",
            "return_control.summary",
            "return_control.title",
            "return_decision.reason",
            "return_row.content",
            "return_submission.heading",
            "target.agreed_by",
            "target.reason",
            "target_request.agreed_by",
            "target_request.decision_reason",
            "target_request.reason",
        ),
        Holds.TYPED,
    ),
    **dict.fromkeys(("audit_entry.subject", "audit_entry.before", "audit_entry.after"), Holds.AUDIT),
    **dict.fromkeys(
        (
            "action_content.label",
            "action_content.title",
            "ask_content.alternates",
            "ask_content.audience",
            "ask_content.date_note",
            "ask_content.evidence_expected",
            "ask_content.measure",
            "ask_content.measure_target",
            "ask_content.scope_note",
            "ask_content.season",
            "ask_content.source",
            "ask_content.source_urls",
            "ask_content.wording",
            "framework_revision.issuer",
            "framework_revision.note",
            "framework_revision.sources",
            "framework_revision.title",
            "organisation_life.close_said_by",
            "organisation_name.display_name",
            "organisation_name.published_name",
            "scale_status.definition",
            "scale_status.label",
        ),
        Holds.PUBLISHED,
    ),
    **dict.fromkeys(
        (
            "account.password_hash",
            "account.totp_secret",
            "action.number",
            "ask.ref",
            "appointment_change.role",
            "appointment_change.submission_key",
            "audit_chain.head_hash",
            "audit_chain.name",
            "audit_entry.entry_hash",
            "audit_entry.previous_hash",
            "audit_entry.request_id",
            "audit_entry.role",
            "audit_entry.verb",
            "audit_seal.previous_hash",
            "audit_seal.seal_hash",
            "audit_sealed_head.head_hash",
            "barrier.submission_key",
            "barrier_revision.role",
            "barrier_revision.submission_key",
            "barrier_revision.theme",
            "comment.role",
            "comment.submission_key",
            "evidence.sha256",
            "evidence.storage_key",
            "evidence.submission_key",
            "evidence_check.role",
            "evidence_check.submission_key",
            "evidence_expiry.submission_key",
            "framework.code",
            "framework_revision.digest",
            "framework_revision.supersedes_code",
            "ledger_entry.kind",
            "measure_aim.measure_code",
            "measure_aim.role",
            "measure_aim.submission_key",
            "measure_head.measure_code",
            "measure_reading.measure_code",
            "measure_reading.role",
            "measure_reading.submission_key",
            "one_time_link.token_hash",
            "organisation.code",
            "organisation_import.counts",
            "organisation_ons_code.ons_code",
            "outbox_message.claimed_by",
            "outbox_message.link_for",
            "outbox_message.message_id",
            "own_measure.measure_code",
            "own_measure.role",
            "own_measure.submission_key",
            "progress_entry.role",
            "progress_entry.status_code",
            "progress_entry.submission_key",
            "confirmation.role",
            "return_cadence.board_dates",
            "return_cadence.role",
            "return_cadence.submission_key",
            "return_check.role",
            "return_check.submission_key",
            "return_control.role",
            "return_control.submission_key",
            "return_decision.role",
            "return_decision.submission_key",
            "return_row.status",
            "return_submission.role",
            "return_submission.sha256",
            "return_submission.submission_key",
            "target.submission_key",
            "target_request.decided_role",
            "target_request.role",
            "target_request.submission_key",
            "recovery_code.code_hash",
            "scale_status.code",
            "scale_status.colour",
            "sign_in_session.token_hash",
            "throttle_counter.key",
        ),
        Holds.CODE,
    ),
}
"""Every column of text in the schema."""
